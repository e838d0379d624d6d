//! The way to the accounts of this program, under the SDK: what is for them is
//! answered here, all else goes on to the next transport.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;

use super::accounts::Accounts;
use super::name::{Name, name_of_host};
use super::received::Received;
use crate::client::{Reply, Sending, Transport, TransportError};

/// Answers requests to the hosts that stand for accounts.
#[derive(Debug)]
pub struct SandboxTransport {
    accounts: Accounts,
    next: Arc<dyn Transport>,
}

impl SandboxTransport {
    /// Requests to other hosts than those of accounts take the `next` way.
    pub fn new(accounts: Accounts, next: Arc<dyn Transport>) -> Self {
        SandboxTransport { accounts, next }
    }

    fn answer(&self, name: &Name, request: http::Request<Bytes>) -> Result<Reply, TransportError> {
        let received = Received { request, source: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: true };
        let reply = self.accounts.with(name, |account| Ok(account.answer(&received)));
        reply.map_err(|fault| TransportError::Account(fault.message))
    }
}

impl Transport for SandboxTransport {
    fn send(&self, request: http::Request<Bytes>) -> Sending {
        match request.uri().host().and_then(name_of_host) {
            // The work is some milliseconds of this machine's own; nothing waits meanwhile.
            Some(name) => {
                let reply = self.answer(&name, request);
                Box::pin(async move { reply })
            }
            None => self.next.send(request),
        }
    }
}
