//! The passes of commands that are no operations: groups with sub-commands,
//! the program's own commands, waiters, and the reference's other commands.
//!
//! They differ from operations: `help` counts only as the one word there is,
//! and words that nothing knows are listed without blanks.

use crate::cli::commands::{Few, is_alias};
use crate::cli::foreign;
use crate::cli::globals::Start;
use crate::cli::line::{Line, OwnCommand};
use crate::cli::operation::{help, operation_pass};
use crate::cli::own::{self, Own, OwnOption};
use crate::cli::reader::{Description, Fault, Opt, Positional, Takes, read};
use crate::cli::{Context, canonical, number, tree, usage};
use crate::error::{Error, Result};
use crate::model::{self, Service};

/// What the word after a group's name is.
enum Next<'a> {
    /// No word: the group itself, and no words are left.
    Itself,
    /// Help about the group.
    Help,
    /// A sub-command or an alias, and the words that are left.
    Command(&'a str, Vec<&'a str>),
}

fn next<'a>(
    names: &[&str],
    unlisted: &[&str],
    path: &[&str],
    words: &[&'a str],
    start: &Start<'_>,
    context: &Context<'_>,
) -> Result<Next<'a>> {
    if words == ["help"] {
        return Ok(Next::Help);
    }
    let names = Few { names, unlisted, under: &path.join(" "), aliases: context.aliases };
    let positionals = vec![Positional { name: "subcommand", optional: true, names: Some(&names) }];
    let description = Description { options: Vec::new(), positionals };
    let reading =
        read(words, &description).map_err(|fault| usage::refused(&fault, &description, context.program))?;
    match reading.positionals.first().copied().flatten() {
        Some(name) => {
            // All words but this one are left, a `--` beside it included.
            let mut rest = words.to_vec();
            if let Some(at) = rest.iter().position(|word| *word == name) {
                rest.remove(at);
            }
            Ok(Next::Command(name, rest))
        }
        None if reading.extras.is_empty() => Ok(Next::Itself),
        None if start.asks_for_help(&reading.extras) => Ok(Next::Help),
        None => Err(usage::unknown_to_own(&reading.extras, &description.options)),
    }
}

/// A name out of the alias file, for the caller to expand.
pub fn alias(under: &[&str], name: &str, words: &[&str]) -> Line {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Line::Alias { under: owned(under), name: name.to_owned(), words: owned(words) }
}

/// Reads what follows one of the program's own commands. `path` holds the words before it.
pub fn own_pass(
    own: &'static Own,
    mut path: Vec<&'static str>,
    words: &[&str],
    start: &Start<'_>,
    context: &Context<'_>,
) -> Result<Line> {
    path.push(own.name);
    if own.commands.is_empty() {
        return leaf_pass(own, path, words, start, context);
    }
    let (additive, known): (Vec<&Own>, Vec<&Own>) = own.commands.iter().partition(|one| one.additive);
    let names = |all: Vec<&'static Own>| all.iter().map(|one| one.name).collect::<Vec<_>>();
    match next(&names(known), &names(additive), &path, words, start, context)? {
        Next::Help => Ok(help(&path)),
        Next::Itself if own.runs => Ok(Line::Own(OwnCommand { path, ..OwnCommand::default() })),
        Next::Itself => Err(usage::too_few(context.program, &path.join(" "))),
        Next::Command(name, rest) => {
            if is_alias(context.aliases, &path.join(" "), name) {
                return Ok(alias(&path, name, &rest));
            }
            match own.commands.iter().find(|one| one.name == name) {
                Some(one) => own_pass(one, path, &rest, start, context),
                None => Ok(help(&path)),
            }
        }
    }
}

fn leaf_pass(
    own: &'static Own,
    path: Vec<&'static str>,
    words: &[&str],
    start: &Start<'_>,
    context: &Context<'_>,
) -> Result<Line> {
    if words == ["help"] {
        return Ok(help(&path));
    }
    let options: Vec<Opt> = own.options.iter().map(opt).collect();
    let positionals: Vec<Positional<'_>> =
        own.positionals.iter().map(|name| Positional { name, optional: own.optional, names: None }).collect();
    let description = Description { options, positionals };
    let reading = match read(words, &description) {
        Err(Fault::Required { unknown, .. }) if start.asks_for_help(&unknown) => return Ok(help(&path)),
        Err(fault) => return Err(usage::refused(&fault, &description, context.program)),
        Ok(reading) => reading,
    };
    let values: Vec<&str> = reading.positionals.iter().copied().flatten().collect();
    let mut matches = canonical::matches(tree::own(own), &description.options, &reading.uses, &values)?;
    let mut options = Vec::new();
    for option in own.options {
        let id = option.name.trim_start_matches('-');
        if option.takes == Takes::Nothing {
            if matches.get_flag(id) {
                options.push((id, String::new()));
            }
        } else if let Some(text) = matches.remove_one::<String>(id) {
            options.push((id, integer(option, text)?));
        }
    }
    if !reading.extras.is_empty() {
        let asked = start.asks_for_help(&reading.extras);
        return if asked {
            Ok(help(&path))
        } else {
            Err(usage::unknown_to_own(&reading.extras, &description.options))
        };
    }
    let mut positionals = Vec::new();
    for name in own.positionals {
        positionals.extend(matches.remove_one::<String>(name));
    }
    Ok(Line::Own(OwnCommand { path, options, positionals }))
}

fn opt(option: &'static OwnOption) -> Opt {
    let mut opt = Opt::new(option.name, option.takes).choices(option.choices).required(option.required);
    opt.exact_only = option.additive;
    opt
}

fn integer(option: &OwnOption, text: String) -> Result<String> {
    if !option.integer {
        return Ok(text);
    }
    number::integer(&text).map(|number| number.text).ok_or_else(|| usage::no_integer(&text))
}

/// Reads what follows `wait`.
pub fn wait_pass(
    service: &'static Service,
    words: &[&str],
    start: &Start<'_>,
    context: &Context<'_>,
) -> Result<Line> {
    let path = [service.name, "wait"];
    let names: Vec<&str> = service.waiters.iter().map(|waiter| waiter.command).collect();
    match next(&names, &[], &path, words, start, context)? {
        Next::Help => Ok(help(&path)),
        Next::Itself => Err(usage::too_few(context.program, &path.join(" "))),
        Next::Command(name, rest) => {
            let Some(waiter) = service.waiter(name) else { return Ok(alias(&path, name, &rest)) };
            let Some(operation) = service.operation(waiter.operation) else {
                return Err(Error::general(format!("The waiter {name} has no operation")));
            };
            let call = operation_pass(service, operation, &rest, start, context)?;
            Ok(match call {
                Some(call) => Line::Wait { waiter, call },
                None => help(&[service.name, "wait", waiter.command]),
            })
        }
    }
}

/// The help topics of the reference.
static TOPICS: &[&str] = &[
    "topics",
    "config-vars",
    "ddb-expressions",
    "return-codes",
    "s3-case-insensitivity",
    "s3-config",
    "s3-faq",
];

/// Topics of our own, and the search: never proposed for a word that is no topic.
static OUR_TOPICS: &[&str] = &["credentials", "output", "policies", "query", "shorthand", "start", SEARCH];

const SEARCH: &str = "search";

/// Reads what follows `help` as the command.
pub fn help_pass(words: &[&str], context: &Context<'_>) -> Result<Line> {
    if let Some((&SEARCH, sought)) = words.split_first() {
        return Ok(Line::Search(sought.iter().map(|word| (*word).to_owned()).collect()));
    }
    let names = Few { names: TOPICS, unlisted: OUR_TOPICS, under: "help", aliases: &[] };
    let positionals = vec![Positional { name: "subcommand", optional: true, names: Some(&names) }];
    let description = Description { options: Vec::new(), positionals };
    let reading =
        read(words, &description).map_err(|fault| usage::refused(&fault, &description, context.program))?;
    Ok(match reading.positionals.first().copied().flatten() {
        Some(topic) => Line::Topic(topic.to_owned()),
        None => help(&[]),
    })
}

/// The command of ours that stands among those of a service of the reference, and the words that are left.
pub fn own_of_foreign<'a>(start: &Start<'a>) -> Option<(&'static Own, Vec<&'a str>)> {
    foreign::kind(start.command)?;
    let ours = own::under_service(start.command);
    if ours.is_empty() {
        return None;
    }
    let positionals = vec![Positional { name: "operation", optional: false, names: None }];
    let reading = read(&start.words, &Description { options: Vec::new(), positionals }).ok()?;
    let word = reading.positionals.first().copied().flatten()?;
    let own = ours.iter().find(|one| one.name == word)?;
    let mut rest = start.words.clone();
    rest.remove(rest.iter().position(|other| *other == word)?);
    Some((own, rest))
}

/// Refuses a command that only the reference has.
///
/// Where the reference would refuse the line as well, its words are used: what
/// follows is missing, or is an operation of ours and so none of theirs.
pub fn foreign_pass(kind: foreign::Kind, start: &Start<'_>, context: &Context<'_>) -> Result<Line> {
    let (name, optional) = match kind {
        foreign::Kind::Operations => ("operation", false),
        foreign::Kind::Group => ("subcommand", true),
        foreign::Kind::Plain => return Err(not_served(start.command, context)),
    };
    let positionals = vec![Positional { name, optional, names: None }];
    let description = Description { options: Vec::new(), positionals };
    let reading = match read(&start.words, &description) {
        Err(Fault::Required { unknown, .. }) if start.asks_for_help(&unknown) => {
            return Err(not_served(start.command, context));
        }
        Err(fault) => return Err(usage::refused(&fault, &description, context.program)),
        Ok(reading) => reading,
    };
    let word = match reading.positionals.first().copied().flatten() {
        Some(word) => word,
        None if reading.extras.is_empty() => return Err(usage::too_few(context.program, start.command)),
        None => return Err(usage::unknown_to_own(&reading.extras, &description.options)),
    };
    if !model::SERVICES.iter().any(|service| service.operation(word).is_some()) {
        return Err(not_served(start.command, context));
    }
    let fault = Fault::Choice { argument: name.to_owned(), word: word.to_owned(), close: Vec::new() };
    Err(usage::refused(&fault, &description, context.program))
}

fn not_served(command: &str, context: &Context<'_>) -> Error {
    let program = context.program;
    Error::usage(format!(
        "{program} covers iam, sts, configure, sso login and logout; it does not have '{command}'. With \
         IAMCTL_FALLBACK=/path/to/aws in the environment it hands such commands to that program."
    ))
}
