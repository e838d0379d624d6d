//! Whose request it is: the chain of providers, in the reference's order.
//!
//! Files and the environment are read by us, because the SDK's own readers
//! differ from the reference in ways that bite; its clients of
//! the metadata services want headers that the reference does not ask for. All
//! requests go through our transport.

mod assume_role;
pub mod cache;
pub(crate) mod chain;
mod container;
mod dpop;
mod environment;
pub(crate) mod expiry;
pub(crate) mod json_call;
mod keys;
mod login;
mod metadata;
mod mfa;
mod older;
mod process;
mod requests;
mod session;
mod sso;
mod sso_token;
mod sts;
mod web_identity;

pub use process::of_process_output;

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
    /// `role_arn` with a source of other credentials.
    AssumeRole,
    /// `role_arn` with a token that somebody else has signed.
    WebIdentity,
    /// Single sign-on.
    Sso,
    /// Keys in the credentials file.
    SharedCredentialsFile,
    /// The console's session, as `login` keeps it.
    Login,
    /// What a command prints.
    Process,
    /// Keys in the config file.
    ConfigFile,
    /// The file that `AWS_CREDENTIAL_FILE` names.
    OlderFile,
    /// boto's configuration.
    Boto,
    /// The container's endpoint.
    Container,
    /// The instance's metadata service.
    InstanceMetadata,
    /// The root user's key of an embedded account.
    Sandbox,
}

impl Source {
    /// The reference's word for it, where it has one.
    pub fn method(self) -> &'static str {
        match self {
            Source::Environment => "env",
            Source::AssumeRole => "assume-role",
            Source::WebIdentity => "assume-role-with-web-identity",
            Source::Sso => "sso",
            Source::SharedCredentialsFile => "shared-credentials-file",
            Source::Login => "login",
            Source::Process => "custom-process",
            Source::OlderFile => "ec2-credentials-file",
            Source::Boto => "boto-config",
            Source::ConfigFile => "config-file",
            Source::Container => "container-role",
            Source::InstanceMetadata => "iam-role",
            Source::Sandbox => "sandbox",
        }
    }
}

/// Credentials and where they come from.
pub type Found = (Credentials, Source);

/// The first provider that has any; none where all are empty.
pub async fn resolve(config: &Config, transport: &Arc<dyn Transport>) -> Result<Option<Found>> {
    chain::Chain { config, transport, ask: mfa::on_terminal }.resolve().await
}

/// The same for where nobody can be asked for a code.
pub async fn resolve_quietly(config: &Config, transport: &Arc<dyn Transport>) -> Result<Option<Found>> {
    chain::Chain { config, transport, ask: mfa::nobody }.resolve().await
}

/// The region of the instance that the program runs on, for where nothing else names one.
pub async fn instance_region(config: &Config, transport: &Arc<dyn Transport>) -> Result<Option<String>> {
    metadata::region(&chain::Chain { config, transport, ask: mfa::on_terminal }).await
}

/// The error where no provider has any.
pub fn missing(program: &str) -> Error {
    Error::new(
        Kind::NoCredentials,
        format!(
            "Unable to locate credentials. You can configure credentials by running \"{program} login\"."
        ),
    )
    .hint(format!("give an access key: {program} configure"))
}

/// The error where a provider has an id but no secret.
fn partial(method: &str, missing: &str) -> Error {
    Error::general(format!("Partial credentials found in {method}, missing: {missing}"))
}

#[cfg(test)]
mod tests;
