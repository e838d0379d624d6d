//! Whether a credential is active: what requests say of it and what replies show.

use super::call::Call;
use crate::sandbox::fault::Fault;
use crate::value::Value;

/// `Active` or `Inactive`.
pub(super) fn shown(active: bool) -> Value {
    Value::from(if active { "Active" } else { "Inactive" })
}

/// Whether the request's `Status` is active.
///
/// # Errors
/// `Expired`, which the model knows, and which nobody can set.
pub(super) fn asked(call: &Call<'_>) -> Result<bool, Fault> {
    match call.needed("Status")? {
        "Active" => Ok(true),
        "Inactive" => Ok(false),
        other => {
            Err(Fault::invalid_input(format!("The status can be set to Active or Inactive, not {other}.")))
        }
    }
}
