//! Whether a caller may do what it asks for.
//!
//! A call needs one permission or several, each an action on a resource with
//! condition keys. The resource has its stored path. The policy engine decides;
//! what no policy decides is here: which keys may not call what at all, and
//! what needs no permission.

pub(super) mod context;
mod denied;
pub(super) mod kind;
pub(super) mod policies;
pub(super) mod resource;
mod rule;
#[cfg(test)]
mod tests;

use super::caller::Who;
use super::fault::Fault;
use super::handlers::Call;
use super::signature::unknown_token;
use crate::model::{OperationId, iam, sts};
use crate::policy::{self, Context, Outcome, Request};
use policies::Standing;
use resource::Resource;

/// A permission that a call needs.
#[derive(Clone, Debug)]
struct Need {
    action: String,
    resource: Resource,
    /// Keys beside those of the call.
    extra: Vec<(&'static str, String)>,
}

/// Checks that the caller may make the call.
///
/// # Errors
/// `AccessDenied` in AWS's words, or what AWS answers to keys that may not call this at all.
pub(super) fn authorize(call: &Call<'_>) -> Result<(), Fault> {
    check_kind_of_key(call)?;
    match call.operation.id {
        OperationId::Iam(id) => authorize_iam(call, id),
        OperationId::Sts(id) => authorize_sts(call, id),
    }
}

fn authorize_iam(call: &Call<'_>, id: iam::Id) -> Result<(), Fault> {
    // Only an account limit could keep the root user from anything.
    if call.caller.who == Who::Root && policies::limit(call.db)?.is_none() {
        return Ok(());
    }
    let standing = Standing::of(call.db, call.account, call.caller)?;
    for need in needs(call, id)? {
        let mut context = context::global(call, &standing);
        context::add_members(&mut context, call, &need.resource)?;
        check(call, &standing, &need, context)?;
    }
    Ok(())
}

/// The permissions that a call of IAM needs.
fn needs(call: &Call<'_>, id: iam::Id) -> Result<Vec<Need>, Fault> {
    use iam::Id;
    let resource = Resource::of(call, rule::of(id))?;
    let need = |action: &str, resource: &Resource| Need {
        action: action.to_owned(),
        resource: resource.clone(),
        extra: Vec::new(),
    };
    let mut needs = vec![need(&format!("iam:{}", call.operation.name), &resource)];
    if let (rule::Rule::New(kind, _), false) = (rule::of(id), call.list("Tags").is_empty()) {
        needs.push(need(kind.tag_action, &resource));
    }
    if let (Id::CreateOpenIdConnectProvider, false) = (id, call.list("Tags").is_empty()) {
        needs.push(need(kind::OIDC.tag_action, &resource));
    }
    match id {
        // What is renamed or moved has to be the caller's to change before and after.
        Id::UpdateUser | Id::UpdateGroup | Id::UpdateServerCertificate => {
            let moved = moved(call, &resource);
            if moved != resource.arn {
                needs.push(need(&format!("iam:{}", call.operation.name), &Resource::plain(moved)));
            }
        }
        Id::AddRoleToInstanceProfile => {
            let role = call.text("RoleName").unwrap_or_default();
            let role = Resource::named(call.db, call.account, &kind::ROLE, role)?;
            let role = Resource { shown: role.arn.clone(), ..role };
            let extra = vec![
                ("iam:PassedToService", "ec2.amazonaws.com".to_owned()),
                ("iam:AssociatedResourceArn", resource.arn.clone()),
            ];
            needs.push(Need { extra, ..need("iam:PassRole", &role) });
        }
        _ => {}
    }
    Ok(needs)
}

/// The ARN that a resource gets by `NewPath` and `NewXName`.
fn moved(call: &Call<'_>, resource: &Resource) -> String {
    let Some((front, rest)) = resource.arn.split_once('/') else { return resource.arn.clone() };
    let (path, name) = rest.rsplit_once('/').unwrap_or(("", rest));
    let path = call
        .text("NewPath")
        .map_or_else(|| if path.is_empty() { "/".to_owned() } else { format!("/{path}/") }, str::to_owned);
    let new = ["NewUserName", "NewGroupName", "NewServerCertificateName"];
    let name = new.into_iter().find_map(|member| call.text(member)).unwrap_or(name);
    format!("{front}{path}{name}")
}

fn authorize_sts(call: &Call<'_>, id: sts::Id) -> Result<(), Fault> {
    use sts::Id;
    let resource = match id {
        // Every valid key may ask who it is. The others are decided by the role's trust policy, in the handler:
        // they depend on a code or a token, which has to be checked first.
        Id::GetCallerIdentity | Id::AssumeRole | Id::AssumeRoleWithSaml | Id::AssumeRoleWithWebIdentity => {
            return Ok(());
        }
        Id::GetFederationToken => {
            let name = call.text("Name").unwrap_or_default();
            super::arn::sts(call.account, &format!("federated-user/{name}"))
        }
        Id::AssumeRoot
        | Id::DecodeAuthorizationMessage
        | Id::GetAccessKeyInfo
        | Id::GetDelegatedAccessToken
        | Id::GetSessionToken
        | Id::GetWebIdentityToken => "*".to_owned(),
    };
    let standing = Standing::of(call.db, call.account, call.caller)?;
    let mut context = context::global(call, &standing);
    context::add_request_tags(&mut context, &context::request_tags(call));
    let action = format!("sts:{}", call.operation.name);
    let need = Need { action, resource: Resource::plain(resource), extra: Vec::new() };
    if id == Id::GetSessionToken {
        // No permission is needed, but it can be denied.
        let decision = decide(call, &standing, &need, context);
        return match decision.outcome {
            Outcome::ExplicitDeny => {
                Err(denied::fault(&call.caller.arn, &need.action, &need.resource.shown, &decision))
            }
            _ => Ok(()),
        };
    }
    check(call, &standing, &need, context.clone())?;
    if id == Id::GetFederationToken && !call.list("Tags").is_empty() {
        check(call, &standing, &Need { action: "sts:TagSession".into(), ..need }, context)?;
    }
    Ok(())
}

fn check(call: &Call<'_>, standing: &Standing, need: &Need, context: Context) -> Result<(), Fault> {
    let decision = decide(call, standing, need, context);
    match decision.is_allowed() {
        true => Ok(()),
        false => Err(denied::fault(&call.caller.arn, &need.action, &need.resource.shown, &decision)),
    }
}

fn decide(call: &Call<'_>, standing: &Standing, need: &Need, mut context: Context) -> policy::Decision {
    context::add_resource_tags(&mut context, &need.resource);
    for (key, value) in &need.extra {
        context.set(key, value.as_str());
    }
    let mut request =
        Request::new(standing.principal.clone(), need.action.as_str(), need.resource.arn.as_str());
    request.resource_account = Some(call.account.to_string());
    request.context = context;
    request.add_principal_keys();
    policy::evaluate(&standing.policies, &request)
}

/// Some temporary keys may not call some operations at all, whatever the policies say.
///
/// The IAM User Guide, "Compare AWS STS credentials": keys of `GetSessionToken` call IAM only where a code of a
/// device was given for them, and of STS only `AssumeRole` and `GetCallerIdentity`; keys of `GetFederationToken`
/// call nothing of both but `GetCallerIdentity`; keys of a role cannot get others without assuming a role.
fn check_kind_of_key(call: &Call<'_>) -> Result<(), Fault> {
    use sts::Id;
    let cannot =
        || Fault::access_denied(format!("Cannot call {} with session credentials", call.operation.name));
    let Some(session) = &call.caller.session else { return Ok(()) };
    match (&call.caller.who, call.operation.id) {
        (_, OperationId::Sts(Id::GetCallerIdentity)) | (Who::Nobody, _) => Ok(()),
        (Who::Role { .. }, OperationId::Sts(Id::GetSessionToken | Id::GetFederationToken)) => Err(cannot()),
        (Who::Role { .. }, _) => Ok(()),
        (Who::User(_) | Who::Root, OperationId::Iam(_)) if session.mfa => Ok(()),
        (Who::User(_) | Who::Root, OperationId::Sts(Id::AssumeRole)) => Ok(()),
        (_, OperationId::Iam(_)) => Err(unknown_token()),
        (_, OperationId::Sts(_)) => Err(cannot()),
    }
}

/// Whether a role's trust policy, and the caller's own policies where it has any, allow some of the actions
/// `sts:AssumeRole*`, `sts:TagSession`, `sts:SetSourceIdentity`.
///
/// # Errors
/// `AccessDenied`
pub(super) fn by_trust(
    call: &Call<'_>,
    standing: &Standing,
    role: &Trusting<'_>,
    actions: &[&str],
    context: &Context,
) -> Result<(), Fault> {
    let mut standing = standing.clone();
    let trust =
        policy::Policy::read(role.arn, policy::PolicyKind::Resource, role.trust, policy::DocumentKind::Trust);
    standing.policies.resource = vec![std::sync::Arc::new(trust)];
    let resource = Resource { tags: role.tags.to_vec(), ..Resource::plain(role.arn) };
    for action in actions {
        let need = Need { action: (*action).to_owned(), resource: resource.clone(), extra: Vec::new() };
        check(call, &standing, &need, context.clone())?;
    }
    Ok(())
}

/// A role that somebody wants to assume.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trusting<'a> {
    pub(super) arn: &'a str,
    pub(super) trust: &'a str,
    pub(super) tags: &'a [(String, String)],
}
