//! Whether one statement is about one request, and if not, why not.

use super::condition::{Holds, holds};
use super::document::{Document, DocumentKind, Effect, Fault, Selection, Statement, Version};
use super::pattern::Pattern;
use super::principal::{Naming, named};
use super::request::{Context, Request};

/// An element of a statement that the request does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// An Allow that cannot be read as it stands grants nothing.
    Fault(Fault),
    /// Principal or NotPrincipal.
    Principal {
        /// Whether it is NotPrincipal.
        negated: bool,
        /// What it lists.
        listed: Vec<String>,
    },
    /// Action or NotAction.
    Action {
        /// Whether it is NotAction.
        negated: bool,
        /// What it lists.
        listed: Vec<String>,
    },
    /// Resource or NotResource.
    Resource {
        /// Whether it is NotResource.
        negated: bool,
        /// What it lists.
        listed: Vec<String>,
        /// Variables in it that have no value in the request.
        missing: Vec<String>,
    },
    /// A condition.
    Condition {
        /// The operator as it is written.
        operator: String,
        /// The key as it is written.
        key: String,
        /// The policy's values.
        wanted: Vec<String>,
        /// The request's values; none where the key is absent.
        found: Option<Vec<String>>,
        /// Variables in the policy's values that have no value in the request.
        missing: Vec<String>,
    },
}

/// What a statement is to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What does not fit; empty where the statement matches.
    pub mismatches: Vec<Mismatch>,
    /// How the statement names who asks; none in a policy of an identity.
    pub naming: Option<Naming>,
}

impl Match {
    /// Whether the statement is about the request.
    pub fn matches(&self) -> bool {
        self.mismatches.is_empty()
    }
}

/// Holds a statement against a request, every element of it. `has_boundary` tells whether who asks has a
/// permissions boundary.
pub fn check(statement: &Statement, document: &Document, request: &Request, has_boundary: bool) -> Match {
    let mut mismatches = Vec::new();
    if let Some(fault) = statement.fault.as_ref().filter(|_| statement.effect == Effect::Allow) {
        mismatches.push(Mismatch::Fault(fault.clone()));
    }
    let mut naming = None;
    if let Some(principals) =
        statement.principals.as_ref().filter(|_| document.kind != DocumentKind::Identity)
    {
        naming = named(principals, &request.principal, has_boundary);
        if naming.is_none() {
            let everybody = principals.everybody.then(|| "*".to_owned());
            let entries = principals.entries.iter().map(|(_, entry)| entry.text.clone());
            mismatches.push(Mismatch::Principal {
                negated: principals.negated,
                listed: everybody.into_iter().chain(entries).collect(),
            });
        }
    }
    if let Some(actions) = statement.actions.as_ref().filter(|actions| !acts(actions, &request.action)) {
        mismatches.push(Mismatch::Action { negated: actions.negated, listed: listed(actions) });
    }
    if let Some(resources) = statement.resources.as_ref().filter(|_| document.kind != DocumentKind::Trust)
        && !concerns(resources, statement.effect, document.version, request)
    {
        mismatches.push(Mismatch::Resource {
            negated: resources.negated,
            listed: listed(resources),
            missing: missing(&listed(resources), document.version, &request.context),
        });
    }
    for condition in &statement.conditions {
        let fits = match holds(condition, document.version, &request.context) {
            Holds::Yes => true,
            Holds::No => false,
            Holds::Unknown => statement.effect == Effect::Deny,
        };
        if !fits {
            let replaces = condition.operator.is_some_and(super::operator::Operator::takes_variables);
            let texts = if replaces { condition.values.as_slice() } else { &[] };
            mismatches.push(Mismatch::Condition {
                operator: condition.operator_text.clone(),
                key: condition.key.clone(),
                wanted: condition.values.clone(),
                found: request.context.get(&condition.key).map(<[String]>::to_vec),
                missing: missing(texts, document.version, &request.context),
            });
        }
    }
    Match { mismatches, naming }
}

fn listed(selection: &Selection) -> Vec<String> {
    selection.patterns.iter().map(|pattern| pattern.text.clone()).collect()
}

fn acts(actions: &Selection, action: &str) -> bool {
    let found =
        actions.patterns.iter().any(|pattern| Pattern::wild(&pattern.text).matches_ignoring_case(action));
    found != actions.negated
}

fn concerns(resources: &Selection, effect: Effect, version: Version, request: &Request) -> bool {
    let mut without_value = false;
    let found = resources.patterns.iter().any(|pattern| {
        let pattern = Pattern::expand(&pattern.text, version, &request.context, true);
        without_value |= pattern.is_none();
        pattern.is_some_and(|pattern| pattern.matches_resource(&request.resource))
    });
    // What NotResource leaves out is not known while a variable in it has no value, so nothing is granted.
    let open = resources.negated && !found && without_value && effect == Effect::Allow;
    found != resources.negated && !open
}

fn missing(texts: &[String], version: Version, context: &Context) -> Vec<String> {
    let variables = texts.iter().flat_map(|text| super::pattern::variables(text, version));
    let mut missing: Vec<String> =
        variables.filter(|key| context.get(key).is_none()).map(str::to_owned).collect();
    missing.dedup();
    missing
}
