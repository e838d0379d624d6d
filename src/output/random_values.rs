//! Random values through every format: nothing panics, and JSON and YAML, read
//! back by other people's parsers, are the value again.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::*;
use crate::value::Map;

/// A small generator of its own, so that a failure comes back with its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn text(&mut self) -> String {
        // U+2028 is left out: the reference writes it as a line break, which readers of YAML 1.2 take as a character.
        const PIECES: [&str; 27] = [
            "a",
            "word",
            " ",
            "  ",
            "\n",
            "\t",
            ":",
            ": ",
            "#",
            " #",
            "-",
            "- ",
            "'",
            "\"",
            "\\",
            "{",
            "[",
            ",",
            "é",
            "漢",
            "😀",
            "\u{85}",
            "\u{7f}",
            "null",
            "true",
            "1e3",
            "2020-01-02",
        ];
        (0..self.below(9)).map(|_| PIECES[self.below(PIECES.len() as u64) as usize]).collect()
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 => Value::Int(self.next() as i64),
            3 => Value::Float((self.next() as i64 as f64) / 1024.0),
            4 | 5 => Value::String(self.text()),
            6 => Value::List((0..self.below(4)).map(|_| self.value(depth - 1)).collect()),
            _ => Value::Map(
                (0..self.below(4)).map(|_| (self.text().into(), self.value(depth - 1))).collect::<Map>(),
            ),
        }
    }
}

fn printed(format: Format, value: &Value) -> Result<String> {
    let mut bytes = Vec::new();
    let options = Options { terminal_width: Some(40), ..Options::plain("Title") };
    Printer::new(format, options, &mut bytes).value(value)?;
    Ok(String::from_utf8(bytes).unwrap())
}

fn of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap()),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(of_json).collect()),
        serde_json::Value::Object(map) => {
            Value::Map(map.iter().map(|(key, item)| (key.clone().into(), of_json(item))).collect::<Map>())
        }
    }
}

/// The value with its keys in order: YAML output sorts them.
fn sorted(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(sorted).collect()),
        Value::Map(map) => {
            let mut pairs: Vec<_> = map.iter().map(|(key, item)| (key.clone(), sorted(item))).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Map(pairs.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// A YAML document as a value: what is quoted is a text, what is plain is what JSON calls it, else a text.
fn of_yaml(text: &str) -> Value {
    let mut events = Parser::new_from_str(text).map(|event| event.expect(text).0);
    while !matches!(events.next(), Some(Event::DocumentStart(_))) {}
    node(&mut events, None)
}

fn node<'e>(events: &mut impl Iterator<Item = Event<'e>>, first: Option<Event<'e>>) -> Value {
    match first.or_else(|| events.next()) {
        Some(Event::Scalar(text, ScalarStyle::Plain, ..)) => match serde_json::from_str(&text) {
            Ok(value) => of_json(&value),
            Err(_) if text.is_empty() => Value::Null,
            Err(_) => Value::from(text.as_ref()),
        },
        Some(Event::Scalar(text, ..)) => Value::from(text.as_ref()),
        Some(Event::SequenceStart(..)) => {
            let mut items = Vec::new();
            loop {
                match events.next() {
                    Some(Event::SequenceEnd) => return Value::List(items),
                    event => items.push(node(events, event)),
                }
            }
        }
        Some(Event::MappingStart(..)) => {
            let mut map = Map::new();
            loop {
                let key = match events.next() {
                    Some(Event::MappingEnd) => return Value::Map(map),
                    Some(Event::Scalar(text, ..)) => text.into_owned(),
                    other => panic!("no key but {other:?}"),
                };
                map.insert(key.into(), node(events, None));
            }
        }
        other => panic!("no node but {other:?}"),
    }
}

#[test]
fn json_and_yaml_are_the_value_again_and_no_format_panics() {
    let mut random = Random(0x5eed);
    let mut compared = 0;
    for round in 0..8000 {
        let value = random.value(4);
        for format in Format::ALL {
            // An error is an answer: tables and text cannot show every value.
            let _ = printed(format, &value);
        }
        if !value.is_truthy() {
            continue;
        }
        let json = printed(Format::Json, &value).unwrap();
        assert!(of_json(&serde_json::from_str(&json).unwrap()) == value, "round {round}: {json}");
        if matches!(value, Value::Map(_) | Value::List(_)) {
            let yaml = printed(Format::Yaml, &value).unwrap();
            assert!(of_yaml(&yaml) == sorted(&value), "round {round}:\n{yaml}\n{json}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "only {compared} documents were compared");
}
