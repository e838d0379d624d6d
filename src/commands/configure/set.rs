//! `configure set`: one value into the file where it belongs.

use super::files::{self, CREDENTIAL_KEYS, File};
use super::varname::{self, PREDEFINED};
use crate::cli::OwnCommand;
use crate::commands::Context;
use crate::config_file::{Edit, NewValue, header_name};
use crate::error::{Error, Result};
use crate::python;

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let [name, value] = command.positionals.as_slice() else {
        return Err(Error::usage("the following arguments are required: varname, value"));
    };
    let (file, edit) = match varname::sub_section(command)? {
        Some((kind, section)) => (File::Config, in_sub_section(context, kind, section, name, value)?),
        None => in_profile(context, name, value)?,
    };
    files::save(context, file, &[edit])
}

fn in_sub_section(context: &Context<'_>, kind: &str, section: &str, name: &str, value: &str) -> Result<Edit> {
    let is_odd = |c: char| python::is_space(c) || matches!(c, '\'' | '"');
    if section.is_empty() || section.starts_with(is_odd) {
        return Err(Error::usage(format!("{}: [ERROR]: Invalid value for --{kind}.", context.program)));
    }
    let parts: Vec<&str> = name.split('.').collect();
    let (key, value) = match parts.as_slice() {
        [key] => (*key, files::text(value)),
        [key, inner] => (*key, NewValue::Nested((*inner).to_owned(), value.to_owned())),
        _ => {
            return Err(Error::usage(
                "Found more than two parts in the property to set. Deep nesting of properties is not supported.",
            ));
        }
    };
    Ok(Edit::set(header_name(kind, section), key, value))
}

fn in_profile(context: &Context<'_>, name: &str, value: &str) -> Result<(File, Edit)> {
    let current = context.profile_name();
    let parts: Vec<&str> = name.split('.').collect();
    let predefined = parts.first().is_some_and(|first| parts.len() > 1 && PREDEFINED.contains(first));
    if predefined {
        return Ok(match parts.as_slice() {
            [section, key] => (File::Config, Edit::set(*section, *key, files::text(value))),
            _ => (File::Config, Edit::set(section_of(&current), name, files::text(value))),
        });
    }
    let named = varname::read(name, |_| false)?;
    let profile = named.profile.unwrap_or(&current);
    let (key, value) = match named.rest.as_slice() {
        // Of deeper names only the first part counts.
        [key, inner] => (*key, NewValue::Nested((*inner).to_owned(), value.to_owned())),
        [key, ..] => (*key, files::text(value)),
        [] => return Err(Error::general("list index out of range")),
    };
    if CREDENTIAL_KEYS.contains(&key) {
        return Ok((File::Credentials, Edit::set(File::Credentials.section(profile), key, value)));
    }
    Ok((File::Config, Edit::set(section_of(profile), key, value)))
}

/// The section in the config file; see [`PREDEFINED`] for those that are no profile's.
fn section_of(profile: &str) -> String {
    match PREDEFINED.contains(profile) {
        true => profile.to_owned(),
        false => File::Config.section(profile),
    }
}
