//! Values while an expression is evaluated.
//!
//! A document is borrowed, new lists and objects are shared, so that handing a
//! value on costs nothing. Besides, a reference (`&a`) is a value here and
//! nowhere else.

use std::rc::Rc;

use indexmap::IndexMap;

use super::ast::Node;
use crate::python;
use crate::value::{Key, Value};

/// A value, or a part of one.
#[derive(Clone)]
pub(super) enum Item<'a> {
    /// A part of the document or a literal.
    Value(&'a Value),
    /// A text or a number that was computed, never a list or an object.
    Computed(Rc<Value>),
    /// A list that was computed.
    List(Rc<Vec<Item<'a>>>),
    /// An object that was computed.
    Map(Rc<IndexMap<Key, Item<'a>>>),
    /// `&a`
    Reference(&'a Node),
}

/// The types of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
    Reference,
    /// Raw bytes.
    Unknown,
}

impl Type {
    /// The name in error messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Boolean => "boolean",
            Type::Number => "number",
            Type::String => "string",
            Type::Array => "array",
            Type::Object => "object",
            Type::Reference => "expref",
            Type::Unknown => "unknown",
        }
    }
}

static NULL: Value = Value::Null;
static TRUE: Value = Value::Bool(true);
static FALSE: Value = Value::Bool(false);

impl<'a> Item<'a> {
    /// Null: what is not there.
    pub(super) const NULL: Item<'a> = Item::Value(&NULL);

    /// A boolean.
    pub(super) fn boolean(flag: bool) -> Self {
        Item::Value(if flag { &TRUE } else { &FALSE })
    }

    /// A text or a number.
    pub(super) fn computed(value: impl Into<Value>) -> Self {
        Item::Computed(Rc::new(value.into()))
    }

    /// A list.
    pub(super) fn list(items: Vec<Item<'a>>) -> Self {
        Item::List(Rc::new(items))
    }

    /// What this is when it is neither computed list nor computed object nor reference.
    pub(super) fn plain(&self) -> Option<&Value> {
        match self {
            Item::Value(value) => Some(value),
            Item::Computed(value) => Some(value),
            _ => None,
        }
    }

    /// Whether this is null.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.plain(), Some(Value::Null))
    }

    /// False for null, `false` and all that is empty; numbers are true, 0 too.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Item::List(items) => !items.is_empty(),
            Item::Map(members) => !members.is_empty(),
            _ => match self.plain() {
                Some(Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bytes(_)) | None => true,
                Some(value) => value.is_truthy(),
            },
        }
    }

    /// The type.
    pub(super) fn type_of(&self) -> Type {
        match self {
            Item::List(_) => Type::Array,
            Item::Map(_) => Type::Object,
            _ => match self.plain() {
                Some(Value::Null) => Type::Null,
                Some(Value::Bool(_)) => Type::Boolean,
                Some(Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => Type::Number,
                Some(Value::String(_)) => Type::String,
                Some(Value::Bytes(_)) => Type::Unknown,
                Some(Value::List(_)) => Type::Array,
                Some(Value::Map(_)) => Type::Object,
                None => Type::Reference,
            },
        }
    }

    /// The name of the type in Python.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Item::List(_) => "list",
            Item::Map(_) => "dict",
            _ => self.plain().map_or("_Expression", python::type_name),
        }
    }

    /// The text, if this is one.
    pub(super) fn text(&self) -> Option<&str> {
        self.plain().and_then(Value::as_str)
    }

    /// The items, if this is a list.
    pub(super) fn items(&self) -> Option<Vec<Item<'a>>> {
        match self {
            Item::Value(Value::List(items)) => Some(items.iter().map(Item::Value).collect()),
            Item::List(items) => Some(items.to_vec()),
            _ => None,
        }
    }

    /// The members, if this is an object.
    pub(super) fn members(&self) -> Option<Vec<(Key, Item<'a>)>> {
        match self {
            Item::Value(Value::Map(map)) => {
                Some(map.iter().map(|(key, value)| (key.clone(), Item::Value(value))).collect())
            }
            Item::Map(map) => Some(map.iter().map(|(key, item)| (key.clone(), item.clone())).collect()),
            _ => None,
        }
    }

    /// The number of items or members, if this is a list or an object.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Item::Value(Value::List(items)) => Some(items.len()),
            Item::Value(Value::Map(map)) => Some(map.len()),
            Item::List(items) => Some(items.len()),
            Item::Map(map) => Some(map.len()),
            _ => None,
        }
    }

    /// The member of this name.
    pub(super) fn member(&self, name: &str) -> Option<Item<'a>> {
        match self {
            Item::Value(value) => value.get(name).map(Item::Value),
            Item::Map(map) => map.get(name).cloned(),
            _ => None,
        }
    }

    /// The item at this position of a list, from the end where negative.
    pub(super) fn at(&self, index: i64) -> Option<Item<'a>> {
        let length = i64::try_from(self.count()?).ok()?;
        let position = if index < 0 { index.checked_add(length)? } else { index };
        let position = usize::try_from(position).ok()?;
        match self {
            Item::Value(Value::List(items)) => items.get(position).map(Item::Value),
            Item::List(items) => items.get(position).cloned(),
            _ => None,
        }
    }

    /// A copy on its own, unless there is a reference in it.
    pub(super) fn into_value(self) -> Option<Value> {
        self.copied(None)
    }

    /// A copy on its own, for messages and texts: `reference` stands in for a reference.
    pub(super) fn to_value(&self, reference: &str) -> Value {
        self.copied(Some(reference)).unwrap_or(Value::Null)
    }

    fn copied(&self, reference: Option<&str>) -> Option<Value> {
        match self {
            Item::Value(value) => Some((*value).clone()),
            Item::Computed(value) => Some(value.as_ref().clone()),
            Item::List(items) => {
                items.iter().map(|item| item.copied(reference)).collect::<Option<_>>().map(Value::List)
            }
            Item::Map(map) => map
                .iter()
                .map(|(key, item)| Some((key.clone(), item.copied(reference)?)))
                .collect::<Option<_>>()
                .map(Value::Map),
            Item::Reference(_) => reference.map(Value::from),
        }
    }
}
