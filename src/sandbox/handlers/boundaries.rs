//! Permissions boundaries of users and roles.

use super::call::Call;
use super::holder::{Holder, Kind};
use super::policies::{self, Policy};
use super::{Entry, writes};
use crate::model::iam::Id;
use crate::sandbox::fault::Fault;
use crate::value::Map;

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::PutUserPermissionsBoundary, |call| put(call, Kind::User)),
    writes(Id::PutRolePermissionsBoundary, |call| put(call, Kind::Role)),
    writes(Id::DeleteUserPermissionsBoundary, |call| delete(call, Kind::User)),
    writes(Id::DeleteRolePermissionsBoundary, |call| delete(call, Kind::Role)),
];

/// The boundary that a request asks for, if it does.
///
/// # Errors
/// The policy does not exist, or cannot be a boundary.
pub(super) fn wanted(call: &Call<'_>) -> Result<Option<String>, Fault> {
    let Some(arn) = call.text("PermissionsBoundary") else { return Ok(None) };
    policies::check_arn(arn)?;
    let policy = Policy::find(call, arn)?.ok_or_else(|| {
        Fault::no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable."))
    })?;
    policy.check_attachable()?;
    Ok(Some(policy.arn))
}

fn put(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::to_change(call, kind)?;
    set(call, &holder, wanted(call)?)
}

fn delete(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    set(call, &Holder::to_change(call, kind)?, None)
}

fn set(call: &Call<'_>, holder: &Holder, boundary: Option<String>) -> Result<Map, Fault> {
    let sql = format!("UPDATE {} SET boundary = ?2 WHERE key = ?1", holder.kind.word());
    call.db.execute(&sql, (&holder.key, boundary))?;
    Ok(Map::new())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, TRUST};

    const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

    #[test]
    fn a_boundary_has_to_exist() {
        let bench = Bench::new();
        let missing = "arn:aws:iam::123456789012:policy/none";
        for (operation, form) in [
            ("CreateUser", "UserName=u".to_owned()),
            ("CreateRole", format!("RoleName=r&AssumeRolePolicyDocument={TRUST}")),
        ] {
            let fault = bench.fault(operation, &format!("{form}&PermissionsBoundary={missing}"));
            assert_eq!(fault.code, "NoSuchEntity");
            assert_eq!(fault.message, format!("Scope ARN: {missing} does not exist or is not attachable."));
            bench.ok(operation, &form);
        }
        let wrong = "arn:aws:iam::123456789012:user/u";
        let fault =
            bench.fault("PutUserPermissionsBoundary", &format!("UserName=u&PermissionsBoundary={wrong}"));
        assert_eq!(fault.code, "InvalidInput");
        assert_eq!(fault.message, format!("ARN {wrong} is not valid."));
    }

    #[test]
    fn boundaries_are_set_counted_and_taken_away() {
        let bench = Bench::new();
        bench.ok("CreateUser", &format!("UserName=u&PermissionsBoundary={ADMIN}"));
        bench.ok("CreateRole", &format!("RoleName=r&AssumeRolePolicyDocument={TRUST}"));
        bench.ok("PutRolePermissionsBoundary", &format!("RoleName=R&PermissionsBoundary={ADMIN}"));
        let user = bench.ok("GetUser", "UserName=u");
        assert!(
            user.contains(&format!("<PermissionsBoundaryArn>{ADMIN}</PermissionsBoundaryArn>")),
            "{user}"
        );
        let policy = bench.ok("GetPolicy", &format!("PolicyArn={ADMIN}"));
        assert!(policy.contains("<PermissionsBoundaryUsageCount>2<"), "{policy}");
        assert!(policy.contains("<AttachmentCount>0<"), "{policy}");
        bench.ok("DeleteUserPermissionsBoundary", "UserName=u");
        bench.ok("DeleteRolePermissionsBoundary", "RoleName=r");
        assert!(!bench.ok("GetRole", "RoleName=r").contains("PermissionsBoundary"));
        let policy = bench.ok("GetPolicy", &format!("PolicyArn={ADMIN}"));
        assert!(policy.contains("<PermissionsBoundaryUsageCount>0<"), "{policy}");
    }
}
