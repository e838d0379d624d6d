//! The sandbox: an IAM and STS account that lives in a file.
//!
//! On a machine without an AWS account, every command runs for real against
//! it, and permissions are enforced. It answers HTTP requests, wherever they
//! come from: the SDK of this process through [`transport`], or other programs
//! over TCP. So serialising, signing, retries and reading of replies are the
//! same as against AWS.
//!
//! A request goes down one line: [`wire`] decodes and validates it by the
//! service tables, the signature tells the [`caller`], the policy engine
//! decides, a handler in [`handlers`] reads and writes the [`store`] in one
//! transaction, and `wire` encodes the reply.

mod account;
mod accounts;
mod answer;
mod arn;
mod authorize;
mod caller;
mod certificate;
mod clock;
mod fault;
mod handlers;
mod ids;
mod instance;
mod jwt;
mod managed;
mod name;
mod origin;
mod password;
mod place;
mod png;
mod received;
mod saml;
pub mod server;
mod session;
mod signature;
mod ssh_key;
mod store;
mod totp;
mod transfer;
mod transport;
mod usage;
mod wire;

pub use account::{Account, Opened, RootKey};
pub use accounts::Accounts;
pub use fault::Fault;
pub use managed::arns as managed_arns;
pub use name::{Name, host_of, name_of_host};
pub use origin::Origin;
pub use place::{accounts, directory};
pub use received::Received;
pub use transport::SandboxTransport;
