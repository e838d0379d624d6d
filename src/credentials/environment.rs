//! Keys in the environment. Empty variables count as unset.

use aws_credential_types::Credentials;

use super::{expiry, partial};
use crate::env::Env;
use crate::error::Result;

pub(super) fn credentials(env: &Env) -> Result<Option<Credentials>> {
    let Some(id) = env.filled("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = env.filled("AWS_SECRET_ACCESS_KEY") else {
        return Err(partial("env", "AWS_SECRET_ACCESS_KEY"));
    };
    // The older name of the token wins, as in the reference.
    let token = env.filled("AWS_SECURITY_TOKEN").or_else(|| env.filled("AWS_SESSION_TOKEN"));
    let mut found = Credentials::new(id, secret, token, None, "env");
    if let Some(end) = env.filled("AWS_CREDENTIAL_EXPIRATION") {
        expiry::set(&mut found, &end)?;
    }
    expiry::fresh(found).map(Some)
}
