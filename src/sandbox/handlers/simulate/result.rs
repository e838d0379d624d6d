//! A decision as the simulator tells it.

use crate::policy::{Decision, Layer, Outcome, Place, Request};
use crate::value::{Map, Value};

/// An `EvaluationResult`.
pub(super) fn of(action: &str, resource: &str, request: &Request, decision: &Decision) -> Value {
    let mut map = Map::from([
        ("EvalActionName".into(), Value::from(action)),
        ("EvalResourceName".into(), resource.into()),
        ("EvalDecision".into(), decision.outcome.as_str().into()),
        ("MatchedStatements".into(), statements(decision)),
        ("MissingContextValues".into(), texts(&decision.missing_keys)),
    ]);
    if let Some(is_allowed) = allowed_by(decision, Layer::AccountLimit) {
        map.insert("OrganizationsDecisionDetail".into(), detail("AllowedByOrganizations", is_allowed));
    }
    let boundary = allowed_by(decision, Layer::Boundary)
        .map(|is_allowed| detail("AllowedByPermissionsBoundary", is_allowed));
    if let Some(boundary) = &boundary {
        map.insert("PermissionsBoundaryDecisionDetail".into(), boundary.clone());
    }
    // The API reference, EvaluationResult: filled across accounts, empty for a named resource of the same
    // account, absent for all resources.
    if resource != "*" {
        let details = details(request, decision);
        map.insert("EvalDecisionDetails".into(), details.clone());
        let mut specific = Map::from([
            ("EvalResourceName".into(), Value::from(resource)),
            ("EvalResourceDecision".into(), decision.outcome.as_str().into()),
            ("MatchedStatements".into(), statements(decision)),
            ("MissingContextValues".into(), texts(&decision.missing_keys)),
            ("EvalDecisionDetails".into(), details),
        ]);
        if let Some(boundary) = boundary {
            specific.insert("PermissionsBoundaryDecisionDetail".into(), boundary);
        }
        map.insert("ResourceSpecificResults".into(), Value::List(vec![specific.into()]));
    }
    map.into()
}

/// What the two sides say to a request across accounts.
fn details(request: &Request, decision: &Decision) -> Value {
    if !request.is_cross_account() {
        return Map::new().into();
    }
    let said = |layer| outcome(decision, layer).unwrap_or(Outcome::ImplicitDeny).as_str();
    Map::from([
        ("IAM Policy".into(), Value::from(said(Layer::Identity))),
        ("Resource Policy".into(), said(Layer::Resource).into()),
    ])
    .into()
}

fn outcome(decision: &Decision, layer: Layer) -> Option<Outcome> {
    decision.layers.iter().find(|one| one.layer == layer).map(|one| one.outcome)
}

fn allowed_by(decision: &Decision, layer: Layer) -> Option<bool> {
    outcome(decision, layer).map(|outcome| outcome == Outcome::Allowed)
}

fn detail(name: &'static str, is_allowed: bool) -> Value {
    Map::from([(name.into(), Value::Bool(is_allowed))]).into()
}

fn statements(decision: &Decision) -> Value {
    let one = |statement: &crate::policy::Decider| {
        Value::from(Map::from([
            ("SourcePolicyId".into(), Value::from(statement.policy.as_str())),
            ("SourcePolicyType".into(), statement.kind.as_str().into()),
            ("StartPosition".into(), position(statement.span.start)),
            ("EndPosition".into(), position(statement.span.end)),
        ]))
    };
    decision.statements.iter().map(one).collect::<Vec<_>>().into()
}

fn position(place: Place) -> Value {
    let number = |number: usize| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
    Map::from([("Line".into(), number(place.line)), ("Column".into(), number(place.column))]).into()
}

fn texts(texts: &[String]) -> Value {
    texts.iter().map(|text| Value::from(text.as_str())).collect::<Vec<_>>().into()
}
