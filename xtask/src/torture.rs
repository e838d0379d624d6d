//! `cargo xtask torture`: that no credentials file is ever lost, tried for long.
//!
//! The tests of `tests/it/configure_writers.rs` and `configure_failures.rs` in
//! their full form: 64 writers at once for 100 rounds; writers killed at 1000
//! moments; every system call of a write killed, and failed with each error.
//! In the test command the same tests are short, so that it stays so.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::words::Words;
use crate::{build, out, root, say};

/// The tests by the parts of their names that all of them share.
const TESTS: [&str; 2] = ["configure_writers", "configure_failures"];

/// Runs the full form; what the tests count is printed.
pub fn run(mut words: Words) -> Result<ExitCode> {
    let rounds = words.number("--rounds")?.unwrap_or(100).max(1);
    words.end()?;
    let start = Instant::now();
    let mut failed = false;
    for name in TESTS {
        say(&format!("{name}, {rounds} rounds ..."));
        let output = Command::new(build::cargo())
            .args(["test", "--quiet", "--package", "iamctl", "--test", "it", name, "--", "--nocapture"])
            .arg("--test-threads=1")
            .env("IAMCTL_ROUNDS", rounds.to_string())
            .current_dir(root())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run the tests")?;
        let text = String::from_utf8_lossy(&output.stdout);
        for line in text.lines().filter(|line| !line.trim_matches('.').trim().is_empty()) {
            out(line.trim_start_matches('.'));
        }
        failed |= !output.status.success();
    }
    out(&format!("{} s in all", start.elapsed().as_secs()));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
