//! How far long work is, for those who may want to show it. What works here tells it; nothing is printed here.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The work of one caller.
#[derive(Debug, Default)]
pub struct Progress(Mutex<Stage>);

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    /// There is nothing to tell.
    #[default]
    Nothing,
    /// So much has been read.
    Pages { pages: u64, items: i64 },
    /// A waiter asks, or will ask again.
    Attempt { number: u32, most: u32, next: Option<Instant> },
}

impl Progress {
    /// So many pages with so many items in all have arrived.
    pub fn pages(&self, pages: u64, items: i64) {
        self.set(Stage::Pages { pages, items });
    }

    /// The attempt of this number (from 1) is under way.
    pub fn attempt(&self, number: u32, most: u32) {
        self.set(Stage::Attempt { number, most, next: None });
    }

    /// After the attempt of this number comes the next one in so long.
    pub fn pause(&self, number: u32, most: u32, pause: Duration) {
        self.set(Stage::Attempt { number, most, next: Some(Instant::now() + pause) });
    }

    /// It is over.
    pub fn end(&self) {
        self.set(Stage::Nothing);
    }

    fn set(&self, stage: Stage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// What there is to tell now, in one line.
    pub fn line(&self) -> Option<String> {
        let stage = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match stage {
            Stage::Nothing => None,
            Stage::Pages { pages, items } => Some(format!("page {pages}, {items} items")),
            Stage::Attempt { number, most, next } => {
                let left = next.map(|next| next.saturating_duration_since(Instant::now()));
                // Rounded up: "in 0 s" says nothing.
                let seconds = left.map(|left| left.as_secs() + u64::from(left.subsec_nanos() > 0));
                Some(match seconds {
                    Some(seconds) if seconds > 0 => {
                        format!("attempt {number} of {most}, next in {seconds} s")
                    }
                    _ => format!("attempt {number} of {most}"),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_its_line() {
        let progress = Progress::default();
        assert_eq!(progress.line(), None);
        progress.pages(7, 700);
        assert_eq!(progress.line().unwrap(), "page 7, 700 items");
        progress.pause(3, 20, Duration::from_millis(900));
        assert_eq!(progress.line().unwrap(), "attempt 3 of 20, next in 1 s");
        progress.attempt(4, 20);
        assert_eq!(progress.line().unwrap(), "attempt 4 of 20");
        progress.end();
        assert_eq!(progress.line(), None);
    }
}
