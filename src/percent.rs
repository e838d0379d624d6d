//! Percent-encoding, as URLs and forms want it.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but letters, digits and the four signs that RFC 3986 leaves unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text with all else as `%XX`.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// What no path or query may have in it as it is.
const NO_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A path with its query, escapes in it left alone, with what can stand in none as `%XX`.
pub fn encode_path(text: &str) -> String {
    utf8_percent_encode(text, NO_PATH).to_string()
}

/// The text behind the escapes; a plus stays a plus and a broken escape stays as it is.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_signs_stay() {
        assert_eq!(encode("aZ9-._~ +*/é"), "aZ9-._~%20%2B%2A%2F%C3%A9");
    }

    #[test]
    fn a_plus_is_no_blank_and_a_broken_escape_stays() {
        assert_eq!(decode("a+b%20c%zz%2"), "a+b c%zz%2");
        assert_eq!(decode("%C3%A9%ff"), "é\u{fffd}");
    }
}
