//! `configure get`: one value out of both files.

use super::varname::{self, PREDEFINED};
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::config::{Config, Files, Keys};
use crate::config_file::Entry;
use crate::error::{Error, Kind, Result};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let name = command.positionals.first().map(String::as_str).unwrap_or_default();
    let found = match varname::sub_section(command)? {
        Some((kind, section)) => in_sub_section(&Files::read(context.env)?, kind, section, name)?,
        None => in_profile(context.config()?, name)?,
    };
    match found {
        Found::Text(text) => terminal::print(&format!("{text}\n")),
        Found::Block => {
            terminal::complain(&format!(
                "varname ({name}) must reference a value, not a section or sub-section."
            ));
            Err(Error::new(Kind::Silent, ""))
        }
        Found::Nothing => Err(Error::new(Kind::Silent, "")),
    }
}

enum Found {
    Text(String),
    Block,
    Nothing,
}

fn in_sub_section(files: &Files, kind: &str, section: &str, name: &str) -> Result<Found> {
    let sections = if kind == "services" { &files.services } else { &files.sso_sessions };
    let keys = sections
        .get(section)
        .ok_or_else(|| Error::general(format!("The config sub-section ({section}) could not be found")))?;
    let parts: Vec<&str> = name.split('.').collect();
    Ok(match parts.as_slice() {
        [key] => value(keys, key),
        [key, inner] => nested(keys, key, inner),
        _ => Found::Nothing,
    })
}

fn in_profile(config: &Config, name: &str) -> Result<Found> {
    let named = varname::read(name, |first| config.files.has(first))?;
    if named.profile.is_none()
        && let [PREDEFINED, key] = named.rest.as_slice()
    {
        // The reference takes this one out before anybody sees it.
        let hidden = *key == "cli_legacy_plugin_path";
        return Ok(if hidden { Found::Nothing } else { value(&config.files.plugins, key) });
    }
    let profile = named.profile.unwrap_or_else(|| config.profile_name());
    let keys = config.files.profile(profile).unwrap_or_default();
    Ok(match named.rest.as_slice() {
        [key, inner] => nested(&keys, key, inner),
        [key, ..] => value(&keys, key),
        [] => Found::Nothing,
    })
}

fn value(keys: &Keys, key: &str) -> Found {
    match keys.get(key) {
        Some(Entry::Text(text)) => Found::Text(text.clone()),
        Some(Entry::Nested(_)) => Found::Block,
        None => Found::Nothing,
    }
}

fn nested(keys: &Keys, key: &str, inner: &str) -> Found {
    match keys.get(key) {
        Some(Entry::Nested(block)) => {
            block.get(inner).map_or(Found::Nothing, |text| Found::Text(text.clone()))
        }
        _ => Found::Nothing,
    }
}
