//! ARNs of the account's entities. The stored path is part of them.

use super::account::AccountId;

/// `arn:aws:iam::ACCOUNT:KIND` + path + name; the path begins and ends with a slash.
pub(super) fn iam(account: &AccountId, kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:{kind}{path}{name}")
}

/// `arn:aws:iam::ACCOUNT:root`
pub(super) fn root(account: &AccountId) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// `arn:aws:sts::ACCOUNT:KIND/...`
pub(super) fn sts(account: &AccountId, rest: &str) -> String {
    format!("arn:aws:sts::{account}:{rest}")
}
