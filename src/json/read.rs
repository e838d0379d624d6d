//! JSON text as a [`Value`].
//!
//! The language is that of Python's reader: beside the standard it knows `NaN`,
//! `Infinity` and `-Infinity`, integers of up to 4300 digits, and takes the
//! last of two equal keys in the place of the first. Its error texts end up in
//! messages that scripts match, so they and their positions (in characters,
//! not bytes) are the same.
//!
//! One thing differs: half a surrogate pair (`"\ud83d"`) cannot be held in a
//! Rust text. The reference holds it and fails when it encodes the request;
//! here reading fails at once, with the words of that later failure.

use crate::value::{Map, Value};

/// How deep lists and objects may be nested, as far as the reference gets.
const MAX_DEPTH: usize = 976;

/// The most digits that Python turns into an integer.
const MAX_DIGITS: usize = 4300;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// What sort of failure it is; callers treat the last two as failures of their own.
    pub kind: ReadErrorKind,
    /// The message in Python's words, with the position where there is one.
    pub message: String,
}

/// The sorts of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// The text is not JSON; Python's `ValueError`.
    Syntax,
    /// It is nested too deeply; Python's `RecursionError`.
    TooDeep,
    /// A text holds half a surrogate pair, which cannot be encoded.
    Surrogate,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// Reads one JSON document.
///
/// # Errors
///
/// Fails with Python's message where the text is not what Python reads.
pub fn read(text: &str) -> Result<Value, ReadError> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    if text.starts_with('\u{feff}') {
        return Err(reader.error("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
    }
    reader.skip_blanks();
    let value = reader.value(0)?;
    reader.skip_blanks();
    if reader.at < reader.bytes.len() {
        return Err(reader.error("Extra data", reader.at));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Always on the border of a character.
    at: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, what: &str, at: usize) -> ReadError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let offset = before.chars().count();
        let line = before.matches('\n').count() + 1;
        let column = match before.rfind('\n') {
            Some(newline) => before.get(newline..).unwrap_or_default().chars().count(),
            None => offset + 1,
        };
        let message = format!("{what}: line {line} column {column} (char {offset})");
        ReadError { kind: ReadErrorKind::Syntax, message }
    }

    fn too_deep(&self, what: &str) -> ReadError {
        let message =
            format!("maximum recursion depth exceeded while decoding a JSON {what} from a unicode string");
        ReadError { kind: ReadErrorKind::TooDeep, message }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, ReadError> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'[') if depth >= MAX_DEPTH => Err(self.too_deep("array")),
            Some(b'{') if depth >= MAX_DEPTH => Err(self.too_deep("object")),
            Some(b'[') => self.list(depth + 1),
            Some(b'{') => self.object(depth + 1),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.take_word("null") => Ok(Value::Null),
            _ if self.take_word("true") => Ok(Value::Bool(true)),
            _ if self.take_word("false") => Ok(Value::Bool(false)),
            _ if self.take_word("NaN") => Ok(Value::Float(f64::NAN)),
            _ if self.take_word("Infinity") => Ok(Value::Float(f64::INFINITY)),
            _ => Err(self.error("Expecting value", self.at)),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.at += 1;
        self.skip_blanks();
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.skip_blanks();
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return Err(self.error("Expecting ',' delimiter", self.at));
            }
            self.skip_blanks();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.at += 1;
        self.skip_blanks();
        let mut map = Map::new();
        if self.take(b'}') {
            return Ok(Value::Map(map));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("Expecting property name enclosed in double quotes", self.at));
            }
            let key = self.string()?;
            self.skip_blanks();
            if !self.take(b':') {
                return Err(self.error("Expecting ':' delimiter", self.at));
            }
            self.skip_blanks();
            let value = self.value(depth)?;
            map.insert(key.into(), value);
            self.skip_blanks();
            if self.take(b'}') {
                return Ok(Value::Map(map));
            }
            if !self.take(b',') {
                return Err(self.error("Expecting ',' delimiter", self.at));
            }
            self.skip_blanks();
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Value, ReadError> {
        let start = self.at;
        if self.take_word("-Infinity") {
            return Ok(Value::Float(f64::NEG_INFINITY));
        }
        self.take(b'-');
        let whole = if self.take(b'0') { 1 } else { self.digits() };
        if whole == 0 {
            return Err(self.error("Expecting value", start));
        }
        let mut is_float = false;
        let mark = self.at;
        if self.take(b'.') && self.digits() > 0 {
            is_float = true;
        } else {
            self.at = mark;
        }
        let mark = self.at;
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            if self.digits() > 0 {
                is_float = true;
            } else {
                self.at = mark;
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if is_float {
            return Ok(Value::Float(text.parse().unwrap_or(f64::NAN)));
        }
        if let Ok(number) = text.parse() {
            return Ok(Value::Int(number));
        }
        if whole > MAX_DIGITS {
            let message = format!(
                "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {whole} \
                 digits; use sys.set_int_max_str_digits() to increase the limit"
            );
            return Err(ReadError { kind: ReadErrorKind::Syntax, message });
        }
        Ok(Value::BigInt(text.into()))
    }

    fn string(&mut self) -> Result<String, ReadError> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        let mut lone = None;
        loop {
            let plain = self.at;
            while self.peek().is_some_and(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            out.push_str(self.text.get(plain..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => self.escape(start, &mut out, &mut lone)?,
                Some(_) => return Err(self.error("Invalid control character at", self.at)),
                None => return Err(self.error("Unterminated string starting at", start)),
            }
        }
        match lone {
            None => Ok(out),
            Some((unit, index)) => {
                let message = format!(
                    "'utf-8' codec can't encode character '\\u{unit:04x}' in position {index}: surrogates not \
                     allowed"
                );
                Err(ReadError { kind: ReadErrorKind::Surrogate, message })
            }
        }
    }

    /// One escape of a string that began at `start`; the first half pair is kept in `lone`.
    fn escape(
        &mut self,
        start: usize,
        out: &mut String,
        lone: &mut Option<(u16, usize)>,
    ) -> Result<(), ReadError> {
        let backslash = self.at;
        self.at += 1;
        let Some(byte) = self.peek() else {
            return Err(self.error("Unterminated string starting at", start));
        };
        self.at += 1;
        out.push(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit(backslash + 1)?;
                self.character(unit, out, lone)?
            }
            _ => return Err(self.error("Invalid \\escape", backslash)),
        });
        Ok(())
    }

    /// The character that begins with this code unit, with the other half of a pair if it follows.
    fn character(
        &mut self,
        unit: u16,
        out: &str,
        lone: &mut Option<(u16, usize)>,
    ) -> Result<char, ReadError> {
        if (0xd800..0xdc00).contains(&unit) && self.rest().starts_with(b"\\u") {
            let mark = self.at;
            self.at += 2;
            let second = self.unit(mark + 1)?;
            if let Some(Ok(character)) = char::decode_utf16([unit, second]).next() {
                return Ok(character);
            }
            self.at = mark;
        }
        Ok(char::from_u32(u32::from(unit)).unwrap_or_else(|| {
            lone.get_or_insert_with(|| (unit, out.chars().count()));
            char::REPLACEMENT_CHARACTER
        }))
    }

    /// Four hexadecimal digits and something behind them; a failure is placed at `at`, the `u` before them.
    fn unit(&mut self, at: usize) -> Result<u16, ReadError> {
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
        let unit = digits.iter().try_fold(0, |unit, digit| {
            let value = u16::try_from(char::from(*digit).to_digit(16)?).ok()?;
            Some(unit << 4 | value)
        });
        match unit {
            Some(unit) if digits.len() == 4 && self.bytes.len() > self.at + 4 => {
                self.at += 4;
                Ok(unit)
            }
            _ => Err(self.error("Invalid \\uXXXX escape", at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read(text).unwrap_err().message
    }

    #[test]
    fn scalars() {
        assert!(read(" null ").unwrap() == Value::Null);
        assert!(read("true").unwrap() == Value::Bool(true));
        assert!(read("-0").unwrap() == Value::Int(0));
        assert!(read("-9223372036854775808").unwrap() == Value::Int(i64::MIN));
        assert!(read("9223372036854775808").unwrap() == Value::BigInt("9223372036854775808".into()));
        assert!(read("1.5E+3").unwrap() == Value::Float(1500.0));
        assert!(read("-Infinity").unwrap() == Value::Float(f64::NEG_INFINITY));
        assert!(matches!(read("NaN").unwrap(), Value::Float(number) if number.is_nan()));
        assert!(read(r#""\ud83d\ude00\u00e9\/""#).unwrap() == Value::from("😀é/"));
    }

    #[test]
    fn of_two_equal_keys_the_last_value_stands_in_the_first_place() {
        let value = read(r#"{"a": 1, "b": 2, "a": [3]}"#).unwrap();
        let map = value.as_map().unwrap();
        assert_eq!(map.get_index_of("a"), Some(0));
        assert!(map["a"] == Value::List(vec![Value::Int(3)]));
    }

    #[test]
    fn errors_have_pythons_words_and_places() {
        for (text, want) in [
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("[1,]", "Expecting value: line 1 column 4 (char 3)"),
            (r#"{"a":1,}"#, "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"),
            (r#"{"a" 1}"#, "Expecting ':' delimiter: line 1 column 6 (char 5)"),
            ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
            (r#"["é", "abc"#, "Unterminated string starting at: line 1 column 7 (char 6)"),
            ("\"a\nb\"", "Invalid control character at: line 1 column 3 (char 2)"),
            (r#""\x""#, "Invalid \\escape: line 1 column 2 (char 1)"),
            (r#""\u12g4""#, "Invalid \\uXXXX escape: line 1 column 3 (char 2)"),
            ("01", "Extra data: line 1 column 2 (char 1)"),
            ("[1,\n\n2,\n x]", "Expecting value: line 4 column 2 (char 9)"),
            ("\u{feff}1", "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"),
        ] {
            assert_eq!(message(text), want);
        }
    }

    #[test]
    fn half_a_surrogate_pair_fails_with_its_place() {
        let error = read(r#"["é\ud83dx"]"#).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Surrogate);
        assert_eq!(
            error.message,
            "'utf-8' codec can't encode character '\\ud83d' in position 1: surrogates not allowed"
        );
    }

    #[test]
    fn depth_and_digits_are_limited() {
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep).unwrap_err().kind, ReadErrorKind::TooDeep);
        let nested = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(read(&nested).is_ok());
        assert!(message(&"1".repeat(4301)).starts_with("Exceeds the limit (4300 digits)"));
    }
}
