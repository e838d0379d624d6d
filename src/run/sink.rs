//! Where results go: stdout, or a pager that is started with the first byte.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

use crate::config::Config;
use crate::encoding::{self, Codec};
use crate::env::Env;
use crate::error::{Error, Kind, Result};
use crate::shell_words;

use super::terminal;

/// The reference's choice: end at once where all fits, show colours, leave the screen as it is.
const LESS: &str = "FRX";

/// The same with a prompt: who reads help may not know the pager's keys.
const LESS_FOR_HELP: &str = "FRXPs-- blank goes on, b goes back, /word finds, q ends --$";

/// Takes what is printed, in the encoding that was chosen.
pub(super) struct Sink {
    target: Target,
    codec: Codec,
    failure: Option<Error>,
}

enum Target {
    /// Straight to stdout.
    Stdout(io::Stdout),
    /// Through a pager.
    Pager(Pager),
}

/// A pager, running or not yet.
pub(super) struct Pager {
    command: Vec<String>,
    /// What `LESS` is, where it is not set.
    less: &'static str,
    child: Option<Child>,
    failure: Option<String>,
}

/// The encoding of output: `AWS_CLI_OUTPUT_ENCODING`, else UTF-8.
pub(super) fn codec(env: &Env) -> Result<Codec> {
    match env.get("AWS_CLI_OUTPUT_ENCODING") {
        None => Ok(Codec::Utf8),
        Some(name) => encoding::find(&name).ok_or_else(|| {
            Error::general(format!("Unknown codec `{name}` specified for AWS_CLI_OUTPUT_ENCODING."))
        }),
    }
}

/// The sink for a result. A pager only where stdout is a terminal and none of the settings is empty.
pub(super) fn open(config: &Config, no_pager: bool) -> Result<Sink> {
    Ok(Sink { target: target(config, no_pager)?, codec: codec(&config.env)?, failure: None })
}

fn target(config: &Config, no_pager: bool) -> Result<Target> {
    if no_pager || !terminal::on_stdout() {
        return Ok(Target::Stdout(io::stdout()));
    }
    pager(&config.env, config.key("cli_pager").map(str::to_owned), LESS)
}

/// The sink for help on a terminal; `set` is the configuration's `cli_pager`.
pub(super) fn to_pager(env: &Env, set: Option<String>) -> Result<Sink> {
    Ok(Sink { target: pager(env, set, LESS_FOR_HELP)?, codec: codec(env)?, failure: None })
}

fn pager(env: &Env, set: Option<String>, less: &'static str) -> Result<Target> {
    let chosen = env.get("AWS_PAGER").or(set).or_else(|| env.get("PAGER")).unwrap_or_else(|| "less".into());
    let command = shell_words::split(&chosen).map_err(|error| Error::general(error.to_string()))?;
    if command.is_empty() {
        return Ok(Target::Stdout(io::stdout()));
    }
    Ok(Target::Pager(Pager { command, less, child: None, failure: None }))
}

impl Sink {
    /// Whether output goes straight to stdout.
    pub(super) fn is_direct(&self) -> bool {
        matches!(self.target, Target::Stdout(_))
    }

    /// Waits for the pager to be left. Its exit status says nothing.
    pub(super) fn close(self) -> Result<()> {
        let encoded = self.failure.map_or(Ok(()), Err);
        let Target::Pager(mut pager) = self.target else { return encoded };
        if let Some(mut child) = pager.child.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
        match pager.failure {
            None => encoded,
            Some(why) => Err(Error::new(
                Kind::Pager,
                format!(
                    "Unable to redirect output to pager. Received the following error when opening pager:\n{why}\n\nLearn more about configuring the output pager by running \"{} help config-vars\".",
                    crate::env::program_name()
                ),
            )),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.codec == Codec::Utf8 {
            return self.target.write(bytes);
        }
        // The formatters write whole characters.
        let text = String::from_utf8_lossy(bytes);
        match encoding::encode(self.codec, &text) {
            Ok(encoded) => self.target.write_all(&encoded).map(|()| bytes.len()),
            Err(c) => {
                // Told by `close`; to the formatter it is a pipe that nobody reads.
                self.failure = Some(Error::general(encoding::unencodable(self.codec, c)));
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::Stdout(stdout) => stdout.write(bytes),
            Target::Pager(pager) => pager.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::Stdout(stdout) => stdout.flush(),
            Target::Pager(pager) => match pager.child.as_mut().and_then(|child| child.stdin.as_mut()) {
                Some(stdin) => stdin.flush(),
                None => Ok(()),
            },
        }
    }
}

impl Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.child.is_none() {
            self.start()?;
        }
        match self.child.as_mut().and_then(|child| child.stdin.as_mut()) {
            Some(stdin) => stdin.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn start(&mut self) -> io::Result<()> {
        let Some((program, arguments)) = self.command.split_first() else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", self.less);
        }
        match command.spawn() {
            Ok(child) => self.child = Some(child),
            Err(error) => {
                self.failure = Some(match error.kind() {
                    io::ErrorKind::NotFound => {
                        format!("[Errno 2] No such file or directory: {}", crate::python::quoted(program))
                    }
                    _ => error.to_string(),
                });
                // Told by `close`; to the formatter it is a pipe that nobody reads.
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
        Ok(())
    }
}
