//! Paths of files, alone or behind `file://`.

use std::path::Path;

use super::Candidate;
use crate::env::Env;

/// The files and folders that a path's beginning can become; folders end with a slash.
pub(super) fn below(typed: &str, env: &Env) -> Vec<Candidate> {
    let (folder, start) = match typed.rfind('/') {
        Some(end) => typed.split_at(end + 1),
        None => ("", typed),
    };
    let place = if folder.is_empty() { Path::new(".").to_owned() } else { env.expand_home(folder) };
    let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
    let mut found: Vec<Candidate> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            // Hidden files are for those who ask for them.
            if !name.starts_with(start) || name.starts_with('.') && !start.starts_with('.') {
                return None;
            }
            let slash = if entry.path().is_dir() { "/" } else { "" };
            Some(Candidate::plain(format!("{folder}{name}{slash}")))
        })
        .collect();
    found.sort_by(|a, b| a.word.cmp(&b.word));
    found
}

/// The same behind `file://` or `fileb://`.
pub(super) fn behind(scheme: &str, typed: &str, env: &Env) -> Vec<Candidate> {
    let typed = typed.strip_prefix(scheme).unwrap_or_default();
    let found = below(typed, env);
    found.into_iter().map(|one| Candidate::plain(format!("{scheme}{}", one.word))).collect()
}
