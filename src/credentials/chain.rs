//! The chain itself: who is asked, in which order.

use std::sync::Arc;

use aws_credential_types::Credentials;

use super::cache::Cache;
use super::{
    Found, Source, assume_role, container, environment, keys, login, metadata, mfa, older, process, sso,
};
use super::{session, web_identity};
use crate::client::Transport;
use crate::config::{Config, Keys};
use crate::config_file::Entry;
use crate::error::Result;

/// What all providers work with.
#[derive(Clone, Copy)]
pub(crate) struct Chain<'a> {
    pub(crate) config: &'a Config,
    pub(crate) transport: &'a Arc<dyn Transport>,
    /// How an MFA code is asked for.
    pub(super) ask: mfa::Ask,
}

impl<'a> Chain<'a> {
    /// For calls on somebody's own behalf: `sso login` and `sso logout`.
    pub(crate) fn new(config: &'a Config, transport: &'a Arc<dyn Transport>) -> Chain<'a> {
        Chain { config, transport, ask: mfa::on_terminal }
    }

    /// The first provider that has credentials.
    pub(super) async fn resolve(&self) -> Result<Option<Found>> {
        let config = self.config;
        if !config.profile_is_explicit()
            && let Some(found) = environment::credentials(&config.env)?
        {
            return Ok(Some((found, Source::Environment)));
        }
        let profile = config.profile_name();
        if let Some(found) = self.roles(profile, !config.profile_is_explicit()).await? {
            return Ok(Some(found));
        }
        let files = &config.files;
        if let Some(found) = keys::of_credentials_file(files, profile)? {
            if config.profile_is_built_in() {
                return Ok(Some((found, Source::Sandbox)));
            }
            return Ok(Some((session::guarded(self, profile, found).await?, Source::SharedCredentialsFile)));
        }
        if let Some(found) = self.helpers(profile).await? {
            return Ok(Some(found));
        }
        if let Some(found) = keys::of_config_file(files, profile)? {
            return Ok(Some((session::guarded(self, profile, found).await?, Source::ConfigFile)));
        }
        if let Some(found) = older::credentials(&config.env)? {
            return Ok(Some(found));
        }
        if let Some(found) = container::credentials(self).await? {
            return Ok(Some((found, Source::Container)));
        }
        let found = metadata::credentials(self).await?;
        Ok(found.map(|found| (found, Source::InstanceMetadata)))
    }

    /// Roles and single sign-on: what comes before keys in files.
    async fn roles(&self, profile: &str, variables: bool) -> Result<Option<Found>> {
        if let Some(found) = assume_role::credentials(self, profile).await? {
            return Ok(Some((found, Source::AssumeRole)));
        }
        if let Some(found) = web_identity::credentials(self, profile, variables).await? {
            return Ok(Some((found, Source::WebIdentity)));
        }
        let found = sso::credentials(self, profile).await?;
        Ok(found.map(|found| (found, Source::Sso)))
    }

    /// What comes between the keys of the two files.
    async fn helpers(&self, profile: &str) -> Result<Option<Found>> {
        if let Some(found) = login::credentials(self, profile).await? {
            return Ok(Some((found, Source::Login)));
        }
        let found = process::credentials(self, profile).await?;
        Ok(found.map(|found| (found, Source::Process)))
    }

    /// All ways but roles that a profile which a role builds on may use; none where it has no way at all.
    pub(super) async fn of_source(&self, profile: &str) -> Result<Option<Credentials>> {
        let found = match web_identity::uncached(self, profile).await? {
            Some(found) => return Ok(Some(found)),
            None => sso::uncached(self, profile).await?,
        };
        match found {
            Some(found) => Ok(Some(found)),
            None => Ok(self.helpers(profile).await?.map(|(found, _)| found)),
        }
    }

    /// The keys of a profile out of both files.
    pub(super) fn profile(&self, name: &str) -> Option<Keys> {
        self.config.files.profile(name)
    }

    pub(super) fn cache(&self) -> Cache {
        Cache::of_home(&self.config.env)
    }
}

/// A key of a profile that is no block.
pub(crate) fn text<'k>(keys: &'k Keys, name: &str) -> Option<&'k str> {
    keys.get(name).and_then(Entry::text)
}
