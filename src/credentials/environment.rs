//! Keys in the environment. Empty variables count as unset.

use aws_credential_types::Credentials;

use super::partial;
use crate::env::Env;
use crate::error::{Error, Result};

pub(super) fn credentials(env: &Env) -> Result<Option<Credentials>> {
    let Some(id) = env.filled("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = env.filled("AWS_SECRET_ACCESS_KEY") else {
        return Err(partial("env", "AWS_SECRET_ACCESS_KEY"));
    };
    if env.filled("AWS_CREDENTIAL_EXPIRATION").is_some_and(|text| is_past(&text)) {
        return Err(Error::general(
            "Credentials were refreshed, but the refreshed credentials are still expired.",
        ));
    }
    // The older name of the token wins, as in the reference.
    let token = env.filled("AWS_SECURITY_TOKEN").or_else(|| env.filled("AWS_SESSION_TOKEN"));
    Ok(Some(Credentials::new(id, secret, token, None, "env")))
}

/// Whether a time, as the reference would print it, has gone by.
fn is_past(text: &str) -> bool {
    use aws_smithy_types::DateTime;
    use aws_smithy_types::date_time::Format;
    let printed = crate::reply::format_timestamp(text, crate::reply::TimestampFormat::Iso8601);
    let time = printed.ok().and_then(|text| DateTime::from_str(&text, Format::DateTimeWithOffset).ok());
    time.is_some_and(|time| time <= DateTime::from(std::time::SystemTime::now()))
}
