//! `completion SHELL`: the script by which a shell completes commands.

use super::{Context, terminal};
use crate::cli::OwnCommand;
use crate::complete::{SHELLS, script};
use crate::error::{Error, Result};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let shell = command.positionals.first().map(String::as_str).unwrap_or_default();
    match script(shell, context.program) {
        Some(script) => terminal::print(&script),
        None => Err(Error::usage(format!(
            "There is no completion for {shell}: choose one of {}",
            SHELLS.join(", ")
        ))),
    }
}
