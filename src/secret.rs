//! Secrets: texts that nothing prints by accident.

use std::fmt;

use zeroize::Zeroizing;

use crate::model::{Kind, Member, Operation, Shape};
use crate::value::{Map, Value};

/// Members that hold a secret though the model does not mark them.
const UNMARKED: [&str; 5] =
    ["SessionToken", "TokenCode", "AuthenticationCode1", "AuthenticationCode2", "ContextAssertion"];

/// What stands where a secret would.
pub const HIDDEN: &str = "***";

/// Whether a member holds a secret: by the model's mark, or by the list of what the model misses.
pub fn is_secret(member: &Member) -> bool {
    member.shape.sensitive || UNMARKED.contains(&member.name)
}

/// Whether a member is a secret or has one somewhere in it.
pub fn holds_secret(member: &Member) -> bool {
    is_secret(member) || has_secret(member.shape)
}

/// Whether any member of the structures in a shape is a secret.
pub fn has_secret(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Structure(members) => members.iter().any(holds_secret),
        Kind::List(item) | Kind::Map { value: item, .. } => has_secret(item),
        _ => shape.sensitive,
    }
}

/// Whether a call of this operation sends or gets a secret.
pub fn is_in_call(operation: &Operation) -> bool {
    let output = operation.output.map_or(&[][..], |output| output.members);
    operation.input.iter().chain(output).any(holds_secret)
}

/// Parameters as they may be shown: `***` wherever a secret stands.
pub fn redacted(map: &Map, members: &[Member]) -> Map {
    let shown = map.iter().map(|(name, value)| {
        let member = members.iter().find(|member| member.name == *name);
        let value = match member {
            Some(member) if !is_secret(member) => redacted_value(value, member.shape),
            _ => Value::from(HIDDEN),
        };
        (name.clone(), value)
    });
    shown.collect()
}

/// An access key's id, of which only the last four characters are shown.
pub fn masked(id: &str) -> String {
    let tail: String = id.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    format!("****************{tail}")
}

fn redacted_value(value: &Value, shape: &Shape) -> Value {
    match (value, &shape.kind) {
        (Value::Map(map), Kind::Structure(members)) => Value::Map(redacted(map, members)),
        (Value::Map(map), Kind::Map { value: shape, .. }) => {
            map.iter().map(|(key, item)| (key.clone(), redacted_value(item, shape))).collect::<Map>().into()
        }
        (Value::List(items), Kind::List(shape)) => {
            items.iter().map(|item| redacted_value(item, shape)).collect::<Vec<_>>().into()
        }
        _ => value.clone(),
    }
}

/// A text whose `Debug` and `Display` show `***` and whose memory is wiped when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text itself: for signing, for a request's body, and for what is printed by design.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SERVICES;

    /// Members whose names sound like a secret and which are none, each with its reason.
    const PUBLIC: [(&str, &str); 5] = [
        ("AssertionEncryptionMode", "a mode: Required or Allowed"),
        ("RemovePrivateKey", "the id of a key, not the key"),
        ("GlobalEndpointTokenVersion", "a version: v1Token or v2Token"),
        ("Code", "an error code"),
        ("SubjectFromWebIdentityToken", "the subject's name, which an ARN shows as well"),
    ];

    fn members(operation: &'static Operation) -> Vec<&'static Member> {
        let output = operation.output.map_or(&[][..], |output| output.members);
        let mut open: Vec<&Member> = operation.input.iter().chain(output).collect();
        let mut all = Vec::new();
        while let Some(member) = open.pop() {
            all.push(member);
            let mut shape = member.shape;
            while let Kind::List(inner) | Kind::Map { value: inner, .. } = &shape.kind {
                shape = inner;
            }
            if let Kind::Structure(inner) = &shape.kind {
                open.extend(*inner);
            }
        }
        all
    }

    #[test]
    fn what_sounds_like_a_secret_is_one_or_is_argued_to_be_none() {
        let words = ["Secret", "Token", "Password", "PrivateKey", "Assertion", "Seed", "Code"];
        for member in SERVICES.iter().flat_map(|service| service.operations).flat_map(members) {
            let text = matches!(member.shape.kind, Kind::String | Kind::Blob);
            if text && words.iter().any(|word| member.name.contains(word)) {
                let public = PUBLIC.iter().any(|(name, _)| *name == member.name);
                assert!(is_secret(member) != public, "{} is neither a secret nor argued public", member.name);
            }
        }
    }

    #[test]
    fn parameters_are_shown_without_their_secrets() {
        let operation = crate::model::sts::SERVICE.operation("assume-role").unwrap();
        let mut context = Map::new();
        context.insert("ProviderArn".into(), "arn".into());
        context.insert("ContextAssertion".into(), "hidden".into());
        let mut input = Map::new();
        input.insert("RoleArn".into(), "arn:aws:iam::1:role/r".into());
        input.insert("TokenCode".into(), "123456".into());
        input.insert("ProvidedContexts".into(), Value::List(vec![context.into()]));
        let mut text = String::new();
        crate::json::write(&mut text, &redacted(&input, operation.input).into(), crate::json::Style::LINE);
        let want = r#"{"RoleArn": "arn:aws:iam::1:role/r", "TokenCode": "***", "ProvidedContexts": [{"ProviderArn": "arn", "ContextAssertion": "***"}]}"#;
        assert_eq!(text, want);
    }

    #[test]
    fn neither_debug_nor_display_shows_it() {
        let secret = Secret::new("wJalrXUtnFEMI");
        assert_eq!(format!("{secret} {secret:?} {secret:#?}"), "*** *** ***");
        assert_eq!(secret.expose(), "wJalrXUtnFEMI");
    }
}
