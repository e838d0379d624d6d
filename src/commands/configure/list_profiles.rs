//! `configure list-profiles`: the profiles of both files, one a line.

use crate::commands::{Context, terminal};
use crate::config::Files;
use crate::error::Result;

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let files = Files::read(context.env)?;
    let lines: String = files.profiles().map(|name| format!("{name}\n")).collect();
    terminal::print(&lines)
}
