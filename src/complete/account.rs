//! Names out of the account: users, groups, roles, policies, keys of the user on the line.
//!
//! The account is asked with the line's own profile, region and endpoint, for a
//! second at most, and the answer is kept for a minute.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;

use super::Candidate;
use super::place::Place;
use crate::call::Caller;
use crate::cli::Globals;
use crate::config::{Config, Overrides};
use crate::connection;
use crate::credentials;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::model;
use crate::private_file::{self, Lasting};
use crate::value::{Map, Value};

/// How long a person waits.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long an answer is good for.
const FRESH: Duration = Duration::from_secs(60);

/// Where names of a member come from.
struct Source {
    /// The member's name in a request.
    member: &'static str,
    /// The operation that lists them.
    operation: &'static str,
    /// The list in its reply, and the member of its items; none where the items are the names.
    list: &'static str,
    item: Option<&'static str>,
    /// A member of the line that the listing needs: the user whose keys are listed.
    of: Option<&'static str>,
}

const fn source(
    member: &'static str,
    operation: &'static str,
    list: &'static str,
    item: &'static str,
) -> Source {
    Source { member, operation, list, item: Some(item), of: None }
}

const fn owned(
    member: &'static str,
    operation: &'static str,
    list: &'static str,
    item: &'static str,
    of: &'static str,
) -> Source {
    Source { of: Some(of), ..source(member, operation, list, item) }
}

const fn names_of(
    member: &'static str,
    operation: &'static str,
    list: &'static str,
    of: &'static str,
) -> Source {
    Source { member, operation, list, item: None, of: Some(of) }
}

/// In order: the first whose needs the line meets is asked.
static SOURCES: &[Source] = &[
    source("UserName", "list-users", "Users", "UserName"),
    source("GroupName", "list-groups", "Groups", "GroupName"),
    source("RoleName", "list-roles", "Roles", "RoleName"),
    source("RoleArn", "list-roles", "Roles", "Arn"),
    source("PolicySourceArn", "list-users", "Users", "Arn"),
    source("PolicyArn", "list-policies", "Policies", "Arn"),
    source("PermissionsBoundary", "list-policies", "Policies", "Arn"),
    source("InstanceProfileName", "list-instance-profiles", "InstanceProfiles", "InstanceProfileName"),
    source("OpenIDConnectProviderArn", "list-open-id-connect-providers", "OpenIDConnectProviderList", "Arn"),
    source("SAMLProviderArn", "list-saml-providers", "SAMLProviderList", "Arn"),
    source(
        "ServerCertificateName",
        "list-server-certificates",
        "ServerCertificateMetadataList",
        "ServerCertificateName",
    ),
    owned("AccessKeyId", "list-access-keys", "AccessKeyMetadata", "AccessKeyId", "UserName"),
    owned("CertificateId", "list-signing-certificates", "Certificates", "CertificateId", "UserName"),
    owned("SSHPublicKeyId", "list-ssh-public-keys", "SSHPublicKeys", "SSHPublicKeyId", "UserName"),
    owned(
        "ServiceSpecificCredentialId",
        "list-service-specific-credentials",
        "ServiceSpecificCredentials",
        "ServiceSpecificCredentialId",
        "UserName",
    ),
    owned("SerialNumber", "list-mfa-devices", "MFADevices", "SerialNumber", "UserName"),
    source("SerialNumber", "list-virtual-mfa-devices", "VirtualMFADevices", "SerialNumber"),
    owned("VersionId", "list-policy-versions", "Versions", "VersionId", "PolicyArn"),
    names_of("PolicyName", "list-user-policies", "PolicyNames", "UserName"),
    names_of("PolicyName", "list-group-policies", "PolicyNames", "GroupName"),
    names_of("PolicyName", "list-role-policies", "PolicyNames", "RoleName"),
    owned("TagKeys", "list-user-tags", "Tags", "Key", "UserName"),
    owned("TagKeys", "list-role-tags", "Tags", "Key", "RoleName"),
    owned("TagKeys", "list-policy-tags", "Tags", "Key", "PolicyArn"),
    Source { item: None, ..source("AccountAlias", "list-account-aliases", "AccountAliases", "") },
];

/// The names that an option of an operation can take; none where they cannot be had.
pub(super) fn names(place: &Place, option: &str, words: &[String], env: &Env) -> Vec<Candidate> {
    let Some(operation) = place.operation() else { return Vec::new() };
    let Some(member) = operation.option(option) else { return Vec::new() };
    // What is about to be made has no name yet.
    let made = operation.name.strip_prefix("Create").map(|thing| format!("{thing}Name"));
    if made.as_deref() == Some(member.name) {
        return Vec::new();
    }
    let given = |name: &str| {
        let option = operation.member(name)?.option;
        value_on(words, &format!("--{option}"))
    };
    let usable =
        |source: &&Source| source.member == member.name && source.of.is_none_or(|of| given(of).is_some());
    let Some(source) = SOURCES.iter().find(usable) else { return Vec::new() };
    let mut input = Map::new();
    if let Some((of, name)) = source.of.and_then(|of| Some((of, given(of)?))) {
        input.insert(of.into(), name.into());
    }
    if source.operation == "list-policies" {
        // The account's own; those of AWS are known without asking.
        input.insert("Scope".into(), "Local".into());
    }
    let question = Question { source, input, words, env };
    let mut found: Vec<Candidate> = question.names().into_iter().map(Candidate::plain).collect();
    if source.operation == "list-policies" && operation.name.starts_with("Attach") {
        found.extend(crate::sandbox::managed_arns().map(Candidate::plain));
    }
    found
}

/// The value of an option of the line.
fn value_on(words: &[String], option: &str) -> Option<String> {
    let at = words.iter().position(|word| word == option);
    let behind = at.and_then(|at| words.get(at + 1)).filter(|word| !word.starts_with("--"));
    let joined =
        || words.iter().find_map(|word| word.strip_prefix(option)?.strip_prefix('=').map(str::to_owned));
    behind.cloned().or_else(joined)
}

/// What the account is asked.
struct Question<'q> {
    source: &'q Source,
    input: Map,
    words: &'q [String],
    env: &'q Env,
}

impl Question<'_> {
    fn names(&self) -> Vec<String> {
        let kept = self.path();
        if let Some(names) = kept.as_ref().and_then(fresh) {
            return names;
        }
        let Ok(names) = self.ask() else { return Vec::new() };
        if let Some(path) = kept {
            let _ = keep(&path, &names);
        }
        names
    }

    /// Where the answer is kept: a name of its own for each question and each one who asks.
    fn path(&self) -> Option<PathBuf> {
        let cache = self.env.filled("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| self.env.home().map(|home| home.join(".cache")))?;
        let mut text = String::new();
        crate::json::write(&mut text, &self.input.clone().into(), crate::json::Style::COMPACT);
        let option = |name: &str| value_on(self.words, name).unwrap_or_default();
        let variable = |name: &str| self.env.get(name).unwrap_or_default();
        let parts = [
            self.source.operation.to_owned(),
            self.source.list.to_owned() + self.source.item.unwrap_or_default(),
            text,
            option("--profile"),
            option("--region"),
            option("--endpoint-url"),
            variable("AWS_PROFILE"),
            variable("AWS_ACCESS_KEY_ID"),
            variable("AWS_ENDPOINT_URL"),
            variable("AWS_ENDPOINT_URL_IAM"),
            variable("AWS_CONFIG_FILE"),
            variable("AWS_SHARED_CREDENTIALS_FILE"),
            variable("IAMCTL_SANDBOX_DIR"),
        ];
        let digest = ring::digest::digest(&ring::digest::SHA256, parts.join("\n").as_bytes());
        let name: String = digest.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(cache.join("iamctl").join("complete").join(name))
    }

    fn ask(&self) -> Result<Vec<String>> {
        let option = |name: &str| value_on(self.words, name);
        let overrides = Overrides {
            profile: option("--profile"),
            region: option("--region"),
            endpoint_url: option("--endpoint-url"),
            ca_bundle: option("--ca-bundle"),
            ..Overrides::default()
        };
        let config = Config::load(self.env.clone(), overrides)?;
        let globals = Globals {
            no_verify_ssl: self.words.iter().any(|word| word == "--no-verify-ssl"),
            ..Globals::default()
        };
        let service = model::service("iam").ok_or_else(|| Error::general("there is no IAM"))?;
        let operation = service
            .operation(self.source.operation)
            .ok_or_else(|| Error::general("there is no such operation"))?;
        let endpoint_url = config.endpoint_url(service.id)?;
        let region = match config.region() {
            Some(region) => region,
            None => connection::without_region(endpoint_url.as_deref())?,
        };
        let mut settings = connection::settings(&config, service, Some(region), endpoint_url)?;
        settings.retry = RetryConfig::disabled();
        let transport = connection::transport(&globals, &config)?;
        connection::block_on(async {
            let work = async {
                let found = credentials::resolve_quietly(&config, &transport).await?;
                let (found, _) = found.ok_or_else(|| Error::general("there are no credentials"))?;
                settings.credentials = Some(found);
                let caller = Caller::new(service, &settings, transport.clone(), config.timestamp_format()?)?;
                let mut input = self.input.clone();
                if operation.member("MaxItems").is_some() {
                    input.insert("MaxItems".into(), Value::Int(1000));
                }
                caller.call(operation, input).await
            };
            let reply = tokio::time::timeout(PATIENCE, work).await;
            Ok(self.read(&reply.map_err(|_| Error::general("it took too long"))??))
        })
    }

    fn read(&self, reply: &Map) -> Vec<String> {
        let items = reply.get(self.source.list).and_then(Value::as_list).unwrap_or_default();
        let name = |item: &Value| match self.source.item {
            Some(member) => item.get(member).and_then(Value::as_str).map(str::to_owned),
            None => item.as_str().map(str::to_owned),
        };
        items.iter().filter_map(name).collect()
    }
}

/// The names of a file that is fresh.
fn fresh(path: &PathBuf) -> Option<Vec<String>> {
    let age = fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()?;
    let text = (age < FRESH).then(|| fs::read_to_string(path).ok())??;
    Some(text.lines().map(str::to_owned).collect())
}

/// Keeps an answer, for this user alone.
fn keep(path: &Path, names: &[String]) -> std::io::Result<()> {
    private_file::make_folder(path.parent().ok_or(std::io::ErrorKind::NotFound)?)?;
    let text: String = names.iter().flat_map(|name| [name, "\n"]).collect();
    private_file::replace(path, text.as_bytes(), Lasting::Cached)
}
