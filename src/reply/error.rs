//! Error replies.

use super::timestamp::TimestampFormat;
use super::{read, unparsable, xml};
use crate::client::Reply;
use crate::error::{Error, ServiceError};
use crate::model::{ErrorShape, Operation, SERVICES};
use crate::value::{Map, Value};

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
        return ErrorBody::Said(said(reply, reply.status.to_string(), reply.reason.clone(), Map::new()));
    }
    let document = xml::text(&reply.body).and_then(xml::parse);
    let document = match document {
        Ok(document) => document,
        Err(cause) => return ErrorBody::Unparsable(unparsable(operation, &cause, &reply.body)),
    };
    let root = document.root_element();
    let node = xml::child(root, "Error")
        .or_else(|| xml::child(root, "Errors").and_then(|errors| xml::child(errors, "Error")));
    let Some(node) = node else {
        return ErrorBody::Said(said(reply, "Unknown".into(), "Unknown".into(), Map::new()));
    };
    let member = |name: &str| match xml::child(node, name).map(xml::content) {
        None => "Unknown".to_owned(),
        Some(text) if text.is_empty() => "None".to_owned(),
        Some(text) => text,
    };
    let code = member("Code");
    let extras = match shape(operation, &code) {
        Some(shape) => read::structure(node, shape.members, TimestampFormat::Iso8601).unwrap_or_default(),
        None => Map::new(),
    };
    ErrorBody::Said(said(reply, code, member("Message"), extras))
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
    reply.status >= 500 && (reply.body.is_empty() || reply.body.starts_with(b"<html>"))
}

fn said(reply: &Reply, code: String, message: String, extras: Map) -> ServiceError {
    let mut fields = Map::new();
    fields.insert("Code".into(), Value::String(code.clone()));
    fields.insert("Message".into(), Value::String(message.clone()));
    fields.extend(extras);
    ServiceError { code, message, fields, status: reply.status }
}

/// The model's shape of an error: any of the service's, since replies use codes that an operation does not list.
fn shape(operation: &Operation, code: &str) -> Option<&'static ErrorShape> {
    let service = SERVICES
        .iter()
        .find(|service| service.operations.iter().any(|other| std::ptr::eq(other, operation)))?;
    service.operations.iter().flat_map(|operation| operation.errors).copied().find(|shape| shape.code == code)
}
