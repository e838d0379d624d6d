//! The condition keys of a request: who asks, how, when, and about what.

use super::policies::Standing;
use super::resource::Resource;
use crate::model::{OperationId, iam};
use crate::policy::Context;
use crate::sandbox::caller::Who;
use crate::sandbox::clock;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::Call;
use crate::value::Value;
use rusqlite::OptionalExtension as _;

/// The region that IAM is in.
const REGION: &str = "us-east-1";

/// The keys of every request, about caller, way and time.
pub(in crate::sandbox) fn global(call: &Call<'_>, standing: &Standing) -> Context {
    let mut context = Context::new();
    let (caller, origin) = (call.caller, call.origin);
    context.set("aws:CurrentTime", clock::text(call.now));
    context.set("aws:EpochTime", call.now.to_string());
    context.set("aws:SourceIp", origin.source.to_string());
    context.set("aws:SecureTransport", origin.secure.to_string());
    context.set("aws:ViaAWSService", "false");
    let is_iam = matches!(call.operation.id, OperationId::Iam(_));
    context.set("aws:RequestedRegion", if is_iam { REGION } else { &origin.region });
    if let Some(agent) = &origin.agent {
        context.set("aws:UserAgent", agent.as_str());
    }
    if caller.who != Who::Nobody {
        context.set("aws:userid", caller.id.as_str());
    }
    if let Who::User(name) = &caller.who {
        context.set("aws:username", name.as_str());
    }
    for (name, value) in &standing.tags {
        context.set(&format!("aws:PrincipalTag/{name}"), value.as_str());
    }
    if let Some(session) = &caller.session {
        context.set("aws:TokenIssueTime", clock::text(session.issued));
        context.set("aws:MultiFactorAuthPresent", session.mfa.to_string());
        if session.mfa {
            context.set("aws:MultiFactorAuthAge", (call.now - session.issued).to_string());
        }
        if let Some(identity) = &session.source_identity {
            context.set("aws:SourceIdentity", identity.as_str());
        }
        if let Some(provider) = &session.provider {
            context.set("aws:FederatedProvider", provider.as_str());
        }
        for (name, value) in &session.claims {
            context.set(name, value.as_str());
        }
    }
    context
}

/// The keys of `Tags` and `TagKeys` of a request.
pub(in crate::sandbox) fn add_request_tags(context: &mut Context, tags: &[(String, String)]) {
    for (name, value) in tags {
        context.set(&format!("aws:RequestTag/{name}"), value.as_str());
    }
    context.set_all("aws:TagKeys", tags.iter().map(|(name, _)| name.clone()).collect());
}

/// The keys of the resource's tags.
pub(super) fn add_resource_tags(context: &mut Context, resource: &Resource) {
    for (name, value) in &resource.tags {
        context.set(&format!("aws:ResourceTag/{name}"), value.as_str());
        context.set(&format!("iam:ResourceTag/{name}"), value.as_str());
    }
}

/// The tags that a request gives.
pub(in crate::sandbox) fn request_tags(call: &Call<'_>) -> Vec<(String, String)> {
    let member = |item: &Value, name| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    call.list("Tags").iter().map(|item| (member(item, "Key"), member(item, "Value"))).collect()
}

/// The keys that IAM itself defines, and those of tags.
pub(super) fn add_members(context: &mut Context, call: &Call<'_>, resource: &Resource) -> Result<(), Fault> {
    let tags = request_tags(call);
    add_request_tags(context, &tags);
    if tags.is_empty() {
        let keys = call.texts("TagKeys").into_iter().map(str::to_owned).collect();
        context.set_all("aws:TagKeys", keys);
    }
    let boundary = call.text("PermissionsBoundary").or(resource.boundary.as_deref());
    if let Some(boundary) = boundary.filter(|_| tells_boundary(call.operation.id)) {
        context.set("iam:PermissionsBoundary", boundary);
    }
    if let Some(arn) = call.text("PolicyArn").filter(|_| tells_policy(call.operation.id)) {
        context.set("iam:PolicyARN", arn);
    }
    if let Some(service) = call.text("AWSServiceName") {
        context.set("iam:AWSServiceName", service);
    }
    let service = match call.text("ServiceSpecificCredentialId") {
        Some(id) => service_of_credential(call, id)?,
        None => call.text("ServiceName").map(str::to_owned),
    };
    if let Some(service) = service {
        context.set("iam:ServiceSpecificCredentialServiceName", service);
    }
    if let Some(days) = call.integer("CredentialAgeDays") {
        context.set("iam:ServiceSpecificCredentialAgeDays", days.to_string());
    }
    Ok(())
}

/// Whether requests of the operation have the key `iam:PermissionsBoundary` (Service Authorization Reference).
///
/// The others must not have it: a condition on it would grant what it does not grant in AWS.
fn tells_boundary(operation: OperationId) -> bool {
    use iam::Id::*;
    let OperationId::Iam(id) = operation else { return false };
    matches!(
        id,
        CreateUser
            | CreateRole
            | GetRole
            | UpdateRole
            | UpdateRoleDescription
            | UpdateAssumeRolePolicy
            | DeleteRole
            | AttachUserPolicy
            | AttachRolePolicy
            | DetachUserPolicy
            | DetachRolePolicy
            | PutUserPolicy
            | PutRolePolicy
            | DeleteUserPolicy
            | DeleteRolePolicy
            | PutUserPermissionsBoundary
            | PutRolePermissionsBoundary
            | DeleteUserPermissionsBoundary
            | DeleteRolePermissionsBoundary
    )
}

/// Whether requests of the operation have the key `iam:PolicyARN` (Service Authorization Reference).
fn tells_policy(operation: OperationId) -> bool {
    use iam::Id::*;
    let OperationId::Iam(id) = operation else { return false };
    matches!(
        id,
        AttachUserPolicy
            | AttachGroupPolicy
            | AttachRolePolicy
            | DetachUserPolicy
            | DetachGroupPolicy
            | DetachRolePolicy
    )
}

fn service_of_credential(call: &Call<'_>, id: &str) -> Result<Option<String>, Fault> {
    let mut statement = call.db.prepare_cached("SELECT service FROM service_credential WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;
    use crate::policy::actions;

    #[test]
    fn keys_of_iam_go_with_the_operations_that_the_reference_lists() {
        let service = actions::service("iam").unwrap();
        let all = model::service("iam").unwrap().operations;
        let known: Vec<_> = all.iter().filter(|operation| service.action(operation.name).is_some()).collect();
        assert!(known.len() > 150, "{}", known.len());
        let listed = |key: &str, tells: fn(OperationId) -> bool| {
            let has = |name: &str| service.action(name).unwrap().condition_keys.iter().any(|one| one == key);
            let names = known.iter().map(|operation| operation.name);
            let listed: Vec<_> = names.filter(|name| has(name)).collect();
            let ours: Vec<_> =
                known.iter().filter(|one| tells(one.id)).map(|operation| operation.name).collect();
            assert_eq!(ours, listed, "{key}");
        };
        listed("iam:PolicyARN", tells_policy);
        listed("iam:PermissionsBoundary", tells_boundary);
    }
}
