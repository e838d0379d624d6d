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
mod line;
mod node;
mod place;
mod scripts;
mod values;

use crate::env::Env;
use place::Place;

pub use ask::{Ask, Shell};
pub use known::REGIONS;
pub use line::{Typed, written};
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
    let mut found = candidates(&ask.words, &ask.current, env);
    // Behind the only candidate such a shell puts a blank: where a folder goes on, what is in it is told at once.
    while let [one] = found.as_slice()
        && ask.ends_words
        && one.word.ends_with('/')
    {
        let below = candidates(&ask.words, &one.word, env);
        if below.is_empty() || below.as_slice() == found.as_slice() {
            break;
        }
        found = below;
    }
    Some(ask.print(&found))
}

/// What can stand for the word `current` behind `words`, which do not hold the program's name. Sorted as a person
/// looks for it: commands and options by name, values as they come.
pub fn candidates(words: &[String], current: &str, env: &Env) -> Vec<Candidate> {
    fitting(&Place::of(words, current, true), words, current, env)
}

fn fitting(place: &Place, words: &[String], current: &str, env: &Env) -> Vec<Candidate> {
    let mut found = place.candidates(words, current, env);
    found.retain(|candidate| candidate.word.starts_with(current));
    found
}

/// What can be told at once of the place where somebody types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The rest of the first word that fits.
    pub rest: String,
    /// What that word means, or what is still missing.
    pub help: String,
}

/// The hint for the word `current` behind `words`; the account is not asked.
pub fn hint(words: &[String], current: &str, env: &Env) -> Option<Hint> {
    let place = Place::of(words, current, false);
    let value = place.of_value();
    if current.is_empty() {
        let missing = place.missing();
        let needs = (!missing.is_empty()).then(|| format!("needs {}", missing.join(", ")));
        return value.or(needs).map(|help| Hint { rest: String::new(), help });
    }
    let found = fitting(&place, words, current, env);
    let first = found.iter().find(|one| one.word == current).or(found.first());
    match (first, value) {
        (first, Some(help)) => {
            let rest = first.and_then(|one| one.word.strip_prefix(current)).unwrap_or_default();
            Some(Hint { rest: rest.to_owned(), help })
        }
        (Some(first), None) => {
            let rest = first.word.strip_prefix(current).unwrap_or_default();
            Some(Hint { rest: rest.to_owned(), help: first.help.clone() })
        }
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
