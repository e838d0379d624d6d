//! Integers as Python's `int()` reads them.
//!
//! Surrounding blanks, a sign, single underscores between digits and the
//! decimal digits of any script are accepted; only the number of digits is
//! limited. An integer of the model that cannot be read fails with Python's
//! bare message and exit code 255, unlike all other parameters.
//!
//! An integer stays what it is however large it is, because the reference
//! sends it and lets the service judge. The SDK's requests hold 32 bits, so
//! what does not fit is refused where the request is made.

use super::raw::Raw;
use crate::error::{Error, Result};
use crate::python;
use crate::value::Value;

/// `int(text)`.
pub(super) fn parse(text: &str) -> Result<Raw> {
    let digits = python::int(text).map_err(|error| Error::general(error.to_string()))?;
    Ok(match digits.parse() {
        Ok(number) => Raw::Int(number),
        Err(_) => Raw::BigInt(digits.into()),
    })
}

/// `int(bytes)`, where only ASCII counts.
pub(super) fn parse_bytes(bytes: &[u8]) -> Result<Raw> {
    let invalid = || bad_literal(&python::repr(&Value::Bytes(bytes.to_vec())));
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => parse(text).map_err(|_| invalid()),
        _ => Err(invalid()),
    }
}

/// The integer of these decimal digits.
pub(super) fn from_digits(negative: bool, digits: &str) -> Raw {
    let significant = digits.trim_start_matches('0');
    let text = match (significant, negative) {
        ("", _) => return Raw::Int(0),
        (digits, true) => format!("-{digits}"),
        (digits, false) => digits.to_owned(),
    };
    match text.parse() {
        Ok(number) => Raw::Int(number),
        Err(_) => Raw::BigInt(text.into()),
    }
}

fn bad_literal(repr: &str) -> Error {
    Error::general(format!("invalid literal for int() with base 10: {repr}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_of_any_size_stays_what_it_is() {
        assert!(parse(" 1_800\n").unwrap() == Raw::Int(1800));
        assert!(parse("99999999999999999999").unwrap() == Raw::BigInt("99999999999999999999".into()));
        let error = parse("0x10").err().unwrap();
        assert_eq!(error.message, "invalid literal for int() with base 10: '0x10'");
        let error = parse_bytes(b"a\xff").err().unwrap();
        assert_eq!(error.message, "invalid literal for int() with base 10: b'a\\xff'");
    }
}
