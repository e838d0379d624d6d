//! IAM's default quotas, from the IAM User Guide, "IAM and AWS STS quotas". Sizes of documents are in
//! `policy::quota`.

use super::call::Call;
use crate::sandbox::fault::Fault;

pub(super) const USERS: i64 = 5000;
pub(super) const GROUPS: i64 = 300;
pub(super) const ROLES: i64 = 1000;
pub(super) const INSTANCE_PROFILES: i64 = 1000;
pub(super) const POLICIES: i64 = 1500;
pub(super) const SERVER_CERTIFICATES: i64 = 20;
pub(super) const GROUPS_OF_USER: i64 = 10;
pub(super) const ATTACHED_POLICIES: i64 = 10;
pub(super) const POLICY_VERSIONS: i64 = 5;
/// Of all managed policies together.
pub(super) const POLICY_VERSIONS_IN_USE: i64 = 10_000;
pub(super) const ACCESS_KEYS_OF_USER: i64 = 2;
pub(super) const SIGNING_CERTIFICATES_OF_USER: i64 = 2;
pub(super) const SSH_KEYS_OF_USER: i64 = 5;
pub(super) const MFA_DEVICES_OF_USER: i64 = 8;
/// For each service.
pub(super) const SERVICE_CREDENTIALS_OF_USER: i64 = 2;
pub(super) const OIDC_PROVIDERS: i64 = 100;
pub(super) const CLIENTS_OF_OIDC_PROVIDER: usize = 100;
pub(super) const SAML_PROVIDERS: i64 = 100;
pub(super) const KEYS_OF_SAML_PROVIDER: usize = 2;

/// `LimitExceeded` in the service's words, with its name of the quota.
pub(super) fn exceeded(quota: &str, most: impl std::fmt::Display) -> Fault {
    Fault::limit_exceeded(format!("Cannot exceed quota for {quota}: {most}"))
}

/// Checks that a table of the account has room for one more row.
///
/// # Errors
/// It is full.
pub(super) fn room(call: &Call<'_>, table: &str, quota: &str, most: i64) -> Result<(), Fault> {
    let sql = format!("SELECT count(*) FROM \"{table}\"");
    let count: i64 = call.db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    if count >= most { Err(exceeded(quota, most)) } else { Ok(()) }
}

/// Checks that a user has room for one more row of a table. `user` is the user's key, none for the root user.
///
/// # Errors
/// It has as many as it may.
pub(super) fn room_of_user(
    call: &Call<'_>,
    table: &str,
    user: Option<&str>,
    quota: &str,
    most: i64,
) -> Result<(), Fault> {
    let sql = format!("SELECT count(*) FROM {table} WHERE user IS ?1");
    let count: i64 = call.db.prepare_cached(&sql)?.query_row([user], |row| row.get(0))?;
    if count >= most { Err(exceeded(quota, most)) } else { Ok(()) }
}
