//! The names that `set` and `get` take: `region`, `s3.addressing_style`,
//! `default.region`, `profile.dev.s3.addressing_style`.

use crate::error::{Error, Result};

/// The section whose name a variable may begin with. The reference looks whether the name is a
/// *part* of this word, so that `in`, `s` and the empty name count as well.
pub(super) const PREDEFINED: &str = "plugins";

/// The profile that a name begins with, and the rest of its parts.
pub(super) struct Named<'n> {
    pub(super) profile: Option<&'n str>,
    pub(super) rest: Vec<&'n str>,
}

/// Reads a name of several parts; `is_profile` says whether a first part is a profile's name.
pub(super) fn read<'n>(name: &'n str, is_profile: impl Fn(&str) -> bool) -> Result<Named<'n>> {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        [] | [_] => Ok(Named { profile: None, rest: parts }),
        ["profile", profile, first, rest @ ..] => {
            Ok(Named { profile: Some(profile), rest: [&[*first], rest].concat() })
        }
        ["profile", ..] => Err(Error::general("list index out of range")
            .hint("a key has to follow the profile: profile.NAME.KEY")),
        [first, rest @ ..] if *first == "default" || is_profile(first) => {
            Ok(Named { profile: Some(first), rest: rest.to_vec() })
        }
        _ => Ok(Named { profile: None, rest: parts }),
    }
}

/// `--sso-session` or `--services`: a kind of section and the section's name.
pub(super) fn sub_section(command: &crate::cli::OwnCommand) -> Result<Option<(&'static str, &str)>> {
    match (command.option("sso-session"), command.option("services")) {
        (Some(_), Some(_)) => Err(Error::usage(
            "The key \"services\" cannot be specified when one of the following keys are also specified: sso_session",
        )),
        (Some(name), None) => Ok(Some(("sso-session", name))),
        (None, Some(name)) => Ok(Some(("services", name))),
        (None, None) => Ok(None),
    }
}
