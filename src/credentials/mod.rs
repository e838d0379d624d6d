//! Whose request it is: the chain of providers, in the reference's order.
//!
//! Files and the environment are read by us, because the SDK's own readers
//! differ from the reference in ways that bite; what asks a metadata service
//! is the SDK's, fed with resolved values, on our transport.

mod environment;
mod keys;
mod metadata;

use std::sync::Arc;

use aws_credential_types::Credentials;

use crate::client::Transport;
use crate::config::Config;
use crate::error::{Error, Kind, Result};

/// Where credentials were found, as `configure list` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment,
    /// Keys in the credentials file.
    SharedCredentialsFile,
    /// Keys in the config file.
    ConfigFile,
    /// The container's endpoint.
    Container,
    /// The instance's metadata service.
    InstanceMetadata,
}

impl Source {
    /// The reference's word for it.
    pub fn method(self) -> &'static str {
        match self {
            Source::Environment => "env",
            Source::SharedCredentialsFile => "shared-credentials-file",
            Source::ConfigFile => "config-file",
            Source::Container => "container-role",
            Source::InstanceMetadata => "iam-role",
        }
    }
}

/// Credentials and where they come from.
pub type Found = (Credentials, Source);

/// The first provider that has any; none where all are empty.
pub async fn resolve(config: &Config, transport: &Arc<dyn Transport>) -> Result<Option<Found>> {
    if !config.profile_is_explicit()
        && let Some(found) = environment::credentials(&config.env)?
    {
        return Ok(Some((found, Source::Environment)));
    }
    refuse_roles(config)?;
    if let Some(found) = keys::of_credentials_file(config)? {
        return Ok(Some((found, Source::SharedCredentialsFile)));
    }
    if let Some(found) = keys::of_config_file(config)? {
        return Ok(Some((found, Source::ConfigFile)));
    }
    if let Some(found) = metadata::container(config, transport).await? {
        return Ok(Some((found, Source::Container)));
    }
    let found = metadata::instance(config, transport).await;
    Ok(found.map(|found| (found, Source::InstanceMetadata)))
}

/// Ways to get credentials that are not here yet. A profile that wants one must
/// not silently act with other credentials.
fn refuse_roles(config: &Config) -> Result<()> {
    let wanted = ["role_arn", "credential_process", "sso_account_id", "sso_session", "login_session"];
    match wanted.into_iter().find(|key| config.key(key).is_some()) {
        None => Ok(()),
        Some(key) => Err(Error::new(
            Kind::Configuration,
            format!("The profile {} uses {key}, which is not supported yet.", config.profile_name()),
        )),
    }
}

/// The error where no provider has any.
pub fn missing(program: &str) -> Error {
    Error::new(
        Kind::NoCredentials,
        format!("Unable to locate credentials. You can configure credentials by running \"{program} login\"."),
    )
    .hint(format!("give an access key: {program} configure"))
}

/// The error where a provider has an id but no secret.
fn partial(method: &str, missing: &str) -> Error {
    Error::general(format!("Partial credentials found in {method}, missing: {missing}"))
}

#[cfg(test)]
mod tests;
