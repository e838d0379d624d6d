//! `cargo xtask parity`: the corpus against the program, scored per group.
//!
//! Two processes share the work, since the two generated groups take as long
//! as all others together.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use iamctl_testkit::Python;
use serde_json::Value;

use crate::floors::{Figures, Floors};
use crate::words::Words;
use crate::{build, out, root, say};

/// The groups that are made by a generator and need no moto.
const GENERATED: [&str; 2] = ["ops-iam", "ops-sts"];

/// The columns with percentages, as the results name them.
const COLUMNS: [&str; 7] = ["stdout", "exit", "stderr", "class", "kind", "files", "wire"];

/// Runs the groups that are named, or all.
pub fn run(mut words: Words) -> Result<ExitCode> {
    let check = words.switch("--floors");
    let raise = words.switch("--raise");
    let show = words.value("--show")?;
    let program = match words.value("--sut")? {
        Some(path) => std::path::absolute(path)?,
        None => build::dev()?,
    };
    let python = Python::with_moto()?;
    if let Some(case) = show {
        words.end()?;
        // Its exit status says that something differs, which the text says better.
        harness(&python, &program).args(["--show", &case]).status()?;
        return Ok(ExitCode::SUCCESS);
    }
    let groups = groups(&words.names()?)?;
    let folder = tempfile::tempdir()?;
    let (generated, made): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|name| GENERATED.contains(&&**name));
    let mut shares = Vec::new();
    for (index, share) in [generated, made].into_iter().filter(|share| !share.is_empty()).enumerate() {
        let results = folder.path().join(format!("{index}.json"));
        let log = folder.path().join(format!("{index}.log"));
        let port = (5100 + index * 2000).to_string();
        let mut command = harness(&python, &program);
        command.arg("--json").arg(&results);
        command.arg("--workdir").arg(folder.path().join(format!("work{index}")));
        for group in &share {
            command.arg("--only").arg(format!("{group}/*"));
        }
        command.env("PARITY_FIRST_PORT", port).stdout(std::fs::File::create(&log)?);
        shares.push((command.spawn().context("cannot start diffrun.py")?, results, log));
    }
    let mut scores = Vec::new();
    for (child, results, log) in shares {
        scores.extend(collect(child, &results, &log)?);
    }
    scores.sort_by(|a, b| a.0.cmp(&b.0));
    print(&scores);
    settle(&scores, check, raise)
}

/// The harness against this program, with all that was recorded from the reference.
fn harness(python: &Python, program: &Path) -> Command {
    let mut command = python.command();
    command.arg(parity().join("diffrun.py")).arg("--sut").arg(program);
    command.args(["--golden", "golden.json", "--golden", "golden-ops.json", "--moto-python"]);
    command.arg(python.program()).current_dir(parity()).stdin(Stdio::null());
    command
}

/// Checks floors or lifts them, as asked.
fn settle(scores: &[(String, Value)], check: bool, raise: bool) -> Result<ExitCode> {
    let mut floors = Floors::read()?;
    let mut broken = Vec::new();
    for (group, score) in scores {
        let figures = figures(score);
        broken.extend(floors.broken(group, &figures));
        if raise {
            floors.raise(group, &figures);
        }
    }
    if raise {
        floors.write()?;
    }
    for line in &broken {
        say(&format!("below its floor: {line}"));
    }
    Ok(if check && !broken.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The groups to run: those named, each of which must exist, or all.
fn groups(named: &[String]) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(parity().join("corpus"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            all.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    all.sort();
    match named.iter().find(|name| !all.contains(name)) {
        Some(name) => bail!("no group {name}; there are {}", all.join(", ")),
        None if named.is_empty() => Ok(all),
        None => Ok(named.to_vec()),
    }
}

/// Waits for one share of the work and takes its results.
fn collect(mut child: Child, results: &Path, log: &Path) -> Result<Vec<(String, Value)>> {
    child.wait()?;
    let said = std::fs::read_to_string(log).unwrap_or_default();
    for line in said.lines().filter(|line| line.starts_with("FAIL ") || line.contains("skipped")) {
        out(line);
    }
    let text = std::fs::read_to_string(results).with_context(|| format!("diffrun.py failed:\n{said}"))?;
    let document: Value = serde_json::from_str(&text)?;
    let groups = document.get("groups").and_then(Value::as_object).context("no groups in the results")?;
    Ok(groups.iter().map(|(name, score)| (name.clone(), score.clone())).collect())
}

fn number(score: &Value, key: &str) -> Option<f64> {
    score.get(key).and_then(Value::as_f64)
}

/// What floors are kept for: cases that pass, and the percentage of each column that the group has.
fn figures(score: &Value) -> Figures {
    let passed = number(score, "pass").map(|passed| ("pass", passed));
    let columns =
        COLUMNS.iter().filter_map(|&column| Some((column, number(score, &format!("{column}_pct"))?)));
    passed.into_iter().chain(columns).collect()
}

fn print(scores: &[(String, Value)]) {
    out(&format!("{:18}{:>11}{:>11}{:>7}{}", "group", "pass", "strict", "steps", heads()));
    let mut sums = [0.0; 4];
    for (group, score) in scores {
        let [cases, pass, strict, steps] =
            ["cases", "pass", "strict", "steps"].map(|key| number(score, key).unwrap_or_default());
        for (sum, value) in sums.iter_mut().zip([cases, pass, strict, steps]) {
            *sum += value;
        }
        let columns: String =
            COLUMNS.iter().map(|column| percent(number(score, &format!("{column}_pct")))).collect();
        out(&format!("{}{columns}", row(group, [cases, pass, strict, steps])));
    }
    out(&format!("{}{}", row("TOTAL", sums), totals(scores)));
}

fn heads() -> String {
    COLUMNS.iter().map(|column| format!("{column:>8}")).collect()
}

fn row(name: &str, [cases, pass, strict, steps]: [f64; 4]) -> String {
    format!("{name:18}{:>11}{:>11}{steps:>7}", format!("{pass}/{cases}"), format!("{strict}/{cases}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| format!("{:>8}", "-"), |value| format!("{value:>8.2}"))
}

/// The percentages over all groups, from the counts.
fn totals(scores: &[(String, Value)]) -> String {
    let total = |column: &&str| {
        let mut right = 0.0;
        let mut all = 0.0;
        for (_, score) in scores {
            let count =
                |index: usize| score.pointer(&format!("/counts/{column}/{index}")).and_then(Value::as_f64);
            right += count(0).unwrap_or_default();
            all += count(1).unwrap_or_default();
        }
        percent((all > 0.0).then(|| 100.0 * right / all))
    };
    COLUMNS.iter().map(total).collect()
}

/// The folder of the harness and its data.
pub fn parity() -> PathBuf {
    root().join("tests/parity")
}
