//! Help texts, rendered from the clap tree, with what the model says of each option.

use clap::Arg;
use clap::builder::ValueRange;

use crate::cli::tree;
use crate::model::{self, Kind, Member, Operation, Shape};

/// The help text of a command, given by its words; nothing where there is no such command.
pub fn text(program: &str, path: &[impl AsRef<str>]) -> Option<String> {
    let words: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
    let operation = operation(&words);
    let member = |arg: &Arg| operation?.option(arg.get_id().as_str());
    let mut command = tree::named(program, path)?.mut_args(|arg| {
        let member = member(&arg);
        shown(arg, member)
    });
    Some(command.render_long_help().to_string())
}

/// The operation that the words lead to: by its name, or by a waiter's.
fn operation(words: &[&str]) -> Option<&'static Operation> {
    match words {
        [service, "wait", waiter] => {
            let service = model::service(service)?;
            service.operation(service.waiter(waiter)?.operation)
        }
        [service, operation] => model::service(service)?.operation(operation),
        _ => None,
    }
}

/// The option as a person writes it. The tree's own form is made for words that have been read already.
fn shown(arg: Arg, member: Option<&Member>) -> Arg {
    let arg = match member {
        Some(member) => arg.help(facts(member)).value_name(kind(member.shape)),
        None => arg,
    };
    if !arg.get_action().takes_values() || arg.is_positional() {
        return arg;
    }
    let many = member.is_some_and(|member| matches!(member.shape.kind, Kind::List(_)));
    arg.require_equals(false).num_args(if many { ValueRange::from(0..) } else { ValueRange::from(1) })
}

fn kind(shape: &Shape) -> &'static str {
    match &shape.kind {
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Boolean => "boolean",
        Kind::Blob => "blob",
        Kind::Timestamp => "timestamp",
        Kind::List(item) => kind(item),
        Kind::Map { .. } => "map",
        Kind::Structure(_) => "structure",
    }
}

/// What the model says of a member: whether it is required, its members, its limits and its values.
fn facts(member: &Member) -> String {
    let mut facts = Vec::new();
    if member.required {
        facts.push("Required".to_owned());
    }
    facts.extend(structure(member.shape));
    facts.extend(limits(member.shape));
    if !member.shape.values.is_empty() {
        facts.push(format!("One of: {}", member.shape.values.join(", ")));
    }
    facts.join(". ")
}

fn structure(shape: &Shape) -> Option<String> {
    match &shape.kind {
        Kind::List(item) => structure(item),
        Kind::Structure(members) => {
            let pairs: Vec<_> =
                members.iter().map(|member| format!("{}={}", member.name, kind(member.shape))).collect();
            Some(format!("Shorthand: {}", pairs.join(",")))
        }
        Kind::Map { value, .. } => Some(format!("Shorthand: key={}", kind(value))),
        _ => None,
    }
}

fn limits(shape: &Shape) -> Option<String> {
    let unit = match &shape.kind {
        Kind::String => " characters",
        Kind::List(_) => " items",
        Kind::Integer => "",
        _ => return None,
    };
    match (shape.min, shape.max) {
        (None, None) | (Some(0), None) => None,
        (Some(least), None) => Some(format!("At least {least}{unit}")),
        (None | Some(0), Some(most)) => Some(format!("At most {most}{unit}")),
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_shown_as_it_is_written_with_what_the_model_says_of_it() {
        let help = text("iamctl", &["iam", "create-user"]).unwrap();
        assert!(help.contains("--user-name <string>"), "{help}");
        assert!(help.contains("Required. 1 to 64 characters"), "{help}");
        assert!(help.contains("--tags [<structure>...]"), "{help}");
        assert!(help.contains("Shorthand: Key=string,Value=string"), "{help}");
        let help = text("iamctl", &["iam", "update-access-key"]).unwrap();
        assert!(help.contains("One of: Active, Inactive"), "{help}");
        assert!(text("iamctl", &["iam", "nothing"]).is_none());
    }

    #[test]
    fn our_own_commands_are_listed() {
        let help = text("iamctl", &[] as &[&str]).unwrap();
        assert!(help.contains("configure") && help.contains("cache"), "{help}");
        assert!(text("iamctl", &["iam", "wait", "user-exists"]).unwrap().contains("--user-name"));
    }
}
