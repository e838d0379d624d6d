//! Why a request is refused: the error reply as data.

use crate::model::Operation;

/// An error reply: who is to blame, the code, the words, the HTTP status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The code that scripts look at: `NoSuchEntity`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What people read.
    pub message: String,
}

impl Fault {
    /// A fault of the caller's.
    pub(super) fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Fault { code, status, message: message.into() }
    }

    /// 404: something that is named does not exist.
    pub(super) fn no_such_entity(message: impl Into<String>) -> Self {
        Fault::new("NoSuchEntity", 404, message)
    }

    /// 404 for an entity of a kind: `The user with name bob cannot be found.`
    pub(super) fn not_found(kind: &str, name: &str) -> Self {
        Fault::no_such_entity(format!("The {kind} with name {name} cannot be found."))
    }

    /// 409: the name is taken.
    pub(super) fn already_exists(message: impl Into<String>) -> Self {
        Fault::new("EntityAlreadyExists", 409, message)
    }

    /// 409: something depends on it.
    pub(super) fn delete_conflict(message: impl Into<String>) -> Self {
        Fault::new("DeleteConflict", 409, message)
    }

    /// 409: a quota.
    pub(super) fn limit_exceeded(message: impl Into<String>) -> Self {
        Fault::new("LimitExceeded", 409, message)
    }

    /// 400: parameters that make no sense together or by content.
    pub(super) fn invalid_input(message: impl Into<String>) -> Self {
        Fault::new("InvalidInput", 400, message)
    }

    /// 400: a parameter breaks a rule of the model.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Fault::new("ValidationError", 400, message)
    }

    /// 400: a policy document that cannot be one.
    pub(super) fn malformed_policy(message: impl Into<String>) -> Self {
        Fault::new("MalformedPolicyDocument", 400, message)
    }

    /// 403: the policies do not allow it.
    pub(super) fn access_denied(message: impl Into<String>) -> Self {
        Fault::new("AccessDenied", 403, message)
    }

    /// 501: an operation that only AWS does.
    pub(super) fn not_supported(operation: &Operation) -> Self {
        Fault::new("NotSupported", 501, format!("{} is not supported by the sandbox.", operation.name))
    }

    /// 500: the account's file or the program itself failed.
    pub(super) fn internal(why: impl std::fmt::Display) -> Self {
        Fault::new("InternalFailure", 500, format!("The sandbox failed: {why}"))
    }

    /// Whether the caller is to blame.
    pub(super) fn is_senders(&self) -> bool {
        self.status < 500 || self.status == 501
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault::internal(error)
    }
}
