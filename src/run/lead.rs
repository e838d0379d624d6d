//! Where to go on after an error: what the program's own help says of it, told on a terminal only.
//!
//! The messages are the reference's, and most of them end in a general usage
//! text. Here the words that were typed are known, and so the very page that
//! helps. An error that says already what was meant is left alone.

use std::path::Path;

use crate::cli::globals::GLOBALS;
use crate::cli::reader::Takes;
use crate::error::{Error, Kind};
use crate::help;

/// The error with what to do next, for a line of these words.
pub(super) fn on(mut error: Error, words: &[&str], program: &str) -> Error {
    let said = !error.hints.is_empty() || error.message.contains("Maybe you meant");
    let path = path(words, program);
    match error.kind {
        Kind::ParamValidation | Kind::UnknownOptions if !said => {
            let hints = of_line(&error, words, &path, program);
            error.hints.extend(hints);
        }
        Kind::Service if !said => error.hints.extend(of_refusal(&error, words, &path, program)),
        Kind::NoCredentials => {
            error.hints.push("without an AWS account: add --profile sandbox: to try it here".into());
            error.hints.push(format!("the first steps are told by: {program} help start"));
        }
        Kind::General if error.message.starts_with("Could not connect to the endpoint URL") => error
            .hints
            .push("for a key of the sandbox: configure set endpoint_url sandbox: --profile NAME".into()),
        _ => {}
    }
    error
}

/// The words of the command that the line begins with, as far as there is a page on it.
fn path<'w>(words: &[&'w str], program: &str) -> Vec<&'w str> {
    let mut path = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            // `--profile sandbox`: the word after a global option is its value.
            if GLOBALS.iter().any(|global| global.name == *word && global.takes == Takes::One) {
                words.next();
            }
            continue;
        }
        path.push(*word);
        if help::page(program, &path).is_none() {
            path.pop();
        }
    }
    path
}

/// A line that cannot be read, or a value that cannot.
fn of_line(error: &Error, words: &[&str], path: &[&str], program: &str) -> Vec<String> {
    if let Some(hint) = of_file(error, words) {
        return vec![hint];
    }
    if let [first, rest @ ..] = words
        && *first == "help"
        && !rest.is_empty()
    {
        return of_help(rest, program);
    }
    if words.contains(&"login") && path.is_empty() {
        return vec![
            format!(
                "to store an access key: {program} configure; for single sign-on: {program} configure sso"
            ),
            "without an AWS account: --profile sandbox: works in one on this machine".into(),
        ];
    }
    let name = path.join(" ");
    if path.is_empty() {
        return vec![
            format!("the first steps are told by: {program} help start"),
            format!("a command for what you want to do: {program} help search WORD..."),
        ];
    }
    let groups = help::page(program, path).is_some_and(|page| page.has("COMMANDS"));
    match groups {
        true => vec![format!("its commands are listed by: {program} {name} -h")],
        false => vec![
            format!("its options in short: {program} {name} -h"),
            format!("all about it, with examples: {program} {name} help"),
        ],
    }
}

/// `help` with words that are no topic: a command's page is asked for the other way round.
fn of_help(sought: &[&str], program: &str) -> Vec<String> {
    let direct = path(sought, program);
    let of_service = || sought.first().filter(|_| sought.len() == 1).map(|word| vec!["iam", *word]);
    let by_name = || of_service().filter(|path| help::page(program, path).is_some());
    let page = if direct.is_empty() { by_name() } else { Some(direct) };
    match page {
        Some(path) => vec![format!("the page of a command: {program} {} help", path.join(" "))],
        None => vec![
            format!("to find a command by what it does: {program} help search {}", sought.join(" ")),
            format!("the topics are listed by: {program} help topics"),
        ],
    }
}

/// A file that is not there, or is meant and not said.
fn of_file(error: &Error, words: &[&str]) -> Option<String> {
    if error.message.contains("Unable to load paramfile") {
        let folder = std::env::current_dir().ok();
        let folder = folder.map_or_else(String::new, |folder| format!(" (this one is {})", folder.display()));
        return Some(format!("the path is taken from the folder you are in{folder}"));
    }
    let is_file = |word: &&&str| !word.contains("://") && !word.starts_with('-') && Path::new(word).is_file();
    let word = words.iter().find(is_file)?;
    Some(format!("{word} counts as the text itself; to read the file, write file://{word}"))
}

/// What the service refused.
fn of_refusal(error: &Error, words: &[&str], path: &[&str], program: &str) -> Vec<String> {
    let Some(said) = &error.service else { return Vec::new() };
    match said.code.as_str() {
        "AccessDenied" if said.message.contains("by root accounts") => {
            vec![format!("use the key of a user, with --profile; how to make one: {program} help start")]
        }
        "AccessDenied" | "AccessDeniedException" => of_denial(path, program),
        "InvalidClientTokenId" => vec![
            "the key is not known there; where it is from: configure list --explain".into(),
            "for a key of the sandbox: configure set endpoint_url sandbox: --profile NAME".into(),
        ],
        "MalformedPolicyDocument" => vec![
            of_file(error, words)
                .unwrap_or_else(|| format!("how policies are written: {program} help policies")),
        ],
        code => help::on_error(path, code).into_iter().collect(),
    }
}

fn of_denial(path: &[&str], program: &str) -> Vec<String> {
    let mut hints = vec![format!("who asks: {program} sts get-caller-identity, with the same profile")];
    hints.push(match path {
        ["sts", "assume-role"] => {
            format!("its trust policy has to name the caller: {program} iam update-assume-role-policy help")
        }
        _ => format!("how it is decided, and how to find out why: {program} help policies"),
    });
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: Error, words: &str) -> Vec<String> {
        on(error, &words.split(' ').collect::<Vec<_>>(), "iamctl").hints
    }

    #[test]
    fn the_page_is_that_of_the_words_that_were_typed() {
        let wrong = || Error::usage("wrong");
        assert_eq!(
            told(wrong(), "iam create-role --role-name get-user"),
            [
                "its options in short: iamctl iam create-role -h",
                "all about it, with examples: iamctl iam create-role help"
            ]
        );
        assert_eq!(told(wrong(), "--profile sandbox iam"), ["its commands are listed by: iamctl iam -h"]);
        assert_eq!(told(wrong(), "sandbox"), ["its commands are listed by: iamctl sandbox -h"]);
        assert_eq!(
            told(wrong(), "help iam create-role"),
            ["the page of a command: iamctl iam create-role help"]
        );
        assert_eq!(told(wrong(), "help create-role"), ["the page of a command: iamctl iam create-role help"]);
        assert!(told(wrong(), "help keys")[0].ends_with("iamctl help search keys"));
        assert!(told(wrong(), "--debug")[0].ends_with("iamctl help start"));
    }

    #[test]
    fn what_is_said_already_is_not_said_again() {
        assert_eq!(told(Error::usage("wrong").hint("did you mean x?"), "iam"), ["did you mean x?"]);
        assert!(told(Error::usage("no\nMaybe you meant:\n  * iam"), "ima").is_empty());
    }
}
