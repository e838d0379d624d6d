//! Whose credentials a request is about: the user it names, or the caller.

use super::call::Call;
use super::users::User;
use crate::sandbox::caller::Who;
use crate::sandbox::fault::Fault;

/// The user that `UserName` names, or that calls.
pub(super) fn user(call: &Call<'_>) -> Result<User, Fault> {
    User::named(call, call.user_or_caller("UserName")?)
}

/// The same; none where no user is named and the root user calls.
pub(super) fn user_or_root(call: &Call<'_>) -> Result<Option<User>, Fault> {
    match (call.text("UserName"), &call.caller.who) {
        (None, Who::Root) => Ok(None),
        _ => user(call).map(Some),
    }
}
