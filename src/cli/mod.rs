//! The command line: what a line means, by the reference's rules.
//!
//! A line is read in the reference's passes, and a caller that needs to do
//! something between two of them can:
//!
//! 1. [`first_pass`] finds `--profile` and `--debug`;
//! 2. [`main_pass`] finds the global options and the command;
//! 3. here the reference compiles `--query`; then comes [`Start::check`], for
//!    `--endpoint-url` and the timeouts;
//! 4. [`command_pass`] reads the command's own options.
//!
//! [`read`] does all of them, with a hook for step 3. Whether the profile
//! exists, what the parameters' texts mean and everything else comes after.
//! Nothing here reads a file, the environment or the configuration.
//!
//! Words are split by [`reader`] over the service tables, because clap's own
//! rules cannot give the reference's reading; clap gets canonical words only.

pub mod canonical;
pub mod commands;
pub mod endpoint;
pub mod foreign;
pub mod globals;
pub mod group;
pub mod line;
pub mod near;
pub mod number;
pub mod operation;
pub mod own;
pub mod reader;
pub mod tree;
pub mod usage;

#[cfg(test)]
mod tests;

pub use commands::Alias;
pub use globals::{First, Main, Start, first_pass, main_pass};
pub use line::{Call, Globals, Line, OwnCommand, Read, Skeleton};
pub use number::Integer;

use crate::error::Result;
use crate::model;

/// What the caller knows and a line does not say.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The program's name in messages.
    pub program: &'c str,
    /// The names out of the alias file.
    pub aliases: &'c [Alias],
}

/// Reads a line; `between` is called where the reference compiles `--query`.
///
/// Errors of the first and the main pass are marked as early. Those of the
/// first pass never obey an error format at all: a caller to whom this matters
/// calls [`first_pass`] before.
pub fn read(
    words: &[&str],
    context: &Context<'_>,
    between: &mut dyn FnMut(&Globals) -> Result<()>,
) -> Result<Read> {
    first_pass(words, context)?;
    match main_pass(words, context)? {
        Main::Version => Ok(Read { globals: Globals::default(), line: Line::Version }),
        Main::Help => Ok(Read { globals: Globals::default(), line: Line::Help { path: Vec::new() } }),
        Main::Command(mut start) => {
            between(&start.globals)?;
            start.check()?;
            let line = command_pass(&start, context)?;
            Ok(Read { globals: start.globals, line })
        }
    }
}

/// Whether the command of a line is one that this program has, an alias, or none at all; not one that only the
/// reference has.
pub fn has(start: &Start<'_>, context: &Context<'_>) -> bool {
    foreign::kind(start.command).is_none()
        || commands::is_alias(context.aliases, "", start.command)
        || group::own_of_foreign(start).is_some()
}

/// Reads what follows the command.
pub fn command_pass(start: &Start<'_>, context: &Context<'_>) -> Result<Line> {
    let name = start.command;
    if commands::is_alias(context.aliases, "", name) {
        Ok(group::alias(&[], name, &start.words))
    } else if let Some(service) = model::service(name) {
        operation::service_pass(service, start, context)
    } else if let Some(own) = own::top(name) {
        group::own_pass(own, Vec::new(), &start.words, start, context)
    } else if let Some((own, words)) = group::own_of_foreign(start) {
        group::own_pass(own, vec!["sso"], &words, start, context)
    } else if let Some(kind) = foreign::kind(name) {
        group::foreign_pass(kind, start, context)
    } else {
        group::help_pass(&start.words, context)
    }
}
