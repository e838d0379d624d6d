//! Integers as Python's `int()` reads them.
//!
//! Surrounding white space, a sign, single underscores between digits and the
//! decimal digits of any script are accepted, and the number has no limits.

/// An integer that a line gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integer {
    /// Its decimal digits without needless zeros, with a `-` where it is negative.
    pub text: String,
    /// The number, or the nearest one that fits.
    pub number: i64,
}

/// Reads an integer.
pub fn integer(text: &str) -> Option<Integer> {
    let text = text.trim_matches(is_space);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut plain = String::with_capacity(digits.len() + 1);
    let mut after_digit = false;
    for c in digits.chars() {
        match digit(c) {
            Some(value) => {
                plain.push(value);
                after_digit = true;
            }
            None if c == '_' && after_digit => after_digit = false,
            None => return None,
        }
    }
    if !after_digit {
        return None;
    }
    let significant = plain.trim_start_matches('0');
    let text = match (significant.is_empty(), negative) {
        (true, _) => "0".to_owned(),
        (false, true) => format!("-{significant}"),
        (false, false) => significant.to_owned(),
    };
    let number = text.parse().unwrap_or(if negative { i64::MIN } else { i64::MAX });
    Some(Integer { text, number })
}

/// The white space of Python's `str.strip()`: Unicode's, and four separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The ASCII digit that a decimal digit of any script stands for.
pub fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let at = ZEROS.partition_point(|zero| *zero <= c).checked_sub(1)?;
    let zero = *ZEROS.get(at)?;
    char::from_digit((c as u32) - (zero as u32), 10)
}

/// The zero of each run of ten decimal digits (general category Nd of Unicode 14), sorted.
static ZEROS: &[char] = &[
    '\u{30}',
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e950}',
    '\u{1fbf0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_python_reads_them() {
        let cases = [
            ("12", Some("12")),
            (" 1_0 ", Some("10")),
            ("+5", Some("5")),
            ("-007", Some("-7")),
            ("-0", Some("0")),
            ("\u{663}", Some("3")),
            ("\u{a0}1\u{1f}", Some("1")),
            ("99999999999999999999", Some("99999999999999999999")),
            ("", None),
            ("-", None),
            ("+-1", None),
            ("_1", None),
            ("1_", None),
            ("1__0", None),
            ("1.5", None),
            ("0x10", None),
            ("\u{b2}", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(integer(text).map(|read| read.text).as_deref(), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_the_nearest() {
        assert_eq!(integer("99999999999999999999").map(|read| read.number), Some(i64::MAX));
        assert_eq!(integer("-99999999999999999999").map(|read| read.number), Some(i64::MIN));
    }
}
