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

/// The most digits that Python turns into an integer.
const MAX_DIGITS: usize = 4300;

/// `int(text)`.
pub(super) fn parse(text: &str) -> Result<Raw> {
    let invalid = || bad_literal(&python::quoted(text));
    let trimmed = text.trim_matches(|c: char| c.is_whitespace());
    let (negative, digits) = match trimmed.strip_prefix(['-', '+']) {
        Some(rest) => (trimmed.starts_with('-'), rest),
        None => (false, trimmed),
    };
    let mut plain = String::with_capacity(digits.len());
    let mut after_digit = false;
    for c in digits.chars() {
        match python::decimal_digit(c) {
            Some(digit) => {
                plain.push(digit);
                after_digit = true;
            }
            None if c == '_' && after_digit => after_digit = false,
            None => return Err(invalid()),
        }
    }
    if !after_digit {
        return Err(invalid());
    }
    if plain.len() > MAX_DIGITS {
        return Err(too_many_digits(plain.len()));
    }
    Ok(from_digits(negative, &plain))
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

fn too_many_digits(count: usize) -> Error {
    Error::general(format!(
        "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {count} digits; use \
         sys.set_int_max_str_digits() to increase the limit"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_reads_is_read() {
        for (text, want) in [
            ("3600", 3600),
            (" 1_800\n", 1800),
            ("+007", 7),
            ("-5", -5),
            ("-0", 0),
            ("\u{a0}\u{663}6", 36),
            ("𝟑𝟔", 36),
        ] {
            assert!(parse(text).unwrap() == Raw::Int(want), "{text:?}");
        }
        assert!(parse("99999999999999999999").unwrap() == Raw::BigInt("99999999999999999999".into()));
    }

    #[test]
    fn all_else_is_quoted_in_the_message() {
        for text in ["", "0x10", "3600.5", "1__8", "_1", "1_", "+-3", "- 5", "²", "\u{1f}1", "1\0"] {
            let want = format!("invalid literal for int() with base 10: {}", python::quoted(text));
            assert_eq!(parse(text).err().map(|error| error.message), Some(want));
        }
        let error = parse_bytes(b"a\xff").err().unwrap();
        assert_eq!(error.message, "invalid literal for int() with base 10: b'a\\xff'");
        assert!(parse(&"9".repeat(4301)).err().unwrap().message.starts_with("Exceeds the limit"));
    }
}
