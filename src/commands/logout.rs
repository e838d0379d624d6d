//! `logout`: removes what `login` keeps for a profile, or all of it.

use std::path::PathBuf;

use ring::digest::{SHA256, digest};

use super::sso::logout::{documents, no_document, remove};
use super::{Context, terminal};
use crate::cli::OwnCommand;
use crate::config_file::Entry;
use crate::credentials::cache::{self, Cache};
use crate::env::Env;
use crate::error::Result;
use crate::value::Value;

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    match command.option("all") {
        Some(_) => all(context),
        None => one(context),
    }
}

/// Where sessions are kept.
fn folder(env: &Env) -> PathBuf {
    env.expand_home(&env.filled("AWS_LOGIN_CACHE_DIRECTORY").unwrap_or_else(|| "~/.aws/login/cache".into()))
}

fn one(context: &Context<'_>) -> Result<()> {
    let profile = context.profile_name();
    let keys = context.config.and_then(|config| config.files.profile(&profile)).unwrap_or_default();
    let Some(session) = keys.get("login_session").and_then(Entry::text) else {
        terminal::complain(&format!("warning: no login session found for profile '{profile}'\n"));
        return Ok(());
    };
    let name = cache::hex(digest(&SHA256, session.as_bytes()).as_ref());
    let path = Cache::at(folder(context.env)).path(&name);
    if path.exists() {
        remove(&path)?;
    }
    terminal::print(&format!(
        "Removed cached login credentials for profile '{profile}'. Note, any local developer tools that have \
         already loaded the access token may continue to use it until its expiration. Access tokens expire in \
         15 minutes.\n"
    ))
}

fn all(context: &Context<'_>) -> Result<()> {
    let mut removed = 0;
    for (path, document) in documents(&folder(context.env)) {
        match document {
            Some(Value::Map(document)) if document.get("accessToken").is_some_and(holds_something) => {
                remove(&path)?;
                removed += 1;
            }
            Some(Value::Map(_)) | None => {}
            Some(other) => return Err(no_document(&other)),
        }
    }
    let credentials = match removed {
        0 => return terminal::print("No cached login session tokens found.\n"),
        1 => "1 cached login credential".to_owned(),
        more => format!("{more} cached login credentials"),
    };
    terminal::print(&format!(
        "Removed {credentials}. Note, any local developer tools that have already loaded access tokens may \
         continue to use them until their expiration. Access tokens expire in 15 minutes.\n"
    ))
}

fn holds_something(value: &Value) -> bool {
    match value {
        Value::Map(members) => !members.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => false,
    }
}
