//! Parameters: what the command line gave, as one typed input that the model accepts.
//!
//! Options come first, in the order of the operation's table: `file://`,
//! JSON and shorthand are resolved by each option's shape. Then a document of
//! `--cli-input-json` or `--cli-input-yaml` gives what no option gave. The
//! whole is checked against the model at the end, so all of its faults are
//! told at once.
//!
//! No error of this module is followed by the usage block: the reference
//! prints that only after errors of the command line itself.

mod cli_input;
mod convert;
mod file_uri;
mod integer;
mod raw;
mod shorthand;
pub mod skeleton;
#[cfg(test)]
mod tests;
mod validate;
mod yaml;

use self::cli_input::Language;
use self::file_uri::LoadError;
use self::raw::{DictKind, Entries, Name, Raw};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::model::{Member, Operation};
use crate::value::{Map, Value};

/// What the command line gave for one option.
#[derive(Clone, PartialEq, Eq)]
pub enum Words {
    /// One word, of an option that takes one.
    One(String),
    /// Any number of words, of an option that takes a list.
    Many(Vec<String>),
    /// The pair `--x` and `--no-x`.
    Flag(bool),
}

/// `Debug` shows how much there is, not what it says: a word may be a secret.
impl std::fmt::Debug for Words {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Words::One(_) => out.write_str("One"),
            Words::Many(words) => write!(out, "Many({})", words.len()),
            Words::Flag(flag) => write!(out, "Flag({flag})"),
        }
    }
}

/// The member, unknown to every operation, that stands for the paging options where they cannot be used.
const PAGINATION_CONFIG: &str = "PaginationConfig";

/// All that a command line says about an operation's input.
#[derive(Clone, Copy, Default)]
pub struct Given<'a> {
    /// The options of the operation that were given, in any order.
    pub options: &'a [(&'static Member, Words)],
    /// The word of `--cli-input-json`.
    pub cli_input_json: Option<&'a str>,
    /// The word of `--cli-input-yaml`.
    pub cli_input_yaml: Option<&'a str>,
    /// Whether `--max-items`, `--page-size` or `--starting-token` was given. They cannot go with a
    /// document that itself says where a page begins or ends.
    pub paging_options: bool,
    /// What paging adds to the first request (`Marker` of a token, `MaxItems` of `--page-size`). It is
    /// checked with the rest and part of the result.
    pub page: Option<&'a Map>,
}

/// What the reading of parameters depends on.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The encoding of `file://` files: `AWS_CLI_FILE_ENCODING`, even if empty. None is UTF-8.
    pub file_encoding: Option<&'a str>,
    /// Where `$VAR` and `~` in paths of files are looked up.
    pub env: &'a Env,
}

/// The input of an operation: members by their model's names, options first.
///
/// Integers have no limit here ([`Value::BigInt`]); the request, which holds 32 bits, refuses what is larger.
///
/// # Errors
///
/// A usage error (252) for what cannot be read or what the model does not accept, a general one (255) where the
/// reference has one: integers that are none, files inside of shorthand, unknown encodings, too deep nesting.
pub fn parse(operation: &Operation, given: Given<'_>, context: &Context<'_>) -> Result<Parsed> {
    let mut entries = Entries::new();
    for member in operation.input {
        if let Some((_, words)) = given.options.iter().rev().find(|(option, _)| option.name == member.name) {
            entries.insert(Name::text(member.name), convert::option(member, words, context)?);
        }
    }
    let words = [(Language::Json, given.cli_input_json), (Language::Yaml, given.cli_input_yaml)];
    let documents = words
        .into_iter()
        .filter_map(|(language, word)| word.map(|word| cli_input::open(language, word, context)))
        .collect::<Result<Vec<_>>>()?;
    if documents.len() > 1 {
        return Err(Error::usage("Only one --cli-input- parameter may be specified."));
    }
    let mut places = false;
    if let Some(document) = documents.into_iter().next() {
        let document = document.read()?;
        places = places_page(operation, &document);
        if places && given.paging_options {
            entries.insert(Name::text(PAGINATION_CONFIG), Raw::Null);
        }
        add_document(&mut entries, document)?;
    }
    let pages = !entries.contains_key(&Name::text(PAGINATION_CONFIG));
    for (name, value) in given.page.into_iter().flatten().filter(|_| pages) {
        entries.insert(Name::text(name.as_ref()), Raw::from_value(value.clone(), DictKind::Plain));
    }
    Ok(Parsed { entries, places_page: places })
}

/// An input that has been read and not yet been checked against the model: the
/// reference looks at the region and the endpoint in between.
pub struct Parsed {
    entries: Entries,
    places_page: bool,
}

impl Parsed {
    /// Whether a document itself says where a page begins or ends: then only that page is asked for.
    pub fn places_page(&self) -> bool {
        self.places_page
    }

    /// The input, checked unless `validation` (`parameter_validation` of the configuration) says otherwise.
    ///
    /// # Errors
    ///
    /// A usage error that lists all faults.
    pub fn checked(self, operation: &Operation, validation: bool) -> Result<Map> {
        if validation {
            validate::check(operation.input, &self.entries)?;
        }
        Ok(raw::into_map(self.entries))
    }
}

fn places_page(operation: &Operation, document: &Entries) -> bool {
    let says_where = |name: &str| document.contains_key(&Name::text(name));
    operation
        .paginator
        .is_some_and(|paginator| says_where(paginator.input_token) || says_where(paginator.limit_key))
}

fn add_document(entries: &mut Entries, document: Entries) -> Result<()> {
    for (name, value) in document {
        if !name.is_text() {
            return Err(Error::general("keywords must be strings"));
        }
        entries.entry(name).or_insert(value);
    }
    Ok(())
}

/// Checks an input against the model, as [`Parsed::checked`] does.
///
/// # Errors
///
/// A usage error that lists all faults.
pub fn validate(operation: &Operation, input: &Map) -> Result<()> {
    match Raw::from_value(Value::Map(input.clone()), DictKind::Plain) {
        Raw::Dict(_, entries) => validate::check(operation.input, &entries),
        _ => Ok(()),
    }
}

/// The value of an option that is no member of the input but may name a file, such as `--starting-token`.
///
/// `option` is its name, with its dashes or without them.
///
/// # Errors
///
/// Fails where the file cannot be read, and for `fileb://`, since no such option takes bytes.
pub fn text(option: &str, value: &str, context: &Context<'_>) -> Result<String> {
    match file_uri::load(value, context) {
        Ok(None) => Ok(value.to_owned()),
        Ok(Some(Raw::Text(text))) => Ok(text),
        Ok(Some(_)) => Err(Error::general("'bytes' object has no attribute 'encode'")),
        Err(LoadError::Other(error)) => Err(error),
        Err(LoadError::Unreadable(message)) => {
            let option = option.trim_start_matches("--");
            Err(Error::usage(format!("Error parsing parameter '--{option}': {message}")))
        }
    }
}
