//! Where on the line the word in question stands.

use clap::{Arg, ArgAction, Command};

use super::{Candidate, values};
use crate::cli::globals::GLOBALS;
use crate::cli::{own, tree};
use crate::env::Env;
use crate::model::{self, Operation};

/// What can stand at a place.
#[derive(Debug)]
pub(super) struct Place {
    /// The words of the command so far: `iam`, `create-user`.
    path: Vec<String>,
    /// The command that they lead to.
    command: Command,
    /// The option whose value is in question, without dashes.
    option: Option<String>,
    /// Options that stand on the line already.
    used: Vec<String>,
}

impl Place {
    /// Walks the words before the one in question. Unknown ones are passed over.
    pub(super) fn of(words: &[String], current: &str) -> Place {
        let mut place =
            Place { path: Vec::new(), command: tree::full("iamctl"), option: None, used: Vec::new() };
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
            let takes = self.argument(name).is_some_and(takes_values) || global_takes_value(name);
            if takes && value.is_none() {
                self.option = Some(name.to_owned());
            }
            return;
        }
        if let Some(name) = self.option.take() {
            // A list goes on until the next option.
            if self
                .operation()
                .and_then(|one| one.option(&name))
                .is_some_and(|member| matches!(member.shape.kind, model::Kind::List(_)))
            {
                self.option = Some(name);
            }
            return;
        }
        let below = self.command.get_subcommands().find(|one| one.get_name() == word).cloned();
        if let Some(below) = below {
            self.command = below;
            self.path.push(word.to_owned());
        }
    }

    /// The operation, by its own name or a waiter's.
    pub(super) fn operation(&self) -> Option<&'static Operation> {
        let service = model::service(self.path.first()?)?;
        match self.path.get(1..)? {
            [wait, waiter] if wait == "wait" => service.operation(service.waiter(waiter)?.operation),
            [operation] => service.operation(operation),
            _ => None,
        }
    }

    fn argument(&self, name: &str) -> Option<&Arg> {
        self.command.get_arguments().find(|arg| arg.get_long() == Some(name))
    }

    pub(super) fn candidates(&self, words: &[String], current: &str, env: &Env) -> Vec<Candidate> {
        if let Some(option) = &self.option {
            return values::of(self, option, words, current, env);
        }
        if let Some((name, _)) = current.strip_prefix("--").and_then(|rest| rest.split_once('=')) {
            let typed = current.split_once('=').map_or("", |(_, typed)| typed);
            let found = values::of(self, name, words, typed, env);
            let join = |one: Candidate| Candidate { word: format!("--{name}={}", one.word), ..one };
            return found.into_iter().map(join).collect();
        }
        if current.starts_with('-') {
            return self.options();
        }
        let mut found = self.commands();
        if found.is_empty() {
            found = self.positional(env);
        }
        if found.is_empty() && self.operation().is_some() {
            found = self.options();
        }
        found
    }

    /// The commands below this one.
    fn commands(&self) -> Vec<Candidate> {
        let about = |one: &Command| one.get_about().map(ToString::to_string).unwrap_or_default();
        let shown = self.command.get_subcommands().filter(|one| !one.is_hide_set());
        let mut found: Vec<Candidate> = shown
            .map(|one| Candidate::new(one.get_name(), self.summary(one.get_name(), about(one))))
            .collect();
        if !found.is_empty() {
            found.push(Candidate::new("help", "Show help"));
        }
        found.sort_by(|a, b| a.word.cmp(&b.word));
        found
    }

    /// What is said of a command below this one.
    fn summary(&self, name: &str, about: String) -> String {
        match self.path.first().filter(|_| self.path.len() == 1).and_then(|service| model::service(service)) {
            Some(service) => super::known::summary(service, name).unwrap_or(about),
            None => about,
        }
    }

    /// The options that can follow: the command's own, then the global ones.
    fn options(&self) -> Vec<Candidate> {
        let repeated = |name: &str| self.used.iter().any(|used| used == name);
        let own = self.command.get_arguments().filter(|arg| !arg.is_hide_set());
        let mut found: Vec<Candidate> = own
            .filter_map(|arg| {
                let name = arg.get_long()?;
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                let member = self.operation().and_then(|one| one.option(name));
                let help = member.map_or(help, |member| super::known::option(member));
                (!repeated(name)).then(|| Candidate::new(format!("--{name}"), help))
            })
            .collect();
        if !self.path.is_empty() {
            let globals = GLOBALS.iter().filter(|one| !repeated(one.name.trim_start_matches('-')));
            found.extend(globals.map(|one| Candidate::new(one.name, one.help)));
        }
        found
    }

    /// What stands without a name: files, names of settings.
    fn positional(&self, env: &Env) -> Vec<Candidate> {
        let words: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["configure", "get" | "set" | "remove"] => super::known::settings(),
            ["sandbox", "export" | "import"] => super::files::below("", env),
            ["completion"] => super::SHELLS.iter().map(|shell| Candidate::plain(*shell)).collect(),
            _ => Vec::new(),
        }
    }

    /// The values that the tables list for an option.
    pub(super) fn listed(&self, option: &str) -> Vec<Candidate> {
        if let Some(global) = GLOBALS.iter().find(|one| one.name.trim_start_matches('-') == option) {
            return global.choices.iter().map(|choice| Candidate::plain(*choice)).collect();
        }
        let member = self.operation().and_then(|one| one.option(option));
        if let Some(member) = member {
            let shape = match &member.shape.kind {
                model::Kind::List(item) => item,
                _ => member.shape,
            };
            return shape.values.iter().map(|value| Candidate::plain(*value)).collect();
        }
        let values = self.argument(option).map(Arg::get_possible_values).unwrap_or_default();
        values.iter().map(|value| Candidate::plain(value.get_name())).collect()
    }

    /// Whether the line is one of the program's own commands.
    pub(super) fn is_own(&self) -> bool {
        self.path.first().is_some_and(|first| own::top(first).is_some())
    }
}

fn takes_values(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append | ArgAction::Set)
}

fn global_takes_value(name: &str) -> bool {
    use crate::cli::reader::Takes;
    let global = GLOBALS.iter().find(|one| one.name.trim_start_matches('-') == name);
    global.is_some_and(|one| !matches!(one.takes, Takes::Nothing | Takes::End))
}
