//! Single sign-on: a role of an account, for the holder of a token that
//! `sso login` has fetched.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;

use super::cache;
use super::chain::{Chain, text};
use super::expiry;
use super::json_call::{self, Call};
use super::sso_token;
use super::sts;
use crate::config::{self, Keys};
use crate::error::{Error, Kind, Result};
use crate::json::{self, Style};
use crate::percent;
use crate::secret::Secret;
use crate::value::{Map, Value};

const METHOD: &str = "sso";

/// What a profile says of its single sign-on.
pub(super) struct Sso {
    account: String,
    role: String,
    pub(super) region: String,
    pub(super) start_url: String,
    /// None for the older kind, where all stands in the profile.
    pub(super) session: Option<String>,
}

/// Credentials of the profile's account and role; none where the profile names neither.
pub(super) async fn credentials(chain: &Chain<'_>, profile: &str) -> Result<Option<Credentials>> {
    let Some(sso) = read(chain, profile)? else { return Ok(None) };
    cached(chain, &sso).await.map(Some).map_err(Error::deferred)
}

/// Whether the profile names one, and all that it needs.
pub(super) fn is_named(chain: &Chain<'_>, profile: &str) -> Result<bool> {
    Ok(read(chain, profile)?.is_some())
}

async fn cached(chain: &Chain<'_>, sso: &Sso) -> Result<Credentials> {
    let (cache, name) = (chain.cache(), sso.name());
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, METHOD);
    }
    let _lock = cache.lock(&name).await;
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, METHOD);
    }
    let document = fetch(chain, sso).await?;
    cache.store(&name, &document)?;
    expiry::fresh(sts::credentials(&document, METHOD)?)
}

/// The same for a role that builds on the profile: the reference keeps such credentials in no file.
pub(super) async fn uncached(chain: &Chain<'_>, profile: &str) -> Result<Option<Credentials>> {
    let Some(sso) = read(chain, profile)? else { return Ok(None) };
    let document = fetch(chain, &sso).await?;
    expiry::fresh(sts::credentials(&document, METHOD)?).map(Some)
}

fn read(chain: &Chain<'_>, profile: &str) -> Result<Option<Sso>> {
    let keys = chain.profile(profile).unwrap_or_default();
    if text(&keys, "sso_account_id").is_none() && text(&keys, "sso_role_name").is_none() {
        return Ok(None);
    }
    let name = text(&keys, "sso_session");
    let session = name.map(|name| session(chain, name, &keys)).transpose()?.unwrap_or_default();
    let mut missing = Vec::new();
    let mut take = |key: &'static str| {
        let value = text(&keys, key).or_else(|| text(&session, key));
        if value.is_none() {
            missing.push(key);
        }
        value.unwrap_or_default().to_owned()
    };
    let sso = Sso {
        role: take("sso_role_name"),
        account: take("sso_account_id"),
        start_url: take("sso_start_url"),
        region: take("sso_region"),
        session: name.map(str::to_owned),
    };
    match missing.is_empty() {
        true => Ok(Some(sso)),
        false => Err(Error::general(format!(
            "The profile \"{profile}\" is configured to use SSO but is missing required configuration: {}",
            missing.join(", ")
        ))),
    }
}

/// The section of the session, which the profile may repeat but not contradict.
fn session(chain: &Chain<'_>, name: &str, keys: &Keys) -> Result<Keys> {
    let Some(session) = chain.config.files.sso_sessions.get(name) else {
        return Err(Error::general(format!("The specified sso-session does not exist: \"{name}\"")));
    };
    for key in ["sso_region", "sso_start_url"] {
        if let (Some(own), Some(shared)) = (text(keys, key), text(session, key))
            && own != shared
        {
            return Err(Error::general(format!(
                "The value for {key} is inconsistent between profile ({own}) and sso-session ({shared})."
            )));
        }
    }
    Ok(session.clone())
}

impl Sso {
    /// The name of the cached document.
    fn name(&self) -> String {
        let mut asked = Map::new();
        asked.insert("accountId".into(), self.account.as_str().into());
        asked.insert("roleName".into(), self.role.as_str().into());
        match &self.session {
            Some(name) => asked.insert("sessionName".into(), name.as_str().into()),
            None => asked.insert("startUrl".into(), self.start_url.as_str().into()),
        };
        let mut text = String::new();
        json::write(&mut text, &Value::Map(asked), Style::COMPACT);
        cache::sha1(&text)
    }
}

async fn fetch(chain: &Chain<'_>, sso: &Sso) -> Result<Map> {
    config::check_region(&sso.region)?;
    let endpoint = json_call::endpoint(chain, "SSO", "portal.sso", &sso.region)?;
    let token = match &sso.session {
        Some(name) => sso_token::of_session(chain, sso, name).await?,
        None => sso_token::of_start_url(chain, &sso.start_url)?,
    };
    let reply = role_credentials(chain, &endpoint, sso, &token).await?;
    let given = reply.get("roleCredentials").ok_or_else(|| Error::general("'roleCredentials'"))?;
    let member = |name: &'static str| {
        let value = given.get(name).and_then(Value::as_str);
        value.map(str::to_owned).ok_or_else(|| Error::general(crate::python::quoted(name)))
    };
    let (id, secret, token) = (member("accessKeyId")?, member("secretAccessKey")?, member("sessionToken")?);
    let end = match given.get("expiration") {
        Some(Value::Int(millis)) => {
            SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(*millis).unwrap_or(0))
        }
        _ => return Err(Error::general("'expiration'")),
    };
    let mut credentials = Map::new();
    credentials.insert("AccessKeyId".into(), id.into());
    credentials.insert("SecretAccessKey".into(), secret.into());
    credentials.insert("SessionToken".into(), token.into());
    credentials.insert("Expiration".into(), expiry::zulu(end).into());
    credentials.insert("AccountId".into(), sso.account.as_str().into());
    Ok(Map::from([("ProviderType".into(), "sso".into()), ("Credentials".into(), Value::Map(credentials))]))
}

async fn role_credentials(chain: &Chain<'_>, endpoint: &str, sso: &Sso, token: &Secret) -> Result<Map> {
    let query =
        format!("role_name={}&account_id={}", percent::encode(&sso.role), percent::encode(&sso.account));
    let call = Call {
        operation: "GetRoleCredentials",
        method: http::Method::GET,
        url: format!("{endpoint}/federation/credentials?{query}"),
        headers: vec![("x-amz-sso_bearer_token", token.clone())],
        body: Secret::new(""),
    };
    json_call::send(chain, &call).await.map_err(|error| {
        let unauthorised = error.service.as_ref().is_some_and(|said| said.code == "UnauthorizedException");
        if error.kind == Kind::Service && unauthorised { sso_token::invalid() } else { error }
    })
}
