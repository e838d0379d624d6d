//! A role for somebody whom an identity provider vouches for, by a token or an assertion.

use super::role::Role;
use super::session_input::SessionInput;
use crate::policy::{PolicySet, Principal};
use crate::sandbox::authorize::{by_trust, context, policies, policies::Standing};
use crate::sandbox::caller::Session;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::Call;
use crate::value::Map;

/// What a provider's word brings along.
#[derive(Clone, Debug)]
pub(super) struct Federated {
    /// The action that the role's trust policy has to allow.
    pub(super) action: &'static str,
    /// The one who comes, for the policy engine.
    pub(super) principal: Principal,
    /// The provider's ARN.
    pub(super) provider: String,
    /// The name of the session.
    pub(super) session_name: String,
    /// The source identity.
    pub(super) source_identity: Option<String>,
    /// Condition keys for the trust policy.
    pub(super) trust_keys: Vec<(String, Vec<String>)>,
    /// Condition keys that stay with the session.
    pub(super) claims: Vec<(String, String)>,
    /// When the session ends at the latest, whatever the request asks for.
    pub(super) latest: Seconds,
}

impl Federated {
    /// Assumes the role that the request names: the members of a reply that all such operations have.
    ///
    /// # Errors
    /// `AccessDenied` where the role does not exist or does not trust, and whatever a session cannot be.
    pub(super) fn assume(self, call: &Call<'_>, input: SessionInput) -> Result<Map, Fault> {
        let action = self.action;
        let denied = || Fault::access_denied(format!("Not authorized to perform {action}"));
        let role = Role::find(call, call.needed("RoleArn")?)?.ok_or_else(denied)?;

        let policies = PolicySet { account_limit: policies::limit(call.db)?, ..PolicySet::default() };
        let standing = Standing { principal: self.principal, policies, tags: Vec::new() };
        let mut context = context::global(call, &standing);
        context.set("aws:FederatedProvider", self.provider.as_str());
        context.set("sts:RoleSessionName", self.session_name.as_str());
        context::add_request_tags(&mut context, &input.tags);
        context.set_all("sts:TransitiveTagKeys", input.transitive.clone());
        for (name, values) in self.trust_keys {
            context.set_all(&name, values);
        }
        let mut actions = vec![action];
        if !input.tags.is_empty() {
            actions.push("sts:TagSession");
        }
        if let Some(identity) = &self.source_identity {
            context.set("sts:SourceIdentity", identity.as_str());
            actions.push("sts:SetSourceIdentity");
        }
        by_trust(call, &standing, &role.trusting(), &actions, &context).map_err(|_| denied())?;

        let session = Session {
            issued: call.now,
            expires: self.latest.min(call.now + role.duration(call, false)?),
            policies: input.policies.clone(),
            policy_arns: input.policy_arns.clone(),
            tags: input.tags.clone(),
            transitive: input.transitive.clone(),
            source_identity: self.source_identity,
            mfa: false,
            provider: Some(self.provider),
            claims: self.claims,
        };
        let mut reply = role.session(call, &self.session_name, &session)?;
        input.add_size(&mut reply)?;
        Ok(reply)
    }
}
