//! A parameter before the model has had its say.
//!
//! Messages about wrong parameters quote them as Python prints them, and what
//! Python prints depends on where a value came from: a JSON option makes an
//! `OrderedDict`, shorthand a `dict`, and YAML has dates and keys that are no
//! texts. A [`Value`] knows none of that, so until the model has accepted a
//! parameter it is a [`Raw`].

use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::python;
use crate::value::{Map, Value};

/// A parameter, or a part of one.
#[derive(Clone, PartialEq)]
pub(super) enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    /// Decimal digits, with a `-` where it is negative.
    BigInt(Box<str>),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Raw>),
    Dict(DictKind, Entries),
    /// What no parameter can be: a date, a set, a list that holds itself.
    Foreign(Box<Foreign>),
}

/// A structure's or map's content, in the order given.
pub(super) type Entries = IndexMap<Name, Raw>;

/// Which of Python's mappings a structure or map is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DictKind {
    /// `dict`, of shorthand, `--cli-input-json` and YAML.
    Plain,
    /// `OrderedDict`, of JSON given to an option.
    Ordered,
    /// YAML's `!!omap`.
    Omap,
}

/// The name of an entry. Only YAML has names that are no texts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    /// The name, as `str()` prints it.
    pub text: String,
    /// Its type: `str` where it is a text.
    pub type_name: &'static str,
}

/// A value that only messages know.
#[derive(Clone, PartialEq)]
pub(super) struct Foreign {
    /// As `str()` prints it.
    pub text: String,
    /// As `repr()` prints it.
    pub repr: String,
    /// Its type's name.
    pub type_name: &'static str,
}

impl Name {
    /// A name that is a text.
    pub fn text(text: impl Into<String>) -> Self {
        Name { text: text.into(), type_name: "str" }
    }

    /// Whether it is a text.
    pub fn is_text(&self) -> bool {
        self.type_name == "str"
    }
}

impl Raw {
    /// A value of a document; its mappings become `kind`.
    pub fn from_value(value: Value, kind: DictKind) -> Raw {
        match value {
            Value::Null => Raw::Null,
            Value::Bool(flag) => Raw::Bool(flag),
            Value::Int(number) => Raw::Int(number),
            Value::BigInt(digits) => Raw::BigInt(digits),
            Value::Float(number) => Raw::Float(number),
            Value::String(text) => Raw::Text(text),
            Value::Bytes(bytes) => Raw::Bytes(bytes),
            Value::List(items) => {
                Raw::List(items.into_iter().map(|item| Raw::from_value(item, kind)).collect())
            }
            Value::Map(map) => Raw::Dict(
                kind,
                map.into_iter()
                    .map(|(name, item)| (Name::text(name.into_owned()), Raw::from_value(item, kind)))
                    .collect(),
            ),
        }
    }

    /// What goes on to the request.
    pub fn into_value(self) -> Value {
        match self {
            Raw::Null => Value::Null,
            Raw::Bool(flag) => Value::Bool(flag),
            Raw::Int(number) => Value::Int(number),
            Raw::BigInt(digits) => Value::BigInt(digits),
            Raw::Float(number) => Value::Float(number),
            Raw::Text(text) => Value::String(text),
            Raw::Bytes(bytes) => Value::Bytes(bytes),
            Raw::List(items) => Value::List(items.into_iter().map(Raw::into_value).collect()),
            Raw::Dict(_, entries) => Value::Map(into_map(entries)),
            Raw::Foreign(foreign) => Value::String(foreign.text),
        }
    }

    /// The type's name as Python says it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Raw::Null => "NoneType",
            Raw::Bool(_) => "bool",
            Raw::Int(_) | Raw::BigInt(_) => "int",
            Raw::Float(_) => "float",
            Raw::Text(_) => "str",
            Raw::Bytes(_) => "bytes",
            Raw::List(_) => "list",
            Raw::Dict(DictKind::Plain, _) => "dict",
            Raw::Dict(DictKind::Ordered, _) => "collections.OrderedDict",
            Raw::Dict(DictKind::Omap, _) => "ruamel.yaml.compat.ordereddict",
            Raw::Foreign(foreign) => foreign.type_name,
        }
    }

    /// `str()` of it.
    pub fn text(&self) -> String {
        match self {
            Raw::Text(text) => text.clone(),
            Raw::Foreign(foreign) => foreign.text.clone(),
            other => other.repr(),
        }
    }

    /// `repr()` of it.
    pub fn repr(&self) -> String {
        let mut out = String::new();
        self.write_repr(&mut out);
        out
    }

    fn write_repr(&self, out: &mut String) {
        match self {
            Raw::Null => out.push_str("None"),
            Raw::Bool(flag) => out.push_str(if *flag { "True" } else { "False" }),
            Raw::Int(number) => {
                let _ = write!(out, "{number}");
            }
            Raw::BigInt(digits) => out.push_str(digits),
            Raw::Float(number) => out.push_str(&python::float(*number)),
            Raw::Text(text) => out.push_str(&python::quoted(text)),
            Raw::Bytes(bytes) => out.push_str(&python::repr(&Value::Bytes(bytes.clone()))),
            Raw::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    item.write_repr(out);
                }
                out.push(']');
            }
            Raw::Dict(kind, entries) => write_dict(out, *kind, entries),
            Raw::Foreign(foreign) => out.push_str(&foreign.repr),
        }
    }
}

fn write_dict(out: &mut String, kind: DictKind, entries: &Entries) {
    let (open, between, close) = match kind {
        DictKind::Plain => ("{", ": ", "}"),
        DictKind::Ordered if entries.is_empty() => ("OrderedDict(", "", ")"),
        DictKind::Ordered => ("OrderedDict([", ", ", "])"),
        DictKind::Omap => ("ordereddict([", ", ", "])"),
    };
    out.push_str(open);
    for (index, (name, item)) in entries.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        if kind != DictKind::Plain {
            out.push('(');
        }
        match name.is_text() {
            true => out.push_str(&python::quoted(&name.text)),
            false => out.push_str(&name.text),
        }
        out.push_str(between);
        item.write_repr(out);
        if kind != DictKind::Plain {
            out.push(')');
        }
    }
    out.push_str(close);
}

/// The entries of an accepted input.
pub(super) fn into_map(entries: Entries) -> Map {
    entries.into_iter().map(|(name, item)| (name.text.into(), item.into_value())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(value: Raw) -> Entries {
        Entries::from([(Name::text("a"), value)])
    }

    #[test]
    fn mappings_print_as_their_kind_does() {
        let inner = Raw::Dict(DictKind::Ordered, entries(Raw::Text("x".into())));
        let outer = Raw::Dict(DictKind::Ordered, entries(Raw::List(vec![inner.clone(), Raw::Null])));
        assert_eq!(inner.text(), "OrderedDict([('a', 'x')])");
        assert_eq!(outer.text(), "OrderedDict([('a', [OrderedDict([('a', 'x')]), None])])");
        assert_eq!(Raw::Dict(DictKind::Ordered, Entries::new()).text(), "OrderedDict()");
        assert_eq!(Raw::Dict(DictKind::Plain, entries(Raw::Bytes(vec![0]))).text(), "{'a': b'\\x00'}");
    }

    #[test]
    fn a_name_that_is_no_text_has_no_quotes() {
        let name = Name { text: "1".into(), type_name: "int" };
        let dict = Raw::Dict(DictKind::Plain, Entries::from([(name, Raw::Float(1.0))]));
        assert_eq!(dict.repr(), "{1: 1.0}");
    }
}
