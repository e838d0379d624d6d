//! `NextToken` and `--starting-token`: base64 of a JSON object that holds the
//! mark of a page and how many of its items have been printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::json::{self, Style};
use crate::model::{Operation, Paginator};
use crate::python;
use crate::value::{Key, Map, Value};

const TRUNCATION: &str = "boto_truncate_amount";

/// The reference's words for a token whose number of items is none. It asks for the page first.
pub(super) const NO_COUNT: &str = "slice indices must be integers or None or have an __index__ method";

/// A place in the pages.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// The mark of the page; none is the first page.
    pub(super) marker: Option<Value>,
    /// Items of that page that come before the place; none where the token says what is no number.
    pub(super) skip: Option<i64>,
}

impl Token {
    /// A token of ours, the older form `MARK___N`, or a mark of the service itself.
    pub(super) fn read(text: &str, operation: &Operation, paginator: &Paginator) -> Result<Token> {
        match decoded(text) {
            Some(Value::Map(map)) => Token::of_map(map, operation, paginator),
            // Python's list has a `pop` of another kind, and the reference takes its complaint for "no token".
            Some(Value::List(_)) | None => Token::of_text(text),
            Some(other) => {
                Err(Error::general(format!("'{}' object has no attribute 'pop'", python::type_name(&other))))
            }
        }
    }

    fn of_map(mut map: Map, operation: &Operation, paginator: &Paginator) -> Result<Token> {
        let skip = match map.shift_remove(TRUNCATION) {
            None | Some(Value::Null) => Some(0),
            Some(Value::Int(skip)) => Some(skip),
            Some(Value::Bool(one)) => Some(one.into()),
            Some(_) => None,
        };
        let marker = map.shift_remove(paginator.input_token).filter(|marker| *marker != Value::Null);
        match map.keys().next() {
            None => Ok(Token { marker, skip }),
            Some(other) => {
                let known: Vec<_> =
                    operation.input.iter().filter(|member| !member.newer).map(|member| member.name).collect();
                Err(Error::usage(format!(
                    "Parameter validation failed:\nUnknown parameter in input: \"{other}\", must be one of: {}",
                    known.join(", ")
                )))
            }
        }
    }

    fn of_text(text: &str) -> Result<Token> {
        let parts: Vec<&str> = text.split("___").collect();
        let mark = |text: &str| (text != "None").then(|| Value::from(text));
        match parts.as_slice() {
            [marker, skip] => match skip.trim().parse() {
                Ok(skip) => Ok(Token { marker: mark(marker), skip: Some(skip) }),
                Err(_) => Ok(Token { marker: mark(text), skip: Some(0) }),
            },
            [_] => Ok(Token { marker: mark(text), skip: Some(0) }),
            _ => Err(Error::general(format!("Bad starting token: {text}"))),
        }
    }
}

fn decoded(text: &str) -> Option<Value> {
    let bytes = python::b64decode(text).ok()?;
    json::read(std::str::from_utf8(&bytes).ok()?).ok()
}

/// The token for a place, in the spacing that the reference's tokens have.
pub(super) fn write(paginator: &Paginator, marker: Option<Value>, skip: Option<i64>) -> String {
    let mut map = Map::new();
    map.insert(Key::Borrowed(paginator.input_token), marker.unwrap_or(Value::Null));
    if let Some(skip) = skip {
        map.insert(TRUNCATION.into(), Value::Int(skip));
    }
    let mut text = String::new();
    json::write(&mut text, &Value::Map(map), Style::LINE);
    STANDARD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation() -> &'static Operation {
        crate::model::iam::SERVICE.operation("list-users").unwrap()
    }

    fn read(text: &str) -> Result<Token> {
        Token::read(text, operation(), operation().paginator.unwrap())
    }

    #[test]
    fn tokens_are_those_of_the_reference() {
        let paginator = operation().paginator.unwrap();
        let token = write(paginator, None, Some(1));
        assert_eq!(token, "eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==");
        assert_eq!(read(&token).unwrap(), Token { marker: None, skip: Some(1) });
        let token = write(paginator, Some("m1".into()), None);
        assert_eq!(STANDARD.decode(&token).unwrap(), br#"{"Marker": "m1"}"#);
        assert_eq!(read(&token).unwrap(), Token { marker: Some("m1".into()), skip: Some(0) });
        assert_eq!(read(&format!("\n{token} ")).unwrap(), Token { marker: Some("m1".into()), skip: Some(0) });
    }

    #[test]
    fn odd_documents_in_tokens_end_as_in_the_reference() {
        let of = |json: &str| read(&STANDARD.encode(json));
        assert_eq!(of("5").unwrap_err().message, "'int' object has no attribute 'pop'");
        assert_eq!(of("null").unwrap_err().message, "'NoneType' object has no attribute 'pop'");
        assert_eq!(of("[]").unwrap().marker, Some("W10=".into()));
        assert_eq!(of(r#"{"boto_truncate_amount": true}"#).unwrap().skip, Some(1));
        assert_eq!(of(r#"{"Marker": "m", "boto_truncate_amount": "1"}"#).unwrap().skip, None);
        let message = of(r#"{"Marker": "m", "x": 1}"#).unwrap_err().message;
        assert!(message.ends_with("\"x\", must be one of: PathPrefix, Marker, MaxItems"), "{message}");
    }

    #[test]
    fn what_is_no_token_is_a_mark_and_the_older_form_is_understood() {
        assert_eq!(read("not-a-token").unwrap().marker, Some("not-a-token".into()));
        assert_eq!(read("m___3").unwrap(), Token { marker: Some("m".into()), skip: Some(3) });
        assert_eq!(read("None___1").unwrap(), Token { marker: None, skip: Some(1) });
        assert_eq!(read("plain___x").unwrap().marker, Some("plain___x".into()));
        assert_eq!(read("a___b___1").unwrap_err().message, "Bad starting token: a___b___1");
    }
}
