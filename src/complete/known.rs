//! What the tables say of commands, options and settings, in a line each.

use super::Candidate;
use crate::model::Waiter;

/// What a waiter waits for, in a line.
pub(super) fn waiter(waiter: &Waiter) -> String {
    format!("Wait until {}", waiter.command.replace('-', " "))
}

/// Names of settings.
pub(super) fn settings() -> Vec<Candidate> {
    const SETTINGS: &[(&str, &str)] = &[
        ("aws_access_key_id", "The access key's id"),
        ("aws_secret_access_key", "The access key's secret"),
        ("aws_session_token", "The token of temporary keys"),
        ("ca_bundle", "The file of certificates to trust"),
        ("cli_auto_prompt", "Whether to ask for parameters: on, on-partial, off"),
        ("cli_binary_format", "How binary parameters are given"),
        ("cli_error_format", "The format of errors"),
        ("cli_pager", "The program that shows long output"),
        ("cli_timestamp_format", "How times are printed: iso8601, wire"),
        ("credential_process", "A command that prints credentials"),
        ("credential_source", "Where a role's source credentials come from"),
        ("duration_seconds", "How long a role's session lasts"),
        ("endpoint_url", "The endpoint of all services; sandbox: for the embedded account"),
        ("external_id", "The external id of a role"),
        ("max_attempts", "Attempts in all"),
        ("mfa_serial", "The MFA device of a role"),
        ("output", "The format of results"),
        ("region", "The region"),
        ("retry_mode", "standard or adaptive"),
        ("role_arn", "The role to assume"),
        ("role_session_name", "The name of the role's sessions"),
        ("source_profile", "The profile whose credentials assume the role"),
        ("sso_account_id", "The account of single sign-on"),
        ("sso_role_name", "The role of single sign-on"),
        ("sso_session", "The sso-session section"),
        ("web_identity_token_file", "The file with a token of an identity provider"),
    ];
    SETTINGS.iter().map(|(name, help)| Candidate::new(*name, *help)).collect()
}

/// Regions of the AWS partitions.
pub const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-7",
    "aws-global",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];
