//! From the form of a request to its members, typed by the model.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::form::Form;
use crate::model::{Kind, Member, Shape};
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

/// The members of a structure that the form has. Times become seconds, blobs bytes. Parameters that the model
/// does not know are passed over, as the service does.
///
/// # Errors
/// A text that is no value of its type.
pub(in crate::sandbox) fn decode(form: &Form, members: &'static [Member]) -> Result<Map, Fault> {
    let mut map = Map::new();
    for member in members {
        if let Some(node) = form.get(member.name) {
            map.insert(member.name.into(), value(node, member.shape, member.name)?);
        }
    }
    Ok(map)
}

fn value(node: &Form, shape: &'static Shape, name: &str) -> Result<Value, Fault> {
    let text = node.value().unwrap_or_default();
    let malformed = |what: &str| Fault::new("MalformedInput", 400, format!("{name} is not {what}."));
    Ok(match &shape.kind {
        Kind::String => Value::from(text),
        Kind::Integer => Value::Int(i64::from(text.parse::<i32>().map_err(|_| malformed("an integer"))?)),
        Kind::Boolean => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err(malformed("true or false")),
        },
        Kind::Timestamp => Value::Int(seconds(text).ok_or_else(|| malformed("a time"))?),
        Kind::Blob => Value::Bytes(STANDARD.decode(text).map_err(|_| malformed("base64"))?),
        Kind::List(item) => match node.get("member") {
            Some(items) => {
                items.numbered().map(|node| value(node, item, name)).collect::<Result<Vec<_>, _>>()?.into()
            }
            None => Value::List(Vec::new()),
        },
        Kind::Map { value: item, .. } => {
            let mut map = Map::new();
            for entry in node.get("entry").into_iter().flat_map(Form::numbered) {
                if let (Some(key), Some(found)) = (entry.text("key"), entry.get("value")) {
                    map.insert(key.to_owned().into(), value(found, item, name)?);
                }
            }
            map.into()
        }
        Kind::Structure(members) => decode(node, members)?.into(),
    })
}

fn seconds(text: &str) -> Option<i64> {
    let date = DateTime::from_str(text, Format::DateTimeWithOffset).ok();
    date.map(|date| date.secs()).or_else(|| text.parse::<i64>().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    fn decoded(operation: &str, form: &str) -> Result<Map, Fault> {
        let operation = model::service("iam").unwrap().operation(operation).unwrap();
        decode(&Form::parse(form.as_bytes()).unwrap(), operation.input)
    }

    #[test]
    fn members_get_the_models_types() {
        let map = decoded("create-role", "RoleName=r&MaxSessionDuration=3600&Tags.member.1.Key=k&Unknown=1")
            .unwrap();
        assert!(map["MaxSessionDuration"] == Value::Int(3600));
        assert_eq!(map["Tags"].as_list().unwrap()[0].get("Key").and_then(Value::as_str), Some("k"));
        assert!(!map.contains_key("Unknown") && !map.contains_key("Path"));
    }

    #[test]
    fn a_text_that_is_no_value_is_malformed() {
        assert_eq!(decoded("create-role", "MaxSessionDuration=1h").unwrap_err().code, "MalformedInput");
    }
}
