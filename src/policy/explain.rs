//! Why a request gets what it gets: every statement of every policy, held
//! against the request, with what does not fit.
//!
//! [`explain`] gives it in structure; [`lines`] words it for a person.

use super::decision::{Layer, Outcome, Policy, PolicyKind, PolicySet};
use super::document::{Effect, Fault};
use super::evaluate::{by_layer, evaluate};
use super::request::Request;
use super::source::Span;
pub use super::statement::Mismatch;
use super::statement::check;

/// A policy and what its statements are to the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyReport {
    /// The layer that it is in.
    pub layer: Layer,
    /// Its name.
    pub policy: String,
    /// Where it comes from.
    pub kind: PolicyKind,
    /// Why it cannot be read at all, where it cannot. It then denies everything.
    pub unreadable: Option<Fault>,
    /// Its statements, in order.
    pub statements: Vec<StatementReport>,
}

/// A statement and what it is to the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementReport {
    /// Its place, from 0.
    pub index: usize,
    /// Its Sid.
    pub sid: Option<String>,
    /// What it does where it matches.
    pub effect: Effect,
    /// Where it stands.
    pub span: Span,
    /// What is wrong with it, if anything is.
    pub fault: Option<Fault>,
    /// What does not fit; empty where it matches.
    pub mismatches: Vec<Mismatch>,
}

impl StatementReport {
    /// Whether the statement is about the request.
    pub fn matches(&self) -> bool {
        self.mismatches.is_empty()
    }
}

/// Holds every statement against the request, layer by layer.
pub fn explain(policies: &PolicySet, request: &Request) -> Vec<PolicyReport> {
    let report = |(layer, policy): (Layer, &Policy)| PolicyReport {
        layer,
        policy: policy.name.clone(),
        kind: policy.kind,
        unreadable: policy.document.faults.first().filter(|_| policy.document.unreadable).cloned(),
        statements: statements(policy, request, policies.boundary.is_some()),
    };
    by_layer(policies).into_iter().map(report).collect()
}

fn statements(policy: &Policy, request: &Request, has_boundary: bool) -> Vec<StatementReport> {
    let report = |statement: &super::document::Statement| StatementReport {
        index: statement.index,
        sid: statement.sid.clone(),
        effect: statement.effect,
        span: statement.span,
        fault: statement.fault.clone(),
        mismatches: check(statement, &policy.document, request, has_boundary).mismatches,
    };
    policy.document.statements.iter().map(report).collect()
}

/// The decision and every statement, in lines for a person.
pub fn lines(policies: &PolicySet, request: &Request) -> Vec<String> {
    let decision = evaluate(policies, request);
    let verb = match decision.outcome {
        Outcome::Allowed => "allowed by",
        Outcome::ExplicitDeny => "denied by a statement of",
        Outcome::ImplicitDeny => "not allowed by",
    };
    let layer = decision.layer.as_str();
    let mut lines = vec![format!("{} on {}: {verb} the {layer}", request.action, request.resource)];
    for policy in explain(policies, request) {
        lines.push(format!("{} {}", policy.layer.as_str(), policy.policy));
        if let Some(fault) = &policy.unreadable {
            lines.push(format!("  cannot be read, so it denies everything: {fault}"));
        }
        for statement in &policy.statements {
            let sid = statement.sid.as_ref().map(|sid| format!(" {sid}")).unwrap_or_default();
            let (number, line) = (statement.index + 1, statement.span.start.line);
            let effect = statement.effect.as_str();
            let answer = if statement.matches() { "matches" } else { "does not match" };
            lines.push(format!("  statement {number}{sid} (line {line}, {effect}): {answer}"));
            lines.extend(
                statement.mismatches.iter().map(|mismatch| format!("    {}", words(mismatch, request))),
            );
        }
    }
    if !decision.missing_keys.is_empty() {
        lines.push(format!("not in the request: {}", decision.missing_keys.join(", ")));
    }
    lines
}

fn words(mismatch: &Mismatch, request: &Request) -> String {
    let negation = |negated: bool| if negated { "Not" } else { "" };
    match mismatch {
        Mismatch::Fault(fault) => format!("it has a fault, so it grants nothing: {fault}"),
        Mismatch::Principal { negated, listed } => {
            format!("{}Principal {} does not name who asks", negation(*negated), list(listed))
        }
        Mismatch::Action { negated, listed } => {
            format!("{}Action {} does not cover {}", negation(*negated), list(listed), request.action)
        }
        Mismatch::Resource { negated, listed, missing } => {
            let (not, listed) = (negation(*negated), list(listed));
            format!("{not}Resource {listed} does not cover {}{}", request.resource, without(missing))
        }
        Mismatch::Condition { operator, key, wanted, found, missing } => {
            let found = match found {
                Some(values) => format!("has {}", list(values)),
                None => "has no such key".to_owned(),
            };
            let wanted = list(wanted);
            format!("{operator} {key} {wanted}: the request {found}{}", without(missing))
        }
    }
}

fn without(missing: &[String]) -> String {
    if missing.is_empty() {
        return String::new();
    }
    format!(" (without a value: {})", missing.join(", "))
}

fn list(texts: &[String]) -> String {
    match texts {
        [text] => format!("\"{text}\""),
        texts => format!("{texts:?}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::policy::{DocumentKind, Principal};

    #[test]
    fn every_element_that_does_not_fit_is_named() {
        let text = r#"{"Version": "2012-10-17", "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
            {"Effect": "Deny", "NotAction": ["s3:*", "ec2:*"],
             "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}",
             "Condition": {"Bool": {"aws:SecureTransport": false},
                           "StringEquals": {"aws:username": "${aws:x}", "aws:y": ["a", "b"]}}},
            {"Effect": "allow", "Action": "s3:*", "Resource": "*"}]}"#;
        let policy = Policy::read("p", PolicyKind::User, text, DocumentKind::Identity);
        let trust = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
            "Principal": {"AWS": "210987654321"}}}"#;
        let resource = Policy::read("r", PolicyKind::Resource, trust, DocumentKind::Resource);
        let broken = Policy::read("b", PolicyKind::Session, "{", DocumentKind::Identity);
        let mut policies = PolicySet { identity: vec![Arc::new(policy)], ..PolicySet::default() };
        policies.resource.push(Arc::new(resource));
        let user = Principal::User { arn: "arn:aws:iam::123456789012:user/alice".into() };
        let mut request = Request::new(user, "s3:GetObject", "arn:aws:s3:::b/k");
        request.context.set("aws:username", "alice");
        request.context.set("aws:SecureTransport", "true");
        assert_eq!(
            lines(&policies, &request),
            [
                "s3:GetObject on arn:aws:s3:::b/k: allowed by the identity policy",
                "identity policy p",
                "  statement 1 Read (line 2, Allow): matches",
                "  statement 2 (line 3, Deny): does not match",
                "    NotAction [\"s3:*\", \"ec2:*\"] does not cover s3:GetObject",
                "    Resource \"arn:aws:s3:::${aws:PrincipalTag/team}\" does not cover arn:aws:s3:::b/k (without \
                 a value: aws:PrincipalTag/team)",
                "    Bool aws:SecureTransport \"false\": the request has \"true\"",
                "    StringEquals aws:username \"${aws:x}\": the request has \"alice\" (without a value: aws:x)",
                "    StringEquals aws:y [\"a\", \"b\"]: the request has no such key",
                "  statement 3 (line 7, Allow): does not match",
                "    it has a fault, so it grants nothing: line 7 column 24: The Effect \"allow\" must be \
                 \"Allow\" or \"Deny\", in exactly this case.",
                "resource policy r",
                "  statement 1 (line 1, Allow): does not match",
                "    Principal \"210987654321\" does not name who asks",
                "not in the request: aws:PrincipalTag/team, aws:x, aws:y",
            ]
        );
        policies.session = Some(vec![Arc::new(broken)]);
        let lines = lines(&policies, &request);
        assert_eq!(lines[0], "s3:GetObject on arn:aws:s3:::b/k: denied by a statement of the session policy");
        assert!(lines[2].starts_with("  cannot be read, so it denies everything: line 1 column 2: "));
    }
}
