//! Policy documents that are to be stored: their grammar and, for trust policies, the principals.

use crate::policy::document::PrincipalType;
use crate::policy::{self, Document, DocumentKind, quota};
use crate::sandbox::fault::Fault;

use super::call::Call;
use super::quotas;
use super::roles::Role;
use super::users::User;

/// Checks a policy of an entity or a managed policy.
///
/// # Errors
/// `MalformedPolicyDocument` with the service's message.
pub(super) fn identity(text: &str) -> Result<(), Fault> {
    parse(text, DocumentKind::Identity).map(drop)
}

/// Checks a trust policy: its grammar, its size, and that the account's entities that it names exist.
///
/// # Errors
/// `MalformedPolicyDocument` with the service's message, `LimitExceeded` for its size.
pub(super) fn trust(call: &Call<'_>, text: &str) -> Result<(), Fault> {
    let document = parse(text, DocumentKind::Trust)?;
    let principals = document.statements.iter().filter_map(|statement| statement.principals.as_ref());
    for (sort, principal) in principals.flat_map(|principals| &principals.entries) {
        if *sort == PrincipalType::Aws && !exists(call, &principal.text)? {
            return Err(Fault::malformed_policy(format!(
                "Invalid principal in policy: \"AWS\":\"{}\"",
                principal.text
            )));
        }
    }
    if policy::size(text) > quota::TRUST {
        return Err(quotas::exceeded("ACLSizePerRole", quota::TRUST));
    }
    Ok(())
}

fn parse(text: &str, kind: DocumentKind) -> Result<Document, Fault> {
    policy::parse(text, kind).map_err(|fault| Fault::malformed_policy(fault.message))
}

/// Whether a principal exists, as far as the sandbox can know: those of other accounts are taken as they are.
fn exists(call: &Call<'_>, principal: &str) -> Result<bool, Fault> {
    let account = call.account.to_string();
    let part = |service: &str| {
        principal.strip_prefix("arn:").and_then(|rest| rest.split_once(':')).and_then(|(_, rest)| {
            rest.strip_prefix(service)?.strip_prefix("::")?.strip_prefix(&account)?.strip_prefix(':')
        })
    };
    let last = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(resource) = part("iam") {
        return Ok(if resource.starts_with("user/") {
            User::find(call.db, &last(resource))?.is_some_and(|user| user.arn(call.account) == principal)
        } else if resource.starts_with("role/") {
            Role::find(call.db, &last(resource))?.is_some_and(|role| role.arn(call.account) == principal)
        } else {
            resource == "root"
        });
    }
    if let Some(role) = part("sts").and_then(|resource| resource.strip_prefix("assumed-role/")) {
        return Ok(Role::find(call.db, role.split('/').next().unwrap_or_default())?.is_some());
    }
    Ok(true)
}
