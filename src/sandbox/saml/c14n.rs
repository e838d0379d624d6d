//! Exclusive XML canonicalisation: one text for all ways in which an element can be written.
//!
//! The W3C's "Exclusive XML Canonicalization 1.0" (2002), for an element with
//! all that is in it, less at most one signature. Names and prefixes are taken
//! from the text of the document, because a tree does not keep them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Node, NodeId};

/// How an element is written out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Method {
    /// Whether comments stay.
    pub(super) comments: bool,
    /// Prefixes whose namespaces are declared wherever they are in scope, used or not. An empty one stands for
    /// the default namespace.
    pub(super) inclusive: BTreeSet<String>,
}

impl Method {
    /// The canonical text of an element, without one of the elements in it.
    pub(super) fn canonical(&self, element: Node<'_, '_>, without: Option<Node<'_, '_>>) -> String {
        let mut writer = Writer { method: self, without: without.map(|node| node.id()), out: String::new() };
        writer.element(element, &BTreeMap::new());
        writer.out
    }
}

/// The namespaces that the elements around have declared in the output, by prefix.
type Declared<'a> = BTreeMap<&'a str, &'a str>;

struct Writer<'m> {
    method: &'m Method,
    without: Option<NodeId>,
    out: String,
}

impl Writer<'_> {
    /// Elements are nested as deep as `super::parse` allows, so this may call itself.
    fn element<'a>(&mut self, node: Node<'a, '_>, outer: &Declared<'a>) {
        let name = qualified_name(node);
        self.out.push('<');
        self.out.push_str(name);
        let declared = self.namespaces(node, name, outer);
        self.attributes(node);
        self.out.push('>');
        for child in node.children() {
            if Some(child.id()) == self.without {
                continue;
            }
            if child.is_element() {
                self.element(child, &declared);
            } else if let (true, Some(text)) = (child.is_text(), child.text()) {
                self.out.push_str(&escaped(text, text_reference));
            } else if let (true, true, Some(text)) = (child.is_comment(), self.method.comments, child.text())
            {
                self.out.extend(["<!--", text, "-->"]);
            } else if let Some(instruction) = child.pi() {
                self.out.extend(["<?", instruction.target]);
                if let Some(value) = instruction.value {
                    self.out.extend([" ", value]);
                }
                self.out.push_str("?>");
            }
        }
        self.out.extend(["</", name, ">"]);
    }

    /// Declares what the element uses and the elements around have not declared the same way: section 3.
    fn namespaces<'a>(&mut self, node: Node<'a, '_>, name: &'a str, outer: &Declared<'a>) -> Declared<'a> {
        let mut used: BTreeSet<&str> = BTreeSet::from([prefix(name).unwrap_or_default()]);
        used.extend(node.attributes().filter_map(|attribute| prefix(attribute_name(node, &attribute))));
        let in_scope = node.namespaces().map(|namespace| namespace.name().unwrap_or_default());
        used.extend(in_scope.filter(|prefix| self.method.inclusive.contains(*prefix)));
        if self.method.inclusive.contains("") {
            used.insert("");
        }
        used.remove("xml");
        let mut declared = outer.clone();
        for prefix in used {
            let uri = node.lookup_namespace_uri(Some(prefix).filter(|prefix| !prefix.is_empty()));
            let uri = uri.unwrap_or_default();
            if outer.get(prefix).copied().unwrap_or_default() == uri {
                continue;
            }
            self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
            self.value(prefix, uri);
            declared.insert(prefix, uri);
        }
        declared
    }

    /// Attributes stand in the order of their namespaces, then of their names.
    fn attributes(&mut self, node: Node<'_, '_>) {
        let mut attributes: Vec<_> = node.attributes().collect();
        attributes.sort_by_key(|attribute| (attribute.namespace().unwrap_or_default(), attribute.name()));
        for attribute in attributes {
            self.out.push(' ');
            self.value(attribute_name(node, &attribute), attribute.value());
        }
    }

    fn value(&mut self, name: &str, value: &str) {
        self.out.extend([name, "=\"", &*escaped(value, attribute_reference), "\""]);
    }
}

/// An element's name with its prefix, as it is written.
fn qualified_name<'a>(node: Node<'a, '_>) -> &'a str {
    let text = node.document().input_text();
    let rest = text.get(node.range().start + 1..).unwrap_or_default();
    let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

/// An attribute's name with its prefix, as it is written.
fn attribute_name<'a>(node: Node<'a, '_>, attribute: &roxmltree::Attribute<'a, '_>) -> &'a str {
    node.document().input_text().get(attribute.range_qname()).unwrap_or_default()
}

fn prefix(name: &str) -> Option<&str> {
    name.split_once(':').map(|(prefix, _)| prefix)
}

/// How a character of a text is written where it is not written as it is.
fn text_reference(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        _ => None,
    }
}

/// The same for the value of an attribute.
fn attribute_reference(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    }
}

fn escaped(text: &str, reference: fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    if !text.chars().any(|c| reference(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match reference(c) {
            Some(reference) => out.push_str(reference),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
#[path = "c14n_tests.rs"]
mod tests;
