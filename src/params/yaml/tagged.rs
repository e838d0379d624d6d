//! Values whose type a tag names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Failure, Loaded, scalar, time};
use crate::params::raw::{DictKind, Entries, Foreign, Raw};
use crate::python;

/// A scalar with one of YAML's own tags.
pub(super) fn scalar(tag: &str, text: &str) -> Loaded<Raw> {
    match tag {
        "str" => Ok(Raw::Text(text.to_owned())),
        "null" => Ok(Raw::Null),
        "int" => scalar::int(text),
        "float" => scalar::float(text),
        "bool" => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => Ok(Raw::Bool(true)),
            "false" | "no" | "off" | "n" => Ok(Raw::Bool(false)),
            other => Err(Failure::other(python::quoted(other))),
        },
        "binary" => {
            let known = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
            let plain: String = text.chars().filter(known).collect();
            STANDARD.decode(plain).map(Raw::Bytes).map_err(|_| Failure::Invalid)
        }
        "timestamp" => time::parse(text)?.ok_or(Failure::Invalid),
        _ => Err(Failure::Invalid),
    }
}

/// `!!omap`: a list of mappings of one entry each is one mapping.
pub(super) fn omap(items: Vec<Raw>) -> Loaded<Raw> {
    let mut all = Entries::new();
    for item in items {
        match item {
            Raw::Dict(_, entries) if entries.len() == 1 => all.extend(entries),
            _ => return Err(Failure::Invalid),
        }
    }
    Ok(Raw::Dict(DictKind::Omap, all))
}

/// `!!pairs`: the same as a list of tuples.
pub(super) fn pairs(items: Vec<Raw>) -> Loaded<Raw> {
    let mut all = Vec::new();
    for item in items {
        let Raw::Dict(_, entries) = item else { return Err(Failure::Invalid) };
        let (1, Some((name, value))) = (entries.len(), entries.first()) else { return Err(Failure::Invalid) };
        let name = if name.is_text() { python::quoted(&name.text) } else { name.text.clone() };
        let text = format!("({name}, {})", value.repr());
        all.push(Raw::Foreign(Box::new(Foreign { repr: text.clone(), text, type_name: "tuple" })));
    }
    Ok(Raw::List(all))
}

/// `!!set`: keys without values. Python prints them in an order of its own.
pub(super) fn set(entries: &Entries) -> Raw {
    let names: Vec<String> = entries.keys().map(|name| python::quoted(&name.text)).collect();
    let text = match names.is_empty() {
        true => "set()".to_owned(),
        false => format!("{{{}}}", names.join(", ")),
    };
    Raw::Foreign(Box::new(Foreign { repr: text.clone(), text, type_name: "set" }))
}
