//! A request as it arrived, over whatever.

use std::net::IpAddr;

use bytes::Bytes;

/// A request of a client.
#[derive(Clone, Debug)]
pub struct Received {
    /// Method, address and headers as they were sent, and the whole body.
    pub request: http::Request<Bytes>,
    /// Where it came from; loopback for calls of this process.
    pub source: IpAddr,
    /// Whether nobody could read it on its way. True for calls of this process.
    pub secure: bool,
}
