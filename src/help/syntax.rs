//! How a parameter is written: its type, and its shorthand and JSON in full.

use crate::model::{Kind, Shape};

/// How deep nested shapes are written out. None of the services' goes deeper.
const DEPTH: usize = 8;

/// The type in one word, `list of structure` for lists.
pub fn kind(shape: &Shape) -> String {
    match &shape.kind {
        Kind::String => "string".into(),
        Kind::Integer => "integer".into(),
        Kind::Boolean => "boolean".into(),
        Kind::Blob => "blob".into(),
        Kind::Timestamp => "timestamp".into(),
        Kind::List(item) => format!("list of {}", kind(item)),
        Kind::Map { .. } => "map".into(),
        Kind::Structure(_) => "structure".into(),
    }
}

/// What follows an option: `<string>`, `<structure>...`.
pub fn value(shape: &Shape) -> String {
    match &shape.kind {
        Kind::List(item) => format!("<{}>...", kind(item)),
        _ => format!("<{}>", kind(shape)),
    }
}

/// The shorthand of a structure, a map, or a list of either; nothing for other shapes.
pub fn shorthand(shape: &Shape) -> Option<String> {
    match &shape.kind {
        Kind::List(item) => shorthand(item).map(|one| format!("{one} ...")),
        Kind::Structure(_) | Kind::Map { .. } => Some(pairs(shape, 0)),
        _ => None,
    }
}

fn pairs(shape: &Shape, depth: usize) -> String {
    match &shape.kind {
        Kind::Structure(members) => {
            let pair = |name: &str, of: &Shape| format!("{name}={}", inner(of, depth + 1));
            members.iter().map(|member| pair(member.name, member.shape)).collect::<Vec<_>>().join(",")
        }
        Kind::Map { key, value } => {
            let one = |n: u8| format!("<{}{n}>={}", kind(key), inner(value, depth + 1));
            format!("{},{},...", one(1), one(2))
        }
        _ => inner(shape, depth),
    }
}

fn inner(shape: &Shape, depth: usize) -> String {
    match &shape.kind {
        _ if depth > DEPTH => "...".into(),
        Kind::List(item) => format!("[{},...]", inner(item, depth + 1)),
        Kind::Structure(_) | Kind::Map { .. } => format!("{{{}}}", pairs(shape, depth)),
        _ => kind(shape),
    }
}

/// The JSON of a list, a structure or a map, laid out; nothing for other shapes.
pub fn json(shape: &Shape) -> Option<Vec<String>> {
    if !matches!(shape.kind, Kind::List(_) | Kind::Structure(_) | Kind::Map { .. }) {
        return None;
    }
    let mut lines = Vec::new();
    write(shape, "", "", 0, &mut lines);
    if lines.len() <= 3 {
        let parts: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
        return Some(vec![parts.join(" ").replace("[ ", "[").replace(" ]", "]")]);
    }
    Some(lines)
}

/// Adds the lines of a value that stands behind `before` and in front of `after`.
fn write(shape: &Shape, before: &str, after: &str, depth: usize, lines: &mut Vec<String>) {
    let margin = "  ".repeat(depth);
    let mut all = |open: &str, close: &str, parts: Vec<(String, &Shape)>, dots: bool| {
        lines.push(format!("{margin}{before}{open}"));
        let count = parts.len();
        for (at, (name, part)) in parts.into_iter().enumerate() {
            let more = at + 1 < count || dots;
            write(part, &name, if more { "," } else { "" }, depth + 1, lines);
        }
        if dots {
            lines.push(format!("{margin}  ..."));
        }
        lines.push(format!("{margin}{close}{after}"));
    };
    match &shape.kind {
        Kind::List(item) if depth <= DEPTH => all("[", "]", vec![(String::new(), item)], true),
        Kind::Structure(members) if depth <= DEPTH => {
            let parts = members.iter().map(|member| (format!("\"{}\": ", member.name), member.shape));
            all("{", "}", parts.collect(), false);
        }
        Kind::Map { key, value } if depth <= DEPTH => {
            all("{", "}", vec![(format!("\"{}\": ", kind(key)), value)], true);
        }
        Kind::Integer => lines.push(format!("{margin}{before}integer{after}")),
        Kind::Boolean => lines.push(format!("{margin}{before}true|false{after}")),
        Kind::String | Kind::Blob | Kind::Timestamp => match shape.values {
            values if !values.is_empty() && values.len() <= 3 => {
                let values: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
                lines.push(format!("{margin}{before}{}{after}", values.join("|")));
            }
            _ => lines.push(format!("{margin}{before}\"{}\"{after}", kind(shape))),
        },
        _ => lines.push(format!("{margin}{before}...{after}")),
    }
}
