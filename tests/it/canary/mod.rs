//! No secret leaks, shown for each operation: its full request and its full reply carry marked secrets.
//!
//! Requests and replies are made from the service tables, so a new operation
//! or member is under test as soon as the tables have it. Every secret has the
//! word `CANARY` in it, then who it belongs to and a number of its own; so one
//! search finds each of them, in clear, percent-encoded or escaped, and three
//! more find them in base64.

mod faults;
mod made;
mod marks;
mod search;

use std::collections::BTreeSet;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use iamctl::model::{Operation, SERVICES, Service};
use iamctl_testkit::{Home, Reply, Request, Server};

use self::made::Made;
use self::search::{Finding, files, leaks};

/// The credentials of every run. An access key's id is no secret.
const SECRET_KEY: &str = "CANARYk0001/+=abcdefghijklmnopqrstuvwxyz";
const SESSION_TOKEN: &str = "CANARYk0002/+==abcdefghijklmnopqrstuvwxyz";

const FORMATS: [&str; 6] = ["json", "text", "yaml", "yaml-stream", "table", "off"];

/// How the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The full reply.
    Full,
    /// 400, with an error that echoes nothing.
    Refused,
    /// Success, but the body ends in the middle.
    Torn,
    /// Success and well-formed, but the result has another name.
    Renamed,
    /// 400, with a body that is no XML and has request and reply in it.
    Garbage,
}

const FAILURES: [Answer; 4] = [Answer::Refused, Answer::Torn, Answer::Renamed, Answer::Garbage];

impl Answer {
    fn of(self, request: &Request) -> Reply {
        let action = request.param("Action").unwrap_or_default();
        let operations = SERVICES.iter().flat_map(|service| service.operations);
        let Some(operation) = operations.into_iter().find(|operation| operation.name == action) else {
            return Reply::error(400, "InvalidAction", "no such operation");
        };
        let body = made::reply(operation).0;
        match self {
            Answer::Full => Reply::ok(body),
            Answer::Refused => Reply::error(400, "ValidationError", "refused"),
            Answer::Torn => Reply::ok(body.strip_suffix("Response>").unwrap_or(&body)),
            Answer::Renamed => Reply::ok(body.replace("Result>", "Outcome>")),
            Answer::Garbage => Reply::new(400, format!("{{{body}{}", String::from_utf8_lossy(&request.body))),
        }
    }
}

/// The full reply of an operation, for other tests.
pub fn reply_of(operation: &'static Operation) -> String {
    made::reply(operation).0
}

/// Runs the program in this home; nothing is inherited.
fn run(home: &Home, url: &str, words: &[String]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamctl"));
    command.args(words).env_clear().env("HOME", home.path("~")).current_dir(home.path("."));
    for (name, value) in [
        ("PATH", "/usr/bin:/bin"),
        ("LC_ALL", "C.UTF-8"),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00"),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
        ("AWS_SESSION_TOKEN", SESSION_TOKEN),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("AWS_ENDPOINT_URL", url),
    ] {
        command.env(name, value);
    }
    command.stdin(Stdio::null()).output().unwrap()
}

/// What went wrong, of all runs of all threads.
#[derive(Default)]
struct Verdict {
    faults: Mutex<Vec<String>>,
    runs: AtomicUsize,
}

impl Verdict {
    fn fault(&self, what: String) {
        self.faults.lock().unwrap().push(what);
    }

    /// stderr holds no mark at all, stdout only those of the reply, of which `printed` are in another form.
    fn look(&self, output: &Output, words: &[String], printed: &[String]) -> String {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let line = || words.join(" ");
        if !leaks(&stderr).is_empty() {
            self.fault(format!("a secret is on stderr of {}\n{stderr}", line()));
        }
        let rest = printed.iter().fold(stdout.to_string(), |rest, look| rest.replace(look.as_str(), ""));
        if leaks(&rest).iter().any(|finding| *finding != Finding::OfReply) {
            self.fault(format!("a secret of the request is on stdout of {}\n{stdout}", line()));
        }
        if stderr.contains("panicked") {
            self.fault(format!("a panic of {}\n{stderr}", line()));
        }
        stdout.into_owned()
    }

    #[track_caller]
    fn end(self, name: &str) {
        let faults = self.faults.into_inner().unwrap();
        println!("{name}: {} runs", self.runs.into_inner());
        let few: Vec<_> = faults.iter().take(5).cloned().collect();
        assert!(faults.is_empty(), "{} faults, the first of them:\n{}", faults.len(), few.join("\n"));
    }
}

/// Does the work for each operation, on as many threads as there are processors.
fn each_operation(work: impl Fn(&Home, &'static Service, &'static Operation) + Sync) {
    let all: Vec<_> = SERVICES
        .iter()
        .flat_map(|service| service.operations.iter().map(move |operation| (*service, operation)))
        .collect();
    assert_eq!(all.len(), 191);
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let home = Home::new().unwrap();
                while let Some((service, operation)) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
                    work(&home, service, operation);
                }
            });
        }
    });
}

/// The line that sends the request, by options or by a document.
fn line(service: &Service, operation: &Operation, made: &Made, document: bool, more: &[&str]) -> Vec<String> {
    let mut words = vec![service.name.to_owned(), operation.command.to_owned()];
    // The options of that one are wanted even where a document has them.
    match document && operation.name != "CreateVirtualMFADevice" {
        true => words.extend(["--cli-input-json".to_owned(), made.document.clone()]),
        false => words.extend(made.options.iter().cloned()),
    }
    if operation.name == "CreateVirtualMFADevice" {
        words.extend(["--outfile", "seed", "--bootstrap-method", "QRCodePNG"].map(str::to_owned));
    }
    words.extend(more.iter().map(|&word| word.to_owned()));
    words
}

#[test]
fn replies_are_printed_and_no_secret_is_elsewhere() {
    let server = Server::answering(|request| Answer::Full.of(request)).unwrap();
    let verdict = Verdict::default();
    each_operation(|home, service, operation| {
        let made = made::request(operation);
        let printed = made::reply(operation).1;
        for (index, format) in FORMATS.iter().enumerate() {
            for debug in [false, true] {
                let mut more = vec!["--output", format];
                more.extend(debug.then_some("--debug"));
                let words = line(service, operation, &made, (index % 2 == 0) == debug, &more);
                let output = run(home, &server.url(), &words);
                let stdout = verdict.look(&output, &words, &printed);
                if output.status.code() != Some(0) {
                    let stderr = String::from_utf8_lossy(&output.stderr);
                    verdict.fault(format!("{} failed\n{stderr}", words.join(" ")));
                }
                for mark in &printed {
                    if stdout.contains(mark.as_str()) != (*format != "off") {
                        verdict
                            .fault(format!("{mark} is not as it should be in {}\n{stdout}", words.join(" ")));
                    }
                }
            }
        }
        for (path, content) in files(home) {
            let asked_for = path.ends_with("work/seed") && operation.name == "CreateVirtualMFADevice";
            if !asked_for {
                verdict.fault(format!("{} left {path}: {content}", operation.name));
            } else {
                assert!(content.contains("CANARYr"), "{content}");
                std::fs::remove_file(path).unwrap();
            }
        }
    });
    verdict.end("full replies");
    // The secrets were there to be leaked.
    let sent = server.requests();
    for operation in SERVICES.iter().flat_map(|service| service.operations) {
        let of_it = sent.iter().filter(|request| request.param("Action").as_deref() == Some(operation.name));
        let bodies: Vec<_> = of_it.map(|request| request.members().join("\n")).collect();
        assert_eq!(bodies.len(), FORMATS.len() * 2, "{}", operation.name);
        for mark in made::request(operation).marks {
            assert!(bodies.iter().all(|body| body.contains(&mark)), "{} did not send {mark}", operation.name);
        }
    }
}

#[test]
fn failed_calls_tell_no_secret() {
    let servers = FAILURES.map(|answer| Server::answering(move |request| answer.of(request)).unwrap());
    let verdict = Verdict::default();
    let codes = Mutex::new(BTreeSet::new());
    each_operation(|home, service, operation| {
        let made = made::request(operation);
        for (answer, server) in FAILURES.iter().zip(&servers) {
            for more in [&[][..], &["--debug"], &["--cli-error-format", "json"]] {
                let words = line(service, operation, &made, more.is_empty(), more);
                let output = run(home, &server.url(), &words);
                let stdout = verdict.look(&output, &words, &[]);
                if !stdout.is_empty() && *answer != Answer::Renamed {
                    verdict.fault(format!("{answer:?} printed for {}\n{stdout}", words.join(" ")));
                }
                codes.lock().unwrap().insert((format!("{answer:?}"), output.status.code()));
            }
        }
        assert_eq!(files(home), [], "{} left files", operation.name);
    });
    verdict.end("failed calls");
    // Where there is no result, it can have no other name.
    let codes: Vec<_> = codes.into_inner().unwrap().into_iter().collect();
    let want = [("Garbage", 255), ("Refused", 254), ("Renamed", 0), ("Renamed", 255), ("Torn", 255)];
    assert_eq!(codes, want.map(|(answer, code)| (answer.to_owned(), Some(code))));
}
