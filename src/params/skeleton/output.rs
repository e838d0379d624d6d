//! A reply as it might come.
//!
//! Texts are the names of their members. The reference checks this reply
//! against the model as it checks an input. It has nothing for bytes and for
//! the values of maps, and `UserId` is shorter than ids are, so most operations
//! of these services fail here with a usage error.

use super::KEY_NAME;
use crate::error::Result;
use crate::model::{Kind, Member, Operation, Shape};
use crate::params::raw::{DictKind, Entries, Name, Raw};
use crate::params::validate;
use crate::value::{Map, Value};

/// The made-up reply; an empty map where the operation has no output.
///
/// # Errors
///
/// A usage error that lists what the model finds wrong with the reply, as the reference has it.
pub fn output(operation: &Operation) -> Result<Value> {
    let Some(output) = operation.output else { return Ok(Value::Map(Map::new())) };
    let entries = structure(output.members);
    validate::check(output.members, &entries)?;
    Ok(Raw::Dict(DictKind::Plain, entries).into_value())
}

fn structure(members: &[Member]) -> Entries {
    members
        .iter()
        .filter(|member| !member.newer)
        .map(|member| (Name::text(member.name), sample(member.shape, member.name)))
        .collect()
}

fn sample(shape: &Shape, name: &str) -> Raw {
    match &shape.kind {
        Kind::String => Raw::Text(name.to_owned()),
        Kind::Blob => Raw::Null,
        Kind::Integer => Raw::Int(0),
        Kind::Boolean => Raw::Bool(true),
        Kind::Timestamp => Raw::Text("1970-01-01T00:00:00".to_owned()),
        Kind::List(item) => Raw::List(vec![sample(item, item.name)]),
        Kind::Map { value, .. } => {
            Raw::Dict(DictKind::Plain, Entries::from([(Name::text(KEY_NAME), sample(value, ""))]))
        }
        Kind::Structure(members) => Raw::Dict(DictKind::Plain, structure(members)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::service;

    #[test]
    fn texts_are_the_names_of_their_members() {
        let operation = service("iam").and_then(|iam| iam.operation("create-delegation-request")).unwrap();
        let reply = output(operation).unwrap();
        assert_eq!(reply.get("ConsoleDeepLink").and_then(Value::as_str), Some("ConsoleDeepLink"));
    }

    #[test]
    fn the_model_finds_most_replies_wrong() {
        let operation = service("iam").and_then(|iam| iam.operation("create-group")).unwrap();
        let message = output(operation).unwrap_err().message;
        let want = "Parameter validation failed:\n\
                    Invalid length for parameter Group.GroupId, value: 7, valid min length: 16\n\
                    Invalid length for parameter Group.Arn, value: 3, valid min length: 20";
        assert_eq!(message, want);
    }
}
