//! Which condition keys policies refer to.

use std::sync::Arc;

use super::input::{inputs, source_policies};
use crate::policy::{self, Policy};
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::Call;
use crate::value::{Map, Value};

pub(super) fn custom(call: &Call<'_>) -> Result<Map, Fault> {
    Ok(names(&inputs(call, "PolicyInputList")?))
}

pub(super) fn principal(call: &Call<'_>) -> Result<Map, Fault> {
    let (mut policies, _) = source_policies(call, call.needed("PolicySourceArn")?)?;
    policies.identity.extend(inputs(call, "PolicyInputList")?);
    policies.identity.extend(policies.boundary.take());
    Ok(names(&policies.identity))
}

fn names(policies: &[Arc<Policy>]) -> Map {
    let mut names: Vec<String> = Vec::new();
    for name in policies.iter().flat_map(|policy| policy::context_keys(&policy.document)) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    let names = names.into_iter().map(Value::from).collect::<Vec<_>>();
    Map::from([("ContextKeyNames".into(), names.into())])
}
