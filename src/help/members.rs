//! Members, of requests and of replies: type, limits, words, and what they hold themselves.

use std::collections::BTreeMap;

use crate::model::{Kind, Member, Shape};

use super::page::{Block, paragraphs};
use super::syntax;
use super::words::Words;

/// A pattern that is longer says nothing to a reader.
const LONGEST_PATTERN: usize = 40;

/// Writes members; each nested structure is described where it is met first.
pub struct Members<'w> {
    words: &'w Words,
    /// By the structure's name, the member where it was met.
    seen: BTreeMap<&'static str, &'static str>,
}

impl<'w> Members<'w> {
    /// Writes members with the words of this page.
    pub fn new(words: &'w Words) -> Self {
        Members { words, seen: BTreeMap::new() }
    }

    /// The members of a reply.
    pub fn output(&mut self, members: &'static [Member]) -> Vec<Block> {
        let item = |member: &'static Member, words: &str, this: &mut Self| {
            let mut blocks = paragraphs(words);
            blocks.extend(values(member.shape).map(Block::Text));
            blocks.extend(this.nested(member.name, member.shape, false));
            Block::Item { term: format!("{} ({})", member.name, syntax::kind(member.shape)), blocks }
        };
        members.iter().map(|member| item(member, self.words.part("output", member.name), self)).collect()
    }

    /// What a shape holds: the members of the structure in it.
    pub fn nested(&mut self, name: &'static str, shape: &'static Shape, input: bool) -> Vec<Block> {
        let members: &[Member] = match &shape.kind {
            Kind::List(item) => return self.nested(name, item, input),
            Kind::Map { value, .. } => return self.nested(name, value, input),
            Kind::Structure(members) => members,
            _ => return Vec::new(),
        };
        if let Some(before) = self.seen.get(shape.name) {
            return vec![Block::Text(format!("It has the same members as {before} above."))];
        }
        self.seen.insert(shape.name, name);
        let mut blocks = Vec::new();
        if shape.union {
            blocks.push(Block::Text("Exactly one of these members is given.".into()));
        }
        for member in members {
            let mut inner = paragraphs(self.words.member(shape.name, member.name));
            match input {
                true => inner.extend(facts(member.shape, member.required)),
                false => inner.extend(values(member.shape).map(Block::Text)),
            }
            inner.extend(self.nested(member.name, member.shape, input));
            let term = format!("{} ({})", member.name, syntax::kind(member.shape));
            blocks.push(Block::Item { term, blocks: inner });
        }
        blocks
    }
}

/// What the model says of a parameter, as a paragraph.
pub fn facts(shape: &Shape, required: bool) -> Option<Block> {
    let mut facts = Vec::new();
    if required {
        facts.push("Required.".to_owned());
    }
    facts.extend(limits(shape));
    if let Kind::List(item) = &shape.kind {
        facts.extend(limits(item).map(|text| format!("Each: {text}")));
    }
    facts.extend(values(shape));
    let pattern = shape.pattern.filter(|pattern| {
        pattern.len() <= LONGEST_PATTERN && pattern.chars().all(|c| c.is_ascii_graphic() || c == ' ')
    });
    facts.extend(pattern.map(|pattern| format!("Pattern: {pattern}")));
    (!facts.is_empty()).then(|| Block::Text(facts.join(" ")))
}

fn values(shape: &Shape) -> Option<String> {
    let shape = match &shape.kind {
        Kind::List(item) => item,
        _ => shape,
    };
    (!shape.values.is_empty()).then(|| format!("One of: {}.", shape.values.join(", ")))
}

fn limits(shape: &Shape) -> Option<String> {
    let unit = match &shape.kind {
        Kind::String => "character",
        Kind::List(_) => "item",
        Kind::Integer => "",
        _ => return None,
    };
    let with_unit = |text: String, most: i64| match (unit, most) {
        ("", _) => format!("{text}."),
        (_, 1) => format!("{text} {unit}."),
        _ => format!("{text} {unit}s."),
    };
    match (shape.min, shape.max) {
        (None | Some(0), None) => None,
        (Some(least), None) => Some(with_unit(format!("At least {least}"), least)),
        (None | Some(0), Some(most)) => Some(with_unit(format!("At most {most}"), most)),
        (Some(least), Some(most)) if least == most => Some(with_unit(format!("Exactly {least}"), most)),
        (Some(least), Some(most)) => Some(with_unit(format!("{least} to {most}"), most)),
    }
}
