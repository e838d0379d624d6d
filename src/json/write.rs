//! A [`Value`] as JSON text.

use std::fmt::Write as _;

use crate::python;
use crate::value::{Map, Value};

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Blanks a level; none puts everything on one line.
    pub indent: Option<usize>,
    /// What stands between items on one line: `", "` or `","`. With an indent it is `,` always.
    pub item: &'static str,
    /// What stands between a key and its value.
    pub key: &'static str,
    /// Whether all that is not ASCII is written as `\uXXXX`.
    pub ascii: bool,
}

impl Style {
    /// What `--output json` prints.
    pub const OUTPUT: Style = Style { indent: Some(4), item: ",", key: ": ", ascii: false };
    /// Skeletons.
    pub const SKELETON: Style = Style { indent: Some(4), item: ",", key: ": ", ascii: true };
    /// Python's default layout on one line.
    pub const LINE: Style = Style { indent: None, item: ", ", key: ": ", ascii: true };
    /// No blanks at all; JMESPath's `to_string`.
    pub const COMPACT: Style = Style { indent: None, item: ",", key: ":", ascii: true };
}

/// Writes `value` to the end of `out`, without a final newline.
pub fn write(out: &mut String, value: &Value, style: Style) {
    write_at(out, value, style, 0);
}

fn write_at(out: &mut String, value: &Value, style: Style, level: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Value::BigInt(digits) => out.push_str(digits),
        Value::Float(number) if number.is_nan() => out.push_str("NaN"),
        Value::Float(number) if number.is_infinite() => {
            out.push_str(if *number > 0.0 { "Infinity" } else { "-Infinity" });
        }
        Value::Float(number) => out.push_str(&python::float(*number)),
        Value::String(text) => write_text(out, text, style.ascii),
        Value::Bytes(bytes) => write_text(out, &String::from_utf8_lossy(bytes), style.ascii),
        Value::List(items) => write_list(out, items, style, level),
        Value::Map(map) => write_map(out, map, style, level),
    }
}

fn write_list(out: &mut String, items: &[Value], style: Style, level: usize) {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        separate(out, i, style, level + 1);
        write_at(out, item, style, level + 1);
    }
    close(out, items.is_empty(), style, level);
    out.push(']');
}

fn write_map(out: &mut String, map: &Map, style: Style, level: usize) {
    out.push('{');
    for (i, (key, item)) in map.iter().enumerate() {
        separate(out, i, style, level + 1);
        write_text(out, key, style.ascii);
        out.push_str(style.key);
        write_at(out, item, style, level + 1);
    }
    close(out, map.is_empty(), style, level);
    out.push('}');
}

fn separate(out: &mut String, index: usize, style: Style, level: usize) {
    match style.indent {
        Some(width) => {
            if index > 0 {
                out.push(',');
            }
            break_line(out, width * level);
        }
        None if index > 0 => out.push_str(style.item),
        None => {}
    }
}

fn close(out: &mut String, empty: bool, style: Style, level: usize) {
    if let (Some(width), false) = (style.indent, empty) {
        break_line(out, width * level);
    }
}

fn break_line(out: &mut String, blanks: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', blanks));
}

fn write_text(out: &mut String, text: &str, ascii: bool) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c if ascii && c > '~' => {
                let mut units = [0u16; 2];
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        let mut map = Map::new();
        map.insert("a".into(), Value::List(vec![Value::Int(1), Value::Float(1.0), Value::Null]));
        map.insert("é".into(), Value::List(vec![]));
        map.insert("m".into(), Value::Map(Map::new()));
        Value::Map(map)
    }

    fn written(value: &Value, style: Style) -> String {
        let mut out = String::new();
        write(&mut out, value, style);
        out
    }

    #[test]
    fn output_has_four_blanks_and_leaves_characters_alone() {
        let want = "{\n    \"a\": [\n        1,\n        1.0,\n        null\n    ],\n    \"é\": [],\n    \"m\": {}\n}";
        assert_eq!(written(&sample(), Style::OUTPUT), want);
    }

    #[test]
    fn one_line_layouts() {
        assert_eq!(written(&sample(), Style::LINE), r#"{"a": [1, 1.0, null], "\u00e9": [], "m": {}}"#);
        assert_eq!(written(&sample(), Style::COMPACT), r#"{"a":[1,1.0,null],"\u00e9":[],"m":{}}"#);
    }

    #[test]
    fn only_what_needs_it_is_escaped() {
        let text = Value::from("\"\\\u{1}\u{7f}\u{2028}\t/");
        assert_eq!(written(&text, Style::OUTPUT), "\"\\\"\\\\\\u0001\u{7f}\u{2028}\\t/\"");
        assert_eq!(written(&Value::from("😀"), Style::SKELETON), r#""\ud83d\ude00""#);
    }
}
