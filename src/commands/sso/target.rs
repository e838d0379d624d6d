//! Where to sign in: a named session, or what stands in the profile itself.

use crate::commands::Context;
use crate::config::{Config, Keys};
use crate::config_file::Entry;
use crate::error::{Error, Kind, Result};

/// Where to sign in.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::commands) struct Target {
    /// As configured: what is kept is named after it.
    pub(super) start_url: String,
    /// As the service knows it, once that has been found out.
    pub(super) service_url: String,
    pub(in crate::commands) region: String,
    pub(super) session: Option<Session>,
}

/// What only a named session has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) name: String,
    /// What it asks for, where it says so.
    pub(super) scopes: Option<Vec<String>>,
}

impl Target {
    /// What a user has just said; without a session for the older kind.
    pub(in crate::commands) fn new(
        start_url: String,
        region: String,
        session: Option<&str>,
        scopes: Option<&str>,
    ) -> Target {
        let session = session.map(|name| Session { name: name.to_owned(), scopes: scopes.map(self::scopes) });
        Target { service_url: start_url.clone(), start_url, region, session }
    }

    /// The session of this name, else the profile's.
    pub(super) fn find(name: Option<&str>, context: &Context<'_>) -> Result<Target> {
        let config = context.config()?;
        let name = name.or_else(|| config.key("sso_session")).filter(|name| !name.is_empty());
        match name {
            Some(name) => Target::of_session(name, config),
            None => Target::of_profile(config, context.program),
        }
    }

    /// What the section of a session says.
    pub(in crate::commands) fn of_session(name: &str, config: &Config) -> Result<Target> {
        let Some(keys) = config.files.sso_sessions.get(name) else {
            return Err(wrong(format!("The specified sso-session does not exist: \"{name}\"")));
        };
        let [start_url, region] = both(|key| text(keys, key), "")?;
        let session =
            Session { name: name.to_owned(), scopes: text(keys, "sso_registration_scopes").map(scopes) };
        Ok(Target { service_url: start_url.clone(), start_url, region, session: Some(session) })
    }

    fn of_profile(config: &Config, program: &str) -> Result<Target> {
        let advice = format!(
            " To make sure this profile is properly configured to use SSO, please run: {program} configure sso"
        );
        let [start_url, region] = both(|key| config.key(key), &advice)?;
        Ok(Target { service_url: start_url.clone(), start_url, region, session: None })
    }

    /// What the token's file is named after.
    pub(super) fn token_name(&self) -> &str {
        self.session.as_ref().map_or(&self.start_url, |session| &session.name)
    }
}

fn text<'k>(keys: &'k Keys, name: &str) -> Option<&'k str> {
    keys.get(name).and_then(Entry::text)
}

/// The two values without which nobody can sign in, or an error that names the missing ones.
fn both<'k>(value: impl Fn(&str) -> Option<&'k str>, advice: &str) -> Result<[String; 2]> {
    let names = ["sso_start_url", "sso_region"];
    let missing: Vec<&str> = names.into_iter().filter(|name| value(name).is_none()).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(wrong(format!(
            "Missing the following required SSO configuration values: {missing}.{advice}"
        )));
    }
    Ok(names.map(|name| value(name).unwrap_or_default().to_owned()))
}

/// The words between the commas.
fn scopes(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

fn wrong(message: String) -> Error {
    Error::new(Kind::Configuration, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_stand_between_commas() {
        assert_eq!(scopes(" a, b:c ,,d"), ["a", "b:c", "d"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = both(|key| (key == "sso_region").then_some("r"), "").unwrap_err();
        assert_eq!(error.message, "Missing the following required SSO configuration values: sso_start_url.");
        assert_eq!(both(|_| Some("x"), "").unwrap(), ["x", "x"]);
    }
}
