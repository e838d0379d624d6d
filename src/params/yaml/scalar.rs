//! What a plain scalar means.
//!
//! As the reference's loader has it, which is YAML 1.2's core schema and some:
//! underscores in numbers, `0b11`, signs before any base, `017` as 17, and
//! dates. `yes`, `no`, `on`, `off` and `12:30` are texts.

use super::{Failure, Loaded, time};
use crate::params::integer;
use crate::params::raw::Raw;

/// The value of a scalar without quotes and tag.
pub(super) fn resolve(text: &str) -> Loaded<Raw> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Raw::Null),
        "true" | "True" | "TRUE" => return Ok(Raw::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Raw::Bool(false)),
        "=" | "<<" => return Err(Failure::Invalid),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Ok(Raw::Text(text.to_owned()));
    }
    if is_int(text) {
        return int(text);
    }
    if is_float(text) {
        return float(text);
    }
    match time::parse(text)? {
        Some(time) => Ok(time),
        None => Ok(Raw::Text(text.to_owned())),
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_some_of(text: &str, fits: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '_' || fits(c))
}

fn is_int(text: &str) -> bool {
    let body = unsigned(text);
    if let Some(digits) = body.strip_prefix("0b") {
        return is_some_of(digits, |c| matches!(c, '0' | '1'));
    }
    if let Some(digits) = body.strip_prefix("0o") {
        return is_some_of(digits, |c| matches!(c, '0'..='7'));
    }
    if let Some(digits) = body.strip_prefix("0x") {
        return is_some_of(digits, |c| c.is_ascii_hexdigit());
    }
    is_some_of(body, |c| c.is_ascii_digit())
}

fn is_float(text: &str) -> bool {
    let body = unsigned(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let is_digit = |c: char| c.is_ascii_digit();
    let exponent_fits = |sign_needed: bool| match exponent {
        None => true,
        Some(text) if sign_needed && unsigned(text) == text => false,
        Some(text) => !unsigned(text).is_empty() && unsigned(text).chars().all(is_digit),
    };
    match mantissa.split_once('.') {
        Some(("", fraction)) => is_some_of(fraction, is_digit) && exponent_fits(true),
        Some((whole, fraction)) => {
            whole.starts_with(is_digit)
                && is_some_of(whole, is_digit)
                && (fraction.is_empty() || is_some_of(fraction, is_digit))
                && exponent_fits(false)
        }
        None => {
            mantissa.starts_with(is_digit)
                && is_some_of(mantissa, is_digit)
                && exponent.is_some()
                && exponent_fits(false)
        }
    }
}

/// The integer of a scalar that is one, or is tagged as one.
pub(super) fn int(text: &str) -> Loaded<Raw> {
    let plain = text.replace('_', "");
    if plain.is_empty() {
        return Err(Failure::other("string index out of range"));
    }
    let (negative, body) = (plain.starts_with('-'), unsigned(&plain));
    let (base, digits) = match body.get(..2) {
        Some("0b") => (2, body.get(2..).unwrap_or_default()),
        Some("0o") => (8, body.get(2..).unwrap_or_default()),
        Some("0x") => (16, body.get(2..).unwrap_or_default()),
        _ => return integer::parse(body).map(|number| negate(number, negative)).map_err(Failure::Other),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Err(Failure::other(format!("invalid literal for int() with base {base}: '{digits}'")));
    }
    Ok(integer::from_digits(negative, &to_decimal(digits, base)))
}

fn negate(number: Raw, negative: bool) -> Raw {
    match (number, negative) {
        (Raw::Int(number), true) => Raw::Int(-number),
        (Raw::BigInt(digits), true) => integer::from_digits(true, &digits),
        (number, _) => number,
    }
}

/// Digits of another base as decimal ones, of any length.
fn to_decimal(digits: &str, base: u32) -> String {
    let mut decimal: Vec<u32> = vec![0];
    for digit in digits.chars().filter_map(|c| c.to_digit(base)) {
        let mut carry = digit;
        for place in &mut decimal {
            let sum = *place * base + carry;
            *place = sum % 10;
            carry = sum / 10;
        }
        while carry > 0 {
            decimal.push(carry % 10);
            carry /= 10;
        }
    }
    decimal.iter().rev().filter_map(|digit| char::from_digit(*digit, 10)).collect()
}

/// The number of a scalar that is a float, or is tagged as one.
pub(super) fn float(text: &str) -> Loaded<Raw> {
    let plain = text.replace('_', "").to_ascii_lowercase();
    if plain.is_empty() {
        return Err(Failure::other("string index out of range"));
    }
    let sign = if plain.starts_with('-') { -1.0 } else { 1.0 };
    let body = unsigned(&plain);
    let number = match body {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ => match body.parse() {
            Ok(number) if body != "infinity" => number,
            _ => return Err(Failure::other(format!("could not convert string to float: '{body}'"))),
        },
    };
    Ok(Raw::Float(sign * number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match resolve(text) {
            Ok(value) => value.repr(),
            Err(Failure::Invalid) => "invalid".into(),
            Err(Failure::Other(error)) => error.message,
        }
    }

    #[test]
    fn integers_of_four_bases() {
        for (text, want) in [
            ("0", "0"),
            ("017", "17"),
            ("-0", "0"),
            ("+5", "5"),
            ("1__0_", "10"),
            ("0b1_1", "3"),
            ("-0o17", "-15"),
            ("0xfF", "255"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("-0xffffffffffffffffffff", "-1208925819614629174706175"),
            ("0x_", "invalid literal for int() with base 16: ''"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn floats() {
        for (text, want) in [
            ("1.5", "1.5"),
            ("5.", "5.0"),
            (".5", "0.5"),
            ("1e3", "1000.0"),
            ("5.e3", "5000.0"),
            ("-.5e+3", "-500.0"),
            ("685_230.15", "685230.15"),
            ("-.INF", "-inf"),
            (".NaN", "nan"),
            ("1e400", "inf"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn all_else_is_text() {
        for text in [
            "yes", "off", "12:30", "0o8", "0b2", "0x", "0X1", "1e_3", "-.5e3", "1.e", "-.nan", "NaN", "+",
            ".", "1.2.3", "tRue", "nULL", "~x", "==", "2020-1-2",
        ] {
            assert_eq!(shown(text), format!("'{text}'"));
        }
        assert_eq!(shown("="), "invalid");
    }
}
