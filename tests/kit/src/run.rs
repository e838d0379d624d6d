//! One run of a command in a clean home.
//!
//! `Run::new(program, &["iam", "list-users"]).endpoint(&url).run()` reads like
//! the sentence that it is. Nothing is inherited but `PATH`; where no endpoint
//! is given, the command is sent to a port that nobody listens on, so that
//! nothing can leave the machine.

use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::terminal::Terminal;

/// An endpoint at which nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A home and a work directory of their own, kept as long as somebody holds them.
#[derive(Clone, Debug)]
pub struct Home {
    folder: Arc<tempfile::TempDir>,
}

impl Home {
    /// An empty home.
    pub fn new() -> Result<Home> {
        let home = Home { folder: Arc::new(tempfile::tempdir()?) };
        std::fs::create_dir_all(home.path("~"))?;
        std::fs::create_dir_all(home.path("."))?;
        Ok(home)
    }

    /// `~/x` is below HOME, anything else below the work directory.
    pub fn path(&self, name: &str) -> PathBuf {
        let path = match name.strip_prefix('~') {
            Some(below) => self.folder.path().join("home").join(below.trim_start_matches('/')),
            None => self.folder.path().join("work").join(name),
        };
        // Without a last `.`, which is no folder that could be made.
        path.components().collect()
    }

    /// Writes a file, folders included.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, content)?;
        Ok(path)
    }
}

/// A command that is about to run.
#[derive(Debug)]
#[must_use = "nothing happens until .run()"]
pub struct Run {
    program: PathBuf,
    words: Vec<String>,
    environment: Vec<(String, Option<String>)>,
    files: Vec<(String, Vec<u8>)>,
    stdin: Vec<u8>,
    home: Option<Home>,
    patience: Duration,
}

impl Run {
    /// The program with these words.
    pub fn new(program: impl AsRef<Path>, words: &[&str]) -> Run {
        let fixed = [
            ("PATH", &*std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned())),
            ("LANG", "C.UTF-8"),
            ("LC_ALL", "C.UTF-8"),
            ("TZ", "UTC"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ENDPOINT_URL", NOWHERE),
        ]
        .map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
        Run {
            program: program.as_ref().to_owned(),
            words: words.iter().map(|&word| word.to_owned()).collect(),
            environment: fixed.into(),
            files: Vec::new(),
            stdin: Vec::new(),
            home: None,
            patience: Duration::from_secs(60),
        }
    }

    /// Whom to ask.
    pub fn endpoint(self, url: &str) -> Run {
        self.env("AWS_ENDPOINT_URL", url)
    }

    /// A variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Run {
        self.environment.push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// Takes a variable away.
    pub fn without(mut self, name: &str) -> Run {
        self.environment.push((name.to_owned(), None));
        self
    }

    /// No credentials and no region from the environment, so that files decide.
    pub fn by_files_alone(self) -> Run {
        self.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY").without("AWS_DEFAULT_REGION")
    }

    /// A file, `~/x` below HOME, anything else below the work directory.
    pub fn file(mut self, name: &str, content: impl AsRef<[u8]>) -> Run {
        self.files.push((name.to_owned(), content.as_ref().to_vec()));
        self
    }

    /// What the command reads.
    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Run {
        self.stdin = text.as_ref().to_vec();
        self
    }

    /// The home of an earlier run.
    pub fn home(mut self, home: &Home) -> Run {
        self.home = Some(home.clone());
        self
    }

    /// How long it may take before it is ended; a minute if nothing is said.
    pub fn patience(mut self, patience: Duration) -> Run {
        self.patience = patience;
        self
    }

    /// Runs it to its end.
    #[must_use = "a run that nobody looks at proves nothing"]
    #[allow(clippy::panic, reason = "a test that cannot run its command has failed")]
    pub fn run(self) -> Outcome {
        match self.try_run() {
            Ok(outcome) => outcome,
            Err(error) => panic!("{error:#}"),
        }
    }

    /// Starts it on a terminal of its own.
    #[must_use = "a program that nobody looks at proves nothing"]
    #[allow(clippy::panic, reason = "a test that cannot run its command has failed")]
    pub fn terminal(self) -> Terminal {
        let start = || -> Result<Terminal> {
            let home = match self.home {
                Some(home) => home,
                None => Home::new()?,
            };
            for (name, content) in &self.files {
                home.write(name, content)?;
            }
            Terminal::start(&self.program, &self.words, &self.environment, home)
        };
        match start() {
            Ok(terminal) => terminal,
            Err(error) => panic!("{error:#}"),
        }
    }

    /// Runs it to its end, for those who want to know why it could not be run.
    pub fn try_run(self) -> Result<Outcome> {
        let home = match self.home {
            Some(home) => home,
            None => Home::new()?,
        };
        for (name, content) in &self.files {
            home.write(name, content)?;
        }
        let mut command = Command::new(&self.program);
        command.args(&self.words).env_clear().env("HOME", home.path("~")).current_dir(home.path("."));
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let line = format!("{} {}", self.program.display(), self.words.join(" "));
        let mut child = command.spawn().with_context(|| format!("cannot run {line}"))?;
        let stdin = child.stdin.take();
        let input = self.stdin;
        let writer = thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(&input)));
        let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
        let Some(status) = wait(&mut child, self.patience)? else {
            bail!("{line} did not end within {:?}", self.patience);
        };
        // A command need not read what it is given.
        drop(writer.join());
        Ok(Outcome { line, code: code(status), stdout: text(stdout), stderr: text(stderr), home })
    }
}

/// The exit code, or minus the number of the signal that ended it.
fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| -status.signal().unwrap_or_default())
}

/// Waits for the end; `None` where it had to be ended.
fn wait(child: &mut Child, patience: Duration) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    while start.elapsed() < patience {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    })
}

fn text(pipe: JoinHandle<io::Result<Vec<u8>>>) -> String {
    let bytes = pipe.join().ok().and_then(Result::ok).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    line: String,
    /// The exit code; minus the signal's number where a signal ended it.
    pub code: i32,
    /// All that it wrote to standard output.
    pub stdout: String,
    /// All that it wrote to standard error.
    pub stderr: String,
    /// Where it ran.
    pub home: Home,
}

impl Outcome {
    /// The same outcome, if it is a success.
    #[track_caller]
    pub fn ok(self) -> Outcome {
        self.ended(0)
    }

    /// The same outcome, if it ended with this code.
    #[track_caller]
    pub fn ended(self, code: i32) -> Outcome {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// The JSON on standard output; null where there is none.
    #[track_caller]
    #[allow(clippy::panic, reason = "a test that expects JSON and gets none has failed")]
    pub fn json(&self) -> Value {
        if self.stdout.is_empty() {
            return Value::Null;
        }
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("no JSON ({error}): {self}"),
        }
    }

    /// A string in the JSON, by its pointer: `/User/Arn`.
    #[track_caller]
    #[allow(clippy::panic, reason = "a test that expects a member and gets none has failed")]
    pub fn string(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("no {pointer}: {self}"),
        }
    }

    /// The same outcome, if standard error holds this text.
    #[track_caller]
    pub fn complains(self, text: &str) -> Outcome {
        assert!(self.stderr.contains(text), "stderr lacks {text:?}: {self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "`{}` ended with {}", self.line, self.code)?;
        write!(out, "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr)
    }
}
