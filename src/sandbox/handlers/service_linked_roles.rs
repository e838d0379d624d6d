//! Service-linked roles: made, named and given their policy by the rules of the service that they are for.

use super::call::Call;
use super::holder::{Holder, Kind};
use super::roles::Role;
use super::{Entry, attachments, reads, writes};
use crate::model::iam::Id;
use crate::sandbox::fault::Fault;
use crate::sandbox::ids;
use crate::value::Map;

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateServiceLinkedRole, create),
    writes(Id::DeleteServiceLinkedRole, delete),
    reads(Id::GetServiceLinkedRoleDeletionStatus, deletion_status),
];

static SERVICES: &str = include_str!("service_linked_roles.txt");

/// The kind of the jobs that delete a role.
const JOB: &str = "service-linked-role-deletion";

/// A service that has a service-linked role.
#[derive(Clone, Copy, Debug)]
struct Service {
    /// Without `.amazonaws.com`.
    name: &'static str,
    /// Without `AWSServiceRoleFor`.
    role: &'static str,
    /// The name of its policy under `/aws-service-role/`.
    policy: &'static str,
    /// Whether an account can have several roles.
    takes_suffix: bool,
}

impl Service {
    fn all() -> impl Iterator<Item = Service> {
        SERVICES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
            let mut words = line.split(' ');
            let (name, role, policy) = (words.next()?, words.next()?, words.next()?);
            Some(Service { name, role, policy, takes_suffix: words.next() == Some("suffix") })
        })
    }

    fn find(host: &str) -> Option<Service> {
        let name = host.strip_suffix(".amazonaws.com")?;
        Service::all().find(|service| service.name == name)
    }

    fn policy_arn(self) -> String {
        format!("arn:aws:iam::aws:policy/aws-service-role/{}", self.policy)
    }
}

/// The name of the role of a service, such as `AWSServiceRoleForECS`; none where the service is not known.
pub(in crate::sandbox) fn name_for(host: &str, suffix: Option<&str>) -> Option<String> {
    let name = format!("AWSServiceRoleFor{}", Service::find(host)?.role);
    Some(suffix.map_or(name.clone(), |suffix| format!("{name}_{suffix}")))
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let host = call.needed("AWSServiceName")?;
    let service = Service::find(host).ok_or_else(|| {
        Fault::invalid_input(format!(
            "{host} is no service with a service-linked role that the sandbox knows; it knows {} of them, such as \
             autoscaling.amazonaws.com.",
            Service::all().count()
        ))
    })?;
    let mut name = format!("AWSServiceRoleFor{}", service.role);
    if let Some(suffix) = call.text("CustomSuffix") {
        if !service.takes_suffix {
            return Err(Fault::invalid_input(format!("Custom suffix is not allowed for {host}")));
        }
        name = format!("{name}_{suffix}");
    }
    if Role::find(call.db, &name)?.is_some() {
        return Err(Fault::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{{"Service":["{host}"]}}}}]}}"#
    );
    let mut role = Role::new(call, &name, &format!("/aws-service-role/{host}/"), trust)?;
    role.service = Some(host.to_owned());
    role.insert(call)?;
    let holder = Holder { kind: Kind::Role, key: role.key.clone(), name };
    attachments::add(call, &holder, &service.policy_arn())?;
    role.made(call)
}

/// The sandbox has no resources of services that could keep a role, so a role goes at once, and the job with it has
/// succeeded.
fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let name = call.needed("RoleName")?;
    let role = Role::named(call, name)?;
    let Some(service) = &role.service else {
        return Err(Fault::no_such_entity(format!(
            "The role with name {name} is not a service-linked role."
        )));
    };
    call.db.execute("DELETE FROM attachment WHERE kind = 'role' AND owner = ?1", [&role.key])?;
    role.remove(call)?;
    let id = format!("task/aws-service-role/{service}/{}/{}", role.name, ids::uuid()?);
    call.db.execute(
        "INSERT INTO job (id, kind, created, facts) VALUES (?1, ?2, ?3, '{}')",
        (&id, JOB, call.now),
    )?;
    Ok(Map::from([("DeletionTaskId".into(), id.into())]))
}

fn deletion_status(call: &Call<'_>) -> Result<Map, Fault> {
    let id = call.needed("DeletionTaskId")?;
    let mut statement = call.db.prepare_cached("SELECT 1 FROM job WHERE id = ?1 AND kind = ?2")?;
    if !statement.exists([id, JOB])? {
        return Err(Fault::no_such_entity(format!("Deletion id {id} cannot be found.")));
    }
    Ok(Map::from([("Status".into(), "SUCCEEDED".into())]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, TRUST, texts};
    use super::*;
    use crate::sandbox::managed;

    #[test]
    fn every_service_has_its_policy() {
        for service in Service::all() {
            assert!(managed::find(&service.policy_arn()).is_some(), "{service:?}");
        }
        assert!(Service::all().count() > 100);
    }

    #[test]
    fn a_service_linked_role_is_made_and_goes_as_a_job() {
        let bench = Bench::new();
        let made = bench.ok("CreateServiceLinkedRole", "AWSServiceName=ecs.amazonaws.com&Description=d");
        let arn = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
        assert!(made.contains(&format!("<Arn>{arn}</Arn>")) && made.contains("<Description>d<"), "{made}");
        let attached = bench.ok("ListAttachedRolePolicies", "RoleName=AWSServiceRoleForECS");
        assert!(attached.contains("aws-service-role/AmazonECSServiceRolePolicy"), "{attached}");
        let fault = bench.fault("CreateServiceLinkedRole", "AWSServiceName=ecs.amazonaws.com");
        assert_eq!(fault.code, "InvalidInput");
        assert_eq!(
            fault.message,
            "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix."
        );
        let deletion = bench.ok("DeleteServiceLinkedRole", "RoleName=AWSServiceRoleForECS");
        let id = texts(&deletion, "DeletionTaskId").concat();
        assert!(id.starts_with("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/"), "{id}");
        let status = bench.ok("GetServiceLinkedRoleDeletionStatus", &format!("DeletionTaskId={id}"));
        assert!(status.contains("<Status>SUCCEEDED<"), "{status}");
        assert_eq!(bench.fault("GetRole", "RoleName=AWSServiceRoleForECS").code, "NoSuchEntity");
        assert_eq!(
            bench.fault("GetServiceLinkedRoleDeletionStatus", "DeletionTaskId=x").code,
            "NoSuchEntity"
        );
    }

    #[test]
    fn only_its_service_changes_a_service_linked_role() {
        let bench = Bench::new();
        let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
        bench.ok("CreateServiceLinkedRole", "AWSServiceName=autoscaling.amazonaws.com&CustomSuffix=x");
        let name = "AWSServiceRoleForAutoScaling_x";
        for (operation, form) in [
            ("DeleteRole", String::new()),
            ("AttachRolePolicy", format!("&PolicyArn={admin}")),
            ("DetachRolePolicy", format!("&PolicyArn={admin}")),
            ("PutRolePermissionsBoundary", format!("&PermissionsBoundary={admin}")),
            ("UpdateAssumeRolePolicy", format!("&PolicyDocument={TRUST}")),
            ("UpdateRole", "&MaxSessionDuration=3600".to_owned()),
        ] {
            let fault = bench.fault(operation, &format!("RoleName={name}{form}"));
            assert_eq!(fault.code, "UnmodifiableEntity", "{operation}");
            assert_eq!(
                fault.message,
                format!(
                    "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
                )
            );
        }
        bench.ok("UpdateRoleDescription", &format!("RoleName={name}&Description=d"));
    }

    #[test]
    fn what_is_no_service_linked_role_is_refused() {
        let bench = Bench::new();
        let fault = bench.fault("CreateServiceLinkedRole", "AWSServiceName=ecs.amazonaws.com&CustomSuffix=x");
        assert_eq!(fault.message, "Custom suffix is not allowed for ecs.amazonaws.com");
        let fault = bench.fault("CreateServiceLinkedRole", "AWSServiceName=none.amazonaws.com");
        assert_eq!(fault.code, "InvalidInput");
        bench.ok("CreateRole", &format!("RoleName=r&AssumeRolePolicyDocument={TRUST}"));
        assert_eq!(bench.fault("DeleteServiceLinkedRole", "RoleName=r").code, "NoSuchEntity");
    }
}
