//! Policy documents: sent percent-encoded, shown as the objects that they are.

use crate::json;
use crate::model::Shape;
use crate::value::Value;

/// Whether members of this shape hold a policy document.
pub(super) fn is_one(shape: &Shape) -> bool {
    shape.name == "policyDocumentType"
}

/// The document, or the text as it came where it is none.
pub(super) fn value(text: String) -> Value {
    match json::read(&decode(&text)) {
        Ok(document) => document,
        Err(_) => Value::String(text),
    }
}

/// Percent-decoding in which a plus stays a plus and a broken escape stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match (first, after.split_at_checked(2)) {
            (b'%', Some((digits, tail))) => hex(digits).map(|byte| (byte, tail)),
            _ => None,
        };
        let (byte, tail) = escaped.unwrap_or((*first, after));
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0u8, |byte, digit| {
        let value = char::from(*digit).to_digit(16)?;
        Some((byte << 4) | u8::try_from(value).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_no_blank_and_a_broken_escape_stays() {
        assert_eq!(decode("a+b%20c%zz%2"), "a+b c%zz%2");
        assert_eq!(decode("%C3%A9%ff"), "é\u{fffd}");
    }

    #[test]
    fn what_is_no_json_stays_undecoded() {
        assert!(value("%7Bbad".into()) == Value::from("%7Bbad"));
        assert!(value("%5B1%5D".into()) == Value::List(vec![Value::Int(1)]));
        assert!(value("5".into()) == Value::Int(5));
    }
}
