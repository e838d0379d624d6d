//! Reading.

use indexmap::IndexMap;

use crate::python::{self, trim};

/// The section whose keys are those of all others too, where they do not say otherwise. Readers apply it.
pub const COMMON: &str = "DEFAULT";

/// A section and its keys, in order.
#[derive(Clone, PartialEq)]
pub struct Section {
    /// What stands between the brackets.
    pub name: String,
    /// Keys in small letters.
    pub keys: IndexMap<String, Entry>,
}

/// The value of a key. Values may be secrets, so `Debug` shows none.
#[derive(Clone, PartialEq)]
pub enum Entry {
    /// One line, or several joined by newlines.
    Text(String),
    /// Nothing on the key's own line, and `key = value` lines below it.
    Nested(IndexMap<String, String>),
}

impl Entry {
    /// The value, if it is no block of others.
    pub fn text(&self) -> Option<&str> {
        match self {
            Entry::Text(text) => Some(text),
            Entry::Nested(_) => None,
        }
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Entry::Text(_) => out.write_str("Text(***)"),
            Entry::Nested(keys) => write!(out, "Nested({:?})", keys.keys()),
        }
    }
}

impl std::fmt::Debug for Section {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "[{}] {:?}", self.name, self.keys)
    }
}

/// What is wrong, and in which line (the first is 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

/// Where a section stands, in indices of lines.
pub(super) struct Place {
    /// What stands between the brackets.
    pub(super) name: String,
    /// The line of the brackets.
    pub(super) header: usize,
    /// Keys in small letters, and the lines of each.
    pub(super) keys: IndexMap<String, Span>,
}

/// The lines of a key and its value.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) first: usize,
    /// The last one that is neither blank nor a comment.
    pub(super) last: usize,
}

/// The sections of a file, in order.
pub fn parse(text: &str) -> Result<Vec<Section>, ParseError> {
    read(text)?.end()
}

/// Where sections and keys stand.
pub(super) fn places(text: &str) -> Result<Vec<Place>, ParseError> {
    let place = |raw: Raw| {
        let keys = raw.keys.into_iter().map(|(key, value)| (key, value.span));
        Place { name: raw.name, header: raw.header, keys: keys.collect() }
    };
    Ok(read(text)?.sections.into_iter().map(place).collect())
}

fn read(text: &str) -> Result<Reader, ParseError> {
    let mut reader = Reader::default();
    for (number, line) in lines(text).enumerate() {
        reader.number = number;
        reader.line(line).map_err(|what| ParseError { line: number + 1, what })?;
    }
    Ok(reader)
}

/// Names of sections with their keys and values, each value the text as it stands: for files that know no blocks.
pub type Plain = Vec<(String, Vec<(String, String)>)>;

/// The sections of a file that knows no blocks: the file of aliases.
pub fn parse_plain(text: &str) -> Result<Plain, ParseError> {
    let keys = |raw: Raw| raw.keys.into_iter().map(|(key, value)| (key, value.lines.join("\n"))).collect();
    let mut sections: Plain =
        read(text)?.sections.into_iter().map(|raw| (raw.name.clone(), keys(raw))).collect();
    if let Some(at) = sections.iter().position(|(name, _)| name == COMMON) {
        let (_, common) = sections.remove(at);
        for (_, keys) in &mut sections {
            let more = common.iter().filter(|(name, _)| !keys.iter().any(|(key, _)| key == name));
            let more: Vec<_> = more.cloned().collect();
            keys.extend(more);
        }
    }
    Ok(sections)
}

/// Lines end with `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])).unwrap_or(after);
        Some(line)
    })
}

#[derive(Default)]
struct Reader {
    sections: Vec<Raw>,
    /// The index of the section that keys go to.
    open: usize,
    /// The key that deeper lines continue.
    key: Option<String>,
    indent: usize,
    /// The index of the line that is being read.
    number: usize,
}

struct Raw {
    name: String,
    header: usize,
    keys: IndexMap<String, RawValue>,
}

struct RawValue {
    lines: Vec<String>,
    span: Span,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        let value = trim(line);
        if value.is_empty() {
            // An empty line inside a value belongs to it, if more of the value follows.
            if let Some(open) = self.open_value() {
                open.lines.push(String::new());
            }
            return Ok(());
        }
        if value.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.chars().take_while(|c| python::is_space(*c)).count();
        let number = self.number;
        if indent > self.indent
            && let Some(open) = self.open_value()
        {
            open.lines.push(value.to_owned());
            open.span.last = number;
            return Ok(());
        }
        self.indent = indent;
        match header(value) {
            Some(name) => self.section(name),
            None => self.entry(value),
        }
    }

    fn open_value(&mut self) -> Option<&mut RawValue> {
        let key = self.key.as_ref()?;
        self.sections.get_mut(self.open)?.keys.get_mut(key)
    }

    fn section(&mut self, name: &str) -> Result<(), &'static str> {
        self.key = None;
        match self.sections.iter().position(|section| section.name == name) {
            // This one alone may be written in several pieces.
            Some(at) if name == COMMON => self.open = at,
            Some(_) => return Err("this section occurs twice"),
            None => {
                self.open = self.sections.len();
                self.sections.push(Raw { name: name.to_owned(), header: self.number, keys: IndexMap::new() });
            }
        }
        Ok(())
    }

    fn entry(&mut self, value: &str) -> Result<(), &'static str> {
        let section = self.sections.get_mut(self.open).ok_or("a [section] must come first")?;
        let (key, value) = value.split_once(['=', ':']).ok_or("there is no = in it")?;
        let key = key.trim_end_matches(python::is_space).to_lowercase();
        if key.is_empty() {
            return Err("there is no key before the =");
        }
        if section.keys.contains_key(&key) {
            return Err("this key occurs twice in its section");
        }
        let span = Span { first: self.number, last: self.number };
        section.keys.insert(key.clone(), RawValue { lines: vec![trim(value).to_owned()], span });
        self.key = Some(key);
        Ok(())
    }

    fn end(self) -> Result<Vec<Section>, ParseError> {
        let entry = |value: RawValue| {
            let text = value.lines.join("\n");
            let text = text.trim_end_matches(python::is_space);
            match text.strip_prefix('\n') {
                None => Ok(Entry::Text(text.to_owned())),
                Some(block) => nested(block).map(Entry::Nested),
            }
        };
        let section = |raw: Raw| {
            let keys = raw.keys.into_iter().map(|(key, lines)| Ok((key, entry(lines)?)));
            Ok(Section { name: raw.name, keys: keys.collect::<Result<_, ParseError>>()? })
        };
        self.sections.into_iter().map(section).collect()
    }
}

/// `[name]`; what follows the last bracket is passed over.
fn header(value: &str) -> Option<&str> {
    let name = value.strip_prefix('[')?;
    let end = name.rfind(']')?;
    name.get(..end).filter(|name| !name.is_empty())
}

fn nested(block: &str) -> Result<IndexMap<String, String>, ParseError> {
    let lines = block.lines().map(trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let what = "a line of a nested block has no = in it";
            let (key, value) = line.split_once('=').ok_or(ParseError { line: 0, what })?;
            Ok((trim(key).to_owned(), trim(value).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sections: &[Section], section: &str, key: &str) -> String {
        let section = sections.iter().find(|s| s.name == section).unwrap();
        section.keys[key].text().unwrap().to_owned()
    }

    #[test]
    fn keys_values_and_comments() {
        let read = parse(
            "# c\n[default]\nRegion=eu-west-3\n; c\noutput : text ; not a comment\nempty =\n[profile a b]\n  k = v\n",
        )
        .unwrap();
        assert_eq!(text(&read, "default", "region"), "eu-west-3");
        assert_eq!(text(&read, "default", "output"), "text ; not a comment");
        assert_eq!(text(&read, "default", "empty"), "");
        assert_eq!(text(&read, "profile a b", "k"), "v");
    }

    #[test]
    fn deeper_lines_continue_a_value_and_make_blocks() {
        let read =
            parse("[a]\r\nx = 1\r\n  2\r\n\r\n  3\r\ns3 =\r\n  k = v\r\n  # c\r\n  l = w=x\r\ny = 1\r\n")
                .unwrap();
        assert_eq!(text(&read, "a", "x"), "1\n2\n\n3");
        let Entry::Nested(block) = &read[0].keys["s3"] else { panic!("no block") };
        assert_eq!(block.iter().collect::<Vec<_>>().len(), 2);
        assert_eq!(block["l"], "w=x");
        assert_eq!(text(&read, "a", "y"), "1");
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        for (text, line) in [
            ("[default\nregion = x\n", 1),
            ("region = x\n", 1),
            ("[default]\nthis is not a pair\n", 2),
            ("[a]\nx=1\n[a]\n", 3),
            ("[a]\nx=1\nX=2\n", 3),
            ("[a]\n= 1\n", 2),
        ] {
            assert_eq!(parse(text).unwrap_err().line, line, "{text}");
        }
        assert!(parse("[a]\ns3 =\n  nothing\n").is_err());
        assert!(parse("").unwrap().is_empty());
    }
}
