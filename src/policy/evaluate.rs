//! Decides a request.
//!
//! The order and the rules are those of the IAM User Guide, "Policy evaluation
//! logic" with its pages on single-account and cross-account requests:
//!
//! 1. A Deny that matches, in whatever layer, ends it.
//! 2. The account limit, where there is one, must allow.
//! 3. In one account, a resource policy that names the user, the root or the
//!    session itself grants, past whatever boundary, session policy and
//!    identity policy leave out.
//! 4. The permissions boundary, where there is one, must allow.
//! 5. The session policies, where there are any, must allow. The session of a
//!    federated user that was given none has no permissions.
//! 6. An identity policy must allow. In one account the grant may come from a
//!    resource policy instead that names the role of the session, or everybody.
//!    One that names the account only leaves it to the identity policies.
//! 7. Across accounts the resource policy must allow as well, and so must a
//!    trust policy always.
//!
//! The root user needs no identity policy. A principal without an account (a
//! service, a web identity, nobody) has the resource policy alone.

use std::sync::Arc;

use super::context_keys::context_keys;
use super::decision::{Decider, Decision, Layer, LayerOutcome, Outcome, Policy, PolicySet};
use super::document::{DocumentKind, Effect, Statement};
use super::principal::Naming;
use super::request::{Principal, Request};
use super::source::Span;
use super::statement::check;

/// What the statements of one layer say.
#[derive(Default)]
struct Verdict {
    allows: Vec<Decider>,
    denies: Vec<Decider>,
    /// The strongest way in which an Allow names who asks.
    naming: Option<Naming>,
}

impl Verdict {
    fn of<'p>(
        layer: Layer,
        policies: impl Iterator<Item = &'p Arc<Policy>>,
        request: &Request,
        has_boundary: bool,
    ) -> Verdict {
        let mut verdict = Verdict::default();
        for policy in policies {
            if policy.document.unreadable {
                verdict.denies.push(whole(layer, policy));
                continue;
            }
            for statement in &policy.document.statements {
                let found = check(statement, &policy.document, request, has_boundary);
                if !found.matches() {
                    continue;
                }
                let decider = decider(layer, policy, statement);
                match statement.effect {
                    Effect::Deny => verdict.denies.push(decider),
                    Effect::Allow => {
                        verdict.allows.push(decider);
                        verdict.naming = verdict.naming.max(found.naming);
                    }
                }
            }
        }
        verdict
    }

    fn is_allowed(&self) -> bool {
        !self.allows.is_empty()
    }

    fn outcome(&self) -> Outcome {
        match (self.denies.is_empty(), self.allows.is_empty()) {
            (false, _) => Outcome::ExplicitDeny,
            (true, false) => Outcome::Allowed,
            (true, true) => Outcome::ImplicitDeny,
        }
    }
}

fn decider(layer: Layer, policy: &Policy, statement: &Statement) -> Decider {
    Decider {
        layer,
        policy: policy.name.clone(),
        kind: policy.kind,
        statement: statement.index,
        sid: statement.sid.clone(),
        effect: statement.effect,
        span: statement.span,
    }
}

/// A policy that cannot be read denies as a whole.
fn whole(layer: Layer, policy: &Policy) -> Decider {
    Decider {
        layer,
        policy: policy.name.clone(),
        kind: policy.kind,
        statement: 0,
        sid: None,
        effect: Effect::Deny,
        span: Span::default(),
    }
}

/// The layers that have policies.
struct Verdicts {
    limit: Option<Verdict>,
    boundary: Option<Verdict>,
    session: Option<Verdict>,
    identity: Verdict,
    resource: Verdict,
}

impl Verdicts {
    fn of(policies: &PolicySet, request: &Request) -> Verdicts {
        let has_boundary = policies.boundary.is_some();
        let verdict =
            |layer, policies: &Vec<Arc<Policy>>| Verdict::of(layer, policies.iter(), request, has_boundary);
        Verdicts {
            limit: policies.account_limit.as_ref().map(|limit| verdict(Layer::AccountLimit, limit)),
            boundary: policies
                .boundary
                .as_ref()
                .map(|boundary| Verdict::of(Layer::Boundary, std::iter::once(boundary), request, true)),
            session: policies.session.as_ref().map(|session| verdict(Layer::Session, session)),
            identity: verdict(Layer::Identity, &policies.identity),
            resource: verdict(Layer::Resource, &policies.resource),
        }
    }

    fn present(&self) -> impl Iterator<Item = (Layer, &Verdict)> {
        let limits = [
            (Layer::AccountLimit, self.limit.as_ref()),
            (Layer::Boundary, self.boundary.as_ref()),
            (Layer::Session, self.session.as_ref()),
            (Layer::Identity, Some(&self.identity)),
            (Layer::Resource, Some(&self.resource)),
        ];
        limits.into_iter().filter_map(|(layer, verdict)| Some((layer, verdict?)))
    }
}

/// Decides a request by these policies.
pub fn evaluate(policies: &PolicySet, request: &Request) -> Decision {
    let verdicts = Verdicts::of(policies, request);
    let (outcome, layer) = decide(&verdicts, policies, request);
    let statements = verdicts.present().flat_map(|(_, verdict)| match outcome {
        Outcome::Allowed => verdict.allows.as_slice(),
        Outcome::ExplicitDeny => verdict.denies.as_slice(),
        Outcome::ImplicitDeny => &[],
    });
    let has_policies = |layer| match layer {
        Layer::Identity => !policies.identity.is_empty(),
        Layer::Resource => !policies.resource.is_empty(),
        _ => true,
    };
    let layers = verdicts.present().filter(|(layer, _)| has_policies(*layer));
    Decision {
        outcome,
        layer,
        statements: statements.cloned().collect(),
        layers: layers.map(|(layer, verdict)| LayerOutcome { layer, outcome: verdict.outcome() }).collect(),
        missing_keys: missing_keys(policies, request),
    }
}

fn decide(verdicts: &Verdicts, policies: &PolicySet, request: &Request) -> (Outcome, Layer) {
    if let Some((layer, _)) = verdicts.present().find(|(_, verdict)| !verdict.denies.is_empty()) {
        return (Outcome::ExplicitDeny, layer);
    }
    let allows = |verdict: &Option<Verdict>| verdict.as_ref().is_none_or(Verdict::is_allowed);
    let resource = &verdicts.resource;
    if request.principal.account().is_none() {
        let outcome = if resource.is_allowed() { Outcome::Allowed } else { Outcome::ImplicitDeny };
        return (outcome, Layer::Resource);
    }
    if !allows(&verdicts.limit) {
        return (Outcome::ImplicitDeny, Layer::AccountLimit);
    }
    let is_cross_account = request.is_cross_account();
    if !is_cross_account && resource.naming == Some(Naming::Direct) {
        return (Outcome::Allowed, Layer::Resource);
    }
    if !allows(&verdicts.boundary) {
        return (Outcome::ImplicitDeny, Layer::Boundary);
    }
    let needs_session_policy = matches!(request.principal, Principal::FederatedUser { .. });
    if !allows(&verdicts.session) || (needs_session_policy && verdicts.session.is_none()) {
        return (Outcome::ImplicitDeny, Layer::Session);
    }
    let by_identity = verdicts.identity.is_allowed() || is_root(&request.principal);
    let by_resource = !is_cross_account && resource.naming > Some(Naming::Account);
    if !by_identity && !by_resource {
        return (Outcome::ImplicitDeny, Layer::Identity);
    }
    let is_trust = |policy: &Arc<Policy>| policy.document.kind == DocumentKind::Trust;
    if (is_cross_account || policies.resource.iter().any(is_trust)) && !resource.is_allowed() {
        return (Outcome::ImplicitDeny, Layer::Resource);
    }
    (Outcome::Allowed, if by_identity { Layer::Identity } else { Layer::Resource })
}

/// The root user, or a federated user that the root user made.
fn is_root(principal: &Principal) -> bool {
    match principal {
        Principal::Root { .. } => true,
        Principal::FederatedUser { user_arn, .. } => user_arn.ends_with(":root"),
        _ => false,
    }
}

/// The policies of a set with their layers, in the order in which they are asked.
pub(super) fn by_layer(policies: &PolicySet) -> Vec<(Layer, &Policy)> {
    let limit = policies.account_limit.iter().flatten().map(|policy| (Layer::AccountLimit, policy));
    let boundary = policies.boundary.iter().map(|policy| (Layer::Boundary, policy));
    let session = policies.session.iter().flatten().map(|policy| (Layer::Session, policy));
    let identity = policies.identity.iter().map(|policy| (Layer::Identity, policy));
    let resource = policies.resource.iter().map(|policy| (Layer::Resource, policy));
    let all = limit.chain(boundary).chain(session).chain(identity).chain(resource);
    all.map(|(layer, policy)| (layer, policy.as_ref())).collect()
}

fn missing_keys(policies: &PolicySet, request: &Request) -> Vec<String> {
    let documents = by_layer(policies).into_iter().map(|(_, policy)| &policy.document);
    let mut missing: Vec<String> =
        documents.flat_map(context_keys).filter(|key| request.context.get(key).is_none()).collect();
    missing.sort_by_key(|key| key.to_ascii_lowercase());
    missing.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    missing
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
