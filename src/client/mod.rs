//! The SDK's clients, set up in one place.
//!
//! Every SDK object is made by [`Client::new`], always with our transport under
//! it: without one the SDK panics, and its own would bring another crypto
//! library along. Nothing here knows where settings and credentials come from.

mod capture;
mod connect;
mod endpoint;
mod exchange;
mod http;
mod proxies;
mod resolve;
pub mod retry;
mod tls;
mod transport;

use std::sync::Arc;

use aws_config::identity::IdentityCache;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::endpoint::SharedEndpointResolver;
use aws_smithy_types::retry::RetryConfig;

pub use exchange::Exchange;
pub use http::{HttpSettings, HttpTransport};
pub use tls::Trust;
pub use transport::{Direct, Reply, Sending, Transport, TransportError};

use crate::model::{OperationId, Service};
use crate::percent;

/// What a client is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where requests are signed for; an empty text is a region too.
    pub region: Option<String>,
    /// The endpoint, where it is not the service's own: a URL with a host.
    pub endpoint_url: Option<String>,
    /// FIPS endpoints.
    pub use_fips: bool,
    /// Dual-stack endpoints.
    pub use_dual_stack: bool,
    /// Attempts in all and their pace.
    pub retry: RetryConfig,
    /// Whose requests they are; none leaves them unsigned.
    pub credentials: Option<Credentials>,
    /// Reads the code of an error reply, for the retry rules.
    pub error_code: retry::ErrorCode,
}

/// An SDK client and what it says and hears.
#[derive(Debug)]
pub struct Client {
    /// The SDK's object.
    pub sdk: Sdk,
    /// The call under way, or the last one.
    pub exchange: Exchange,
}

/// The SDK's object for one of the services.
#[derive(Debug)]
pub enum Sdk {
    /// For IAM.
    Iam(aws_sdk_iam::Client),
    /// For STS.
    Sts(aws_sdk_sts::Client),
}

/// What both services' clients share, in the SDK's own type for it. Nothing is loaded from anywhere.
fn shared(settings: &Settings, transport: Arc<dyn Transport>, exchange: &Exchange) -> SdkConfig {
    // The empty region is one here and none there; see `EmptyRegion`.
    let region =
        settings.region.as_deref().map(|region| if region.is_empty() { "us-east-1" } else { region });
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(capture::Capture { transport, exchange: exchange.clone() })
        .retry_config(settings.retry.clone())
        .sleep_impl(TokioSleep::new())
        .identity_cache(IdentityCache::no_cache())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .disable_clock_skew_correction(true)
        .use_fips(settings.use_fips)
        .use_dual_stack(settings.use_dual_stack)
        .region(region.map(|region| Region::new(region.to_owned())));
    config.set_credentials_provider(settings.credentials.clone().map(SharedCredentialsProvider::new));
    config.build()
}

/// A service's client; each SDK crate has a type of its own for the same configuration.
macro_rules! sdk {
    ($sdk:ident, $signing_name:expr, $settings:expr, $shared:expr, $exchange:expr) => {{
        let settings: &Settings = $settings;
        let (origin, address) = settings.endpoint_url.as_deref().map(split).unzip();
        let mut config = $sdk::config::Builder::from(&$shared)
            .interceptor(endpoint::WireForm { address, exchange: $exchange.clone() })
            .retry_classifier(retry::ReferenceRules {
                exchange: $exchange.clone(),
                code: settings.error_code,
                marked: retry::marked($signing_name),
            });
        match origin {
            Some(origin) if settings.region.as_deref() == Some("") => {
                let resolver = endpoint::EmptyRegion { origin, signing_name: $signing_name };
                config.set_endpoint_resolver(Some(SharedEndpointResolver::new(resolver)));
            }
            origin => {
                config.set_endpoint_url(origin);
            }
        }
        if settings.credentials.is_none() {
            config.set_allow_no_auth();
        }
        $sdk::Client::from_conf(config.build())
    }};
}

impl Client {
    /// A client of `service`.
    pub fn new(service: &Service, settings: &Settings, transport: Arc<dyn Transport>) -> Client {
        let exchange = Exchange::default();
        let shared = shared(settings, transport, &exchange);
        let of_iam =
            service.operations.first().is_some_and(|operation| matches!(operation.id, OperationId::Iam(_)));
        let sdk = if of_iam {
            Sdk::Iam(sdk!(aws_sdk_iam, service.name, settings, shared, exchange))
        } else {
            Sdk::Sts(sdk!(aws_sdk_sts, service.name, settings, shared, exchange))
        };
        Client { sdk, exchange }
    }
}

/// The scheme and host of a URL, and the URL with at least `/` for a path.
fn split(url: &str) -> (String, String) {
    let start = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(start..).unwrap_or_default();
    match rest.find(['/', '?', '#']) {
        None => (url.to_owned(), format!("{url}/")),
        Some(end) => {
            let (origin, path) = url.split_at(start + end);
            let path = path.split_once('#').map_or(path, |(path, _)| path);
            let path = path.strip_suffix('?').unwrap_or(path);
            let slash = if path.starts_with('/') { "" } else { "/" };
            (origin.to_owned(), format!("{origin}{slash}{}", percent::encode_path(path)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_endpoint_is_split_into_its_origin_and_the_address_as_given() {
        for (url, origin, address) in [
            ("http://h:1", "http://h:1", "http://h:1/"),
            ("http://h:1/", "http://h:1", "http://h:1/"),
            ("http://h/some/path/", "http://h", "http://h/some/path/"),
            ("http://h/some/path", "http://h", "http://h/some/path"),
            ("http://h/?", "http://h", "http://h/"),
            ("http://h?x=1", "http://h", "http://h/?x=1"),
            ("http://h/p?x=1", "http://h", "http://h/p?x=1"),
            ("http://h/a b/%C3%A9é", "http://h", "http://h/a%20b/%C3%A9%C3%A9"),
        ] {
            assert_eq!(split(url), (origin.to_owned(), address.to_owned()), "{url}");
        }
    }
}
