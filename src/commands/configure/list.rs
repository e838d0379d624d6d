//! `configure list`: the values in use and where they come from.

use super::session;
use crate::commands::{Context, terminal};
use crate::config::{Config, SANDBOX_REGION};
use crate::credentials::Source;
use crate::error::Result;
use crate::secret;

const NOT_SET: &str = "<not set>";
const NONE: &str = "None";

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    row("NAME", "VALUE", "TYPE", "LOCATION")?;
    profile(context)?;
    let config = context.config()?;
    match session::credentials(context, config)? {
        Some((found, source)) => {
            let place = match (source, config.account()) {
                (Source::Sandbox, Some(account)) => format!("sandbox:{account}"),
                _ => String::new(),
            };
            row("access_key", &secret::masked(found.access_key_id()), source.method(), &place)?;
            row("secret_key", &secret::masked(found.secret_access_key()), source.method(), &place)?;
        }
        None => {
            row("access_key", NOT_SET, NONE, NONE)?;
            row("secret_key", NOT_SET, NONE, NONE)?;
        }
    }
    region(context, config)
}

fn row(name: &str, value: &str, kind: &str, location: &str) -> Result<()> {
    terminal::print(&format!("{name:<10} : {value:<24} : {kind:<16} : {location}\n"))
}

fn profile(context: &Context<'_>) -> Result<()> {
    match (context.globals.profile.as_deref(), context.profile()) {
        (Some(name), _) if !name.is_empty() => row("profile", name, "manual", "--profile"),
        (_, Some(name)) => row("profile", &name, "env", "['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']"),
        (_, None) => row("profile", NOT_SET, NONE, NONE),
    }
}

/// The option `--region` plays no part.
fn region(context: &Context<'_>, config: &Config) -> Result<()> {
    if let Some(account) = config.account() {
        return row("region", SANDBOX_REGION, Source::Sandbox.method(), &format!("sandbox:{account}"));
    }
    let of_environment = context.env.get("AWS_REGION").or_else(|| context.env.get("AWS_DEFAULT_REGION"));
    match (of_environment, config.key("region")) {
        (Some(region), _) => row("region", &region, "env", "['AWS_REGION', 'AWS_DEFAULT_REGION']"),
        (None, Some(region)) => {
            let path = context.env.get("AWS_CONFIG_FILE").unwrap_or_else(|| "~/.aws/config".into());
            row("region", region, "config-file", &path)
        }
        (None, None) => row("region", NOT_SET, NONE, NONE),
    }
}
