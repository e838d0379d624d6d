//! The shorthand of structures, maps and lists: `Key=a,Values=b,c`.
//!
//! ```text
//! input   = keyval *("," keyval)
//! keyval  = key ["@"] "=" value
//! value   = "[" items "]" / "{" keyvals "}" / csv
//! csv     = word *("," word)          ; `a` is a text, `a,b` is a list
//! word    = quoted / unquoted / empty
//! ```
//!
//! A list without brackets goes on until something does not fit; then the last
//! comma turns out to have stood before the next key, and reading goes on from
//! there. After `@=` a value may be `file://` or `fileb://`; after a plain `=`
//! these are literal. Blanks around `=` and `,` do not count.
//!
//! Reading knows nothing of the model; see `convert` for what follows.

mod characters;
#[cfg(test)]
mod tests;

use self::characters::{Place, is_blank, is_inside, is_key, is_start};
use super::raw::{DictKind, Entries, Name, Raw};
use crate::error::Error;

/// How deep brackets may be nested, about as far as the reference gets.
const MAX_DEPTH: usize = 484;

/// Why a text could not be read.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is not shorthand; the message says where.
    Syntax(String),
    /// A file after `@=` could not be read, or the nesting is too deep.
    Other(Error),
}

/// Reads files: gives the text or bytes that a `file://` or `fileb://` value names, none for any other value.
pub(super) type Load<'a> = &'a dyn Fn(&str) -> Result<Option<Raw>, Error>;

/// Reads one word of the command line.
pub(super) fn parse(text: &str, load: Load<'_>) -> Result<Entries, Failure> {
    Parser { text: text.chars().collect(), at: 0, load }.input()
}

struct Parser<'a> {
    text: Vec<char>,
    at: usize,
    load: Load<'a>,
}

/// What was wanted where something else stands; only a list without brackets looks at it twice.
enum Stop {
    Wanted { what: &'static str, received: Option<char>, at: usize, nothing: bool },
    Fatal(Failure),
}

type Step<T> = Result<T, Stop>;

impl Parser<'_> {
    fn input(mut self) -> Result<Entries, Failure> {
        let mut entries = Entries::new();
        let mut start = 0;
        loop {
            let (name, value) = self.keyval(0).map_err(|stop| self.failure(stop))?;
            if entries.contains_key(&name) {
                return Err(Failure::Syntax(self.second_instance(&name, start)));
            }
            entries.insert(name, value);
            if self.at >= self.text.len() {
                return Ok(entries);
            }
            start = self.at + 1;
            self.expect(',', "','").map_err(|stop| self.failure(stop))?;
        }
    }

    fn keyval(&mut self, depth: usize) -> Step<(Name, Raw)> {
        let (name, files) = self.key()?;
        match self.bracketed(files, depth)? {
            Some(value) => Ok((name, value)),
            None => Ok((name, self.csv(files)?)),
        }
    }

    /// A key with its sign; true where files may follow.
    fn key(&mut self) -> Step<(Name, bool)> {
        let name: String = self.take_while(is_key);
        self.skip_blanks();
        let files = self.peek() == Some('@');
        if files {
            self.at += 1;
        }
        self.expect('=', "'='")?;
        Ok((Name::text(name), files))
    }

    /// A list or map in brackets, if one begins here.
    fn bracketed(&mut self, files: bool, depth: usize) -> Step<Option<Raw>> {
        let begins = matches!(self.peek(), Some('[' | '{'));
        if begins && depth >= MAX_DEPTH {
            let error = Error::general("maximum recursion depth exceeded");
            return Err(Stop::Fatal(Failure::Other(error)));
        }
        match self.peek() {
            Some('[') => self.list(files, depth + 1).map(Some),
            Some('{') => self.map(depth + 1).map(Some),
            _ => Ok(None),
        }
    }

    fn list(&mut self, files: bool, depth: usize) -> Step<Raw> {
        self.expect('[', "'['")?;
        let mut items = Vec::new();
        while self.peek() != Some(']') {
            items.push(self.item(files, depth)?);
            self.skip_blanks();
            if self.peek() != Some(']') {
                self.expect(',', "','")?;
            }
        }
        self.at += 1;
        Ok(Raw::List(items))
    }

    fn map(&mut self, depth: usize) -> Step<Raw> {
        self.expect('{', "'{'")?;
        let mut entries = Entries::new();
        while self.peek() != Some('}') {
            let (name, files) = self.key()?;
            let value = self.item(files, depth)?;
            self.skip_blanks();
            if self.peek() != Some('}') {
                self.expect(',', "','")?;
            }
            entries.insert(name, value);
        }
        self.at += 1;
        Ok(Raw::Dict(DictKind::Plain, entries))
    }

    fn item(&mut self, files: bool, depth: usize) -> Step<Raw> {
        match self.bracketed(files, depth)? {
            Some(value) => Ok(value),
            None => self.word(Place::First, files),
        }
    }

    fn csv(&mut self, files: bool) -> Step<Raw> {
        let first = self.word(Place::First, files)?;
        self.skip_blanks();
        if self.peek() != Some(',') {
            return Ok(first);
        }
        self.expect(',', "','")?;
        let mut items = vec![first];
        loop {
            match self.next_of_csv(files) {
                Ok((item, more)) => {
                    items.push(item);
                    if !more {
                        break;
                    }
                }
                Err(Stop::Wanted { .. }) if self.peek().is_some() => {
                    let so_far = self.text.get(..=self.at).unwrap_or_default();
                    self.at = so_far.iter().rposition(|c| *c == ',').unwrap_or(self.at);
                    break;
                }
                Err(stop) => return Err(stop),
            }
        }
        match items.len() {
            1 => Ok(items.pop().unwrap_or(Raw::Null)),
            _ => Ok(Raw::List(items)),
        }
    }

    /// A word that is an item for sure: nothing follows, or a comma (which is taken; then true).
    fn next_of_csv(&mut self, files: bool) -> Step<(Raw, bool)> {
        let item = self.word(Place::Later, files)?;
        self.skip_blanks();
        let more = self.peek().is_some();
        if more {
            self.expect(',', "','")?;
        }
        Ok((item, more))
    }

    fn word(&mut self, place: Place, files: bool) -> Step<Raw> {
        let text = match self.peek() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            _ => self.unquoted(place)?,
        };
        if !files {
            return Ok(Raw::Text(text));
        }
        match (self.load)(&text) {
            Ok(Some(content)) => Ok(content),
            Ok(None) => Ok(Raw::Text(text)),
            Err(error) => Err(Stop::Fatal(Failure::Other(error))),
        }
    }

    /// A word in quotes. A quote after a backslash does not end it, not even after two, unless no other does.
    fn quoted(&mut self, quote: char) -> Step<String> {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let mut last_escaped = None;
        let mut end = None;
        let mut after_backslash = false;
        for (index, c) in rest.iter().enumerate() {
            match (*c == quote, after_backslash) {
                (true, true) => last_escaped = Some(index),
                (true, false) => {
                    end = Some(index);
                    break;
                }
                (false, _) => {}
            }
            after_backslash = *c == '\\';
        }
        let Some(length) = end.or(last_escaped) else {
            return Err(self.nothing(if quote == '"' { "'<double quoted>'" } else { "'<singled quoted>'" }));
        };
        let mut out = String::new();
        let mut inside = rest.get(..length).unwrap_or_default().iter().copied().peekable();
        while let Some(c) = inside.next() {
            let escaped = inside.next_if(|next| c == '\\' && (*next == quote || *next == '\\'));
            out.push(escaped.unwrap_or(c));
        }
        self.at += length + 2;
        Ok(out)
    }

    fn unquoted(&mut self, place: Place) -> Step<String> {
        let mut out = String::new();
        let start = self.at;
        while let Some(c) = self.peek() {
            let fits = if self.at == start { is_start(c) } else { is_inside(c, place) };
            if c == '\\' && self.text.get(self.at + 1) == Some(&',') {
                out.push(',');
                self.at += 2;
            } else if fits {
                out.push(c);
                self.at += 1;
            } else {
                break;
            }
        }
        if self.at == start && place == Place::Later {
            return Err(self.nothing("'<second>'"));
        }
        out.truncate(out.trim_end_matches(crate::python::is_space).len());
        Ok(out)
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let taken: String = rest.iter().copied().take_while(|c| fits(*c)).collect();
        self.at += taken.chars().count();
        taken
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    /// One sign, with the blanks around it.
    fn expect(&mut self, sign: char, what: &'static str) -> Step<()> {
        self.skip_blanks();
        if self.peek() != Some(sign) {
            return Err(Stop::Wanted { what, received: self.peek(), at: self.at, nothing: false });
        }
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    fn nothing(&self, what: &'static str) -> Stop {
        Stop::Wanted { what, received: None, at: self.at, nothing: true }
    }

    fn failure(&self, stop: Stop) -> Failure {
        match stop {
            Stop::Fatal(failure) => failure,
            Stop::Wanted { what, received, at, nothing } => {
                let received = match received {
                    Some(c) => c.to_string(),
                    None if nothing => "<none>".to_owned(),
                    None => "EOF".to_owned(),
                };
                let marked = self.marked(at);
                Failure::Syntax(format!("Expected: {what}, received: '{received}' for input:\n {marked}"))
            }
        }
    }

    fn second_instance(&self, name: &Name, at: usize) -> String {
        format!(
            "Second instance of key \"{}\" encountered for input:\n{}\n\
             This is often because there is a preceding \",\" instead of a space.",
            name.text,
            self.marked(at)
        )
    }

    /// The text with a caret below the place.
    fn marked(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let after = self.text.get(at..).unwrap_or_default();
        let column = before.iter().rev().take_while(|c| **c != '\n').count();
        let rest_of_line = after.iter().position(|c| *c == '\n').unwrap_or(after.len());
        let (line, following) = after.split_at_checked(rest_of_line).unwrap_or((after, &[]));
        let mut out: String = before.iter().chain(line).collect();
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', column));
        out.push('^');
        out.extend(following);
        out
    }
}
