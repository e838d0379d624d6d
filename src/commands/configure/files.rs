//! The two files as the commands change them.

use std::path::PathBuf;

use crate::commands::{Context, terminal};
use crate::config;
use crate::config_file::{self, Edit, EditError, NewValue, UpdateError};
use crate::error::{Error, Result};

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum File {
    /// `~/.aws/config`
    Config,
    /// `~/.aws/credentials`
    Credentials,
}

/// Keys that go to the credentials file.
pub(super) const CREDENTIAL_KEYS: [&str; 4] =
    ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];

impl File {
    pub(super) fn path(self, context: &Context<'_>) -> PathBuf {
        match self {
            File::Config => config::config_path(context.env),
            File::Credentials => config::credentials_path(context.env),
        }
    }

    /// The section of a profile in this file.
    pub(super) fn section(self, profile: &str) -> String {
        match self {
            File::Config if profile != "default" => config_file::header_name("profile", profile),
            _ => profile.to_owned(),
        }
    }
}

/// Makes edits, one after the other but in one go.
pub(super) fn save(context: &Context<'_>, file: File, edits: &[Edit]) -> Result<()> {
    for edit in edits {
        let profile = edit.section.strip_prefix("profile ").unwrap_or(&edit.section);
        config::check_editable(profile.trim_matches('\''))?;
        // Before anything is made or locked.
        edit.check().map_err(|error| explained(UpdateError::Edit(error), ""))?;
    }
    change(context, file, |text| apply(edits, text))
}

/// Changes a file; where it holds credentials and others can read it, says so.
pub(super) fn change(
    context: &Context<'_>,
    file: File,
    work: impl FnOnce(&str) -> std::result::Result<Option<String>, EditError>,
) -> Result<()> {
    let path = file.path(context);
    let shown = path.display().to_string();
    config_file::update(&path, work).map_err(|error| explained(error, &shown))?;
    if file == File::Credentials && config_file::is_open_to_others(&path) {
        terminal::complain(&format!(
            "\n{}: [WARNING]: The file '{shown}' is accessible by other users. Consider running 'chmod 600 {shown}' to restrict access to only your user.\n",
            context.program
        ));
    }
    Ok(())
}

fn apply(edits: &[Edit], text: &str) -> std::result::Result<Option<String>, EditError> {
    let mut changed = None;
    for edit in edits {
        if let Some(next) = edit.apply(changed.as_deref().unwrap_or(text))? {
            changed = Some(next);
        }
    }
    Ok(changed)
}

fn explained(error: UpdateError, path: &str) -> Error {
    let unreadable = format!("Unable to parse config file: {path}");
    match error {
        UpdateError::Io(error) => Error::general(terminal::errno(&error, path)),
        UpdateError::NoText => Error::general(unreadable).hint("it is not UTF-8"),
        UpdateError::Edit(EditError::Unreadable(why)) => {
            Error::general(unreadable).hint(format!("line {}: {}", why.line, why.what))
        }
        UpdateError::Edit(EditError::LineBreak(message)) => Error::general(message),
        UpdateError::Edit(EditError::NoBlock) => Error::general(
            "cannot access local variable 'current_indent' where it is not associated with a value",
        )
        .hint("the key has a plain value, or none; a key below it cannot be set. The file is unchanged."),
        UpdateError::Edit(EditError::Damage) => Error::general(format!(
            "{path} is unchanged: with this section, key or value in it, it could not be read any more, or would lose other values."
        )),
    }
}

/// A text value for [`Edit`].
pub(super) fn text(value: &str) -> NewValue {
    NewValue::Text(value.to_owned())
}
