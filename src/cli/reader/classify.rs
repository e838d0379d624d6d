//! Tells options from arguments, word by word.

use super::{Fault, Opt};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark<'a> {
    /// A value or a positional.
    Argument,
    /// The first `--`: everything after it is an argument.
    Dashes,
    /// An option; one that the pass does not know has nothing found.
    Option(Option<Found<'a>>),
}

/// An option that the pass knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Its place in the description.
    pub index: usize,
    /// What follows the `=`.
    pub value: Option<&'a str>,
}

/// Marks all words. An ambiguous prefix anywhere refuses the line before anything is taken.
pub fn marks<'a>(words: &[&'a str], options: &[Opt]) -> Result<Vec<Mark<'a>>, Fault> {
    let mut marks = Vec::with_capacity(words.len());
    let mut only_arguments = false;
    for word in words {
        marks.push(if only_arguments {
            Mark::Argument
        } else if *word == "--" {
            only_arguments = true;
            Mark::Dashes
        } else {
            mark(word, options)?
        });
    }
    Ok(marks)
}

fn mark<'a>(word: &'a str, options: &[Opt]) -> Result<Mark<'a>, Fault> {
    if !word.starts_with('-') || word == "-" {
        return Ok(Mark::Argument);
    }
    let find = |name: &str| options.iter().position(|option| option.name == name);
    if let Some(index) = find(word) {
        return Ok(Mark::Option(Some(Found { index, value: None })));
    }
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    if value.is_some()
        && let Some(index) = find(name)
    {
        return Ok(Mark::Option(Some(Found { index, value })));
    }
    if word.starts_with("--") {
        let mut matches = options
            .iter()
            .enumerate()
            .filter(|(_, option)| !option.exact_only && option.name.starts_with(name));
        if let Some((index, first)) = matches.next() {
            let others: Vec<String> = matches.map(|(_, option)| option.name.to_string()).collect();
            if others.is_empty() {
                return Ok(Mark::Option(Some(Found { index, value })));
            }
            let matches = std::iter::once(first.name.to_string()).chain(others).collect();
            return Err(Fault::Ambiguous { word: word.to_owned(), matches });
        }
    }
    if looks_negative(word) || word.contains(' ') {
        return Ok(Mark::Argument);
    }
    Ok(Mark::Option(None))
}

/// `-1`, `-1.5` or `-.5`: an argument, since no option of ours looks like a number.
fn looks_negative(word: &str) -> bool {
    let Some(number) = word.strip_prefix('-') else { return false };
    // A line break at the very end does not count.
    let number = number.strip_suffix('\n').unwrap_or(number);
    let digits = |text: &str| text.chars().all(|c| crate::python::decimal_digit(c).is_some());
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && !fraction.is_empty(),
        None => digits(number) && !number.is_empty(),
    }
}
