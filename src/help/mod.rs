//! Help: what each command, option and member means, without leaving the terminal.
//!
//! Facts (types, limits, order) come from the tables that the command line is
//! read by; words come from `model/docs`, packed by `cargo xtask words`. The
//! two make a [`Page`], and a page becomes text ([`text`]), its short form, or
//! a man page ([`man`]). A page reads one packed entry and nothing else: no
//! configuration, no network.

mod lines;
pub mod man;
mod members;
mod operation;
mod own;
mod page;
mod program;
pub mod search;
mod service;
mod stem;
mod syntax;
#[cfg(test)]
mod tests;
pub mod text;
mod topic;
mod waiter;
mod words;

pub use lines::{Options, Summaries};
pub use page::{Block, Page, Section};
pub use topic::names as topics;

use crate::cli::own::{self as tables, Own};
use crate::model;

/// The page of a command, given by its words; nothing where there is no such command.
pub fn page(program: &str, path: &[impl AsRef<str>]) -> Option<Page> {
    let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
    let page = match path.as_slice() {
        [] => program::page(program),
        [name] if model::service(name).is_some() => service::page(program, model::service(name)?),
        [service, "wait"] => waiter::group(program, model::service(service)?)?,
        [service, "wait", name] => {
            let service = model::service(service)?;
            waiter::page(program, service, service.waiter(name)?)?
        }
        [name, below @ ..] => {
            let operation = below.first().and_then(|first| model::service(name)?.operation(first));
            match operation {
                Some(operation) if below.len() == 1 => operation::page(program, name, operation),
                Some(_) => return None,
                None => own::page(program, &path, own_command(&path)?),
            }
        }
    };
    Some(page)
}

/// What is said of an error code on the page of a command.
pub fn on_error(path: &[&str], code: &str) -> Option<String> {
    let words = words::Words::of(&format!("operation/{}", path.join(" ")));
    Some(words.part("errors", code)).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The page of a topic.
pub fn topic(program: &str, name: &str) -> Option<Page> {
    topic::page(program, name)
}

/// All pages there are, for the manual.
pub fn all(program: &str) -> Vec<Page> {
    let mut paths: Vec<Vec<&str>> = vec![Vec::new()];
    for service in model::SERVICES {
        paths.push(vec![service.name]);
        paths.extend(service.operations.iter().map(|one| vec![service.name, one.command]));
        if !service.waiters.is_empty() {
            paths.push(vec![service.name, "wait"]);
        }
        paths.extend(service.waiters.iter().map(|one| vec![service.name, "wait", one.command]));
    }
    paths.extend(own_paths());
    let commands = paths.iter().filter_map(|path| page(program, path));
    commands.chain(topics().into_iter().filter_map(|(name, _)| topic(program, &name))).collect()
}

/// The words of every command of our own.
fn own_paths() -> Vec<Vec<&'static str>> {
    fn below(own: &'static Own, before: &[&'static str], paths: &mut Vec<Vec<&'static str>>) {
        let path: Vec<&str> = before.iter().copied().chain([own.name]).collect();
        for one in own.commands {
            below(one, &path, paths);
        }
        paths.push(path);
    }
    let mut paths = Vec::new();
    for one in tables::TOP {
        below(one, &[], &mut paths);
    }
    for service in ["iam", "sso"] {
        for one in tables::under_service(service) {
            below(one, &[service], &mut paths);
        }
    }
    paths.sort();
    paths
}

fn own_command(path: &[&str]) -> Option<&'static Own> {
    let (first, rest) = path.split_first()?;
    let (mut own, rest) = match tables::top(first) {
        Some(own) => (own, rest),
        None => {
            let (name, rest) = rest.split_first()?;
            (tables::under_service(first).iter().find(|one| one.name == *name)?, rest)
        }
    };
    for word in rest {
        own = own.commands.iter().find(|one| one.name == *word)?;
    }
    Some(own)
}
