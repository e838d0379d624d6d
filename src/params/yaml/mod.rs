//! A YAML document as a parameter.
//!
//! The reference reads YAML 1.2 with a loader that makes plain values only.
//! The structure comes from `saphyr-parser`; what a plain scalar means, merge
//! keys, tags and what counts as an error are decided here, as the reference
//! decides them: an equal key, an unknown tag or a second document is no YAML.
//! A `%YAML 1.1` directive does not change the meaning of scalars here.

mod layout;
mod scalar;
mod tagged;
mod time;

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Marker, ScalarStyle, Tag};

use self::layout::Placed;
use super::raw::{DictKind, Entries, Foreign, Name, Raw};
use crate::error::Error;

/// How deep a document may be nested.
const MAX_DEPTH: usize = 484;

/// How many values aliases may multiply a document to.
const MAX_NODES: usize = 1_000_000;

/// Why a document could not be read.
pub(super) enum Failure {
    /// It is not YAML, or says something that the reference's loader refuses.
    Invalid,
    /// A failure with a message of its own.
    Other(Error),
}

impl Failure {
    fn other(message: impl Into<String>) -> Self {
        Failure::Other(Error::general(message))
    }
}

type Loaded<T> = Result<T, Failure>;

/// Reads the only document; none at all is a null.
pub(super) fn read(text: &str) -> Loaded<Raw> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.chars().all(is_printable) {
        return Err(Failure::Invalid);
    }
    let text = layout::settled(text);
    let events = layout::events(&text).map_err(|error| match error.info().contains("recursion") {
        true => too_deep(),
        false => Failure::Invalid,
    })?;
    let documents = events.iter().filter(|(event, _)| matches!(event, Event::DocumentStart(_))).count();
    if documents > 1 || layout::has_stray_tab(&text, &events) {
        return Err(Failure::Invalid);
    }
    let open_end = (!text.ends_with(['\n', '\r'])).then(|| text.chars().count());
    Loader { events: events.into_iter(), anchors: HashMap::new(), nodes: 0, open_end }.document()
}

/// Whether a text may stand in a document without quotes and still be read as this text.
pub(super) fn is_plain_text(text: &str) -> bool {
    matches!(scalar::resolve(text), Ok(Raw::Text(_)))
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        && !text.starts_with(['-', '.'])
}

/// The characters that a document may have, for the reference.
fn is_printable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

fn too_deep() -> Failure {
    Failure::other("maximum recursion depth exceeded")
}

struct Loader<'a> {
    events: std::vec::IntoIter<Placed<'a>>,
    anchors: HashMap<usize, Anchor>,
    nodes: usize,
    /// The length of a text that has no final newline, in characters.
    open_end: Option<usize>,
}

/// What an anchor stands for.
enum Anchor {
    /// Its list or mapping is not complete, so an alias of it is inside of itself.
    Open { is_list: bool },
    /// The value, and of how many values it consists.
    Closed(Raw, usize),
}

/// The name of one of YAML's own tags; none where the value has none, or only `!`.
fn tag_name(tag: Option<&Tag>) -> Loaded<Option<String>> {
    let Some(tag) = tag else { return Ok(None) };
    match format!("{}{}", tag.handle, tag.suffix) {
        full if full == "!" => Ok(None),
        full => match full.strip_prefix("tag:yaml.org,2002:") {
            Some(name) => Ok(Some(name.to_owned())),
            None => Err(Failure::Invalid),
        },
    }
}

impl<'a> Loader<'a> {
    fn document(mut self) -> Loaded<Raw> {
        loop {
            match self.next()? {
                Event::StreamEnd => return Ok(Raw::Null),
                Event::DocumentStart(_) => {
                    let first = self.next()?;
                    return self.node(first, 0);
                }
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Loaded<Event<'a>> {
        match self.events.next() {
            Some((Event::Scalar(text, style, anchor, tag), span)) => {
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let text = match text.strip_suffix('\n') {
                    Some(cut) if is_block && self.is_open_end(span.end) => Cow::Owned(cut.to_owned()),
                    _ => text,
                };
                Ok(Event::Scalar(text, style, anchor, tag))
            }
            Some((event, _)) => Ok(event),
            None => Err(Failure::Invalid),
        }
    }

    /// Whether the document ends here, without a newline. The parser gives a block scalar one then.
    fn is_open_end(&self, end: Marker) -> bool {
        self.open_end == Some(end.index())
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Loaded<Raw> {
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        self.count(1)?;
        let before = self.nodes;
        let (anchor, value) = match event {
            Event::Alias(anchor) => return self.alias(anchor),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                (anchor, self.scalar(&text, plain, tag.as_deref())?)
            }
            Event::SequenceStart(anchor, tag) => {
                self.anchors.insert(anchor, Anchor::Open { is_list: true });
                (anchor, self.sequence(tag.as_deref(), depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                self.anchors.insert(anchor, Anchor::Open { is_list: false });
                (anchor, self.mapping(tag.as_deref(), depth)?)
            }
            _ => return Err(Failure::Invalid),
        };
        if anchor > 0 {
            let size = self.nodes - before + 1;
            self.anchors.insert(anchor, Anchor::Closed(value.clone(), size));
        }
        Ok(value)
    }

    fn count(&mut self, nodes: usize) -> Loaded<()> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            return Err(Failure::other(format!("the YAML document has more than {MAX_NODES} values")));
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize) -> Loaded<Raw> {
        let (value, size) = match self.anchors.get(&anchor) {
            None => return Err(Failure::Invalid),
            Some(Anchor::Closed(value, size)) => (value.clone(), *size),
            Some(Anchor::Open { is_list }) => {
                let (text, type_name) = if *is_list { ("[...]", "list") } else { ("{...}", "dict") };
                (Raw::Foreign(Box::new(Foreign { text: text.into(), repr: text.into(), type_name })), 1)
            }
        };
        self.count(size)?;
        Ok(value)
    }

    fn scalar(&self, text: &str, plain: bool, tag: Option<&Tag>) -> Loaded<Raw> {
        match (tag_name(tag)?, tag) {
            (Some(name), _) => tagged::scalar(&name, text),
            (None, None) if !plain => Ok(Raw::Text(text.to_owned())),
            (None, _) => scalar::resolve(text),
        }
    }

    fn sequence(&mut self, tag: Option<&Tag>, depth: usize) -> Loaded<Raw> {
        let name = tag_name(tag)?;
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => break,
                event => items.push(self.node(event, depth + 1)?),
            }
        }
        match name.as_deref() {
            None | Some("seq") => Ok(Raw::List(items)),
            Some("omap") => tagged::omap(items),
            Some("pairs") => tagged::pairs(items),
            Some(_) => Err(Failure::Invalid),
        }
    }

    fn mapping(&mut self, tag: Option<&Tag>, depth: usize) -> Loaded<Raw> {
        let is_set = match tag_name(tag)?.as_deref() {
            None | Some("map") => false,
            Some("set") => true,
            Some(_) => return Err(Failure::Invalid),
        };
        let mut own = Entries::new();
        let mut merged = None;
        loop {
            let event = match self.next()? {
                Event::MappingEnd => break,
                event => event,
            };
            if is_merge(&event) {
                let event = self.next()?;
                let value = self.node(event, depth + 1)?;
                if merged.replace(merge(value)?).is_some() {
                    return Err(Failure::Invalid);
                }
                continue;
            }
            let key = name(self.node(event, depth + 1)?)?;
            let event = self.next()?;
            let value = self.node(event, depth + 1)?;
            if own.insert(key, value).is_some() {
                return Err(Failure::Invalid);
            }
        }
        let mut entries = merged.unwrap_or_default();
        entries.extend(own);
        match is_set {
            true => Ok(tagged::set(&entries)),
            false => Ok(Raw::Dict(DictKind::Plain, entries)),
        }
    }
}

fn is_merge(event: &Event<'_>) -> bool {
    match event {
        Event::Scalar(text, ScalarStyle::Plain, _, None) => text == "<<",
        Event::Scalar(_, _, _, Some(tag)) => tag.is_yaml_core_schema() && tag.suffix == "merge",
        _ => false,
    }
}

/// What `<<` brings: a mapping's entries, or those of several, the first of which wins.
fn merge(value: Raw) -> Loaded<Entries> {
    match value {
        Raw::Dict(_, entries) => Ok(entries),
        Raw::List(items) => {
            let mut all = Entries::new();
            for item in items.into_iter().rev() {
                match item {
                    Raw::Dict(_, entries) => all.extend(entries),
                    _ => return Err(Failure::Invalid),
                }
            }
            Ok(all)
        }
        _ => Err(Failure::Invalid),
    }
}

/// A value as a key; lists become tuples, and mappings cannot be keys.
fn name(value: Raw) -> Loaded<Name> {
    let type_name = match &value {
        Raw::Text(_) => return Ok(Name::text(value.text())),
        Raw::Dict(..) => return Err(Failure::Invalid),
        Raw::List(items) => {
            if let Some(inner) = items.iter().find(|item| matches!(item, Raw::List(_) | Raw::Dict(..))) {
                return Err(Failure::other(format!("unhashable type: '{}'", inner.type_name())));
            }
            let texts: Vec<String> = items.iter().map(Raw::repr).collect();
            let comma = if texts.len() == 1 { "," } else { "" };
            return Ok(Name { text: format!("({}{comma})", texts.join(", ")), type_name: "tuple" });
        }
        other => other.type_name(),
    };
    Ok(Name { text: value.text(), type_name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text) {
            Ok(value) => value.repr(),
            Err(Failure::Invalid) => "invalid".into(),
            Err(Failure::Other(error)) => error.message,
        }
    }

    #[test]
    fn one_document_of_plain_values() {
        for (text, want) in [
            ("", "None"),
            ("# only\n", "None"),
            ("a: 1\nb: [x, 'y', \"z\"]\n", "{'a': 1, 'b': ['x', 'y', 'z']}"),
            ("a: |\n  x\n  y\n", "{'a': 'x\\ny\\n'}"),
            ("--- {a: }\n...", "{'a': None}"),
            ("a: 1\n---\nb: 2", "invalid"),
            ("a: [1", "invalid"),
            ("a: \u{7}", "invalid"),
        ] {
            assert_eq!(shown(text), want, "{text:?}");
        }
    }

    #[test]
    fn equal_keys_and_mappings_as_keys_are_refused() {
        assert_eq!(shown("a: 1\n\"a\": 2"), "invalid");
        assert_eq!(shown("{a: 1}: x"), "invalid");
        assert_eq!(shown("? [a]\n: x\n1: y\n~: z"), "{('a',): 'x', 1: 'y', None: 'z'}");
    }

    #[test]
    fn merged_entries_stand_first_and_give_way() {
        assert_eq!(shown("b: 2\n<<: {b: 1, c: 3}\nd: 4"), "{'b': 2, 'c': 3, 'd': 4}");
        assert_eq!(shown("<<: [{a: 1, b: 1}, {a: 2, c: 2}]\nb: 3"), "{'a': 1, 'c': 2, 'b': 3}");
        assert_eq!(shown("<<: x"), "invalid");
    }

    #[test]
    fn aliases_repeat_and_do_not_run_away() {
        assert_eq!(shown("a: &x [1]\nb: *x"), "{'a': [1], 'b': [1]}");
        assert_eq!(shown("&a [*a]"), "[[...]]");
        assert_eq!(shown("a: *x"), "invalid");
        let mut bomb = String::from("a0: &a0 [x]\n");
        for level in 1..30 {
            let last = level - 1;
            bomb.push_str(&format!("a{level}: &a{level} [*a{last}, *a{last}, *a{last}, *a{last}]\n"));
        }
        assert!(shown(&bomb).contains("more than 1000000 values"));
    }

    #[test]
    fn in_brackets_and_quotes_indentation_does_not_matter() {
        assert_eq!(shown("a:\n  b: [\nc,\n d\n]\n"), "{'a': {'b': ['c', 'd']}}");
        assert_eq!(shown("a: {\nb: c,\n\nd: \"e\nf\"}\ng: h"), "{'a': {'b': 'c', 'd': 'e f'}, 'g': 'h'}");
        assert_eq!(shown("a: 'b\n\nc'\nd: e"), "{'a': 'b\\nc', 'd': 'e'}");
    }

    #[test]
    fn tabs_stand_in_brackets_quotes_blocks_and_comments_only() {
        assert_eq!(
            shown("a: [\tb,\t'c\td' ] #\te\nf: |\n  g\th\n"),
            "{'a': ['b', 'c\\td'], 'f': 'g\\th\\n'}"
        );
        for text in ["a:\tb", "a: b\t", "\ta: b", "a: b\tc", "a: [b\tc]", "-\ta", "a: b\t# c"] {
            assert_eq!(shown(text), "invalid", "{text:?}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        assert_eq!(
            shown(&format!("{}{}", "[".repeat(5000), "]".repeat(5000))),
            "maximum recursion depth exceeded"
        );
    }

    #[test]
    fn tags_that_are_not_known_are_refused() {
        assert_eq!(shown("a: !foo x"), "invalid");
        assert_eq!(shown("a: !!str 7"), "{'a': '7'}");
        assert_eq!(shown("a: ! 7"), "{'a': 7}");
        assert_eq!(shown("a: !<tag:yaml.org,2002:int> 7"), "{'a': 7}");
        assert_eq!(shown("%TAG !e! tag:yaml.org,2002:\n---\na: !e!int 7"), "{'a': 7}");
    }
}
