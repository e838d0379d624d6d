//! Numbers of any size, as Python reads and compares them.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::value::Value;

/// The most digits that Python turns into an integer.
const MAX_DIGITS: usize = 4300;

/// The zeros of all scripts that have digits of their own (Unicode 14, category Nd); the nine
/// others follow each.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950,
    0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// What Python's `str.strip` takes for a blank: beside white space the four separators of ASCII.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// ASCII digits, after a `-` where negative, as an integer.
///
/// # Errors
///
/// Fails in Python's words where there are too many digits.
pub(super) fn integer(text: &str) -> Result<Value, String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if digits.len() > MAX_DIGITS {
        return Err(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        ));
    }
    Ok(whole(sign, digits))
}

fn whole(sign: &str, digits: &str) -> Value {
    let digits = digits.trim_start_matches('0');
    let text = if digits.is_empty() { "0".to_owned() } else { format!("{sign}{digits}") };
    text.parse().map_or_else(|_| Value::BigInt(text.into_boxed_str()), Value::Int)
}

/// The integer that a float without a fraction is.
pub(super) fn integral(number: f64) -> Value {
    let text = format!("{number:.0}");
    text.strip_prefix('-').map_or_else(|| whole("", &text), |digits| whole("-", digits))
}

/// Whether this is a number.
pub(super) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Int(_) | Value::BigInt(_) | Value::Float(_))
}

/// A number as a float; 0 for all else.
#[expect(clippy::cast_precision_loss, reason = "Python rounds just so")]
pub(super) fn float(value: &Value) -> f64 {
    match value {
        Value::Int(number) => *number as f64,
        Value::BigInt(digits) => digits.parse().unwrap_or(f64::NAN),
        Value::Float(number) => *number,
        _ => 0.0,
    }
}

/// The order of two numbers by their exact values; none with a `NaN`.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Float(float), whole) => compare_float(*float, whole),
        (whole, Value::Float(float)) => compare_float(*float, whole).map(Ordering::reverse),
        (left, right) => Some(compare_whole(left, right)),
    }
}

fn compare_float(float: f64, number: &Value) -> Option<Ordering> {
    if !float.is_finite() {
        return float.partial_cmp(&0.0);
    }
    let order = compare_whole(&integral(float.trunc()), number);
    Some(order.then(float.fract().partial_cmp(&0.0)?))
}

fn compare_whole(left: &Value, right: &Value) -> Ordering {
    let (left, right) = (digits(left), digits(right));
    match (left.strip_prefix('-'), right.strip_prefix('-')) {
        (None, None) => compare_digits(&left, &right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(left), Some(right)) => compare_digits(right, left),
    }
}

fn compare_digits(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn digits(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Int(number) => number.to_string().into(),
        Value::BigInt(digits) => digits.as_ref().into(),
        _ => "".into(),
    }
}

/// The sum as Python's `sum` forms it: exact while there are integers only, then as floats.
pub(super) fn sum<'v>(numbers: impl Iterator<Item = &'v Value>) -> Value {
    let mut whole: i128 = 0;
    let mut inexact: Option<f64> = None;
    for number in numbers {
        let exact = digits(number).parse::<i128>().ok().and_then(|number| whole.checked_add(number));
        match (inexact, exact) {
            (None, Some(sum)) => whole = sum,
            (sum, _) => inexact = Some(sum.unwrap_or_else(|| approximate(whole)) + float(number)),
        }
    }
    inexact.map_or_else(|| integer(&whole.to_string()).unwrap_or(Value::Null), Value::Float)
}

#[expect(clippy::cast_precision_loss, reason = "Python rounds just so")]
fn approximate(whole: i128) -> f64 {
    whole as f64
}

/// A text as a number, as Python's `int` and, failing that, `float` read it; none where neither does.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut plain = String::with_capacity(text.len());
    for c in text.trim_matches(is_blank).chars() {
        plain.push(digit(c).unwrap_or(c));
    }
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    let sign = if plain.starts_with('-') { "-" } else { "" };
    if let Some((digits, "")) = leading_digits(unsigned)
        && let Ok(number) = integer(&format!("{sign}{digits}"))
    {
        return Some(number);
    }
    if ["inf", "infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
        return Some(Value::Float(if sign.is_empty() { f64::INFINITY } else { f64::NEG_INFINITY }));
    }
    if unsigned.eq_ignore_ascii_case("nan") {
        return Some(Value::Float(f64::NAN));
    }
    decimal(unsigned).and_then(|number| format!("{sign}{number}").parse().ok()).map(Value::Float)
}

fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS.iter().rev().find(|zero| **zero <= code)?;
    char::from_digit(code - zero, 10)
}

/// The digits that a text begins with, without the single underscores between them, and the rest.
fn leading_digits(text: &str) -> Option<(String, &str)> {
    let mut digits = String::new();
    let mut rest = text;
    loop {
        let next = if digits.is_empty() { rest } else { rest.strip_prefix('_').unwrap_or(rest) };
        match next.chars().next() {
            Some(c) if c.is_ascii_digit() => {
                digits.push(c);
                rest = next.get(1..)?;
            }
            _ if digits.is_empty() => return None,
            _ => return Some((digits, rest)),
        }
    }
}

/// `12.5e-3` and the like, without underscores and without a sign.
fn decimal(text: &str) -> Option<String> {
    let (mut number, mut rest) = leading_digits(text).unwrap_or((String::new(), text));
    if let Some(after) = rest.strip_prefix('.') {
        let (fraction, after) = leading_digits(after).unwrap_or((String::new(), after));
        if number.is_empty() && fraction.is_empty() {
            return None;
        }
        number = format!("{number}.{fraction}");
        rest = after;
    }
    if number.is_empty() {
        return None;
    }
    if let Some(after) = rest.strip_prefix(['e', 'E']) {
        let sign = if after.starts_with('-') { "-" } else { "" };
        let (exponent, after) = leading_digits(after.strip_prefix(['+', '-']).unwrap_or(after))?;
        number = format!("{number}e{sign}{exponent}");
        rest = after;
    }
    rest.is_empty().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python;

    #[test]
    fn texts_are_read_as_python_reads_them() {
        for (text, want) in [
            ("1", "1"),
            (" +1\n", "1"),
            ("-0", "0"),
            ("007", "7"),
            ("1_000", "1000"),
            ("1__0", ""),
            ("_1", ""),
            ("1_", ""),
            ("0x1", ""),
            ("", ""),
            ("1.", "1.0"),
            (".5", "0.5"),
            (".", ""),
            ("-.5e+1", "-5.0"),
            ("1_0.5_0e1_0", "105000000000.0"),
            ("1_.5", ""),
            ("1e", ""),
            ("1e400", "inf"),
            ("-Infinity", "-inf"),
            ("NaN", "nan"),
            ("١٢", "12"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ] {
            let got = parse(text).map(|number| python::repr(&number)).unwrap_or_default();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn integers_and_floats_are_compared_exactly() {
        let big = |digits: &str| integer(digits).unwrap();
        let order = |left, right| compare(&left, &right);
        assert_eq!(order(big("99999999999999999999"), Value::Float(1e20)), Some(Ordering::Less));
        assert_eq!(order(big("100000000000000000000"), Value::Float(1e20)), Some(Ordering::Equal));
        assert_eq!(order(Value::Float(-1.5), Value::Int(-1)), Some(Ordering::Less));
        assert_eq!(order(big("-99999999999999999999"), Value::Int(-1)), Some(Ordering::Less));
        assert_eq!(order(Value::Float(f64::NAN), Value::Int(1)), None);
    }

    #[test]
    fn sums_stay_integers_while_they_can() {
        let shown = |numbers: &[Value]| python::repr(&sum(numbers.iter()));
        assert_eq!(shown(&[]), "0");
        assert_eq!(shown(&[Value::Int(i64::MAX), Value::Int(1)]), "9223372036854775808");
        assert_eq!(shown(&[Value::Int(1), Value::Float(0.5)]), "1.5");
    }
}
