//! Whether a request keeps to the model's limits, in the service's words.
//!
//! All faults are told at once, but for the letters of IAM's names and paths:
//! the service looks at them last, and tells the first fault by itself.

use super::pattern;
use crate::model::{Kind, Member, Shape};
use crate::sandbox::fault::Fault;
use crate::secret;
use crate::value::{Map, Value};

/// Checks required members, lengths, ranges, patterns and enumerations.
///
/// # Errors
/// `ValidationError` with every fault.
pub(in crate::sandbox) fn validate(map: &Map, members: &'static [Member]) -> Result<(), Fault> {
    let mut faults = Faults::default();
    structure(map, members, "", &mut faults);
    let count = faults.all.len();
    match (count, faults.letters) {
        (0, None) => Ok(()),
        (0, Some(message)) => Err(Fault::validation(message)),
        _ => Err(Fault::validation(format!(
            "{count} validation error{} detected: {}",
            if count == 1 { "" } else { "s" },
            faults.all.join("; ")
        ))),
    }
}

/// What is wrong with a request.
#[derive(Default)]
struct Faults {
    all: Vec<String>,
    /// The first name or path with letters that it cannot have.
    letters: Option<String>,
}

fn structure(map: &Map, members: &'static [Member], path: &str, faults: &mut Faults) {
    for member in members {
        let place = match path {
            "" => camel(member.name),
            path => format!("{path}.{}", camel(member.name)),
        };
        match map.get(member.name) {
            None if member.required => {
                faults.all.push(fault("null", &place, "Member must not be null"));
            }
            None => {}
            Some(found) => value(found, member, member.shape, &place, faults),
        }
    }
}

fn value(found: &Value, member: &'static Member, shape: &'static Shape, place: &str, faults: &mut Faults) {
    let mut broken = |constraint: String| {
        // The service shows what was sent; a secret is not shown again.
        let shown = if secret::is_secret(member) { "***".to_owned() } else { shown(found) };
        faults.all.push(fault(&shown, place, &constraint));
    };
    match (&shape.kind, found) {
        (Kind::String, Value::String(text)) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            limits(shape, length, "length", &mut broken);
            if !shape.values.is_empty() && !shape.values.contains(&text.as_str()) {
                broken(format!("Member must satisfy enum value set: [{}]", shape.values.join(", ")));
            }
            if let Some(rule) = shape.pattern.filter(|rule| !pattern::matches(rule, text)) {
                match allowed(rule) {
                    // What is too short or too long is told already.
                    Some(_) if text.is_empty() => {}
                    Some(allowed) => {
                        let message = || format!("The specified value for {place} is invalid. {allowed}");
                        faults.letters.get_or_insert_with(message);
                    }
                    None => broken(format!("Member must satisfy regular expression pattern: {rule}")),
                }
            }
        }
        (Kind::Blob, Value::Bytes(bytes)) => {
            limits(shape, i64::try_from(bytes.len()).unwrap_or(i64::MAX), "length", &mut broken);
        }
        (Kind::Integer, Value::Int(number)) => limits(shape, *number, "value", &mut broken),
        (Kind::List(item), Value::List(items)) => {
            limits(shape, i64::try_from(items.len()).unwrap_or(i64::MAX), "length", &mut broken);
            for (index, found) in items.iter().enumerate() {
                value(found, member, item, &format!("{place}.{}.member", index + 1), faults);
            }
        }
        (Kind::Map { value: item, .. }, Value::Map(map)) => {
            for (key, found) in map {
                value(found, member, item, &format!("{place}.{key}.member"), faults);
            }
        }
        (Kind::Structure(members), Value::Map(map)) => structure(map, members, place, faults),
        _ => {}
    }
}

fn limits(shape: &Shape, size: i64, what: &str, broken: &mut impl FnMut(String)) {
    if let Some(least) = shape.min.filter(|least| size < *least) {
        broken(format!("Member must have {what} greater than or equal to {least}"));
    }
    if let Some(most) = shape.max.filter(|most| size > *most) {
        broken(format!("Member must have {what} less than or equal to {most}"));
    }
}

/// What IAM says of names and paths in the place of their patterns.
fn allowed(pattern: &str) -> Option<&'static str> {
    Some(match pattern {
        r"[\w+=,.@-]+" => "It must contain only alphanumeric characters and/or the following: +=,.@_-",
        r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)" | r"((/[A-Za-z0-9\.,\+@=_-]+)*)/" => {
            "It must begin and end with / and contain only alphanumeric characters and/or / characters."
        }
        r"\u002F[\u0021-\u007F]*" => {
            "It must begin with the / character and contain only alphanumeric characters and/or / characters."
        }
        _ => return None,
    })
}

fn fault(shown: &str, place: &str, constraint: &str) -> String {
    let shown = if shown == "null" { "null".to_owned() } else { format!("'{shown}'") };
    format!("Value {shown} at '{place}' failed to satisfy constraint: {constraint}")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        _ => String::new(),
    }
}

/// `UserName` as the service's messages write it: `userName`.
fn camel(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    fn checked(operation: &str, pairs: &[(&'static str, Value)]) -> String {
        let operation = model::service("iam").unwrap().operation(operation).unwrap();
        let map = pairs.iter().map(|(name, value)| ((*name).into(), value.clone())).collect::<Map>();
        validate(&map, operation.input).map_or_else(|fault| fault.message, |()| "fine".into())
    }

    #[test]
    fn faults_are_told_in_the_services_words() {
        assert_eq!(checked("create-user", &[("UserName", "alice".into())]), "fine");
        assert_eq!(
            checked("create-user", &[]),
            "1 validation error detected: Value null at 'userName' failed to satisfy constraint: \
             Member must not be null"
        );
        assert_eq!(
            checked("update-access-key", &[("AccessKeyId", "short".into()), ("Status", "Off".into())]),
            "2 validation errors detected: Value 'short' at 'accessKeyId' failed to satisfy constraint: \
             Member must have length greater than or equal to 16; Value 'Off' at 'status' failed to satisfy \
             constraint: Member must satisfy enum value set: [Active, Inactive, Expired]"
        );
    }

    #[test]
    fn letters_of_names_and_paths_are_looked_at_last() {
        let checked = |name: &str, path: &str| {
            checked("create-user", &[("UserName", name.to_owned().into()), ("Path", path.to_owned().into())])
        };
        assert_eq!(checked("alice", "/eng/"), "fine");
        let path = "The specified value for path is invalid. It must begin and end with / and contain only \
                    alphanumeric characters and/or / characters.";
        assert_eq!(checked("alice", "eng"), path);
        assert_eq!(
            checked("al ice", "/"),
            "The specified value for userName is invalid. It must contain only alphanumeric characters and/or \
             the following: +=,.@_-"
        );
        assert_eq!(checked("al ice", "eng"), path);
        let long = checked(&"a b".repeat(30), "eng");
        assert!(long.starts_with("1 validation error detected: Value 'a b"), "{long}");
        assert!(long.ends_with("Member must have length less than or equal to 64"), "{long}");
    }

    #[test]
    fn every_name_and_path_of_iam_has_its_words() {
        let mut counts = [0; 2];
        for member in model::iam::SERVICE.operations.iter().flat_map(|operation| operation.input) {
            let is_path = matches!(member.name, "Path" | "NewPath" | "PathPrefix");
            let is_name = matches!(member.name, "UserName" | "GroupName" | "RoleName" | "PolicyName");
            if is_path || is_name {
                assert!(member.shape.pattern.and_then(allowed).is_some(), "{}", member.shape.name);
                counts[usize::from(is_path)] += 1;
            }
        }
        assert!(counts[0] > 80 && counts[1] > 15, "{counts:?}");
    }

    #[test]
    fn a_secret_is_not_shown_again() {
        let said = checked("create-login-profile", &[("UserName", "u".into()), ("Password", "".into())]);
        assert!(!said.contains("''") && said.contains("'***' at 'password'"), "{said}");
    }
}
