//! A real account's users, groups, roles and policies, as
//! `get-account-authorization-details` gives them: so a change can be tried on
//! a copy first. There are no secrets in it, so nobody of the copy has a key
//! until one is made.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use rusqlite::Connection;

use crate::json;
use crate::sandbox::account::set_setting;
use crate::sandbox::fault::Fault;
use crate::sandbox::ids;
use crate::value::Value;

/// The lists of the result.
const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

/// The longest session of a role: the result does not tell it.
const MAX_SESSION: i64 = 3600;

/// Whether a document is such a result.
pub(super) fn is_one(document: &Value) -> bool {
    LISTS.iter().any(|list| document.get(list).and_then(Value::as_list).is_some())
}

/// Fills an empty account with it; the account takes the number that the ARNs say.
pub(super) fn write(db: &Connection, document: &Value) -> Result<(), Fault> {
    let items = |list: &str| document.get(list).and_then(Value::as_list).unwrap_or_default();
    let [users, groups, roles, policies] = LISTS.map(items);
    if let Some(number) = [users, groups, roles].concat().iter().find_map(account) {
        set_setting(db, "account", &number)?;
    }
    for (at, policy) in policies.iter().enumerate() {
        write_policy(db, policy).map_err(|fault| placed(fault, "Policies", at, policy))?;
    }
    for (at, group) in groups.iter().enumerate() {
        write_group(db, group).map_err(|fault| placed(fault, "GroupDetailList", at, group))?;
    }
    for (at, user) in users.iter().enumerate() {
        write_user(db, user).map_err(|fault| placed(fault, "UserDetailList", at, user))?;
    }
    for (at, role) in roles.iter().enumerate() {
        write_role(db, role).map_err(|fault| placed(fault, "RoleDetailList", at, role))?;
    }
    Ok(())
}

/// The fault of an entry, with the entry's place and name.
fn placed(fault: Fault, list: &str, at: usize, item: &Value) -> Fault {
    let name = ["UserName", "GroupName", "RoleName", "Arn"].iter().find_map(|name| text(item, name));
    let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
    let what = match fault.message.split_once("UNIQUE constraint failed") {
        Some(_) => "this name, or one that belongs to it, stands in the document twice",
        None => &fault.message,
    };
    Fault::invalid_input(format!("{list}[{at}]{name}: {what}"))
}

fn write_group(db: &Connection, group: &Value) -> Result<(), Fault> {
    let owner = Owner { kind: "group", key: key(group, "GroupName")? };
    db.execute(
        "INSERT INTO \"group\" (key, name, path, id, created) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            &owner.key,
            needed(group, "GroupName")?,
            path(group),
            id(group, "GroupId", ids::prefix::GROUP)?,
            time(group, "CreateDate"),
        ),
    )?;
    owner.policies(db, group, "GroupPolicyList")
}

fn write_user(db: &Connection, user: &Value) -> Result<(), Fault> {
    let owner = Owner { kind: "user", key: key(user, "UserName")? };
    db.execute(
        "INSERT INTO user (key, name, path, id, created, boundary) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            &owner.key,
            needed(user, "UserName")?,
            path(user),
            id(user, "UserId", ids::prefix::USER)?,
            time(user, "CreateDate"),
            boundary(user),
        ),
    )?;
    for group in list(user, "GroupList").iter().filter_map(Value::as_str) {
        let mut there = db.prepare_cached("SELECT 1 FROM \"group\" WHERE key = ?1")?;
        if !there.exists([group.to_lowercase()])? {
            return Err(Fault::invalid_input(format!("its group {group} is not in GroupDetailList")));
        }
        db.execute(
            "INSERT INTO member (\"group\", user) VALUES (?1, ?2)",
            (group.to_lowercase(), &owner.key),
        )?;
    }
    owner.policies(db, user, "UserPolicyList")?;
    owner.tags(db, user)
}

fn write_role(db: &Connection, role: &Value) -> Result<(), Fault> {
    let owner = Owner { kind: "role", key: key(role, "RoleName")? };
    let trust = role.get("AssumeRolePolicyDocument").map(document).unwrap_or_default();
    db.execute(
        "INSERT INTO role (key, name, path, id, created, trust, max_session, boundary, service) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            &owner.key,
            needed(role, "RoleName")?,
            path(role),
            id(role, "RoleId", ids::prefix::ROLE)?,
            time(role, "CreateDate"),
            trust,
            MAX_SESSION,
            boundary(role),
            // Only service-linked roles are under this path.
            path(role).strip_prefix("/aws-service-role/").map(|service| service.trim_end_matches('/')),
        ),
    )?;
    for profile in list(role, "InstanceProfileList") {
        db.execute(
            "INSERT INTO instance_profile (key, name, path, id, created, role) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                key(profile, "InstanceProfileName")?,
                needed(profile, "InstanceProfileName")?,
                path(profile),
                id(profile, "InstanceProfileId", ids::prefix::INSTANCE_PROFILE)?,
                time(profile, "CreateDate"),
                &owner.key,
            ),
        )?;
    }
    owner.policies(db, role, "RolePolicyList")?;
    owner.tags(db, role)
}

/// A managed policy of the account; those of AWS are there anyhow. Not every server tells its name, which ends its ARN.
fn write_policy(db: &Connection, policy: &Value) -> Result<(), Fault> {
    let arn = needed(policy, "Arn")?;
    if arn.contains(":iam::aws:") {
        return Ok(());
    }
    let name = text(policy, "PolicyName").or_else(|| arn.rsplit('/').next()).unwrap_or_default();
    let number = |text: &str| text.trim_start_matches('v').parse::<u32>().ok().map(i64::from);
    let versions = list(policy, "PolicyVersionList");
    let numbers: Vec<i64> =
        versions.iter().filter_map(|version| number(text(version, "VersionId")?)).collect();
    let default = text(policy, "DefaultVersionId").and_then(number).unwrap_or(1);
    db.execute(
        "INSERT INTO policy (arn, key, name, path, id, description, created, updated, default_version, \
         next_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            arn,
            name.to_lowercase(),
            name,
            path(policy),
            id(policy, "PolicyId", ids::prefix::POLICY)?,
            text(policy, "Description"),
            time(policy, "CreateDate"),
            time(policy, "UpdateDate"),
            default,
            numbers.iter().max().unwrap_or(&default) + 1,
        ),
    )?;
    for (version, number) in versions.iter().zip(&numbers) {
        db.execute(
            "INSERT INTO policy_version (arn, version, document, created) VALUES (?1, ?2, ?3, ?4)",
            (
                arn,
                number,
                version.get("Document").map(document).unwrap_or_default(),
                time(version, "CreateDate"),
            ),
        )?;
    }
    Ok(())
}

/// An entity that has policies and tags.
struct Owner {
    kind: &'static str,
    key: String,
}

impl Owner {
    fn policies(&self, db: &Connection, item: &Value, inline: &str) -> Result<(), Fault> {
        for policy in list(item, inline) {
            db.execute(
                "INSERT INTO inline_policy (kind, owner, name, document) VALUES (?1, ?2, ?3, ?4)",
                (
                    self.kind,
                    &self.key,
                    needed(policy, "PolicyName")?,
                    policy.get("PolicyDocument").map(document).unwrap_or_default(),
                ),
            )?;
        }
        for policy in list(item, "AttachedManagedPolicies") {
            db.execute(
                "INSERT INTO attachment (kind, owner, arn) VALUES (?1, ?2, ?3)",
                (self.kind, &self.key, needed(policy, "PolicyArn")?),
            )?;
        }
        Ok(())
    }

    fn tags(&self, db: &Connection, item: &Value) -> Result<(), Fault> {
        for tag in list(item, "Tags") {
            let name = needed(tag, "Key")?;
            db.execute(
                "INSERT INTO tag (kind, owner, key, name, value) VALUES (?1, ?2, ?3, ?4, ?5)",
                (self.kind, &self.key, name.to_lowercase(), name, text(tag, "Value").unwrap_or_default()),
            )?;
        }
        Ok(())
    }
}

fn text<'v>(item: &'v Value, name: &str) -> Option<&'v str> {
    item.get(name).and_then(Value::as_str)
}

fn needed<'v>(item: &'v Value, name: &str) -> Result<&'v str, Fault> {
    let given = text(item, name).filter(|text| !text.is_empty());
    given.ok_or_else(|| Fault::invalid_input(format!("the entry has no {name}")))
}

fn key(item: &Value, name: &str) -> Result<String, Fault> {
    needed(item, name).map(str::to_lowercase)
}

fn list<'v>(item: &'v Value, name: &str) -> &'v [Value] {
    item.get(name).and_then(Value::as_list).unwrap_or_default()
}

fn path(item: &Value) -> &str {
    text(item, "Path").unwrap_or("/")
}

fn id(item: &Value, name: &str, prefix: &str) -> Result<String, Fault> {
    text(item, name).map_or_else(|| ids::unique(prefix), |id| Ok(id.to_owned()))
}

fn boundary(item: &Value) -> Option<&str> {
    item.get("PermissionsBoundary").and_then(|boundary| text(boundary, "PermissionsBoundaryArn"))
}

/// A policy document: an object, or a text where it could not be read.
fn document(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => {
            let mut text = String::new();
            json::write(&mut text, other, json::Style::LINE);
            text
        }
    }
}

fn time(item: &Value, name: &str) -> i64 {
    let parsed = text(item, name).map(|text| DateTime::from_str(text, Format::DateTimeWithOffset));
    parsed.and_then(Result::ok).map_or(0, |time| time.secs())
}

/// The account's number, from an ARN.
fn account(item: &Value) -> Option<String> {
    let is_number = |number: &&str| number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    text(item, "Arn")?.split(':').nth(4).filter(is_number).map(str::to_owned)
}
