//! The program that a task works with: built first, or named by the caller.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::root;

/// Where cargo builds to.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The program of the dev profile, built anew where that is needed.
pub fn dev() -> Result<PathBuf> {
    run(Command::new(cargo()).args(["build", "--quiet", "--bin", "iamctl"]).current_dir(root()))?;
    Ok(target().join("debug/iamctl"))
}

/// The cargo that runs this task.
pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command whose output people see.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    if !status.success() {
        bail!("{command:?} failed ({status})");
    }
    Ok(())
}
