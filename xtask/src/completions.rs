//! `cargo xtask completions`: the shells' scripts as files, for packages that install them.
//!
//! `iamctl completion SHELL` prints the same text; both come from `src/complete/scripts`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

/// Templates, and the names under which shells look for what is made of them.
const FILES: [(&str, &str); 5] = [
    ("bash.sh", "iamctl.bash"),
    ("elvish.elv", "iamctl.elv"),
    ("fish.fish", "iamctl.fish"),
    ("powershell.ps1", "iamctl.ps1"),
    ("zsh.zsh", "_iamctl"),
];

/// Writes every script.
pub fn write(root: &Path) -> Result<()> {
    let folder = root.join("completions");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, text) in files(root)? {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Compares every script with its template, and looks for files that have none.
pub fn check(root: &Path) -> Result<ExitCode> {
    let folder = root.join("completions");
    let mut wrong = Vec::new();
    for (name, text) in files(root)? {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        if there != text {
            let diff = similar::TextDiff::from_lines(&there, &text);
            let path = format!("completions/{name}");
            wrong.push(diff.unified_diff().header(&path, "what src/complete/scripts gives").to_string());
        }
    }
    for entry in std::fs::read_dir(&folder).into_iter().flatten() {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !FILES.iter().any(|(_, file)| *file == name) {
            wrong.push(format!("completions/{name} has no template"));
        }
    }
    if wrong.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    wrong.iter().for_each(|line| crate::say(line));
    crate::say("completions/ is stale: run `cargo xtask completions`");
    Ok(ExitCode::FAILURE)
}

fn files(root: &Path) -> Result<Vec<(&'static str, String)>> {
    let read = |(template, name): (&str, &'static str)| {
        let path = root.join("src/complete/scripts").join(template);
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok((name, text.replace("PROGRAM", "iamctl")))
    };
    FILES.into_iter().map(read).collect()
}
