//! `cargo xtask man`: writes `man/`, the help as man pages.
//!
//! The program itself makes the pages (`iamctl man install`), from the words
//! that it carries; this task only lays them side by side, so that a change
//! is reviewed as a diff.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::build;

/// Writes all pages, and removes those that are no more.
pub fn write(root: &Path) -> Result<()> {
    let folder = root.join("man");
    std::fs::create_dir_all(&folder)?;
    let pages = pages()?;
    for name in read(&folder)?.keys().filter(|name| !pages.contains_key(*name)) {
        std::fs::remove_file(folder.join(name))?;
    }
    for (name, text) in &pages {
        std::fs::write(folder.join(name), text)?;
    }
    crate::say(&format!("man/: {} pages", pages.len()));
    Ok(())
}

/// Compares all pages with what the program makes now.
pub fn check(root: &Path) -> Result<ExitCode> {
    let (there, pages) = (read(&root.join("man"))?, pages()?);
    let names = there.keys().chain(pages.keys().filter(|name| !there.contains_key(*name)));
    let stale: Vec<&String> = names.filter(|name| there.get(*name) != pages.get(*name)).collect();
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for name in stale.iter().take(3) {
        let text = |pages: &BTreeMap<String, String>| pages.get(*name).cloned().unwrap_or_default();
        let (old, new) = (text(&there), text(&pages));
        let diff = similar::TextDiff::from_lines(&old, &new);
        crate::say(&diff.unified_diff().header(&format!("man/{name}"), "what the program makes").to_string());
    }
    crate::say(&format!("{} man page(s) differ: run `cargo xtask man`", stale.len()));
    Ok(ExitCode::FAILURE)
}

fn pages() -> Result<BTreeMap<String, String>> {
    let program = build::dev()?;
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.args(["man", "install", "--dir"]).arg(folder.path()).env("HOME", folder.path());
    let output = command.output().context("the program cannot be started")?;
    if !output.status.success() {
        bail!("man install failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut pages = read(&folder.path().join("man1"))?;
    pages.extend(read(&folder.path().join("man7"))?);
    Ok(pages)
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(BTreeMap::new()) };
    let mut pages = BTreeMap::new();
    for entry in entries {
        let entry = entry?;
        pages
            .insert(entry.file_name().to_string_lossy().into_owned(), std::fs::read_to_string(entry.path())?);
    }
    Ok(pages)
}
