//! The entries of the pages: JSON with all shared notions written in.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value, json};
use toml::Table;

use super::docs::{Docs, Operation};

type Entries = BTreeMap<String, Vec<u8>>;

/// What a page of any command holds beside the tables of its members.
const TEXTS: [&str; 4] = ["summary", "about", "limit", "returns"];

/// Adds an entry for each page. What is wrong with the words goes to `problems`.
pub fn write(docs: &Docs, entries: &mut Entries, problems: &mut Vec<String>) -> Result<()> {
    let mut page = Page { docs, problems, place: String::new() };
    for (name, operation) in &docs.operations {
        page.place.clone_from(name);
        let Some(words) = &operation.words else { continue };
        let entry = page.operation(operation, words);
        let key = format!("operation/{} {}", operation.service, operation.command);
        entries.insert(key, serde_json::to_vec(&entry)?);
    }
    for (name, words) in &docs.commands {
        page.place.clone_from(name);
        let entry = page.command(words);
        entries.insert(format!("command/{name}"), serde_json::to_vec(&entry)?);
    }
    for (name, words) in &docs.services {
        page.place.clone_from(name);
        let mut entry = page.texts(words);
        entry.insert("start".into(), page.named(words, "start", name));
        entry.insert("commands".into(), summaries(docs, name));
        entries.insert(format!("service/{name}"), serde_json::to_vec(&entry)?);
    }
    for (name, text) in &docs.topics {
        entries.insert(format!("topic/{name}"), text.clone().into_bytes());
    }
    let topics: Vec<Value> =
        docs.topics.iter().map(|(name, text)| json!([name, topic_line(text, "summary")])).collect();
    entries.insert("topics".into(), serde_json::to_vec(&topics)?);
    Ok(())
}

/// The commands of a service, each with its summary.
fn summaries(docs: &Docs, service: &str) -> Value {
    let of = docs.operations.values().filter(|operation| operation.service == service);
    let all = of.map(|operation| {
        let summary = operation.words.as_ref().and_then(|words| words.get("summary")?.as_str());
        json!([operation.command, summary.unwrap_or_default()])
    });
    Value::Array(all.collect())
}

/// The value of a line such as `summary: text` at the top of a topic.
pub fn topic_line<'t>(text: &'t str, key: &str) -> &'t str {
    let head = text.lines().take_while(|line| !line.is_empty());
    let mut values = head.filter_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
    values.next().unwrap_or_default()
}

struct Page<'d> {
    docs: &'d Docs,
    problems: &'d mut Vec<String>,
    /// Where the words stand, for the problems.
    place: String,
}

impl Page<'_> {
    fn operation(&mut self, operation: &Operation, words: &Table) -> Map<String, Value> {
        let mut entry = self.texts(words);
        self.common(words, operation.service, &mut entry);
        entry.insert("options".into(), self.members(words.get("options"), &operation.input));
        entry.insert("output".into(), self.members(words.get("output"), &operation.output));
        let mut structures = Map::new();
        for (name, members) in &operation.structures {
            if let Some(words) = self.docs.structures.get(name) {
                let words = toml::Value::Table(words.clone());
                structures.insert(name.clone(), self.members(Some(&words), members));
            }
        }
        entry.insert("structures".into(), structures.into());
        let mut errors = self.flat(words.get("errors"));
        for code in &operation.errors {
            if let (false, Some(text)) = (errors.contains_key(code), self.docs.errors.get(code)) {
                errors.insert(code.clone(), json!(text));
            }
        }
        errors.sort_keys();
        entry.insert("errors".into(), errors.into());
        entry
    }

    fn command(&mut self, words: &Table) -> Map<String, Value> {
        let mut entry = self.texts(words);
        self.common(words, "", &mut entry);
        entry.insert("options".into(), self.flat(words.get("options")).into());
        entry.insert("errors".into(), self.flat(words.get("errors")).into());
        entry
    }

    fn texts(&mut self, words: &Table) -> Map<String, Value> {
        let mut entry = Map::new();
        for key in TEXTS {
            if let Some(text) = words.get(key).and_then(toml::Value::as_str) {
                entry.insert(key.into(), json!(self.notion(text)));
            }
        }
        entry
    }

    fn common(&mut self, words: &Table, service: &str, entry: &mut Map<String, Value>) {
        entry.insert("related".into(), self.named(words, "related", service));
        let examples = words.get("examples").and_then(toml::Value::as_array);
        entry.insert("examples".into(), examples.into_iter().flatten().map(example).collect());
    }

    /// The commands of a list, in full words, each with its summary.
    fn named(&mut self, words: &Table, key: &str, service: &str) -> Value {
        let list = words.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        let mut all = Vec::new();
        for name in list.filter_map(toml::Value::as_str) {
            let full = format!("{service} {name}");
            let found = [full.trim(), name].into_iter().find_map(|name| Some((name, self.summary(name)?)));
            match found {
                Some((name, summary)) => all.push(json!([name, summary])),
                None => self.problem(&format!("{key}: there is no command {name}")),
            }
        }
        Value::Array(all)
    }

    fn summary(&self, name: &str) -> Option<String> {
        if let Some(topic) = name.strip_prefix("help ") {
            return Some(topic_line(self.docs.topics.get(topic)?, "summary").to_owned());
        }
        let of = |words: &Table| words.get("summary").and_then(toml::Value::as_str).map(str::to_owned);
        if let Some(words) = self.docs.commands.get(name) {
            return of(words);
        }
        let (service, command) = name.split_once(' ')?;
        let mut all = self.docs.operations.values();
        let operation = all.find(|one| one.service == service && one.command == command)?;
        Some(operation.words.as_ref().and_then(of).unwrap_or_default())
    }

    /// The words of members; those that are no members are a problem.
    fn members(&mut self, words: Option<&toml::Value>, members: &[String]) -> Value {
        let words = self.flat(words);
        for name in words.keys().filter(|name| !members.contains(name)) {
            self.problems.push(format!("{}: there is no member {name}", self.place));
        }
        words.into()
    }

    fn flat(&mut self, words: Option<&toml::Value>) -> Map<String, Value> {
        let table = words.and_then(toml::Value::as_table).into_iter().flatten();
        let mut flat = Map::new();
        for (name, text) in table {
            match text.as_str() {
                Some(text) => drop(flat.insert(name.clone(), json!(self.notion(text)))),
                None => self.problem(&format!("{name} is no text")),
            }
        }
        flat
    }

    /// The text, or that of the shared notion that it names. Line breaks of the source mean nothing.
    fn notion(&mut self, text: &str) -> String {
        let text = match text.strip_prefix('@') {
            None => text,
            Some(key) => match self.docs.shared.get(key) {
                Some(text) => text,
                None => {
                    self.problem(&format!("there is no shared notion @{key}"));
                    ""
                }
            },
        };
        text.split("\n\n")
            .map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn problem(&mut self, what: &str) {
        self.problems.push(format!("{}: {what}", self.place));
    }
}

/// An example as the page shows it: documents laid out for reading.
fn example(example: &toml::Value) -> Value {
    let text = |key: &str| example.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let mut files = Map::new();
    let table = example.get("files").and_then(toml::Value::as_table);
    for (name, content) in table.into_iter().flatten() {
        let content = content.as_str().unwrap_or_default();
        let pretty = serde_json::from_str::<Value>(content).ok();
        let pretty = pretty.and_then(|value| serde_json::to_string_pretty(&value).ok());
        files.insert(name.clone(), json!(pretty.unwrap_or_else(|| content.trim_end().to_owned())));
    }
    json!({ "title": text("title"), "files": files, "run": text("run") })
}
