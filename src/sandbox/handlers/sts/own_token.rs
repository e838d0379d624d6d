//! GetSessionToken and GetFederationToken: temporary keys for oneself and for others.

use rusqlite::OptionalExtension as _;

use super::mfa;
use super::session_input::{SessionInput, token_size};
use crate::sandbox::arn;
use crate::sandbox::caller::{Session, Who};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{Call, key};
use crate::sandbox::session::{Kind, New, issue};
use crate::value::{Map, Value};

/// Seconds of a session where the request names none.
const DURATION: Seconds = 12 * 3600;

/// The most seconds for the root user.
const ROOT: Seconds = 3600;

pub(super) fn session_token(call: &Call<'_>) -> Result<Map, Fault> {
    let session = Session { mfa: mfa::take(call)?, ..lasting(call) };
    let (owner, owner_id) = owner(call)?;
    let new = New {
        kind: Kind::SameUser,
        owner: owner.as_deref(),
        owner_id: &owner_id,
        name: "",
        session: &session,
        token_size: token_size(call),
    };
    Ok(Map::from([("Credentials".into(), issue(call.db, new)?)]))
}

pub(super) fn federation_token(call: &Call<'_>) -> Result<Map, Fault> {
    let input = SessionInput::of(call)?;
    let session = Session {
        policies: input.policies.clone(),
        policy_arns: input.policy_arns.clone(),
        tags: input.tags.clone(),
        ..lasting(call)
    };
    let name = call.needed("Name")?;
    let (owner, owner_id) = owner(call)?;
    let new = New {
        kind: Kind::Federated,
        owner: owner.as_deref(),
        owner_id: &owner_id,
        name,
        session: &session,
        token_size: token_size(call),
    };
    let keys = issue(call.db, new)?;
    let user = Map::from([
        ("FederatedUserId".into(), Value::from(format!("{}:{name}", call.account))),
        ("Arn".into(), arn::sts(call.account, &format!("federated-user/{name}")).into()),
    ]);
    let mut reply = Map::from([("Credentials".into(), keys), ("FederatedUser".into(), user.into())]);
    input.add_size(&mut reply)?;
    Ok(reply)
}

/// An empty session of the asked duration; the root user gets an hour at most, as published.
fn lasting(call: &Call<'_>) -> Session {
    let asked = call.integer("DurationSeconds").unwrap_or(DURATION);
    let seconds = if call.caller.who == Who::Root { asked.min(ROOT) } else { asked };
    Session { issued: call.now, expires: call.now + seconds, ..Session::default() }
}

/// The key and the unique id of the caller.
fn owner(call: &Call<'_>) -> Result<(Option<String>, String), Fault> {
    let Who::User(name) = &call.caller.who else { return Ok((None, call.account.to_string())) };
    let mut statement = call.db.prepare_cached("SELECT id FROM user WHERE key = ?1")?;
    let id = statement.query_row([key(name)], |row| row.get(0)).optional()?;
    Ok((Some(key(name)), id.ok_or_else(|| Fault::not_found("user", name))?))
}
