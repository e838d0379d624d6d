//! What a command needs to act for somebody: credentials, a client of STS.

use aws_credential_types::Credentials;

use crate::call::Caller;
use crate::commands::Context;
use crate::config::Config;
use crate::connection;
use crate::credentials::{self, Found};
use crate::error::{Error, Result};
use crate::model;
use crate::params;
use crate::value::Map;

/// The credentials of the profile, or none.
pub(super) fn credentials(context: &Context<'_>, config: &Config) -> Result<Option<Found>> {
    let transport = connection::transport(context.globals, config)?;
    connection::block_on(credentials::resolve(config, &transport))
}

/// Calls an operation of STS.
pub(super) fn sts(
    context: &Context<'_>,
    config: &Config,
    operation: &str,
    input: Map,
    credentials: Credentials,
) -> Result<Map> {
    let service = model::service("sts").ok_or_else(|| Error::general("there is no sts"))?;
    let operation =
        service.operation(operation).ok_or_else(|| Error::general("there is no such operation"))?;
    let endpoint_url = config.endpoint_url(service.id)?;
    let region = match config.region() {
        Some(region) => region,
        None => connection::without_region(endpoint_url.as_deref())?,
    };
    let mut settings = connection::settings(config, service, Some(region), endpoint_url)?;
    settings.credentials = Some(credentials);
    params::validate(operation, &input)?;
    let transport = connection::transport(context.globals, config)?;
    let caller = Caller::new(service, &settings, transport, config.timestamp_format()?)?;
    connection::block_on(caller.call(operation, input))
}
