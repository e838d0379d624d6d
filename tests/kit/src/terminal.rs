//! A program on a terminal: keys go in, and what the screen shows comes out.

use std::io::{Read as _, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::run::Home;

/// The screen's size; wide enough that no line of a test is broken.
const SIZE: PtySize = PtySize { rows: 50, cols: 160, pixel_width: 0, pixel_height: 0 };

/// How long a key or a text may take. Machines that build at the same time are slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program on a terminal of its own; it is ended with its owner.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    shown: Arc<Mutex<Shown>>,
    reader: Option<JoinHandle<()>>,
    // The terminal is there as long as its master is.
    _master: Box<dyn MasterPty + Send>,
    /// Where it runs.
    pub home: Home,
}

struct Shown {
    screen: vt100::Parser,
    /// All bytes so far.
    bytes: Vec<u8>,
}

impl Terminal {
    /// Starts a command in a home, with these variables and no others.
    pub(crate) fn start(
        program: &std::path::Path,
        words: &[String],
        environment: &[(String, Option<String>)],
        home: Home,
    ) -> Result<Terminal> {
        let pair = native_pty_system().openpty(SIZE).context("no terminal can be made")?;
        let mut command = CommandBuilder::new(program);
        command.args(words);
        command.env_clear();
        command.env("HOME", home.path("~"));
        command.env("TERM", "xterm-256color");
        command.cwd(home.path("."));
        for (name, value) in environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        let child = pair.slave.spawn_command(command).with_context(|| format!("cannot run {program:?}"))?;
        drop(pair.slave);
        let mut source = pair.master.try_clone_reader()?;
        let keys = pair.master.take_writer()?;
        let shown = Arc::new(Mutex::new(Shown {
            screen: vt100::Parser::new(SIZE.rows, SIZE.cols, 0),
            bytes: Vec::new(),
        }));
        let sink = Arc::clone(&shown);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count) = source.read(&mut buffer) {
                let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { return };
                let mut shown = sink.lock().unwrap_or_else(PoisonError::into_inner);
                shown.screen.process(bytes);
                shown.bytes.extend_from_slice(bytes);
            }
        });
        Ok(Terminal { child, keys, shown, reader: Some(reader), _master: pair.master, home })
    }

    /// Types this.
    #[allow(clippy::panic, reason = "a test that cannot type has failed")]
    pub fn keys(&mut self, text: &str) {
        if let Err(error) = self.keys.write_all(text.as_bytes()).and_then(|()| self.keys.flush()) {
            panic!("nobody takes {text:?} ({error}); the screen:\n{}", self.screen());
        }
    }

    /// What the screen shows now, without blank ends.
    pub fn screen(&self) -> String {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let text = shown.screen.screen().contents();
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    /// All that was written so far, with what moves the cursor.
    pub fn written(&self) -> String {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&shown.bytes).into_owned()
    }

    /// Waits until the screen shows this; gives the screen.
    #[track_caller]
    pub fn shows(&self, text: &str) -> String {
        self.until(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until the screen is as wanted; gives the screen.
    #[track_caller]
    #[allow(clippy::panic, reason = "a test whose screen never comes has failed")]
    pub fn until(&self, wanted: &str, is_there: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if is_there(&screen) {
                return screen;
            }
            if start.elapsed() > PATIENCE {
                panic!("the screen never shows {wanted}:\n{screen}\n");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until nothing more is written for a while; gives the screen.
    pub fn rests(&self) -> String {
        let written = || self.shown.lock().unwrap_or_else(PoisonError::into_inner).bytes.len();
        let (start, mut last, mut since) = (Instant::now(), written(), Instant::now());
        while since.elapsed() < Duration::from_millis(600) && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
            let now = written();
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
        self.screen()
    }

    /// Waits for the end; gives the exit code.
    #[track_caller]
    #[allow(clippy::panic, reason = "a test whose command does not end has failed")]
    pub fn code(&mut self) -> u32 {
        match self.end() {
            Ok(code) => code,
            Err(error) => panic!("{error:#}; the screen:\n{}", self.screen()),
        }
    }

    fn end(&mut self) -> Result<u32> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                // What was written last is read before the reader ends.
                if let Some(reader) = self.reader.take() {
                    drop(reader.join());
                }
                return Ok(status.exit_code());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("it did not end within {PATIENCE:?}")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}
