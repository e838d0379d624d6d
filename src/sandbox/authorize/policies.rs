//! The policies of users, groups, roles and sessions, out of the store.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use crate::policy::{DocumentKind, Policy, PolicyKind, PolicySet, Principal};
use crate::sandbox::account::{AccountId, setting};
use crate::sandbox::caller::{Caller, Session, Who};
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{self, key};
use crate::sandbox::{arn, managed};

/// The setting that holds the account limit: a policy document that bounds everybody, as a service control
/// policy of an organization does.
const LIMIT: &str = "account_limit";

/// Who asks, as the policy engine sees it, and all that speaks for and against.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Standing {
    pub(in crate::sandbox) principal: Principal,
    pub(in crate::sandbox) policies: PolicySet,
    /// The tags of the user, or of the role and the session; session tags win.
    pub(in crate::sandbox) tags: Vec<(String, String)>,
}

impl Standing {
    /// The standing of a caller.
    pub(in crate::sandbox) fn of(
        db: &Connection,
        account: &AccountId,
        caller: &Caller,
    ) -> Result<Standing, Fault> {
        let mut standing = match &caller.who {
            Who::Root => Standing::bare(Principal::Root { arn: arn::root(account) }),
            Who::User(name) => {
                let mut standing = Standing::of_user(db, account, name)?;
                let own_password = handlers::password_grant(db)?.map(|text| {
                    let name = "password policy of the account";
                    Arc::new(Policy::read(name, PolicyKind::User, text, DocumentKind::Identity))
                });
                standing.policies.identity.extend(own_password);
                standing
            }
            Who::Role { role, .. } => {
                let session_arn = caller.arn.clone();
                Standing::of_role(db, account, role, |role_arn| Principal::Session { role_arn, session_arn })?
            }
            Who::Federated { user, .. } => {
                let session_arn = caller.arn.clone();
                let (mut standing, user_arn) = match user {
                    Some(name) => {
                        let standing = Standing::of_user(db, account, name)?;
                        let arn = standing.principal.arn().unwrap_or_default().to_owned();
                        (standing, arn)
                    }
                    None => (Standing::bare(Principal::Anonymous), arn::root(account)),
                };
                standing.principal = Principal::FederatedUser { user_arn, session_arn };
                standing
            }
            Who::Nobody => Standing::bare(Principal::Anonymous),
        };
        if let Some(session) = &caller.session {
            standing.policies.session = session_policies(db, session)?;
            for (name, value) in &session.tags {
                standing.tags.retain(|(known, _)| key(known) != key(name));
                standing.tags.push((name.clone(), value.clone()));
            }
        }
        standing.policies.account_limit = limit(db)?;
        Ok(standing)
    }

    fn bare(principal: Principal) -> Standing {
        Standing { principal, policies: PolicySet::default(), tags: Vec::new() }
    }

    /// A user with the policies of its own and of its groups, and its boundary.
    pub(in crate::sandbox) fn of_user(
        db: &Connection,
        account: &AccountId,
        name: &str,
    ) -> Result<Standing, Fault> {
        let (key, arn, boundary) = entity(db, account, "user", name)?;
        let mut identity = of_entity(db, "user", &key)?;
        let mut groups =
            db.prepare_cached("SELECT \"group\" FROM member WHERE user = ?1 ORDER BY \"group\"")?;
        let groups =
            groups.query_map([&key], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        for group in groups {
            identity.extend(of_entity(db, "group", &group)?);
        }
        let policies = PolicySet { identity, boundary: bounding(db, boundary)?, ..PolicySet::default() };
        let tags = handlers::tags::of(db, "user", &key)?;
        Ok(Standing { principal: Principal::User { arn }, policies, tags })
    }

    /// A role with its policies and boundary; `principal` makes the principal out of the role's ARN.
    pub(in crate::sandbox) fn of_role(
        db: &Connection,
        account: &AccountId,
        name: &str,
        principal: impl FnOnce(String) -> Principal,
    ) -> Result<Standing, Fault> {
        let (key, arn, boundary) = entity(db, account, "role", name)?;
        let identity = of_entity(db, "role", &key)?;
        let policies = PolicySet { identity, boundary: bounding(db, boundary)?, ..PolicySet::default() };
        let tags = handlers::tags::of(db, "role", &key)?;
        Ok(Standing { principal: principal(arn), policies, tags })
    }
}

/// The key, ARN and boundary of a user or role.
fn entity(
    db: &Connection,
    account: &AccountId,
    kind: &str,
    name: &str,
) -> Result<(String, String, Option<String>), Fault> {
    let sql = format!("SELECT key, name, path, boundary FROM {kind} WHERE key = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let row = statement.query_row([key(name)], |row| {
        let (name, path): (String, String) = (row.get(1)?, row.get(2)?);
        Ok((row.get(0)?, arn::iam(account, kind, &path, &name), row.get(3)?))
    });
    row.optional()?.ok_or_else(|| Fault::not_found(kind, name))
}

/// The inline and attached policies of a user, group or role.
pub(in crate::sandbox) fn of_entity(
    db: &Connection,
    kind: &str,
    owner: &str,
) -> Result<Vec<Arc<Policy>>, Fault> {
    let sort = match kind {
        "group" => PolicyKind::Group,
        "role" => PolicyKind::Role,
        _ => PolicyKind::User,
    };
    let mut inline = db.prepare_cached(
        "SELECT name, document FROM inline_policy WHERE kind = ?1 AND owner = ?2 ORDER BY name",
    )?;
    let inline =
        inline.query_map([kind, owner], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut policies = Vec::new();
    for row in inline {
        let (name, text) = row?;
        policies.push(Arc::new(Policy::read(name, sort, &text, DocumentKind::Identity)));
    }
    let mut attached =
        db.prepare_cached("SELECT arn FROM attachment WHERE kind = ?1 AND owner = ?2 ORDER BY arn")?;
    let attached = attached.query_map([kind, owner], |row| row.get::<_, String>(0))?;
    for arn in attached.collect::<Result<Vec<_>, _>>()? {
        policies.extend(managed_policy(db, &arn)?);
    }
    Ok(policies)
}

/// The default version of a managed policy, of the account or of AWS; none where it does not exist.
pub(in crate::sandbox) fn managed_policy(db: &Connection, arn: &str) -> Result<Option<Arc<Policy>>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT v.document FROM policy p JOIN policy_version v ON v.arn = p.arn AND v.version = p.default_version \
         WHERE p.arn = ?1",
    )?;
    let own: Option<String> = statement.query_row([arn], |row| row.get(0)).optional()?;
    let (kind, text) = match own {
        Some(text) => (PolicyKind::CustomerManaged, Some(text)),
        None => (PolicyKind::AwsManaged, managed::document(arn)),
    };
    Ok(text.map(|text| Arc::new(Policy::read(arn, kind, &text, DocumentKind::Identity))))
}

/// A permissions boundary. One that is no more bounds all: an empty text is a policy that denies.
fn bounding(db: &Connection, arn: Option<String>) -> Result<Option<Arc<Policy>>, Fault> {
    let Some(arn) = arn else { return Ok(None) };
    let gone = || Arc::new(Policy::read(&*arn, PolicyKind::CustomerManaged, "", DocumentKind::Identity));
    Ok(Some(managed_policy(db, &arn)?.unwrap_or_else(gone)))
}

/// What a session was given; none where it was given nothing.
fn session_policies(db: &Connection, session: &Session) -> Result<Option<Vec<Arc<Policy>>>, Fault> {
    if session.policies.is_empty() && session.policy_arns.is_empty() {
        return Ok(None);
    }
    let inline = session.policies.iter().map(|text| {
        Arc::new(Policy::read("session policy", PolicyKind::Session, text, DocumentKind::Identity))
    });
    let mut policies: Vec<_> = inline.collect();
    for arn in &session.policy_arns {
        policies.extend(managed_policy(db, arn)?);
    }
    Ok(Some(policies))
}

/// The account limit.
pub(in crate::sandbox) fn limit(db: &Connection) -> Result<Option<Vec<Arc<Policy>>>, Fault> {
    let text = setting(db, LIMIT)?;
    let policy = |text: String| Policy::read(LIMIT, PolicyKind::AccountLimit, &text, DocumentKind::Identity);
    Ok(text.map(|text| vec![Arc::new(policy(text))]))
}
