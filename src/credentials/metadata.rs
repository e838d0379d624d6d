//! Credentials of the instance: the metadata service of the machine.
//!
//! It is asked last, once, and for no longer than a second, because most
//! machines are no instances; no answer is no error.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use http::Method;

use super::chain::Chain;
use super::{expiry, requests};
use crate::client::Reply;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::json;
use crate::percent;
use crate::python;
use crate::value::Value;

/// Where instances find the service unless told otherwise.
const ENDPOINT: &str = "http://169.254.169.254";
const ENDPOINT_IPV6: &str = "http://[fd00:ec2::254]";

/// How much longer credentials count that are over when they come.
const EXTENSION: Duration = Duration::from_secs(20 * 60);

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const ZONE: &str = "/latest/meta-data/placement/availability-zone/";

/// The credentials of the instance's role; none where nobody answers as expected.
pub(super) async fn credentials(chain: &Chain<'_>) -> Result<Option<Credentials>> {
    let config = chain.config;
    if config.metadata_disabled() {
        return Ok(None);
    }
    let service = Service::new(chain).map_err(Error::deferred)?;
    if service.limit.is_zero() && service.attempts > 0 {
        return Err(Error::general(
            "An HTTP Client raised an unhandled exception: Attempted to set connect timeout to 0, but the timeout \
             cannot be set to a value less than or equal to 0.",
        ));
    }
    let Some(token) = service.key(config).await? else { return Ok(None) };
    let Some(role) = service.get(ROLES, token.as_deref()).await else { return Ok(None) };
    let role = percent::encode_path(&role.replace(['\r', '\n', '\t'], ""));
    let Some(document) = service.get(&format!("{ROLES}{role}"), token.as_deref()).await else {
        return Ok(None);
    };
    Ok(read(&document))
}

/// The region of the instance: its zone without the letter at its end. None where nobody answers.
pub(super) async fn region(chain: &Chain<'_>) -> Result<Option<String>> {
    if chain.config.metadata_disabled() {
        return Ok(None);
    }
    let service = Service::new(chain)?;
    let Some(token) = service.key(chain.config).await? else { return Ok(None) };
    let zone = service.get(ZONE, token.as_deref()).await;
    Ok(zone.map(|zone| zone.trim_end_matches(|c: char| c.is_ascii_alphabetic()).to_owned()))
}

fn read(document: &str) -> Option<Credentials> {
    let Ok(Value::Map(document)) = json::read(document) else { return None };
    let member = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
    // The service hands out again what it cannot renew, so an end in the past is put off.
    let now = SystemTime::now();
    let end = expiry::parse(&member("Expiration")?).ok()?;
    let end = if end < now { expiry::parse(&expiry::zulu(now + EXTENSION)).ok()? } else { end };
    Some(Credentials::new(
        member("AccessKeyId")?,
        member("SecretAccessKey")?,
        Some(member("Token")?),
        Some(end),
        "iam-role",
    ))
}

struct Service<'a> {
    chain: &'a Chain<'a>,
    endpoint: String,
    limit: Duration,
    attempts: u64,
}

/// What became of the question for a token.
enum Token {
    Given(String),
    /// Somebody answers, but not with a token.
    Unknown,
    /// Nobody answers.
    Nobody,
}

impl<'a> Service<'a> {
    fn new(chain: &'a Chain<'a>) -> Result<Self> {
        let config = chain.config;
        let number = |variable, key| number(config, variable, key);
        let limit = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        Ok(Service {
            chain,
            endpoint: endpoint(config)?,
            limit: Duration::from_secs(limit),
            attempts: number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")?,
        })
    }

    /// What later questions are asked with, none for an older service; nothing where nobody answers.
    async fn key(&self, config: &Config) -> Result<Option<Option<String>>> {
        match self.token().await {
            Token::Given(token) => Ok(Some(Some(token))),
            // An older service knows no tokens.
            Token::Unknown if !v1_disabled(config) => Ok(Some(None)),
            Token::Unknown => Err(Error::general(
                "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has \
                 been disabled",
            )),
            Token::Nobody => Ok(None),
        }
    }

    async fn token(&self) -> Token {
        let headers = [("x-aws-ec2-metadata-token-ttl-seconds", "21600")];
        let is_answer = |reply: &Reply| matches!(reply.status, 200 | 400 | 403 | 404 | 405);
        match self.ask(Method::PUT, "/latest/api/token", &headers, is_answer).await {
            Some(reply) if reply.status == 200 => Token::Given(requests::text(&reply)),
            // The question itself was wrong; there is no use in others.
            Some(reply) if reply.status == 400 => Token::Nobody,
            Some(_) => Token::Unknown,
            None => Token::Nobody,
        }
    }

    /// A text that is there, and not empty.
    async fn get(&self, path: &str, token: Option<&str>) -> Option<String> {
        let headers: Vec<_> = token.map(|token| ("x-aws-ec2-metadata-token", token)).into_iter().collect();
        let is_answer = |reply: &Reply| reply.status == 200 && !reply.body.is_empty();
        let reply = self.ask(Method::GET, path, &headers, is_answer).await?;
        is_answer(&reply).then(|| requests::text(&reply))
    }

    /// The first reply that answers; where none does, the last one.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        is_answer: impl Fn(&Reply) -> bool,
    ) -> Option<Reply> {
        let url = format!("{}{path}", self.endpoint);
        let mut last = None;
        for _ in 0..self.attempts {
            let request = requests::send(self.chain.transport, method.clone(), &url, headers, String::new());
            if let Ok(Ok(reply)) = tokio::time::timeout(self.limit, request).await {
                if is_answer(&reply) {
                    return Some(reply);
                }
                last = Some(reply);
            }
        }
        last
    }
}

fn v1_disabled(config: &Config) -> bool {
    let set = setting(config, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled");
    set.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// `AWS_EC2_METADATA_SERVICE_ENDPOINT` or its key, else by the endpoint mode. Without a final slash.
fn endpoint(config: &Config) -> Result<String> {
    let given = setting(config, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    let mode =
        setting(config, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    let is_v6 = match &mode {
        Some(mode) if mode.eq_ignore_ascii_case("ipv6") => true,
        Some(mode) if !mode.eq_ignore_ascii_case("ipv4") => {
            return Err(Error::general(format!(
                "Invalid EC2 Instance Metadata endpoint mode: {mode} Valid endpoint modes (case-insensitive): \
                 ('ipv4', 'ipv6')."
            )));
        }
        _ => config.key("imds_use_ipv6").is_some_and(|value| value.eq_ignore_ascii_case("true")),
    };
    let default = if is_v6 { ENDPOINT_IPV6 } else { ENDPOINT };
    let endpoint = given.unwrap_or_else(|| default.to_owned());
    Ok(endpoint.trim_end_matches('/').to_owned())
}

fn setting(config: &Config, variable: &str, key: &str) -> Option<String> {
    config.env.filled(variable).or_else(|| config.key(key).map(str::to_owned))
}

/// A small number, 1 where none is given. One below zero counts as none.
fn number(config: &Config, variable: &str, key: &str) -> Result<u64> {
    let Some(text) = config.env.get(variable).or_else(|| config.key(key).map(str::to_owned)) else {
        return Ok(1);
    };
    let digits = python::int(&text).map_err(|error| Error::general(error.to_string()))?;
    Ok(if digits.starts_with('-') { 0 } else { digits.parse().unwrap_or(u64::from(u32::MAX)) })
}
