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
use crate::policy::{self, DocumentKind};

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
    if let Some(hint) = of_file(error, words).or_else(|| of_json(error, words)) {
        return vec![hint];
    }
    if error.message.starts_with("Bad value for --query") {
        return vec![format!("how expressions are written: {program} help query")];
    }
    if let Some(hint) = of_arn(error) {
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
    // What the service refused as a document and is named like a file was meant as one.
    let refused = error.kind == Kind::Service;
    let is_meant =
        |word: &str| Path::new(word).is_file() || (refused && word.ends_with(".json") && !word.contains(' '));
    let path = |word: &'_ str| word.strip_prefix("file:").unwrap_or(word).to_owned();
    let is_file = |word: &&&str| !word.contains("://") && !word.starts_with('-') && is_meant(&path(word));
    let word = words.iter().find(is_file)?;
    Some(format!("{word} counts as the text itself; to read the file, write file://{}", path(word)))
}

/// A JSON document that the shell has taken apart or robbed of its quotes.
fn of_json(error: &Error, words: &[&str]) -> Option<String> {
    let is_part = |word: &&str| {
        let word = word.trim();
        word.starts_with(['{', '[']) && crate::json::read(word).is_err()
    };
    let concerned = error.kind == Kind::UnknownOptions || error.message.contains("Invalid JSON");
    (concerned && words.iter().any(is_part)).then(|| {
        "a JSON document is one word of the line: put it between single quotes, or into a file and write file://NAME"
            .to_owned()
    })
}

/// A name where an ARN belongs.
fn of_arn(error: &Error) -> Option<String> {
    let rest = error.message.split_once("Invalid length for parameter ")?.1;
    let name = rest.split_once(',')?.0;
    let (kind, lister) = match name {
        "RoleArn" => ("role", "iam list-roles"),
        "PolicyArn" => ("policy", "iam list-policies"),
        _ => return None,
    };
    Some(format!(
        "{name} is a whole ARN, such as arn:aws:iam::123456789012:{kind}/NAME; {lister} shows those there are"
    ))
}

/// What is wrong with a policy document of the line, and where.
fn of_policy(words: &[&str]) -> Option<String> {
    let value = |name: &str| {
        let joined = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let at = words.iter().rposition(|word| *word == name).map(|at| at + 1);
        at.and_then(|at| words.get(at).copied()).or(joined)
    };
    let (text, kind) = match value("--assume-role-policy-document") {
        Some(text) => (text, DocumentKind::Trust),
        None if words.contains(&"update-assume-role-policy") => {
            (value("--policy-document")?, DocumentKind::Trust)
        }
        None => (value("--policy-document")?, DocumentKind::Identity),
    };
    let text = match text.strip_prefix("file://") {
        Some(path) => std::fs::read_to_string(path).ok()?,
        None => text.to_owned(),
    };
    policy::faults(&text, kind).first().map(ToString::to_string)
}

/// What the service refused.
fn of_refusal(error: &Error, words: &[&str], path: &[&str], program: &str) -> Vec<String> {
    let Some(said) = &error.service else { return Vec::new() };
    match said.code.as_str() {
        "AccessDenied" if said.message.contains("by root accounts") => {
            vec![format!("use the key of a user, with --profile; how to make one: {program} help start")]
        }
        "AccessDenied" if said.message.starts_with("MultiFactorAuthentication failed") => {
            vec![
                "wait for the next code of the device, and type it without blanks; each code works once"
                    .into(),
            ]
        }
        "AccessDenied" | "AccessDeniedException" => of_denial(path, program),
        "InvalidClientTokenId" => vec![
            "the key is not known there; where it is from: configure list --explain".into(),
            "for a key of the sandbox: configure set endpoint_url sandbox: --profile NAME".into(),
        ],
        "MalformedPolicyDocument" => {
            let mut hints: Vec<String> =
                of_file(error, words).or_else(|| of_policy(words)).into_iter().collect();
            if said.message.starts_with("Invalid principal") {
                hints.push("who is named there has to exist before: a user, a role, or an account".into());
            }
            hints.push(format!("how policies are written: {program} help policies"));
            hints
        }
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
    fn a_document_that_the_shell_took_apart_is_told() {
        let error = Error::new(Kind::UnknownOptions, "Unknown options: 2012-10-17}");
        let hints = told(error, "iam create-role --assume-role-policy-document {Version: 2012-10-17}");
        assert!(hints.len() == 1 && hints[0].contains("single quotes"), "{hints:?}");
        let whole = told(Error::new(Kind::UnknownOptions, "Unknown options: x"), "iam create-role {} x");
        assert!(whole[0].ends_with("iam create-role -h"), "{whole:?}");
    }

    #[test]
    fn a_refused_policy_is_told_where_and_why() {
        let service = crate::error::ServiceError {
            code: "MalformedPolicyDocument".into(),
            message: "Syntax errors in policy.".into(),
            fields: crate::value::Map::new(),
            status: 400,
        };
        let error = Error { service: Some(Box::new(service)), ..Error::new(Kind::Service, "") };
        let line = "iam put-user-policy --policy-document";
        let hints = told(error.clone(), &format!("{line} {{\"Version\":\"2012-10-17\""));
        assert!(hints[0].starts_with("line 1 column "), "{hints:?}");
        assert_eq!(hints[1], "how policies are written: iamctl help policies");
        let hints = told(error.clone(), &format!("{line} not-there.json"));
        assert!(hints[0].ends_with("write file://not-there.json"), "{hints:?}");
        let hints = told(error, &format!("{line} file:/not-there.json"));
        assert!(hints[0].ends_with("write file:///not-there.json"), "{hints:?}");
    }

    #[test]
    fn an_expression_and_an_arn_are_explained() {
        let query = Error::usage("Bad value for --query Users[: Invalid jmespath expression");
        assert_eq!(told(query, "iam list-users"), ["how expressions are written: iamctl help query"]);
        let arn =
            Error::usage("Parameter validation failed:\nInvalid length for parameter RoleArn, value: 7, ...");
        assert!(told(arn, "sts assume-role")[0].contains("iam list-roles shows"));
    }

    #[test]
    fn what_is_said_already_is_not_said_again() {
        assert_eq!(told(Error::usage("wrong").hint("did you mean x?"), "iam"), ["did you mean x?"]);
        assert!(told(Error::usage("no\nMaybe you meant:\n  * iam"), "ima").is_empty());
    }
}
