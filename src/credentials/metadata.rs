//! Credentials of the place where the program runs: a container's endpoint, an
//! instance's metadata service. The SDK's providers ask; we say where and how long.

use std::sync::Arc;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_async::rt::sleep::TokioSleep;

use crate::client::{Transport, plain_http_client};
use crate::config::Config;
use crate::error::{Error, Result};

/// Where instances find the service unless told otherwise.
const METADATA_ENDPOINT: &str = "http://169.254.169.254";
const METADATA_ENDPOINT_IPV6: &str = "http://[fd00:ec2::254]";

fn provider_config(transport: &Arc<dyn Transport>) -> ProviderConfig {
    ProviderConfig::empty()
        .with_http_client(plain_http_client(transport.clone()))
        .with_sleep_impl(TokioSleep::new())
        .with_time_source(aws_smithy_async::time::SystemTimeSource::new())
}

/// Asked only where the environment names the endpoint.
pub(super) async fn container(config: &Config, transport: &Arc<dyn Transport>) -> Result<Option<Credentials>> {
    let variables = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    if !variables.iter().any(|name| config.env.get(name).is_some()) {
        return Ok(None);
    }
    let provider = EcsCredentialsProvider::builder().configure(&provider_config(transport)).build();
    match provider.provide_credentials().await {
        Ok(found) => Ok(Some(found)),
        Err(CredentialsError::CredentialsNotLoaded(_)) => Ok(None),
        Err(error) => Err(Error::general(format!(
            "Error when retrieving credentials from container-role: {}",
            chain(&error)
        ))),
    }
}

/// Asked last, once, and for no longer than a second. No answer is no error: most machines are no instances.
pub(super) async fn instance(config: &Config, transport: &Arc<dyn Transport>) -> Option<Credentials> {
    if config.metadata_disabled() {
        return None;
    }
    let limit = Duration::from_secs(seconds(config, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"));
    let attempts = seconds(config, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts");
    let client = imds::Client::builder()
        .configure(&provider_config(transport))
        .endpoint(endpoint(config))
        .ok()?
        .max_attempts(u32::try_from(attempts).unwrap_or(1))
        .connect_timeout(limit)
        .read_timeout(limit)
        .operation_attempt_timeout(limit)
        .operation_timeout(limit * u32::try_from(attempts).unwrap_or(1))
        .build();
    let provider = ImdsCredentialsProvider::builder()
        .configure(&provider_config(transport))
        .imds_client(client)
        .build();
    let budget = limit * 3 * u32::try_from(attempts).unwrap_or(1);
    tokio::time::timeout(budget, provider.provide_credentials()).await.ok()?.ok()
}

/// `AWS_EC2_METADATA_SERVICE_ENDPOINT` or its key, else by the endpoint mode.
fn endpoint(config: &Config) -> String {
    let of = |variable: &str, key: &str| {
        config.env.filled(variable).or_else(|| config.key(key).map(str::to_owned))
    };
    of("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint").unwrap_or_else(|| {
        let mode = of("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
        let v6 = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6"));
        if v6 { METADATA_ENDPOINT_IPV6 } else { METADATA_ENDPOINT }.to_owned()
    })
}

/// A small positive number; 1 where nothing or nonsense was given.
fn seconds(config: &Config, variable: &str, key: &str) -> u64 {
    let text = config.env.get(variable).or_else(|| config.key(key).map(str::to_owned));
    text.and_then(|text| text.trim().parse().ok()).filter(|number| *number > 0).unwrap_or(1)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
