//! The words of one option as the value that its shape asks for.
//!
//! A text or number is one word. A structure or map is JSON where the word's
//! first character is `{`, else shorthand; a list likewise, of one word (`[`)
//! or of one word for each item. Lists of texts have no shorthand: a word is
//! an item, and a single word that begins with `[` is a JSON list.
//!
//! A file stands for all words of a list. Its content is then a text, not a
//! list of one word, and the reference goes through it character by character;
//! scripts meet that as odd messages, so it is the same here.

use super::file_uri::{self, LoadError};
use super::raw::{DictKind, Entries, Raw};
use super::shorthand::{self, Failure};
use super::{Context, Words, integer};
use crate::error::{Error, Result};
use crate::json::{self, ReadErrorKind};
use crate::model::{Kind, Member, Shape};
use crate::python::is_space;
use crate::secret::{self, HIDDEN};

/// The value of an option.
pub(super) fn option(member: &Member, words: &Words, context: &Context<'_>) -> Result<Raw> {
    let reader = Reader { name: member.option, hidden: secret::holds_secret(member), context };
    let given = match words {
        Words::Flag(flag) => return Ok(Raw::Bool(*flag)),
        Words::One(word) => reader.content(word)?.unwrap_or_else(|| Raw::Text(word.clone())),
        Words::Many(words) => match words.as_slice() {
            [word] => match reader.content(word)? {
                Some(content) => content,
                None => return reader.list(member.shape, words),
            },
            words => return reader.list(member.shape, words),
        },
    };
    match (&member.shape.kind, given) {
        (Kind::Integer, Raw::Text(text)) => integer::parse(&text),
        (Kind::Integer, Raw::Bytes(bytes)) => integer::parse_bytes(&bytes),
        (Kind::List(item), Raw::Text(text)) => reader.list_of_text(item, &text),
        (Kind::List(item), Raw::Bytes(bytes)) if !is_complex(item) => {
            Ok(Raw::List(bytes.into_iter().map(|byte| Raw::Int(i64::from(byte))).collect()))
        }
        (Kind::Structure(_) | Kind::Map { .. }, Raw::Text(text)) => reader.mapping(member.shape, &text),
        (Kind::List(_) | Kind::Structure(_) | Kind::Map { .. }, Raw::Bytes(_)) => {
            Err(Error::general("'in <string>' requires string as left operand, not int"))
        }
        (_, given) => Ok(given),
    }
}

/// Whether a list of such items takes JSON objects and shorthand.
fn is_complex(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Structure(_) | Kind::Map { .. } | Kind::List(_))
}

struct Reader<'a> {
    name: &'a str,
    /// Whether messages must not quote what was given, since a secret may be in it.
    hidden: bool,
    context: &'a Context<'a>,
}

impl Reader<'_> {
    fn error(&self, message: &str) -> Error {
        Error::usage(format!("Error parsing parameter '--{}': {message}", self.name))
    }

    fn shown<'t>(&self, text: &'t str) -> &'t str {
        if self.hidden { HIDDEN } else { text }
    }

    /// The content of the file that the word names, if it names one.
    fn content(&self, word: &str) -> Result<Option<Raw>> {
        file_uri::load(word, self.context).map_err(|error| match error {
            LoadError::Unreadable(message) => self.error(&message),
            LoadError::Other(error) => error,
        })
    }

    fn list(&self, shape: &Shape, words: &[String]) -> Result<Raw> {
        let Kind::List(item) = &shape.kind else {
            return Ok(Raw::List(words.iter().map(|word| Raw::Text(word.clone())).collect()));
        };
        if let [word] = words
            && first_sign(word) == Some('[')
        {
            return self.json(word);
        }
        if !is_complex(item) {
            return words.iter().map(|word| scalar(item, word)).collect::<Result<_>>().map(Raw::List);
        }
        let is_json = matches!(words.first().and_then(|word| first_sign(word)), Some('[' | '{'));
        let read = |word: &String| match is_json {
            true => self.object(word),
            false => self.shorthand(word).map(|entries| structure(item, entries)),
        };
        words.iter().map(read).collect::<Result<_>>().map(Raw::List)
    }

    /// A list whose value is the content of a file.
    fn list_of_text(&self, item: &Shape, text: &str) -> Result<Raw> {
        let characters = text.chars().map(String::from);
        match (first_sign(text), is_complex(item)) {
            (Some('['), _) => self.json(text),
            (None, false) => Err(Error::general("string index out of range")),
            (Some(_), false) => characters.map(|c| scalar(item, &c)).collect::<Result<_>>().map(Raw::List),
            (Some('{'), true) => characters.map(|c| self.object(&c)).collect::<Result<_>>().map(Raw::List),
            (_, true) => self.shorthand(text).map(|entries| Raw::Dict(DictKind::Plain, entries)),
        }
    }

    fn mapping(&self, shape: &Shape, text: &str) -> Result<Raw> {
        match first_sign(text) {
            Some('[' | '{') => self.object(text),
            _ => self.shorthand(text).map(|entries| structure(shape, entries)),
        }
    }

    /// A JSON object, where nothing else may stand.
    fn object(&self, text: &str) -> Result<Raw> {
        match first_sign(text) {
            Some('{') => self.json(text),
            Some(_) => Err(self.error(&format!("Invalid JSON:\n{}", self.shown(text)))),
            None => Err(Error::general("string index out of range")),
        }
    }

    fn json(&self, text: &str) -> Result<Raw> {
        match json::read(text) {
            Ok(value) => Ok(Raw::from_value(value, DictKind::Ordered)),
            Err(error) if error.kind == ReadErrorKind::Syntax => {
                Err(self.error(&format!("Invalid JSON: {error}\nJSON received: {}", self.shown(text))))
            }
            Err(error) => Err(Error::general(error.message)),
        }
    }

    fn shorthand(&self, text: &str) -> Result<Entries> {
        let load = |word: &str| file_uri::load(word, self.context).map_err(LoadError::bare);
        shorthand::parse(text, &load).map_err(|failure| match failure {
            Failure::Syntax(message) => match message.split_once("for input:\n") {
                Some((why, _)) if self.hidden => self.error(&format!("{why}for input:\n{HIDDEN}")),
                _ => self.error(&message),
            },
            Failure::Other(error) => error,
        })
    }
}

/// The first character that is no blank.
fn first_sign(text: &str) -> Option<char> {
    text.trim_start_matches(is_space).chars().next()
}

/// A word of a list of texts or numbers.
fn scalar(shape: &Shape, word: &str) -> Result<Raw> {
    match shape.kind {
        Kind::Integer => integer::parse(word),
        _ => Ok(Raw::Text(word.to_owned())),
    }
}

/// Shorthand's texts and lists as what the model asks for, as far as they fit.
fn structure(shape: &Shape, entries: Entries) -> Raw {
    let member_shape = |name: &str| match &shape.kind {
        Kind::Structure(members) => {
            members.iter().find(|member| member.name == name).map(|member| member.shape)
        }
        Kind::Map { value, .. } => Some(*value),
        _ => None,
    };
    let fitted = entries.into_iter().map(|(name, value)| match member_shape(&name.text) {
        Some(shape) => (name, fit(shape, value)),
        None => (name, value),
    });
    Raw::Dict(DictKind::Plain, fitted.collect())
}

fn fit(shape: &Shape, value: Raw) -> Raw {
    match (&shape.kind, value) {
        (Kind::List(item), Raw::List(items)) => {
            Raw::List(items.into_iter().map(|value| fit(item, value)).collect())
        }
        (Kind::List(_), value) => Raw::List(vec![value]),
        (Kind::Structure(_) | Kind::Map { .. }, Raw::Dict(_, entries)) => structure(shape, entries),
        (Kind::Integer, Raw::Text(text)) => integer::parse(&text).unwrap_or(Raw::Text(text)),
        (Kind::Boolean, Raw::Text(text)) if text == "true" => Raw::Bool(true),
        (Kind::Boolean, Raw::Text(text)) if text == "false" => Raw::Bool(false),
        (_, value) => value,
    }
}
