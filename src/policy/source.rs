//! The JSON text of a policy, with the place of every part.
//!
//! The reader of `crate::json` is Python's: it takes the last of two equal
//! keys and knows no places. A policy's faults are told with line and column,
//! a decision points at the statement that made it, and a key that stands
//! twice is a fault; so policies have a reader of their own, of strict JSON.

/// How deep a policy may be nested; a valid one has seven levels.
const MAX_DEPTH: usize = 64;

/// A place in a text. Lines and columns (in characters) count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "line {} column {}", self.line, self.column)
    }
}

/// A part of a text, from its first character to the place behind its last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Where it begins.
    pub start: Place,
    /// The place behind its end.
    pub end: Place,
}

impl Span {
    /// Whether the place lies within.
    pub fn holds(&self, place: Place) -> bool {
        self.start <= place && place < self.end
    }
}

/// A JSON value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub data: Data,
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object: every member, also one that stands twice.
    Map(Vec<(Member, Node)>),
}

/// The name of a member and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Where the name stands.
    pub span: Span,
    /// The name.
    pub name: String,
}

/// Why a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Where.
    pub place: Place,
    /// What is wrong there, as a sentence without its full stop.
    pub what: String,
}

/// Reads a text of one JSON value.
///
/// # Errors
///
/// Fails with the first place that no JSON text can have.
pub fn read(text: &str) -> Result<Node, SyntaxFault> {
    let mut reader = Reader { rest: text, place: Place { line: 1, column: 1 } };
    reader.skip_blanks();
    let node = reader.node(0)?;
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.fault("there is more text behind the end of the document")),
    }
}

struct Reader<'t> {
    rest: &'t str,
    place: Place,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        if c == '\n' {
            self.place.line += 1;
            self.place.column = 1;
        } else {
            self.place.column += 1;
        }
        Some(c)
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.next();
        }
        found
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.next();
        }
    }

    fn fault(&self, what: &str) -> SyntaxFault {
        SyntaxFault { place: self.place, what: what.to_owned() }
    }

    fn node(&mut self, depth: usize) -> Result<Node, SyntaxFault> {
        let start = self.place;
        if depth > MAX_DEPTH {
            return Err(self.fault("the document is nested too deeply"));
        }
        let data = match self.peek() {
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Data::Text(self.text()?),
            Some('-' | '0'..='9') => Data::Number(self.number()?),
            Some('a'..='z') => self.word()?,
            Some(_) => return Err(self.fault("a value is expected here")),
            None => return Err(self.fault("the document ends where a value is expected")),
        };
        Ok(Node { span: Span { start, end: self.place }, data })
    }

    fn word(&mut self) -> Result<Data, SyntaxFault> {
        for (word, data) in [("true", Data::Bool(true)), ("false", Data::Bool(false)), ("null", Data::Null)] {
            if self.rest.starts_with(word) {
                for _ in 0..word.len() {
                    self.next();
                }
                return Ok(data);
            }
        }
        Err(self.fault("a value is expected here; texts stand in double quotes"))
    }

    fn list(&mut self, depth: usize) -> Result<Data, SyntaxFault> {
        self.next();
        let mut items = Vec::new();
        self.skip_blanks();
        if self.take(']') {
            return Ok(Data::List(items));
        }
        loop {
            self.skip_blanks();
            items.push(self.node(depth + 1)?);
            self.skip_blanks();
            if self.take(']') {
                return Ok(Data::List(items));
            }
            if !self.take(',') {
                return Err(self.fault("a comma or the end of the list is expected here"));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Data, SyntaxFault> {
        self.next();
        let mut members = Vec::new();
        self.skip_blanks();
        if self.take('}') {
            return Ok(Data::Map(members));
        }
        loop {
            self.skip_blanks();
            let start = self.place;
            if self.peek() != Some('"') {
                return Err(self.fault("a name in double quotes is expected here"));
            }
            let name = self.text()?;
            let member = Member { span: Span { start, end: self.place }, name };
            self.skip_blanks();
            if !self.take(':') {
                return Err(self.fault("a colon is expected here"));
            }
            self.skip_blanks();
            members.push((member, self.node(depth + 1)?));
            self.skip_blanks();
            if self.take('}') {
                return Ok(Data::Map(members));
            }
            if !self.take(',') {
                return Err(self.fault("a comma or the end of the object is expected here"));
            }
        }
    }

    fn number(&mut self) -> Result<String, SyntaxFault> {
        let mut text = String::new();
        if self.take('-') {
            text.push('-');
        }
        let leading_zero = self.peek() == Some('0');
        let whole = self.digits(&mut text);
        if whole == 0 || (leading_zero && whole > 1) {
            return Err(self.fault("this is no number"));
        }
        if self.take('.') {
            text.push('.');
            if self.digits(&mut text) == 0 {
                return Err(self.fault("a digit is expected here"));
            }
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            text.extend(self.next());
            if matches!(self.peek(), Some('+' | '-')) {
                text.extend(self.next());
            }
            if self.digits(&mut text) == 0 {
                return Err(self.fault("a digit is expected here"));
            }
        }
        Ok(text)
    }

    fn digits(&mut self, text: &mut String) -> usize {
        let before = text.len();
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            text.extend(self.next());
        }
        text.len() - before
    }

    fn text(&mut self) -> Result<String, SyntaxFault> {
        let start = self.place;
        self.next();
        let mut text = String::new();
        loop {
            let place = self.place;
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape(place)?),
                Some(c) if c < ' ' => {
                    return Err(SyntaxFault {
                        place,
                        what: "a text may hold no line break or other control character".to_owned(),
                    });
                }
                Some(c) => text.push(c),
                None => {
                    return Err(SyntaxFault {
                        place: start,
                        what: "the text that begins here has no end".to_owned(),
                    });
                }
            }
        }
    }

    fn escape(&mut self, place: Place) -> Result<char, SyntaxFault> {
        let wrong = || SyntaxFault { place, what: "this is no escape of JSON".to_owned() };
        Ok(match self.next().ok_or_else(wrong)? {
            c @ ('"' | '\\' | '/') => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.unit().ok_or_else(wrong)?;
                if let Some(c) = char::from_u32(u32::from(first)) {
                    return Ok(c);
                }
                let second = (self.take('\\') && self.take('u')).then(|| self.unit()).flatten();
                let pair = [first, second.ok_or_else(wrong)?];
                char::decode_utf16(pair).next().and_then(Result::ok).ok_or_else(wrong)?
            }
            _ => return Err(wrong()),
        })
    }

    fn unit(&mut self) -> Option<u16> {
        (0..4).try_fold(0, |unit, _| {
            let digit = u16::try_from(self.next()?.to_digit(16)?).ok()?;
            Some(unit << 4 | digit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> (usize, usize) {
        let place = read(text).unwrap_err().place;
        (place.line, place.column)
    }

    #[test]
    fn values_know_their_places() {
        let node = read("{\"é\": [1.5e+3, true,\n null, \"\\ud83d\\ude00\\n\"]}").unwrap();
        let Data::Map(members) = node.data else { panic!() };
        assert_eq!(members[0].0.name, "é");
        assert_eq!(members[0].0.span.end, Place { line: 1, column: 5 });
        let Data::List(items) = &members[0].1.data else { panic!() };
        assert_eq!(items[0].data, Data::Number("1.5e+3".into()));
        assert_eq!(items[1].data, Data::Bool(true));
        assert_eq!(items[2].data, Data::Null);
        assert_eq!(items[2].span.start, Place { line: 2, column: 2 });
        assert_eq!(items[2].span.end, Place { line: 2, column: 6 });
        assert_eq!(items[3].data, Data::Text("😀\n".into()));
        assert_eq!(node.span.end, Place { line: 2, column: 26 });
    }

    #[test]
    fn a_span_holds_its_first_place_and_not_the_one_behind() {
        let at = |column| Place { line: 1, column };
        let span = Span { start: at(2), end: at(4) };
        assert_eq!([1, 2, 3, 4].map(|column| span.holds(at(column))), [false, true, true, false]);
    }

    #[test]
    fn a_name_that_stands_twice_is_kept_twice() {
        let Data::Map(members) = read(r#"{"a": 1, "a": 2}"#).unwrap().data else { panic!() };
        assert_eq!(members.len(), 2);
    }

    #[test]
    fn faults_have_their_place() {
        for (text, place) in [
            ("", (1, 1)),
            ("{", (1, 2)),
            ("{\n  'a': 1}", (2, 3)),
            ("{\"a\" 1}", (1, 6)),
            ("{\"a\": 1,}", (1, 9)),
            ("[1 2]", (1, 4)),
            ("[1,]", (1, 4)),
            ("[\"a]", (1, 2)),
            ("\"a\nb\"", (1, 3)),
            ("\"\\x\"", (1, 2)),
            ("\"\\ud83d\"", (1, 2)),
            ("\"\\u12\"", (1, 2)),
            ("01", (1, 3)),
            ("-00", (1, 4)),
            ("1.", (1, 3)),
            ("1e", (1, 3)),
            ("-", (1, 2)),
            ("{} x", (1, 4)),
            ("nul", (1, 1)),
            ("NaN", (1, 1)),
        ] {
            assert_eq!(at(text), place, "{text}");
        }
        assert_eq!(read("0").unwrap().data, Data::Number("0".into()));
        assert_eq!(read("-0").unwrap().data, Data::Number("-0".into()));
        let escapes = r#""\"\\\/\b\f\n\r\t\u00e9""#;
        assert_eq!(read(escapes).unwrap().data, Data::Text("\"\\/\u{8}\u{c}\n\r\té".into()));
        assert!(read(&"[".repeat(100_000)).unwrap_err().what.contains("deep"));
        assert!(read(&format!("{}{}", "[".repeat(65), "]".repeat(65))).is_ok());
    }
}
