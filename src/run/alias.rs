//! Aliases: names for lines, out of `~/.aws/cli/alias`.
//!
//! `[toplevel]` holds commands of the program, `[command iam]` those of a
//! service, `[command iam wait]` those of a group in it. What an alias stands
//! for is words, or, after a `!`, a line for the shell.

use std::io::ErrorKind;
use std::process::{Command, ExitStatus};

use crate::cli::commands::Commands;
use crate::cli::reader::Names as _;
use crate::cli::{self, Alias, Globals, Main, Start};
use crate::config_file::{Plain, parse_plain};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::model;
use crate::shell_words;

/// How many aliases may lead to one another.
const MOST: usize = 50;

/// All aliases and what they stand for.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    /// Their names, as the reading of a line wants them.
    pub(super) names: Vec<Alias>,
    /// In the order of the names.
    values: Vec<String>,
}

/// A use of an alias, as the line has it.
pub(super) struct Use {
    /// The words of the command that it stands under.
    pub(super) under: Vec<String>,
    /// Its name.
    pub(super) name: String,
    /// The words after it.
    pub(super) words: Vec<String>,
    /// The global options of the line.
    pub(super) globals: Globals,
}

/// What an alias stands for.
pub(super) enum Meaning {
    /// A line for the shell.
    Shell(String),
    /// Words of a line.
    Words(Vec<String>),
}

impl Aliases {
    /// Reads the file; without one there are none.
    pub(super) fn read(env: &Env) -> Result<Aliases> {
        let path = env.expand_home("~/.aws/cli/alias");
        let shown = path.display();
        let unreadable = || Error::general(format!("Unable to parse config file: {shown}"));
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Aliases::default());
            }
            Err(error) => {
                let missing = format!("The specified config file ({shown}) could not be found.");
                return Err(Error::general(missing).hint(error.to_string()));
            }
        };
        let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
        let sections = parse_plain(&text).map_err(|error| unreadable().hint(error.what))?;
        Ok(Aliases::of(sections))
    }

    fn of(sections: Plain) -> Aliases {
        let mut aliases = Aliases::default();
        for (section, keys) in sections {
            let words: Vec<&str> = section.split_whitespace().collect();
            let under = match words.as_slice() {
                ["toplevel"] if section == "toplevel" => String::new(),
                ["command", under @ ..] if !under.is_empty() => under.join(" "),
                _ => continue,
            };
            for (name, value) in keys {
                aliases.names.push(Alias { under: under.clone(), name });
                aliases.values.push(value.trim().to_owned());
            }
        }
        aliases
    }

    /// What the alias of this name stands for, and the names that count while it is read.
    pub(super) fn expand(&self, used: &Use) -> Result<(Meaning, Vec<Alias>)> {
        let under = used.under.join(" ");
        let at = self.names.iter().position(|alias| alias.under == under && alias.name == used.name);
        let value = at.and_then(|at| self.values.get(at)).map(String::as_str).unwrap_or_default();
        if let Some(line) = value.strip_prefix('!') {
            return Ok((Meaning::Shell(shell_line(line, &used.words)), self.names.clone()));
        }
        let mut words = shell_words::split(value).map_err(|error| {
            Error::general(format!(
                "Value of alias \"{}\" could not be parsed. Received error: {error} when parsing:\n{value}",
                used.name
            ))
        })?;
        let mut names = self.names.clone();
        if hides(used, words.first()) {
            names.retain(|alias| alias.under != under || alias.name != used.name);
            if !used.under.is_empty()
                && let Some(first) = words.first_mut()
            {
                first.clone_from(&used.name);
            }
        }
        Ok((Meaning::Words(words), names))
    }
}

/// Whether the alias hides a command that it means itself: a top-level one where its first word is its own
/// name; an operation always, whatever the first word is.
fn hides(used: &Use, first: Option<&String>) -> bool {
    match used.under.as_slice() {
        [] => {
            let real = Commands { aliases: &[] };
            first == Some(&used.name) && real.has(&used.name)
        }
        [service] => model::service(service).is_some_and(|service| service.operation(&used.name).is_some()),
        _ => false,
    }
}

/// The line with the words behind it, in quotes where the shell would read them otherwise.
fn shell_line(line: &str, words: &[String]) -> String {
    let mut line = line.to_owned();
    for word in words {
        line.push(' ');
        line.push_str(&quoted(word));
    }
    line
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\"'\"'")),
    }
}

/// Runs a line in the shell; gives the exit code to end with.
pub(super) fn shell(line: &str) -> Result<u8> {
    let status = Command::new("/bin/sh").args(["-c", line]).status();
    let status = status.map_err(|error| Error::general(format!("The shell cannot be started: {error}")))?;
    Ok(code(status))
}

#[cfg(unix)]
fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt as _;
    // A signal's number counts down from 256, as the reference passes it on.
    let code = status.code().unwrap_or_else(|| -status.signal().unwrap_or(1));
    u8::try_from(code.rem_euclid(256)).unwrap_or(1)
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// The error of aliases that lead to one another without end.
pub(super) fn check_depth(depth: usize) -> Result<()> {
    match depth < MOST {
        true => Ok(()),
        false => Err(Error::general("maximum recursion depth exceeded while calling a Python object")),
    }
}

/// Reads the words of an alias as a line; those of a command's alias follow that command.
///
/// The words that were typed after the alias come last; what was typed of global options counts where the
/// alias says nothing.
pub(super) fn read<'w>(words: &'w [String], used: &'w Use, context: &cli::Context<'_>) -> Result<Main<'w>> {
    let service = used.under.first().map(String::as_str);
    let line: Vec<&str> = service.into_iter().chain(words.iter().map(String::as_str)).collect();
    let mut start = match cli::main_pass(&line, context).map_err(late)? {
        Main::Command(start) => start,
        other => return Ok(other),
    };
    refuse(&start.globals, &used.name)?;
    let groups = used.under.iter().skip(1).map(String::as_str);
    let typed = used.words.iter().map(String::as_str);
    start.words = groups.chain(start.words).chain(typed).collect();
    start.check()?;
    merge(&mut start, &used.globals);
    Ok(Main::Command(start))
}

/// Errors in an alias come after the configuration is known.
fn late(mut error: Error) -> Error {
    error.early = false;
    error
}

fn refuse(globals: &Globals, name: &str) -> Result<()> {
    let option = match (&globals.profile, globals.debug) {
        (Some(_), _) => "--profile",
        (None, true) => "--debug",
        (None, false) => return Ok(()),
    };
    Err(Error::general(format!(
        "Global parameter \"{option}\" detected in alias \"{name}\" which is not supported in subcommand aliases."
    )))
}

/// What the alias does not say is as it was typed.
fn merge(start: &mut Start<'_>, typed: &Globals) {
    let alias = std::mem::replace(&mut start.globals, typed.clone());
    let merged = &mut start.globals;
    let texts = [
        (&mut merged.endpoint_url, alias.endpoint_url),
        (&mut merged.output, alias.output),
        (&mut merged.query, alias.query),
        (&mut merged.region, alias.region),
        (&mut merged.color, alias.color),
        (&mut merged.ca_bundle, alias.ca_bundle),
        (&mut merged.cli_binary_format, alias.cli_binary_format),
        (&mut merged.cli_error_format, alias.cli_error_format),
    ];
    for (slot, text) in texts {
        if text.is_some() {
            *slot = text;
        }
    }
    merged.cli_read_timeout = alias.cli_read_timeout.or(merged.cli_read_timeout);
    merged.cli_connect_timeout = alias.cli_connect_timeout.or(merged.cli_connect_timeout);
    let flags = [
        (&mut merged.no_verify_ssl, alias.no_verify_ssl),
        (&mut merged.no_paginate, alias.no_paginate),
        (&mut merged.no_sign_request, alias.no_sign_request),
        (&mut merged.no_cli_pager, alias.no_cli_pager),
        (&mut merged.cli_auto_prompt, alias.cli_auto_prompt),
        (&mut merged.no_cli_auto_prompt, alias.no_cli_auto_prompt),
    ];
    for (slot, flag) in flags {
        *slot |= flag;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases() -> Aliases {
        let file = "[toplevel]\nwho = sts get-caller-identity --output text\nsts = sts --region x\nhi = !echo hi\n\
                    bad = sts 'x\n[command iam]\nget-role = list-users --output text\nmk = create-user\n\
                    [command  iam wait]\nue = user-exists\n[other]\nk = v\n";
        Aliases::of(parse_plain(file).unwrap())
    }

    fn used(under: &[&str], name: &str, words: &[&str]) -> Use {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Use { under: owned(under), name: name.to_owned(), words: owned(words), globals: Globals::default() }
    }

    fn words(under: &[&str], name: &str) -> (Vec<String>, usize) {
        match aliases().expand(&used(under, name, &[])).unwrap() {
            (Meaning::Words(words), names) => (words, names.len()),
            (Meaning::Shell(_), _) => panic!("a shell line"),
        }
    }

    #[test]
    fn an_alias_that_hides_its_own_command_means_that_command() {
        let all = aliases().names.len();
        assert_eq!(all, 7);
        assert_eq!(
            words(&[], "who"),
            (vec!["sts".into(), "get-caller-identity".into(), "--output".into(), "text".into()], all)
        );
        assert_eq!(words(&[], "sts").1, all - 1);
        assert_eq!(
            words(&["iam"], "get-role").0[0],
            "get-role",
            "the operation runs, whatever the first word is"
        );
        assert_eq!(words(&["iam", "wait"], "ue").0, ["user-exists"]);
    }

    #[test]
    fn words_for_the_shell_are_quoted() {
        let Ok((Meaning::Shell(line), _)) =
            aliases().expand(&used(&[], "hi", &["a", "b c", "it's", "", "$x"]))
        else {
            panic!("no shell line")
        };
        assert_eq!(line, "echo hi a 'b c' 'it'\"'\"'s' '' '$x'");
        assert_eq!(shell("exit 3").unwrap(), 3);
        #[cfg(unix)]
        assert_eq!(shell("kill -9 $$").unwrap(), 247);
    }

    #[test]
    fn an_open_quote_is_told_with_the_alias() {
        let error = aliases().expand(&used(&[], "bad", &[])).err().unwrap();
        let want = "Value of alias \"bad\" could not be parsed. Received error: No closing quotation when parsing:\nsts 'x";
        assert_eq!(error.message, want);
    }

    #[test]
    fn what_the_alias_says_beats_what_was_typed() {
        let mut typed = used(&["iam"], "mk", &["zed"]);
        typed.globals.region = Some("typed".into());
        typed.globals.output = Some("json".into());
        let words = ["create-user", "--output", "text", "--user-name"].map(str::to_owned);
        let context = cli::Context { program: "x", aliases: &[] };
        let Ok(Main::Command(start)) = read(&words, &typed, &context) else { panic!("no command") };
        assert_eq!((start.command, start.words), ("iam", vec!["create-user", "--user-name", "zed"]));
        assert_eq!(start.globals.region.as_deref(), Some("typed"));
        assert_eq!(start.globals.output.as_deref(), Some("text"));
        let words = ["list-users", "--profile", "p"].map(str::to_owned);
        let error = read(&words, &typed, &context).err().unwrap();
        assert!(error.message.starts_with("Global parameter \"--profile\" detected in alias \"mk\""));
    }
}
