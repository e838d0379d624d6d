//! `--cli-input-json` and `--cli-input-yaml`: a whole input in one document.

use super::file_uri::{self, LoadError};
use super::raw::{DictKind, Entries, Raw};
use super::{Context, yaml};
use crate::error::{Error, Result};
use crate::json::{self, ReadErrorKind};

/// The two languages of such a document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Json,
    Yaml,
}

impl Language {
    fn option(self) -> &'static str {
        match self {
            Language::Json => "cli-input-json",
            Language::Yaml => "cli-input-yaml",
        }
    }
}

/// A document that is there but not yet read, which happens after all other options.
pub(super) struct Document {
    language: Language,
    content: Raw,
}

/// Takes the document, out of a file if the word names one.
pub(super) fn open(language: Language, word: &str, context: &Context<'_>) -> Result<Document> {
    match file_uri::load(word, context) {
        Ok(Some(content)) => Ok(Document { language, content }),
        Ok(None) => Ok(Document { language, content: Raw::Text(word.to_owned()) }),
        Err(LoadError::Other(error)) => Err(error),
        Err(LoadError::Unreadable(message)) => {
            Err(Error::usage(format!("Error parsing parameter '--{}': {message}", language.option())))
        }
    }
}

impl Document {
    /// The members that the document gives.
    pub fn read(self) -> Result<Entries> {
        let option = self.language.option();
        let text = match self.content {
            Raw::Text(text) => text,
            Raw::Bytes(bytes) => match (String::from_utf8(bytes), self.language) {
                (Ok(text), Language::Json) => {
                    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
                }
                (Ok(text), Language::Yaml) => text,
                (Err(_), language) => return Err(invalid(language)),
            },
            _ => return Err(invalid(self.language)),
        };
        let value = match self.language {
            Language::Json => match json::read(&text) {
                Ok(value) => Raw::from_value(value, DictKind::Plain),
                Err(error) if error.kind == ReadErrorKind::Syntax => return Err(invalid(self.language)),
                Err(error) => return Err(Error::general(error.message)),
            },
            Language::Yaml => match yaml::read(&text) {
                Ok(value) => value,
                Err(yaml::Failure::Invalid) => return Err(invalid(self.language)),
                Err(yaml::Failure::Other(error)) => return Err(error),
            },
        };
        match value {
            Raw::Dict(_, entries) => Ok(entries),
            other => Err(Error::usage(format!(
                "Error parsing parameter '--{option}': Invalid type: expecting map, received <class '{}'>",
                other.type_name()
            ))),
        }
    }
}

/// The option stands without its dashes here.
fn invalid(language: Language) -> Error {
    let name = if language == Language::Json { "JSON" } else { "YAML" };
    Error::usage(format!("Error parsing parameter '{}': Invalid {name} received.", language.option()))
}
