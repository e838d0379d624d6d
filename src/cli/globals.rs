//! The options that every command takes, and the two passes that read them.
//!
//! The main pass sees all words of a line before a service or an operation
//! does, so a short prefix binds to a global option wherever it stands. The
//! first pass knows `--profile` and `--debug` only, but refuses lines too.

use crate::cli::canonical;
use crate::cli::commands::Commands;
use crate::cli::line::Globals;
use crate::cli::reader::{Description, Fault, Opt, Positional, Takes, read};
use crate::cli::{Context, endpoint, number, usage};
use crate::error::{Error, Result};

/// The values of `--output`.
pub static OUTPUTS: &[&str] = &["json", "text", "table", "yaml", "yaml-stream", "off"];
/// The values of `--color`.
pub static COLORS: &[&str] = &["on", "off", "auto"];
/// The values of `--cli-binary-format`.
pub static BINARY_FORMATS: &[&str] = &["base64", "raw-in-base64-out"];
/// The values of `--cli-error-format`.
pub static ERROR_FORMATS: &[&str] = &["legacy", "json", "yaml", "text", "table", "enhanced"];

/// A global option.
pub struct Global {
    /// The name with its dashes.
    pub name: &'static str,
    /// What follows it.
    pub takes: Takes,
    /// The values that are accepted; empty for any.
    pub choices: &'static [&'static str],
    /// What help says.
    pub help: &'static str,
    /// Whether the reference does not have it: then it must be written out.
    pub additive: bool,
}

const fn flag(name: &'static str, help: &'static str) -> Global {
    Global { name, takes: Takes::Nothing, choices: &[], help, additive: false }
}

const fn one(name: &'static str, help: &'static str) -> Global {
    Global { name, takes: Takes::One, choices: &[], help, additive: false }
}

const fn choice(name: &'static str, choices: &'static [&'static str], help: &'static str) -> Global {
    Global { name, takes: Takes::One, choices, help, additive: false }
}

/// In the order in which messages list them.
pub static GLOBALS: &[Global] = &[
    flag("--debug", "Write what is done to stderr"),
    one("--endpoint-url", "Send requests to this URL instead of the service's own"),
    flag("--no-verify-ssl", "Accept any TLS certificate"),
    flag("--no-paginate", "Read only the first page of a reply"),
    choice("--output", OUTPUTS, "The format of the result"),
    one("--query", "A JMESPath expression that selects from the result"),
    one(
        "--profile",
        "The profile to take from the configuration files; sandbox: is an account on this machine",
    ),
    one("--region", "The region; overrides environment and configuration"),
    Global { name: "--version", takes: Takes::End, choices: &[], help: "Show the version", additive: false },
    choice("--color", COLORS, "Whether tables are coloured"),
    flag("--no-sign-request", "Send requests without a signature; no credentials are loaded"),
    one("--ca-bundle", "The file of certificates to trust"),
    one("--cli-read-timeout", "Seconds to wait for a reply; 0 for ever (default 60)"),
    one("--cli-connect-timeout", "Seconds to wait for a connection; 0 for ever (default 60)"),
    choice("--cli-binary-format", BINARY_FORMATS, "How binary parameters are given"),
    flag("--no-cli-pager", "Show the result without a pager"),
    flag("--cli-auto-prompt", "Ask for the line on the terminal, with completion and a word on each option"),
    flag("--no-cli-auto-prompt", "Run the line as it is, even where the profile says to ask"),
    choice("--cli-error-format", ERROR_FORMATS, "The format of errors"),
    Global {
        additive: true,
        ..flag("--query-merged", "Apply --query once to the whole result in text output, not to each page")
    },
    Global { additive: true, ..flag("--no-progress", "Do not tell on a terminal how far long work is") },
];

/// What the first pass finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct First {
    /// `--profile`; never empty.
    pub profile: Option<String>,
    /// `--debug`
    pub debug: bool,
    /// What the words `--cli-auto-prompt` and `--no-cli-auto-prompt`, written out, say; the
    /// environment and the configuration decide where there is neither.
    pub auto_prompt: Option<bool>,
}

/// What the main pass finds.
#[derive(Clone)]
pub enum Main<'a> {
    /// `--version` stands among what is read before anything is wrong.
    Version,
    /// The program's own help is asked for.
    Help,
    /// A command.
    Command(Box<Start<'a>>),
}

/// A command that is still to be read.
#[derive(Clone)]
pub struct Start<'a> {
    /// The global options. The timeouts are filled in by [`Start::check`].
    pub globals: Globals,
    /// The command: a service, one of the program's own or of the reference's, or an alias.
    pub command: &'a str,
    /// The words that are left.
    pub words: Vec<&'a str>,
    read_timeout: Option<String>,
    connect_timeout: Option<String>,
    ends_with_help: bool,
}

/// The first pass. Whether both of the auto-prompt options are there is checked here, too.
pub fn first_pass(words: &[&str], context: &Context<'_>) -> Result<First> {
    let options = vec![Opt::new("--profile", Takes::One), Opt::new("--debug", Takes::Nothing)];
    let description = Description { options, positionals: Vec::new() };
    let reading =
        read(words, &description).map_err(|fault| early(usage::refused_first(&fault, context.program)))?;
    let mut uses = reading.uses.into_iter();
    let profile = uses.next().flatten().and_then(|used| used.words.first().copied());
    let debug = uses.next().flatten().is_some();
    let has = |name: &str| words.contains(&name);
    let auto_prompt = match (has("--cli-auto-prompt"), has("--no-cli-auto-prompt")) {
        (true, true) => {
            return Err(early(Error::usage(
                "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.",
            )));
        }
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let profile = profile.filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(First { profile, debug, auto_prompt })
}

/// The main pass: global options and the command.
pub fn main_pass<'a>(words: &[&'a str], context: &Context<'_>) -> Result<Main<'a>> {
    let options = GLOBALS
        .iter()
        .map(|one| Opt { exact_only: one.additive, ..Opt::new(one.name, one.takes).choices(one.choices) })
        .collect();
    let names = Commands { aliases: context.aliases };
    let positionals = vec![Positional { name: "command", optional: false, names: Some(&names) }];
    let description = Description { options, positionals };
    let ends_with_help = words.last().is_some_and(|word| is_help(word));
    let reading = match read(words, &description) {
        Err(Fault::Required { unknown, .. }) if ends_with_help && all_help(&unknown) => {
            return Ok(Main::Help);
        }
        Err(fault) => return Err(early(usage::refused(&fault, &description, context.program))),
        Ok(reading) if reading.ended => return Ok(Main::Version),
        Ok(reading) => reading,
    };
    let command = reading.positionals.first().copied().flatten().unwrap_or_default();
    let mut matches = canonical::globals(&description.options, &reading.uses)?;
    let mut text = |name: &str| matches.remove_one::<String>(name);
    Ok(Main::Command(Box::new(Start {
        command,
        words: reading.extras,
        read_timeout: text("cli-read-timeout"),
        connect_timeout: text("cli-connect-timeout"),
        ends_with_help,
        globals: Globals {
            endpoint_url: text("endpoint-url"),
            output: text("output"),
            query: text("query"),
            profile: text("profile").filter(|name| !name.is_empty()),
            region: text("region"),
            color: text("color"),
            ca_bundle: text("ca-bundle"),
            cli_binary_format: text("cli-binary-format"),
            cli_error_format: text("cli-error-format"),
            debug: matches.get_flag("debug"),
            no_verify_ssl: matches.get_flag("no-verify-ssl"),
            no_paginate: matches.get_flag("no-paginate"),
            no_sign_request: matches.get_flag("no-sign-request"),
            no_cli_pager: matches.get_flag("no-cli-pager"),
            query_merged: matches.get_flag("query-merged"),
            no_progress: matches.get_flag("no-progress"),
            cli_auto_prompt: matches.get_flag("cli-auto-prompt"),
            no_cli_auto_prompt: matches.get_flag("no-cli-auto-prompt"),
            cli_read_timeout: None,
            cli_connect_timeout: None,
        },
    })))
}

impl Start<'_> {
    /// Checks what the reference checks between the main pass and the
    /// command's own, after `--query` has been compiled.
    pub fn check(&mut self) -> Result<()> {
        if let Some(url) = &self.globals.endpoint_url {
            endpoint::check(url)?;
        }
        let seconds = |text: &Option<String>| match text {
            Some(text) => match number::integer(text) {
                Some(integer) => Ok(Some(integer.number)),
                None => Err(usage::no_integer(text)),
            },
            None => Ok(None),
        };
        if let Some(limit) = seconds(&self.read_timeout)? {
            self.globals.cli_read_timeout = Some(limit);
        }
        if let Some(limit) = seconds(&self.connect_timeout)? {
            self.globals.cli_connect_timeout = Some(limit);
        }
        Ok(())
    }

    /// Whether the words that a pass does not know ask for help.
    pub(super) fn asks_for_help(&self, unknown: &[impl AsRef<str>]) -> bool {
        self.ends_with_help && all_help(unknown)
    }
}

/// `--help` and `-h`, which the reference does not know. One of them as the
/// last word shows help where the reference would refuse the line for nothing
/// but it, or because something is missing.
fn is_help(word: &str) -> bool {
    matches!(word, "--help" | "-h")
}

fn all_help(words: &[impl AsRef<str>]) -> bool {
    !words.is_empty() && words.iter().all(|word| is_help(word.as_ref()))
}

fn early(mut error: Error) -> Error {
    error.early = true;
    error
}
