//! The index of `help search`: which words lead to which pages.
//!
//! `search/pages` has a line for each page: the words after the program's
//! name, the summary, and the phrases that people search with, as stems. What
//! a word says about the pages is in `search/words/X`, X being the word's
//! first letter, so that a search inflates few blocks: a line for each stem,
//! with the page's number and a weight in percent.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::Table;

use super::docs::Docs;
use super::entries::topic_line;

#[path = "../../../src/help/stem.rs"]
mod stem;

/// How much a word counts by where it stands.
const NAME: f64 = 6.0;
const PHRASE: f64 = 4.0;
const SUMMARY: f64 = 4.0;
const TITLE: f64 = 1.5;
const TEXT: f64 = 1.0;
const OPTION: f64 = 0.7;

/// A word that has this weight counts half of what a word can count at most.
const HALF: f64 = 5.0;

struct Page {
    name: String,
    summary: String,
    phrases: Vec<String>,
    weights: BTreeMap<String, f64>,
}

/// Adds the index.
pub fn write(docs: &Docs, entries: &mut BTreeMap<String, Vec<u8>>) {
    let pages = pages(docs);
    let mut list = String::new();
    let mut words: BTreeMap<&str, String> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let phrases: Vec<String> = page.phrases.iter().map(|one| stem::stems(one).join(" ")).collect();
        let _ = writeln!(list, "{}\t{}\t{}", page.name, page.summary, phrases.join("|"));
        for (word, weight) in &page.weights {
            let percent = (100.0 * weight / (weight + HALF)).round();
            let _ = write!(words.entry(word).or_default(), " {number}:{percent}");
        }
    }
    entries.insert("search/pages".into(), list.into_bytes());
    let mut letters: BTreeMap<char, String> = BTreeMap::new();
    for (word, places) in words {
        let letter = word.chars().next().unwrap_or('_');
        letters.entry(letter).or_default().push_str(&format!("{word}{places}\n"));
    }
    for (letter, lines) in letters {
        entries.insert(format!("search/words/{letter}"), lines.into_bytes());
    }
}

fn pages(docs: &Docs) -> Vec<Page> {
    let mut pages = Vec::new();
    for operation in docs.operations.values() {
        let Some(words) = &operation.words else { continue };
        let mut page = page(&format!("{} {}", operation.service, operation.command), words);
        page.add(&operation.command, NAME);
        for name in &operation.input {
            page.add(&crate::names::words(name, ' '), OPTION);
        }
        for text in words.get("options").and_then(toml::Value::as_table).into_iter().flatten() {
            // Shared notions say the same everywhere and so tell nothing apart.
            page.add(text.1.as_str().filter(|text| !text.starts_with('@')).unwrap_or_default(), OPTION);
        }
        pages.push(page);
    }
    for (name, words) in docs.commands.iter().filter(|(name, _)| !name.is_empty()) {
        let mut page = page(name, words);
        page.add(name, NAME);
        for (option, text) in words.get("options").and_then(toml::Value::as_table).into_iter().flatten() {
            page.add(option, OPTION);
            page.add(text.as_str().unwrap_or_default(), OPTION);
        }
        pages.push(page);
    }
    for (name, text) in &docs.topics {
        let phrases = topic_line(text, "search").split(", ").map(str::to_owned).collect();
        let mut page = Page {
            name: format!("help {name}"),
            summary: topic_line(text, "summary").to_owned(),
            phrases,
            weights: BTreeMap::new(),
        };
        page.common();
        page.add(name, NAME);
        page.add(text.split_once("\n\n").map_or("", |(_, text)| text), TEXT / 2.0);
        pages.push(page);
    }
    pages
}

fn page(name: &str, words: &Table) -> Page {
    let text = |key: &str| words.get(key).and_then(toml::Value::as_str).unwrap_or_default();
    let list = |key: &str| words.get(key).and_then(toml::Value::as_array).into_iter().flatten();
    let mut page = Page {
        name: name.to_owned(),
        summary: text("summary").to_owned(),
        phrases: list("search").filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        weights: BTreeMap::new(),
    };
    page.common();
    for key in ["about", "limit", "returns"] {
        page.add(text(key), TEXT);
    }
    for example in list("examples") {
        page.add(example.get("title").and_then(toml::Value::as_str).unwrap_or_default(), TITLE);
    }
    page
}

impl Page {
    fn common(&mut self) {
        self.add(&self.summary.clone(), SUMMARY);
        for phrase in self.phrases.clone() {
            self.add(&phrase, PHRASE);
        }
    }

    /// Counts each word of a text once.
    fn add(&mut self, text: &str, weight: f64) {
        let mut stems = stem::stems(text);
        stems.sort();
        stems.dedup();
        for stem in stems {
            *self.weights.entry(stem).or_default() += weight;
        }
    }
}
