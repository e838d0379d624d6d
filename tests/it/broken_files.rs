//! Broken configuration and credentials files: the message and the code of the reference for each of them.
//!
//! `tests/corpus` has the files and what was recorded (`record.py` there says how). Where the program differs on
//! purpose, `different.jsonl` says what it prints instead, and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use iamctl_testkit::{Reply, Request, Run, Server};
use serde_json::Value;

/// What one command makes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    code: i64,
    stdout: String,
    stderr: String,
}

/// The file, as `config/nul-alone`, and the command.
type Case = (String, String);

fn corpus(name: &str) -> PathBuf {
    iamctl_testkit::root().join("tests/corpus").join(name)
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn said(line: &Value) -> Said {
    let text = |name: &str| line[name].as_str().unwrap().to_owned();
    Said { code: line["code"].as_i64().unwrap(), stdout: text("stdout"), stderr: text("stderr") }
}

fn recorded() -> BTreeMap<Case, Said> {
    let mut all = BTreeMap::new();
    for kind in ["config", "credentials"] {
        for line in lines(&corpus(kind).join("expected.jsonl")) {
            let file = format!("{kind}/{}", line["file"].as_str().unwrap());
            all.insert((file, line["command"].as_str().unwrap().to_owned()), said(&line));
        }
    }
    all
}

/// The server of `record.py`.
fn answer(request: &Request) -> Reply {
    match request.param("Action").as_deref() {
        Some("GetCallerIdentity") => Reply::result("GetCallerIdentity", "<Account>123456789012</Account>"),
        _ => Reply::error(403, "AccessDenied", "not here"),
    }
}

fn run(program: &Path, url: &str, (file, command): &Case) -> Said {
    let (kind, name) = file.split_once('/').unwrap();
    let content = std::fs::read(corpus(kind).join(format!("{name}.{kind}"))).unwrap();
    let words: Vec<_> = command.split(' ').collect();
    let mut run = Run::new(program, &words).by_files_alone().file(&format!("~/.aws/{kind}"), content);
    if kind == "credentials" {
        run = run.file("~/.aws/config", "[default]\nregion = eu-west-1\n");
    }
    // Nothing leaves the machine, wherever a file sends it.
    run = run.env("HTTP_PROXY", "http://127.0.0.1:9").env("HTTPS_PROXY", "http://127.0.0.1:9");
    run = run.env("NO_PROXY", "127.0.0.1");
    run = match name.starts_with("endpoint-") || name.starts_with("services-") {
        true => run.without("AWS_ENDPOINT_URL"),
        false => run.endpoint(url),
    };
    let outcome = run.run();
    let home = outcome.home.path("~").display().to_string();
    let work = outcome.home.path(".").display().to_string();
    let plain = |text: &str| text.replace(&home, "{HOME}").replace(&work, "{HOME}").replace(url, "{SERVER}");
    Said { code: outcome.code.into(), stdout: plain(&outcome.stdout), stderr: plain(&outcome.stderr) }
}

#[test]
fn broken_files_are_told_of_as_the_reference_does() {
    let recorded = recorded();
    let mut expected = recorded.clone();
    for line in lines(&corpus("different.jsonl")) {
        let case = (line["file"].as_str().unwrap().to_owned(), line["command"].as_str().unwrap().to_owned());
        assert!(!line["why"].as_str().unwrap().is_empty());
        assert_ne!(recorded[&case], said(&line), "{case:?} is no longer different");
        expected.insert(case, said(&line));
    }
    let server = Server::answering(answer).unwrap();
    // Through a link of the reference's name, so that messages have it too.
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("aws");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_iamctl"), &program).unwrap();

    let cases: Vec<_> = expected.iter().collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        // More than there are processors, since some of them wait before they try again.
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((case, expected)) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let ours = run(&program, &server.url(), case);
                    if ours != **expected {
                        wrong.lock().unwrap().push(format!("{case:?}\n  is {ours:?}\n  not {expected:?}"));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_file_of_the_corpus_was_recorded() {
    let recorded = recorded();
    let mut files = 0;
    for kind in ["config", "credentials"] {
        for entry in std::fs::read_dir(corpus(kind)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == kind) {
                let file = format!("{kind}/{}", path.file_stem().unwrap().to_str().unwrap());
                assert_eq!(recorded.keys().filter(|(name, _)| *name == file).count(), 3, "{file}");
                files += 1;
            }
        }
    }
    assert_eq!(files * 3, recorded.len());
    assert!(files >= 120);
}
