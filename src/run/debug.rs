//! `--debug`: what is done, on stderr, without a secret.

use std::fmt::Arguments;
use std::io::Write as _;
use std::time::Instant;

/// Says nothing unless it is on.
pub(super) struct Debug {
    on: bool,
    program: String,
    start: Instant,
}

impl Debug {
    pub(super) fn new(on: bool, program: &str) -> Self {
        Debug { on, program: program.to_owned(), start: Instant::now() }
    }

    /// A line with the milliseconds since the start.
    pub(super) fn say(&self, what: Arguments<'_>) {
        if self.on {
            let elapsed = self.start.elapsed().as_secs_f64() * 1e3;
            let _ = writeln!(std::io::stderr(), "{}: [DEBUG]: {elapsed:9.3} ms {what}", self.program);
        }
    }

    /// A warning, whether debugging or not.
    pub(super) fn warn(&self, what: &str) {
        let _ = writeln!(std::io::stderr(), "{what}");
    }

    /// Whether lines are wanted, where one is dear to make.
    pub(super) fn is_on(&self) -> bool {
        self.on
    }
}
