//! A service's facts as the generators walk them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use crate::names;

/// One `model/*.json`.
pub struct Service {
    doc: Value,
}

/// An operation with what is looked up for it.
pub struct Operation<'a> {
    /// The API's name.
    pub name: &'a str,
    /// The command's name.
    pub command: String,
    facts: &'a Value,
}

/// A member of a structure.
pub struct Member<'a> {
    /// The member's name.
    pub name: &'a str,
    /// The name of its shape.
    pub shape: &'a str,
    /// Whether it is required.
    pub required: bool,
    /// Whether the reference does not have it, although it has the structure.
    pub newer: bool,
}

impl Service {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Service> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}: run `cargo xtask model`", path.display()))?;
        Ok(Service { doc: serde_json::from_str(&text)? })
    }

    /// A text of the top level.
    pub fn text(&self, key: &str) -> &str {
        self.doc.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// An object of the top level.
    pub fn section(&self, key: &str) -> Result<&Map<String, Value>> {
        self.doc.get(key).and_then(Value::as_object).with_context(|| format!("no {key} in the model"))
    }

    /// The operations, sorted by command.
    pub fn operations(&self) -> Result<Vec<Operation<'_>>> {
        let mut operations: Vec<_> = self
            .section("operations")?
            .iter()
            .map(|(name, facts)| Operation { name, command: names::words(name, '-'), facts })
            .collect();
        operations.sort_by(|a, b| a.command.cmp(&b.command));
        Ok(operations)
    }

    /// The facts of a shape.
    pub fn shape(&self, name: &str) -> Result<&Value> {
        self.section("shapes")?.get(name).with_context(|| format!("no shape {name}"))
    }

    /// The type of a shape.
    pub fn kind(&self, name: &str) -> Result<&str> {
        self.shape(name)?.get("type").and_then(Value::as_str).with_context(|| format!("no type of {name}"))
    }

    /// A part of a list or map: `member`, `key`, `value`.
    pub fn part(&self, name: &str, part: &str) -> Result<&str> {
        self.shape(name)?.get(part).and_then(Value::as_str).with_context(|| format!("no {part} of {name}"))
    }

    /// The members of a structure, in order.
    pub fn members(&self, name: &str) -> Result<Vec<Member<'_>>> {
        let shape = self.shape(name)?;
        let required: Vec<&str> = shape
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let newer = self.doc.pointer(&format!("/newer/members/{name}")).and_then(Value::as_array);
        let members = shape.get("members").and_then(Value::as_object).into_iter().flatten();
        Ok(members
            .filter_map(|(name, shape)| {
                Some(Member {
                    name,
                    shape: shape.as_str()?,
                    required: required.contains(&name.as_str()),
                    newer: newer.is_some_and(|newer| newer.iter().any(|one| one == name)),
                })
            })
            .collect())
    }

    /// Whether the reference does not have an operation.
    pub fn is_newer(&self, operation: &str) -> bool {
        let newer = self.doc.pointer("/newer/operations").and_then(Value::as_array);
        newer.is_some_and(|newer| newer.iter().any(|one| one == operation))
    }

    /// Every shape that can be reached from the named ones, sorted by name.
    pub fn reachable<'a>(&'a self, roots: impl IntoIterator<Item = &'a str>) -> Result<Vec<&'a str>> {
        let mut seen = BTreeMap::new();
        let mut open: Vec<&str> = roots.into_iter().collect();
        while let Some(name) = open.pop() {
            if seen.insert(name, ()).is_some() {
                continue;
            }
            for part in ["member", "key", "value"] {
                open.extend(self.shape(name)?.get(part).and_then(Value::as_str));
            }
            open.extend(self.members(name)?.iter().map(|member| member.shape));
        }
        Ok(seen.into_keys().collect())
    }

    /// Those of `shapes` that are a member, item, key or value of another.
    pub fn parts<'a>(&'a self, shapes: &[&str]) -> Result<BTreeSet<&'a str>> {
        let mut parts = BTreeSet::new();
        for name in shapes {
            let shape = self.shape(name)?;
            parts.extend(["member", "key", "value"].iter().filter_map(|part| shape.get(part)?.as_str()));
            parts.extend(self.members(name)?.iter().map(|member| member.shape));
        }
        Ok(parts)
    }
}

impl<'a> Operation<'a> {
    /// `input`, `output` or `resultWrapper`.
    pub fn fact(&self, key: &str) -> Option<&'a str> {
        self.facts.get(key).and_then(Value::as_str)
    }

    /// Whether its requests are signed.
    pub fn signed(&self) -> bool {
        self.facts.get("signed").and_then(Value::as_bool).unwrap_or(true)
    }

    /// The names of its error shapes.
    pub fn errors(&self) -> impl Iterator<Item = &'a str> {
        self.facts.get("errors").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }
}
