//! Replies: the members that a handler gives, as XML by the model.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::client::Reply;
use crate::model::{Kind, Member, Operation, Service, Shape};
use crate::percent;
use crate::sandbox::clock;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

/// The reply of a call that has succeeded.
///
/// # Errors
/// A handler gave a value of another type than the model's, which would be a fault of this program.
pub(in crate::sandbox) fn success(
    service: &Service,
    operation: &Operation,
    result: &Map,
    request_id: &str,
) -> Result<Reply, Fault> {
    let mut out = format!("<{}Response xmlns=\"{}\">", operation.name, service.namespace);
    if let Some(output) = operation.output {
        out.push_str(&format!("<{}>", output.wrapper));
        structure(&mut out, result, output.members)?;
        out.push_str(&format!("</{}>", output.wrapper));
    }
    out.push_str(&format!(
        "<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{}Response>",
        operation.name
    ));
    Ok(reply(200, out, request_id))
}

/// The reply of a call that is refused.
pub(in crate::sandbox) fn failure(service: &Service, fault: &Fault, request_id: &str) -> Reply {
    let mut out = format!("<ErrorResponse xmlns=\"{}\"><Error>", service.namespace);
    leaf(&mut out, "Type", if fault.is_senders() { "Sender" } else { "Receiver" });
    leaf(&mut out, "Code", fault.code);
    leaf(&mut out, "Message", &fault.message);
    out.push_str(&format!("</Error><RequestId>{request_id}</RequestId></ErrorResponse>"));
    reply(fault.status, out, request_id)
}

/// A reply that is none of the service's.
pub(in crate::sandbox) fn plain(text: &str, request_id: &str) -> Reply {
    reply(200, text.to_owned(), request_id)
}

fn reply(status: u16, body: String, request_id: &str) -> Reply {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("text/xml"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    Reply { status, reason: reason.unwrap_or_default().to_owned(), headers, body: Bytes::from(body) }
}

fn structure(out: &mut String, map: &Map, members: &'static [Member]) -> Result<(), Fault> {
    for member in members {
        if let Some(found) = map.get(member.name) {
            element(out, member.name, found, member.shape)?;
        }
    }
    Ok(())
}

fn element(out: &mut String, name: &str, value: &Value, shape: &'static Shape) -> Result<(), Fault> {
    match (&shape.kind, value) {
        // Policy documents are sent percent-encoded.
        (Kind::String, Value::String(text)) if shape.name == "policyDocumentType" => {
            leaf(out, name, &percent::encode(text));
        }
        (Kind::String, Value::String(text)) => leaf(out, name, text),
        (Kind::Integer, Value::Int(number)) => leaf(out, name, &number.to_string()),
        (Kind::Boolean, Value::Bool(flag)) => leaf(out, name, if *flag { "true" } else { "false" }),
        (Kind::Timestamp, Value::Int(seconds)) => leaf(out, name, &clock::text(*seconds)),
        (Kind::Blob, Value::Bytes(bytes)) => leaf(out, name, &STANDARD.encode(bytes)),
        (Kind::List(item), Value::List(items)) => {
            open(out, name);
            for value in items {
                element(out, "member", value, item)?;
            }
            close(out, name);
        }
        (Kind::Map { value: item, .. }, Value::Map(map)) => {
            open(out, name);
            for (key, value) in map {
                out.push_str("<entry>");
                leaf(out, "key", key);
                element(out, "value", value, item)?;
                out.push_str("</entry>");
            }
            close(out, name);
        }
        (Kind::Structure(members), Value::Map(map)) => {
            open(out, name);
            structure(out, map, members)?;
            close(out, name);
        }
        _ => return Err(Fault::internal(format!("{name} has another type than {}", shape.name))),
    }
    Ok(())
}

fn open(out: &mut String, name: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
}

fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn leaf(out: &mut String, name: &str, text: &str) {
    open(out, name);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Would be read back as a line feed.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            // No XML can hold the others.
            c if c.is_control() && u32::from(c) < 0x20 => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    close(out, name);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;
    use crate::reply::{self, TimestampFormat};

    #[test]
    fn what_is_written_is_what_the_reply_reader_reads() {
        let service = model::service("iam").unwrap();
        let operation = service.operation("get-role").unwrap();
        let role = Map::from([
            ("Arn".into(), "a&<b>\r".into()),
            ("CreateDate".into(), Value::Int(0)),
            ("AssumeRolePolicyDocument".into(), r#"{"Version":"2012-10-17"}"#.into()),
            ("Tags".into(), Value::List(vec![Map::from([("Key".into(), "k".into())]).into()])),
        ]);
        let result = Map::from([("Role".into(), role.into())]);
        let reply = success(service, operation, &result, "r").unwrap();
        let read = reply::result(operation, &reply.body, TimestampFormat::Wire).unwrap();
        let role = &read["Role"];
        assert_eq!(role.get("Arn").and_then(Value::as_str), Some("a&<b>\r"));
        assert_eq!(role.get("CreateDate").and_then(Value::as_str), Some("1970-01-01T00:00:00Z"));
        assert!(role.get("AssumeRolePolicyDocument").unwrap().get("Version").is_some());
        assert_eq!(role.get("Tags").and_then(Value::as_list).map(<[_]>::len), Some(1));
    }

    #[test]
    fn a_handler_of_the_wrong_type_is_found_out() {
        let service = model::service("iam").unwrap();
        let operation = service.operation("get-role").unwrap();
        let result = Map::from([("Role".into(), Value::Int(1))]);
        assert_eq!(success(service, operation, &result, "r").unwrap_err().code, "InternalFailure");
    }
}
