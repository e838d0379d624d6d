//! What a command needs to act for somebody: a transport, credentials, a client of STS.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;

use crate::call::Caller;
use crate::client::{Client, HttpSettings, HttpTransport, Settings, Transport, Trust};
use crate::commands::Context;
use crate::config::{self, Config};
use crate::credentials::{self, Found};
use crate::error::{Error, Kind, Result};
use crate::model;
use crate::params;
use crate::reply;
use crate::value::Map;

/// The credentials of the profile, or none.
pub(super) fn credentials(context: &Context<'_>, config: &Config) -> Result<Option<Found>> {
    let transport = transport(context, config)?;
    block_on(credentials::resolve(config, &transport))
}

/// Waits for the work's end, or for Ctrl-C.
pub(in crate::commands) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::general(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(async {
        tokio::select! {
            outcome = work => outcome,
            _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "")),
        }
    })
}

/// Calls an operation of STS.
pub(super) fn sts(
    context: &Context<'_>,
    config: &Config,
    operation: &str,
    input: Map,
    provider: SharedCredentialsProvider,
) -> Result<Map> {
    let service = model::service("sts").ok_or_else(|| Error::general("there is no sts"))?;
    let operation =
        service.operation(operation).ok_or_else(|| Error::general("there is no such operation"))?;
    let endpoint_url = config.endpoint_url(service.id)?;
    let region = match (config.region(), &endpoint_url) {
        (Some(region), _) => region,
        (None, None) => "aws-global".into(),
        (None, Some(_)) => {
            return Err(Error::new(
                Kind::NoRegion,
                format!(
                    "You must specify a region. You can also configure your region by running \"{} configure\".",
                    context.program
                ),
            ));
        }
    };
    config::check_region(&region)?;
    if let Some(url) = &endpoint_url {
        config::check_endpoint(url)?;
    }
    let retry = config.retry()?;
    params::validate(operation, &input)?;
    let settings = Settings {
        region: Some(region),
        endpoint_url,
        use_fips: config.use_fips(),
        use_dual_stack: config.use_dual_stack(),
        retry: retry.clone(),
        credentials: Some(provider),
        error_code: reply::code,
    };
    let client = Client::new(service, &settings, transport(context, config)?);
    let caller = Caller { client, times: config.timestamp_format()?, retry };
    block_on(caller.call(operation, input))
}

pub(in crate::commands) fn transport(context: &Context<'_>, config: &Config) -> Result<Arc<dyn Transport>> {
    let globals = context.globals;
    let trust = match globals.no_verify_ssl {
        true => Trust::All,
        false => config.ca_bundle().map_or(Trust::Roots, Trust::Bundle),
    };
    let settings = HttpSettings {
        connect_timeout: limit(globals.cli_connect_timeout),
        read_timeout: limit(globals.cli_read_timeout),
        trust,
    };
    Ok(Arc::new(HttpTransport::new(settings)))
}

/// A timeout in seconds: 60 unless given, 0 for ever.
fn limit(seconds: Option<i64>) -> Option<Duration> {
    match u64::try_from(seconds.unwrap_or(60)) {
        Ok(0) => None,
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(Duration::from_secs(60)),
    }
}
