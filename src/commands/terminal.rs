//! All that commands print and ask.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::error::{Error, Kind, Result};

/// Text for stdout. Nobody reading it is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::general(format!("Could not write the output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Nothing more will be printed: whoever reads stdout sees its end, though the program goes on.
pub(crate) fn close() {
    #[cfg(unix)]
    if let Ok(nowhere) = std::fs::OpenOptions::new().write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(nowhere);
    }
}

/// Text for stderr.
pub(super) fn complain(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// `[Errno 2] No such file or directory: 'path'`
pub(super) fn errno(error: &io::Error, path: &str) -> String {
    let path = crate::python::quoted(path);
    match error.raw_os_error() {
        Some(code) => {
            let text = error.to_string();
            let words = text.strip_suffix(&format!(" (os error {code})")).unwrap_or(&text).to_owned();
            format!("[Errno {code}] {words}: {path}")
        }
        None => format!("{error}: {path}"),
    }
}

/// Whether somebody types the answers.
pub(super) fn is_typed() -> bool {
    io::stdin().is_terminal()
}

/// Asks for a line. Without its end; an empty one is an answer.
pub(super) fn ask(prompt: &str) -> Result<String> {
    print(prompt)?;
    answer(read_line)
}

/// The same; an answer that nobody types ends its line as well, so that what follows begins a new one.
pub(super) fn ask_line(prompt: &str) -> Result<String> {
    let answer = ask(prompt)?;
    if !is_typed() {
        print("\n")?;
    }
    Ok(answer)
}

/// Asks for a secret: not shown where it is typed.
pub(super) fn ask_hidden(prompt: &str) -> Result<String> {
    if !is_typed() {
        return ask(prompt);
    }
    print(prompt)?;
    let shown = Shown::now();
    let outcome = answer(|| rpassword::read_password().map(Some));
    if outcome.is_err() {
        shown.again();
    }
    outcome
}

/// Asks whether to go on; only `y` and `yes` are a yes.
pub(super) fn confirm(prompt: &str) -> Result<bool> {
    let answer = ask(prompt)?.trim().to_lowercase();
    Ok(answer == "y" || answer == "yes")
}

fn read_line() -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Waits for the answer, or for Ctrl-C: reading blocks, so it has a thread of its own.
fn answer(read: impl FnOnce() -> io::Result<Option<String>> + Send + 'static) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::general(format!("the runtime cannot be started: {error}")))?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || drop(sender.send(read())));
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = receiver => outcome.ok(),
            _ = tokio::signal::ctrl_c() => None,
        }
    });
    match outcome {
        None => Err(Error::new(Kind::Interrupted, "")),
        Some(Ok(Some(line))) => Ok(line),
        Some(Ok(None)) => Err(Error::general("EOF when reading a line")),
        Some(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {
            Err(Error::new(Kind::Interrupted, ""))
        }
        Some(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Error::general("EOF when reading a line"))
        }
        Some(Err(error)) => Err(Error::general(error.to_string())),
    }
}

/// The terminal's settings before typing was hidden: after Ctrl-C the thread that hid it cannot undo it.
#[cfg(unix)]
struct Shown(Option<rustix::termios::Termios>);

#[cfg(unix)]
impl Shown {
    fn now() -> Shown {
        Shown(rustix::termios::tcgetattr(io::stdin()).ok())
    }

    fn again(self) {
        if let Some(settings) = self.0 {
            let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, &settings);
        }
    }
}

#[cfg(not(unix))]
struct Shown;

#[cfg(not(unix))]
impl Shown {
    fn now() -> Shown {
        Shown
    }

    fn again(self) {}
}
