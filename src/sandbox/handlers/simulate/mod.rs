//! The policy simulator: what policies would decide, for actions of any service.
//!
//! Nothing is called. The policies are those of the request, or those of a
//! user, group or role of the account; the condition keys are those of the
//! request, and what follows from the caller. The policy engine that decides
//! real calls decides here too.

mod context_keys;
mod input;
mod result;
#[cfg(test)]
mod tests;

use super::{Call, Entry, reads};
use crate::model::iam::Id;
use crate::policy::evaluate;
use crate::sandbox::fault::Fault;
use crate::value::Map;
use input::Simulation;

pub(super) static HANDLERS: &[Entry] = &[
    reads(Id::SimulateCustomPolicy, custom),
    reads(Id::SimulatePrincipalPolicy, principal),
    reads(Id::GetContextKeysForCustomPolicy, context_keys::custom),
    reads(Id::GetContextKeysForPrincipalPolicy, context_keys::principal),
];

fn custom(call: &Call<'_>) -> Result<Map, Fault> {
    run(call, &Simulation::custom(call)?)
}

fn principal(call: &Call<'_>) -> Result<Map, Fault> {
    run(call, &Simulation::principal(call)?)
}

/// One result for each action and resource. Those of the page only are decided.
fn run(call: &Call<'_>, simulation: &Simulation<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let from = match page.after.as_str() {
        "" => 0,
        after => {
            let last = after.parse::<usize>().ok().and_then(|last| last.checked_add(1));
            last.ok_or_else(|| Fault::validation("Invalid Marker."))?
        }
    };
    let count = simulation.resources.len();
    let pairs = (from..simulation.actions.len() * count).take(page.items() + 1);
    let mut rows = Vec::new();
    for index in pairs {
        let action = simulation.actions.get(index / count).copied().unwrap_or_default();
        let resource = simulation.resources.get(index % count).copied().unwrap_or_default();
        let request = simulation.request(action, resource);
        let decision = evaluate(&simulation.policies, &request);
        rows.push((index.to_string(), result::of(action, resource, &request, &decision)));
    }
    Ok(page.reply("EvaluationResults", rows))
}
