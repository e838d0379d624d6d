//! Small requests to services of the place and of single sign-on: JSON over
//! HTTP on the run's own transport.
//!
//! They are a handful of unsigned requests; an SDK for each of them would make
//! the program larger and word its errors in its own way.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};

use crate::client::{Reply, Transport, TransportError};

/// Sends a request; a URL or header that can be none is an error of the address.
pub(super) async fn send(
    transport: &Arc<dyn Transport>,
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Result<Reply, TransportError> {
    let unusable = |error: http::Error| TransportError::Address(error.to_string());
    let mut request = Request::builder().method(&method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if method != Method::GET {
        request = request.header("content-length", body.len());
    }
    let request = request.body(Bytes::from(body)).map_err(unusable)?;
    transport.send(request).await
}

/// A GET.
pub(super) async fn get(
    transport: &Arc<dyn Transport>,
    url: &str,
    headers: &[(&str, &str)],
) -> Result<Reply, TransportError> {
    send(transport, Method::GET, url, headers, String::new()).await
}

/// The body as text.
pub(super) fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}
