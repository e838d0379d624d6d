//! Completion of the command line, done by the program itself, so that it is
//! always current and knows the names of the account at hand.
//!
//! A shell asks through the environment: our own scripts with
//! `IAMCTL_COMPLETE`, bash's `complete -C` with `COMP_LINE`. The answer goes to
//! stdout, one candidate a line. Whatever goes wrong, the answer is shorter and
//! nothing is said: a person is typing.

mod account;
mod ask;
mod files;
mod known;
mod place;
mod scripts;
mod values;

use crate::env::Env;

pub use ask::{Ask, Shell};
pub use scripts::{SHELLS, script};

/// Something that can stand at the place in question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The word.
    pub word: String,
    /// What it means, in a line; empty where there is nothing to say.
    pub help: String,
}

impl Candidate {
    fn new(word: impl Into<String>, help: impl Into<String>) -> Candidate {
        Candidate { word: word.into(), help: help.into() }
    }

    fn plain(word: impl Into<String>) -> Candidate {
        Candidate::new(word, "")
    }
}

/// The answer, if this run is a shell's question; `arguments` begin with the program's own name.
pub fn answer(env: &Env, arguments: &[String]) -> Option<String> {
    let ask = Ask::read(env, arguments)?;
    let candidates = candidates(&ask.words, &ask.current, env);
    Some(ask.print(&candidates))
}

/// What can stand for the word `current` behind `words`, which do not hold the program's name. Sorted as a person
/// looks for it: commands and options by name, values as they come.
pub fn candidates(words: &[String], current: &str, env: &Env) -> Vec<Candidate> {
    let place = place::Place::of(words, current);
    let mut found = place.candidates(words, current, env);
    found.retain(|candidate| candidate.word.starts_with(current));
    found
}

#[cfg(test)]
mod tests;
