//! The XML of a body, read strictly: whatever is not well-formed is refused.

use roxmltree::{Document, Error, Node, ParsingOptions, TextPos};

/// A body as text. Replies are UTF-8; a byte order mark is passed over.
pub(super) fn text(body: &[u8]) -> Result<&str, String> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    std::str::from_utf8(body).map_err(|error| {
        let before = body.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        format!("not well-formed (invalid token): line {line}, column {column}")
    })
}

/// The document, or why it is none, in the words that the reference's parser has for it.
pub(super) fn parse(text: &str) -> Result<Document<'_>, String> {
    if text.trim().is_empty() {
        let (line, column) = end(text);
        return Err(format!("no element found: line {line}, column {column}"));
    }
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| cause(&error, text))?;
    match bad_reference(text) {
        None => Ok(document),
        Some(at) => Err(invalid_number(text, at)),
    }
}

fn cause(error: &Error, text: &str) -> String {
    let position = error.pos();
    // Columns are counted from 0, and to where the reference's parser notices.
    let column = match error {
        Error::UnexpectedCloseTag(..) => position.col + 1,
        Error::MalformedEntityReference(..) => position.col,
        _ => position.col.saturating_sub(1),
    };
    let line = position.row;
    let noticed = match error {
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream | Error::NoRootNode => place(text, text.len()),
        _ => (line, position.col.saturating_sub(1)),
    };
    if let Some(unfinished) = unfinished(text)
        && place(text, unfinished.at()) <= noticed
    {
        return unfinished.words(text);
    }
    if let (Error::MalformedEntityReference(..), Some(at)) = (error, bad_reference(text)) {
        return invalid_number(text, at);
    }
    if let Error::UnknownNamespace(..) = error {
        let (line, column) = tag_before(text, position);
        return format!("unbound prefix: line {line}, column {column}");
    }
    if text.trim_start().starts_with("<?xml") && !text.starts_with("<?xml") {
        return format!("XML or text declaration not at start of entity: line {line}, column {column}");
    }
    let words = match error {
        Error::UnexpectedCloseTag(..) => "mismatched tag",
        Error::DuplicatedAttribute(..) => "duplicate attribute",
        Error::UnknownEntityReference(..) => "undefined entity",
        Error::EntityReferenceLoop(..) => "recursive entity reference",
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream | Error::NoRootNode => {
            let (line, column) = end(text);
            return format!("no element found: line {line}, column {column}");
        }
        Error::InvalidExternalID(..) | Error::UnknownToken(..) if !starts_with_element(text) => {
            return no_element(text);
        }
        Error::UnknownToken(..) if after_root(text) => "junk after document element",
        _ if !starts_with_element(text) => return no_element(text),
        _ => "not well-formed (invalid token)",
    };
    format!("{words}: line {line}, column {column}")
}

/// Whether the first thing is an element, a declaration, a comment or a doctype in the one spelling that XML has.
fn starts_with_element(text: &str) -> bool {
    let rest = text.trim_start();
    let Some(rest) = rest.strip_prefix('<') else { return false };
    match rest.strip_prefix('!') {
        Some(rest) => rest.starts_with("--") || rest.starts_with("DOCTYPE"),
        None => rest.starts_with(|c: char| c == '?' || c == '_' || c == ':' || c.is_alphabetic()),
    }
}

/// Whether a prefix of the text is a document by itself.
fn after_root(text: &str) -> bool {
    let mut ends = text.match_indices('>').map(|(at, _)| at + 1);
    ends.any(|end| text.get(..end).is_some_and(|part| Document::parse(part).is_ok()))
}

/// What is wrong with a text that begins with something else than an element.
fn no_element(text: &str) -> String {
    let at = text.len() - text.trim_start().len();
    let mut rest = text.get(at..).unwrap_or_default().chars();
    let (line, column) = place(text, at);
    match rest.next() {
        // A tag whose name is none; a declaration is only misspelt.
        Some('<') if rest.as_str().starts_with('!') => format!("syntax error: line {line}, column {column}"),
        Some('<') => format!("not well-formed (invalid token): line {line}, column {}", column + 1),
        Some(first) if is_token(first) => format!("syntax error: line {line}, column {column}"),
        _ => format!("not well-formed (invalid token): line {line}, column {column}"),
    }
}

/// Whether something that may stand in a declaration can begin with this.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "_:-.,()|[]>#\"'%".contains(c)
        || (!c.is_ascii() && u32::from(c) < 0x1_0000 && c.is_alphanumeric())
}

/// What the end of a text cuts off.
#[derive(Clone, Copy)]
enum Unfinished {
    /// A tag, a comment, an instruction, a reference or a text in quotes that begins here.
    Token(usize),
    /// A CDATA section.
    Section(usize),
}

impl Unfinished {
    fn at(self) -> usize {
        match self {
            Unfinished::Token(at) | Unfinished::Section(at) => at,
        }
    }

    fn words(self, text: &str) -> String {
        let (words, (line, column)) = match self {
            Unfinished::Token(at) => ("unclosed token", place(text, at)),
            Unfinished::Section(_) => ("unclosed CDATA section", place(text, text.len())),
        };
        format!("{words}: line {line}, column {column}")
    }
}

fn unfinished(text: &str) -> Option<Unfinished> {
    let start = text.len() - text.trim_start().len();
    if let Some(quote @ ('"' | '\'')) = text.get(start..)?.chars().next() {
        let closed = text.get(start + 1..)?.contains(quote);
        return (!closed).then_some(Unfinished::Token(start));
    }
    let mut at = 0;
    loop {
        at += text.get(at..)?.find(['<', '&'])?;
        let rest = text.get(at..)?;
        let length = if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            match inside.find("]]>") {
                Some(length) => length + 12,
                None => return Some(Unfinished::Section(at)),
            }
        } else if rest.starts_with('&') {
            match rest.find(|c: char| !(c.is_alphanumeric() || "&#_:-.".contains(c))) {
                Some(length) => length,
                None => return Some(Unfinished::Token(at)),
            }
        } else {
            match markup(rest) {
                Some(length) => length,
                None => return Some(Unfinished::Token(at)),
            }
        };
        at += length.max(1);
    }
}

/// The length of the comment, instruction or tag at the start; none where the text ends within it.
fn markup(rest: &str) -> Option<usize> {
    let after = |from: usize, end: &str| Some(rest.get(from..)?.find(end)? + from + end.len());
    if rest.starts_with("<!--") {
        return after(4, "-->");
    }
    if rest.starts_with("<?") {
        return after(2, "?>");
    }
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some(at + 1),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// Where a reference by number stands that names no character of XML.
fn bad_reference(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.find(['<', '&'])?;
        let rest = text.get(at..)?;
        let skipped = match rest.strip_prefix("<![CDATA[") {
            Some(inside) => inside.find("]]>")? + 12,
            None if rest.starts_with("<!--") || rest.starts_with("<?") => markup(rest)?,
            None if number(rest).is_some_and(|code| !is_character(code)) => return Some(at),
            None => 1,
        };
        at += skipped;
    }
}

/// The number in `&#N;` or `&#xN;`, or what is beyond all characters.
fn number(reference: &str) -> Option<u32> {
    let (digits, _) = reference.strip_prefix("&#")?.split_once(';')?;
    let (digits, radix) = match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    let are_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    are_digits.then(|| u32::from_str_radix(digits, radix).unwrap_or(u32::MAX))
}

fn is_character(code: u32) -> bool {
    matches!(code, 9 | 10 | 13 | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x1_0000..=0x10_ffff)
}

fn invalid_number(text: &str, at: usize) -> String {
    let (line, column) = place(text, at);
    format!("reference to invalid character number: line {line}, column {column}")
}

/// The line and column of the tag in which a position is.
fn tag_before(text: &str, position: TextPos) -> (u32, u32) {
    let line = usize::try_from(position.row).unwrap_or(1).saturating_sub(1);
    let begin: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let into = usize::try_from(position.col).unwrap_or(1).saturating_sub(1);
    let rest = text.get(begin..).unwrap_or_default();
    let offset = begin + rest.char_indices().nth(into).map_or(rest.len(), |(offset, _)| offset);
    let tag = text.get(..offset).and_then(|before| before.rfind('<'));
    place(text, tag.unwrap_or(offset))
}

/// The line, from 1, and the column, from 0, of an offset.
fn place(text: &str, at: usize) -> (u32, u32) {
    let (line, column) = end(text.get(..at).unwrap_or(text));
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// The line and column of the end.
fn end(text: &str) -> (usize, usize) {
    let line = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = text.bytes().rev().take_while(|byte| *byte != b'\n').count();
    (line, column)
}

/// The child elements, in order.
pub(super) fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

/// The first child of this name, whatever its name space.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    elements(node).find(|child| child.tag_name().name() == name)
}

/// The text up to the first child element; comments break nothing.
pub(super) fn content(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    for child in node.children() {
        if child.is_element() {
            break;
        }
        if child.is_text() {
            text.push_str(child.text().unwrap_or_default());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the reference's parser says of each, observed.
    #[test]
    fn what_is_no_xml_is_told_in_the_words_of_the_reference() {
        for (text, want) in [
            ("{\"message\":\"Forbidden\"}", "not well-formed (invalid token): line 1, column 0"),
            ("\n{}", "not well-formed (invalid token): line 2, column 0"),
            ("🦀", "not well-formed (invalid token): line 1, column 0"),
            ("Not found", "syntax error: line 1, column 0"),
            ("  text", "syntax error: line 1, column 2"),
            ("日本", "syntax error: line 1, column 0"),
            ("404 page", "syntax error: line 1, column 0"),
            ("\"a", "unclosed token: line 1, column 0"),
            ("\"a\"", "syntax error: line 1, column 0"),
            ("<", "unclosed token: line 1, column 0"),
            ("<GetU", "unclosed token: line 1, column 0"),
            ("<a b=\"c", "unclosed token: line 1, column 0"),
            ("<a><b", "unclosed token: line 1, column 3"),
            ("<a></", "unclosed token: line 1, column 3"),
            ("<!-- x", "unclosed token: line 1, column 0"),
            ("<?xml", "unclosed token: line 1, column 0"),
            ("<a>&am", "unclosed token: line 1, column 3"),
            ("<a><![CDATA[x", "unclosed CDATA section: line 1, column 13"),
            ("<a>x", "no element found: line 1, column 4"),
            ("<1a/>", "not well-formed (invalid token): line 1, column 1"),
            ("</a>", "not well-formed (invalid token): line 1, column 1"),
            ("<a>&#1;</a>", "reference to invalid character number: line 1, column 3"),
            ("<a>&#xD800;</a>", "reference to invalid character number: line 1, column 3"),
            ("<a>&#x110000;</a>", "reference to invalid character number: line 1, column 3"),
            ("<a b=\"&#0;\"/>", "reference to invalid character number: line 1, column 6"),
            ("<a x:b=\"1\"/>", "unbound prefix: line 1, column 0"),
            ("<a><b x:c=\"1\"/></a>", "unbound prefix: line 1, column 3"),
            ("<x:a/>", "unbound prefix: line 1, column 0"),
        ] {
            assert_eq!(parse(text).map(|_| ()), Err(want.to_owned()), "{text}");
        }
    }

    #[test]
    fn numbers_that_are_no_references_are_texts() {
        for text in ["<a><![CDATA[&#0;]]></a>", "<a><!-- &#0; --></a>", "<a>&#65;&#x1F980;</a>"] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
