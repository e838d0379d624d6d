//! Whether a request keeps to the model's limits, in the services' words.
//!
//! All faults are told at once, but for the letters of IAM's names and paths:
//! the service looks at them last, and tells the first fault by itself. IAM
//! does not repeat what was sent, and speaks of the items of a list as one; STS
//! shows each value.

use super::pattern;
use crate::model::{Kind, Member, Operation, OperationId, Shape};
use crate::sandbox::fault::Fault;
use crate::secret;
use crate::value::{Map, Value};

/// Checks required members, lengths, ranges, patterns and enumerations.
///
/// # Errors
/// `ValidationError` with every fault.
pub(in crate::sandbox) fn validate(map: &Map, operation: &Operation) -> Result<(), Fault> {
    let mut faults =
        Faults { all: Vec::new(), letters: None, of_iam: matches!(operation.id, OperationId::Iam(_)) };
    structure(map, operation.input, "", &mut faults);
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
struct Faults {
    all: Vec<String>,
    /// The first name or path with letters that it cannot have.
    letters: Option<String>,
    of_iam: bool,
}

impl Faults {
    /// Notes that a value breaks a constraint. Values are shown by STS only, and secrets by nobody.
    fn note(&mut self, shown: Option<&str>, place: &str, constraint: &str) {
        let value = match shown {
            Some(shown) if !self.of_iam => format!("Value {shown} at"),
            _ => "Value at".to_owned(),
        };
        self.all.push(format!("{value} '{place}' failed to satisfy constraint: {constraint}"));
    }
}

fn structure(map: &Map, members: &'static [Member], path: &str, faults: &mut Faults) {
    let mut named: Vec<(String, &Member)> =
        members.iter().map(|member| (camel(member.name), member)).collect();
    if faults.of_iam {
        named.sort_by_key(|(name, _)| bucket(name, members.len()));
    }
    for (name, member) in named {
        let place = if path.is_empty() { name } else { format!("{path}.{name}") };
        match map.get(member.name) {
            None if member.required => faults.note(Some("null"), &place, "Member must not be null"),
            None => {}
            Some(found) => value(found, member, member.shape, &place, faults),
        }
    }
}

/// Where the service comes to a member among `count`, as its replies show: the order of a hash table of names, at
/// most three quarters full, with the hash of Java's strings.
fn bucket(name: &str, count: usize) -> u32 {
    let hash = name.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()));
    let mut size = 16;
    while count * 4 > size * 3 {
        size *= 2;
    }
    (hash ^ (hash >> 16)) & u32::try_from(size - 1).unwrap_or(u32::MAX)
}

fn value(found: &Value, member: &'static Member, shape: &'static Shape, place: &str, faults: &mut Faults) {
    let (constraints, letters) = broken(found, shape, place, faults.of_iam);
    let plain = !matches!(&shape.kind, Kind::List(item) if !is_text(item));
    let shown = (plain && !secret::is_secret(member)).then(|| format!("'{}'", shown(found)));
    for constraint in constraints {
        faults.note(shown.as_deref(), place, &constraint);
    }
    if let Some(message) = letters {
        faults.letters.get_or_insert(message);
    }
    match (&shape.kind, found) {
        (Kind::List(item), Value::List(items))
            if faults.of_iam && is_text(item) && items.iter().any(|found| breaks(found, item)) =>
        {
            let all = constraints_of(item).join(", ");
            faults.note(None, place, &format!("Member must satisfy constraint: [{all}]"));
        }
        (Kind::List(item), Value::List(items)) => {
            for (index, found) in items.iter().enumerate() {
                value(found, member, item, &format!("{place}.{}.member", index + 1), faults);
            }
        }
        (Kind::Map { key, value: item }, Value::Map(map)) => {
            let mut one = |what: &str, shape: &'static Shape, broken: bool| {
                if broken {
                    let all = constraints_of(shape).join(", ");
                    faults.note(None, place, &format!("Map {what} must satisfy constraint: [{all}]"));
                }
            };
            one("keys", key, map.keys().any(|name| breaks(&Value::from(&**name), key)));
            one("value", item, map.values().any(|found| breaks(found, item)));
        }
        (Kind::Structure(members), Value::Map(map)) => structure(map, members, place, faults),
        _ => {}
    }
}

fn breaks(found: &Value, shape: &'static Shape) -> bool {
    !broken(found, shape, "", true).0.is_empty()
}

/// The constraints of its shape that a value breaks, and what the service says of its letters.
fn broken(found: &Value, shape: &'static Shape, place: &str, of_iam: bool) -> (Vec<String>, Option<String>) {
    let (mut broken, mut letters) = (Vec::new(), None);
    let length = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    match (&shape.kind, found) {
        (Kind::String, Value::String(text)) => {
            limits(shape, length(text.chars().count()), "length", &mut broken);
            if !shape.values.is_empty() && !shape.values.contains(&text.as_str()) {
                broken.push(enumeration(shape, of_iam));
            }
            if let Some(rule) = shape.pattern.filter(|rule| !pattern::matches(rule, text)) {
                match allowed(rule) {
                    // What is too short or too long is told already.
                    Some(_) if text.is_empty() => {}
                    Some(allowed) => {
                        letters = Some(format!("The specified value for {place} is invalid. {allowed}"));
                    }
                    None => broken.push(expression(rule)),
                }
            }
        }
        (Kind::Blob, Value::Bytes(bytes)) => limits(shape, length(bytes.len()), "length", &mut broken),
        (Kind::Integer, Value::Int(number)) => limits(shape, *number, "value", &mut broken),
        (Kind::List(_), Value::List(items)) => limits(shape, length(items.len()), "length", &mut broken),
        _ => {}
    }
    (broken, letters)
}

fn limits(shape: &Shape, size: i64, what: &str, broken: &mut Vec<String>) {
    if let Some(least) = shape.min.filter(|least| size < *least) {
        broken.push(at_least(what, least));
    }
    if let Some(most) = shape.max.filter(|most| size > *most) {
        broken.push(at_most(what, most));
    }
}

fn at_least(what: &str, least: i64) -> String {
    format!("Member must have {what} greater than or equal to {least}")
}

fn at_most(what: &str, most: i64) -> String {
    format!("Member must have {what} less than or equal to {most}")
}

fn expression(rule: &str) -> String {
    format!("Member must satisfy regular expression pattern: {rule}")
}

fn enumeration(shape: &Shape, of_iam: bool) -> String {
    let values = if of_iam { String::new() } else { format!(": [{}]", shape.values.join(", ")) };
    format!("Member must satisfy enum value set{values}")
}

fn is_text(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::String)
}

/// All constraints of a text, in the order in which IAM lists those of the items of a list.
fn constraints_of(shape: &Shape) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(shape.max.map(|most| at_most("length", most)));
    all.extend(shape.min.map(|least| at_least("length", least)));
    all.extend(shape.pattern.map(expression));
    if !shape.values.is_empty() {
        all.push(enumeration(shape, true));
    }
    // The model does not say it; of the recorded lists only that of tag keys has it.
    if shape.name == "tagKeyType" {
        all.push("Member must not be null".to_owned());
    }
    all
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

    fn of(service: &str, operation: &str, pairs: &[(&'static str, Value)]) -> String {
        let operation = model::service(service).unwrap().operation(operation).unwrap();
        let map = pairs.iter().map(|(name, value)| ((*name).into(), value.clone())).collect::<Map>();
        validate(&map, operation).map_or_else(|fault| fault.message, |()| "fine".into())
    }

    fn checked(operation: &str, pairs: &[(&'static str, Value)]) -> String {
        of("iam", operation, pairs)
    }

    #[test]
    fn faults_are_told_in_the_services_words() {
        assert_eq!(checked("create-user", &[("UserName", "alice".into())]), "fine");
        assert_eq!(
            checked("create-user", &[]),
            "1 validation error detected: Value at 'userName' failed to satisfy constraint: \
             Member must not be null"
        );
        assert_eq!(
            checked("update-access-key", &[("AccessKeyId", "short".into()), ("Status", "Off".into())]),
            "2 validation errors detected: Value at 'accessKeyId' failed to satisfy constraint: \
             Member must have length greater than or equal to 16; Value at 'status' failed to satisfy \
             constraint: Member must satisfy enum value set"
        );
    }

    #[test]
    fn iam_tells_faults_in_the_order_of_a_hash_table() {
        let said = checked(
            "update-account-password-policy",
            &[
                ("MaxPasswordAge", Value::Int(1096)),
                ("MinimumPasswordLength", Value::Int(129)),
                ("PasswordReusePrevention", Value::Int(25)),
            ],
        );
        assert_eq!(
            said,
            "3 validation errors detected: Value at 'minimumPasswordLength' failed to satisfy constraint: Member \
             must have value less than or equal to 128; Value at 'passwordReusePrevention' failed to satisfy \
             constraint: Member must have value less than or equal to 24; Value at 'maxPasswordAge' failed to \
             satisfy constraint: Member must have value less than or equal to 1095"
        );
    }

    #[test]
    fn iam_speaks_of_the_items_of_a_list_as_one() {
        let texts = |text: &str| Value::from(vec![Value::from(text); 2]);
        assert_eq!(
            checked(
                "create-open-id-connect-provider",
                &[
                    ("Url", "b".repeat(256).into()),
                    ("ThumbprintList", texts(&"b".repeat(41))),
                    ("ClientIDList", texts(&"b".repeat(256))),
                ]
            ),
            "3 validation errors detected: Value at 'clientIDList' failed to satisfy constraint: Member must satisfy \
             constraint: [Member must have length less than or equal to 255, Member must have length greater than or \
             equal to 1]; Value at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: \
             [Member must have length less than or equal to 40, Member must have length greater than or equal to \
             40]; Value at 'url' failed to satisfy constraint: Member must have length less than or equal to 255"
        );
        let arn = "arn:aws:iam::123456789012:policy/p";
        assert_eq!(
            checked("untag-policy", &[("PolicyArn", arn.into()), ("TagKeys", texts("a!"))]),
            "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy \
             constraint: [Member must have length less than or equal to 128, Member must have length greater than or \
             equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must \
             not be null]"
        );
        let tag = Map::from([("Key".into(), "a!".into()), ("Value".into(), "".into())]);
        assert_eq!(
            checked("tag-policy", &[("PolicyArn", arn.into()), ("Tags", vec![tag.into()].into())]),
            "1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"
        );
    }

    #[test]
    fn keys_and_values_of_a_map_have_their_limits() {
        let said = |key: &str, value: &str| {
            let map = Map::from([(key.to_owned().into(), value.to_owned().into())]);
            checked("put-account-properties", &[("Properties", map.into())])
        };
        assert_eq!(said("A/b", "1"), "fine");
        assert_eq!(
            said(&"A".repeat(51), "1"),
            "1 validation error detected: Value at 'properties' failed to satisfy constraint: Map keys must satisfy \
             constraint: [Member must have length less than or equal to 50, Member must have length greater than or \
             equal to 1, Member must satisfy regular expression pattern: ^[A-Za-z][A-Za-z0-9/_-]*$]"
        );
        assert_eq!(
            said("A/b", &"1".repeat(1025)),
            "1 validation error detected: Value at 'properties' failed to satisfy constraint: Map value must satisfy \
             constraint: [Member must have length less than or equal to 1024, Member must have length greater than \
             or equal to 1]"
        );
    }

    #[test]
    fn sts_shows_what_was_sent_but_no_secret() {
        let arn = "arn:aws:iam::123456789012:role/r";
        let said = |name: &str, more: (&'static str, Value)| {
            let name = name.to_owned().into();
            of("sts", "assume-role", &[("RoleArn", arn.into()), ("RoleSessionName", name), more])
        };
        assert_eq!(
            said("a:2", ("DurationSeconds", Value::Int(900))),
            "1 validation error detected: Value 'a:2' at 'roleSessionName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\w+=,.@-]*"
        );
        assert_eq!(
            said("aa", ("TokenCode", "1".into())),
            "1 validation error detected: Value at 'tokenCode' failed to satisfy constraint: Member must have length \
             greater than or equal to 6"
        );
        assert!(of("sts", "assume-role", &[]).contains("Value null at 'roleArn'"));
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
        assert!(long.starts_with("1 validation error detected: Value at 'userName'"), "{long}");
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
}
