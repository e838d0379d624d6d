//! `int()`: integers as Python reads them.
//!
//! Surrounding white space, a sign, single underscores between digits and the
//! decimal digits of any script are accepted; only the number of digits is limited.

use std::fmt;

use super::quoted;

/// The most digits that Python turns into an integer.
const MAX_DIGITS: usize = 4300;

/// Why a text is no integer; its `Display` is Python's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoInt {
    /// It is none: the text.
    Invalid(String),
    /// It has more digits than Python reads: how many.
    TooLong(usize),
}

impl fmt::Display for NoInt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoInt::Invalid(text) => write!(out, "invalid literal for int() with base 10: {}", quoted(text)),
            NoInt::TooLong(count) => write!(
                out,
                "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {count} digits; \
                 use sys.set_int_max_str_digits() to increase the limit"
            ),
        }
    }
}

/// The decimal digits of `int(text)` without needless zeros, with a `-` where it is negative.
pub fn int(text: &str) -> Result<String, NoInt> {
    let invalid = || NoInt::Invalid(text.to_owned());
    let trimmed = text.trim_matches(char::is_whitespace);
    let (negative, digits) = match trimmed.strip_prefix(['-', '+']) {
        Some(rest) => (trimmed.starts_with('-'), rest),
        None => (false, trimmed),
    };
    let mut plain = String::with_capacity(digits.len() + 1);
    let mut after_digit = false;
    for c in digits.chars() {
        match decimal_digit(c) {
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
        return Err(NoInt::TooLong(plain.len()));
    }
    Ok(match (plain.trim_start_matches('0'), negative) {
        ("", _) => "0".to_owned(),
        (significant, true) => format!("-{significant}"),
        (significant, false) => significant.to_owned(),
    })
}

/// The ASCII digit that a decimal digit of any script stands for, as `int()` takes it.
pub fn decimal_digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let index = DIGIT_ZEROS.partition_point(|zero| *zero <= c).checked_sub(1)?;
    let zero = DIGIT_ZEROS.get(index)?;
    char::from_digit(u32::from(c) - u32::from(*zero), 10)
}

/// The zero of each run of ten decimal digits (general category Nd of Unicode 14), in order.
#[rustfmt::skip]
static DIGIT_ZEROS: &[char] = &[
    '\u{30}', '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}',
    '\u{1090}', '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}', '\u{1a80}', '\u{1a90}', '\u{1b50}',
    '\u{1bb0}', '\u{1c40}', '\u{1c50}', '\u{a620}', '\u{a8d0}', '\u{a900}', '\u{a9d0}', '\u{a9f0}',
    '\u{aa50}', '\u{abf0}', '\u{ff10}', '\u{104a0}', '\u{10d30}', '\u{11066}', '\u{110f0}', '\u{11136}',
    '\u{111d0}', '\u{112f0}', '\u{11450}', '\u{114d0}', '\u{11650}', '\u{116c0}', '\u{11730}', '\u{118e0}',
    '\u{11950}', '\u{11c50}', '\u{11d50}', '\u{11da0}', '\u{16a60}', '\u{16ac0}', '\u{16b50}', '\u{1d7ce}',
    '\u{1d7d8}', '\u{1d7e2}', '\u{1d7ec}', '\u{1d7f6}', '\u{1e140}', '\u{1e2f0}', '\u{1e950}', '\u{1fbf0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_reads_is_read() {
        for (text, want) in [
            ("3600", "3600"),
            (" 1_800\n", "1800"),
            ("+007", "7"),
            ("-5", "-5"),
            ("-0", "0"),
            ("\u{a0}\u{663}6", "36"),
            ("𝟑𝟔", "36"),
            ("99999999999999999999", "99999999999999999999"),
        ] {
            assert_eq!(int(text).as_deref(), Ok(want), "{text:?}");
        }
    }

    #[test]
    fn all_else_is_quoted_in_the_message() {
        for text in ["", "-", "0x10", "3600.5", "1__8", "_1", "1_", "+-3", "- 5", "²", "\u{1f}1", "1\0"] {
            let want = format!("invalid literal for int() with base 10: {}", quoted(text));
            assert_eq!(int(text).unwrap_err().to_string(), want);
        }
        assert!(int(&"9".repeat(4301)).unwrap_err().to_string().starts_with("Exceeds the limit"));
    }
}
