//! Advice on a policy that is well formed: what it says but hardly means.
//!
//! Faults are for [`faults`](super::faults); this is about words that AWS
//! takes without a complaint and that then grant nothing, or everything.

use std::collections::BTreeMap;

use super::actions::{self, Service};
use super::document::{Document, DocumentKind, Effect, Statement};
use super::source::Place;

/// A piece of advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Where it is about.
    pub place: Place,
    /// What is odd and what to write instead.
    pub sentence: String,
}

impl std::fmt::Display for Advice {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.place, self.sentence)
    }
}

/// All advice on a document, in the order of the text.
pub fn lint(document: &Document) -> Vec<Advice> {
    let mut services = Services::default();
    let mut advice: Vec<Advice> = document
        .statements
        .iter()
        .flat_map(|statement| of_statement(statement, document, &mut services))
        .collect();
    advice.sort_by_key(|advice| advice.place);
    advice
}

/// The services that a document names, each looked up once.
#[derive(Default)]
struct Services(BTreeMap<String, Option<Service>>);

impl Services {
    /// Whether an action of a policy, which may hold wildcards, covers at least one that there is.
    fn have_match(&mut self, pattern: &str) -> bool {
        let (prefix, name) = match pattern {
            "*" => return true,
            pattern => pattern.split_once(':').unwrap_or_default(),
        };
        let found = self.0.entry(prefix.to_owned()).or_insert_with(|| actions::service(prefix));
        prefix == "*" || found.as_ref().is_some_and(|service| service.has_match(name))
    }
}

fn of_statement(statement: &Statement, document: &Document, services: &mut Services) -> Vec<Advice> {
    let mut advice = Vec::new();
    let is_allow = statement.effect == Effect::Allow;
    let every_action = statement.actions.as_ref().is_some_and(|actions| {
        !actions.negated
            && actions.patterns.iter().any(|pattern| matches!(pattern.text.as_str(), "*" | "*:*"))
    });
    let every_resource = statement.resources.as_ref().is_some_and(|resources| {
        !resources.negated && resources.patterns.iter().any(|pattern| pattern.text == "*")
    });
    let start = statement.span.start;
    if is_allow && every_action && every_resource && statement.conditions.is_empty() {
        let sentence = "The statement allows every action on every resource.".to_owned();
        advice.push(Advice { place: start, sentence });
    }
    if is_allow && statement.actions.as_ref().is_some_and(|actions| actions.negated) {
        let sentence = "Allow with NotAction allows all that is not listed, also of services to come; list \
                        what to allow in Action."
            .to_owned();
        advice.push(Advice { place: start, sentence });
    }
    let is_open = statement.principals.as_ref().is_some_and(|principals| principals.everybody);
    if is_allow && is_open && statement.conditions.is_empty() && document.kind != DocumentKind::Identity {
        let sentence = "The Principal \"*\" without a Condition lets in everybody.".to_owned();
        advice.push(Advice { place: start, sentence });
    }
    for action in statement.actions.iter().flat_map(|actions| &actions.patterns) {
        if !services.have_match(&action.text) {
            advice.push(Advice { place: action.span.start, sentence: unknown(&action.text) });
        }
    }
    let texts = statement.resources.iter().flat_map(|resources| &resources.patterns);
    for resource in texts.filter(|resource| resource.text.contains("${")) {
        if document.version == super::document::Version::V2008 {
            let sentence = format!(
                "\"{}\" is taken as it stands: policy variables need \"Version\": \"2012-10-17\".",
                resource.text
            );
            advice.push(Advice { place: resource.span.start, sentence });
        }
    }
    advice
}

fn unknown(action: &str) -> String {
    if action.contains(['*', '?']) {
        return format!("No action that is known fits \"{action}\".");
    }
    match actions::closest(action).as_slice() {
        [] => format!("The action \"{action}\" is not known."),
        close => format!("The action \"{action}\" is not known; did you mean {}?", close.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(text: &str, kind: DocumentKind) -> Vec<String> {
        let document = Document::read(text, kind);
        assert!(document.statements.iter().all(|statement| statement.fault.is_none()));
        lint(&document).iter().map(Advice::to_string).collect()
    }

    #[test]
    fn odd_words_are_told() {
        let text = r#"{"Version": "2008-10-17", "Statement": [
{"Effect": "Allow", "Action": ["s3:GetObjekt", "s3:Fetch*"], "Resource": "arn:aws:s3:::${aws:username}"},
{"Effect": "Allow", "Action": "*", "Resource": "*"},
{"Effect": "Allow", "NotAction": "s3:Qwertyuiop", "Resource": "*"}]}"#;
        assert_eq!(
            advice(text, DocumentKind::Identity),
            [
                "line 2 column 32: The action \"s3:GetObjekt\" is not known; did you mean s3:GetObject?",
                "line 2 column 48: No action that is known fits \"s3:Fetch*\".",
                "line 2 column 74: \"arn:aws:s3:::${aws:username}\" is taken as it stands: policy variables need \
                 \"Version\": \"2012-10-17\".",
                "line 3 column 1: The statement allows every action on every resource.",
                "line 4 column 1: Allow with NotAction allows all that is not listed, also of services to come; \
                 list what to allow in Action.",
                "line 4 column 34: The action \"s3:Qwertyuiop\" is not known.",
            ]
        );
    }

    #[test]
    fn an_open_principal_is_told() {
        let text = |more: &str| {
            format!(
                r#"{{"Statement": {{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"{more}}}}}"#
            )
        };
        assert_eq!(
            advice(&text(""), DocumentKind::Trust),
            ["line 1 column 15: The Principal \"*\" without a Condition lets in everybody."]
        );
        let condition = r#", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#;
        assert!(advice(&text(condition), DocumentKind::Trust).is_empty());
    }

    #[test]
    fn a_narrow_policy_and_a_deny_get_no_advice() {
        let text = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:Get*", "ec2:*"], "NotResource": "arn:aws:s3:::${aws:username}"},
            {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:x": "true"}}},
            {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b"},
            {"Effect": "Deny", "NotAction": ["*", "*:Get"], "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": "*"}]}"#;
        assert_eq!(advice(text, DocumentKind::Identity), [""; 0]);
    }
}
