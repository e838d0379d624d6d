//! SAML 2.0: what an identity provider says of somebody, as signed XML.
//!
//! Reading is strict, because a signature covers some elements of a document
//! and programs that look for others have been deceived again and again. So
//! there is no document type, nothing nested deeply, one assertion at one place,
//! and what is read is the very element that was verified.
//!
//! The rules: SAML core and profiles of OASIS (2005), XML Signature Syntax and
//! Processing 1.1 and Exclusive XML Canonicalization 1.0 of the W3C. They are
//! written out here because the libraries that do it bring a crypto library of
//! their own, or libxml2; XML comes from roxmltree and cryptography from ring.

mod c14n;
mod context_keys;
mod metadata;
mod response;
mod signature;

use roxmltree::{Document, Node, ParsingOptions};

pub(super) use context_keys::keys as context_keys;
pub(super) use metadata::Metadata;
pub(super) use response::{Assertion, Recipient, invalid};

/// The namespace of assertions.
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// The namespace of requests and responses.
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// The namespace of metadata.
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// The most elements, texts and comments of a document. A request is at most 100,000 characters anyway.
const MOST_NODES: u32 = 10_000;

/// How deep elements may be nested. Responses come to about ten levels.
const MOST_DEEP: usize = 64;

/// Reads a document that strangers sent.
///
/// # Errors
/// No XML, a document type, too much of something, or namespaces that XML does not allow and the parser does.
fn parse(text: &str) -> Result<Document<'_>, String> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    for node in document.descendants().filter(Node::is_element) {
        if node.ancestors().take(MOST_DEEP + 2).count() > MOST_DEEP + 1 {
            return Err(format!("elements are nested more than {MOST_DEEP} levels deep"));
        }
        // Namespaces in XML 1.0: one default namespace for an element (section 6.2), and no prefix without a
        // name (section 5).
        let mut defaults = 0;
        for namespace in node.namespaces() {
            match namespace.name() {
                None => defaults += 1,
                Some(prefix) if namespace.uri().is_empty() => {
                    return Err(format!("the prefix {prefix} has an empty namespace"));
                }
                Some(_) => {}
            }
        }
        if defaults > 1 {
            return Err("an element has two default namespaces".to_owned());
        }
    }
    Ok(document)
}

/// A text with the line ends that XML has: XML 1.0, section 2.11. The parser misses a carriage return before a
/// character reference.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The children with this name.
fn children<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name((namespace, name)))
}

/// The only child with this name; none where there is none or more than one.
fn only<'a, 'i>(node: Node<'a, 'i>, namespace: &'static str, name: &'static str) -> Option<Node<'a, 'i>> {
    let mut found = children(node, namespace, name);
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

/// All text in an element that has no elements in it, whatever comments split it; none where it has elements.
fn text(node: Node<'_, '_>) -> Option<String> {
    if node.children().any(|child| child.is_element()) {
        return None;
    }
    Some(node.children().filter(Node::is_text).filter_map(|child| child.text()).collect())
}

/// Decodes base64 that may stand on several lines.
fn decode(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_deceive_parsers_are_not_read() {
        let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(parse(&deep(MOST_DEEP)).is_ok());
        for (document, why) in [
            (deep(MOST_DEEP + 1), "nested more than 64 levels"),
            (deep(9_000), "nested more than 64 levels"),
            (format!("<a>{}</a>", "<b/>".repeat(10_000)), "nodes limit"),
            ("<!DOCTYPE a><a/>".to_owned(), "DTD"),
            ("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>".to_owned(), "DTD"),
            ("<a>&e;</a>".to_owned(), "entity"),
            ("<a xmlns='urn:x' xmlns='urn:y'/>".to_owned(), "two default namespaces"),
            ("<a xmlns:p=''/>".to_owned(), "the prefix p has an empty namespace"),
            ("<a b='1' b='2'/>".to_owned(), "attribute"),
            ("<a/><a/>".to_owned(), ""),
        ] {
            let error = parse(&document).unwrap_err();
            assert!(error.contains(why), "{document:.60}: {error}");
        }
    }

    #[test]
    fn comments_do_not_end_a_text() {
        let document = parse("<a>x<!-- c -->y<![CDATA[<z]]></a>").unwrap();
        assert_eq!(text(document.root_element()).as_deref(), Some("xy<z"));
        assert_eq!(text(parse("<a>x<b/>y</a>").unwrap().root_element()), None);
    }
}
