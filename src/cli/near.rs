//! What a mistyped word may have meant: hints, which are shown on a terminal only.
//!
//! The reference proposes names of a high similarity in its error messages
//! (see [`super::closest`]); what comes here goes further: case and underscores
//! do not count, options are looked at as well, and a command that stands
//! elsewhere is found.

use crate::cli::globals::GLOBALS;
use crate::cli::reader::{Description, Fault, Opt};
use crate::closest;
use crate::error::Error;
use crate::model;

/// A list of this many values is told whole.
const FEW: usize = 12;

/// The name that comes closest to the word, if one is close enough: case and `_` for `-` do not count.
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    const CUTOFF: f64 = 0.65;
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let word = plain(word);
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let likeness = closest::similarity(&plain(name), &word);
        if likeness >= CUTOFF && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// What can be said of a value that is none of a list.
pub fn of_values(name: &str, word: &str, values: &[&str]) -> Option<String> {
    match nearest(word, values.iter().copied()) {
        Some(value) => Some(format!("did you mean {name} {value}?")),
        None if values.len() <= FEW => Some(format!("{name} takes one of: {}", values.join(", "))),
        None => None,
    }
}

/// The error with what the refused line may have meant.
#[must_use]
pub fn with_hints(mut error: Error, fault: &Fault, description: &Description<'_>, program: &str) -> Error {
    match fault {
        // Close names stand in the message.
        Fault::Choice { close, .. } if !close.is_empty() => {}
        Fault::Choice { argument, word, .. } if argument.starts_with('-') => {
            let option = description.options.iter().find(|option| option.name == argument.as_str());
            let values = option.map(|option| option.choices).unwrap_or_default();
            error.hints.extend(of_values(argument, word, values));
        }
        Fault::Choice { argument, word, .. } => {
            let positional = description.positionals.iter().find(|one| one.name == argument);
            let names = positional.and_then(|one| one.names).map(|names| names.all()).unwrap_or_default();
            error.hints.extend(command(argument, word, &names, program));
        }
        Fault::Required { unknown, .. } => {
            let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
            error.hints.extend(of_options(&unknown, &description.options));
        }
        _ => {}
    }
    error
}

/// What words that no option has may have meant, each in a line.
pub fn of_options(unknown: &[&str], options: &[Opt]) -> Vec<String> {
    let names = || options.iter().map(|one| one.name.as_ref()).chain(GLOBALS.iter().map(|one| one.name));
    let meant = |word: &&str| {
        let name = word.split_once('=').map_or(*word, |(name, _)| name);
        let bare = name.strip_prefix("--")?;
        let names = names().filter_map(|name| name.strip_prefix("--"));
        nearest(bare, names).map(|near| format!("{name} is no option here; did you mean --{near}?"))
    };
    unknown.iter().filter_map(meant).collect()
}

fn command(argument: &str, word: &str, names: &[&str], program: &str) -> Option<String> {
    if argument == "command" {
        // An operation whose service was left out.
        let plain = word.to_lowercase().replace('_', "-");
        if let Some(service) = model::SERVICES.iter().find(|service| service.operation(&plain).is_some()) {
            let name = service.name;
            return Some(format!("{plain} is a command of {name}: {program} {name} {plain}"));
        }
    }
    nearest(word, names.iter().copied()).map(|name| format!("did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_underscores_do_not_count() {
        let names = || ["list-users", "list-roles", "get-user"].into_iter();
        assert_eq!(nearest("LIST_USERS", names()), Some("list-users"));
        assert_eq!(nearest("lst-role", names()), Some("list-roles"));
        assert_eq!(nearest("frobnicate", names()), None);
    }

    #[test]
    fn values_are_told_whole_where_none_is_close() {
        let values = ["Active", "Inactive"];
        assert_eq!(of_values("--status", "active", &values).unwrap(), "did you mean --status Active?");
        assert_eq!(of_values("--status", "x", &values).unwrap(), "--status takes one of: Active, Inactive");
    }

    #[test]
    fn options_are_proposed_one_by_one() {
        let options = [Opt::new("--user-name", crate::cli::reader::Takes::One)];
        let hints = of_options(&["--usrname=x", "bob", "--reigon"], &options);
        assert_eq!(
            hints,
            [
                "--usrname is no option here; did you mean --user-name?",
                "--reigon is no option here; did you mean --region?"
            ]
        );
    }
}
