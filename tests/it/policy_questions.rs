//! The policy engine against questions whose answers were settled with a judge of other origin.
//!
//! `tests/policy/generate.py` makes the questions; `tests/policy/DISAGREEMENTS.md` tells where the judge was not
//! followed, and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use iamctl::policy::{DocumentKind, FaultKind, Policy, PolicyKind, PolicySet, Principal, Request, evaluate};
use serde_json::Value;

/// What the engine answers to a question.
pub fn answer(question: &Value) -> &'static str {
    let text = |name: &str| question[name].as_str().unwrap_or_default();
    let mut request = Request::new(principal(text("principal")), text("action"), text("resource"));
    request.resource_account = Some(text("account").to_owned());
    for (key, value) in question["context"].as_object().into_iter().flatten() {
        match value {
            Value::Array(values) => {
                let texts = values.iter().filter_map(Value::as_str).map(str::to_owned);
                request.context.set_all(key, texts.collect());
            }
            value => request.context.set(key, value.as_str().unwrap_or_default()),
        }
    }
    evaluate(&policies(question), &request).outcome.as_str()
}

fn policies(question: &Value) -> PolicySet {
    let read = |name: &str, document: &Value, kind| {
        let policy = Policy::read(name, PolicyKind::Input, &document.to_string(), kind);
        let mut faults = policy.document.faults.iter();
        // Neither keeps a policy from being judged: they only keep it from being stored.
        let is_harmless = |kind: &FaultKind| matches!(kind, FaultKind::OldVersion | FaultKind::StarPrincipal);
        assert!(faults.all(|fault| is_harmless(&fault.kind)), "{document}");
        Arc::new(policy)
    };
    let one = |name: &str, kind| question.get(name).map(|document| read(name, document, kind));
    let identity = question["identity"].as_array().into_iter().flatten();
    let is_trust = question["action"].as_str().is_some_and(|action| action.starts_with("sts:AssumeRole"));
    PolicySet {
        account_limit: one("limit", DocumentKind::Identity).map(|policy| vec![policy]),
        boundary: one("boundary", DocumentKind::Identity),
        session: one("session", DocumentKind::Identity).map(|policy| vec![policy]),
        identity: identity.map(|document| read("identity", document, DocumentKind::Identity)).collect(),
        resource: one("resource_policy", if is_trust { DocumentKind::Trust } else { DocumentKind::Resource })
            .into_iter()
            .collect(),
    }
}

/// Sessions are of roles without a path here.
fn principal(arn: &str) -> Principal {
    let Some((account, names)) = arn.strip_prefix("arn:aws:sts::").and_then(|rest| rest.split_once(':'))
    else {
        return Principal::User { arn: arn.to_owned() };
    };
    let role = names.split('/').nth(1).unwrap_or_default();
    Principal::Session {
        role_arn: format!("arn:aws:iam::{account}:role/{role}"),
        session_arn: arn.to_owned(),
    }
}

#[test]
fn every_question_gets_its_settled_answer() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policy/questions.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut shares: BTreeMap<String, usize> = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let question: Value = serde_json::from_str(line).unwrap();
        let want = question["want"].as_str().unwrap();
        let got = answer(&question);
        *shares.entry(want.to_owned()).or_default() += 1;
        if got != want {
            wrong.push(format!("line {}: {got}, not {want}: {line}", at + 1));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    let all: usize = shares.values().sum();
    assert!(all >= 2000, "{all} questions");
    let allowed = shares["allowed"] * 100 / all;
    assert!((35..=65).contains(&allowed), "{allowed} % are allowed: {shares:?}");
}
