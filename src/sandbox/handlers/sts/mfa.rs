//! `SerialNumber` and `TokenCode` of a request.

use crate::sandbox::caller::Who;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{Call, key};
use crate::sandbox::totp::{self, Taken};

/// Takes the code of a request, and says whether there was one.
///
/// # Errors
/// Only one of the two members is there, the device is not the caller's, or the code is wrong or used.
pub(super) fn take(call: &Call<'_>) -> Result<bool, Fault> {
    let denied = |why| Err(Fault::access_denied(format!("MultiFactorAuthentication failed{why}")));
    let (serial, code) = match (call.text("SerialNumber"), call.text("TokenCode")) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        _ => return denied(", must provide both MFA serial number and one time pass code."),
    };
    let user = match &call.caller.who {
        Who::User(name) => Some(key(name)),
        Who::Root => Some(String::new()),
        _ => None,
    };
    let taken = match user {
        Some(user) => totp::take(call.db, &user, serial, code, call.now)?,
        None => Taken::NoDevice,
    };
    match taken {
        Taken::Yes => Ok(true),
        Taken::WrongCode => denied(" with invalid MFA one time pass code."),
        Taken::NoDevice => denied(
            ", unable to validate MFA code.  Please verify your MFA serial number is valid and associated with \
             this user.",
        ),
    }
}
