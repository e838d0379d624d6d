//! `configure`: reads and changes the configuration files. A file for each sub-command.

mod explain;
pub(super) mod export_credentials;
mod files;
mod get;
mod import;
mod interactive;
mod list;
mod list_profiles;
mod mfa_login;
mod questions;
mod remove;
pub(super) mod session;
mod set;
mod sso;
mod sso_session;
mod varname;

use super::Context;
use crate::cli::OwnCommand;
use crate::error::{Error, Result};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    match command.path.get(1).copied() {
        None => interactive::run(context),
        Some("set") => set::run(command, context),
        Some("get") => get::run(command, context),
        Some("list") if command.option("explain").is_some() => explain::run(context),
        Some("list") => list::run(context),
        Some("list-profiles") => list_profiles::run(context),
        Some("import") => import::run(command, context),
        Some("export-credentials") => export_credentials::run(command, context),
        Some("mfa-login") => mfa_login::run(command, context),
        Some("remove") => remove::run(command, context),
        Some("sso") => sso::run(command, context),
        Some("sso-session") => sso_session::run(context),
        Some(other) => Err(Error::general(format!("configure {other} is not supported.")).hint(format!(
            "{} has configure, iam and sts; for configure {other} use the AWS CLI.",
            context.program
        ))),
    }
}
