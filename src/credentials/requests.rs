//! Small requests to services of the place and of single sign-on: JSON over
//! HTTP on the run's own transport.
//!
//! They are a handful of unsigned requests; an SDK for each of them would make
//! the program larger and word its errors in its own way.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};

use crate::client::{Direct, Reply, Transport, TransportError};

/// Sends a request; a URL or header that can be none is an error of the address.
pub(super) async fn send(
    transport: &Arc<dyn Transport>,
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Result<Reply, TransportError> {
    transport.send(request(method, url, headers, body)?).await
}

fn request(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Result<Request<Bytes>, TransportError> {
    let unusable = |error: http::Error| TransportError::Address(error.to_string());
    let mut request = Request::builder().method(&method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if method != Method::GET {
        request = request.header("content-length", body.len());
    }
    request.body(Bytes::from(body)).map_err(unusable)
}

/// A GET past all proxies: to a place on this machine, or beside it.
pub(super) async fn get_directly(
    transport: &Arc<dyn Transport>,
    url: &str,
    headers: &[(&str, &str)],
) -> Result<Reply, TransportError> {
    let mut request = request(Method::GET, url, headers, String::new())?;
    request.extensions_mut().insert(Direct);
    transport.send(request).await
}

/// The body as text.
pub(super) fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}
