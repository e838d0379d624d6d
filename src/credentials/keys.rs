//! Keys that stand in a profile. Empty values in a file count as set.

use aws_credential_types::Credentials;

use super::partial;
use crate::config::{Files, Keys};
use crate::config_file::Entry;
use crate::error::Result;

pub(super) fn of_credentials_file(files: &Files, profile: &str) -> Result<Option<Credentials>> {
    of(files.credentials.get(profile), "shared-credentials-file")
}

pub(super) fn of_config_file(files: &Files, profile: &str) -> Result<Option<Credentials>> {
    of(files.config.get(profile), "config-file")
}

fn of(keys: Option<&Keys>, method: &'static str) -> Result<Option<Credentials>> {
    let key = |name: &str| keys?.get(name).and_then(Entry::text);
    let Some(id) = key("aws_access_key_id") else { return Ok(None) };
    let Some(secret) = key("aws_secret_access_key") else {
        return Err(partial(method, "aws_secret_access_key"));
    };
    let token = key("aws_security_token").or_else(|| key("aws_session_token"));
    Ok(Some(Credentials::new(id, secret, token.map(str::to_owned), None, method)))
}
