//! Where on the line the word in question stands.

use super::node::{Node, Opt};
use super::{Candidate, known, values};
use crate::cli::globals::GLOBALS;
use crate::cli::reader::Takes;
use crate::env::Env;
use crate::model::{Kind, Operation};

/// What can stand at a place.
#[derive(Debug)]
pub(super) struct Place {
    /// The words of the command so far: `iam`, `create-user`.
    path: Vec<String>,
    /// The command that they lead to.
    node: Node,
    /// Its options.
    options: Vec<Opt>,
    /// The option whose value is in question, without dashes.
    option: Option<String>,
    /// Options that stand on the line already, without dashes.
    used: Vec<String>,
    /// The word that stands where a command would, and is none.
    stray: bool,
    /// Whether the account may be asked for names.
    asks: bool,
}

impl Place {
    /// Walks the words before the one in question. Unknown ones are passed over.
    pub(super) fn of(words: &[String], current: &str, asks: bool) -> Place {
        let mut place = Place {
            path: Vec::new(),
            node: Node::Top,
            options: Vec::new(),
            option: None,
            used: Vec::new(),
            stray: false,
            asks,
        };
        for word in words {
            place.step(word);
        }
        if current.starts_with("--") {
            place.option = None;
        }
        place
    }

    fn step(&mut self, word: &str) {
        if let Some(name) = word.strip_prefix("--") {
            self.option = None;
            let (name, value) =
                name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
            self.used.push(name.to_owned());
            if value.is_none() && self.takes(name).is_some_and(takes_value) {
                self.option = Some(name.to_owned());
            }
            return;
        }
        if let Some(name) = self.option.take() {
            // A list goes on until the next option.
            if self.takes(&name) == Some(Takes::Many) {
                self.option = Some(name);
            }
            return;
        }
        match self.node.below(word) {
            Some(below) => {
                self.node = below;
                self.options = below.options();
                self.path.push(word.to_owned());
            }
            None => self.stray = true,
        }
    }

    fn takes(&self, name: &str) -> Option<Takes> {
        let own = self.options.iter().find(|one| bare(&one.name) == name).map(|one| one.takes);
        own.or_else(|| GLOBALS.iter().find(|one| bare(one.name) == name).map(|one| one.takes))
    }

    /// The operation, by its own name or a waiter's.
    pub(super) fn operation(&self) -> Option<&'static Operation> {
        match self.node {
            Node::Operation(operation) => Some(operation),
            _ => None,
        }
    }

    pub(super) fn candidates(&self, words: &[String], current: &str, env: &Env) -> Vec<Candidate> {
        if let Some(option) = &self.option {
            return values::of(self, option, words, current, env);
        }
        if let Some((name, typed)) = current.strip_prefix("--").and_then(|rest| rest.split_once('=')) {
            let found = values::of(self, name, words, typed, env);
            let join = |one: Candidate| Candidate { word: format!("--{name}={}", one.word), ..one };
            return found.into_iter().map(join).collect();
        }
        if current.starts_with('-') {
            return self.options();
        }
        let mut found = if self.stray { Vec::new() } else { self.node.commands() };
        if found.is_empty() {
            found = self.positional(current, env);
        }
        if found.is_empty() && self.operation().is_some() {
            found = self.options();
        }
        found
    }

    /// The options that can follow: the command's own, then the global ones.
    fn options(&self) -> Vec<Candidate> {
        let repeated = |name: &str| self.used.iter().any(|used| used == bare(name));
        let own = self.options.iter().filter(|one| !repeated(&one.name));
        let globals = GLOBALS.iter().filter(|one| !repeated(one.name));
        own.map(|one| Candidate::new(one.name.as_str(), one.help.as_str()))
            .chain(globals.map(|one| Candidate::new(one.name, one.help)))
            .collect()
    }

    /// What stands without a name: files, names of settings.
    fn positional(&self, current: &str, env: &Env) -> Vec<Candidate> {
        let words: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["configure", "get" | "set" | "remove"] if !self.stray => known::settings(),
            ["sandbox", "export" | "import"] => super::files::below(current, env),
            ["completion"] => super::SHELLS.iter().map(|shell| Candidate::plain(*shell)).collect(),
            _ => Vec::new(),
        }
    }

    /// The values that the tables list for an option.
    pub(super) fn listed(&self, option: &str) -> Vec<Candidate> {
        let plain = |values: &[&'static str]| values.iter().map(|value| Candidate::plain(*value)).collect();
        if let Some(member) = self.operation().and_then(|one| one.option(option)) {
            let shape = match &member.shape.kind {
                Kind::List(item) => item,
                _ => member.shape,
            };
            return plain(shape.values);
        }
        if let Some(own) = self.options.iter().find(|one| bare(&one.name) == option) {
            return plain(&own.choices);
        }
        GLOBALS.iter().find(|one| bare(one.name) == option).map(|one| plain(one.choices)).unwrap_or_default()
    }

    /// Whether names can come from an account, and it may be asked.
    pub(super) fn asks_account(&self) -> bool {
        self.asks && self.operation().is_some()
    }

    /// What is said of the option whose value is in question.
    pub(super) fn of_value(&self) -> Option<String> {
        let option = self.option.as_deref()?;
        if let Some(own) = self.options.iter().find(|one| bare(&one.name) == option) {
            return Some(own.help.clone());
        }
        GLOBALS.iter().find(|one| bare(one.name) == option).map(|one| one.help.to_owned())
    }

    /// The required options that the line does not have yet; none where the whole input is given otherwise.
    pub(super) fn missing(&self) -> Vec<&str> {
        let whole = ["cli-input-json", "cli-input-yaml", "generate-cli-skeleton"];
        if self.used.iter().any(|used| whole.contains(&used.as_str())) {
            return Vec::new();
        }
        let is_there = |one: &&Opt| self.used.iter().any(|used| used == bare(&one.name));
        let required = self.options.iter().filter(|one| one.required);
        required.filter(|one| !is_there(one)).map(|one| one.name.as_str()).collect()
    }
}

fn bare(name: &str) -> &str {
    name.trim_start_matches('-')
}

fn takes_value(takes: Takes) -> bool {
    !matches!(takes, Takes::Nothing | Takes::End)
}
