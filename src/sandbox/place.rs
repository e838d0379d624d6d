//! Where accounts are kept: the user's data directory, or where `IAMCTL_SANDBOX_DIR` says.

use std::path::{Path, PathBuf};

use super::name::Name;
use crate::env::Env;

/// The folder that holds one file for each account; none where the user has no home.
pub fn directory(env: &Env) -> Option<PathBuf> {
    if let Some(path) = env.filled("IAMCTL_SANDBOX_DIR") {
        return Some(env.expand_home(&path));
    }
    data_directory(env).map(|data| data.join("iamctl").join("sandbox"))
}

/// The accounts that are kept in a folder, by name; none where there is no such folder.
pub fn accounts(folder: &Path) -> Vec<Name> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let name = |entry: std::fs::DirEntry| Name::new(entry.file_name().to_str()?.strip_suffix(".db")?).ok();
    let mut names: Vec<Name> = entries.filter_map(|entry| name(entry.ok()?)).collect();
    names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    names
}

/// The user's data directory, by the rules of the system.
fn data_directory(env: &Env) -> Option<PathBuf> {
    if cfg!(windows) {
        return env.filled("LOCALAPPDATA").map(PathBuf::from);
    }
    if cfg!(target_os = "macos") {
        return env.home().map(|home| home.join("Library").join("Application Support"));
    }
    let given = env.filled("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    given.or_else(|| env.home().map(|home| home.join(".local").join("share")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_variable_wins_over_the_data_directory() {
        let place = |variables: &[(&str, &str)]| directory(&Env::fixed(variables.iter().copied())).unwrap();
        assert_eq!(place(&[("HOME", "/h")]), PathBuf::from("/h/.local/share/iamctl/sandbox"));
        assert_eq!(place(&[("HOME", "/h"), ("XDG_DATA_HOME", "/d")]), PathBuf::from("/d/iamctl/sandbox"));
        assert_eq!(place(&[("HOME", "/h"), ("IAMCTL_SANDBOX_DIR", "~/s")]), PathBuf::from("/h/s"));
    }
}
