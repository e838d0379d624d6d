//! 120 documents with what canonicalisation has to decide about, and what libxml2 2.9.14 makes of them.

use super::super::{line_ends, parse};
use super::*;

#[derive(Debug)]
struct Vector {
    document: String,
    /// Which element is written out, in the order of the document.
    element: usize,
    method: Method,
    canonical: String,
}

fn vectors() -> Vec<Vector> {
    let read = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| value[name].as_str().unwrap().to_owned();
        let prefixes = value["prefixes"].as_array().unwrap().iter().map(|prefix| prefix.as_str().unwrap());
        let inclusive = prefixes.map(|prefix| if prefix == "#default" { "" } else { prefix }.to_owned());
        let comments = value["comments"].as_bool().unwrap();
        Vector {
            document: text("document"),
            element: usize::try_from(value["element"].as_u64().unwrap()).unwrap(),
            method: Method { comments, inclusive: inclusive.collect() },
            canonical: text("canonical"),
        }
    };
    include_str!("c14n_vectors.jsonl").lines().map(read).collect()
}

#[test]
fn elements_are_written_as_libxml2_writes_them() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 120);
    for vector in vectors {
        let text = line_ends(&vector.document);
        let document = parse(&text).unwrap();
        let element = document.descendants().filter(Node::is_element).nth(vector.element).unwrap();
        assert_eq!(vector.method.canonical(element, None), vector.canonical, "{vector:?}");
    }
}

#[test]
fn what_is_canonical_stays_as_it_is() {
    for vector in vectors() {
        let document = parse(&vector.canonical).unwrap();
        assert_eq!(vector.method.canonical(document.root_element(), None), vector.canonical);
    }
}

#[test]
fn one_element_can_be_left_out() {
    let document = parse("<a xmlns:p='urn:p'>1<p:b>2</p:b><b p:c='3'/>4</a>").unwrap();
    let left_out = document.root_element().first_element_child();
    let canonical = Method::default().canonical(document.root_element(), left_out);
    assert_eq!(canonical, r#"<a>1<b xmlns:p="urn:p" p:c="3"></b>4</a>"#);
}
