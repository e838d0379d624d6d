//! Changing a file and nothing else in it.
//!
//! An edit is first laid out as the reference does it ([`super::layout`]).
//! Where that would damage something else (a key that a comment swallows, a
//! value cut in two, a section that occurs twice), it is laid out by where
//! things really stand ([`super::placed`]); where that damages something as
//! well, it is refused. Whether something is damaged is not argued but tried:
//! the result is read, and all that was not to be changed must read as before.

use super::lines::Lines;
use super::{Entry, ParseError, Section, layout, parse, placed};

/// What to change in one section. A section that is not there is appended.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// What stands between the brackets; see [`super::header_name`].
    pub section: String,
    /// Keys and their new values. May be empty, to have the section.
    pub set: Vec<(String, NewValue)>,
    /// Keys to take out, with all lines of their values.
    pub remove: Vec<String>,
}

/// A new value. It may be a secret, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum NewValue {
    /// `key = text`
    Text(String),
    /// `inner = text` below `key =`.
    Nested(String, String),
}

/// Why an edit cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The file cannot be read as it is.
    Unreadable(ParseError),
    /// The name of a section or key, or a value, has a line break in it. The message says which.
    LineBreak(String),
    /// There is no block below the key, and nothing that one could be put before.
    NoBlock,
    /// Whatever is written, something else in the file would be damaged, or it could not be read any more.
    Damage,
}

impl Edit {
    /// An edit that sets one key.
    pub fn set(section: impl Into<String>, key: impl Into<String>, value: NewValue) -> Edit {
        Edit { section: section.into(), set: vec![(key.into(), value)], remove: Vec::new() }
    }

    /// The text with this edit made; none where nothing changes.
    pub fn apply(&self, text: &str) -> Result<Option<String>, EditError> {
        self.check()?;
        let before = parse(bare(text)).map_err(EditError::Unreadable)?;
        let lines = Lines::split(text);
        let as_reference = layout::edit(&lines, self).map(|lines| lines.join());
        let (mut fallback, mut refusal) = (None, EditError::Damage);
        match as_reference {
            Ok(after) => match self.outcome(&before, &after) {
                Outcome::Done => return Ok(changed(text, after)),
                Outcome::Harmless => fallback = Some(after),
                Outcome::Damage => {}
            },
            // Without a block the reference gives up, and so do we; one that begins with a comment is a block to us.
            Err(EditError::NoBlock) if !self.has_block(&before) => return Err(EditError::NoBlock),
            Err(error) => refusal = error,
        }
        let after = placed::edit(&lines, bare(text), self).map(|lines| lines.join());
        match after {
            Some(after) => match self.outcome(&before, &after) {
                Outcome::Done => Ok(changed(text, after)),
                Outcome::Harmless => Ok(changed(text, fallback.unwrap_or(after))),
                Outcome::Damage => fallback.map(|after| changed(text, after)).ok_or(refusal),
            },
            None => fallback.map(|after| changed(text, after)).ok_or(refusal),
        }
    }

    /// Refuses line breaks, which could smuggle keys in.
    pub fn check(&self) -> Result<(), EditError> {
        let broken = |text: &str| text.contains(['\n', '\r']);
        let not_allowed = "newline characters and carriage returns are not allowed";
        let quoted = crate::python::quoted;
        if broken(&self.section) {
            let message = format!("Invalid section name: {not_allowed}: {}", quoted(&self.section));
            return Err(EditError::LineBreak(message));
        }
        for (key, value) in &self.set {
            let (inner, value) = match value {
                NewValue::Text(value) => (None, value),
                NewValue::Nested(inner, value) => (Some(inner), value),
            };
            for name in [Some(key), inner].into_iter().flatten() {
                if broken(name) {
                    return Err(EditError::LineBreak(format!(
                        "Invalid key: {not_allowed}: {}",
                        quoted(name)
                    )));
                }
            }
            if broken(value) {
                return Err(EditError::LineBreak(format!("Invalid value for key {key}: {not_allowed}.")));
            }
        }
        Ok(())
    }

    /// What the text says after the edit, compared with before.
    fn outcome(&self, before: &[Section], after: &str) -> Outcome {
        let Ok(after) = parse(bare(after)) else { return Outcome::Damage };
        let old = |name: &str| before.iter().find(|section| section.name == name);
        for section in before {
            let Some(now) = after.iter().find(|other| other.name == section.name) else {
                return Outcome::Damage;
            };
            let kept = section.keys.iter().all(|(key, value)| match now.keys.get(key) {
                _ if section.name == self.section && self.touches(key) => {
                    self.keeps_inner(key, value, now.keys.get(key))
                }
                Some(other) => other == value,
                None => false,
            });
            if !kept {
                return Outcome::Damage;
            }
        }
        // Nothing may turn up in another section.
        let elsewhere = after.iter().filter(|section| section.name != self.section).any(|section| {
            old(&section.name).is_none_or(|old| section.keys.keys().any(|key| !old.keys.contains_key(key)))
        });
        if elsewhere {
            return Outcome::Damage;
        }
        let Some(now) = after.iter().find(|section| section.name == self.section) else {
            return Outcome::Harmless;
        };
        let read_back = self.set.iter().all(|(key, value)| reads(now.keys.get(&key.to_lowercase()), value));
        let gone = self.remove.iter().all(|key| !now.keys.contains_key(key));
        // Nor anything else in this one.
        let known = |key: &str| old(&self.section).is_some_and(|old| old.keys.contains_key(key));
        let no_more = now.keys.keys().all(|key| self.touches(key) || known(key));
        if read_back && gone && no_more { Outcome::Done } else { Outcome::Harmless }
    }

    fn has_block(&self, before: &[Section]) -> bool {
        let section = before.iter().find(|section| section.name == self.section);
        section.is_some_and(|section| {
            self.set
                .iter()
                .any(|(key, _)| matches!(section.keys.get(&key.to_lowercase()), Some(Entry::Nested(_))))
        })
    }

    fn touches(&self, key: &str) -> bool {
        self.set.iter().any(|(name, _)| name.to_lowercase() == key)
            || self.remove.iter().any(|name| name == key)
    }

    /// Of a block of which one key is set, the others must stay.
    fn keeps_inner(&self, key: &str, old: &Entry, new: Option<&Entry>) -> bool {
        let inner = self.set.iter().find_map(|(name, value)| match value {
            NewValue::Nested(inner, _) if name.to_lowercase() == key => Some(inner),
            _ => None,
        });
        let (Some(inner), Entry::Nested(old)) = (inner, old) else { return true };
        let Some(Entry::Nested(new)) = new else { return false };
        old.iter().all(|(name, value)| name == inner || new.get(name) == Some(value))
    }
}

enum Outcome {
    /// All reads as it should.
    Done,
    /// Nothing else is damaged, but what was set does not read back, or reads as something else.
    Harmless,
    /// Something else is lost or changed.
    Damage,
}

fn reads(entry: Option<&Entry>, value: &NewValue) -> bool {
    match (entry, value) {
        (Some(Entry::Text(text)), NewValue::Text(value)) => text == value.trim(),
        (Some(Entry::Nested(keys)), NewValue::Nested(inner, value)) => {
            keys.get(inner.trim()).is_some_and(|text| text == value.trim())
        }
        _ => false,
    }
}

fn changed(before: &str, after: String) -> Option<String> {
    (before != after).then_some(after)
}

/// The text without a byte order mark.
pub(super) fn bare(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
