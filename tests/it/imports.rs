//! Who may know whom: imports point down.
//!
//! The floors are those of the architecture. A part imports from its own floor
//! or from below; within a floor nothing may go round in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The parts of `src/` by floor, from the ground.
const FLOORS: [&[&str]; 7] = [
    &[
        "client",
        "closest",
        "encoding",
        "env",
        "error",
        "json",
        "model",
        "packed",
        "percent",
        "policy",
        "private_file",
        "progress",
        "python",
        "secret",
        "shell_words",
        "value",
    ],
    &["cli", "config_file", "form", "output", "overrides", "params", "query", "reply", "sandbox"],
    &["call", "config", "connection", "help", "ops"],
    &["credentials", "paginate", "wait"],
    &["commands", "complete", "prompt"],
    &["run"],
    &["main"],
];

/// Parts that have nothing of ours to know but what is named.
const ONLY: [(&str, &[&str]); 3] = [
    ("output", &["error", "value", "python", "json"]),
    ("query", &["error", "value", "python", "json"]),
    ("main", &["run"]),
];

type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (part, known) in &imports() {
        let Some(floor) = floor(part) else {
            wrong.push(format!("src/{part} has no floor in tests/it/imports.rs"));
            continue;
        };
        for other in known {
            match self::floor(other) {
                Some(below) if below <= floor => {}
                Some(_) => wrong.push(format!("{part} imports {other}, which is above it")),
                None => wrong.push(format!("{part} imports {other}, which has no floor")),
            }
        }
        if let Some((_, few)) = ONLY.iter().find(|(name, _)| name == part) {
            let more = known.iter().filter(|other| !few.contains(&other.as_str()));
            wrong.extend(more.map(|other| format!("{part} may not know {other}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_go_round_in_no_circle() {
    let imports = imports();
    for part in imports.keys() {
        let mut path = vec![part.clone()];
        if circle(&imports, &mut path) {
            panic!("a circle: {}", path.join(" -> "));
        }
    }
}

/// Whether the path can be walked on to where it began; then it holds the whole circle.
fn circle(imports: &Imports, path: &mut Vec<String>) -> bool {
    let last = path[path.len() - 1].clone();
    for next in imports.get(&last).into_iter().flatten() {
        if *next == path[0] {
            path.push(next.clone());
            return true;
        }
        if path.contains(next) {
            continue;
        }
        path.push(next.clone());
        if circle(imports, path) {
            return true;
        }
        path.pop();
    }
    false
}

fn floor(part: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&part))
}

/// Which parts each part imports.
fn imports() -> Imports {
    let src = iamctl_testkit::root().join("src");
    let mut imports = Imports::new();
    for path in files(&src) {
        let below = path.strip_prefix(&src).unwrap();
        let part = below.components().next().unwrap().as_os_str().to_str().unwrap();
        let part = part.trim_end_matches(".rs").to_owned();
        if part == "lib" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let known = imports.entry(part.clone()).or_default();
        known.extend(names(&code).into_iter().filter(|other| *other != part));
    }
    imports
}

/// The parts that a source names: `crate::x`, `crate::{x, y::z}`, and `iamctl::x` in `main.rs`.
fn names(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for root in ["crate::", "iamctl::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &code[at + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => names.extend(group_names(group)),
                None => drop(names.insert(word(rest))),
            }
        }
    }
    names.remove("");
    names
}

/// The first words of a group's members; groups inside it belong to their member.
fn group_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(word(group[start..at].trim_start()));
                return names;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(word(group[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(self::files(&path)),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
    files
}

#[test]
fn names_are_found_in_all_forms() {
    let code = "use crate::error::{Error, Kind};\nuse crate::{value, model::{self, Shape}};\nlet x = crate::json::read();";
    assert_eq!(names(code).into_iter().collect::<Vec<_>>(), ["error", "json", "model", "value"]);
}
