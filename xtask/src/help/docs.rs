//! Reads `model/docs` and the facts that it is about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use toml::Table;

use crate::names;

/// The words, and the operations and shapes that they are about.
pub struct Docs {
    /// By the API's name.
    pub operations: BTreeMap<String, Operation>,
    /// `iam`, `sts`: what is said of each.
    pub services: BTreeMap<String, Table>,
    /// Members' words by the name of the structure.
    pub structures: BTreeMap<String, Table>,
    /// Shared notions.
    pub shared: BTreeMap<String, String>,
    /// What is said of an error code wherever nothing else is.
    pub errors: BTreeMap<String, String>,
    /// The program's own commands and waiters, by their words.
    pub commands: BTreeMap<String, Table>,
    /// Topics by name: the text as it is.
    pub topics: BTreeMap<String, String>,
}

/// An operation of the model, and what is said of it.
pub struct Operation {
    /// `iam`
    pub service: &'static str,
    /// `create-user`
    pub command: String,
    /// The words; none where nobody has written them yet.
    pub words: Option<Table>,
    /// Members of the request.
    pub input: Vec<String>,
    /// Members of the reply.
    pub output: Vec<String>,
    /// Structures within either, by name with their members.
    pub structures: BTreeMap<String, Vec<String>>,
    /// Error codes of the model.
    pub errors: Vec<String>,
}

impl Docs {
    /// Reads everything below `root/model`.
    ///
    /// # Errors
    ///
    /// Fails for a file that is no TOML, and for words about what is not there.
    pub fn read(root: &Path) -> Result<Docs> {
        let mut docs = Docs {
            operations: operations(root)?,
            services: BTreeMap::new(),
            structures: BTreeMap::new(),
            shared: BTreeMap::new(),
            errors: BTreeMap::new(),
            commands: BTreeMap::new(),
            topics: BTreeMap::new(),
        };
        let folder = root.join("model/docs");
        for path in files(&folder.join("shared"), "toml")? {
            texts(&mut docs.shared, &table(&path)?).with_context(|| path.display().to_string())?;
        }
        for path in files(&folder, "toml")? {
            docs.file(table(&path)?).with_context(|| path.display().to_string())?;
        }
        for path in files(&folder.join("topics"), "txt")? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            docs.topics.insert(name, std::fs::read_to_string(&path)?);
        }
        Ok(docs)
    }

    fn file(&mut self, table: Table) -> Result<()> {
        for (kind, value) in table {
            let Some(parts) = value.as_table().cloned() else { bail!("{kind} is no table") };
            if kind == "error" {
                texts(&mut self.errors, &parts)?;
                continue;
            }
            for (name, words) in parts {
                let Some(words) = words.as_table().cloned() else { bail!("{kind}.{name} is no table") };
                let before = match kind.as_str() {
                    "operation" => {
                        let operation = self.operations.get_mut(&name);
                        operation.with_context(|| format!("no operation {name}"))?.words.replace(words)
                    }
                    "structure" => self.structures.insert(name.clone(), words),
                    "service" => self.services.insert(name.clone(), words),
                    "command" => self.commands.insert(name.clone(), words),
                    _ => bail!("[{kind}] is not known"),
                };
                if before.is_some() {
                    bail!("{kind}.{name} is there twice");
                }
            }
        }
        Ok(())
    }
}

fn texts(target: &mut BTreeMap<String, String>, table: &Table) -> Result<()> {
    for (key, value) in table {
        let text = value.as_str().with_context(|| format!("{key} is no text"))?;
        if target.insert(key.clone(), text.to_owned()).is_some() {
            bail!("{key} is there twice");
        }
    }
    Ok(())
}

fn table(path: &Path) -> Result<Table> {
    std::fs::read_to_string(path)?.parse().with_context(|| path.display().to_string())
}

/// The files of a folder by name; none where there is no folder.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|there| there == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn operations(root: &Path) -> Result<BTreeMap<String, Operation>> {
    let mut operations = BTreeMap::new();
    for service in ["iam", "sts"] {
        let text = std::fs::read_to_string(root.join(format!("model/{service}.json")))?;
        let model: Value = serde_json::from_str(&text)?;
        for (name, facts) in at(&model, &["operations"]).as_object().into_iter().flatten() {
            let mut operation = Operation {
                service,
                command: names::words(name, '-'),
                words: None,
                input: Vec::new(),
                output: Vec::new(),
                structures: BTreeMap::new(),
                errors: Vec::new(),
            };
            for (part, members) in [("input", &mut operation.input), ("output", &mut operation.output)] {
                if let Some(shape) = at(facts, &[part]).as_str() {
                    *members = names_of(&model, shape);
                    for member in members.iter() {
                        let below = at(&model, &["shapes", shape, "members", member]);
                        nested(&model, below.as_str().unwrap_or_default(), &mut operation.structures);
                    }
                }
            }
            for error in at(facts, &["errors"]).as_array().into_iter().flatten().filter_map(Value::as_str) {
                let code = at(&model, &["shapes", error, "error", "code"]).as_str().unwrap_or(error);
                operation.errors.push(code.to_owned());
            }
            operations.insert(name.clone(), operation);
        }
    }
    Ok(operations)
}

fn names_of(model: &Value, shape: &str) -> Vec<String> {
    let members = at(model, &["shapes", shape, "members"]).as_object();
    members.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// The structures within a shape.
fn nested(model: &Value, shape: &str, found: &mut BTreeMap<String, Vec<String>>) {
    let facts = at(model, &["shapes", shape]);
    for part in ["member", "value"] {
        if let Some(below) = at(facts, &[part]).as_str() {
            nested(model, below, found);
        }
    }
    if at(facts, &["type"]) == "structure" && !found.contains_key(shape) {
        found.insert(shape.to_owned(), names_of(model, shape));
        for below in at(facts, &["members"]).as_object().into_iter().flatten() {
            nested(model, below.1.as_str().unwrap_or_default(), found);
        }
    }
}

/// The value at a path; null where there is none.
fn at<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    path.iter().try_fold(value, |value, key| value.get(key)).unwrap_or(&Value::Null)
}
