//! Keys for an instance: what EC2 gets for the role of an instance profile.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::account::{Account, stored_number};
use super::arn;
use super::caller::Session;
use super::clock;
use super::fault::Fault;
use super::handlers::Role;
use super::server::{INSTANCE, InstanceKeys, Owner};
use super::session::{Kind, New, issue};
use super::signature;
use crate::policy::{self, DocumentKind, Policy, PolicyKind, PolicySet, Principal, Request};
use crate::secret::Secret;
use crate::value::Value;

/// Seconds that an instance's keys last.
const DURATION: i64 = 6 * 3600;

/// Who assumes the role for an instance.
const SERVICE: &str = "ec2.amazonaws.com";

impl Account {
    /// Keys of the role's session for the one instance that there is.
    ///
    /// # Errors
    /// There is no such role, or its trust policy does not let EC2 assume it.
    pub fn instance_keys(&self, name: &str) -> Result<InstanceKeys, Fault> {
        let role = Role::find(&self.connection, name)?.ok_or_else(|| Fault::not_found("role", name))?;
        let account = stored_number(&self.connection)?;
        let arn = arn::iam(&account, "role", &role.path, &role.name);
        let trust = Policy::read(&arn, PolicyKind::Resource, &role.trust, DocumentKind::Trust);
        let policies = PolicySet { resource: vec![trust.into()], ..PolicySet::default() };
        let principal = Principal::Service { name: SERVICE.to_owned() };
        let mut request = Request::new(principal, "sts:AssumeRole", arn.as_str());
        request.resource_account = Some(account.to_string());
        if !policy::evaluate(&policies, &request).is_allowed() {
            return Err(Fault::access_denied(format!(
                "The trust policy of role {name} does not allow {SERVICE} to assume it."
            )));
        }
        let issued = clock::now();
        let session = Session { issued, expires: issued + DURATION, ..Session::default() };
        let new = New {
            kind: Kind::Role,
            owner: Some(&role.key),
            owner_id: &role.id,
            name: INSTANCE,
            session: &session,
            token_size: 0,
        };
        let keys = issue(&self.connection, new)?;
        let text = |name: &str| keys.get(name).and_then(Value::as_str).unwrap_or_default();
        Ok(InstanceKeys {
            id: text("AccessKeyId").to_owned(),
            secret: Secret::new(text("SecretAccessKey")),
            token: Secret::new(text("SessionToken")),
            issued,
            expires: session.expires,
        })
    }
}

impl Owner for Mutex<Account> {
    fn number(&self) -> Result<String, Fault> {
        Ok(stored_number(&locked(self).connection)?.to_string())
    }

    fn has_role(&self, role: &str) -> Result<bool, Fault> {
        Ok(Role::find(&locked(self).connection, role)?.is_some())
    }

    fn knows(&self, keys: &InstanceKeys) -> Result<bool, Fault> {
        signature::is_known(&locked(self).connection, &keys.id)
    }

    fn make_keys(&self, role: &str) -> Result<InstanceKeys, Fault> {
        locked(self).instance_keys(role)
    }
}

fn locked(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}
