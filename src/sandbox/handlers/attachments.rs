//! Managed policies attached to users, groups and roles.

use super::call::{Call, key};
use super::holder::{Holder, Kind};
use super::policies::{self, Policy};
use super::{Entry, quotas, reads, writes};
use crate::model::iam::Id;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::AttachUserPolicy, |call| attach(call, Kind::User)),
    writes(Id::AttachGroupPolicy, |call| attach(call, Kind::Group)),
    writes(Id::AttachRolePolicy, |call| attach(call, Kind::Role)),
    writes(Id::DetachUserPolicy, |call| detach(call, Kind::User)),
    writes(Id::DetachGroupPolicy, |call| detach(call, Kind::Group)),
    writes(Id::DetachRolePolicy, |call| detach(call, Kind::Role)),
    reads(Id::ListAttachedUserPolicies, |call| list(call, Kind::User)),
    reads(Id::ListAttachedGroupPolicies, |call| list(call, Kind::Group)),
    reads(Id::ListAttachedRolePolicies, |call| list(call, Kind::Role)),
];

/// The ARNs of an entity's attached policies.
pub(in crate::sandbox) fn of(
    db: &rusqlite::Connection,
    kind: Kind,
    owner: &str,
) -> Result<Vec<String>, Fault> {
    let mut statement = db.prepare_cached("SELECT arn FROM attachment WHERE kind = ?1 AND owner = ?2")?;
    let rows = statement.query_map([kind.word(), owner], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Attaches a policy that exists, as the service does for its own roles too.
pub(super) fn add(call: &Call<'_>, holder: &Holder, arn: &str) -> Result<(), Fault> {
    call.db.execute(
        "INSERT INTO attachment (kind, owner, arn) VALUES (?1, ?2, ?3)",
        (holder.kind.word(), &holder.key, arn),
    )?;
    Ok(())
}

/// The `AttachedManagedPolicies` of an entity, by their names.
pub(super) fn value(call: &Call<'_>, kind: Kind, owner: &str) -> Result<Value, Fault> {
    let mut policies = of(call.db, kind, owner)?;
    policies.sort_by_cached_key(|arn| sort_key(arn));
    Ok(policies.iter().map(|arn| item(arn)).collect::<Vec<_>>().into())
}

/// What is said of an attached policy. The ARN tells it all, so a policy of AWS that an imported account has and
/// this program does not know is told as well.
fn item(arn: &str) -> Value {
    Map::from([("PolicyName".into(), name(arn).into()), ("PolicyArn".into(), arn.into())]).into()
}

fn sort_key(arn: &str) -> String {
    format!("{} {arn}", key(name(arn)))
}

/// The path of the policy of an ARN, with a slash at both ends.
fn path(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let path = resource.strip_prefix("policy").unwrap_or_default();
    path.strip_suffix(name(arn)).unwrap_or_default()
}

/// The name of the policy of an ARN.
pub(super) fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

fn attach(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::to_change(call, kind)?;
    let arn = call.needed("PolicyArn")?;
    policies::check_arn(arn)?;
    let policy = Policy::find(call, arn)?.ok_or_else(|| policies::not_attachable(arn))?;
    policy.check_attachable()?;
    let attached = of(call.db, kind, &holder.key)?;
    if attached.contains(&policy.arn) {
        return Ok(Map::new());
    }
    if i64::try_from(attached.len()).unwrap_or(i64::MAX) >= quotas::ATTACHED_POLICIES {
        return Err(quotas::exceeded(&format!("PoliciesPer{}", kind.title()), quotas::ATTACHED_POLICIES));
    }
    add(call, &holder, &policy.arn)?;
    Ok(Map::new())
}

fn detach(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::to_change(call, kind)?;
    let arn = call.needed("PolicyArn")?;
    policies::check_arn(arn)?;
    let removed = call.db.execute(
        "DELETE FROM attachment WHERE kind = ?1 AND owner = ?2 AND arn = ?3",
        (kind.word(), &holder.key, arn),
    )?;
    if removed == 0 { Err(policies::not_found(arn)) } else { Ok(Map::new()) }
}

fn list(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::named(call, kind)?;
    let page = call.page()?;
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let attached = of(call.db, kind, &holder.key)?.into_iter().filter(|arn| path(arn).starts_with(prefix));
    let rows = attached.map(|arn| (sort_key(&arn), item(&arn))).collect();
    Ok(page.cut("AttachedPolicies", rows))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;

    #[test]
    fn policies_are_attached_and_detached() {
        let bench = Bench::with_holders();
        let own = bench.policy("Own", "/mine/");
        let aws = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";
        for kind in ["User", "Group", "Role"] {
            let list = format!("ListAttached{kind}Policies");
            for arn in [own.as_str(), aws, aws] {
                bench.ok(&format!("Attach{kind}Policy"), &format!("{kind}Name=E&PolicyArn={arn}"));
            }
            let pages = bench.pages(&list, &format!("{kind}Name=e&MaxItems=1"), "PolicyName");
            assert_eq!(pages, [vec!["Own"], vec!["ViewOnlyAccess"]]);
            let some = bench.ok(&list, &format!("{kind}Name=e&PathPrefix=/mine/"));
            assert!(some.contains(&own) && !some.contains(aws), "{some}");
            let delete = bench.fault(&format!("Delete{kind}"), &format!("{kind}Name=e"));
            assert_eq!(delete.message, "Cannot delete entity, must detach all policies first.");
        }
        assert!(bench.ok("GetPolicy", &format!("PolicyArn={aws}")).contains("<AttachmentCount>3<"));
        bench.ok("UpdateUser", "UserName=e&NewUserName=f");
        bench.ok("UpdateGroup", "GroupName=e&NewGroupName=f");
        assert!(bench.ok("ListAttachedUserPolicies", "UserName=f").contains(&own));
        assert!(bench.ok("ListAttachedGroupPolicies", "GroupName=f").contains(&own));
        bench.ok("DetachRolePolicy", &format!("RoleName=e&PolicyArn={own}"));
        let fault = bench.fault("DetachRolePolicy", &format!("RoleName=e&PolicyArn={own}"));
        assert_eq!((fault.code, fault.message), ("NoSuchEntity", format!("Policy {own} was not found.")));
    }

    #[test]
    fn what_cannot_be_attached_is_refused() {
        let bench = Bench::with_holders();
        let attach = |arn: &str| bench.fault("AttachRolePolicy", &format!("RoleName=e&PolicyArn={arn}"));
        for arn in ["arn:aws:iam::123456789012:policy/none", "arn:aws:iam::aws:policy/ViewOnlyAccess"] {
            let fault = attach(arn);
            assert_eq!(fault.code, "NoSuchEntity");
            assert_eq!(fault.message, format!("Policy {arn} does not exist or is not attachable."));
        }
        let linked = "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy";
        assert_eq!(attach(linked).code, "PolicyNotAttachable");
        assert_eq!(attach("arn:aws:iam::123456789012:role/e").code, "InvalidInput");
        let no_arn = attach("ViewOnlyAccessOfThisAccount");
        assert_eq!(
            (no_arn.code, no_arn.message.as_str()),
            ("ValidationError", "ARN ViewOnlyAccessOfThisAccount is not valid.")
        );
        assert_eq!(attach("arn:aws-cn:iam::aws:policy/AdministratorAccess").message, "Invalid ARN partition");
    }

    #[test]
    fn an_attached_policy_that_only_aws_knows_is_listed() {
        let bench = Bench::with_holders();
        let arn = "arn:aws:iam::aws:policy/service-role/Newer";
        let sql = "INSERT INTO attachment (kind, owner, arn) VALUES ('role', 'e', ?1)";
        bench.account.connection.execute(sql, [arn]).unwrap();
        let list = bench.ok("ListAttachedRolePolicies", "RoleName=e&PathPrefix=/service-role/");
        assert!(list.contains("<PolicyName>Newer<") && list.contains(arn), "{list}");
        bench.ok("DetachRolePolicy", &format!("RoleName=e&PolicyArn={arn}"));
    }

    #[test]
    fn ten_policies_are_attached_at_most() {
        let bench = Bench::with_holders();
        let arns: Vec<_> = (0..11).map(|number| bench.policy(&format!("p{number}"), "/")).collect();
        for kind in ["User", "Group", "Role"] {
            let operation = format!("Attach{kind}Policy");
            for arn in &arns[..10] {
                bench.ok(&operation, &format!("{kind}Name=e&PolicyArn={arn}"));
            }
            let fault = bench.fault(&operation, &format!("{kind}Name=e&PolicyArn={}", arns[10]));
            assert_eq!(fault.code, "LimitExceeded");
            assert_eq!(fault.message, format!("Cannot exceed quota for PoliciesPer{kind}: 10"));
        }
    }
}
