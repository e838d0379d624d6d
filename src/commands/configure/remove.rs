//! `configure remove`: takes a profile, or one value, out of the files.
//!
//! The reference has nothing of the kind. A profile goes from both files. On a
//! terminal it asks first; without one it wants `--yes`.

use super::files::{self, File};
use super::varname;
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::config::{self, Files, Keys};
use crate::config_file::{self, Entry, Removal};
use crate::error::{Error, Kind, Result};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    match command.positionals.first() {
        Some(name) => value(command, context, name),
        None => profile(command, context),
    }
}

fn profile(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let Some(profile) = context.globals.profile.clone() else {
        return Err(Error::usage(
            "Say what to remove: --profile NAME for a profile, or the name of a value.",
        ));
    };
    config::check_editable(&profile)?;
    if !Files::read(context.env)?.has(&profile) {
        return Err(config::profile_not_found(&profile));
    }
    allowed(command, &format!("Remove the profile {profile} from both files"))?;
    // The keys first: without them the rest does no harm.
    take_out(context, File::Credentials, &profile, Removal::Section)?;
    take_out(context, File::Config, &profile, Removal::Section)
}

fn value(command: &OwnCommand, context: &Context<'_>, name: &str) -> Result<()> {
    let files = Files::read(context.env)?;
    let named = varname::read(name, |first| files.has(first))?;
    let current = context.profile_name();
    let profile = named.profile.unwrap_or(&current);
    config::check_editable(profile)?;
    let removal = match named.rest.as_slice() {
        [key] => Removal::Key(key),
        [key, inner] => Removal::Inner(key, inner),
        _ => return Err(Error::new(Kind::Silent, "")),
    };
    let holds = |keys: Option<&Keys>| match removal {
        Removal::Section => keys.is_some(),
        Removal::Key(key) => keys.is_some_and(|keys| keys.contains_key(key)),
        Removal::Inner(key, inner) => keys
            .and_then(|keys| keys.get(key))
            .is_some_and(|entry| matches!(entry, Entry::Nested(block) if block.contains_key(inner))),
    };
    let holders =
        [(File::Credentials, files.credentials.get(profile)), (File::Config, files.config.get(profile))];
    let holders: Vec<File> =
        holders.into_iter().filter(|(_, keys)| holds(*keys)).map(|(file, _)| file).collect();
    if holders.is_empty() {
        return Err(Error::new(Kind::Silent, ""));
    }
    allowed(command, &format!("Remove {name} of the profile {profile}"))?;
    holders.into_iter().try_for_each(|file| take_out(context, file, profile, removal))
}

fn take_out(context: &Context<'_>, file: File, profile: &str, removal: Removal<'_>) -> Result<()> {
    if !file.path(context).exists() {
        return Ok(());
    }
    let is_profile = |section: &str| match file {
        File::Credentials => section == profile,
        File::Config => config::is_profile_section(section, profile),
    };
    files::change(context, file, |text| config_file::remove(text, is_profile, removal))
}

fn allowed(command: &OwnCommand, what: &str) -> Result<()> {
    if command.option("yes").is_some() {
        return Ok(());
    }
    if !terminal::is_typed() {
        return Err(Error::usage(format!("{what}: give --yes, since nobody can be asked.")));
    }
    match terminal::confirm(&format!("{what}? [y/N]: "))? {
        true => Ok(()),
        false => Err(Error::new(Kind::Silent, "")),
    }
}
