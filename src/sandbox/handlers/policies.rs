//! Managed policies: the account's own, which are stored, and those of AWS, which the program carries.

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::call::{Call, key};
use super::policy_usage::Usage;
use super::tags::Owner;
use super::{Entry, documents, quotas, reads, writes};
use crate::model::iam::Id;
use crate::policy::{self, quota};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::managed::{self, Managed};
use crate::sandbox::{arn, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreatePolicy, create),
    reads(Id::GetPolicy, get),
    reads(Id::ListPolicies, list),
    writes(Id::DeletePolicy, delete),
    writes(Id::TagPolicy, tag),
    writes(Id::UntagPolicy, untag),
    reads(Id::ListPolicyTags, list_tags),
];

/// A managed policy.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) path: String,
    id: String,
    description: Option<String>,
    pub(super) created: Seconds,
    updated: Seconds,
    pub(super) default_version: i64,
    /// Whether it is AWS's.
    pub(super) of_aws: bool,
}

const COLUMNS: &str = "arn, name, path, id, description, created, updated, default_version";

impl From<Managed> for Policy {
    fn from(policy: Managed) -> Self {
        Policy {
            arn: policy.arn(),
            name: policy.name().to_owned(),
            path: policy.path().into_owned(),
            id: policy.id(),
            description: None,
            created: policy.created,
            updated: policy.updated,
            default_version: policy.version,
            of_aws: true,
        }
    }
}

impl Policy {
    fn read(row: &Row<'_>) -> rusqlite::Result<Policy> {
        Ok(Policy {
            arn: row.get(0)?,
            name: row.get(1)?,
            path: row.get(2)?,
            id: row.get(3)?,
            description: row.get(4)?,
            created: row.get(5)?,
            updated: row.get(6)?,
            default_version: row.get(7)?,
            of_aws: false,
        })
    }

    /// The policy of this ARN, the account's or AWS's.
    pub(super) fn find(call: &Call<'_>, arn: &str) -> Result<Option<Policy>, Fault> {
        if managed::is_arn(arn) {
            return Ok(managed::find(arn).map(Policy::from));
        }
        let mut statement =
            call.db.prepare_cached(&format!("SELECT {COLUMNS} FROM policy WHERE arn = ?1"))?;
        Ok(statement.query_row([arn], Policy::read).optional()?)
    }

    /// The policy that a request names.
    pub(super) fn named(call: &Call<'_>) -> Result<Policy, Fault> {
        let arn = call.needed("PolicyArn")?;
        check_arn(arn)?;
        Policy::find(call, arn)?.ok_or_else(|| not_found(arn))
    }

    /// The policy that a request is about to change.
    ///
    /// # Errors
    /// It is AWS's, and no account may change it.
    pub(super) fn to_change(call: &Call<'_>) -> Result<Policy, Fault> {
        Policy::named(call)?.own_only(call)
    }

    /// The same, where it is not AWS's.
    pub(super) fn own_only(self, call: &Call<'_>) -> Result<Policy, Fault> {
        if !self.of_aws {
            return Ok(self);
        }
        let refused = match call.operation.name {
            "DeletePolicy" => "delete policies",
            "DeletePolicyVersion" => "delete policy versions for policies",
            "CreatePolicyVersion" | "SetDefaultPolicyVersion" => "update policies",
            operation => {
                return Err(Fault::access_denied(format!(
                    "User: {} is not authorized to perform: iam:{operation} on resource: policy {}",
                    call.caller.arn, self.arn
                )));
            }
        };
        Err(Fault::access_denied(format!("Cannot {refused} outside your own account.")))
    }

    /// The account's own policies.
    pub(super) fn own(db: &Connection) -> Result<Vec<Policy>, Fault> {
        let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM policy ORDER BY key"))?;
        let policies = statement.query_map([], Policy::read)?;
        Ok(policies.collect::<Result<_, _>>()?)
    }

    /// Those of AWS.
    pub(super) fn of_aws() -> Vec<Policy> {
        managed::all().into_iter().map(Policy::from).collect()
    }

    /// Whether users, groups and roles of the account can have it: policies of service-linked roles they cannot.
    pub(super) fn check_attachable(&self) -> Result<(), Fault> {
        if self.of_aws && self.path.starts_with("/aws-service-role/") {
            let message = "Cannot attach a Service Role Policy to a Customer Role.";
            return Err(Fault::new("PolicyNotAttachable", 400, message));
        }
        Ok(())
    }

    /// What lists are sorted by.
    pub(super) fn sort_key(&self) -> String {
        format!("{} {}", key(&self.name), self.arn)
    }

    fn tags(&self) -> Owner<'_> {
        Owner { kind: "policy", key: &self.arn }
    }

    /// What lists of policies say: neither description nor tags.
    pub(super) fn summary(&self, usage: Usage) -> Map {
        Map::from([
            ("PolicyName".into(), Value::from(self.name.as_str())),
            ("PolicyId".into(), self.id.as_str().into()),
            ("Arn".into(), self.arn.as_str().into()),
            ("Path".into(), self.path.as_str().into()),
            ("DefaultVersionId".into(), format!("v{}", self.default_version).into()),
            ("AttachmentCount".into(), Value::Int(usage.attached)),
            ("PermissionsBoundaryUsageCount".into(), Value::Int(usage.boundary)),
            ("IsAttachable".into(), Value::Bool(true)),
            ("CreateDate".into(), Value::Int(self.created)),
            ("UpdateDate".into(), Value::Int(self.updated)),
        ])
    }

    /// The same with the description.
    pub(super) fn details(&self, usage: Usage) -> Map {
        let mut map = self.summary(usage);
        if let Some(description) = &self.description {
            map.insert("Description".into(), description.as_str().into());
        }
        map
    }
}

/// The default version's document of a managed policy, the account's or AWS's.
pub(in crate::sandbox) fn default_document(db: &Connection, arn: &str) -> Result<Option<String>, Fault> {
    if managed::is_arn(arn) {
        return Ok(managed::document(arn));
    }
    let mut statement = db.prepare_cached(
        "SELECT document FROM policy_version JOIN policy USING (arn) WHERE arn = ?1 AND version = default_version",
    )?;
    Ok(statement.query_row([arn], |row| row.get(0)).optional()?)
}

/// Checks that an ARN can be that of a managed policy.
pub(super) fn check_arn(arn: &str) -> Result<(), Fault> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let account =
        |text: &str| text == "aws" || (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()));
    match parts.as_slice() {
        ["arn", "aws", "iam", "", id, resource] if account(id) && resource.starts_with("policy/") => Ok(()),
        ["arn", partition, "iam", "", _, _] if *partition != "aws" => {
            Err(Fault::validation("Invalid ARN partition"))
        }
        ["arn", ..] => Err(Fault::invalid_input(format!("ARN {arn} is not valid."))),
        _ => Err(Fault::validation(format!("ARN {arn} is not valid."))),
    }
}

pub(super) fn not_attachable(arn: &str) -> Fault {
    Fault::no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}

pub(super) fn not_found(arn: &str) -> Fault {
    Fault::no_such_entity(format!("Policy {arn} was not found."))
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let name = call.needed("PolicyName")?;
    let path = call.text("Path").unwrap_or("/");
    let document = call.needed("PolicyDocument")?;
    documents::identity(document)?;
    if policy::size(document) > quota::MANAGED {
        return Err(quotas::exceeded("PolicySize", quota::MANAGED));
    }
    let mut statement = call.db.prepare_cached("SELECT 1 FROM policy WHERE key = ?1")?;
    if statement.exists([key(name)])? {
        return Err(Fault::already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    quotas::room(call, "policy", "PoliciesPerAccount", quotas::POLICIES)?;
    let policy = Policy {
        arn: arn::iam(call.account, "policy", path, name),
        name: name.to_owned(),
        path: path.to_owned(),
        id: ids::unique(ids::prefix::POLICY)?,
        description: call.text("Description").map(str::to_owned),
        created: call.now,
        updated: call.now,
        default_version: 1,
        of_aws: false,
    };
    call.db.execute(
        "INSERT INTO policy (arn, key, name, path, id, description, created, updated, default_version, next_version) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, 2)",
        (
            &policy.arn,
            key(name),
            &policy.name,
            &policy.path,
            &policy.id,
            &policy.description,
            policy.created,
        ),
    )?;
    call.db.execute(
        "INSERT INTO policy_version (arn, version, document, created) VALUES (?1, 1, ?2, ?3)",
        (&policy.arn, document, call.now),
    )?;
    policy.tags().add(call)?;
    // The service does not repeat the description here, and names the tags only where there are some.
    let mut map = policy.summary(Usage::default());
    if let Some(tags) = policy.tags().value(call.db)? {
        map.insert("Tags".into(), tags);
    }
    Ok(Map::from([("Policy".into(), map.into())]))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let policy = Policy::named(call)?;
    let usage = Usage::of(call.db, &policy.arn)?;
    let mut map = policy.details(usage);
    map.insert("Tags".into(), policy.tags().list(call.db)?);
    Ok(Map::from([("Policy".into(), map.into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let scope = call.text("Scope").unwrap_or("All");
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let mut policies = if scope == "AWS" { Vec::new() } else { Policy::own(call.db)? };
    if scope != "Local" {
        policies.extend(Policy::of_aws());
    }
    let used = Usage::all(call.db)?;
    let usage = |policy: &Policy| used.get(&policy.arn).copied().unwrap_or_default();
    let only_attached = call.flag("OnlyAttached").unwrap_or(false);
    let as_what = call.text("PolicyUsageFilter");
    policies.retain(|policy| {
        let usage = usage(policy);
        policy.path.starts_with(prefix)
            && match as_what {
                Some("PermissionsBoundary") => usage.boundary > 0,
                Some(_) => usage.attached > 0,
                None => !only_attached || usage.attached > 0,
            }
    });
    let rows = page.part(policies.into_iter().map(|policy| (policy.sort_key(), policy)).collect());
    let rows = rows.into_iter().map(|(key, policy)| (key, policy.summary(usage(&policy)).into()));
    Ok(page.reply("Policies", rows.collect()))
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let policy = Policy::to_change(call)?;
    let usage = Usage::of(call.db, &policy.arn)?;
    if usage.attached + usage.boundary > 0 {
        return Err(Fault::delete_conflict("Cannot delete a policy attached to entities."));
    }
    let mut statement = call.db.prepare_cached("SELECT count(*) FROM policy_version WHERE arn = ?1")?;
    if statement.query_row([&policy.arn], |row| row.get::<_, i64>(0))? > 1 {
        return Err(Fault::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's \
             versions. The default version is deleted with the policy.",
        ));
    }
    policy.tags().clear(call.db)?;
    call.db.execute("DELETE FROM policy WHERE arn = ?1", [&policy.arn])?;
    Ok(Map::new())
}

fn tag(call: &Call<'_>) -> Result<Map, Fault> {
    Policy::to_change(call)?.tags().add(call)?;
    Ok(Map::new())
}

fn untag(call: &Call<'_>) -> Result<Map, Fault> {
    Policy::to_change(call)?.tags().remove(call)?;
    Ok(Map::new())
}

fn list_tags(call: &Call<'_>) -> Result<Map, Fault> {
    Policy::named(call)?.tags().page(call.db, &call.page()?)
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;
