//! A real account's users, groups, roles and policies, read with the credentials of the run.

use crate::call::Caller;
use crate::commands::Context;
use crate::connection;
use crate::credentials;
use crate::error::{Error, Result};
use crate::model;
use crate::paginate::{Limits, Pages};
use crate::value::{Map, Value};

/// The result of `get-account-authorization-details`, all pages together. It holds no secrets.
pub(super) fn details(context: &Context<'_>) -> Result<Value> {
    let config = context.config()?;
    let service = model::service("iam").ok_or_else(|| Error::general("there is no IAM"))?;
    let operation = service
        .operation("get-account-authorization-details")
        .ok_or_else(|| Error::general("IAM has no get-account-authorization-details"))?;
    let endpoint_url = config.endpoint_url(service.id)?;
    let region = match config.region() {
        Some(region) => region,
        None => connection::without_region(endpoint_url.as_deref())?,
    };
    let mut settings = connection::settings(config, service, Some(region), endpoint_url)?;
    let transport = connection::transport(context.globals, config)?;
    connection::block_on(async move {
        let found = credentials::resolve(config, &transport).await?;
        let (found, _) = found.ok_or_else(|| credentials::missing(context.program))?;
        settings.credentials = Some(found);
        let caller = Caller::new(service, &settings, transport, config.timestamp_format()?)?;
        let paginator = operation.paginator.ok_or_else(|| Error::general("the operation has no pages"))?;
        let limits = Limits { max_items: None, page_size: None, starting_token: None };
        let pages = Pages::new(&caller, operation, paginator, Map::new(), limits)?;
        pages.merged().await.map(Value::from)
    })
}
