//! Who signed a request, and whether the signature is theirs.
//!
//! The request is signed again with the stored secret, by the crate that the
//! SDK signs with, and the two signatures are compared. Region and service are
//! taken from the scope of the signature, so whatever region a program is set
//! up for is fine.

mod given;
mod keys;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningParams, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use rusqlite::Connection;
use subtle::ConstantTimeEq as _;

use super::account::{AccountId, stored_number};
use super::caller::{Caller, Who};
use super::clock::Seconds;
use super::fault::Fault;
use super::received::Received;
use crate::secret::Secret;
use keys::Key;

pub(super) use given::{Given, unsigned_query};

/// How far the time of a signature may be off, in seconds.
const TOLERANCE: Seconds = 15 * 60;

/// A request whose signature is right, or that needs none.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// Who signed.
    pub(super) caller: Caller,
    /// When the last use of the key, or of the role behind it, was noted.
    pub(super) noted: Option<Seconds>,
    /// What it was signed with.
    secret: Secret,
}

impl Signed {
    /// A request that nobody has signed.
    pub(super) fn nobody() -> Signed {
        let (arn, id, access_key) = (String::new(), String::new(), String::new());
        let caller = Caller { who: Who::Nobody, arn, id, access_key, session: None };
        Signed { caller, noted: None, secret: Secret::new("") }
    }
}

/// Finds out who signed a request.
///
/// # Errors
/// The key is unknown or inactive, the token is not the key's or has expired, the signature is of another
/// time, or it is not that of the request.
pub(super) fn verify(
    db: &Connection,
    account: &AccountId,
    received: &Received,
    given: &Given,
    now: Seconds,
) -> Result<Signed, Fault> {
    let key = usable(db, account, given, now)?;
    let time = check_time(given, now)?;
    if !same(&signature(&key, received, given, time)?, &given.signature) {
        return Err(mismatch(
            "The request signature we calculated does not match the signature you provided. Check your AWS \
             Secret Access Key and signing method. Consult the service documentation for details.",
        ));
    }
    Ok(Signed { caller: key.caller, noted: key.noted, secret: key.secret })
}

/// Who calls, where the key with which a request was signed is the same still.
///
/// # Errors
/// Meanwhile the key has gone, has been deactivated or has expired.
pub(super) fn still(
    db: &Connection,
    account: &AccountId,
    signed: &Signed,
    given: &Given,
    now: Seconds,
) -> Result<Caller, Fault> {
    let key = usable(db, account, given, now)?;
    match same(key.secret.expose(), signed.secret.expose()) {
        true => Ok(key.caller),
        false => Err(unknown_token()),
    }
}

/// The key that a request names, if it may be used now and with the token of the request.
fn usable(db: &Connection, account: &AccountId, given: &Given, now: Seconds) -> Result<Key, Fault> {
    let key = keys::find(db, account, &given.key)?.ok_or_else(unknown_token)?;
    let token_fits = match (&key.token, &given.token) {
        (None, None) => true,
        (Some(own), Some(given)) => same(own.expose(), given),
        _ => false,
    };
    if !token_fits {
        return Err(unknown_token());
    }
    if key.caller.session.as_ref().is_some_and(|session| session.expires <= now) {
        return Err(Fault::new("ExpiredToken", 403, "The security token included in the request is expired"));
    }
    Ok(key)
}

/// Whether a key of this id may be used.
pub(super) fn is_known(db: &Connection, id: &str) -> Result<bool, Fault> {
    Ok(keys::find(db, &stored_number(db)?, id)?.is_some())
}

/// 403: the key is unknown, is not in use, or may not call this.
pub(super) fn unknown_token() -> Fault {
    Fault::new("InvalidClientTokenId", 403, "The security token included in the request is invalid.")
}

fn mismatch(why: impl Into<String>) -> Fault {
    Fault::new("SignatureDoesNotMatch", 403, why)
}

/// Compares without telling by the time taken where the texts differ.
fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// The time of the signature, which must be that of its scope and near the present.
///
/// A presigned address of STS is good for the same 15 minutes, whatever it says in `X-Amz-Expires`.
fn check_time(given: &Given, now: Seconds) -> Result<SystemTime, Fault> {
    let (day, hour) = given.time.split_once('T').unwrap_or_default();
    if given.day != day {
        return Err(mismatch(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
             '{}' != '{day}', from '{}'.",
            given.day, given.time
        )));
    }
    let part = |text: &str, from, to| text.get(from..to).unwrap_or_default().to_owned();
    let extended = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(day, 0, 4),
        part(day, 4, 6),
        part(day, 6, 8),
        part(hour, 0, 2),
        part(hour, 2, 4),
        part(hour, 4, 6)
    );
    let time = DateTime::from_str(&extended, Format::DateTime)
        .map_err(|_| mismatch(format!("'{}' is no date.", given.time)))?
        .secs();
    let basic = |seconds| super::clock::text(seconds).replace(['-', ':'], "");
    if time < now - TOLERANCE {
        return Err(mismatch(format!(
            "Signature expired: {} is now earlier than {} ({} - 15 min.)",
            given.time,
            basic(now - TOLERANCE),
            basic(now)
        )));
    }
    if time > now + TOLERANCE {
        return Err(mismatch(format!(
            "Signature not yet current: {} is still later than {} ({} + 15 min.)",
            given.time,
            basic(now + TOLERANCE),
            basic(now)
        )));
    }
    let since = u64::try_from(time).unwrap_or_default();
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(since))
}

/// The signature that the request should have.
fn signature(key: &Key, received: &Received, given: &Given, time: SystemTime) -> Result<String, Fault> {
    let request = &received.request;
    let is_signed = |name: &str| given.headers.iter().any(|signed| signed == name);
    let mut settings = SigningSettings::default();
    // What was signed is chosen here, by the list of signed headers.
    settings.excluded_headers = None;
    let mut token = given.token.clone().filter(|_| is_signed("x-amz-security-token"));
    if let Some(expires) = &given.expires {
        let seconds = expires.parse().map_err(|_| mismatch("X-Amz-Expires should be a number"))?;
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(seconds));
        token.clone_from(&given.token);
    }
    let mut headers = Vec::new();
    for (name, value) in request.headers() {
        // The signer adds these two by itself.
        if is_signed(name.as_str()) && !matches!(name.as_str(), "x-amz-date" | "x-amz-security-token") {
            let value = value.to_str().map_err(|_| mismatch(format!("The header {name} is no text.")))?;
            headers.push((name.as_str(), value));
        }
    }
    let failed = |error: &dyn std::fmt::Display| mismatch(format!("The request cannot be signed: {error}."));
    let signable = SignableRequest::new(
        request.method().as_str(),
        address(received, given),
        headers.into_iter(),
        SignableBody::Bytes(request.body()),
    )
    .map_err(|error| failed(&error))?;
    let identity = Credentials::new(&given.key, key.secret.expose(), token, None, "sandbox").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&given.region)
        .name(&given.service)
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| failed(&error))?;
    let params = SigningParams::from(params);
    Ok(sign(signable, &params).map_err(|error| failed(&error))?.into_parts().1)
}

/// The whole address of the request, without what presigning has added.
fn address(received: &Received, given: &Given) -> String {
    let (uri, headers) = (received.request.uri(), received.request.headers());
    let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(http::uri::Authority::as_str)).unwrap_or("localhost");
    let mut address = format!("http://{host}{}", uri.path());
    let query = uri.query().unwrap_or_default();
    let query = if given.expires.is_some() { unsigned_query(query) } else { query.to_owned() };
    if !query.is_empty() {
        address.push('?');
        address.push_str(&query);
    }
    address
}
