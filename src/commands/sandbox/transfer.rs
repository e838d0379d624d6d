//! `sandbox export` and `sandbox import`: the account as a file.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::{Place, copy, failed, sure};
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::error::{Error, Result};
use crate::json;
use crate::private_file::{self, Lasting};
use crate::sandbox::Name;
use crate::value::Value;

pub(super) fn export(command: &OwnCommand, place: &Place, context: &Context<'_>) -> Result<()> {
    let document = place.open()?.export().map_err(failed)?;
    let mut text = String::new();
    json::write(&mut text, &document, json::Style::OUTPUT);
    text.push('\n');
    match command.positionals.first().map(String::as_str) {
        None | Some("-") => terminal::print(&text),
        Some(name) => {
            let path = context.env.expand_home(name);
            write(&path, text.as_bytes()).map_err(|error| Error::general(terminal::errno(&error, name)))
        }
    }
}

/// Puts a private file in the place of what a name leads to; what is no file, as a pipe or a terminal, is written to.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&path) {
        Ok(there) if !there.is_file() && !there.is_dir() => {
            private_file::options().open(&path)?.write_all(content)
        }
        _ => private_file::replace(&path, content, Lasting::Synced),
    }
}

pub(super) fn import(command: &OwnCommand, place: &Place, context: &Context<'_>) -> Result<()> {
    let from_account = command.option("from-account").is_some();
    let document = match (command.positionals.first().map(String::as_str), from_account) {
        (Some(name), false) => read(name, context)?,
        (None, true) => {
            not_itself(place, context)?;
            copy::details(context)?
        }
        _ => return Err(Error::usage("sandbox import needs a file, or --from-account, and not both")),
    };
    let account = place.open()?;
    let filled = account.counts().map_err(failed)?.iter().any(|(_, count)| *count > 0);
    let question = format!("Replace all that is in the account sandbox:{}? [y/N]: ", place.name);
    if filled && !sure(command, &question)? {
        return terminal::print("Nothing was changed.\n");
    }
    account.import(&document).map_err(failed)
}

/// An account that is replaced by its own details loses its keys and passwords.
fn not_itself(place: &Place, context: &Context<'_>) -> Result<()> {
    let source = context.config()?.endpoint_url("IAM")?;
    if source.as_deref().and_then(Name::of_word).and_then(|name| name.ok()).as_ref() != Some(&place.name) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "sandbox:{} would be replaced by a copy of itself, without its keys and passwords. Name another account to \
         copy with --profile, or another sandbox to fill with --name.",
        place.name
    )))
}

fn read(name: &str, context: &Context<'_>) -> Result<Value> {
    let text = match name {
        "-" => io::read_to_string(io::stdin()),
        name => fs::read_to_string(context.env.expand_home(name)),
    };
    let text = text.map_err(|error| Error::general(terminal::errno(&error, name)))?;
    json::read(&text).map_err(|error| Error::general(format!("{name} is no JSON document: {error}")))
}
