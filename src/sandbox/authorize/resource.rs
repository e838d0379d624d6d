//! The resource of a request, as the store has it.

use rusqlite::{Connection, OptionalExtension as _};

use super::kind::{GROUP, Kind, ROLE, USER};
use super::rule::Rule;
use crate::sandbox::account::AccountId;
use crate::sandbox::caller::Who;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{Call, key, service_linked_roles};
use crate::sandbox::{arn, handlers};

/// A resource.
#[derive(Clone, Debug, Default)]
pub(super) struct Resource {
    /// Its ARN, with the stored path of what exists.
    pub(super) arn: String,
    /// What messages call it.
    pub(super) shown: String,
    /// Its tags.
    pub(super) tags: Vec<(String, String)>,
    /// Its permissions boundary.
    pub(super) boundary: Option<String>,
}

impl Resource {
    /// What exists only as a text.
    pub(super) fn plain(arn: impl Into<String>) -> Resource {
        let arn = arn.into();
        Resource { shown: arn.clone(), arn, ..Resource::default() }
    }

    /// The resource of a request.
    pub(super) fn of(call: &Call<'_>, rule: Rule) -> Result<Resource, Fault> {
        let text = |member| call.text(member).unwrap_or_default();
        let of_account = |word: &str, path: &str, name: &str| arn::iam(call.account, word, path, name);
        Ok(match rule {
            Rule::Any => Resource::plain("*"),
            Rule::Named(kind, member) => Resource::named(call.db, call.account, kind, text(member))?,
            Rule::Arn(kind, member) => Resource::by_arn(call.db, kind, text(member))?,
            // A list of what all users have is about all of them.
            Rule::UserOrCaller if call.flag("AllUsers") == Some(true) => {
                Resource::plain(of_account("user", "/", "*"))
            }
            Rule::UserOrCaller => match (call.text("UserName"), &call.caller.who) {
                (Some(name), _) => Resource::named(call.db, call.account, &USER, name)?,
                (None, Who::User(name)) => Resource::named(call.db, call.account, &USER, name)?,
                (None, Who::Root) => Resource::plain(arn::root(call.account)),
                (None, _) => Resource::plain(of_account("user", "/", "*")),
            },
            Rule::OwnerOfKey => match owner_of_key(call.db, text("AccessKeyId"))? {
                Some(user) => Resource::named(call.db, call.account, &USER, &user)?,
                None => Resource::plain(of_account("user", "/", "*")),
            },
            Rule::Identity(member) => match identity(call.account, text(member)) {
                Some((kind, name)) => Resource::named(call.db, call.account, kind, name)?,
                None => Resource::plain(text(member)),
            },
            Rule::New(kind, member) => {
                let (path, name) = (call.text("Path").unwrap_or("/"), text(member));
                Resource::plain(of_account(kind.word, path, name))
            }
            Rule::NewOidc => {
                let url = text("Url");
                let name = url.strip_prefix("https://").unwrap_or(url);
                Resource::plain(of_account("oidc-provider", "/", name))
            }
            Rule::NewServiceLinkedRole => {
                let host = text("AWSServiceName");
                let name = service_linked_roles::name_for(host, call.text("CustomSuffix"));
                let path = format!("/aws-service-role/{host}/");
                Resource::plain(of_account("role", &path, name.as_deref().unwrap_or("*")))
            }
            Rule::DeletionTask => {
                // task/aws-service-role/SERVICE/ROLE/UUID
                let role = text("DeletionTaskId").strip_prefix("task").and_then(|task| task.rsplit_once('/'));
                Resource::plain(of_account("role", role.map_or("/*", |(role, _)| role), ""))
            }
            Rule::List(kind) => {
                let prefix = call.text("PathPrefix").unwrap_or("/");
                Resource::plain(of_account(kind.word, prefix, ""))
            }
            Rule::All(kind) => Resource::plain(of_account(kind.word, "/", "*")),
        })
    }

    /// An entity by its name; one that does not exist is as it would be without a path.
    pub(super) fn named(
        db: &Connection,
        account: &AccountId,
        kind: &'static Kind,
        name: &str,
    ) -> Result<Resource, Fault> {
        let boundary = if kind.has_boundary { "boundary" } else { "NULL" };
        let mut statement = db.prepare_cached(&format!(
            "SELECT key, name, path, {boundary} FROM {} WHERE {} = ?1",
            kind.table, kind.key
        ))?;
        let row = statement.query_row([key(name)], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get(3)?))
        });
        let shown = format!("{} {name}", kind.spoken);
        let Some((key, name, path, boundary)) = row.optional()? else {
            let arn = arn::iam(account, kind.word, "/", name);
            return Ok(Resource { arn, shown, ..Resource::default() });
        };
        let tags = if kind.tags.is_empty() { Vec::new() } else { handlers::tags::of(db, kind.tags, &key)? };
        Ok(Resource { arn: arn::iam(account, kind.word, &path, &name), shown, tags, boundary })
    }

    /// An entity by its ARN.
    fn by_arn(db: &Connection, kind: &'static Kind, arn: &str) -> Result<Resource, Fault> {
        let tags = handlers::tags::of(db, kind.tags, arn)?;
        let shown = if kind.word == "policy" { format!("policy {arn}") } else { arn.to_owned() };
        Ok(Resource { arn: arn.to_owned(), shown, tags, boundary: None })
    }
}

fn owner_of_key(db: &Connection, id: &str) -> Result<Option<String>, Fault> {
    let mut statement = db.prepare_cached("SELECT user FROM access_key WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get::<_, Option<String>>(0)).optional()?.flatten())
}

/// The kind and name of a user, group or role of the account, by its ARN.
pub(in crate::sandbox) fn identity<'a>(
    account: &AccountId,
    arn: &'a str,
) -> Option<(&'static Kind, &'a str)> {
    let rest = arn.strip_prefix(&format!("arn:aws:iam::{account}:"))?;
    let (word, name) = rest.split_once('/')?;
    let kind = [&USER, &GROUP, &ROLE].into_iter().find(|kind| kind.word == word)?;
    Some((kind, name.rsplit('/').next().unwrap_or(name)))
}
