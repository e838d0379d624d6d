//! What an account is called: `sandbox:` or `sandbox:NAME`, where an endpoint or a profile can stand.

use std::fmt;

/// The last labels of the hosts that stand for accounts of this program. The top-level name is reserved and
/// never resolves, so no such request can leave the machine.
const DOMAIN: &str = ".sandbox.invalid";

/// The word before the colon.
const PREFIX: &str = "sandbox:";

/// The name of an account: lower-case letters, digits and inner dashes, at most 32.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// The account of a word such as `sandbox:lab`; none where the word is about something else.
    ///
    /// # Errors
    /// What is wrong with the name after the colon.
    pub fn of_word(word: &str) -> Option<Result<Name, String>> {
        word.strip_prefix(PREFIX).map(Name::new)
    }

    /// The account of this name; the empty name is `default`.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn new(name: &str) -> Result<Name, String> {
        let label = |name: &str| {
            name.len() <= 32
                && !name.starts_with('-')
                && !name.ends_with('-')
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        match name {
            "" => Ok(Name::default()),
            name if label(name) => Ok(Name(name.to_owned())),
            name => Err(format!(
                "Invalid sandbox name: \"{name}\". A name has at most 32 lower-case letters, digits and inner dashes"
            )),
        }
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Name {
    fn default() -> Self {
        Name("default".to_owned())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The host by which the SDK knows an account.
pub fn host_of(name: &Name) -> String {
    format!("{name}{DOMAIN}")
}

/// The account that a host stands for, if it stands for one.
pub fn name_of_host(host: &str) -> Option<Name> {
    host.strip_suffix(DOMAIN).and_then(|name| Name::new(name).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colon_makes_the_word() {
        assert_eq!(Name::of_word("sandbox"), None);
        assert_eq!(Name::of_word("Sandbox:"), None);
        assert_eq!(Name::of_word("sandbox:"), Some(Ok(Name::default())));
        assert_eq!(Name::of_word("sandbox:lab-2").unwrap().unwrap().as_str(), "lab-2");
        for wrong in ["sandbox:Lab", "sandbox:a/b", "sandbox:-a", "sandbox:..", "sandbox:a_b"] {
            assert!(Name::of_word(wrong).unwrap().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_host_stands_for_one_account_and_back() {
        let name = Name::new("lab").unwrap();
        assert_eq!(name_of_host(&host_of(&name)), Some(name));
        assert_eq!(name_of_host("iam.amazonaws.com"), None);
    }
}
