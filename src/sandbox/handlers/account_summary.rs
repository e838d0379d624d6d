//! The numbers of the account: what there is of each kind, and the quotas.

use super::account_settings::TOKEN_VERSION;
use super::call::Call;
use super::{Entry, quotas, reads};
use crate::model::iam::Id;
use crate::policy::quota;
use crate::sandbox::account;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[reads(Id::GetAccountSummary, get)];

/// What is counted. The root user of the sandbox has neither password nor signing certificates, and its MFA device
/// is that of the user with the empty name.
const COUNTS: &[(&str, &str)] = &[
    ("Users", "SELECT count(*) FROM user"),
    ("Groups", "SELECT count(*) FROM \"group\""),
    ("Roles", "SELECT count(*) FROM role"),
    ("InstanceProfiles", "SELECT count(*) FROM instance_profile"),
    ("Policies", "SELECT count(*) FROM policy"),
    ("PolicyVersionsInUse", "SELECT count(*) FROM policy_version"),
    ("ServerCertificates", "SELECT count(*) FROM server_certificate"),
    ("Providers", "SELECT (SELECT count(*) FROM oidc_provider) + (SELECT count(*) FROM saml_provider)"),
    ("MFADevices", "SELECT count(*) FROM mfa_device"),
    ("MFADevicesInUse", "SELECT count(*) FROM mfa_device WHERE user NOT NULL"),
    ("AccountMFAEnabled", "SELECT EXISTS (SELECT 1 FROM mfa_device WHERE user = '')"),
    ("AccountAccessKeysPresent", "SELECT EXISTS (SELECT 1 FROM access_key WHERE user IS NULL)"),
    ("AccountPasswordPresent", "SELECT EXISTS (SELECT 1 FROM login_profile WHERE user = '')"),
    (
        "AccountSigningCertificatesPresent",
        "SELECT EXISTS (SELECT 1 FROM signing_certificate WHERE user = '')",
    ),
];

const QUOTAS: &[(&str, i64)] = &[
    ("UsersQuota", quotas::USERS),
    ("GroupsQuota", quotas::GROUPS),
    ("RolesQuota", quotas::ROLES),
    ("InstanceProfilesQuota", quotas::INSTANCE_PROFILES),
    ("PoliciesQuota", quotas::POLICIES),
    ("PolicyVersionsInUseQuota", quotas::POLICY_VERSIONS_IN_USE),
    ("ServerCertificatesQuota", quotas::SERVER_CERTIFICATES),
    ("GroupsPerUserQuota", quotas::GROUPS_OF_USER),
    ("AttachedPoliciesPerUserQuota", quotas::ATTACHED_POLICIES),
    ("AttachedPoliciesPerGroupQuota", quotas::ATTACHED_POLICIES),
    ("AttachedPoliciesPerRoleQuota", quotas::ATTACHED_POLICIES),
    ("VersionsPerPolicyQuota", quotas::POLICY_VERSIONS),
    ("AccessKeysPerUserQuota", quotas::ACCESS_KEYS_OF_USER),
    ("SigningCertificatesPerUserQuota", quotas::SIGNING_CERTIFICATES_OF_USER),
];

const SIZES: &[(&str, usize)] = &[
    ("UserPolicySizeQuota", quota::USER_INLINE),
    ("GroupPolicySizeQuota", quota::GROUP_INLINE),
    ("RolePolicySizeQuota", quota::ROLE_INLINE),
    ("PolicySizeQuota", quota::MANAGED),
    ("AssumeRolePolicySizeQuota", quota::TRUST),
];

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let mut map = Map::new();
    for (name, query) in COUNTS {
        let count = call.db.prepare_cached(query)?.query_row([], |row| row.get(0))?;
        map.insert((*name).into(), Value::Int(count));
    }
    map.extend(QUOTAS.iter().map(|(name, most)| ((*name).into(), Value::Int(*most))));
    let size = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    map.extend(SIZES.iter().map(|(name, most)| ((*name).into(), Value::Int(size(*most)))));
    let version = if account::setting(call.db, TOKEN_VERSION)?.as_deref() == Some("v2Token") { 2 } else { 1 };
    map.insert("GlobalEndpointTokenVersion".into(), Value::Int(version));
    Ok(Map::from([("SummaryMap".into(), map.into())]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, TRUST, texts};
    use crate::model::Kind;

    fn number(reply: &str, name: &str) -> i64 {
        let rest = reply.split(&format!("<key>{name}</key>")).nth(1).unwrap_or_else(|| panic!("{name}"));
        texts(rest, "value")[0].parse().unwrap()
    }

    #[test]
    fn every_number_of_the_model_is_told() {
        let reply = Bench::new().ok("GetAccountSummary", "");
        let operation = crate::model::service("iam").unwrap().operation("get-account-summary").unwrap();
        let Kind::Map { key, .. } = &operation.output.unwrap().members[0].shape.kind else {
            panic!("no map")
        };
        let mut told = texts(&reply, "key");
        let mut known: Vec<_> = key.values.iter().map(|name| (*name).to_owned()).collect();
        told.sort();
        known.sort();
        assert_eq!(told, known);
    }

    #[test]
    fn what_there_is_is_counted() {
        let bench = Bench::new();
        let reply = bench.ok("GetAccountSummary", "");
        assert_eq!((number(&reply, "Users"), number(&reply, "AccountAccessKeysPresent")), (0, 1));
        for name in ["a", "b"] {
            bench.ok("CreateUser", &format!("UserName={name}"));
        }
        bench.ok("CreateGroup", "GroupName=g");
        bench.ok("CreateRole", &format!("RoleName=r&AssumeRolePolicyDocument={TRUST}"));
        bench.ok("CreateInstanceProfile", "InstanceProfileName=i");
        let arn = bench.policy("p", "/");
        let document = super::super::testing::ALLOW_ALL;
        bench.ok("CreatePolicyVersion", &format!("PolicyArn={arn}&PolicyDocument={document}"));
        let reply = bench.ok("GetAccountSummary", "");
        for (name, count) in [
            ("Users", 2),
            ("Groups", 1),
            ("Roles", 1),
            ("InstanceProfiles", 1),
            ("Policies", 1),
            ("PolicyVersionsInUse", 2),
            ("MFADevices", 0),
            ("UsersQuota", 5000),
            ("RolePolicySizeQuota", 10_240),
            ("GlobalEndpointTokenVersion", 1),
        ] {
            assert_eq!(number(&reply, name), count, "{name}");
        }
    }
}
