//! Members taken out of a parameter map in the types that the SDK's builders take.

use std::collections::HashMap;

use aws_smithy_types::error::operation::BuildError;

use crate::error::{Error, Result};
use crate::python;
use crate::value::{Map, Value};

/// The members of a request or of a structure in it; each is taken once.
pub(super) struct Fields(Map);

impl Fields {
    pub(super) fn new(map: Map) -> Self {
        Fields(map)
    }

    /// The members of a value that must be a structure.
    pub(super) fn of(value: Value) -> Result<Self> {
        match value {
            Value::Map(map) => Ok(Fields(map)),
            other => Err(mistyped(&other, "dict")),
        }
    }

    fn take<T>(&mut self, name: &str, read: impl FnOnce(Value) -> Result<T>) -> Result<Option<T>> {
        match self.0.get_mut(name) {
            None => Ok(None),
            Some(value) => {
                let value = std::mem::replace(value, Value::Null);
                read(value).map(Some).map_err(|mut error| {
                    error.message = format!("{name}: {}", error.message);
                    error
                })
            }
        }
    }

    pub(super) fn string(&mut self, name: &str) -> Result<Option<String>> {
        self.take(name, string)
    }

    pub(super) fn enumeration<T: for<'a> From<&'a str>>(&mut self, name: &str) -> Result<Option<T>> {
        self.take(name, enumeration)
    }

    pub(super) fn integer(&mut self, name: &str) -> Result<Option<i32>> {
        self.take(name, integer)
    }

    pub(super) fn boolean(&mut self, name: &str) -> Result<Option<bool>> {
        self.take(name, |value| match value {
            Value::Bool(flag) => Ok(flag),
            other => Err(mistyped(&other, "bool")),
        })
    }

    pub(super) fn structure<T>(&mut self, name: &str, read: fn(Value) -> Result<T>) -> Result<Option<T>> {
        self.take(name, read)
    }

    pub(super) fn list<T>(&mut self, name: &str, read: fn(Value) -> Result<T>) -> Result<Option<Vec<T>>> {
        self.take(name, |value| match value {
            Value::List(items) => items.into_iter().map(read).collect(),
            other => Err(mistyped(&other, "list")),
        })
    }

    #[allow(dead_code, reason = "whether a request holds a map is up to the model")]
    pub(super) fn map<T>(
        &mut self,
        name: &str,
        read: fn(Value) -> Result<T>,
    ) -> Result<Option<HashMap<String, T>>> {
        self.take(name, |value| match value {
            Value::Map(map) => {
                map.into_iter().map(|(key, item)| Ok((key.into_owned(), read(item)?))).collect()
            }
            other => Err(mistyped(&other, "dict")),
        })
    }
}

pub(super) fn string(value: Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(mistyped(&other, "str")),
    }
}

pub(super) fn enumeration<T: for<'a> From<&'a str>>(value: Value) -> Result<T> {
    string(value).map(|text| T::from(text.as_str()))
}

/// The SDK holds 32 bits; the reference sends any integer and lets the service judge.
fn integer(value: Value) -> Result<i32> {
    let too_large = |digits: String| {
        Error::usage(format!(
            "{digits} is outside of the range of a 32 bit integer (-2147483648 to 2147483647)"
        ))
    };
    match value {
        Value::Int(number) => i32::try_from(number).map_err(|_| too_large(number.to_string())),
        Value::BigInt(digits) => Err(too_large(digits.into())),
        other => Err(mistyped(&other, "int")),
    }
}

/// A structure whose required members were not all given; validation comes first, so this is a last resort.
pub(super) fn incomplete(error: &BuildError) -> Error {
    Error::usage(format!("a required member is missing: {error}"))
}

/// A union of which no member was given.
#[allow(dead_code, reason = "whether a request holds a union is up to the model")]
pub(super) fn empty_union(name: &str) -> Error {
    Error::usage(format!("one member of {name} must be set"))
}

fn mistyped(value: &Value, wanted: &str) -> Error {
    Error::usage(format!("a value of type {} stands where {wanted} is wanted", python::type_name(value)))
}
