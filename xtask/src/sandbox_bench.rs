//! `cargo xtask bench --sandbox`: what the embedded account costs.
//!
//! Commands take turns with the same ones against a server that answers from
//! memory. The rate of the server is counted per second of its own processor
//! time, so that the client, which runs on the same machine, does not count.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use iamctl_testkit::{Reply, Server};

use crate::measure::{Line, interleaved, median};
use crate::out;

const USERS: usize = 5000;
const REQUESTS: usize = 20_000;

/// Clock ticks a second in `/proc`.
const TICKS: f64 = 100.0;

/// Measures and prints.
pub fn run(program: &Path, rounds: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let bench = Bench { program: program.to_owned(), home: folder.path().to_owned() };
    bench.fill()?;
    bench.reads(rounds)?;
    bench.first_use(rounds.min(21))?;
    bench.server()
}

struct Bench {
    program: PathBuf,
    home: PathBuf,
}

impl Bench {
    fn command(&self, directory: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().env("HOME", &self.home).env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("IAMCTL_SANDBOX_DIR", self.home.join(directory)).env("AWS_PROFILE", "sandbox:");
        command
    }

    /// An account of many users.
    fn fill(&self) -> Result<()> {
        let mut users = String::new();
        for number in 0..USERS {
            let comma = if number == 0 { "" } else { "," };
            write!(
                users,
                "{comma}{{\"UserName\":\"user-{number:05}\",\"Path\":\"/\",\"UserId\":\"AIDA{number:017}\",\
                 \"Arn\":\"arn:aws:iam::123456789012:user/user-{number:05}\",\"CreateDate\":\"2026-01-01T00:00:00Z\"}}"
            )?;
        }
        let file = self.home.join("account.json");
        std::fs::write(
            &file,
            format!(
                "{{\"UserDetailList\":[{users}],\"GroupDetailList\":[],\"RoleDetailList\":[],\"Policies\":[]}}"
            ),
        )?;
        let status = self.command("full").args(["sandbox", "import", "--yes"]).arg(&file).status()?;
        if !status.success() {
            bail!("the account could not be made");
        }
        Ok(())
    }

    /// The same commands in the sandbox and against memory.
    fn reads(&self, rounds: usize) -> Result<()> {
        let user = "<User><Path>/</Path><UserName>user-02500</UserName><UserId>AIDA</UserId>\
                    <Arn>arn:aws:iam::123456789012:user/user-02500</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></User>";
        let canned = Server::start(vec![Reply::result("GetUser", user)])?;
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let words = |more: &[&str]| -> Vec<String> {
            let all = ["iam", "get-user", "--user-name", "user-02500"].iter().chain(more);
            std::iter::once(text(&self.program)).chain(all.map(|word| (*word).to_owned())).collect()
        };
        let environment = |extra: &[(&str, &str)]| -> Vec<(String, String)> {
            let home = text(&self.home);
            let folder = text(&self.home.join("full"));
            let fixed = [
                ("HOME", home.as_str()),
                ("IAMCTL_SANDBOX_DIR", &folder),
                ("AWS_EC2_METADATA_DISABLED", "true"),
            ];
            fixed.iter().chain(extra).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let keys =
            [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_DEFAULT_REGION", "us-east-1")];
        let lines = [
            Line {
                name: "get-user, canned server".into(),
                words: words(&["--endpoint-url", &canned.url()]),
                environment: environment(&keys),
            },
            Line {
                name: format!("get-user, sandbox of {USERS} users"),
                words: words(&[]),
                environment: environment(&[("AWS_PROFILE", "sandbox:")]),
            },
        ];
        let mut times = interleaved(&lines, rounds)?;
        let medians: Vec<f64> = times.iter_mut().map(|times| milliseconds(median(times))).collect();
        for (line, time) in lines.iter().zip(&medians) {
            out(&format!("{:48}{time:>10.2} ms", line.name));
        }
        if let [canned, sandbox] = medians.as_slice() {
            out(&format!(
                "{:48}{:>10.2} ms (aim 5)",
                "the sandbox above the canned server",
                sandbox - canned
            ));
        }
        Ok(())
    }

    /// The first command on an empty machine against the second one.
    fn first_use(&self, rounds: usize) -> Result<()> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            let directory = format!("fresh-{round}");
            for times in [&mut first, &mut second] {
                let start = Instant::now();
                let mut command = self.command(&directory);
                let status = command.args(["sts", "get-caller-identity"]).stdout(Stdio::null()).status()?;
                times.push(start.elapsed());
                if !status.success() {
                    bail!("the sandbox does not answer");
                }
            }
        }
        let (first, second) = (milliseconds(median(&mut first)), milliseconds(median(&mut second)));
        out(&format!("{:48}{:>10.2} ms (aim 50)", "making an account on first use", first - second));
        Ok(())
    }

    /// Readiness, idle memory, and signed requests a second of processor time.
    fn server(&self) -> Result<()> {
        let mut ready = Vec::new();
        for _ in 0..11 {
            let start = Instant::now();
            let mut served = Served::start(self)?;
            ready.push(start.elapsed());
            served.end()?;
        }
        out(&format!(
            "{:48}{:>10.2} ms (aim 20)",
            "sandbox serve until it is ready",
            milliseconds(median(&mut ready))
        ));
        let mut served = Served::start(self)?;
        std::thread::sleep(Duration::from_millis(200));
        out(&format!("{:48}{:>10.1} MiB (aim 15)", "its memory when idle", served.memory()?));
        let request = self.signed_request()?;
        let mut stream = TcpStream::connect(&served.address)?;
        stream.set_nodelay(true)?;
        let before = served.processor_time()?;
        let start = Instant::now();
        for _ in 0..REQUESTS {
            stream.write_all(&request)?;
            read_reply(&mut stream)?;
        }
        let (wall, cpu) = (start.elapsed().as_secs_f64(), served.processor_time()? - before);
        out(&format!(
            "{:48}{:>10.0} a second of its processor time (aim 2000)",
            "signed GetUser",
            REQUESTS as f64 / cpu
        ));
        out(&format!("{:48}{:>10.0} a second by the clock, one client", "", REQUESTS as f64 / wall));
        out(&format!("{:48}{:>10.1} MiB", "its memory afterwards", served.memory()?));
        served.end()
    }

    /// A GetUser that the program itself has signed with the account's root key, as bytes.
    fn signed_request(&self) -> Result<Vec<u8>> {
        let output =
            self.command("full").args(["sandbox", "credentials", "--format", "env-no-export"]).output()?;
        let keys = String::from_utf8(output.stdout)?;
        let catcher = Server::start(vec![Reply::result("GetUser", "<User><UserName>u</UserName></User>")])?;
        let mut command = self.command("full");
        command.env_remove("AWS_PROFILE").env("AWS_DEFAULT_REGION", "us-east-1");
        for (name, value) in keys.lines().filter_map(|line| line.split_once('=')) {
            command.env(name, value);
        }
        let words = ["iam", "get-user", "--user-name", "user-02500", "--endpoint-url", &catcher.url()];
        command.args(words).stdout(Stdio::null()).status()?;
        let caught = catcher.requests();
        let request = caught.first().context("the program has sent nothing")?;
        let mut bytes = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
        for (name, value) in &request.headers {
            write!(bytes, "{name}: {value}\r\n")?;
        }
        bytes.push_str("\r\n");
        Ok([bytes.as_bytes(), &request.body].concat())
    }
}

/// Reads one reply with a length.
fn read_reply(stream: &mut TcpStream) -> Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head)?;
    if !head.starts_with("HTTP/1.1 200") {
        bail!("the server refuses: {head}");
    }
    let length = head.to_lowercase();
    let length = length.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
    let mut body = vec![0; length.context("a reply without a length")?.parse()?];
    stream.read_exact(&mut body)?;
    Ok(())
}

/// `sandbox serve`, until it is ended.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(bench: &Bench) -> Result<Served> {
        let mut command = bench.command("full");
        let mut child = command.args(["sandbox", "serve"]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        Ok(Served { child, address })
    }

    fn end(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Resident memory.
    fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1024.0)
    }

    /// Seconds in user and system mode.
    fn processor_time(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS)
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
