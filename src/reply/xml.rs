//! The XML of a body, read strictly: whatever is not well-formed is refused.

use roxmltree::{Document, Error, Node, ParsingOptions};

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
    Document::parse_with_options(text, options).map_err(|error| cause(&error, text))
}

fn cause(error: &Error, text: &str) -> String {
    let position = error.pos();
    // Columns are counted from 0, and to where the reference's parser notices.
    let column = match error {
        Error::UnexpectedCloseTag(..) => position.col + 1,
        Error::UnknownNamespace(..) => position.col.saturating_sub(2),
        Error::MalformedEntityReference(..) => position.col,
        _ => position.col.saturating_sub(1),
    };
    let line = position.row;
    if text.trim_start().starts_with("<?xml") && !text.starts_with("<?xml") {
        return format!("XML or text declaration not at start of entity: line {line}, column {column}");
    }
    let words = match error {
        Error::UnexpectedCloseTag(..) => "mismatched tag",
        Error::DuplicatedAttribute(..) => "duplicate attribute",
        Error::UnknownNamespace(..) => "unbound prefix",
        Error::UnknownEntityReference(..) => "undefined entity",
        Error::EntityReferenceLoop(..) => "recursive entity reference",
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream | Error::NoRootNode => {
            let (line, column) = end(text);
            return format!("no element found: line {line}, column {column}");
        }
        Error::InvalidExternalID(..) | Error::UnknownToken(..) if !starts_with_element(text) => {
            return "syntax error: line 1, column 0".into();
        }
        Error::UnknownToken(..) if after_root(text) => "junk after document element",
        _ if !starts_with_element(text) => return "syntax error: line 1, column 0".into(),
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
