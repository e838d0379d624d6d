//! `sso`: signing in to IAM Identity Center and out again. A file for each step.
//!
//! What is kept (registrations and tokens in `~/.aws/sso/cache`) has the
//! reference's names and content, so either tool can use what the other left.

mod authorization_code;
mod browser;
mod callback;
mod device;
mod login;
pub(super) mod logout;
pub(super) mod portal;
mod registration;
mod start_url;
mod target;

pub(super) use login::token;
pub(super) use portal::Portal;
pub(super) use registration::Grant;
pub(super) use target::Target;

use super::Context;
use crate::cli::OwnCommand;
use crate::config::{self, Config};
use crate::connection;
use crate::credentials::cache::Cache;
use crate::credentials::chain::Chain;
use crate::credentials::json_call::{self, Call};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::value::{Map, Value};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    match command.path.get(1).copied() {
        Some("login") => login::run(command, context),
        _ => logout::run(context),
    }
}

/// The folder of registrations and tokens.
fn cache(env: &Env) -> Cache {
    Cache::at(env.expand_home("~/.aws/sso/cache"))
}

/// Calls operations of the service that hands out tokens.
struct Oidc<'a> {
    chain: Chain<'a>,
    endpoint: String,
}

impl<'a> Oidc<'a> {
    fn new(chain: Chain<'a>, region: &str) -> Result<Oidc<'a>> {
        config::check_region(region)?;
        let endpoint = json_call::endpoint(&chain, "SSO OIDC", "oidc", region)?;
        Ok(Oidc { chain, endpoint })
    }

    async fn call(&self, operation: &'static str, path: &str, members: Map) -> Result<Map> {
        let call = Call {
            operation,
            method: http::Method::POST,
            url: format!("{}{path}", self.endpoint),
            headers: vec![("content-type", Secret::new("application/json"))],
            body: json_call::body(members),
        };
        json_call::send(&self.chain, &call).await
    }

    async fn create_token(&self, members: Map) -> Result<Map> {
        self.call("CreateToken", "/token", members).await
    }
}

/// Does the work with everything that calls take.
fn with_chain<T>(
    context: &Context<'_>,
    config: &Config,
    work: impl AsyncFnOnce(Chain<'_>) -> Result<T>,
) -> Result<T> {
    let transport = connection::transport(context.globals, config)?;
    connection::block_on(work(Chain::new(config, &transport)))
}

/// A text of a reply. Its absence is told as the reference does: with the name alone.
fn text<'m>(reply: &'m Map, name: &str) -> Result<&'m str> {
    let value = reply.get(name).and_then(Value::as_str);
    value.ok_or_else(|| absent(name))
}

/// A number of seconds of a reply.
fn seconds(reply: &Map, name: &str) -> Result<u64> {
    match reply.get(name) {
        Some(Value::Int(number)) => Ok(u64::try_from(*number).unwrap_or(0)),
        _ => Err(absent(name)),
    }
}

/// The error for a user who did not sign in in time.
fn expired() -> Error {
    Error::general(
        "The pending authorization to retrieve an SSO token has expired. The login flow to retrieve an SSO token \
         must be restarted.",
    )
}

fn absent(name: &str) -> Error {
    Error::general(crate::python::quoted(name))
}
