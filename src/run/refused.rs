//! What may have been wrong with a call that the service refused.

use crate::cli::near;
use crate::error::Error;
use crate::model::{Kind, Operation, Shape};
use crate::value::{Map, Value};

/// The error with a hint for each value that the service's lists do not have. Only what the service refuses is
/// judged: its lists grow, and a newer value is none of our business.
pub(super) fn with_hints(mut error: Error, operation: &'static Operation, input: &Map) -> Error {
    if error.service.as_ref().is_none_or(|said| !(400..500).contains(&said.status)) {
        return error;
    }
    for member in operation.input {
        let Some(value) = input.get(member.name) else { continue };
        for word in outside(member.shape, value) {
            error.hints.extend(near::of_values(&format!("--{}", member.option), word, list(member.shape)));
        }
    }
    error
}

/// The list of a shape, or of the items of one.
fn list(shape: &'static Shape) -> &'static [&'static str] {
    match &shape.kind {
        Kind::List(item) => item.values,
        _ => shape.values,
    }
}

/// The texts that are none of the listed.
fn outside<'v>(shape: &'static Shape, value: &'v Value) -> Vec<&'v str> {
    let values = list(shape);
    let texts: Vec<&str> = match value {
        Value::List(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    };
    texts.into_iter().filter(|text| !values.is_empty() && !values.contains(text)).collect()
}
