//! The members of a successful reply.

use roxmltree::Node;

use super::timestamp::{self, TimestampFormat};
use super::{policy_document, unparsable, xml};
use crate::error::{Error, Result};
use crate::model::{Kind, Member, Operation, Shape};
use crate::python;
use crate::value::{Map, Value};

/// The result of a successful call. Empty where the operation has no output.
pub fn result(operation: &Operation, body: &[u8], times: TimestampFormat) -> Result<Map> {
    let unparsable = |cause: String| unparsable(operation, &cause, body);
    let text = xml::text(body).map_err(unparsable)?;
    let document = xml::parse(text).map_err(unparsable)?;
    let Some(output) = operation.output else { return Ok(Map::new()) };
    match xml::child(document.root_element(), output.wrapper) {
        Some(wrapper) => structure(wrapper, output.members, times),
        None => Err(wrapper_missing(output.wrapper)),
    }
}

/// A reply whose result has another name than the model's; the reference shows the name and no more.
pub fn wrapper_missing(wrapper: &str) -> Error {
    Error::general(python::quoted(wrapper))
        .hint(format!("the reply is XML but has no {wrapper} element: is the endpoint one of this service?"))
}

pub(super) fn structure(
    node: Node<'_, '_>,
    members: &'static [Member],
    times: TimestampFormat,
) -> Result<Map> {
    let mut map = Map::with_capacity(members.len());
    for member in members {
        if let Some(child) = xml::child(node, member.name) {
            map.insert(member.name.into(), value(child, member.shape, times)?);
        }
    }
    Ok(map)
}

fn value(node: Node<'_, '_>, shape: &'static Shape, times: TimestampFormat) -> Result<Value> {
    Ok(match &shape.kind {
        Kind::String if policy_document::is_one(shape) => policy_document::value(xml::content(node)),
        Kind::String | Kind::Blob => Value::String(xml::content(node)),
        Kind::Boolean => Value::Bool(xml::content(node) == "true"),
        Kind::Integer => integer(&xml::content(node))?,
        Kind::Timestamp => Value::String(timestamp::format(&xml::content(node), times)?),
        Kind::List(item) => {
            Value::List(xml::elements(node).map(|child| value(child, item, times)).collect::<Result<_>>()?)
        }
        Kind::Map { value: item, .. } => map(node, item, times)?,
        Kind::Structure(members) => Value::Map(structure(node, members, times)?),
    })
}

fn map(node: Node<'_, '_>, shape: &'static Shape, times: TimestampFormat) -> Result<Value> {
    let mut map = Map::new();
    for entry in xml::elements(node) {
        if let (Some(key), Some(item)) = (xml::child(entry, "key"), xml::child(entry, "value")) {
            map.insert(xml::content(key).into(), value(item, shape, times)?);
        }
    }
    Ok(Value::Map(map))
}

fn integer(text: &str) -> Result<Value> {
    let digits = python::int(text).map_err(|error| Error::general(error.to_string()))?;
    Ok(match digits.parse() {
        Ok(small) => Value::Int(small),
        Err(_) => Value::BigInt(digits.into()),
    })
}
