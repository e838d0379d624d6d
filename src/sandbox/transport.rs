//! The way to the accounts of this program, under the SDK: what is for them is
//! answered here, all else goes on to the next transport.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::account::Account;
use super::name::{Name, name_of_host};
use super::received::Received;
use crate::client::{Reply, Sending, Transport, TransportError};

/// Answers requests to the hosts that stand for accounts.
#[derive(Debug)]
pub struct SandboxTransport {
    folder: Option<PathBuf>,
    next: Arc<dyn Transport>,
    /// The account that was asked last.
    open: Mutex<Option<(Name, Account)>>,
}

impl SandboxTransport {
    /// Accounts in `folder`; requests to all other hosts take the `next` way. Nothing is opened before the first
    /// request to an account.
    pub fn new(folder: Option<PathBuf>, next: Arc<dyn Transport>) -> Self {
        SandboxTransport { folder, next, open: Mutex::new(None) }
    }

    fn answer(&self, name: Name, request: http::Request<Bytes>) -> Result<Reply, TransportError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let account = match open.take() {
            Some((last, account)) if last == name => account,
            _ => self.account(&name)?,
        };
        let received = Received { request, source: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: true };
        let reply = account.answer(&received);
        *open = Some((name, account));
        Ok(reply)
    }

    fn account(&self, name: &Name) -> Result<Account, TransportError> {
        let folder = self.folder.as_ref().ok_or_else(|| {
            TransportError::Account(
                "There is no place for the sandbox: set HOME or IAMCTL_SANDBOX_DIR.".into(),
            )
        })?;
        Account::open(folder, name).map_err(|fault| TransportError::Account(fault.message))
    }
}

impl Transport for SandboxTransport {
    fn send(&self, request: http::Request<Bytes>) -> Sending {
        match request.uri().host().and_then(name_of_host) {
            // The work is some milliseconds of this machine's own; nothing waits meanwhile.
            Some(name) => {
                let reply = self.answer(name, request);
                Box::pin(async move { reply })
            }
            None => self.next.send(request),
        }
    }
}
