//! The command line as a clap tree.
//!
//! A run builds only the command that its line names. The whole tree is for
//! help, man pages and completions, and for the test that walks it. Every
//! value is an occurrence of its own (`--name=value`), so that a list without
//! a word and words that begin with a dash survive.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use crate::cli::globals::{GLOBALS, Global};
use crate::cli::operation::{self, BOOTSTRAP_METHODS, SKELETONS};
use crate::cli::own::{self, Own, OwnOption};
use crate::cli::reader::Takes;
use crate::model::{self, Kind, Member, Operation, Service, Waiter};

/// The whole tree.
pub fn full(program: &str) -> Command {
    let services = model::SERVICES.iter().copied().map(service);
    globals_only().bin_name(program).subcommands(services).subcommands(own::TOP.iter().map(own))
}

/// The part of the tree that help about a command needs: the command, with
/// the names of those below it. Nothing where there is no such command.
pub fn named(program: &str, path: &[impl AsRef<str>]) -> Option<Command> {
    let mut words = path.iter().map(AsRef::as_ref);
    let Some(first) = words.next() else { return Some(full(program)) };
    let mut command = match model::service(first) {
        Some(found) => service(found),
        None => own::top(first).map(own)?,
    };
    let mut name = format!("{program} {first}");
    for word in words {
        let below = command.get_subcommands().find(|one| one.get_name() == word)?.clone();
        command = below;
        name.push(' ');
        name.push_str(word);
    }
    Some(command.bin_name(name))
}

/// The program with its global options and without commands.
pub fn globals_only() -> Command {
    plain("iamctl").about("Work with AWS IAM and STS").args(GLOBALS.iter().map(global))
}

fn plain(name: &'static str) -> Command {
    Command::new(name).disable_help_flag(true).disable_version_flag(true).disable_help_subcommand(true)
}

fn global(option: &'static Global) -> Arg {
    arg(option.name, option.takes, option.choices).help(option.help)
}

/// A service with its operations.
pub fn service(service: &'static Service) -> Command {
    let mut command = plain(service.name)
        .about(service.full_name)
        .subcommands(service.operations.iter().map(operation))
        .subcommands(own::under_service(service.name).iter().map(own));
    if !service.waiters.is_empty() {
        let waiters = service.waiters.iter().map(|one| waiter(service, one));
        command =
            command.subcommand(plain("wait").about("Wait until a condition is met").subcommands(waiters));
    }
    command
}

fn waiter(service: &Service, waiter: &'static Waiter) -> Command {
    let command = match service.operation(waiter.operation) {
        Some(found) => operation(found),
        None => plain(waiter.command),
    };
    command.name(waiter.command)
}

/// An operation with its options.
pub fn operation(operation: &'static Operation) -> Command {
    let mut command = plain(operation.command);
    let paginator = operation.paginator;
    let whole_input = operation::has_skeleton(operation);
    for member in operation.input {
        let shadowed = paginator.is_some_and(|paginator| paginator.input_token == member.name);
        for arg in member_args(member, whole_input) {
            command = command.arg(arg.hide(shadowed));
        }
    }
    if whole_input {
        command = command
            .arg(arg("--cli-input-json", Takes::One, &[]).help("The whole input as JSON"))
            .arg(arg("--cli-input-yaml", Takes::One, &[]).help("The whole input as YAML"));
        if paginator.is_some() {
            command = command
                .arg(arg("--starting-token", Takes::One, &[]).help("Where an earlier result was cut"))
                .arg(arg("--page-size", Takes::One, &[]).help("Items of each call"));
        }
        command.arg(
            arg("--generate-cli-skeleton", Takes::AtMostOne("input"), SKELETONS)
                .help("Print an input or output to fill in, and send nothing"),
        )
    } else {
        let method = arg("--bootstrap-method", Takes::One, BOOTSTRAP_METHODS);
        command
            .arg(
                arg("--outfile", Takes::One, &[])
                    .required_unless_present("bootstrap-method")
                    .help("Where to write the secret; QRCodeTerminal needs no file"),
            )
            .arg(method.required(true).help("How to show the secret"))
    }
}

fn member_args(member: &'static Member, whole_input: bool) -> Vec<Arg> {
    let id = member.option;
    let takes = match member.shape.kind {
        Kind::Boolean => {
            // clap wants names that last; there are few of them, and they do as long as the process.
            let no: &'static str = format!("no-{id}").leak();
            let flag = |id, other| Arg::new(id).long(id).action(ArgAction::SetTrue).overrides_with(other);
            return vec![flag(id, no), flag(no, id)];
        }
        Kind::List(_) => Takes::Many,
        _ => Takes::One,
    };
    let arg = valued(Arg::new(id).long(id), takes);
    // Whether something is missing has been judged by the reference's rules.
    vec![match (member.required, whole_input) {
        (false, _) => arg,
        (true, false) => arg.required(true),
        (true, true) => {
            arg.required_unless_present_any(["cli-input-json", "cli-input-yaml", "generate-cli-skeleton"])
        }
    }]
}

/// One of the program's own commands, with those below it.
pub fn own(own: &'static Own) -> Command {
    let mut command = plain(own.name)
        .about(own.help)
        .args(own.options.iter().map(own_option))
        .subcommands(own.commands.iter().map(self::own));
    for name in own.positionals {
        command = command.arg(Arg::new(*name).required(!own.optional));
    }
    command
}

fn own_option(option: &'static OwnOption) -> Arg {
    arg(option.name, option.takes, option.choices).required(option.required).help(option.help)
}

fn arg(name: &'static str, takes: Takes, choices: &'static [&'static str]) -> Arg {
    let id = name.trim_start_matches('-');
    let arg = valued(Arg::new(id).long(id), takes);
    if choices.is_empty() { arg } else { arg.value_parser(PossibleValuesParser::new(choices)) }
}

fn valued(arg: Arg, takes: Takes) -> Arg {
    match takes {
        Takes::Nothing | Takes::End => arg.action(ArgAction::SetTrue),
        Takes::One | Takes::AtMostOne(_) | Takes::Many => {
            arg.action(ArgAction::Append).num_args(0..=1).require_equals(true).value_name("value")
        }
    }
}
