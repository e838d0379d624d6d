//! Keys: whose they are, and what they sign with.

use rusqlite::{Connection, OptionalExtension as _};

use crate::sandbox::account::AccountId;
use crate::sandbox::arn;
use crate::sandbox::caller::{Caller, Who};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::session::{self, Kind};
use crate::secret::Secret;

/// A key that is known and may be used.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) secret: Secret,
    /// The token that belongs to a temporary key.
    pub(super) token: Option<Secret>,
    /// When the last use was noted: of the key, or of the role behind it.
    pub(super) noted: Option<Seconds>,
    pub(super) caller: Caller,
}

/// The key of this id; none where it is unknown or inactive, or where its owner is gone.
pub(super) fn find(db: &Connection, account: &AccountId, id: &str) -> Result<Option<Key>, Fault> {
    match long_term(db, account, id)? {
        Some(key) => Ok(Some(key)),
        None => temporary(db, account, id),
    }
}

fn long_term(db: &Connection, account: &AccountId, id: &str) -> Result<Option<Key>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT k.secret, k.last_used, u.name, u.path, u.id FROM access_key k LEFT JOIN user u ON u.key = k.user \
         WHERE k.id = ?1 AND k.active AND (k.user IS NULL) = (u.key IS NULL)",
    )?;
    let row = statement.query_row([id], |row| {
        let user = match row.get::<_, Option<String>>(2)? {
            Some(name) => Some((name, row.get::<_, String>(3)?, row.get::<_, String>(4)?)),
            None => None,
        };
        let (secret, noted) = (Secret::new(row.get::<_, String>(0)?), row.get(1)?);
        Ok(Key { secret, token: None, noted, caller: user_or_root(account, user, id) })
    });
    Ok(row.optional()?)
}

/// A user by name, path and id, or the root user.
fn user_or_root(account: &AccountId, user: Option<(String, String, String)>, key: &str) -> Caller {
    let (who, arn, id) = match user {
        Some((name, path, id)) => {
            let arn = arn::iam(account, "user", &path, &name);
            (Who::User(name), arn, id)
        }
        None => (Who::Root, arn::root(account), account.to_string()),
    };
    Caller { who, arn, id, access_key: key.to_owned(), session: None }
}

fn temporary(db: &Connection, account: &AccountId, id: &str) -> Result<Option<Key>, Fault> {
    let Some(stored) = session::find(db, id)? else { return Ok(None) };
    let by_root = stored.owner_id == account.to_string();
    let found = match stored.kind {
        Kind::Role => {
            let mut statement = db.prepare_cached("SELECT name, last_used FROM role WHERE id = ?1")?;
            let row = statement.query_row([&stored.owner_id], |row| Ok((row.get(0)?, row.get(1)?)));
            let Some((role, noted)) = row.optional()? else { return Ok(None) };
            let (role, name): (String, _) = (role, stored.name.clone());
            let arn = arn::sts(account, &format!("assumed-role/{role}/{name}"));
            let unique = format!("{}:{name}", stored.owner_id);
            let who = Who::Role { role, session: name };
            (Caller { who, arn, id: unique, access_key: id.to_owned(), session: None }, noted)
        }
        Kind::Federated | Kind::SameUser => {
            let mut statement = db.prepare_cached("SELECT name, path, id FROM user WHERE id = ?1")?;
            let row = statement
                .query_row([&stored.owner_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            if row.is_none() && !by_root {
                return Ok(None);
            }
            let caller = user_or_root(account, row, id);
            match stored.kind {
                Kind::Federated => (federated(account, caller, &stored.name), None),
                _ => (caller, None),
            }
        }
    };
    let (mut caller, noted) = found;
    caller.session = Some(stored.session);
    Ok(Some(Key {
        secret: Secret::new(stored.secret),
        token: Some(Secret::new(stored.token)),
        noted,
        caller,
    }))
}

fn federated(account: &AccountId, owner: Caller, name: &str) -> Caller {
    let user = match owner.who {
        Who::User(user) => Some(user),
        _ => None,
    };
    Caller {
        who: Who::Federated { name: name.to_owned(), user },
        arn: arn::sts(account, &format!("federated-user/{name}")),
        id: format!("{account}:{name}"),
        ..owner
    }
}
