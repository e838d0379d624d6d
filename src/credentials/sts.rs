//! STS, as the chain calls it.
//!
//! Region and endpoint are those of the profile and the environment; the
//! `--endpoint-url` of the line is for the command's own service and not for this.

use aws_credential_types::Credentials;

use super::chain::Chain;
use super::expiry;
use crate::call::Caller;
use crate::client::Settings;
use crate::connection;
use crate::error::{Error, Result};
use crate::model::{self, Operation, Service};
use crate::params;
use crate::value::{Map, Value};

/// Calls an operation, signed where there are credentials; gives the reply's members.
pub(super) async fn call(
    chain: &Chain<'_>,
    operation: &str,
    input: Map,
    credentials: Option<Credentials>,
) -> Result<Map> {
    let (service, operation) = find(operation)?;
    let settings = settings(chain, service, credentials)?;
    if chain.config.validates_parameters() {
        params::validate(operation, &input)?;
    }
    let caller = Caller::new(service, &settings, chain.transport.clone(), chain.config.timestamp_format()?)?;
    caller.call(operation, input).await
}

fn find(name: &str) -> Result<(&'static Service, &'static Operation)> {
    let service = model::service("sts").ok_or_else(|| Error::general("there is no STS"))?;
    let operation = service.operations.iter().find(|operation| operation.name == name);
    Ok((service, operation.ok_or_else(|| Error::general(format!("STS has no {name}")))?))
}

fn settings(chain: &Chain<'_>, service: &Service, credentials: Option<Credentials>) -> Result<Settings> {
    let config = chain.config;
    let endpoint_url = config.own_endpoint_url("STS")?;
    let region = match config.region() {
        Some(region) => region,
        // What is not signed is not signed for a region.
        None if credentials.is_none() && endpoint_url.is_some() => "us-east-1".into(),
        None => connection::without_region(endpoint_url.as_deref())?,
    };
    let mut settings = connection::settings(config, service, Some(region), endpoint_url)?;
    settings.credentials = credentials;
    Ok(settings)
}

/// The reply as it is cached: with the account in the credentials, and what the reference
/// notes of the answer.
pub(super) fn cached_form(mut reply: Map, account: Option<&str>) -> Map {
    if let (Some(Value::Map(credentials)), Some(account)) = (reply.get_mut("Credentials"), account) {
        credentials.insert("AccountId".into(), account.into());
    }
    let metadata = [("HTTPStatusCode".into(), Value::Int(200)), ("RetryAttempts".into(), Value::Int(0))];
    reply.insert("ResponseMetadata".into(), Value::Map(Map::from(metadata)));
    reply
}

/// The account of the assumed role, from its ARN.
pub(super) fn account(reply: &Map) -> Option<String> {
    let arn = reply.get("AssumedRoleUser")?.get("Arn")?.as_str()?;
    arn.split(':').nth(4).filter(|account| !account.is_empty()).map(str::to_owned)
}

/// The credentials in a reply or in a cached one.
pub(super) fn credentials(document: &Map, method: &'static str) -> Result<Credentials> {
    let missing = |name: &str| Error::general(crate::python::quoted(name));
    let given = document.get("Credentials").ok_or_else(|| missing("Credentials"))?;
    let member = |name: &str| given.get(name).and_then(Value::as_str).map(str::to_owned);
    let needed = |name: &str| member(name).ok_or_else(|| missing(name));
    let (id, secret, token) = (needed("AccessKeyId")?, needed("SecretAccessKey")?, needed("SessionToken")?);
    let mut found = Credentials::new(id, secret, Some(token), None, method);
    expiry::set(&mut found, &needed("Expiration")?)?;
    Ok(found)
}
