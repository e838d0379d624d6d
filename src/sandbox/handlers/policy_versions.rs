//! The versions of managed policies: five at most, one of them the default. Of AWS's policies one is known.

use super::call::Call;
use super::policies::{self, Policy};
use super::{Entry, documents, quotas, reads, writes};
use crate::model::iam::Id;
use crate::policy::{self, quota};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::managed;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreatePolicyVersion, create),
    reads(Id::GetPolicyVersion, get),
    reads(Id::ListPolicyVersions, list),
    writes(Id::SetDefaultPolicyVersion, set_default),
    writes(Id::DeletePolicyVersion, delete),
];

/// A version of a policy.
#[derive(Clone, Debug)]
pub(super) struct Version {
    number: i64,
    default: bool,
    created: Seconds,
    document: String,
}

impl Version {
    /// All versions of a policy, the newest first.
    pub(super) fn all(call: &Call<'_>, policy: &Policy) -> Result<Vec<Version>, Fault> {
        if policy.of_aws {
            let document = managed::document(&policy.arn)
                .ok_or_else(|| Fault::internal(format!("{} has no document", policy.arn)))?;
            let (number, created) = (policy.default_version, policy.created);
            return Ok(vec![Version { number, default: true, created, document }]);
        }
        let mut statement = call.db.prepare_cached(
            "SELECT version, created, document FROM policy_version WHERE arn = ?1 ORDER BY version DESC",
        )?;
        let versions = statement.query_map([&policy.arn], |row| {
            let number = row.get(0)?;
            let default = number == policy.default_version;
            Ok(Version { number, default, created: row.get(1)?, document: row.get(2)? })
        })?;
        Ok(versions.collect::<Result<_, _>>()?)
    }

    /// The version of a policy that a request names.
    fn named(call: &Call<'_>, policy: &Policy) -> Result<Version, Fault> {
        let id = call.needed("VersionId")?;
        let found = Version::all(call, policy)?.into_iter().find(|version| version.id() == id);
        found.ok_or_else(|| not_found(&policy.arn, id))
    }

    fn id(&self) -> String {
        format!("v{}", self.number)
    }

    fn summary(&self) -> Map {
        Map::from([
            ("VersionId".into(), self.id().into()),
            ("IsDefaultVersion".into(), Value::Bool(self.default)),
            ("CreateDate".into(), Value::Int(self.created)),
        ])
    }

    /// All of it, with the document.
    pub(super) fn details(&self) -> Map {
        let mut map = self.summary();
        map.insert("Document".into(), self.document.as_str().into());
        map
    }
}

fn not_found(arn: &str, id: &str) -> Fault {
    Fault::no_such_entity(format!("Policy {arn} version {id} does not exist or is not attachable."))
}

/// The policy whose version a request names.
fn policy(call: &Call<'_>) -> Result<Policy, Fault> {
    let (arn, id) = (call.needed("PolicyArn")?, call.needed("VersionId")?);
    policies::check_arn(arn)?;
    Policy::find(call, arn)?.ok_or_else(|| not_found(arn, id))
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let policy = Policy::to_change(call)?;
    let document = call.needed("PolicyDocument")?;
    documents::identity(document)?;
    if policy::size(document) > quota::MANAGED {
        return Err(quotas::exceeded("PolicySize", quota::MANAGED));
    }
    let count = i64::try_from(Version::all(call, &policy)?.len()).unwrap_or(i64::MAX);
    if count >= quotas::POLICY_VERSIONS {
        return Err(Fault::limit_exceeded(format!(
            "A managed policy can have up to {} versions. Before you create a new version, you must delete an \
             existing version.",
            quotas::POLICY_VERSIONS
        )));
    }
    let number: i64 =
        call.db
            .query_row("SELECT next_version FROM policy WHERE arn = ?1", [&policy.arn], |row| row.get(0))?;
    call.db.execute(
        "INSERT INTO policy_version (arn, version, document, created) VALUES (?1, ?2, ?3, ?4)",
        (&policy.arn, number, document, call.now),
    )?;
    let default = call.flag("SetAsDefault").unwrap_or(false);
    call.db.execute(
        "UPDATE policy SET next_version = ?2 + 1, updated = ?3, default_version = ?4 WHERE arn = ?1",
        (&policy.arn, number, call.now, if default { number } else { policy.default_version }),
    )?;
    let version = Version { number, default, created: call.now, document: document.to_owned() };
    Ok(Map::from([("PolicyVersion".into(), version.summary().into())]))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let version = Version::named(call, &policy(call)?)?;
    Ok(Map::from([("PolicyVersion".into(), version.details().into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let versions = Version::all(call, &Policy::named(call)?)?;
    // The newest first.
    let key = |version: &Version| format!("{:020}", i64::MAX - version.number);
    Ok(page
        .cut("Versions", versions.iter().map(|version| (key(version), version.summary().into())).collect()))
}

fn set_default(call: &Call<'_>) -> Result<Map, Fault> {
    let policy = policy(call)?.own_only(call)?;
    let version = Version::named(call, &policy)?;
    call.db
        .execute("UPDATE policy SET default_version = ?2 WHERE arn = ?1", (&policy.arn, version.number))?;
    Ok(Map::new())
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let policy = policy(call)?.own_only(call)?;
    let version = Version::named(call, &policy)?;
    if version.default {
        return Err(Fault::delete_conflict("Cannot delete the default version of a policy."));
    }
    call.db.execute(
        "DELETE FROM policy_version WHERE arn = ?1 AND version = ?2",
        (&policy.arn, version.number),
    )?;
    Ok(Map::new())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ALLOW_ALL, Bench};

    #[test]
    fn policies_of_aws_are_not_changed() {
        let bench = Bench::new();
        let arn = "PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess";
        for (operation, form, what) in [
            ("DeletePolicy", "", "delete policies"),
            ("DeletePolicyVersion", "&VersionId=v1", "delete policy versions for policies"),
            ("SetDefaultPolicyVersion", "&VersionId=v1", "update policies"),
        ] {
            let fault = bench.fault(operation, &format!("{arn}{form}"));
            assert_eq!((fault.code, fault.status), ("AccessDenied", 403));
            assert_eq!(fault.message, format!("Cannot {what} outside your own account."));
        }
    }

    #[test]
    fn a_version_of_no_policy_is_not_found() {
        let bench = Bench::new();
        let arn = "arn:aws:iam::123456789012:policy/none";
        for operation in ["GetPolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"] {
            let fault = bench.fault(operation, &format!("PolicyArn={arn}&VersionId=v1"));
            assert_eq!(fault.code, "NoSuchEntity");
            assert_eq!(
                fault.message,
                format!("Policy {arn} version v1 does not exist or is not attachable.")
            );
        }
    }

    #[test]
    fn a_policy_has_five_versions_at_most() {
        let bench = Bench::new();
        let arn = bench.policy("p", "/");
        let create = format!("PolicyArn={arn}&PolicyDocument={ALLOW_ALL}");
        for _ in 0..4 {
            bench.ok("CreatePolicyVersion", &create);
        }
        let fault = bench.fault("CreatePolicyVersion", &create);
        assert_eq!(fault.code, "LimitExceeded");
        assert_eq!(
            fault.message,
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
             existing version."
        );
        assert!(
            bench
                .fault("DeletePolicy", &format!("PolicyArn={arn}"))
                .message
                .contains("more than one version")
        );
        let version = |id: &str| format!("PolicyArn={arn}&VersionId={id}");
        let fault = bench.fault("DeletePolicyVersion", &version("v1"));
        assert_eq!(fault.message, "Cannot delete the default version of a policy.");
        bench.ok("SetDefaultPolicyVersion", &version("v3"));
        bench.ok("DeletePolicyVersion", &version("v1"));
        let made = bench.ok("CreatePolicyVersion", &format!("{create}&SetAsDefault=true"));
        assert!(made.contains("<VersionId>v6<") && made.contains("<IsDefaultVersion>true<"), "{made}");
        assert!(bench.ok("GetPolicy", &format!("PolicyArn={arn}")).contains("<DefaultVersionId>v6<"));
        let pages = bench.pages("ListPolicyVersions", &format!("PolicyArn={arn}&MaxItems=2"), "VersionId");
        assert_eq!(pages, [vec!["v6", "v5"], vec!["v4", "v3"], vec!["v2"]]);
        let fault = bench.fault("GetPolicyVersion", &version("v1"));
        assert_eq!(fault.message, format!("Policy {arn} version v1 does not exist or is not attachable."));
        let malformed = format!("PolicyArn={arn}&PolicyDocument=x");
        assert_eq!(bench.fault("CreatePolicyVersion", &malformed).code, "MalformedPolicyDocument");
    }

    #[test]
    fn a_policy_of_aws_has_the_version_that_is_known() {
        let bench = Bench::new();
        let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
        assert_eq!(bench.pages("ListPolicyVersions", &format!("PolicyArn={arn}"), "VersionId"), [vec!["v1"]]);
        let version = bench.ok("GetPolicyVersion", &format!("PolicyArn={arn}&VersionId=v1"));
        assert!(version.contains("%22Allow%22"), "{version}");
        let create = format!("PolicyArn={arn}&PolicyDocument={ALLOW_ALL}");
        assert_eq!(bench.fault("CreatePolicyVersion", &create).code, "AccessDenied");
    }
}
