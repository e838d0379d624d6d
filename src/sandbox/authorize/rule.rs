//! Which resource each operation is about.
//!
//! Which action has which type of resource is a fact of the Service
//! Authorization Reference. Two things are not in it, but the service shows
//! them in its messages: lists of entities are about the path prefix that is
//! asked for, and some operations need a second permission.

use super::kind::{GROUP, INSTANCE_PROFILE, Kind, MFA, OIDC, POLICY, ROLE, SAML, SERVER_CERTIFICATE, USER};
use crate::model::iam::Id;

/// How to find the resource of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// IAM defines no resource: `*`.
    Any,
    /// An entity whose name is in a member.
    Named(&'static Kind, &'static str),
    /// An entity whose ARN is in a member.
    Arn(&'static Kind, &'static str),
    /// The user of `UserName`, or else the caller.
    UserOrCaller,
    /// The user of an access key.
    OwnerOfKey,
    /// A user, group or role whose ARN is in a member.
    Identity(&'static str),
    /// An entity that is to be made: its name is in a member, its path in `Path`.
    New(&'static Kind, &'static str),
    /// An OpenID Connect provider that is to be made.
    NewOidc,
    /// A service-linked role that is to be made.
    NewServiceLinkedRole,
    /// The role of a task that deletes it.
    DeletionTask,
    /// Entities below `PathPrefix`.
    List(&'static Kind),
    /// All entities of a kind.
    All(&'static Kind),
}

/// The rule of an operation of IAM.
#[allow(clippy::too_many_lines, reason = "one table")]
pub(super) fn of(id: Id) -> Rule {
    use Id::*;
    match id {
        CreateUser => Rule::New(&USER, "UserName"),
        DeleteUser | UpdateUser | TagUser | UntagUser | ListUserTags | AttachUserPolicy
        | DetachUserPolicy | PutUserPolicy | GetUserPolicy | DeleteUserPolicy | ListUserPolicies
        | ListAttachedUserPolicies | PutUserPermissionsBoundary | DeleteUserPermissionsBoundary
        | ListGroupsForUser | EnableMfaDevice | ResyncMfaDevice | CreateServiceSpecificCredential
        | GetSshPublicKey | UpdateSshPublicKey | DeleteSshPublicKey | UploadSshPublicKey => {
            Rule::Named(&USER, "UserName")
        }
        GetUser | CreateAccessKey | DeleteAccessKey | ListAccessKeys | UpdateAccessKey | CreateLoginProfile
        | GetLoginProfile | UpdateLoginProfile | DeleteLoginProfile | ChangePassword | DeactivateMfaDevice
        | GetMfaDevice | ListMfaDevices | ListSshPublicKeys | ListServiceSpecificCredentials
        | ResetServiceSpecificCredential | UpdateServiceSpecificCredential
        | DeleteServiceSpecificCredential | ListSigningCertificates | UpdateSigningCertificate
        | DeleteSigningCertificate | UploadSigningCertificate => Rule::UserOrCaller,
        GetAccessKeyLastUsed => Rule::OwnerOfKey,
        ListUsers => Rule::List(&USER),

        CreateGroup => Rule::New(&GROUP, "GroupName"),
        GetGroup | UpdateGroup | DeleteGroup | AddUserToGroup | RemoveUserFromGroup | AttachGroupPolicy
        | DetachGroupPolicy | PutGroupPolicy | GetGroupPolicy | DeleteGroupPolicy | ListGroupPolicies
        | ListAttachedGroupPolicies => Rule::Named(&GROUP, "GroupName"),
        ListGroups => Rule::List(&GROUP),

        CreateRole => Rule::New(&ROLE, "RoleName"),
        CreateServiceLinkedRole => Rule::NewServiceLinkedRole,
        GetRole | UpdateRole | UpdateRoleDescription | DeleteRole | DeleteServiceLinkedRole
        | UpdateAssumeRolePolicy | TagRole | UntagRole | ListRoleTags | AttachRolePolicy | DetachRolePolicy
        | PutRolePolicy | GetRolePolicy | DeleteRolePolicy | ListRolePolicies | ListAttachedRolePolicies
        | PutRolePermissionsBoundary | DeleteRolePermissionsBoundary | ListInstanceProfilesForRole => {
            Rule::Named(&ROLE, "RoleName")
        }
        GetServiceLinkedRoleDeletionStatus => Rule::DeletionTask,
        ListRoles => Rule::List(&ROLE),

        CreateInstanceProfile => Rule::New(&INSTANCE_PROFILE, "InstanceProfileName"),
        GetInstanceProfile | DeleteInstanceProfile | AddRoleToInstanceProfile
        | RemoveRoleFromInstanceProfile | TagInstanceProfile | UntagInstanceProfile
        | ListInstanceProfileTags => Rule::Named(&INSTANCE_PROFILE, "InstanceProfileName"),
        ListInstanceProfiles => Rule::List(&INSTANCE_PROFILE),

        CreatePolicy => Rule::New(&POLICY, "PolicyName"),
        GetPolicy | DeletePolicy | CreatePolicyVersion | DeletePolicyVersion | GetPolicyVersion
        | ListPolicyVersions | SetDefaultPolicyVersion | ListEntitiesForPolicy | TagPolicy | UntagPolicy
        | ListPolicyTags => Rule::Arn(&POLICY, "PolicyArn"),
        ListPolicies => Rule::List(&POLICY),

        CreateVirtualMfaDevice => Rule::New(&MFA, "VirtualMFADeviceName"),
        DeleteVirtualMfaDevice | TagMfaDevice | UntagMfaDevice | ListMfaDeviceTags => {
            Rule::Arn(&MFA, "SerialNumber")
        }
        ListVirtualMfaDevices => Rule::List(&MFA),

        CreateOpenIdConnectProvider => Rule::NewOidc,
        GetOpenIdConnectProvider | DeleteOpenIdConnectProvider | AddClientIdToOpenIdConnectProvider
        | RemoveClientIdFromOpenIdConnectProvider | UpdateOpenIdConnectProviderThumbprint
        | TagOpenIdConnectProvider | UntagOpenIdConnectProvider | ListOpenIdConnectProviderTags => {
            Rule::Arn(&OIDC, "OpenIDConnectProviderArn")
        }
        ListOpenIdConnectProviders => Rule::All(&OIDC),

        CreateSamlProvider => Rule::New(&SAML, "Name"),
        GetSamlProvider | UpdateSamlProvider | DeleteSamlProvider | TagSamlProvider | UntagSamlProvider
        | ListSamlProviderTags => Rule::Arn(&SAML, "SAMLProviderArn"),
        ListSamlProviders => Rule::All(&SAML),

        UploadServerCertificate => Rule::New(&SERVER_CERTIFICATE, "ServerCertificateName"),
        GetServerCertificate | UpdateServerCertificate | DeleteServerCertificate | TagServerCertificate
        | UntagServerCertificate | ListServerCertificateTags => {
            Rule::Named(&SERVER_CERTIFICATE, "ServerCertificateName")
        }
        ListServerCertificates => Rule::List(&SERVER_CERTIFICATE),

        SimulatePrincipalPolicy | GetContextKeysForPrincipalPolicy => Rule::Identity("PolicySourceArn"),
        GenerateServiceLastAccessedDetails | ListPoliciesGrantingServiceAccess => Rule::Identity("Arn"),

        CreateAccountAlias | DeleteAccountAlias | ListAccountAliases | GetAccountSummary
        | GetAccountAuthorizationDetails | GetAccountPasswordPolicy | UpdateAccountPasswordPolicy
        | DeleteAccountPasswordPolicy | GenerateCredentialReport | GetCredentialReport
        | GetServiceLastAccessedDetails | GetServiceLastAccessedDetailsWithEntities
        | SetSecurityTokenServicePreferences | SimulateCustomPolicy | GetContextKeysForCustomPolicy
        // The sandbox has none of what these are about.
        | GenerateOrganizationsAccessReport | GetOrganizationsAccessReport | ListOrganizationsFeatures
        | EnableOrganizationsRootCredentialsManagement | DisableOrganizationsRootCredentialsManagement
        | EnableOrganizationsRootSessions | DisableOrganizationsRootSessions
        | EnableOutboundWebIdentityFederation | DisableOutboundWebIdentityFederation
        | GetOutboundWebIdentityFederationInfo | GetAccountProperties | PutAccountProperties
        | AcceptDelegationRequest | AssociateDelegationRequest | CreateDelegationRequest
        | GetDelegationRequest | ListDelegationRequests | RejectDelegationRequest | SendDelegationToken
        | UpdateDelegationRequest | GetHumanReadableSummary | AcquireRole | GetRoleTemplateVersion => Rule::Any,
    }
}
