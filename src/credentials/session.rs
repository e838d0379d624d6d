//! A session for keys that are guarded by an MFA device, where the profile says so.
//!
//! The reference has nothing like it: `mfa_serial` counts there for roles alone.
//! So it is asked for by a key of our own, and without the key nothing changes.

use aws_credential_types::Credentials;

use super::chain::{Chain, text};
use super::{cache, expiry, sts};
use crate::error::Result;
use crate::value::{Map, Value};

/// The key: `iamctl_mfa_session = true`, beside `mfa_serial`.
pub(super) const KEY: &str = "iamctl_mfa_session";

/// The keys as they are, or a cached session of theirs.
pub(super) async fn guarded(chain: &Chain<'_>, profile: &str, keys: Credentials) -> Result<Credentials> {
    let section = chain.profile(profile).unwrap_or_default();
    let wanted = text(&section, KEY).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    match text(&section, "mfa_serial") {
        Some(serial) if wanted && keys.session_token().is_none() => {
            let duration = text(&section, "duration_seconds").and_then(|text| text.trim().parse().ok());
            session(chain, serial, duration, keys).await
        }
        _ => Ok(keys),
    }
}

async fn session(
    chain: &Chain<'_>,
    serial: &str,
    duration: Option<i64>,
    keys: Credentials,
) -> Result<Credentials> {
    let mut input = Map::from([("SerialNumber".into(), Value::from(serial))]);
    if let Some(seconds) = duration {
        input.insert("DurationSeconds".into(), Value::Int(seconds));
    }
    let mut asked = input.clone();
    asked.insert("AccessKeyId".into(), keys.access_key_id().into());
    let (cache, name) = (chain.cache(), cache::name(&asked));
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, "mfa-session");
    }
    let _lock = cache.lock(&name).await;
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, "mfa-session");
    }
    let code = (chain.ask)(format!("Enter MFA code for {serial}: ")).await?;
    input.insert("TokenCode".into(), code.expose().into());
    let reply = sts::call(chain, "GetSessionToken", input, Some(keys)).await?;
    let found = sts::credentials(&reply, "mfa-session")?;
    cache.store(&name, &sts::cached_form(reply, None))?;
    expiry::fresh(found)
}
