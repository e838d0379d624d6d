//! The one value that travels down the line: parameters on the way in, a
//! reply on the way out.
//!
//! Replies are not the SDK's typed outputs, because those cannot say "absent"
//! and refuse what the service has already done; see the reply reader. So a
//! value keeps exactly what was said: the order of members, the absence of
//! absent ones, and integers of any size.
//!
//! `Debug` never shows a text or a number, since any of them may be a secret:
//! it shows the shape only.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;

/// Members in the order in which they were put there. Putting a key again
/// keeps its first place and takes the last value, as Python's `dict` does.
pub type Map = IndexMap<Key, Value>;

/// Names out of the service tables are borrowed, names out of a document are owned.
pub type Key = Cow<'static, str>;

/// A parameter or a reply, or a part of one.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// JSON `null`; an absent member is not a null but no entry at all.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// Any other integer: its decimal digits, with a `-` where it is negative.
    BigInt(Box<str>),
    /// A floating point number; `NaN` and the infinities are allowed.
    Float(f64),
    /// A text.
    String(String),
    /// Raw bytes: the content of a `fileb://` file.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A structure or a map.
    Map(Map),
}

impl Value {
    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if this is a structure or a map.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The member of this name, if this is a structure or a map that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_map().and_then(|map| map.get(name))
    }

    /// False for what Python calls false: null, `false`, zero, and all that is empty.
    pub fn is_truthy(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(flag) => *flag,
            Value::Int(number) => *number != 0,
            Value::BigInt(_) => true,
            Value::Float(number) => *number != 0.0,
            Value::String(text) => !text.is_empty(),
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Map(map) => !map.is_empty(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => out.write_str("Null"),
            Value::Bool(_) => out.write_str("Bool"),
            Value::Int(_) => out.write_str("Int"),
            Value::BigInt(_) => out.write_str("BigInt"),
            Value::Float(_) => out.write_str("Float"),
            Value::String(text) => write!(out, "String({} characters)", text.chars().count()),
            Value::Bytes(bytes) => write!(out, "Bytes({})", bytes.len()),
            Value::List(items) => out.debug_list().entries(items).finish(),
            Value::Map(map) => out.debug_map().entries(map).finish(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Float(number)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::List(items)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_shape_and_no_content() {
        let mut map = Map::new();
        map.insert("Password".into(), "hunter2".into());
        map.insert("Code".into(), Value::Int(424_242));
        let text = format!("{:?}", Value::Map(map));
        assert_eq!(text, r#"{"Password": String(7 characters), "Code": Int}"#);
    }

    #[test]
    fn a_key_put_twice_keeps_its_place_and_takes_the_last_value() {
        let mut map = Map::new();
        map.insert("a".into(), Value::Int(1));
        map.insert("b".into(), Value::Int(2));
        map.insert("a".into(), Value::Int(3));
        let pairs: Vec<_> = map.iter().map(|(k, v)| (k.as_ref(), v.clone())).collect();
        assert!(pairs == [("a", Value::Int(3)), ("b", Value::Int(2))]);
    }
}
