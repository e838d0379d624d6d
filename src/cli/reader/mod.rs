//! Reads a line's words over a description of options and positionals.
//!
//! The reference reads a line in four passes, each with the rules of Python's
//! `argparse.parse_known_args`: what a pass does not know is handed on to the
//! next one. Those rules (unique prefixes, words with a blank that are values,
//! the early end of an optional positional, the one `--` that is dropped) decide
//! what a script's line means, so they are implemented here once, over tables,
//! and every pass is a [`Description`].

mod classify;

use std::borrow::Cow;

use crate::cli::number;
use crate::closest;

use classify::{Found, Mark};

/// What an option takes after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing: a flag.
    Nothing,
    /// Nothing, and the reading ends there: `--version`.
    End,
    /// Exactly one word.
    One,
    /// One word, or none for this default.
    AtMostOne(&'static str),
    /// Any number of words.
    Many,
}

/// An option as a pass knows it.
#[derive(Clone, Debug)]
pub struct Opt {
    /// The name with its dashes.
    pub name: Cow<'static, str>,
    /// What follows the name.
    pub takes: Takes,
    /// The words that are accepted; empty for any.
    pub choices: &'static [&'static str],
    /// Whether the word has to be an integer.
    pub integer: bool,
    /// Whether the line is wrong without it.
    pub required: bool,
    /// Never reached by an abbreviation. Options that the reference does not
    /// have are of this kind, so that no old line changes its meaning.
    pub exact_only: bool,
}

impl Opt {
    /// An option of this name (with its dashes) that is not required.
    pub fn new(name: impl Into<Cow<'static, str>>, takes: Takes) -> Self {
        Opt { name: name.into(), takes, choices: &[], integer: false, required: false, exact_only: false }
    }

    /// Limits the words that are accepted.
    #[must_use]
    pub fn choices(mut self, choices: &'static [&'static str]) -> Self {
        self.choices = choices;
        self
    }

    /// Makes it take an integer.
    #[must_use]
    pub fn integer(mut self) -> Self {
        self.integer = true;
        self
    }

    /// Says whether the line is wrong without it.
    #[must_use]
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }
}

/// The names that a positional accepts.
pub trait Names {
    /// Whether the word is one of them.
    fn has(&self, word: &str) -> bool;
    /// Those that come close to it, best first.
    fn close(&self, word: &str) -> Vec<String>;
    /// Those that a hint may propose.
    fn all(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// A word that is known by its place.
pub struct Positional<'n> {
    /// Its name in messages.
    pub name: &'static str,
    /// Whether it may be missing. Only the last one may.
    pub optional: bool,
    /// The accepted words; any without it.
    pub names: Option<&'n dyn Names>,
}

/// What a pass knows.
pub struct Description<'n> {
    /// In the order in which messages list them.
    pub options: Vec<Opt>,
    /// In the order in which they are filled.
    pub positionals: Vec<Positional<'n>>,
}

/// A use of an option: the last one, since it replaces all before it.
#[derive(Clone)]
pub struct Use<'a> {
    /// Counts the uses of the whole line, so that a pair of flags can tell which came last.
    pub turn: usize,
    /// The words; none for a flag, and none for the odd `--name=--`.
    pub words: Vec<&'a str>,
}

/// What a pass has read.
#[derive(Default)]
pub struct Reading<'a> {
    /// By the option's place in the description.
    pub uses: Vec<Option<Use<'a>>>,
    /// By the positional's place in the description.
    pub positionals: Vec<Option<&'a str>>,
    /// The words that the pass does not know, in the order in which it gave up on them.
    pub extras: Vec<&'a str>,
    /// An option that ends the reading was met: nothing after it counts.
    pub ended: bool,
}

/// Why a pass refuses a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A prefix of several options.
    Ambiguous {
        /// The word as it stands on the line.
        word: String,
        /// The options, in the description's order.
        matches: Vec<String>,
    },
    /// The word after the option is missing.
    Missing {
        /// The option's full name.
        option: String,
    },
    /// `--flag=value`
    Ignored {
        /// The flag's full name.
        option: String,
        /// What follows the `=`.
        value: String,
    },
    /// A word that is none of those accepted.
    Choice {
        /// The option's or positional's name.
        argument: String,
        /// The word.
        word: String,
        /// Accepted words that come close.
        close: Vec<String>,
    },
    /// A word that is no integer.
    Integer {
        /// The option's full name.
        option: String,
        /// The word.
        word: String,
    },
    /// Required options and positionals that the line does not have.
    Required {
        /// Their names, in the description's order.
        missing: Vec<String>,
        /// The words that look like options and that the pass does not know.
        unknown: Vec<String>,
    },
}

/// Reads the words.
pub fn read<'a>(words: &[&'a str], description: &Description<'_>) -> Result<Reading<'a>, Fault> {
    let marks = classify::marks(words, &description.options)?;
    let mut run = Run {
        words,
        marks: &marks,
        description,
        turn: 0,
        next_positional: 0,
        reading: Reading {
            uses: vec![None; description.options.len()],
            positionals: vec![None; description.positionals.len()],
            ..Reading::default()
        },
    };
    run.all()?;
    if !run.reading.ended {
        run.check_required()?;
    }
    Ok(run.reading)
}

struct Run<'r, 'a, 'n> {
    words: &'r [&'a str],
    marks: &'r [Mark<'a>],
    description: &'r Description<'n>,
    turn: usize,
    next_positional: usize,
    reading: Reading<'a>,
}

impl<'a> Run<'_, 'a, '_> {
    fn all(&mut self) -> Result<(), Fault> {
        let mut at = 0;
        while let Some(option) = self.next_option(at) {
            if at != option {
                let end = self.positionals_from(at)?;
                if end > at {
                    at = end;
                    continue;
                }
            }
            if at < option {
                self.reading.extras.extend(self.words.get(at..option).unwrap_or_default());
                at = option;
            }
            at = self.option_at(at)?;
            if self.reading.ended {
                return Ok(());
            }
        }
        let end = self.positionals_from(at)?;
        self.reading.extras.extend(self.words.get(end..).unwrap_or_default());
        Ok(())
    }

    /// The place of the first option at `from` or after it.
    fn next_option(&self, from: usize) -> Option<usize> {
        let rest = self.marks.get(from..)?;
        rest.iter().position(|mark| matches!(mark, Mark::Option(_))).map(|step| from + step)
    }

    fn is_argument(&self, at: usize) -> bool {
        matches!(self.marks.get(at), Some(Mark::Argument))
    }

    fn is_dashes(&self, at: usize) -> bool {
        matches!(self.marks.get(at), Some(Mark::Dashes))
    }

    /// Fills as many positionals as the arguments from `at` on allow; gives where it stopped.
    fn positionals_from(&mut self, at: usize) -> Result<usize, Fault> {
        let mut at = at;
        while let Some(positional) = self.description.positionals.get(self.next_positional) {
            let mut end = at;
            while self.is_dashes(end) {
                end += 1;
            }
            if self.is_argument(end) {
                end += 1;
            } else if !positional.optional {
                break;
            }
            while self.is_dashes(end) {
                end += 1;
            }
            self.fill(positional, at, end)?;
            self.next_positional += 1;
            at = end;
        }
        Ok(at)
    }

    fn fill(&mut self, positional: &Positional<'_>, start: usize, end: usize) -> Result<(), Fault> {
        let words = without_dashes(self.words.get(start..end).unwrap_or_default());
        let word = words.first().copied();
        if let (Some(word), Some(names)) = (word, positional.names)
            && !names.has(word)
        {
            let argument = positional.name.to_owned();
            return Err(Fault::Choice { argument, word: word.to_owned(), close: names.close(word) });
        }
        if let Some(slot) = self.reading.positionals.get_mut(self.next_positional) {
            *slot = word;
        }
        Ok(())
    }

    /// Takes the option at `at`; gives the place after it and its words.
    fn option_at(&mut self, at: usize) -> Result<usize, Fault> {
        let Some(Mark::Option(found)) = self.marks.get(at) else { return Ok(at + 1) };
        let Some(Found { index, value }) = found else {
            self.reading.extras.extend(self.words.get(at));
            return Ok(at + 1);
        };
        let Some(option) = self.description.options.get(*index) else { return Ok(at + 1) };
        let (words, end) = match value {
            Some(value) => {
                if matches!(option.takes, Takes::Nothing | Takes::End) {
                    let option = option.name.to_string();
                    return Err(Fault::Ignored { option, value: (*value).to_owned() });
                }
                (without_dashes(&[*value]), at + 1)
            }
            None => {
                let most = match option.takes {
                    Takes::Nothing | Takes::End => 0,
                    Takes::One | Takes::AtMostOne(_) => 1,
                    Takes::Many => usize::MAX,
                };
                let mut end = at + 1;
                while end - at <= most && self.is_argument(end) {
                    end += 1;
                }
                if option.takes == Takes::One && end == at + 1 {
                    return Err(Fault::Missing { option: option.name.to_string() });
                }
                (without_dashes(self.words.get(at + 1..end).unwrap_or_default()), end)
            }
        };
        self.take(*index, option, words)?;
        Ok(end)
    }

    fn take(&mut self, index: usize, option: &Opt, mut words: Vec<&'a str>) -> Result<(), Fault> {
        for word in &words {
            if option.integer && number::integer(word).is_none() {
                return Err(Fault::Integer { option: option.name.to_string(), word: (*word).to_owned() });
            }
            if !option.choices.is_empty() && !option.choices.contains(word) {
                let close = closest::closest(word, option.choices.iter().copied());
                let argument = option.name.to_string();
                return Err(Fault::Choice { argument, word: (*word).to_owned(), close });
            }
        }
        if let (Takes::AtMostOne(default), true) = (option.takes, words.is_empty()) {
            words.push(default);
        }
        self.turn += 1;
        self.reading.ended |= option.takes == Takes::End;
        if let Some(slot) = self.reading.uses.get_mut(index) {
            *slot = Some(Use { turn: self.turn, words });
        }
        Ok(())
    }

    fn check_required(&self) -> Result<(), Fault> {
        let positionals = self.description.positionals.iter().skip(self.next_positional);
        let options = self.description.options.iter().zip(&self.reading.uses);
        let missing: Vec<String> = options
            .filter(|(option, used)| option.required && used.is_none())
            .map(|(option, _)| option.name.to_string())
            .chain(positionals.filter(|one| !one.optional).map(|one| one.name.to_owned()))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let marked = self.words.iter().zip(self.marks);
        let unknown = marked.filter(|(_, mark)| **mark == Mark::Option(None));
        Err(Fault::Required { missing, unknown: unknown.map(|(word, _)| (*word).to_owned()).collect() })
    }
}

/// The words without the first `--` among them.
fn without_dashes<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut words = words.to_vec();
    if let Some(at) = words.iter().position(|word| *word == "--") {
        words.remove(at);
    }
    words
}

#[cfg(test)]
mod tests;
