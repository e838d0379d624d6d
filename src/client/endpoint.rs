//! The request as the reference writes it, put right before it is signed.
//!
//! The SDK writes a blank in a form as `%20`, joins an endpoint and an
//! operation's path with a slash, and knows no query in an endpoint. The
//! reference writes `+` and posts to exactly the address that was given.

use super::exchange::Exchange;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::{EndpointFuture, EndpointResolverParams, ResolveEndpoint};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::Document;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::endpoint::Endpoint;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Rewrites each request.
#[derive(Debug)]
pub(super) struct WireForm {
    /// The address as it was given, with at least `/` for a path.
    pub(super) address: Option<String>,
    /// Holds the form where it is not the SDK's.
    pub(super) exchange: Exchange,
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for WireForm {
    fn name(&self) -> &'static str {
        "the request as the reference writes it"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let address = self.address.clone().unwrap_or_else(|| request.uri().to_owned());
        // Messages show the address as it is, the wire has its host in small letters.
        request.set_uri(with_small_host(&address))?;
        self.exchange.set_shown(address);
        request.headers_mut().insert(CONTENT_TYPE.as_str(), FORM);
        let written = request.body().bytes().map(std::str::from_utf8).transpose()?;
        let blanks = written.filter(|form| form.contains("%20")).map(|form| form.replace("%20", "+"));
        if let Some(form) = self.exchange.form().or(blanks) {
            request.headers_mut().insert(CONTENT_LENGTH.as_str(), form.len().to_string());
            *request.body_mut() = SdkBody::from(form);
        }
        Ok(())
    }
}

fn with_small_host(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = url.split_at(start);
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    format!("{scheme}{user}{}{path}", host.to_ascii_lowercase())
}

/// The endpoint that was given, signed for the empty region, which the SDK's own rules refuse.
#[derive(Debug)]
pub(super) struct EmptyRegion {
    pub(super) origin: String,
    pub(super) signing_name: &'static str,
}

impl EmptyRegion {
    /// The endpoint with its way of signing.
    pub(super) fn endpoint(&self) -> Endpoint {
        let text = |text: &str| Document::String(text.to_owned());
        let scheme = [
            ("name".to_owned(), text("sigv4")),
            ("signingName".to_owned(), text(self.signing_name)),
            ("signingRegion".to_owned(), text("")),
        ];
        let schemes = vec![Document::Object(scheme.into_iter().collect())];
        Endpoint::builder().url(self.origin.clone()).property("authSchemes", schemes).build()
    }
}

impl ResolveEndpoint for EmptyRegion {
    fn resolve_endpoint<'a>(&'a self, _: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(self.endpoint()))
    }
}
