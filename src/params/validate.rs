//! Whether an input is what the model asks for.
//!
//! All faults are told at once, in this order for each structure: required
//! members that are missing, members that the model does not know, then the
//! faults inside the members in the order in which they were given. Only lower
//! limits are checked; upper limits, patterns and enumerations are the
//! service's business, as they are for the reference.
//!
//! The reference quotes a value of a wrong type. So do we, unless a secret
//! stands there or in it.

use super::raw::{Entries, Name, Raw};
use crate::error::{Error, Result};
use crate::model::{Kind, Member, Shape};
use crate::secret::{self, HIDDEN};

/// Checks the members of a request (or of a made-up reply).
pub(super) fn check(members: &[Member], entries: &Entries) -> Result<()> {
    let mut report = Report { faults: Vec::new() };
    report.members(members, entries, "");
    match report.faults.is_empty() {
        true => Ok(()),
        false => Err(Error::usage(format!("Parameter validation failed:\n{}", report.faults.join("\n")))),
    }
}

struct Report {
    faults: Vec<String>,
}

/// A value, and whether messages must not show it.
#[derive(Clone, Copy)]
struct Given<'a> {
    value: &'a Raw,
    hidden: bool,
}

impl Given<'_> {
    fn shown(self) -> String {
        if self.hidden { HIDDEN.to_owned() } else { self.value.text() }
    }
}

impl Report {
    fn members(&mut self, members: &[Member], entries: &Entries, path: &str) {
        let shown = if path.is_empty() { "input" } else { path };
        for member in members.iter().filter(|member| member.required) {
            if !entries.contains_key(&Name::text(member.name)) {
                self.faults.push(format!("Missing required parameter in {shown}: \"{}\"", member.name));
            }
        }
        let find = |name: &Name| members.iter().find(|member| name.is_text() && member.name == name.text);
        for name in entries.keys().filter(|name| find(name).is_none()) {
            let known = joined(members, ", ");
            let name = &name.text;
            self.faults.push(format!("Unknown parameter in {shown}: \"{name}\", must be one of: {known}"));
        }
        for (name, value) in entries {
            if let Some(member) = find(name) {
                let path = match path {
                    "" => member.name.to_owned(),
                    path => format!("{path}.{}", member.name),
                };
                let value = Given { value, hidden: secret::holds_secret(member) };
                self.value(member.shape, value, &path);
            }
        }
    }

    fn union(&mut self, members: &[Member], entries: &Entries, path: &str) {
        let known = joined(members, ". ");
        match entries.len() {
            0 => self.faults.push(format!(
                "Must set one of the following keys for tagged unionstructure {path}: {known}."
            )),
            1 => {}
            _ => self.faults.push(format!(
                "Invalid number of parameters set for tagged union structure {path}. Can only set one of the \
                 following keys: {known}."
            )),
        }
    }

    fn value(&mut self, shape: &Shape, given: Given<'_>, path: &str) {
        let inside = |value| Given { value, hidden: given.hidden };
        match (&shape.kind, given.value) {
            (Kind::Structure(members), Raw::Dict(_, entries)) => {
                if shape.union {
                    self.union(members, entries, path);
                }
                self.members(members, entries, path);
            }
            (Kind::Map { key, value: item }, Raw::Dict(_, entries)) => {
                for (name, value) in entries {
                    self.key(key, name, path);
                    self.value(item, inside(value), &format!("{path}.{}", name.text));
                }
            }
            (Kind::List(item), Raw::List(items)) => {
                self.length(shape, items.len(), path);
                for (index, value) in items.iter().enumerate() {
                    self.value(item, inside(value), &format!("{path}[{index}]"));
                }
            }
            (Kind::String, Raw::Text(text)) => self.length(shape, text.chars().count(), path),
            (Kind::Blob, Raw::Text(text)) => self.length(shape, text.len(), path),
            (Kind::Blob, Raw::Bytes(bytes)) => self.length(shape, bytes.len(), path),
            (Kind::Integer, Raw::Int(number)) => self.range(shape, *number, given, path),
            (Kind::Integer, Raw::BigInt(digits)) => {
                let nearest = if digits.starts_with('-') { i64::MIN } else { i64::MAX };
                self.range(shape, nearest, given, path);
            }
            (Kind::Integer, Raw::Bool(flag)) => self.range(shape, i64::from(*flag), given, path),
            (Kind::Boolean, Raw::Bool(_)) => {}
            (
                Kind::Timestamp,
                Raw::Text(_) | Raw::Int(_) | Raw::BigInt(_) | Raw::Float(_) | Raw::Foreign(_),
            ) => {}
            (kind, _) => self.wrong_type(kind, given, path),
        }
    }

    fn key(&mut self, shape: &Shape, name: &Name, path: &str) {
        let path = format!("{path} (key: {})", name.text);
        match name.is_text() {
            true => self.length(shape, name.text.chars().count(), &path),
            false => self.faults.push(format!(
                "Invalid type for parameter {path}, value: {}, type: <class '{}'>, valid types: <class 'str'>",
                name.text, name.type_name
            )),
        }
    }

    fn length(&mut self, shape: &Shape, length: usize, path: &str) {
        let min = shape.min.and_then(|min| usize::try_from(min).ok()).unwrap_or(0);
        if length < min {
            self.faults.push(format!(
                "Invalid length for parameter {path}, value: {length}, valid min length: {min}"
            ));
        }
    }

    fn range(&mut self, shape: &Shape, number: i64, given: Given<'_>, path: &str) {
        if let Some(min) = shape.min.filter(|min| number < *min) {
            let value = given.shown();
            self.faults
                .push(format!("Invalid value for parameter {path}, value: {value}, valid min value: {min}"));
        }
    }

    fn wrong_type(&mut self, kind: &Kind, given: Given<'_>, path: &str) {
        let valid = match kind {
            Kind::String => "<class 'str'>",
            Kind::Integer => "<class 'int'>",
            Kind::Boolean => "<class 'bool'>",
            Kind::Blob => "<class 'bytes'>, <class 'bytearray'>, file-like object",
            Kind::Timestamp => "<class 'datetime.datetime'>, timestamp-string",
            Kind::List(_) => "<class 'list'>, <class 'tuple'>",
            Kind::Map { .. } | Kind::Structure(_) => "<class 'dict'>",
        };
        self.faults.push(format!(
            "Invalid type for parameter {path}, value: {}, type: <class '{}'>, valid types: {valid}",
            given.shown(),
            given.value.type_name()
        ));
    }
}

fn joined(members: &[Member], between: &str) -> String {
    members.iter().filter(|member| !member.newer).map(|member| member.name).collect::<Vec<_>>().join(between)
}
