//! The token of a single sign-on, as `sso login` keeps it in `~/.aws/sso/cache`.
//!
//! A token of an `sso-session` is renewed when it is about to end, if it came
//! with what renewing takes; the older kind is not.

use std::fs;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use super::cache::{self, Cache};
use super::chain::Chain;
use super::expiry;
use super::json_call::{self, Call};
use super::sso::Sso;
use crate::error::{Error, Result};
use crate::json::{self, Style};
use crate::secret::Secret;
use crate::value::{Map, Value};

/// The error for a token that is over or that the service refuses.
pub(super) fn invalid() -> Error {
    Error::general(
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO \
         session run aws sso login with the corresponding profile.",
    )
}

fn not_loaded(name: &str, why: &str) -> Error {
    Error::general(format!("Error loading SSO Token: Token for {name} {why}"))
}

/// A file of a token: its name is the digest of the session's name, or of the start URL.
struct TokenFile {
    cache: Cache,
    digest: String,
}

impl TokenFile {
    fn of(chain: &Chain<'_>, name: &str) -> TokenFile {
        let cache = Cache::at(chain.config.env.expand_home("~/.aws/sso/cache"));
        TokenFile { cache, digest: cache::sha1(name) }
    }

    /// The document; `name` is for the message of a missing one.
    fn read(&self, name: &str) -> Result<Map> {
        let broken = || Error::general(crate::python::quoted(&self.digest));
        let text = match fs::read_to_string(self.cache.path(&self.digest)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(not_loaded(name, "does not exist"));
            }
            Err(_) => return Err(broken()),
        };
        match json::read(&text) {
            Ok(Value::Map(document)) => Ok(document),
            // Without the members of a token, which is told of by who looks for them.
            Ok(_) => Ok(Map::new()),
            Err(_) => Err(broken()),
        }
    }
}

/// A token and its end.
fn token(document: &Map, start_url: &str) -> Result<(Secret, SystemTime)> {
    let member = |name: &str| document.get(name).and_then(Value::as_str);
    let (Some(token), Some(end)) = (member("accessToken"), member("expiresAt")) else {
        return Err(not_loaded(start_url, "is invalid"));
    };
    Ok((Secret::new(token), expiry::parse(end)?))
}

/// The token of a profile that names no session.
pub(super) fn of_start_url(chain: &Chain<'_>, start_url: &str) -> Result<Secret> {
    let document = TokenFile::of(chain, start_url).read(start_url)?;
    let (token, end) = token(&document, start_url)?;
    match expiry::ends_within(end, Duration::ZERO) {
        true => Err(invalid()),
        false => Ok(token),
    }
}

/// The token of a session, renewed where that is due and possible.
pub(super) async fn of_session(chain: &Chain<'_>, sso: &Sso, name: &str) -> Result<Secret> {
    let file = TokenFile::of(chain, name);
    let (found, end) = token(&file.read(name)?, &sso.start_url)?;
    if !expiry::ends_within(end, expiry::MARGIN) {
        return Ok(found);
    }
    // Whoever held the lock may have renewed it; a token for renewing can be used once.
    let _lock = file.cache.lock(&file.digest).await;
    let document = file.read(name)?;
    let (found, end) = token(&document, &sso.start_url)?;
    if !expiry::ends_within(end, expiry::MARGIN) {
        return Ok(found);
    }
    if let Some(renewed) = renewed(chain, sso, &document).await {
        let mut text = String::new();
        json::write(&mut text, &Value::Map(renewed.clone()), Style::LINE);
        cache::write_private(&file.cache.path(&file.digest), text.as_bytes())?;
        return token(&renewed, &sso.start_url).map(|(token, _)| token);
    }
    match expiry::ends_within(end, Duration::ZERO) {
        true => {
            Err(Error::general("Error when retrieving token from sso: Token has expired and refresh failed"))
        }
        false => Ok(found),
    }
}

/// A new token; none where renewing is impossible or refused, which is an error only if the old one is over.
async fn renewed(chain: &Chain<'_>, sso: &Sso, old: &Map) -> Option<Map> {
    let member = |name: &str| old.get(name).and_then(Value::as_str);
    let registered = expiry::parse(member("registrationExpiresAt")?).ok()?;
    if expiry::ends_within(registered, Duration::ZERO) {
        return None;
    }
    let (id, secret, refresh) = (member("clientId")?, member("clientSecret")?, member("refreshToken")?);
    let form = Map::from([
        ("grantType".into(), "refresh_token".into()),
        ("clientId".into(), id.into()),
        ("clientSecret".into(), secret.into()),
        ("refreshToken".into(), refresh.into()),
    ]);
    let call = Call {
        operation: "CreateToken",
        method: http::Method::POST,
        url: format!("{}/token", json_call::endpoint(chain, "SSO OIDC", "oidc", &sso.region).ok()?),
        headers: vec![("content-type", Secret::new("application/json"))],
        body: json_call::body(form),
    };
    let reply = json_call::send(chain, &call).await.ok()?;
    let said = |name: &str| reply.get(name).and_then(Value::as_str);
    let lasts = match reply.get("expiresIn") {
        Some(Value::Int(seconds)) => Duration::from_secs(u64::try_from(*seconds).unwrap_or(0)),
        _ => return None,
    };
    let mut new = Map::new();
    new.insert("startUrl".into(), sso.start_url.as_str().into());
    new.insert("region".into(), sso.region.as_str().into());
    new.insert("accessToken".into(), said("accessToken")?.into());
    new.insert("expiresAt".into(), expiry::zulu(SystemTime::now() + lasts).into());
    new.insert("clientId".into(), id.into());
    new.insert("clientSecret".into(), secret.into());
    new.insert("registrationExpiresAt".into(), member("registrationExpiresAt")?.into());
    if let Some(refresh) = said("refreshToken") {
        new.insert("refreshToken".into(), refresh.into());
    }
    Some(new)
}
