//! `cargo xtask lines`: command lines as people write them, against the reference's recorded verdicts.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::floors::{Figures, Floors};
use crate::parity::parity;
use crate::words::Words;
use crate::{build, say};

/// The columns that `lines.py` reports, in percent.
const COLUMNS: [&str; 6] = ["exit", "stdout", "wire", "stderr", "line", "strict"];

/// Replays all lines, or those that hold a text.
pub fn run(mut words: Words) -> Result<ExitCode> {
    let check = words.switch("--floors");
    let raise = words.switch("--raise");
    let show = words.value("--show")?;
    let only = words.value("--only")?;
    let program = match words.value("--sut")? {
        Some(path) => std::path::absolute(path)?,
        None => build::dev()?,
    };
    words.end()?;
    let folder = tempfile::tempdir()?;
    let results = folder.path().join("lines.json");
    let mut command = Command::new("python3");
    command.arg(parity().join("lines.py")).arg("--sut").arg(&program).arg("--json").arg(&results);
    for (option, value) in [("--show", show), ("--only", only)] {
        if let Some(value) = value {
            command.args([option, &value]);
        }
    }
    command.status().context("python3 is needed to run lines.py")?;
    let text = std::fs::read_to_string(&results).context("lines.py left no results")?;
    let score: Value = serde_json::from_str(&text)?;
    let figures: Figures = COLUMNS
        .iter()
        .filter_map(|&column| Some((column, score.get(column).and_then(Value::as_f64)?)))
        .collect();
    let mut floors = Floors::read()?;
    let broken = floors.broken("lines", &figures);
    if raise {
        floors.raise("lines", &figures);
        floors.write()?;
    }
    for line in &broken {
        say(&format!("below its floor: {line}"));
    }
    Ok(if check && !broken.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
