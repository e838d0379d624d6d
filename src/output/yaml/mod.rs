//! `--output yaml` and `yaml-stream`: block-style YAML with sorted keys.
//!
//! This is an emitter for what results are made of: no tags, no anchors, no
//! comments. Texts are written plain where they read back as texts under the
//! rules of [`resolve`], else in quotes; long ones are folded.
//!
//! A list that is the value of a key is not indented under it; a dict is.

mod quote;
mod resolve;
mod scalar;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use super::writer::Writer;
use crate::json;
use crate::python;
use crate::value::{Map, Value};
use quote::Line;

/// The longest key, in bytes, that is written before its colon on one line.
const LONGEST_KEY: usize = 128;
/// Blanks a level.
const STEP: usize = 2;

/// Writes a whole result. One that is a scalar is written as JSON, since a
/// YAML document of one plain scalar would need an end marker.
pub fn write(out: &mut Writer, value: &Value) {
    match value {
        Value::List(_) | Value::Map(_) => Emitter::new(out).document(value),
        scalar => {
            let mut text = String::new();
            json::write(&mut text, scalar, json::Style::OUTPUT);
            text.push('\n');
            out.push_str(&text);
        }
    }
}

/// Writes a value as a list of one.
pub fn write_item(out: &mut Writer, value: &Value) {
    let mut emitter = Emitter::new(out);
    emitter.item(value, 0);
    emitter.line.end();
}

struct Emitter<'w, 's> {
    line: Line<'w, 's>,
}

impl<'w, 's> Emitter<'w, 's> {
    fn new(out: &'w mut Writer<'s>) -> Self {
        Emitter { line: Line::new(out) }
    }

    fn document(&mut self, value: &Value) {
        match value {
            Value::Map(map) if !map.is_empty() => self.map(map, 0),
            Value::List(items) if !items.is_empty() => self.list(items, 0),
            other => self.leaf(other, STEP),
        }
        self.line.end();
    }

    /// The members of a map at `indent`; the first one goes on the present line.
    fn map(&mut self, map: &Map, indent: usize) {
        let mut members: Vec<_> = map.iter().collect();
        members.sort_by_key(|(key, _)| *key);
        for (i, (key, value)) in members.into_iter().enumerate() {
            if i > 0 {
                self.line.start(indent);
            }
            self.member(key, value, indent);
        }
    }

    /// The items of a list at `indent`; the first one goes on the present line.
    fn list(&mut self, items: &[Value], indent: usize) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.line.start(indent);
            }
            self.item(item, indent);
        }
    }

    fn member(&mut self, key: &str, value: &Value, indent: usize) {
        if key.len() > LONGEST_KEY || key.contains(scalar::is_break) {
            self.line.push_str("? ");
            self.line.text(key, indent + STEP, true);
            self.line.start(indent);
            self.line.push(':');
            return self.after_indicator(value, indent);
        }
        self.line.text(key, indent + STEP, false);
        self.line.push(':');
        match value {
            Value::Map(map) if !map.is_empty() => {
                self.line.start(indent + STEP);
                self.map(map, indent + STEP);
            }
            Value::List(items) if !items.is_empty() => {
                self.line.start(indent);
                self.list(items, indent);
            }
            other => self.spaced_leaf(other, indent),
        }
    }

    fn item(&mut self, value: &Value, indent: usize) {
        self.line.push('-');
        self.after_indicator(value, indent);
    }

    /// What follows a `-`, or the `:` of a key that has lines of its own: always on the same line.
    fn after_indicator(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Map(map) if !map.is_empty() => {
                self.line.push(' ');
                self.map(map, indent + STEP);
            }
            Value::List(items) if !items.is_empty() => {
                self.line.push(' ');
                self.list(items, indent + STEP);
            }
            other => self.spaced_leaf(other, indent),
        }
    }

    fn spaced_leaf(&mut self, value: &Value, indent: usize) {
        self.line.push(' ');
        self.leaf(value, indent + STEP);
    }

    /// A scalar or an empty collection; `indent` is that of its further lines.
    fn leaf(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.line.push_str("null"),
            Value::Bool(flag) => self.line.push_str(if *flag { "true" } else { "false" }),
            Value::Int(number) => {
                let mut text = String::new();
                let _ = write!(text, "{number}");
                self.line.push_str(&text);
            }
            Value::BigInt(digits) => self.line.push_str(digits),
            Value::Float(number) => self.line.push_str(&float(*number)),
            Value::String(text) => self.line.text(text, indent, true),
            Value::Bytes(bytes) => self.line.text(&String::from_utf8_lossy(bytes), indent, true),
            Value::List(_) => self.line.push_str("[]"),
            Value::Map(_) => self.line.push_str("{}"),
        }
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        ".nan".into()
    } else if number.is_infinite() {
        if number > 0.0 { ".inf" } else { "-.inf" }.into()
    } else {
        python::float(number)
    }
}
