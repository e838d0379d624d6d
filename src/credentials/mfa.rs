//! The code of an MFA device, asked for on the terminal.
//!
//! The controlling terminal is opened, not stdin and stdout, which may be part
//! of a pipeline. Without one the code is a line of stdin.

use std::fs::File;
use std::future::Future;
use std::io::{self, BufRead as _, BufReader, Write};
use std::pin::Pin;
use std::sync::mpsc::{TryRecvError, channel};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// Asks with this prompt. A value, so that tests can answer without a terminal.
pub(super) type Ask = fn(String) -> Asking;

/// The answer to come.
pub(super) type Asking = Pin<Box<dyn Future<Output = Result<Secret>>>>;

/// How long the answer is waited for between two looks, so that Ctrl-C is seen.
const PAUSE: Duration = Duration::from_millis(10);

/// Asks nobody: there is no code to be had.
pub(super) fn nobody(_prompt: String) -> Asking {
    Box::pin(async { Err(Error::general("there is nobody to ask for an MFA code")) })
}

/// Asks on the terminal, with nothing shown of what is typed.
pub(super) fn on_terminal(prompt: String) -> Asking {
    Box::pin(async move {
        match hidden::Terminal::open() {
            Some(terminal) => {
                terminal.say(&prompt);
                let answer = line(BufReader::new(terminal.reader()?)).await?;
                terminal.say("\n");
                Ok(answer)
            }
            None => {
                let mut stderr = io::stderr();
                let _ = write!(stderr, "Warning: Password input may be echoed.\n{prompt}");
                let _ = stderr.flush();
                let answer = line(BufReader::new(io::stdin())).await?;
                let _ = stderr.write_all(b"\n");
                Ok(answer)
            }
        }
    })
}

/// One line, read on a thread of its own: this one has Ctrl-C to listen to.
async fn line(mut from: BufReader<impl io::Read + Send + 'static>) -> Result<Secret> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let outcome = from.read_line(&mut text).map(|_| text);
        let _ = sender.send(outcome);
    });
    loop {
        match receiver.try_recv() {
            Ok(Ok(text)) if text.is_empty() => return Err(Error::general("")),
            Ok(Ok(text)) => return Ok(Secret::new(text.strip_suffix('\n').unwrap_or(&text))),
            Ok(Err(error)) => return Err(Error::general(error.to_string())),
            Err(TryRecvError::Disconnected) => return Err(Error::general("")),
            Err(TryRecvError::Empty) => tokio::time::sleep(PAUSE).await,
        }
    }
}

#[cfg(unix)]
mod hidden {
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::{Error, File, Result, Write as _};

    /// The controlling terminal, silent until this goes; also where the wait for an answer is given up.
    pub(super) struct Terminal {
        file: File,
        before: Termios,
    }

    impl Terminal {
        pub(super) fn open() -> Option<Terminal> {
            let file = File::options().read(true).write(true).open("/dev/tty").ok()?;
            let before = tcgetattr(&file).ok()?;
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO);
            tcsetattr(&file, OptionalActions::Flush, &silent).ok()?;
            Some(Terminal { file, before })
        }

        pub(super) fn say(&self, text: &str) {
            let _ = (&self.file).write_all(text.as_bytes());
        }

        pub(super) fn reader(&self) -> Result<File> {
            self.file.try_clone().map_err(|error| Error::general(error.to_string()))
        }
    }

    impl Drop for Terminal {
        fn drop(&mut self) {
            let _ = tcsetattr(&self.file, OptionalActions::Flush, &self.before);
        }
    }
}

#[cfg(not(unix))]
mod hidden {
    use super::{Error, File, Result};

    /// No such thing here: stdin answers.
    pub(super) struct Terminal;

    impl Terminal {
        pub(super) fn open() -> Option<Terminal> {
            None
        }

        pub(super) fn say(&self, _: &str) {}

        pub(super) fn reader(&self) -> Result<File> {
            Err(Error::general("there is no terminal"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_one_line_without_its_end_and_nothing_at_all_is_an_error() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ask = |text: &'static str| runtime.block_on(line(BufReader::new(text.as_bytes())));
        assert_eq!(ask("123456\nmore\n").unwrap().expose(), "123456");
        assert_eq!(ask("\n").unwrap().expose(), "");
        assert_eq!(ask("").unwrap_err().message, "");
    }
}
