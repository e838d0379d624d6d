//! The commands as a walk down the tables: a shell waits for every key, so no tree is built for a name.

use clap::Arg;

use super::{Candidate, known};
use crate::cli::own::{self, Own};
use crate::cli::reader::Takes;
use crate::cli::{operation, tree};
use crate::help::{self, Options, Summaries};
use crate::model::{self, Operation, Service};

/// A command, as far as the words have led.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    /// The program.
    Top,
    /// A service.
    Service(&'static Service),
    /// `wait` of a service.
    Wait(&'static Service),
    /// An operation, by its own name or a waiter's.
    Operation(&'static Operation),
    /// `sso`: a service that only the reference has, and of which some commands are ours.
    Foreign(&'static str),
    /// One of the program's own.
    Own(&'static Own),
    /// `help`, with the topics behind it.
    Help,
}

/// An option of a command, with its dashes.
#[derive(Debug)]
pub(super) struct Opt {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) takes: Takes,
    pub(super) choices: Vec<&'static str>,
    pub(super) required: bool,
}

/// What can be read about.
fn topics() -> Vec<Candidate> {
    let others = [
        ("search".to_owned(), "Find commands by what they do".to_owned()),
        ("topics".to_owned(), "What there is to read about".to_owned()),
    ];
    let mut found: Vec<Candidate> =
        help::topics().into_iter().chain(others).map(|(name, text)| Candidate::new(name, text)).collect();
    found.sort_by(|a, b| a.word.cmp(&b.word));
    found
}

/// Of the services that only the reference has, the one with commands of ours.
const FOREIGN: &str = "sso";

impl Node {
    /// The command of this name below this one.
    pub(super) fn below(self, name: &str) -> Option<Node> {
        let own = |table: &'static [Own]| table.iter().find(|one| one.name == name).map(Node::Own);
        match self {
            Node::Top if name == FOREIGN => Some(Node::Foreign(FOREIGN)),
            Node::Top if name == "help" => Some(Node::Help),
            Node::Top => model::service(name).map(Node::Service).or_else(|| own(own::TOP)),
            Node::Service(service) if name == "wait" && !service.waiters.is_empty() => {
                Some(Node::Wait(service))
            }
            Node::Service(service) => {
                service.operation(name).map(Node::Operation).or_else(|| own(own::under_service(service.name)))
            }
            Node::Wait(service) => service.operation(service.waiter(name)?.operation).map(Node::Operation),
            Node::Foreign(service) => own(own::under_service(service)),
            Node::Own(one) => own(one.commands),
            Node::Operation(_) | Node::Help => None,
        }
    }

    /// All commands below this one, by name.
    pub(super) fn commands(self) -> Vec<Candidate> {
        let own = |table: &'static [Own]| table.iter().map(|one| Candidate::new(one.name, one.help));
        let mut found: Vec<Candidate> = match self {
            Node::Top => {
                let services = model::SERVICES.iter().map(|one| Candidate::new(one.name, one.full_name));
                let sign_in = Candidate::new(FOREIGN, "Sign in to and out of IAM Identity Center");
                services.chain(own(own::TOP)).chain([sign_in]).collect()
            }
            Node::Service(service) => {
                let operations = service.operations.iter();
                let summaries = Summaries::of(service);
                let wait = (!service.waiters.is_empty())
                    .then(|| Candidate::new("wait", "Wait until a condition is met"));
                operations
                    .map(|one| Candidate::new(one.command, summaries.get(one.command)))
                    .chain(own(own::under_service(service.name)))
                    .chain(wait)
                    .collect()
            }
            Node::Wait(service) => {
                service.waiters.iter().map(|one| Candidate::new(one.command, known::waiter(one))).collect()
            }
            Node::Foreign(service) => own(own::under_service(service)).collect(),
            Node::Own(one) => own(one.commands).collect(),
            Node::Operation(_) => Vec::new(),
            Node::Help => return topics(),
        };
        if !found.is_empty() {
            found.push(Candidate::new("help", "Show help"));
        }
        found.sort_by(|a, b| a.word.cmp(&b.word));
        found
    }

    /// The options of this command alone, as messages list them.
    pub(super) fn options(self) -> Vec<Opt> {
        match self {
            Node::Operation(one) => of_operation(one),
            Node::Own(one) => one
                .options
                .iter()
                .map(|option| Opt {
                    name: option.name.to_owned(),
                    help: option.help.to_owned(),
                    takes: option.takes,
                    choices: option.choices.to_vec(),
                    required: option.required,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn of_operation(one: &'static Operation) -> Vec<Opt> {
    // What help says of the options that are no member's stands in the command's tree.
    let tree = tree::operation(one);
    let arg = |name: &str| tree.get_arguments().find(|arg| arg.get_long() == Some(name));
    let shown = operation::options(one).into_iter().filter(|option| {
        let hidden = arg(option.name.trim_start_matches('-')).is_some_and(Arg::is_hide_set);
        !hidden
    });
    let words = Options::of(one);
    shown
        .map(|option| {
            let name = option.name.trim_start_matches('-');
            let member = one.option(name).or_else(|| one.option(name.strip_prefix("no-")?));
            let told = || arg(name).and_then(Arg::get_help).map(ToString::to_string).unwrap_or_default();
            Opt {
                help: member.map_or_else(told, |member| words.get(member.name)),
                takes: option.takes,
                choices: option.choices.to_vec(),
                required: option.required,
                name: option.name.into_owned(),
            }
        })
        .collect()
}
