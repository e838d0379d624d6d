//! What the calls of a run are made with: the transport and the client's
//! settings, out of the line and the configuration, checked as the reference
//! checks them.
//!
//! `sandbox:NAME` as an endpoint is an account of this program: the SDK gets a
//! host that cannot exist, and the transport answers for it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::Globals;
use crate::client::{HttpSettings, HttpTransport, Reply, Settings, Transport, Trust};
use crate::config::{self, Config, Variant};
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::model::Service;
use crate::reply;
use crate::sandbox::{self, Name, SandboxTransport};

/// The transport over HTTP. Nothing is connected or read before the first request.
pub fn transport(globals: &Globals, config: &Config) -> Result<Arc<dyn Transport>> {
    let trust = match globals.no_verify_ssl {
        true => Trust::All,
        false => config.ca_bundle().map_or(Trust::Roots, Trust::Bundle),
    };
    let http = HttpTransport::new(HttpSettings {
        connect_timeout: limit("connect", globals.cli_connect_timeout)?,
        read_timeout: limit("read", globals.cli_read_timeout)?,
        trust,
    });
    Ok(Arc::new(SandboxTransport::new(config.accounts().clone(), Arc::new(http))))
}

/// The settings of a service's client, without credentials.
pub fn settings(
    config: &Config,
    service: &Service,
    region: Option<String>,
    endpoint_url: Option<String>,
) -> Result<Settings> {
    let is_sandbox = endpoint_url.as_deref().is_some_and(is_sandbox);
    let given = endpoint_url.map(|url| address(&url)).transpose()?;
    region.as_deref().map_or(Ok(()), config::check_region)?;
    let retry = config.retry()?;
    given.as_deref().map_or(Ok(()), config::check_endpoint)?;
    config.check_ca_bundle()?;
    let given = given.map(|url| url.trim_start_matches(|c| c <= ' ').to_owned());
    let (region, is_fips_region) = region.as_deref().map(config::without_fips).unzip();
    // An endpoint that was given is taken as it is.
    let mut variant = Variant::default();
    let mut endpoint_url = given;
    if endpoint_url.is_none() {
        variant.fips = config.use_fips() || is_fips_region == Some(true);
        variant.dual_stack = config.use_dual_stack();
        if let Some(region) = &region {
            endpoint_url = config::modeled_endpoint(service.name, region, variant)?;
        }
        if endpoint_url.is_some() {
            variant = Variant::default();
        }
    }
    Ok(Settings {
        region,
        endpoint_url,
        use_fips: variant.fips,
        use_dual_stack: variant.dual_stack,
        retry,
        credentials: None,
        error_code: if is_sandbox { code_of_sandbox } else { reply::code },
    })
}

/// The code of an account of this program, for the retry rules; none where the account failed: it has waited for
/// others by itself, and what is wrong with its file will be wrong in a second.
fn code_of_sandbox(reply: &Reply) -> Option<String> {
    if reply.status == 500 { None } else { reply::code(reply) }
}

/// The region where nothing names one: both services have a global endpoint, signed for us-east-1; another
/// endpoint needs a region.
pub fn without_region(endpoint_url: Option<&str>) -> Result<String> {
    match endpoint_url {
        None => Ok("aws-global".into()),
        Some(url) if is_sandbox(url) => Ok(config::SANDBOX_REGION.into()),
        Some(_) => Err(Error::new(
            Kind::NoRegion,
            format!(
                "You must specify a region. You can also configure your region by running \"{} configure\".",
                env::program_name()
            ),
        )),
    }
}

/// Whether an endpoint is an account of this program.
pub fn is_sandbox(endpoint_url: &str) -> bool {
    Name::of_word(endpoint_url).is_some()
}

/// The URL of an endpoint; an account of this program gets one of its own.
fn address(endpoint_url: &str) -> Result<String> {
    match Name::of_word(endpoint_url) {
        None => Ok(endpoint_url.to_owned()),
        Some(Ok(name)) => Ok(format!("http://{}/", sandbox::host_of(&name))),
        Some(Err(wrong)) => Err(Error::general(wrong)),
    }
}

/// Waits for the work's end, or for Ctrl-C.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
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

/// A timeout in seconds: 60 unless given, 0 for ever.
fn limit(name: &str, seconds: Option<i64>) -> Result<Option<Duration>> {
    match u64::try_from(seconds.unwrap_or(60)) {
        Ok(0) => Ok(None),
        Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
        Err(_) => Err(Error::general(format!(
            "Attempted to set {name} timeout to {}, but the timeout cannot be set to a value less than or equal to 0.",
            seconds.unwrap_or_default()
        ))),
    }
}
