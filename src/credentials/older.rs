//! Places in which credentials stood before there were profiles.

use super::Found;
use crate::env::Env;
use crate::error::Result;

/// `AWS_CREDENTIAL_FILE`, then boto's configuration.
pub(super) fn credentials(_env: &Env) -> Result<Option<Found>> {
    Ok(None)
}
