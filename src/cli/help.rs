//! Help texts, rendered from the clap tree.

use crate::cli::tree;

/// The help text of a command, given by its words; nothing where there is no such command.
pub fn text(program: &str, path: &[impl AsRef<str>]) -> Option<String> {
    let mut command = tree::named(program, path)?;
    Some(command.render_long_help().to_string())
}
