//! The SDK's HTTP client: hands requests to the transport and keeps the replies.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

use super::exchange::Exchange;
use super::transport::{Reply, Transport, TransportError};

/// Sits where the SDK expects an HTTP client.
#[derive(Clone, Debug)]
pub(super) struct Capture {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) exchange: Exchange,
}

impl HttpClient for Capture {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Capture {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let request = plain(request)?;
            let action = action(request.body());
            this.exchange.begin(request.uri().to_string());
            let outcome = this.transport.send(request).await;
            this.exchange.end(outcome.clone());
            outcome.map_err(connector_error).and_then(|reply| for_the_sdk(reply, action.as_deref()))
        })
    }
}

/// The request in the types of the `http` crate, its body in one piece.
fn plain(request: HttpRequest) -> Result<http::Request<Bytes>, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (head, body) = request.into_parts();
    let body = body
        .bytes()
        .map(Bytes::copy_from_slice)
        .ok_or_else(|| ConnectorError::user("a request whose body is a stream cannot be sent".into()))?;
    Ok(http::Request::from_parts(head, body))
}

/// The operation's name, from the form in the body.
fn action(body: &Bytes) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    text.split('&').find_map(|pair| pair.strip_prefix("Action=")).map(str::to_owned)
}

/// An empty result for a success, so that the SDK judges nothing; all else as it came,
/// because the retry rules read the code in it.
fn for_the_sdk(reply: Reply, action: Option<&str>) -> Result<HttpResponse, ConnectorError> {
    let body = match action {
        Some(action) if reply.is_success() => {
            SdkBody::from(format!("<{action}Response><{action}Result/></{action}Response>"))
        }
        _ => SdkBody::from(reply.body),
    };
    let status = StatusCode::try_from(reply.status).map_err(|error| ConnectorError::user(error.into()))?;
    Ok(HttpResponse::new(status, body))
}

fn connector_error(error: TransportError) -> ConnectorError {
    match &error {
        TransportError::ConnectTimeout | TransportError::ReadTimeout => ConnectorError::timeout(error.into()),
        transient if transient.is_transient() => ConnectorError::io(error.into()),
        _ => ConnectorError::user(error.into()),
    }
}
