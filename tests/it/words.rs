//! The words of the help: none is missing, none says what its name says already, none stands there twice.
//!
//! The rules are those of `model/docs`. A sentence that belongs in several
//! places is a shared notion; elsewhere the same sentence twice means that one
//! of them was not thought about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use toml::Table;

/// Words that have to be left when the names are taken out.
const LEAST: usize = 4;
/// Columns that a summary may take.
const SUMMARY: usize = 78;
/// Sentences of so many words may occur twice: `Nothing is printed`.
const SHORT: usize = 3;
/// Examples in all.
const EXAMPLES: usize = 60;

/// All words, and what is wrong with them.
#[derive(Default)]
struct Words {
    shared: BTreeMap<String, String>,
    operations: BTreeMap<String, Table>,
    structures: BTreeMap<String, Table>,
    commands: BTreeMap<String, Table>,
    services: BTreeMap<String, Table>,
    errors: Table,
    /// Where each sentence stands.
    sentences: BTreeMap<String, BTreeSet<String>>,
    wrong: Vec<String>,
}

#[test]
fn all_is_described_and_nothing_twice() {
    let mut words = Words::read();
    let models = ["iam", "sts"].map(model);
    for model in &models {
        for (name, facts) in model["operations"].as_object().unwrap() {
            words.operation(model, name, facts);
        }
    }
    words.structures(&models);
    words.rest();
    for (sentence, places) in std::mem::take(&mut words.sentences) {
        if places.len() > 1 {
            let places: Vec<String> = places.into_iter().collect();
            words.wrong.push(format!("twice: {sentence:?} at {}", places.join(", ")));
        }
    }
    assert!(words.wrong.is_empty(), "{} findings:\n{}", words.wrong.len(), words.wrong.join("\n"));
}

#[test]
fn there_are_examples() {
    let words = Words::read();
    let mut count = 0;
    for (name, words) in words.operations.iter().chain(&words.commands) {
        for example in list(words, "examples") {
            count += 1;
            let text = |key: &str| example.get(key).and_then(toml::Value::as_str).unwrap_or_default();
            assert!(!text("title").is_empty(), "{name}: an example without a title");
            assert!(text("run").starts_with("iamctl "), "{name}: {}", text("run"));
        }
    }
    assert!(count >= EXAMPLES, "{count} examples");
}

impl Words {
    fn read() -> Words {
        let folder = iamctl_testkit::root().join("model/docs");
        let mut words = Words::default();
        for path in files(&folder.join("shared")) {
            for (key, text) in table(&path) {
                let before = words.shared.insert(key.clone(), text.as_str().unwrap().to_owned());
                assert!(before.is_none(), "the shared notion {key} is there twice");
            }
        }
        for path in files(&folder) {
            for (kind, parts) in table(&path) {
                let parts = parts.as_table().unwrap().clone();
                let all = match kind.as_str() {
                    "operation" => &mut words.operations,
                    "structure" => &mut words.structures,
                    "command" => &mut words.commands,
                    "service" => &mut words.services,
                    "error" => {
                        words.errors.extend(parts);
                        continue;
                    }
                    _ => panic!("{}: [{kind}] is not known", path.display()),
                };
                for (name, table) in parts {
                    let before = all.insert(name.clone(), table.as_table().unwrap().clone());
                    assert!(before.is_none(), "{kind}.{name} is there twice");
                }
            }
        }
        words
    }

    fn operation(&mut self, model: &Value, name: &str, facts: &Value) {
        let Some(words) = self.operations.get(name).cloned() else {
            self.wrong.push(format!("{name}: no words"));
            return;
        };
        for key in ["summary", "about", "limit", "returns"] {
            self.text(&format!("{name}.{key}"), words.get(key), &[name]);
        }
        self.summary(name, &words);
        for key in ["related", "search"] {
            if list(&words, key).is_empty() {
                self.wrong.push(format!("{name}.{key}: empty"));
            }
        }
        for (key, part) in [("options", "input"), ("output", "output")] {
            let members = facts[part].as_str().map(|shape| members(model, shape)).unwrap_or_default();
            self.members(&format!("{name}.{key}"), words.get(key), &members, name);
        }
        self.errors(name, &words);
    }

    fn errors(&mut self, name: &str, words: &Table) {
        for (code, text) in words.get("errors").and_then(toml::Value::as_table).into_iter().flatten() {
            self.text(&format!("{name}.errors.{code}"), Some(text), &[code]);
        }
    }

    fn summary(&mut self, name: &str, words: &Table) {
        let summary = words.get("summary").and_then(toml::Value::as_str).unwrap_or_default();
        if summary.chars().count() > SUMMARY || summary.ends_with('.') {
            self.wrong.push(format!("{name}.summary: longer than {SUMMARY} or ends in a full stop"));
        }
    }

    /// Words for each member, and for nothing else.
    fn members(&mut self, place: &str, given: Option<&toml::Value>, members: &[String], name: &str) {
        let empty = Table::new();
        let given = given.and_then(toml::Value::as_table).unwrap_or(&empty);
        for member in members {
            self.text(&format!("{place}.{member}"), given.get(member), &[member, name]);
        }
        for other in given.keys().filter(|other| !members.contains(other)) {
            self.wrong.push(format!("{place}.{other}: no such member"));
        }
    }

    fn structures(&mut self, models: &[Value]) {
        let mut known = BTreeMap::new();
        for model in models {
            for facts in model["operations"].as_object().unwrap().values() {
                for part in ["input", "output"] {
                    for member in facts[part].as_str().map(|shape| shapes(model, shape)).unwrap_or_default() {
                        nested(model, &member, &mut known);
                    }
                }
            }
        }
        let all = self.structures.clone();
        for (name, members) in &known {
            let words = all.get(name).cloned().map(toml::Value::Table);
            self.members(name, words.as_ref(), members, name);
        }
        for other in all.keys().filter(|other| !known.contains_key(*other)) {
            self.wrong.push(format!("{other}: no such structure"));
        }
    }

    /// Services, the program's own commands, and errors in general.
    fn rest(&mut self) {
        for (name, words) in self.services.clone() {
            self.text(&format!("{name}.about"), words.get("about"), &[&name]);
        }
        for (name, words) in self.commands.clone() {
            for key in ["summary", "about"] {
                self.text(&format!("{name}.{key}"), words.get(key), &[]);
            }
            self.summary(&name, &words);
            for (option, text) in words.get("options").and_then(toml::Value::as_table).into_iter().flatten() {
                self.text(&format!("{name}.options.{option}"), Some(text), &[option]);
            }
        }
        for (code, text) in self.errors.clone() {
            self.text(&format!("error.{code}"), Some(&text), &[&code]);
        }
        for (key, text) in self.shared.clone() {
            if text.split_whitespace().count() < LEAST {
                self.wrong.push(format!("shared.{key}: thin: {text:?}"));
            }
        }
    }

    /// A text that says more than these names.
    fn text(&mut self, place: &str, text: Option<&toml::Value>, names: &[&str]) {
        let Some(text) = text.and_then(toml::Value::as_str).filter(|text| !text.trim().is_empty()) else {
            self.wrong.push(format!("{place}: no words"));
            return;
        };
        if let Some(key) = text.strip_prefix('@') {
            if !self.shared.contains_key(key) {
                self.wrong.push(format!("{place}: there is no shared notion @{key}"));
            }
            return;
        }
        let own: BTreeSet<String> = names.iter().flat_map(|name| parts(name)).collect();
        let said = text.to_lowercase();
        let said = said.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
        if said.filter(|word| !own.contains(*word)).count() < LEAST {
            self.wrong.push(format!("{place}: says no more than its name: {text:?}"));
        }
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        for sentence in sentences(&flat) {
            let sentence = sentence.trim_matches(|c: char| c.is_whitespace() || ".;:".contains(c));
            if sentence.split(' ').count() > SHORT {
                self.sentences.entry(sentence.to_owned()).or_default().insert(place.to_owned());
            }
        }
    }
}

/// Parted where a full stop, a semicolon or a colon has a blank behind it.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = vec![text];
    for end in [". ", "; ", ": "] {
        sentences = sentences.into_iter().flat_map(|sentence| sentence.split(end)).collect();
    }
    sentences
}

/// The words of a name: `SSHPublicKeyId` is `ssh`, `public`, `key`, `id`.
fn parts(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut parts = vec![String::new()];
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(at + 1);
        let begins = c.is_uppercase()
            && (before.is_some_and(char::is_lowercase) || after.is_some_and(|after| after.is_lowercase()));
        if begins || !c.is_alphanumeric() {
            parts.push(String::new());
        }
        if c.is_alphanumeric() {
            parts.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn list<'w>(words: &'w Table, key: &str) -> &'w [toml::Value] {
    words.get(key).and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn model(service: &str) -> Value {
    let path = iamctl_testkit::root().join(format!("model/{service}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn members(model: &Value, shape: &str) -> Vec<String> {
    let members = model["shapes"][shape]["members"].as_object();
    members.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

fn shapes(model: &Value, shape: &str) -> Vec<String> {
    let members = model["shapes"][shape]["members"].as_object();
    members.into_iter().flatten().map(|(_, shape)| shape.as_str().unwrap().to_owned()).collect()
}

/// The structures within a shape, with their members.
fn nested(model: &Value, shape: &str, found: &mut BTreeMap<String, Vec<String>>) {
    let facts = &model["shapes"][shape];
    for part in ["member", "value"] {
        if let Some(below) = facts[part].as_str() {
            nested(model, below, found);
        }
    }
    if facts["type"] == "structure" && !found.contains_key(shape) {
        found.insert(shape.to_owned(), members(model, shape));
        for below in shapes(model, shape) {
            nested(model, &below, found);
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    files.sort();
    files
}

fn table(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).unwrap();
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_name_is_taken_apart() {
    assert_eq!(parts("SSHPublicKeyId"), ["ssh", "public", "key", "id"]);
    assert_eq!(parts("ListMFADevices"), ["list", "mfa", "devices"]);
    assert_eq!(parts("--user-name"), ["user", "name"]);
}

/// What the rules are for: each of them finds what it is meant to find.
#[test]
fn thin_and_repeated_words_are_found() {
    let mut words = Words::default();
    let text = |text: &str| toml::Value::String(text.to_owned());
    words.text("a", Some(&text("The user name of the user.")), &["UserName", "GetUser"]);
    words.text("b", Some(&text("The one whose keys are shown here. More of it.")), &["UserName"]);
    words.text("c", Some(&text("Something else; the one whose keys are shown here")), &["UserName"]);
    words.text("d", Some(&text("@nowhere")), &[]);
    words.text("e", None, &[]);
    assert_eq!(words.wrong.len(), 3, "{:?}", words.wrong);
    assert!(words.wrong[0].starts_with("a: says no more"), "{:?}", words.wrong);
    assert_eq!(words.sentences["the one whose keys are shown here"].len(), 2);
}
