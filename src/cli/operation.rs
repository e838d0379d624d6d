//! The passes of a service: its operation, and the operation's own options.

use std::borrow::Cow;

use clap::ArgMatches;

use crate::cli::commands::{Operations, is_alias};
use crate::cli::globals::Start;
use crate::cli::line::{Call, Globals, Line, Skeleton};
use crate::cli::reader::{Description, Fault, Opt, Positional, Reading, Takes, read};
use crate::cli::{Context, canonical, group, number, own, tree, usage};
use crate::error::{Error, Result};
use crate::model::{Kind, Member, Operation, OperationId, Service, iam};
use crate::params::Words;

/// The values of `--bootstrap-method`. The last one is not the reference's: it draws the code on the terminal.
pub static BOOTSTRAP_METHODS: &[&str] = &["QRCodePNG", "Base32StringSeed", ON_TERMINAL];
/// The bootstrap method that needs no file.
pub const ON_TERMINAL: &str = "QRCodeTerminal";
/// The values of `--generate-cli-skeleton`.
pub static SKELETONS: &[&str] = &["input", "output", "yaml-input"];

/// Reads what follows a service.
pub fn service_pass(service: &'static Service, start: &Start<'_>, context: &Context<'_>) -> Result<Line> {
    let names = Operations { service, aliases: context.aliases };
    let positionals = vec![Positional { name: "operation", optional: false, names: Some(&names) }];
    let description = Description { options: Vec::new(), positionals };
    let path = vec![service.name];
    let reading = match read(&start.words, &description) {
        Err(Fault::Required { unknown, .. }) if start.asks_for_help(&unknown) => return Ok(help(&path)),
        Err(fault) => return Err(usage::refused(&fault, &description, context.program)),
        Ok(reading) => reading,
    };
    let name = reading.positionals.first().copied().flatten().unwrap_or_default();
    let words = reading.extras;
    if is_alias(context.aliases, service.name, name) {
        return Ok(group::alias(&path, name, &words));
    }
    if let Some(operation) = service.operation(name) {
        let path = [service.name, operation.command];
        return Ok(match operation_pass(service, operation, &words, start, context)? {
            Some(call) => Line::Call(call),
            None => help(&path),
        });
    }
    if name == "wait" {
        return group::wait_pass(service, &words, start, context);
    }
    match own::under_service(service.name).iter().find(|one| one.name == name) {
        Some(own) => group::own_pass(own, path, &words, start, context),
        None => Ok(help(&path)),
    }
}

/// Reads what follows an operation; gives nothing where help is asked for.
pub fn operation_pass(
    service: &'static Service,
    operation: &'static Operation,
    words: &[&str],
    start: &Start<'_>,
    context: &Context<'_>,
) -> Result<Option<Call>> {
    let mut options = options(operation);
    if nothing_required(operation, words) {
        for option in &mut options {
            option.required = false;
        }
    }
    if words.iter().any(|word| word.rsplit('=').next() == Some(ON_TERMINAL)) {
        for option in options.iter_mut().filter(|option| option.name == "--outfile") {
            option.required = false;
        }
    }
    let positionals = vec![Positional { name: "help", optional: true, names: None }];
    let description = Description { options, positionals };
    let mut reading = match read(words, &description) {
        Err(Fault::Required { unknown, .. }) if start.asks_for_help(&unknown) => return Ok(None),
        Err(fault) => return Err(usage::refused(&fault, &description, context.program)),
        Ok(reading) => reading,
    };
    match reading.positionals.first().copied().flatten() {
        Some("help") => return Ok(None),
        Some("") | None => {}
        Some(word) => reading.extras.push(word),
    }
    if !reading.extras.is_empty() {
        let help = start.asks_for_help(&reading.extras);
        return if help { Ok(None) } else { Err(usage::unknown(&reading.extras, &description.options)) };
    }
    drop_older_flags(operation, &description.options, &mut reading);
    let matches = canonical::matches(tree::operation(operation), &description.options, &reading.uses, &[])?;
    call(service, operation, matches, &start.globals).map(Some)
}

/// Whether required options may be missing.
///
/// The reference decides this on the bare words, before it reads them: an
/// abbreviation or the `=` form does not count.
fn nothing_required(operation: &Operation, words: &[&str]) -> bool {
    if words == ["help"] {
        return true;
    }
    if !has_skeleton(operation) {
        return false;
    }
    let skeleton = words.iter().position(|word| *word == "--generate-cli-skeleton");
    words.iter().any(|word| matches!(*word, "--cli-input-json" | "--cli-input-yaml"))
        || skeleton.is_some_and(|at| words.get(at + 1) != Some(&"output"))
}

/// All modelled operations but one take a whole input and print skeletons.
pub fn has_skeleton(operation: &Operation) -> bool {
    operation.id != OperationId::Iam(iam::Id::CreateVirtualMfaDevice)
}

/// The options of an operation, in the order in which messages list them.
pub fn options(operation: &'static Operation) -> Vec<Opt> {
    let mut options = Vec::with_capacity(operation.input.len() + 6);
    let limit = operation.paginator.map(|paginator| paginator.limit_key);
    for member in operation.input {
        let takes = match member.shape.kind {
            Kind::Boolean => Takes::Nothing,
            Kind::List(_) => Takes::Many,
            _ => Takes::One,
        };
        let mut option = Opt::new(format!("--{}", member.option), takes).required(member.required);
        option.integer = limit == Some(member.name);
        option.exact_only = member.newer;
        options.push(option);
        if takes == Takes::Nothing {
            options.push(Opt::new(format!("--no-{}", member.option), Takes::Nothing));
        }
    }
    let one = |name: &'static str| Opt::new(Cow::Borrowed(name), Takes::One);
    if has_skeleton(operation) {
        options.push(one("--cli-input-json"));
        options.push(one("--cli-input-yaml"));
        if operation.paginator.is_some() {
            options.push(one("--starting-token"));
            options.push(one("--page-size").integer());
        }
        let skeleton = Opt::new("--generate-cli-skeleton", Takes::AtMostOne("input"));
        options.push(skeleton.choices(SKELETONS));
    } else {
        options.push(one("--outfile").required(true));
        options.push(one("--bootstrap-method").required(true).choices(BOOTSTRAP_METHODS));
    }
    options
}

/// Of a pair `--x` and `--no-x` only the later one stays.
fn drop_older_flags(operation: &Operation, options: &[Opt], reading: &mut Reading<'_>) {
    let flags = operation.input.iter().filter(|member| matches!(member.shape.kind, Kind::Boolean));
    for member in flags {
        let place = |name: String| options.iter().position(|option| option.name == name);
        let yes = place(format!("--{}", member.option));
        let no = place(format!("--no-{}", member.option));
        let (Some(yes), Some(no)) = (yes, no) else { continue };
        let turn = |at: usize| reading.uses.get(at).and_then(|used| used.as_ref()).map(|used| used.turn);
        if let (Some(turn_yes), Some(turn_no)) = (turn(yes), turn(no))
            && let Some(slot) = reading.uses.get_mut(if turn_yes < turn_no { yes } else { no })
        {
            *slot = None;
        }
    }
}

/// Reads the call out of the matches.
fn call(
    service: &'static Service,
    operation: &'static Operation,
    mut matches: ArgMatches,
    globals: &Globals,
) -> Result<Call> {
    let mut paginate = false;
    let mut limit: Option<&Member> = None;
    if let Some(paginator) = operation.paginator {
        let token = operation.member(paginator.input_token);
        paginate = !globals.no_paginate && token.is_none_or(|token| !matches.contains_id(token.option));
        limit = operation.member(paginator.limit_key);
    }
    let mut call = Call {
        service,
        operation,
        options: Vec::new(),
        cli_input_json: None,
        cli_input_yaml: None,
        skeleton: None,
        paginate,
        starting_token: None,
        max_items: None,
        page_size: None,
        outfile: None,
        bootstrap_method: None,
    };
    for member in operation.input {
        let is_limit = limit.is_some_and(|limit| std::ptr::eq(limit, member));
        let Some(mut words) = member_words(&mut matches, member) else { continue };
        if is_limit && let Words::One(text) = &mut words {
            let number = number::integer(text);
            if paginate {
                call.max_items = number;
                continue;
            }
            if let Some(number) = number {
                *text = number.text;
            }
        }
        call.options.push((member, words));
    }
    if has_skeleton(operation) {
        let mut text = |name: &str| matches.remove_one::<String>(name);
        call.cli_input_json = text("cli-input-json");
        call.cli_input_yaml = text("cli-input-yaml");
        call.skeleton = text("generate-cli-skeleton").map(|kind| match kind.as_str() {
            "output" => Skeleton::Output,
            "yaml-input" => Skeleton::YamlInput,
            _ => Skeleton::Input,
        });
        if operation.paginator.is_some() {
            call.starting_token = text("starting-token");
            call.page_size = text("page-size").and_then(|text| number::integer(&text));
        }
        if !paginate {
            refuse_paging(&call)?;
        }
    } else {
        call.outfile = matches.remove_one("outfile");
        call.bootstrap_method = matches.remove_one("bootstrap-method");
    }
    Ok(call)
}

fn member_words(matches: &mut ArgMatches, member: &Member) -> Option<Words> {
    if matches!(member.shape.kind, Kind::Boolean) {
        let no = matches.get_flag(&format!("no-{}", member.option));
        return (no || matches.get_flag(member.option)).then_some(Words::Flag(!no));
    }
    let mut words = canonical::words_of(matches, member.option)?;
    if !matches!(member.shape.kind, Kind::List(_))
        && let Some(word) = words.pop()
    {
        return Some(Words::One(word));
    }
    Some(Words::Many(words))
}

/// Options for paging make no sense where paging is off.
fn refuse_paging(call: &Call) -> Result<()> {
    let token = call.starting_token.as_ref().map(|_| "--starting-token");
    let size = call.page_size.as_ref().map(|_| "--page-size");
    let given: Vec<&str> = token.into_iter().chain(size).collect();
    if given.is_empty() {
        return Ok(());
    }
    let given = given.join(", ");
    Err(Error::usage(format!("Cannot specify --no-paginate along with pagination arguments: {given}")))
}

/// Help about this command.
pub fn help(path: &[&str]) -> Line {
    Line::Help { path: path.iter().map(|word| (*word).to_owned()).collect() }
}
