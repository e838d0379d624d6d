//! What the fuzzers try, as functions of any bytes.
//!
//! cargo-fuzz runs them from `fuzz_targets/`; `tests/it/fuzz_short.rs` takes this
//! very file in and runs them for a moment with a generator of its own. A
//! function returns where all is well and panics where a promise is broken.

use iamctl::config_file::{Edit, Entry, NewValue, Section, parse, parse_plain};
use iamctl::credentials;
use iamctl::env::Env;
use iamctl::json;
use iamctl::model::{Kind, Operation, SERVICES};
use iamctl::params::{self, Context, Given, Words};
use iamctl::reply::{self, TimestampFormat};
use iamctl::value::Value;

const SECTIONS: [&str; 4] = ["default", "profile p", "profile 'my team'", "x"];
const KEYS: [&str; 4] = ["region", "aws_secret_access_key", "a", "s3"];
const VALUES: [&str; 6] = ["eu-west-1", "a = b", "x # y", "\"é\"", "[x]", "wJalr/K7MDENG+bPx=="];

/// The item that a byte picks.
fn pick<T: Copy>(items: &[T], byte: u8) -> T {
    items[usize::from(byte) % items.len()]
}

/// A configuration file: reading ends; an edit of nothing changes no byte; what is set is there afterwards, and
/// nothing else has changed.
pub fn config_document(data: &[u8]) {
    let Some((control, rest)) = data.split_first_chunk::<3>() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let _ = parse_plain(text);
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Ok(before) = parse(bare) else { return };

    for section in &before {
        let nothing = Edit { section: section.name.clone(), set: Vec::new(), remove: Vec::new() };
        assert_eq!(nothing.apply(text), Ok(None), "an edit of nothing in {:?} of {text:?}", section.name);
    }

    let (section, key) = (pick(&SECTIONS, control[0]), pick(&KEYS, control[1]));
    let value = pick(&VALUES, control[2]);
    let new = match control[2] % 3 {
        0 => NewValue::Nested("inner".into(), value.into()),
        _ => NewValue::Text(value.into()),
    };
    let nested = matches!(new, NewValue::Nested(..));
    match Edit::set(section, key, new).apply(text) {
        // A file that it cannot be put into is refused and stays.
        Err(_) => {}
        Ok(changed) => {
            let after = changed.as_deref().unwrap_or(text);
            let after = after.strip_prefix('\u{feff}').unwrap_or(after);
            let read = parse(after).unwrap_or_else(|error| panic!("{error:?}\n{text:?}\n{after:?}"));
            let inner = nested.then_some("inner");
            // A text in the place of a block, or the reverse, is laid out as the AWS CLI does it, whatever it then reads.
            let same_kind = match entry(&before, section, key) {
                None => true,
                Some(Entry::Nested(_)) => nested,
                Some(Entry::Text(_)) => !nested,
            };
            if same_kind {
                assert_eq!(get(&read, section, key, inner), Some(value), "{text:?}\n{after:?}");
            }
            assert!(rest_of(&read, section, key) == rest_of(&before, section, key), "{text:?}\n{after:?}");
        }
    }
}

fn entry<'s>(sections: &'s [Section], section: &str, key: &str) -> Option<&'s Entry> {
    sections.iter().find(|one| one.name == section)?.keys.get(key)
}

fn get<'s>(sections: &'s [Section], section: &str, key: &str, inner: Option<&str>) -> Option<&'s str> {
    match (entry(sections, section, key)?, inner) {
        (Entry::Text(text), None) => Some(text),
        (Entry::Nested(block), Some(inner)) => block.get(inner).map(String::as_str),
        _ => None,
    }
}

/// All but one key of one section.
fn rest_of(sections: &[Section], section: &str, key: &str) -> Vec<(String, Vec<(String, Entry)>)> {
    let keys = |one: &Section| -> Vec<(String, Entry)> {
        let other = |name: &str| one.name != section || name != key;
        let keys = one.keys.iter().filter(|(name, _)| other(name.as_str()));
        keys.map(|(name, entry)| (name.clone(), entry.clone())).collect()
    };
    let all = sections.iter().map(|one| (one.name.clone(), keys(one)));
    all.filter(|(name, keys)| name != section || !keys.is_empty()).collect()
}

/// JSON of others: what a credential process prints, what the cache holds. What was read and written reads the same.
pub fn credentials_json(data: &[u8]) {
    let _ = credentials::of_process_output(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = credentials::cache::usable_document(text);
    if let Ok(value) = json::read(text) {
        let once = written(&value);
        let again = json::read(&once).unwrap_or_else(|error| panic!("{error:?} in {once:?}"));
        assert_eq!(written(&again), once, "{text:?}");
    }
}

fn written(value: &Value) -> String {
    let mut text = String::new();
    json::write(&mut text, value, json::Style::LINE);
    text
}

/// Every option that takes shorthand or JSON: it is read or refused with a message, and what was accepted is in the input.
pub fn shorthand(data: &[u8]) {
    let Some((&byte, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    // Reading what a file name in it says would tell nothing here.
    if text.contains("file") {
        return;
    }
    let operations = SERVICES.iter().flat_map(|service| service.operations);
    let all: Vec<_> = operations
        .flat_map(|operation: &'static Operation| {
            operation.input.iter().map(move |member| (operation, member))
        })
        .filter(|(_, member)| {
            matches!(member.shape.kind, Kind::List(_) | Kind::Map { .. } | Kind::Structure(_))
        })
        .collect();
    let (operation, member) = pick(&all, byte);
    let words = match member.shape.kind {
        Kind::List(_) => Words::Many(text.split('\0').map(str::to_owned).collect()),
        _ => Words::One(text.to_owned()),
    };
    let env = Env::fixed::<String, String>([]);
    let context = Context { file_encoding: None, env: &env };
    let options = [(member, words)];
    match params::parse(operation, Given { options: &options, ..Given::default() }, &context) {
        Err(error) => assert!(!error.message.is_empty(), "{text:?}"),
        Ok(parsed) => {
            if let Ok(input) = parsed.checked(operation, true) {
                assert!(input.contains_key(member.name), "{text:?}");
            }
        }
    }
}

/// Replies: any body is read as a result and as an error, or refused with a message.
pub fn xml_reply(data: &[u8]) {
    let Some((&byte, body)) = data.split_first() else { return };
    let operations: Vec<_> = SERVICES.iter().flat_map(|service| service.operations).collect();
    let operation = pick(&operations, byte);
    match reply::result(operation, body, TimestampFormat::Iso8601) {
        Err(error) => assert!(!error.message.is_empty()),
        Ok(result) => {
            let known = operation.output.map_or(&[][..], |output| output.members);
            assert!(result.keys().all(|name| known.iter().any(|member| member.name == name)));
        }
    }
    let refused = iamctl::client::Reply {
        status: if byte % 2 == 0 { 400 } else { 500 },
        reason: "Bad".into(),
        headers: http::HeaderMap::new(),
        body: body.to_vec().into(),
    };
    match reply::error(operation, &refused) {
        reply::ErrorBody::Said(said) => {
            let given = said.fields.get("Code").map_or("Unknown".to_owned(), iamctl::python::text);
            assert!(said.code == given || said.code == refused.status.to_string());
        }
        reply::ErrorBody::Unparsable(error) => assert!(!error.message.is_empty()),
    }
}
