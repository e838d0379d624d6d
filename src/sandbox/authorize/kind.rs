//! The kinds of entities that policies can name, and how the store has them.

/// A kind of entity.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Kind {
    /// What ARNs begin their last part with.
    pub(in crate::sandbox) word: &'static str,
    /// What messages call it.
    pub(super) spoken: &'static str,
    /// Its table.
    pub(super) table: &'static str,
    /// The column of the key.
    pub(super) key: &'static str,
    /// Its kind in the table of tags; empty where it has none.
    pub(super) tags: &'static str,
    /// The action that gives it tags.
    pub(super) tag_action: &'static str,
    /// Whether it can have a permissions boundary.
    pub(super) has_boundary: bool,
}

/// A kind that is found by its name.
const fn named(
    word: &'static str,
    spoken: &'static str,
    table: &'static str,
    tag_action: &'static str,
) -> Kind {
    Kind { word, spoken, table, key: "key", tags: word, tag_action, has_boundary: false }
}

/// A kind that is found by its ARN, under this column.
const fn by_arn(
    word: &'static str,
    tags: &'static str,
    table: &'static str,
    key: &'static str,
    tag_action: &'static str,
) -> Kind {
    Kind { word, spoken: word, table, key, tags, tag_action, has_boundary: false }
}

pub(super) static USER: Kind = Kind { has_boundary: true, ..named("user", "user", "user", "iam:TagUser") };
pub(super) static ROLE: Kind = Kind { has_boundary: true, ..named("role", "role", "role", "iam:TagRole") };
pub(super) static GROUP: Kind = Kind { tags: "", ..named("group", "group", "\"group\"", "") };
pub(super) static INSTANCE_PROFILE: Kind =
    named("instance-profile", "instance profile", "instance_profile", "iam:TagInstanceProfile");
pub(super) static SERVER_CERTIFICATE: Kind =
    named("server-certificate", "server certificate", "server_certificate", "iam:TagServerCertificate");
pub(super) static POLICY: Kind = by_arn("policy", "policy", "policy", "arn", "iam:TagPolicy");
pub(super) static MFA: Kind = by_arn("mfa", "mfa", "mfa_device", "serial", "iam:TagMFADevice");
pub(super) static OIDC: Kind =
    by_arn("oidc-provider", "oidc", "oidc_provider", "arn", "iam:TagOpenIDConnectProvider");
pub(super) static SAML: Kind = by_arn("saml-provider", "saml", "saml_provider", "arn", "iam:TagSAMLProvider");
