//! Functions of objects and of values of any type.

use indexmap::IndexMap;

use super::argument;
use super::signature::REFERENCE;
use crate::error::{Error, Result};
use crate::json::{self, Style};
use crate::python;
use crate::query::item::{Item, Type};
use crate::query::numeral;
use crate::value::{Key, Value};

/// The keys of an object, in their order.
pub(super) fn keys<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let members = argument(arguments, 0).members().unwrap_or_default();
    Ok(Item::list(members.into_iter().map(|(key, _)| Item::computed(key.into_owned())).collect()))
}

/// The values of an object, in the order of its keys.
pub(super) fn values<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let members = argument(arguments, 0).members().unwrap_or_default();
    Ok(Item::list(members.into_iter().map(|(_, item)| item).collect()))
}

/// How many items, members or code points there are.
pub(super) fn length<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let subject = argument(arguments, 0);
    let length = match subject.text() {
        Some(text) => text.chars().count(),
        None => subject.count().unwrap_or_default(),
    };
    Ok(Item::computed(Value::Int(i64::try_from(length).unwrap_or(i64::MAX))))
}

/// One object of all; of equal keys the last value in the place of the first.
///
/// Only the first argument has to be an object; the others are whatever Python's `dict.update`
/// takes, that is, also lists of pairs.
pub(super) fn merge<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let mut merged = IndexMap::new();
    for subject in arguments {
        match subject.members() {
            Some(members) => merged.extend(members),
            None => {
                for (position, element) in sequence(subject)?.into_iter().enumerate() {
                    let (key, value) = pair(&element, position)?;
                    merged.insert(key, value);
                }
            }
        }
    }
    Ok(Item::Map(merged.into()))
}

fn iterated<'a>(subject: &Item<'a>) -> Option<Vec<Item<'a>>> {
    if let Some(text) = subject.text() {
        return Some(text.chars().map(|c| Item::computed(c.to_string())).collect());
    }
    if let Some(members) = subject.members() {
        return Some(members.into_iter().map(|(key, _)| Item::computed(key.into_owned())).collect());
    }
    subject.items()
}

fn sequence<'a>(subject: &Item<'a>) -> Result<Vec<Item<'a>>> {
    iterated(subject).ok_or_else(|| Error::general(format!("'{}' object is not iterable", subject.class())))
}

fn pair<'a>(element: &Item<'a>, position: usize) -> Result<(Key, Item<'a>)> {
    let Some(items) = iterated(element) else {
        return Err(Error::general(format!(
            "cannot convert dictionary update sequence element #{position} to a sequence"
        )));
    };
    let [key, value] = items.as_slice() else {
        return Err(Error::general(format!(
            "dictionary update sequence element #{position} has length {}; 2 is required",
            items.len()
        )));
    };
    match (key.text(), key.type_of()) {
        (Some(text), _) => Ok((Key::Owned(text.to_owned()), value.clone())),
        (None, Type::Array | Type::Object) => {
            Err(Error::general(format!("unhashable type: '{}'", key.class())))
        }
        // Printed, a key is a text in the end.
        (None, _) => Ok((Key::Owned(json_text(key)), value.clone())),
    }
}

/// The first argument that is not null.
pub(super) fn not_null<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    Ok(arguments.iter().find(|argument| !argument.is_null()).cloned().unwrap_or(Item::NULL))
}

/// A number as it is, a text as the number that it says, null for all else.
pub(super) fn to_number<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let subject = argument(arguments, 0);
    Ok(match subject.type_of() {
        Type::Number => subject.clone(),
        Type::String => subject.text().and_then(numeral::parse).map_or(Item::NULL, Item::computed),
        Type::Reference => {
            return Err(Error::general(
                "int() argument must be a string, a bytes-like object or a real number, not '_Expression'",
            ));
        }
        _ => Item::NULL,
    })
}

/// A text as it is, all else as JSON on one line without blanks.
pub(super) fn to_string<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let subject = argument(arguments, 0);
    Ok(match subject.type_of() {
        Type::String => subject.clone(),
        _ => Item::computed(json_text(subject)),
    })
}

fn json_text(subject: &Item<'_>) -> String {
    let value = match subject.to_value(REFERENCE) {
        bytes @ Value::Bytes(_) => Value::String(python::repr(&bytes)),
        value => value,
    };
    let mut text = String::new();
    json::write(&mut text, &value, Style::COMPACT);
    text
}

/// The name of the type; null of a reference.
pub(super) fn type_of<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    Ok(match argument(arguments, 0).type_of() {
        Type::Reference | Type::Unknown => Item::NULL,
        found => Item::computed(found.name()),
    })
}
