//! The environment, handed on as a value so that tests can bring their own.

use std::collections::HashMap;
use std::path::PathBuf;

/// Where variables are looked up.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// None stands for the process's own.
    fixed: Option<HashMap<String, String>>,
    /// Variables that were added; they come first, and processes that we start inherit them.
    added: Vec<(String, String)>,
}

impl Env {
    /// The environment of this process.
    pub fn process() -> Self {
        Env { fixed: None, added: Vec::new() }
    }

    /// These variables and no others.
    pub fn fixed<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Env { fixed: Some(variables.collect()), added: Vec::new() }
    }

    /// The same environment with one more variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.added.push((name.to_owned(), value.into()));
        self
    }

    /// The variables that were added, for processes that we start.
    pub fn added(&self) -> impl Iterator<Item = (&str, &str)> {
        self.added.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The variable, empty or not. What is no Unicode is replaced.
    pub fn get(&self, name: &str) -> Option<String> {
        if let Some((_, value)) = self.added.iter().rev().find(|(added, _)| added == name) {
            return Some(value.clone());
        }
        match &self.fixed {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()),
        }
    }

    /// The variable, if it is not empty.
    pub fn filled(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The user's home directory: `HOME`, else what the password file says of this user.
    /// The C library is not asked, because a static binary would load the host's plugins for it.
    pub fn home(&self) -> Option<PathBuf> {
        match self.get("HOME") {
            Some(home) => Some(PathBuf::from(home)),
            None => home_of_user().map(PathBuf::from),
        }
    }

    /// A path whose leading `~` is the home directory.
    pub fn expand_home(&self, path: &str) -> PathBuf {
        let rest = match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
            _ => return PathBuf::from(path),
        };
        match self.home() {
            Some(home) => {
                let home = home.to_string_lossy();
                PathBuf::from(format!("{}{rest}", home.trim_end_matches('/')))
            }
            None => PathBuf::from(path),
        }
    }
}

/// The name that the program goes by: that of its file, so that a link named `aws` reads as `aws`.
pub fn program_name() -> String {
    let name = std::env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&name).file_name().map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "iamctl".into())
}

#[cfg(unix)]
fn home_of_user() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let user = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.nth(2)? == user).then(|| fields.nth(2).map(str::to_owned)).flatten()
    })
}

#[cfg(not(unix))]
fn home_of_user() -> Option<String> {
    std::env::var("USERPROFILE").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_directory_only_at_the_start() {
        let env = Env::fixed([("HOME", "/h/me/")]);
        assert_eq!(env.expand_home("~/.aws/config"), PathBuf::from("/h/me/.aws/config"));
        assert_eq!(env.expand_home("~"), PathBuf::from("/h/me"));
        assert_eq!(env.expand_home("~other/x"), PathBuf::from("~other/x"));
        assert_eq!(env.expand_home("/a/~/x"), PathBuf::from("/a/~/x"));
    }
}
