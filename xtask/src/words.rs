//! The words of a task: options with a value, switches, and the rest.

use anyhow::{Context as _, Result, bail};

/// The words that are not used up yet.
#[derive(Debug)]
pub struct Words {
    rest: Vec<String>,
}

impl Words {
    /// The words after the task's name.
    pub fn new(words: &[&str]) -> Words {
        Words { rest: words.iter().map(|&word| word.to_owned()).collect() }
    }

    /// The value of `--name VALUE`, where it is given.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.rest.iter().position(|word| word == name) else { return Ok(None) };
        self.rest.remove(at);
        if at == self.rest.len() {
            bail!("{name} wants a value");
        }
        Ok(Some(self.rest.remove(at)))
    }

    /// The number of `--name N`, where it is given.
    pub fn number(&mut self, name: &str) -> Result<Option<usize>> {
        let value = self.value(name)?;
        value.map(|text| text.parse().with_context(|| format!("{name} wants a number"))).transpose()
    }

    /// Whether `--name` is given.
    pub fn switch(&mut self, name: &str) -> bool {
        let Some(at) = self.rest.iter().position(|word| word == name) else { return false };
        self.rest.remove(at);
        true
    }

    /// What is left: names, not options.
    pub fn names(self) -> Result<Vec<String>> {
        match self.rest.iter().find(|word| word.starts_with('-')) {
            Some(word) => bail!("unknown option {word}"),
            None => Ok(self.rest),
        }
    }

    /// Nothing may be left.
    pub fn end(self) -> Result<()> {
        match self.names()?.first() {
            Some(word) => bail!("unexpected word {word}"),
            None => Ok(()),
        }
    }
}
