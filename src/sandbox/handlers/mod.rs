//! The operations, one file for each kind of resource.
//!
//! A handler gets members that have been decoded and validated by the model,
//! from a caller who is allowed to call, inside a transaction. It says what AWS
//! says, counts what it reports from the store, and makes nothing up. What is
//! in no table answers that the sandbox does not support it.

mod access_keys;
mod account_details;
mod account_settings;
mod account_summary;
mod attachments;
mod boundaries;
mod call;
mod credential_report;
mod documents;
mod groups;
mod holder;
mod inline_policies;
mod instance_profiles;
mod last_accessed;
mod login_profiles;
mod mfa_devices;
mod oidc_providers;
mod owner;
mod page;
mod password_policy;
mod policies;
mod policy_services;
mod policy_usage;
mod policy_versions;
mod quotas;
mod roles;
mod saml_providers;
mod server_certificates;
mod service_credentials;
pub(super) mod service_linked_roles;
#[cfg(test)]
pub(super) mod signer;
mod signing_certificates;
mod simulate;
mod ssh_keys;
mod status;
mod sts;
pub(super) mod tags;
#[cfg(test)]
pub(super) mod testing;
mod trusted_principals;
mod users;

use crate::model::OperationId;
use crate::model::iam::Id;
use crate::sandbox::fault::Fault;
use crate::value::Map;

pub(super) use call::{Call, key};
pub(super) use password_policy::grant as password_grant;
pub(super) use roles::Role;
#[cfg(test)]
pub(super) use testing::Bench;

/// What performs an operation.
pub(super) type Handler = fn(&Call<'_>) -> Result<Map, Fault>;

/// An operation that the sandbox performs.
#[derive(Debug)]
pub(super) struct Entry {
    operation: OperationId,
    /// Whether it changes the store.
    pub(super) writes: bool,
    /// What performs it.
    pub(super) run: Handler,
}

/// An operation of IAM that only looks.
const fn reads(operation: Id, run: Handler) -> Entry {
    Entry { operation: OperationId::Iam(operation), writes: false, run }
}

/// An operation of IAM that changes the store.
const fn writes(operation: Id, run: Handler) -> Entry {
    Entry { operation: OperationId::Iam(operation), writes: true, run }
}

/// The tables of all files.
static TABLES: &[&[Entry]] = &[
    users::HANDLERS,
    groups::HANDLERS,
    roles::HANDLERS,
    instance_profiles::HANDLERS,
    policies::HANDLERS,
    policy_versions::HANDLERS,
    policy_usage::HANDLERS,
    attachments::HANDLERS,
    inline_policies::HANDLERS,
    boundaries::HANDLERS,
    policy_services::HANDLERS,
    service_linked_roles::HANDLERS,
    account_details::HANDLERS,
    account_summary::HANDLERS,
    simulate::HANDLERS,
    sts::HANDLERS,
    access_keys::HANDLERS,
    account_settings::HANDLERS,
    credential_report::HANDLERS,
    last_accessed::HANDLERS,
    login_profiles::HANDLERS,
    mfa_devices::HANDLERS,
    oidc_providers::HANDLERS,
    password_policy::HANDLERS,
    saml_providers::HANDLERS,
    server_certificates::HANDLERS,
    service_credentials::HANDLERS,
    signing_certificates::HANDLERS,
    ssh_keys::HANDLERS,
];

/// What performs this operation; none where the sandbox does not.
pub(super) fn find(operation: OperationId) -> Option<&'static Entry> {
    TABLES.iter().flat_map(|table| table.iter()).find(|entry| entry.operation == operation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SERVICES;

    /// What the sandbox does not do, with the reason.
    const NOT_DONE: &[(&str, &str)] = &[
        ("AcceptDelegationRequest", "partners"),
        ("AcquireRole", "partners' role templates"),
        ("AssociateDelegationRequest", "partners"),
        ("AssumeRoot", "organizations"),
        ("CreateDelegationRequest", "partners"),
        ("DisableOrganizationsRootCredentialsManagement", "organizations"),
        ("DisableOrganizationsRootSessions", "organizations"),
        ("EnableOrganizationsRootCredentialsManagement", "organizations"),
        ("EnableOrganizationsRootSessions", "organizations"),
        ("GenerateOrganizationsAccessReport", "organizations"),
        ("GetDelegatedAccessToken", "partners"),
        ("GetDelegationRequest", "partners"),
        ("GetHumanReadableSummary", "partners"),
        ("GetOrganizationsAccessReport", "organizations"),
        ("GetRoleTemplateVersion", "partners' role templates"),
        ("GetWebIdentityToken", "tokens for others, whose keys AWS publishes"),
        ("ListDelegationRequests", "partners"),
        ("ListOrganizationsFeatures", "organizations"),
        ("RejectDelegationRequest", "partners"),
        ("SendDelegationToken", "partners"),
        ("UpdateDelegationRequest", "partners"),
    ];

    #[test]
    fn every_operation_is_done_once_or_is_known_not_to_be() {
        for operation in SERVICES.iter().flat_map(|service| service.operations) {
            let entries = TABLES.iter().flat_map(|table| table.iter());
            let count = entries.filter(|entry| entry.operation == operation.id).count();
            let known = NOT_DONE.iter().any(|(name, _)| *name == operation.name);
            assert_eq!(count, usize::from(!known), "{}", operation.name);
        }
    }
}
