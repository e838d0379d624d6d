//! What is remembered of use: when a key and a role were last used, and which services an entity has called.
//!
//! It is written at most once a minute for each key, role, and action, so reads
//! stay reads. A request never fails because a note could not be written.

use rusqlite::{Connection, OptionalExtension as _};

use super::account::AccountId;
use super::arn;
use super::caller::Who;
use super::clock::Seconds;
use super::origin::Origin;
use super::signature::Signed;
use crate::model::{Operation, Service};

/// How long a note is good for.
const MINUTE: Seconds = 60;

/// Notes the use of the caller's key, and the action where it was allowed.
pub(super) fn note(
    db: &Connection,
    account: &AccountId,
    signed: &Signed,
    (service, operation): (&Service, &Operation),
    origin: &Origin,
    is_allowed: bool,
    now: Seconds,
) {
    // The next use is noted again.
    let _unimportant = key(db, signed, service, origin, now).and_then(|()| {
        if is_allowed { access(db, account, signed, (service, operation), origin, now) } else { Ok(()) }
    });
}

fn key(
    db: &Connection,
    signed: &Signed,
    service: &Service,
    origin: &Origin,
    now: Seconds,
) -> rusqlite::Result<()> {
    if signed.noted.is_some_and(|noted| now < noted + MINUTE) {
        return Ok(());
    }
    match (&signed.caller.who, &signed.caller.session) {
        (Who::User(_) | Who::Root, None) => {
            let mut statement = db.prepare_cached(
                "UPDATE access_key SET last_used = ?2, last_service = ?3, last_region = ?4 WHERE id = ?1",
            )?;
            statement.execute((&signed.caller.access_key, now, service.name, &origin.region))?;
        }
        (Who::Role { role, .. }, _) => {
            let mut statement =
                db.prepare_cached("UPDATE role SET last_used = ?2, last_region = ?3 WHERE key = ?1")?;
            statement.execute((super::handlers::key(role), now, &origin.region))?;
        }
        _ => {}
    }
    Ok(())
}

fn access(
    db: &Connection,
    account: &AccountId,
    signed: &Signed,
    (service, operation): (&Service, &Operation),
    origin: &Origin,
    now: Seconds,
) -> rusqlite::Result<()> {
    let arn = match &signed.caller.who {
        Who::User(_) => signed.caller.arn.clone(),
        Who::Role { role, .. } => {
            let mut statement = db.prepare_cached("SELECT path, name FROM role WHERE key = ?1")?;
            let row = statement.query_row([super::handlers::key(role)], |row| {
                Ok(arn::iam(account, "role", &row.get::<_, String>(0)?, &row.get::<_, String>(1)?))
            });
            let Some(arn) = row.optional()? else { return Ok(()) };
            arn
        }
        // Reports are about users and roles.
        Who::Root | Who::Federated { .. } | Who::Nobody => return Ok(()),
    };
    let mut statement = db
        .prepare_cached("SELECT 1 FROM access WHERE arn = ?1 AND service = ?2 AND action = ?3 AND at > ?4")?;
    if statement.exists((&arn, service.name, operation.name, now - MINUTE))? {
        return Ok(());
    }
    let mut statement = db.prepare_cached(
        "INSERT OR REPLACE INTO access (arn, service, action, at, region) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute((&arn, service.name, operation.name, now, &origin.region))?;
    Ok(())
}
