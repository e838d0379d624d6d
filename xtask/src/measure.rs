//! Time and memory of small processes.
//!
//! A process inherits the peak of the one that started it, so what a run uses is taken
//! by a C program of a few lines that has next to none itself.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

const NOTHING: &str = "int main(void) { return 0; }\n";

/// Runs its arguments and prints on standard error the peak of their resident memory, in KiB, and their page
/// faults. A fork would add its own.
const PEAK: &str = r#"
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
extern char **environ;
int main(int count, char **words) {
    struct rusage usage;
    int status;
    pid_t child;
    if (posix_spawnp(&child, words[1], 0, 0, words + 1, environ)) return 127;
    if (wait4(child, &status, 0, &usage) < 0) return 126;
    fprintf(stderr, "\n%ld %ld\n", usage.ru_maxrss, usage.ru_minflt + usage.ru_majflt);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
"#;

/// A command as it is measured again and again.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is called in the table.
    pub name: String,
    /// Program and words.
    pub words: Vec<String>,
    /// All that is in its environment.
    pub environment: Vec<(String, String)>,
}

/// Times of all commands, each run once a round, so that a busy moment of the machine meets all of them. A first round
/// warms up and does not count.
///
/// # Errors
/// One of them fails.
pub fn interleaved(lines: &[Line], rounds: usize) -> Result<Vec<Vec<Duration>>> {
    let mut times = vec![Vec::new(); lines.len()];
    for round in 0..=rounds {
        for (line, times) in lines.iter().zip(&mut times) {
            let time = line.time()?;
            if round > 0 {
                times.push(time);
            }
        }
    }
    Ok(times)
}

/// What a run uses. Unlike times, page faults hardly differ from run to run.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The peak of the resident memory, in KiB.
    pub peak: u64,
    /// Page faults, as the system counts them.
    pub faults: u64,
}

/// The helpers, compiled into a folder.
#[derive(Debug)]
pub struct Helpers {
    /// A process that does nothing.
    pub nothing: PathBuf,
    peak: PathBuf,
}

impl Helpers {
    /// Compiles them, static where the system can.
    pub fn compile(folder: &Path) -> Result<Helpers> {
        let nothing = compile(folder, "nothing", NOTHING)?;
        Ok(Helpers { nothing, peak: compile(folder, "peak", PEAK)? })
    }

    /// What one run uses.
    pub fn usage(&self, line: &Line) -> Result<Usage> {
        let output = Command::new(&self.peak)
            .args(&line.words)
            .env_clear()
            .envs(line.environment.clone())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let last = text.lines().last().and_then(|line| line.split_once(' '));
        let (peak, faults) = last.context("no peak was printed")?;
        Ok(Usage { peak: peak.parse()?, faults: faults.parse()? })
    }
}

/// Compiles a C program, static where the system can.
pub fn compile(folder: &Path, name: &str, source: &str) -> Result<PathBuf> {
    let (file, program) = (folder.join(format!("{name}.c")), folder.join(name));
    fs::write(&file, source)?;
    for how in [&["-O2", "-static"][..], &["-O2"]] {
        let output = Command::new("cc").args(how).arg("-o").arg(&program).arg(&file).output();
        if output.context("cc is needed to measure")?.status.success() {
            return Ok(program);
        }
    }
    bail!("cc cannot compile {}", file.display())
}

impl Line {
    /// Runs once and takes the time; the exit must be a success.
    pub fn time(&self) -> Result<Duration> {
        let (program, words) = self.words.split_first().context("an empty command")?;
        let mut command = Command::new(program);
        command.args(words).env_clear().envs(self.environment.clone());
        command.stdin(Stdio::null()).stdout(File::create("/dev/null")?).stderr(File::create("/dev/null")?);
        let start = Instant::now();
        let status = command.status()?;
        let time = start.elapsed();
        if !status.success() {
            bail!("{} failed ({status}): {}", self.name, self.words.join(" "));
        }
        Ok(time)
    }
}

/// The middle one.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
