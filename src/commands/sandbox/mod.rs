//! `sandbox`: the embedded accounts of this program. The reference has nothing like it.

mod copy;
mod list;
mod serve;
mod transfer;

use std::path::PathBuf;

use aws_credential_types::Credentials;

use super::configure::export_credentials;
use super::{Context, terminal};
use crate::cli::OwnCommand;
use crate::error::{Error, Result};
use crate::sandbox::{self, Account, Fault, Name};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let place = Place::of(command, context)?;
    match command.path.last() {
        Some(&"credentials") => credentials(command, &place),
        Some(&"export") => transfer::export(command, &place, context),
        Some(&"import") => transfer::import(command, &place, context),
        Some(&"list") => list::run(&place.folder, context),
        Some(&"path") => {
            terminal::print(&format!("{}\n", Account::path(&place.folder, &place.name).display()))
        }
        Some(&"reset") => reset(command, &place),
        _ => serve::run(command, &place, context),
    }
}

/// The account that a command is about.
struct Place {
    folder: PathBuf,
    name: Name,
}

impl Place {
    /// `--name`, else the built-in profile's account, else the default one.
    fn of(command: &OwnCommand, context: &Context<'_>) -> Result<Place> {
        let folder = sandbox::directory(context.env).ok_or_else(|| {
            Error::general("There is no place for the sandbox: set HOME or IAMCTL_SANDBOX_DIR.")
        })?;
        let given = command.option("name").map(|name| name.strip_prefix("sandbox:").unwrap_or(name));
        let name = match given {
            Some(name) => Name::new(name),
            None => {
                context.profile().and_then(|profile| Name::of_word(&profile)).unwrap_or(Ok(Name::default()))
            }
        };
        Ok(Place { folder, name: name.map_err(Error::usage)? })
    }

    /// Opens it, and makes it where there is none.
    fn open(&self) -> Result<Account> {
        Account::open(&self.folder, &self.name).map_err(failed)
    }
}

/// A fault of the account as an error of the command.
fn failed(fault: Fault) -> Error {
    Error::general(fault.message)
}

fn credentials(command: &OwnCommand, place: &Place) -> Result<()> {
    let root = place.open()?.root_key().map_err(failed)?;
    let format = command.option("format").unwrap_or("process");
    let found = Credentials::new(root.id, root.secret.expose(), None, None, "sandbox");
    terminal::print(&export_credentials::text(&found, format))
}

fn reset(command: &OwnCommand, place: &Place) -> Result<()> {
    let question = format!("Remove all that is in the account sandbox:{}? [y/N]: ", place.name);
    if !sure(command, &question)? {
        return terminal::print("Nothing was removed.\n");
    }
    place.open()?.reset().map_err(failed)
}

/// Whether the person means it. Nobody is asked where nobody types: a script says what it means.
fn sure(command: &OwnCommand, question: &str) -> Result<bool> {
    match command.option("yes").is_some() || !terminal::is_typed() {
        true => Ok(true),
        false => terminal::confirm(question),
    }
}
