//! What the end-to-end tests and the project's own tasks share.
//!
//! A command in a clean home ([`Run`]), servers that answer it ([`Server`]
//! with scripted replies, [`Moto`] with an account behind it, [`Proxy`] in
//! between), certificates for them ([`tls`]), an identity provider that signs
//! ([`saml`]), and what a sign-in meets ([`sso`]). Everything listens on loopback,
//! on ports that the system picks, and ends with its owner.

mod canned;
mod http;
mod moto;
mod proxy;
mod python;
mod request;
mod run;
pub mod saml;
pub mod sso;
mod terminal;
pub mod tls;

pub use canned::{Reply, Server};
pub use moto::Moto;
pub use proxy::Proxy;
pub use python::Python;
pub use request::Request;
pub use run::{Home, Outcome, Run};
pub use terminal::Terminal;

use std::path::{Path, PathBuf};

/// The project's root, two folders above this crate.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_owned).unwrap_or_default()
}
