//! A value taken apart into the sections of a table.

use std::collections::BTreeSet;

use super::section::Section;
use crate::error::{Error, Result};
use crate::python;
use crate::value::{Map, Value};

/// The sections that show `value` under `title`.
///
/// # Errors
/// Rows of unequal length, and lists that mix dicts with other things, with
/// the reference's messages.
pub fn sections(title: &str, value: &Value) -> Result<Vec<Section>> {
    let mut builder = Builder { done: Vec::new(), current: Section::new(Some(title), 0) };
    builder.add(value, title, 0)?;
    builder.done.push(builder.current);
    Ok(builder.done)
}

/// Rows go into the current section, wherever in the value they come from.
struct Builder {
    done: Vec<Section>,
    current: Section,
}

impl Builder {
    fn new_section(&mut self, title: Option<&str>, depth: usize) {
        let finished = std::mem::replace(&mut self.current, Section::new(title, depth));
        self.done.push(finished);
    }

    /// Fills the current section, whose title is `title`, with a value.
    fn add(&mut self, value: &Value, title: &str, depth: usize) -> Result<()> {
        match value {
            Value::Map(map) => self.add_map(map, depth),
            // Scalars that stand in a section of their own give a row each, in a list they give one.
            Value::List(items) if items.iter().all(is_scalar) => {
                items.iter().try_for_each(|item| self.current.add_row(vec![python::text(item)]))
            }
            Value::List(items) => self.add_list(items, Some(title), depth),
            _ => Ok(()),
        }
    }

    fn add_map(&mut self, map: &Map, depth: usize) -> Result<()> {
        let mut members: Vec<_> = map.iter().collect();
        members.sort_by_key(|(key, _)| *key);
        let (scalars, nested): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|(_, value)| is_scalar(value));
        if let [(key, value)] = scalars.as_slice() {
            self.current.add_row(vec![key.to_string(), python::text(value)])?;
        } else if !scalars.is_empty() {
            self.current.set_headers(scalars.iter().map(|(key, _)| key.to_string()).collect())?;
            self.current.add_row(scalars.iter().map(|(_, value)| python::text(value)).collect())?;
        }
        nested.into_iter().try_for_each(|(key, value)| self.add_nested(key, value, depth))
    }

    fn add_nested(&mut self, key: &str, value: &Value, depth: usize) -> Result<()> {
        if !value.is_truthy() {
            return Ok(());
        }
        self.new_section(Some(key), depth + 1);
        self.add(value, key, depth + 1)
    }

    /// A list inside a list, or one with more than scalars. What the first item is decides.
    fn add_list(&mut self, items: &[Value], title: Option<&str>, depth: usize) -> Result<()> {
        if matches!(items.first(), Some(Value::Map(_))) {
            return self.add_maps(items, title, depth);
        }
        if items.iter().all(is_scalar) {
            return self.current.add_row(items.iter().map(python::text).collect());
        }
        items.iter().try_for_each(|item| match item {
            Value::List(items) => self.add_list(items, None, depth),
            // A dict that comes late is read as the list of its keys.
            Value::Map(map) => self.current.add_row(map.keys().map(|key| key.to_string()).collect()),
            scalar => self.current.add_row(vec![python::text(scalar)]),
        })
    }

    /// A list of dicts: one section of rows, or one section each where any has more than scalars.
    fn add_maps(&mut self, items: &[Value], title: Option<&str>, depth: usize) -> Result<()> {
        let Columns { scalars, nested } = Columns::of(items)?;
        let headers = || scalars.iter().map(|key| (*key).to_owned()).collect();
        if nested.is_empty() {
            self.current.set_headers(headers())?;
        }
        for (i, item) in items.iter().enumerate() {
            if !nested.is_empty() {
                if i > 0 {
                    self.new_section(title, depth);
                }
                self.current.set_headers(headers())?;
            }
            self.current.add_row(row(item, &scalars)?)?;
            for key in &nested {
                if let Some(value) = item.get(key) {
                    self.add_nested(key, value, depth)?;
                }
            }
        }
        Ok(())
    }
}

fn row(item: &Value, keys: &BTreeSet<&str>) -> Result<Vec<String>> {
    if item.as_map().is_none() && !keys.is_empty() {
        return Err(no_get(item));
    }
    Ok(keys.iter().map(|key| item.get(key).map(python::text).unwrap_or_default()).collect())
}

fn no_get(item: &Value) -> Error {
    Error::general(format!("'{}' object has no attribute 'get'", python::type_name(item)))
}

/// The keys in a list of dicts, by what they hold; a key can be in both sets.
#[derive(Default)]
struct Columns<'v> {
    scalars: BTreeSet<&'v str>,
    nested: BTreeSet<&'v str>,
}

impl<'v> Columns<'v> {
    fn of(items: &'v [Value]) -> Result<Self> {
        let mut columns = Columns::default();
        let mut numbered = None;
        for item in items {
            match item {
                Value::Map(map) => {
                    for (key, value) in map {
                        let set = if is_scalar(value) { &mut columns.scalars } else { &mut columns.nested };
                        set.insert(key);
                    }
                }
                Value::List(keys) => {
                    check_indices(keys)?;
                    numbered = numbered.or(keys.first().map(|key| (item, key)));
                }
                Value::String(text) if text.is_empty() => {}
                Value::String(_) => {
                    return Err(Error::general("string indices must be integers, not 'str'"));
                }
                other => {
                    let kind = python::type_name(other);
                    return Err(Error::general(format!("'{kind}' object is not iterable")));
                }
            }
        }
        // A list read as a dict gives numbers as keys, which do not sort with texts.
        match numbered {
            Some((_, key)) if !columns.scalars.is_empty() => {
                let kind = python::type_name(key);
                Err(Error::general(format!("'<' not supported between instances of 'str' and '{kind}'")))
            }
            Some((item, _)) => Err(no_get(item)),
            None => Ok(columns),
        }
    }
}

/// What a list says that is read as if it were a dict: its items are then the keys.
fn check_indices(keys: &[Value]) -> Result<()> {
    let length = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    for key in keys {
        let index = match key {
            Value::Int(index) => *index,
            Value::Bool(flag) => i64::from(*flag),
            Value::BigInt(_) => {
                return Err(Error::general("cannot fit 'int' into an index-sized integer"));
            }
            other => {
                let kind = python::type_name(other);
                return Err(Error::general(format!("list indices must be integers or slices, not {kind}")));
            }
        };
        if !(-length..length).contains(&index) {
            return Err(Error::general("list index out of range"));
        }
    }
    Ok(())
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Map(_) | Value::List(_))
}
