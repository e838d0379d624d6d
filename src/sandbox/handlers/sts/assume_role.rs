//! AssumeRole.
//!
//! The role's trust policy has to allow it, always, and the caller's own
//! policies where the trust policy names the account only. Tags and a source
//! identity need permissions of their own on both sides.

use super::mfa;
use super::role::Role;
use super::session_input::SessionInput;
use crate::sandbox::authorize::{by_trust, context, policies::Standing};
use crate::sandbox::caller::{Session, Who};
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::Call;
use crate::value::Map;

pub(super) fn assume_role(call: &Call<'_>) -> Result<Map, Fault> {
    if call.caller.who == Who::Root {
        return Err(Fault::access_denied("Roles may not be assumed by root accounts."));
    }
    if !call.list("ProvidedContexts").is_empty() {
        return Err(Fault::new("NotSupported", 501, "ProvidedContexts are not supported by the sandbox."));
    }
    let arn = call.needed("RoleArn")?;
    let role = Role::find(call, arn)?.ok_or_else(|| {
        // What does not exist cannot be told from what is not for the caller.
        let caller = &call.caller.arn;
        Fault::access_denied(format!(
            "User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        ))
    })?;
    let has_code = mfa::take(call)?;
    let is_chained = matches!(call.caller.who, Who::Role { .. });
    let chain = call.caller.session.as_ref().filter(|_| is_chained);
    let mut input = SessionInput::of(call)?;
    if let Some(chain) = chain {
        input.inherit(&chain.tags, &chain.transitive)?;
    }
    let source_identity = source_identity(call, chain)?;

    let standing = Standing::of(call.db, call.account, call.caller)?;
    let mut context = context::global(call, &standing);
    context::add_request_tags(&mut context, &context::request_tags(call));
    let keys = call.texts("TransitiveTagKeys").into_iter().map(str::to_owned).collect();
    context.set_all("sts:TransitiveTagKeys", keys);
    context.set("sts:RoleSessionName", call.needed("RoleSessionName")?);
    if let Some(id) = call.text("ExternalId") {
        context.set("sts:ExternalId", id);
    }
    if has_code {
        context.set("aws:MultiFactorAuthPresent", "true");
        context.set("aws:MultiFactorAuthAge", "0");
    }
    let mut actions = vec!["sts:AssumeRole"];
    if !input.tags.is_empty() {
        actions.push("sts:TagSession");
    }
    if let Some(identity) = &source_identity {
        context.set("sts:SourceIdentity", identity.as_str());
        actions.push("sts:SetSourceIdentity");
    }
    by_trust(call, &standing, &role.trusting(), &actions, &context)?;

    let expires = call.now + role.duration(call, is_chained)?;
    let session = Session {
        issued: call.now,
        expires,
        policies: input.policies.clone(),
        policy_arns: input.policy_arns.clone(),
        tags: input.tags.clone(),
        transitive: input.transitive.clone(),
        source_identity,
        // Keys of a role do not tell whether a code was given for them: the IAM User Guide, "Secure API access
        // with MFA".
        mfa: false,
        provider: chain.and_then(|chain| chain.provider.clone()),
        claims: Vec::new(),
    };
    let mut reply = role.session(call, call.needed("RoleSessionName")?, &session)?;
    input.add_size(&mut reply)?;
    Ok(reply)
}

/// The source identity, which stays the same for a whole chain.
fn source_identity(call: &Call<'_>, chain: Option<&Session>) -> Result<Option<String>, Fault> {
    let before = chain.and_then(|chain| chain.source_identity.as_deref());
    match (before, call.text("SourceIdentity")) {
        (Some(before), Some(asked)) if before != asked => Err(Fault::access_denied(format!(
            "The source identity {before} was set earlier in the chain of roles and cannot be changed."
        ))),
        (before, asked) => Ok(before.or(asked).map(str::to_owned)),
    }
}
