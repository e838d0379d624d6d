//! Roles as those that assume them see them.

use rusqlite::OptionalExtension as _;

use super::session_input::token_size;
use crate::sandbox::arn;
use crate::sandbox::authorize::Trusting;
use crate::sandbox::caller::Session;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{Call, key, tags};
use crate::sandbox::session::{Kind, New, issue};
use crate::value::{Map, Value};

/// Seconds of a session where the request names none.
const DURATION: Seconds = 3600;

/// A role.
#[derive(Clone, Debug)]
pub(super) struct Role {
    key: String,
    name: String,
    id: String,
    pub(super) arn: String,
    trust: String,
    max_session: Seconds,
    tags: Vec<(String, String)>,
}

impl Role {
    /// The role of an ARN, with its whole path; none where the account has no such role.
    ///
    /// # Errors
    /// The text cannot be the ARN of a role.
    pub(super) fn find(call: &Call<'_>, arn: &str) -> Result<Option<Role>, Fault> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, "iam", "", account, name] = parts.as_slice() else {
            return Err(Fault::validation(format!("{arn} is invalid")));
        };
        let Some(name) = name.strip_prefix("role/") else {
            return Err(Fault::validation(format!("{arn} is invalid")));
        };
        if *account != call.account.to_string() {
            return Ok(None);
        }
        let mut statement = call
            .db
            .prepare_cached("SELECT key, name, path, id, trust, max_session FROM role WHERE key = ?1")?;
        let name = key(name.rsplit('/').next().unwrap_or(name));
        let row = statement.query_row([&name], |row| {
            let (name, path): (String, String) = (row.get(1)?, row.get(2)?);
            let arn = arn::iam(call.account, "role", &path, &name);
            let (key, id, trust) = (row.get(0)?, row.get(3)?, row.get(4)?);
            Ok(Role { key, name, id, arn, trust, max_session: row.get(5)?, tags: Vec::new() })
        });
        let Some(role) = row.optional()?.filter(|role| role.arn == arn) else { return Ok(None) };
        let tags = tags::of(call.db, "role", &role.key)?;
        Ok(Some(Role { tags, ..role }))
    }

    /// What decides who may assume it.
    pub(super) fn trusting(&self) -> Trusting<'_> {
        Trusting { arn: &self.arn, trust: &self.trust, tags: &self.tags }
    }

    /// How long a session lasts.
    ///
    /// # Errors
    /// Longer than the role has it, or than an hour where a role assumes a role.
    pub(super) fn duration(&self, call: &Call<'_>, is_chained: bool) -> Result<Seconds, Fault> {
        let asked = call.integer("DurationSeconds").unwrap_or(DURATION);
        if is_chained && asked > DURATION {
            return Err(Fault::validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role \
                 chaining",
            ));
        }
        if asked > self.max_session {
            return Err(Fault::validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            ));
        }
        Ok(asked)
    }

    /// Gives out keys: the members `Credentials`, `AssumedRoleUser` and `SourceIdentity` of a reply.
    pub(super) fn session(&self, call: &Call<'_>, name: &str, session: &Session) -> Result<Map, Fault> {
        let owner = Some(self.key.as_str());
        let new =
            New { kind: Kind::Role, owner, owner_id: &self.id, name, session, token_size: token_size(call) };
        let keys = issue(call.db, new)?;
        let user = Map::from([
            ("AssumedRoleId".into(), Value::from(format!("{}:{name}", self.id))),
            ("Arn".into(), arn::sts(call.account, &format!("assumed-role/{}/{name}", self.name)).into()),
        ]);
        let mut reply = Map::from([("Credentials".into(), keys), ("AssumedRoleUser".into(), user.into())]);
        if let Some(identity) = &session.source_identity {
            reply.insert("SourceIdentity".into(), identity.as_str().into());
        }
        Ok(reply)
    }
}
