//! How a refusal is worded.

use crate::policy::{Decision, Layer, Outcome};
use crate::sandbox::fault::Fault;

/// `User: ARN is not authorized to perform: ACTION on resource: RESOURCE because ...`
pub(super) fn fault(caller: &str, action: &str, resource: &str, decision: &Decision) -> Fault {
    let policy = match decision.layer {
        Layer::AccountLimit => "service control policy",
        Layer::Boundary => "permissions boundary",
        Layer::Session => "session policy",
        Layer::Identity => "identity-based policy",
        Layer::Resource => "resource-based policy",
    };
    let is_assuming = action.starts_with("sts:AssumeRole");
    let why = match decision.outcome {
        Outcome::ExplicitDeny => {
            let article = if policy.starts_with('i') { "an" } else { "a" };
            format!(" with an explicit deny in {article} {policy}")
        }
        // The service does not say which side of AssumeRole is missing.
        _ if is_assuming => String::new(),
        _ => format!(" because no {policy} allows the {action} action"),
    };
    Fault::access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource}{why}"
    ))
}
