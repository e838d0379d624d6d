//! The skeleton as YAML, with comments behind the members.

use super::KEY_NAME;
use crate::model::{Kind, Member, Operation, Shape};

/// The whole input as YAML, as it is printed.
///
/// Behind a member stands what the table knows: that it is required, and the values that it may have. The first
/// member of each mapping has one more blank before its comment, as the reference prints it.
pub fn yaml_input(operation: &Operation) -> String {
    let mut out = String::new();
    match operation.input {
        [] => out.push_str("{}\n"),
        members => structure(&mut out, members, 0, false),
    }
    out
}

/// `in_line`: whether the first key stands behind the dash of a list.
fn structure(out: &mut String, members: &[Member], indent: usize, in_line: bool) {
    for (index, member) in members.iter().filter(|member| !member.newer).enumerate() {
        if index > 0 || !in_line {
            blanks(out, indent);
        }
        let comment = comment(member).map(|text| match index {
            0 => format!("  # {text}"),
            _ => format!(" # {text}"),
        });
        entry(out, member.name, member.shape, &comment.unwrap_or_default(), indent);
    }
}

fn entry(out: &mut String, name: &str, shape: &Shape, comment: &str, indent: usize) {
    out.push_str(name);
    out.push(':');
    match scalar(shape) {
        Some(text) => {
            out.push(' ');
            out.push_str(&text);
            out.push_str(comment);
            out.push('\n');
        }
        None => {
            out.push_str(comment);
            out.push('\n');
            nested(out, shape, indent);
        }
    }
}

/// What stands below a key: a list at the key's own indentation, anything else two deeper.
fn nested(out: &mut String, shape: &Shape, indent: usize) {
    match &shape.kind {
        Kind::List(item) => {
            blanks(out, indent);
            out.push_str("- ");
            match (scalar(item), &item.kind) {
                (Some(text), _) => {
                    out.push_str(&text);
                    out.push('\n');
                }
                (None, Kind::Structure(members)) => structure(out, members, indent + 2, true),
                (None, Kind::Map { value, .. }) => entry(out, KEY_NAME, value, "", indent + 2),
                (None, _) => nested(out, item, indent + 2),
            }
        }
        Kind::Map { value, .. } => {
            blanks(out, indent + 2);
            entry(out, KEY_NAME, value, "", indent + 2);
        }
        Kind::Structure(members) => structure(out, members, indent + 2, false),
        _ => {}
    }
}

fn scalar(shape: &Shape) -> Option<String> {
    match &shape.kind {
        Kind::String => Some(match shape.values.first() {
            Some(value) if crate::params::yaml::is_plain_text(value) => (*value).to_owned(),
            Some(value) => format!("'{value}'"),
            None => "''".to_owned(),
        }),
        Kind::Blob => Some("''".to_owned()),
        Kind::Timestamp => Some("1970-01-01T00:00:00".to_owned()),
        Kind::Integer => Some("0".to_owned()),
        Kind::Boolean => Some("true".to_owned()),
        Kind::Structure([]) => Some("{}".to_owned()),
        Kind::List(_) | Kind::Map { .. } | Kind::Structure(_) => None,
    }
}

fn comment(member: &Member) -> Option<String> {
    let mut parts = Vec::new();
    if member.required {
        parts.push("[REQUIRED]".to_owned());
    }
    if !member.shape.values.is_empty() {
        parts.push(format!("Valid values are: {}.", member.shape.values.join(", ")));
    }
    if parts.is_empty() { None } else { Some(parts.join(" ")) }
}

fn blanks(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::service;

    #[test]
    fn comments_say_what_is_required_and_allowed() {
        let operation = service("iam").and_then(|iam| iam.operation("create-delegation-request")).unwrap();
        let text = yaml_input(operation);
        assert!(text.contains(
            "\nDescription: '' # [REQUIRED]\nPermissions: # [REQUIRED]\n  PolicyTemplateArn: ''\n"
        ));
        assert!(text.contains("\n  Parameters:\n  - Name: ''\n    Values:\n    - ''\n"));
        assert!(text.contains("\n    Type: string # Valid values are: string, stringList.\n"));
        let operation = service("iam").and_then(|iam| iam.operation("untag-user")).unwrap();
        assert_eq!(yaml_input(operation), "UserName: ''  # [REQUIRED]\nTagKeys: # [REQUIRED]\n- ''\n");
    }

    #[test]
    fn no_input_is_an_empty_mapping() {
        let operation = service("iam").and_then(|iam| iam.operation("get-account-summary")).unwrap();
        assert_eq!(yaml_input(operation), "{}\n");
    }
}
