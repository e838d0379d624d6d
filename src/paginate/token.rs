//! `NextToken` and `--starting-token`: base64 of a JSON object that holds the
//! mark of a page and how many of its items have been printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::json::{self, Style};
use crate::model::Paginator;
use crate::value::{Key, Map, Value};

const TRUNCATION: &str = "boto_truncate_amount";

/// A place in the pages.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// The mark of the page; none is the first page.
    pub(super) marker: Option<Value>,
    /// Items of that page that come before the place.
    pub(super) skip: i64,
}

impl Token {
    /// A token of ours, the older form `MARK___N`, or a mark of the service itself.
    pub(super) fn read(text: &str, paginator: &Paginator) -> Result<Token> {
        match decoded(text) {
            Some(map) => Token::of_map(map, paginator),
            None => Token::of_text(text),
        }
    }

    fn of_map(mut map: Map, paginator: &Paginator) -> Result<Token> {
        let skip = match map.shift_remove(TRUNCATION) {
            Some(Value::Int(skip)) => skip,
            _ => 0,
        };
        let marker = map.shift_remove(paginator.input_token).filter(|marker| *marker != Value::Null);
        match map.keys().next() {
            None => Ok(Token { marker, skip }),
            Some(other) => Err(Error::usage(format!(
                "Parameter validation failed:\nUnknown parameter in input: \"{other}\", must be one of: {}",
                paginator.input_token
            ))),
        }
    }

    fn of_text(text: &str) -> Result<Token> {
        let parts: Vec<&str> = text.split("___").collect();
        let mark = |text: &str| (text != "None").then(|| Value::from(text));
        match parts.as_slice() {
            [marker, skip] => match skip.trim().parse() {
                Ok(skip) => Ok(Token { marker: mark(marker), skip }),
                Err(_) => Ok(Token { marker: mark(text), skip: 0 }),
            },
            [_] => Ok(Token { marker: mark(text), skip: 0 }),
            _ => Err(Error::general(format!("Bad starting token: {text}"))),
        }
    }
}

fn decoded(text: &str) -> Option<Map> {
    let bytes = STANDARD.decode(text).ok()?;
    match json::read(std::str::from_utf8(&bytes).ok()?) {
        Ok(Value::Map(map)) => Some(map),
        _ => None,
    }
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

    fn paginator() -> &'static Paginator {
        crate::model::iam::SERVICE.operation("list-users").unwrap().paginator.unwrap()
    }

    fn read(text: &str) -> Result<Token> {
        Token::read(text, paginator())
    }

    #[test]
    fn tokens_are_those_of_the_reference() {
        let token = write(paginator(), None, Some(1));
        assert_eq!(token, "eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==");
        assert_eq!(read(&token).unwrap(), Token { marker: None, skip: 1 });
        let token = write(paginator(), Some("m1".into()), None);
        assert_eq!(STANDARD.decode(&token).unwrap(), br#"{"Marker": "m1"}"#);
        assert_eq!(read(&token).unwrap(), Token { marker: Some("m1".into()), skip: 0 });
    }

    #[test]
    fn what_is_no_token_is_a_mark_and_the_older_form_is_understood() {
        assert_eq!(read("not-a-token").unwrap().marker, Some("not-a-token".into()));
        assert_eq!(read("m___3").unwrap(), Token { marker: Some("m".into()), skip: 3 });
        assert_eq!(read("None___1").unwrap(), Token { marker: None, skip: 1 });
        assert_eq!(read("plain___x").unwrap().marker, Some("plain___x".into()));
        assert_eq!(read("a___b___1").unwrap_err().message, "Bad starting token: a___b___1");
    }
}
