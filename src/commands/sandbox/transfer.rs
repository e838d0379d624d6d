//! `sandbox export` and `sandbox import`: the account as a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Place, copy, failed, sure};
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::error::{Error, Result};
use crate::json;
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
            write_private(&path, &text).map_err(|error| Error::general(terminal::errno(&error, name)))
        }
    }
}

/// Writes a file that holds secrets: for the user alone, and whole or not at all.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let beside = PathBuf::from(format!("{}.part-{}", path.display(), std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file: File| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

pub(super) fn import(command: &OwnCommand, place: &Place, context: &Context<'_>) -> Result<()> {
    let from_account = command.option("from-account").is_some();
    let document = match (command.positionals.first().map(String::as_str), from_account) {
        (Some(name), false) => read(name, context)?,
        (None, true) => copy::details(context)?,
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

fn read(name: &str, context: &Context<'_>) -> Result<Value> {
    let text = match name {
        "-" => io::read_to_string(io::stdin()),
        name => fs::read_to_string(context.env.expand_home(name)),
    };
    let text = text.map_err(|error| Error::general(terminal::errno(&error, name)))?;
    json::read(&text).map_err(|error| Error::general(format!("{name} is no JSON document: {error}")))
}
