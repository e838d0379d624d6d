//! Hands clap the words that are certain: full names, `--name=value`, one value a word.
//!
//! clap never guesses here. What it gives back are the matches from which
//! results are read, out of the same tree that help and completions come from.

use clap::{ArgMatches, Command};

use crate::cli::reader::{Opt, Takes, Use};
use crate::cli::tree;
use crate::error::{Error, Result};

/// The matches of the global options.
pub fn globals(options: &[Opt], uses: &[Option<Use<'_>>]) -> Result<ArgMatches> {
    matches(tree::globals_only(), options, uses, &[])
}

/// The matches of a command's own options and positionals.
pub fn matches(
    command: Command,
    options: &[Opt],
    uses: &[Option<Use<'_>>],
    positionals: &[&str],
) -> Result<ArgMatches> {
    let mut words = Vec::new();
    for (option, used) in options.iter().zip(uses) {
        let Some(used) = used else { continue };
        if used.words.is_empty() || matches!(option.takes, Takes::Nothing | Takes::End) {
            words.push(option.name.to_string());
        }
        for word in &used.words {
            words.push(format!("{}={word}", option.name));
        }
    }
    if !positionals.is_empty() {
        words.push("--".to_owned());
        words.extend(positionals.iter().map(|word| (*word).to_owned()));
    }
    command
        .no_binary_name(true)
        .try_get_matches_from(words)
        .map_err(|error| Error::general(format!("The command line cannot be read: {}", error.kind())))
}

/// The words of an option, if it is there: an empty list is an option without a word.
pub fn words_of(matches: &mut ArgMatches, id: &str) -> Option<Vec<String>> {
    let there = matches.value_source(id).is_some();
    let words = matches.remove_many::<String>(id).map(Iterator::collect);
    there.then(|| words.unwrap_or_default())
}
