//! Error replies.

use roxmltree::Node;

use super::{unparsable, xml};
use crate::client::Reply;
use crate::error::{Error, ServiceError};
use crate::model::{ErrorShape, Operation, SERVICES};
use crate::python;
use crate::value::{Map, Value};

const ODD: &str =
    "the reply is XML but no error as the service writes it: is the endpoint one of this service?";

/// Levels of an error that are read: a hostile reply must not exhaust the stack.
const DEEPEST: usize = 100;

/// What an error reply holds.
pub enum ErrorBody {
    /// A code and a message.
    Said(ServiceError),
    /// No error that could be read: exit code 255.
    Unparsable(Error),
}

/// Reads an error reply of `operation`.
pub fn error(operation: &Operation, reply: &Reply) -> ErrorBody {
    if is_generic(reply) {
        let (code, message) = (reply.status.to_string(), reply.reason.clone());
        let mut fields = Map::new();
        fields.insert("Code".into(), Value::String(code.clone()));
        fields.insert("Message".into(), Value::String(message.clone()));
        return ErrorBody::Said(ServiceError { code, message, fields, status: reply.status });
    }
    let document = xml::text(&reply.body).and_then(xml::parse);
    let document = match document {
        Ok(document) => document,
        Err(cause) => return ErrorBody::Unparsable(unparsable(operation, &cause, &reply.body)),
    };
    match members(document.root_element()) {
        Err(why) => ErrorBody::Unparsable(Error::general(why).hint(ODD)),
        Ok(members) => {
            let read = |name: &str| members.get(name).map_or("Unknown".to_owned(), python::text);
            let (code, message) = (read("Code"), read("Message"));
            let fields = fields(operation, &code, members);
            ErrorBody::Said(ServiceError { code, message, fields, status: reply.status })
        }
    }
}

/// The members of the error in a reply, or the reference's words for a reply that has them where they cannot be.
///
/// What is in `Errors` counts before what stands beside it.
fn members(root: Node<'_, '_>) -> Result<Map, &'static str> {
    let mut reply = children(root, DEEPEST);
    match reply.shift_remove("Errors") {
        None => {}
        Some(Value::Map(errors)) => reply.extend(errors),
        Some(Value::String(_)) => {
            return Err("dictionary update sequence element #0 has length 1; 2 is required");
        }
        Some(_) => return Err("'NoneType' object is not iterable"),
    }
    let members = match reply.shift_remove("Error") {
        None => Map::new(),
        Some(Value::Map(members)) => members,
        Some(Value::String(_)) => return Err("'str' object has no attribute 'get'"),
        Some(_) => return Err("'NoneType' object has no attribute 'get'"),
    };
    match members.get("Code") {
        Some(Value::Map(_)) => Err("unhashable type: 'dict'"),
        _ => Ok(members),
    }
}

/// The children of an element by their names: texts, none where there is none, or children in their turn. Of several
/// with one name the first counts, and only its children. What lies deeper than `depth` levels is left out.
fn children(node: Node<'_, '_>, depth: usize) -> Map {
    let mut map = Map::new();
    let Some(depth) = depth.checked_sub(1) else { return map };
    let mut seen = Vec::new();
    for child in xml::elements(node) {
        let name = child.tag_name().name();
        let first = !seen.contains(&name);
        seen.push(name);
        if first && xml::elements(child).next().is_none() {
            let text = xml::content(child);
            let value = if text.is_empty() { Value::Null } else { Value::String(text) };
            map.insert(name.to_owned().into(), value);
        } else if first {
            map.insert(name.to_owned().into(), Value::Map(children(child, depth)));
        } else if let Some(value) = map.get_mut(name)
            && !matches!(value, Value::Map(_))
        {
            *value = Value::Map(Map::new());
        }
    }
    map
}

/// What structured formats print of an error: what every error has, and what the model knows of this one.
fn fields(operation: &Operation, code: &str, members: Map) -> Map {
    let modelled = shape(operation, code).map_or(&[][..], |shape| shape.members);
    let known = |name: &str| {
        ["Code", "Message", "message"].contains(&name) || modelled.iter().any(|member| member.name == name)
    };
    members.into_iter().filter(|(name, _)| known(name)).collect()
}

/// What stands for an error of which nothing is known.
pub fn unknown(status: u16) -> ServiceError {
    ServiceError { code: "Unknown".into(), message: "Unknown".into(), fields: Map::new(), status }
}

/// The code of an error reply, for the retry rules; none where the reply cannot be read.
pub fn code(reply: &Reply) -> Option<String> {
    let any = SERVICES.first().and_then(|service| service.operations.first())?;
    match error(any, reply) {
        ErrorBody::Said(said) => Some(said.code),
        ErrorBody::Unparsable(_) => None,
    }
}

/// A server's failure that says nothing, or a proxy's page: the status stands for the code.
fn is_generic(reply: &Reply) -> bool {
    let body = reply.body.trim_ascii();
    reply.status >= 500 && (body.is_empty() || body.starts_with(b"<html>"))
}

/// The model's shape of an error: any of the service's, since replies use codes that an operation does not list.
fn shape(operation: &Operation, code: &str) -> Option<&'static ErrorShape> {
    let service = SERVICES
        .iter()
        .find(|service| service.operations.iter().any(|other| std::ptr::eq(other, operation)))?;
    service.operations.iter().flat_map(|operation| operation.errors).copied().find(|shape| shape.code == code)
}
