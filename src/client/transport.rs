//! What carries a signed request to an endpoint and brings the reply back.
//!
//! There is one over HTTP; an embedded account can be another. Both sit under
//! the SDK, so serialising, signing and retrying are the same for all.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

/// An extension of requests that no proxy may see.
#[derive(Clone, Copy, Debug)]
pub struct Direct;

/// The reply as it came, before anybody reads it.
#[derive(Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The reason phrase of the status line, or the standard one.
    pub reason: String,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Reply {
    /// Whether it is read as a result. The reference reads 300 so.
    pub fn is_success(&self) -> bool {
        (200..=300).contains(&self.status)
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Reply({} {}, {} bytes)", self.status, self.reason, self.body.len())
    }
}

/// Why no reply came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// No connection: refused, unreachable, or the name is unknown.
    Connect(String),
    /// No connection within the connect timeout.
    ConnectTimeout,
    /// Nothing was read for as long as the read timeout.
    ReadTimeout,
    /// The peer closed the connection before the reply was complete.
    Closed,
    /// The TLS handshake failed; the certificate, mostly.
    Tls(String),
    /// The proxy at this address could not be reached, or refused.
    Proxy(String),
    /// The request itself cannot be sent to such an address.
    Address(String),
    /// A CA bundle cannot be read.
    CaBundle(String),
    /// The embedded account cannot be opened.
    Account(String),
}

impl TransportError {
    /// Whether another attempt may help.
    pub fn is_transient(&self) -> bool {
        !matches!(self, TransportError::Address(_) | TransportError::CaBundle(_) | TransportError::Account(_))
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransportError::Connect(why) => write!(out, "could not connect: {why}"),
            TransportError::ConnectTimeout => out.write_str("connect timeout"),
            TransportError::ReadTimeout => out.write_str("read timeout"),
            TransportError::Closed => {
                out.write_str("the connection was closed before the reply was complete")
            }
            TransportError::Tls(why) => write!(out, "TLS: {why}"),
            TransportError::Proxy(url) => write!(out, "proxy {url} failed"),
            TransportError::Address(why) => write!(out, "unusable address: {why}"),
            TransportError::CaBundle(why) => write!(out, "CA bundle: {why}"),
            TransportError::Account(why) => out.write_str(why),
        }
    }
}

impl std::error::Error for TransportError {}

/// The future of a reply.
pub type Sending = Pin<Box<dyn Future<Output = Result<Reply, TransportError>> + Send>>;

/// Carries requests. The request is complete: signed, with all headers but `Host`.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends one request and reads the whole reply.
    fn send(&self, request: http::Request<Bytes>) -> Sending;
}
