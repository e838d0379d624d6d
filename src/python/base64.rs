//! Base64 as Python's `b64decode` reads it: whatever is no letter of the alphabet is passed over.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

/// Bits beyond the last byte do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));

/// Why a text is no base64; its `Display` is Python's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBase64 {
    /// It has letters beyond ASCII.
    NotAscii,
    /// The last group of four is not filled up.
    Padding,
    /// The last group is a single letter: how many letters there are.
    Single(usize),
}

impl fmt::Display for NoBase64 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoBase64::NotAscii => out.write_str("string argument should contain only ASCII characters"),
            NoBase64::Padding => out.write_str("Incorrect padding"),
            NoBase64::Single(count) => write!(
                out,
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            ),
        }
    }
}

/// The bytes of a text, up to the first group of four that `=` fills up.
pub fn b64decode(text: &str) -> Result<Vec<u8>, NoBase64> {
    if !text.is_ascii() {
        return Err(NoBase64::NotAscii);
    }
    let mut letters = String::with_capacity(text.len());
    let mut pads = 0;
    let mut filled = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '+' || c == '/' {
            letters.push(c);
            pads = 0;
        } else if c == '=' && letters.len() % 4 >= 2 {
            pads += 1;
            filled = letters.len() % 4 + pads >= 4;
            if filled {
                break;
            }
        }
    }
    match letters.len() % 4 {
        1 => Err(NoBase64::Single(letters.len())),
        2 | 3 if !filled => Err(NoBase64::Padding),
        _ => LENIENT.decode(letters).map_err(|_| NoBase64::Padding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_reads_is_read() {
        for (text, want) in [
            ("", &b""[..]),
            ("AQID", &[1, 2, 3]),
            ("AQ==", &[1]),
            ("AQID\nAQ==\n", &[1, 2, 3, 1]),
            ("AQ==AQ==", &[1]),
            ("A!Q*==", &[1]),
            ("AQ=I=", &[1, 2]),
            ("AR==", &[1]),
            ("====", &[]),
            ("  ", &[]),
        ] {
            assert_eq!(b64decode(text).as_deref(), Ok(want), "{text:?}");
        }
    }

    #[test]
    fn what_it_does_not_read_has_its_message() {
        for text in ["AQ", "AQI", "AQ=", "AQ=A", "A=QI", "AQ-_"] {
            assert_eq!(b64decode(text), Err(NoBase64::Padding), "{text:?}");
        }
        assert_eq!(b64decode("A="), Err(NoBase64::Single(1)));
        assert_eq!(b64decode("AQIDA"), Err(NoBase64::Single(5)));
        assert_eq!(b64decode("é"), Err(NoBase64::NotAscii));
    }
}
