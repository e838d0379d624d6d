//! The one line on stderr that says how far long work is.
//!
//! Drawn only where stderr is a terminal, after half a second, and taken away
//! before anything else is written. A library for bars would draw no better
//! line: there is nothing to fill, since nobody knows how many pages come.

use std::cell::Cell;
use std::io::{self, Write as _};
use std::time::Duration;

use super::terminal;
use crate::progress::Progress;

/// Work that ends sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is drawn anew.
const PACE: Duration = Duration::from_millis(200);
/// To the line's start, and nothing left on it.
const CLEAR: &str = "\r\u{1b}[K";

/// What draws the line.
#[derive(Debug)]
pub(super) struct ProgressLine {
    is_on: Cell<bool>,
    is_drawn: Cell<bool>,
}

impl ProgressLine {
    /// A line that may be drawn, unless the run does not want it or there is no terminal.
    pub(super) fn new(wanted: bool) -> ProgressLine {
        ProgressLine { is_on: Cell::new(wanted && terminal::on_stderr()), is_drawn: Cell::new(false) }
    }

    /// Does the work and draws the line meanwhile.
    pub(super) async fn around<T>(&self, progress: &Progress, work: impl Future<Output = T>) -> T {
        if !self.is_on.get() {
            return work.await;
        }
        // Ctrl-C drops this future, and with it the line.
        let _cleared = Cleared(self);
        let mut work = std::pin::pin!(work);
        let mut pause = PATIENCE;
        loop {
            if let Ok(outcome) = tokio::time::timeout(pause, work.as_mut()).await {
                return outcome;
            }
            self.draw(progress);
            pause = PACE;
        }
    }

    /// Takes the line away for good: something else is about to be written.
    pub(super) fn end(&self) {
        self.is_on.set(false);
        if self.is_drawn.replace(false) {
            let _ = io::stderr().write_all(CLEAR.as_bytes());
        }
    }

    fn draw(&self, progress: &Progress) {
        let Some(line) = progress.line().filter(|_| self.is_on.get()) else { return };
        self.is_drawn.set(true);
        let _ = io::stderr().write_all(format!("{CLEAR}{line}").as_bytes());
    }
}

struct Cleared<'l>(&'l ProgressLine);

impl Drop for Cleared<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
