//! The two files together: profiles, SSO sessions and service sections.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::builtin;
use crate::config_file::{COMMON, Entry, Section, parse};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::shell_words;

/// Keys of a profile, in the order in which they were found.
pub type Keys = IndexMap<String, Entry>;

/// All that both files say.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Profiles of the config file.
    pub config: IndexMap<String, Keys>,
    /// Profiles of the credentials file.
    pub credentials: IndexMap<String, Keys>,
    /// `[sso-session NAME]`
    pub sso_sessions: IndexMap<String, Keys>,
    /// `[services NAME]`
    pub services: IndexMap<String, Keys>,
    /// `[plugins]`
    pub plugins: Keys,
}

/// Where the config file is.
pub fn config_path(env: &Env) -> PathBuf {
    let path = env.get("AWS_CONFIG_FILE").unwrap_or_else(|| "~/.aws/config".into());
    env.expand_home(&path)
}

/// Where the credentials file is.
pub fn credentials_path(env: &Env) -> PathBuf {
    let path = env.get("AWS_SHARED_CREDENTIALS_FILE").unwrap_or_else(|| "~/.aws/credentials".into());
    env.expand_home(&path)
}

impl Files {
    /// Reads both; a missing file is an empty one.
    pub fn read(env: &Env) -> Result<Files> {
        let mut files = Files::default();
        for section in sections(&config_path(env))? {
            files.place(section);
        }
        for section in sections(&credentials_path(env))? {
            files.credentials.insert(section.name, section.keys);
        }
        Ok(files)
    }

    /// A section of the config file: `default`, or a kind and a name in the shell's quoting.
    fn place(&mut self, section: Section) {
        if section.name == "default" {
            self.config.insert(section.name, section.keys);
            return;
        }
        if section.name == "plugins" {
            self.plugins = section.keys;
            return;
        }
        let Ok(words) = shell_words::split(&section.name) else { return };
        let [kind, name] = words.as_slice() else { return };
        let table = match kind.as_str() {
            _ if section.name.starts_with(char::is_whitespace) => return,
            "profile" => &mut self.config,
            "sso-session" => &mut self.sso_sessions,
            "services" => &mut self.services,
            _ => return,
        };
        table.insert(name.clone(), section.keys);
    }

    /// Whether either file has this profile.
    pub fn has(&self, profile: &str) -> bool {
        self.config.contains_key(profile) || self.credentials.contains_key(profile)
    }

    /// A profile's keys out of both files; the credentials file wins.
    pub fn profile(&self, profile: &str) -> Option<Keys> {
        if !self.has(profile) {
            return None;
        }
        let mut keys = self.config.get(profile).cloned().unwrap_or_default();
        keys.extend(self.credentials.get(profile).cloned().unwrap_or_default());
        Some(keys)
    }

    /// All profiles of the files: those of the config file first, in file order.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        let more = self.credentials.keys().filter(|name| !self.config.contains_key(*name));
        self.config.keys().chain(more).map(String::as_str).filter(|name| !builtin::is_one(name))
    }
}

/// Whether a section of the config file is this profile's.
pub fn is_profile_section(section: &str, profile: &str) -> bool {
    let mut files = Files::default();
    files.place(Section { name: section.to_owned(), keys: Keys::new() });
    files.config.contains_key(profile)
}

fn sections(path: &Path) -> Result<Vec<Section>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        // What is no file holds nothing; only writing to it fails.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(unreadable(path, &error.to_string())),
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(path, "it is not UTF-8"))?;
    // A byte order mark, which editors of other systems leave, changes nothing.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let sections = parse(text).map_err(|error| {
        let place = if error.line > 0 { format!("line {}: ", error.line) } else { String::new() };
        unreadable(path, &format!("{place}{}", error.what))
    })?;
    Ok(with_common(sections))
}

/// `[DEFAULT]`, in capitals, is no section: its keys are those of each section that does not say otherwise.
fn with_common(mut sections: Vec<Section>) -> Vec<Section> {
    let Some(at) = sections.iter().position(|section| section.name == COMMON) else { return sections };
    let common = sections.remove(at).keys;
    for section in &mut sections {
        for (key, value) in &common {
            section.keys.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    sections
}

fn unreadable(path: &Path, why: &str) -> Error {
    Error::general(format!("Unable to parse config file: {}", path.display())).hint(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(config: &str, credentials: &str) -> Files {
        let mut files = Files::default();
        for section in parse(config).unwrap() {
            files.place(section);
        }
        for section in parse(credentials).unwrap() {
            files.credentials.insert(section.name, section.keys);
        }
        files
    }

    #[test]
    fn section_names_are_read_as_the_shell_quotes_words() {
        let files = files(
            "[default]\na=1\n[profile p]\n[profile \"my team\"]\n[profile  bar]\n[ profile baz ]\n[profile \"q]\n[plain]\n[sso-session s]\n[services v]\n",
            "[only here]\n",
        );
        let names: Vec<_> = files.profiles().collect();
        assert_eq!(names, ["default", "p", "my team", "bar", "only here"]);
        assert!(files.sso_sessions.contains_key("s") && files.services.contains_key("v"));
    }

    #[test]
    fn a_section_called_default_in_capitals_is_a_part_of_all_others() {
        let text = "[DEFAULT]\nregion=a\nx=1\n[default]\nregion=b\n[DEFAULT]\ns3 =\n k=v\n[services s]\n";
        let sections = with_common(parse(text).unwrap());
        let names: Vec<_> = sections.iter().map(|section| section.name.as_str()).collect();
        assert_eq!(names, ["default", "services s"]);
        assert_eq!(sections[0].keys["region"].text(), Some("b"));
        assert_eq!(sections[1].keys["region"].text(), Some("a"));
        assert!(matches!(sections[1].keys["s3"], Entry::Nested(_)));
        assert!(parse("[DEFAULT]\nx=1\n[DEFAULT]\nx=2\n").is_err());
    }

    #[test]
    fn the_credentials_file_wins_and_the_later_default_wins() {
        let files =
            files("[default]\nregion=a\n[profile default]\nregion=b\n", "[default]\noutput=text\nregion=c\n");
        let keys = files.profile("default").unwrap();
        assert_eq!(keys["region"].text(), Some("c"));
        assert_eq!(keys["output"].text(), Some("text"));
        assert!(files.profile("x").is_none());
    }
}
