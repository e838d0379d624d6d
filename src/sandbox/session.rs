//! Temporary keys: made here, kept with all that they bring along, read back when they sign.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{Connection, OptionalExtension as _};

use super::caller::Session;
use super::clock::Seconds;
use super::fault::Fault;
use super::ids;
use crate::json;
use crate::value::{Map, Value};

/// How long an expired key is remembered, so that it is told to be expired and not unknown.
const MEMORY: Seconds = 24 * 3600;

/// What a session is of. The words are those of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A role.
    Role,
    /// A federated user.
    Federated,
    /// The user or the root user itself.
    SameUser,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Role => "role",
            Kind::Federated => "federated",
            Kind::SameUser => "session",
        }
    }

    fn of(word: &str) -> Option<Kind> {
        [Kind::Role, Kind::Federated, Kind::SameUser].into_iter().find(|kind| kind.word() == word)
    }
}

/// A temporary key to be made.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    pub(super) kind: Kind,
    /// The key of the role or user; none for the root user.
    pub(super) owner: Option<&'a str>,
    /// The owner's unique id; the account's number for the root user.
    pub(super) owner_id: &'a str,
    /// The session's name; empty where it has none.
    pub(super) name: &'a str,
    pub(super) session: &'a Session,
    /// How many characters the token has at least.
    pub(super) token_size: usize,
}

/// A temporary key, stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) kind: Kind,
    pub(super) secret: String,
    pub(super) token: String,
    pub(super) owner_id: String,
    pub(super) name: String,
    pub(super) session: Session,
}

/// Makes and stores a key, and forgets those that have expired long ago.
///
/// # Errors
/// The file cannot be written.
pub(super) fn issue(db: &Connection, new: New<'_>) -> Result<Value, Fault> {
    db.execute("DELETE FROM session WHERE expires < ?1", [new.session.issued - MEMORY])?;
    let (id, secret) = (ids::unique(ids::prefix::SESSION_KEY)?, ids::secret()?);
    let mut token = STANDARD.encode(ids::random::<192>()?);
    while token.len() < new.token_size {
        token.push_str(&STANDARD.encode(ids::random::<192>()?));
    }
    db.execute(
        "INSERT INTO session (id, secret, token, kind, owner, owner_id, name, issued, expires, facts) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            &id,
            &secret,
            &token,
            new.kind.word(),
            new.owner,
            new.owner_id,
            new.name,
            new.session.issued,
            new.session.expires,
            facts(new.session),
        ),
    )?;
    Ok(Map::from([
        ("AccessKeyId".into(), Value::from(id)),
        ("SecretAccessKey".into(), secret.into()),
        ("SessionToken".into(), token.into()),
        ("Expiration".into(), Value::Int(new.session.expires)),
    ])
    .into())
}

/// The stored key of this id, expired or not.
pub(super) fn find(db: &Connection, id: &str) -> Result<Option<Stored>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT kind, secret, token, owner_id, name, issued, expires, facts FROM session WHERE id = ?1",
    )?;
    let row = statement.query_row([id], |row| {
        let (kind, facts) = (row.get::<_, String>(0)?, row.get::<_, String>(7)?);
        let session = Session { issued: row.get(5)?, expires: row.get(6)?, ..Session::default() };
        Ok((kind, facts, session, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    });
    let Some((kind, facts, session, secret, token, owner_id, name)) = row.optional()? else {
        return Ok(None);
    };
    let broken = || Fault::internal(format!("the stored session {id} cannot be read"));
    let kind = Kind::of(&kind).ok_or_else(broken)?;
    let facts = json::read(&facts).map_err(|_| broken())?;
    Ok(Some(Stored { kind, secret, token, owner_id, name, session: with_facts(session, &facts) }))
}

fn facts(session: &Session) -> String {
    let texts = |texts: &[String]| texts.iter().map(|text| Value::from(text.as_str())).collect::<Vec<_>>();
    let pairs = |pairs: &[(String, String)]| {
        let pair = |(key, value): &(String, String)| {
            Value::from(vec![Value::from(key.as_str()), Value::from(value.as_str())])
        };
        pairs.iter().map(pair).collect::<Vec<_>>()
    };
    let one = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let map = Map::from([
        ("policies".into(), texts(&session.policies).into()),
        ("policy_arns".into(), texts(&session.policy_arns).into()),
        ("tags".into(), pairs(&session.tags).into()),
        ("transitive".into(), texts(&session.transitive).into()),
        ("source_identity".into(), one(&session.source_identity)),
        ("mfa".into(), Value::Bool(session.mfa)),
        ("provider".into(), one(&session.provider)),
        ("claims".into(), pairs(&session.claims).into()),
    ]);
    let mut text = String::new();
    json::write(&mut text, &map.into(), json::Style::LINE);
    text
}

fn with_facts(session: Session, facts: &Value) -> Session {
    let list = |name: &str| facts.get(name).and_then(Value::as_list).unwrap_or_default();
    let texts = |name: &str| list(name).iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let pairs = |name: &str| {
        let pair = |item: &Value| match item.as_list() {
            Some([key, value]) => Some((key.as_str()?.to_owned(), value.as_str()?.to_owned())),
            _ => None,
        };
        list(name).iter().filter_map(pair).collect()
    };
    let one = |name: &str| facts.get(name).and_then(Value::as_str).map(str::to_owned);
    Session {
        policies: texts("policies"),
        policy_arns: texts("policy_arns"),
        tags: pairs("tags"),
        transitive: texts("transitive"),
        source_identity: one("source_identity"),
        mfa: facts.get("mfa").is_some_and(Value::is_truthy),
        provider: one("provider"),
        claims: pairs("claims"),
        ..session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_read_back_as_it_was() {
        let bench = crate::sandbox::handlers::testing::Bench::new();
        let session = Session {
            issued: 100,
            expires: 200,
            policies: vec!["{\"a\": \"é\\n\"}".into()],
            policy_arns: vec!["arn".into()],
            tags: vec![("K".into(), "v".into())],
            transitive: vec!["K".into()],
            source_identity: Some("me".into()),
            mfa: true,
            provider: Some("p".into()),
            claims: vec![("p:aud".into(), "c".into())],
        };
        let new = New {
            kind: Kind::Role,
            owner: Some("r"),
            owner_id: "AROA",
            name: "s",
            session: &session,
            token_size: 300,
        };
        let db = &bench.account.connection;
        let key = issue(db, new).unwrap();
        let id = key.get("AccessKeyId").and_then(Value::as_str).unwrap();
        let stored = find(db, id).unwrap().unwrap();
        assert_eq!(stored.session, session);
        assert!(stored.token.len() >= 300);
        assert_eq!((stored.kind, stored.name.as_str()), (Kind::Role, "s"));

        let later = Session { issued: 200 + MEMORY + 1, expires: i64::MAX, ..Session::default() };
        issue(db, New { session: &later, ..new }).unwrap();
        assert!(find(db, id).unwrap().is_none(), "what has expired long ago is forgotten");
    }
}
