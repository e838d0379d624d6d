//! `role_arn` with `source_profile` or `credential_source`.
//!
//! What a profile says is checked along the whole chain of profiles before
//! anything is asked for; so a wrong profile at its end is told at once.

use std::future::Future;
use std::pin::Pin;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;

use super::chain::{Chain, text};
use super::{
    cache, container, environment, expiry, keys, metadata, partial, session, sso, sts, web_identity,
};
use crate::config::Keys;
use crate::error::{Error, Result};
use crate::python;
use crate::value::{Map, Value};

const METHOD: &str = "assume-role";

/// A role and how its source gets credentials.
struct Role {
    asked: Map,
    mfa_serial: Option<String>,
    source: From,
}

/// Whose credentials assume the role.
enum From {
    /// Keys that stand in a profile, or other ways of a profile that are no roles.
    Profile(String),
    /// Another role.
    Role(Box<Role>),
    /// `credential_source`, and the profile that names it.
    Place { source: Place, profile: String },
    /// Credentials that are there already.
    Loaded(Box<Credentials>),
}

impl From {
    /// Whether getting its credentials may take a lock of the cache.
    fn takes_locks(&self, chain: &Chain<'_>) -> bool {
        const CACHED: [&str; 3] = ["sso_session", "login_session", session::KEY];
        match self {
            From::Role(_) => true,
            From::Place { .. } | From::Loaded(_) => false,
            From::Profile(name) => {
                let keys = chain.profile(name).unwrap_or_default();
                CACHED.iter().any(|key| keys.contains_key(*key))
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Place {
    Environment,
    Instance,
    Container,
}

impl Place {
    fn named(name: &str) -> Option<Place> {
        match name {
            "Environment" => Some(Place::Environment),
            "Ec2InstanceMetadata" => Some(Place::Instance),
            "EcsContainer" => Some(Place::Container),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Place::Environment => "Environment",
            Place::Instance => "Ec2InstanceMetadata",
            Place::Container => "EcsContainer",
        }
    }
}

/// Credentials of the profile's role; none where it names none, or one with a web identity.
pub(super) async fn credentials(chain: &Chain<'_>, profile: &str) -> Result<Option<Credentials>> {
    match chain.profile(profile).filter(is_role) {
        None => Ok(None),
        Some(keys) => {
            let mut role = plan(chain, profile, &keys, &mut vec![profile.to_owned()])?;
            load(chain, innermost(&mut role)).await?;
            assumed(chain, &role).await.map(Some).map_err(Error::deferred)
        }
    }
}

/// What the whole chain of roles builds on.
fn innermost(role: &mut Role) -> &mut From {
    match &mut role.source {
        From::Role(inner) => innermost(inner),
        from => from,
    }
}

/// Loads credentials that roles build on before anything is looked up: where they are missing, no cached role
/// helps. Sign-ins and tokens are only checked; they are used when a role is really asked for.
async fn load(chain: &Chain<'_>, from: &mut From) -> Result<()> {
    let found = match &*from {
        From::Role(_) | From::Loaded(_) => return Ok(()),
        From::Place { .. } => source(chain, from).await?,
        From::Profile(name) => {
            let files = &chain.config.files;
            let is_usable = keys::of_credentials_file(files, name)?.is_some()
                || keys::of_config_file(files, name)?.is_some()
                || web_identity::is_named(chain, name)?
                || sso::is_named(chain, name)?;
            if is_usable {
                return Ok(());
            }
            of_profile(chain, name).await?
        }
    };
    *from = From::Loaded(Box::new(found));
    Ok(())
}

fn is_role(keys: &Keys) -> bool {
    text(keys, "role_arn").is_some() && text(keys, "web_identity_token_file").is_none()
}

fn plan(chain: &Chain<'_>, profile: &str, keys: &Keys, visited: &mut Vec<String>) -> Result<Role> {
    let source = match (text(keys, "source_profile"), text(keys, "credential_source")) {
        (Some(_), Some(_)) => {
            return Err(Error::general(format!(
                "The profile \"{profile}\" contains both source_profile and credential_source."
            )));
        }
        (None, None) => return Err(partial(METHOD, "source_profile or credential_source")),
        (None, Some(name)) => match Place::named(name) {
            Some(source) => From::Place { source, profile: profile.to_owned() },
            None => {
                return Err(Error::general(format!(
                    "The credential source \"{name}\" referenced in profile \"{profile}\" is not valid."
                )));
            }
        },
        (Some(name), None) => from_profile(chain, profile, name, visited)?,
    };
    Ok(Role { asked: asked(keys), mfa_serial: text(keys, "mfa_serial").map(str::to_owned), source })
}

fn from_profile(chain: &Chain<'_>, profile: &str, name: &str, visited: &mut Vec<String>) -> Result<From> {
    let Some(keys) = chain.profile(name) else {
        return Err(Error::general(format!(
            "The source_profile \"{name}\" referenced in the profile \"{profile}\" does not exist."
        )));
    };
    // Keys of its own come before a role of its own, so a profile may name itself.
    let has_keys =
        ["aws_access_key_id", "aws_secret_access_key"].iter().any(|key| text(&keys, key).is_some());
    if has_keys {
        return Ok(From::Profile(name.to_owned()));
    }
    if visited.iter().any(|one| one == name) {
        let list = visited.iter().map(|name| Value::from(name.as_str())).collect::<Vec<_>>();
        return Err(Error::general(format!(
            "Infinite loop in credential configuration detected. Attempting to load from profile {name} \
             which has already been visited. Visited profiles: {}",
            python::repr(&list.into())
        )));
    }
    visited.push(name.to_owned());
    match is_role(&keys) {
        true => plan(chain, name, &keys, visited).map(|role| From::Role(Box::new(role))),
        false => Ok(From::Profile(name.to_owned())),
    }
}

/// The parameters by which the cache knows the role; none of them changes from run to run.
fn asked(keys: &Keys) -> Map {
    let mut asked = Map::new();
    let pairs = [
        ("RoleSessionName", "role_session_name"),
        ("ExternalId", "external_id"),
        ("SerialNumber", "mfa_serial"),
    ];
    for (member, key) in pairs {
        // Without a name for the session one is made, with an empty one too; the others are sent as they are.
        if let Some(value) = text(keys, key).filter(|text| member != "RoleSessionName" || !text.is_empty()) {
            asked.insert(member.into(), value.into());
        }
    }
    let duration = text(keys, "duration_seconds").and_then(python_integer);
    if let Some(seconds) = duration {
        asked.insert("DurationSeconds".into(), Value::Int(seconds));
    }
    asked.insert("RoleArn".into(), text(keys, "role_arn").unwrap_or_default().into());
    asked
}

/// An integer as Python reads it; anything else is passed over.
fn python_integer(text: &str) -> Option<i64> {
    python::int(text).ok()?.parse().ok()
}

/// The automatic name of a session, with the time in it.
pub(super) fn session_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("botocore-session-{}", now.as_secs())
}

type Assuming<'r> = Pin<Box<dyn Future<Output = Result<Credentials>> + 'r>>;

/// The role's credentials: from the cache, else from STS.
fn assumed<'r>(chain: &'r Chain<'_>, role: &'r Role) -> Assuming<'r> {
    Box::pin(async move {
        let cache = chain.cache();
        let name = cache::name(&role.asked);
        if let Some(document) = cache.usable(&name) {
            return sts::credentials(&document, METHOD);
        }
        // One lock at a time: two roles may build on each other in different profiles.
        let early = match role.source.takes_locks(chain) {
            true => Some(source(chain, &role.source).await?),
            false => None,
        };
        let _lock = cache.lock(&name).await;
        if let Some(document) = cache.usable(&name) {
            return sts::credentials(&document, METHOD);
        }
        let source = match early {
            Some(source) => source,
            None => source(chain, &role.source).await?,
        };
        let mut input = role.asked.clone();
        if !input.contains_key("RoleSessionName") {
            input.insert("RoleSessionName".into(), session_name().into());
        }
        if let Some(serial) = &role.mfa_serial {
            let code = (chain.ask)(format!("Enter MFA code for {serial}: ")).await?;
            input.insert("TokenCode".into(), code.expose().into());
        }
        let reply = sts::call(chain, "AssumeRole", input, Some(source)).await?;
        let account = sts::account(&reply);
        let found = sts::credentials(&reply, METHOD)?;
        cache.store(&name, &sts::cached_form(reply, account.as_deref()))?;
        expiry::fresh(found)
    })
}

async fn source(chain: &Chain<'_>, from: &From) -> Result<Credentials> {
    match from {
        From::Role(role) => assumed(chain, role).await,
        From::Profile(name) => of_profile(chain, name).await,
        From::Loaded(found) => Ok((**found).clone()),
        From::Place { source, profile } => {
            let found = match source {
                Place::Environment => environment::credentials(&chain.config.env)?,
                Place::Container => container::credentials(chain).await?,
                Place::Instance => metadata::credentials(chain).await?,
            };
            found.ok_or_else(|| {
                Error::general(format!(
                    "Error when retrieving credentials from {}: No credentials found in credential_source \
                     referenced in profile {profile}",
                    source.name()
                ))
            })
        }
    }
}

async fn of_profile(chain: &Chain<'_>, name: &str) -> Result<Credentials> {
    let files = &chain.config.files;
    if let Some(found) = keys::of_credentials_file(files, name)? {
        return session::guarded(chain, name, found).await;
    }
    if let Some(found) = keys::of_config_file(files, name)? {
        return session::guarded(chain, name, found).await;
    }
    let found = chain.of_source(name).await?;
    found.ok_or_else(|| Error::general(format!("The source profile \"{name}\" must have credentials.")))
}
