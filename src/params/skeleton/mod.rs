//! `--generate-cli-skeleton`: an input to fill in, or a reply as it might come.
//!
//! Both are made from the operation's table alone; nothing is sent.

mod output;
mod yaml;

pub use self::output::output;
pub use self::yaml::yaml_input;

use crate::json::{self, Style};
use crate::model::{Kind, Member, Operation, Shape};
use crate::value::{Map, Value};

/// The name of the one entry that maps have.
const KEY_NAME: &str = "KeyName";

/// The whole input as JSON, as it is printed: every member, with an empty value, a zero or the first allowed value.
pub fn input(operation: &Operation) -> String {
    let mut text = String::new();
    json::write(&mut text, &structure(operation.input), Style::SKELETON);
    text.push('\n');
    text
}

fn structure(members: &[Member]) -> Value {
    let entries = members
        .iter()
        .filter(|member| !member.newer)
        .map(|member| (member.name.to_owned().into(), sample(member.shape)));
    Value::Map(entries.collect::<Map>())
}

fn sample(shape: &Shape) -> Value {
    match &shape.kind {
        Kind::String => Value::from(shape.values.first().copied().unwrap_or_default()),
        Kind::Blob => Value::from(""),
        Kind::Integer => Value::Int(0),
        Kind::Boolean => Value::Bool(true),
        Kind::Timestamp => Value::from("1970-01-01T00:00:00"),
        Kind::List(item) => Value::List(vec![sample(item)]),
        Kind::Map { value, .. } => Value::Map(Map::from([(KEY_NAME.into(), sample(value))])),
        Kind::Structure(members) => structure(members),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::service;

    #[test]
    fn the_json_skeleton_has_every_member() {
        let operation = service("iam").and_then(|iam| iam.operation("list-policies")).unwrap();
        let want = "{\n    \"Scope\": \"All\",\n    \"OnlyAttached\": true,\n    \"PathPrefix\": \"\",\n    \
                    \"PolicyUsageFilter\": \"PermissionsPolicy\",\n    \"Marker\": \"\",\n    \"MaxItems\": 0\n}\n";
        assert_eq!(input(operation), want);
        let operation = service("iam").and_then(|iam| iam.operation("get-account-summary")).unwrap();
        assert_eq!(input(operation), "{}\n");
    }
}
