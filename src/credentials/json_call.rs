//! Calls of the services behind single sign-on and `login`: JSON over HTTP, unsigned.
//!
//! A handful of operations in all. They go out on the run's own transport; an SDK for
//! each of the services would be many times their size.

use std::time::Duration;

use http::Method;

use super::chain::Chain;
use super::requests;
use crate::call::unreachable;
use crate::client::Reply;
use crate::error::{Error, Kind, Result, ServiceError};
use crate::json::{self, Style};
use crate::secret::Secret;
use crate::value::{Map, Value};

/// The errors that say more than a message.
const KNOWN: [&str; 16] = [
    "AccessDeniedException",
    "AuthorizationPendingException",
    "ExpiredTokenException",
    "InternalServerException",
    "InvalidClientException",
    "InvalidClientMetadataException",
    "InvalidGrantException",
    "InvalidRedirectUriException",
    "InvalidRequestException",
    "InvalidRequestRegionException",
    "InvalidScopeException",
    "SlowDownException",
    "TooManyRequestsError",
    "UnauthorizedClientException",
    "UnsupportedGrantTypeException",
    "ValidationException",
];

/// A request. Header values and the body may hold secrets.
pub(crate) struct Call {
    /// The operation's name, for messages.
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, Secret)>,
    pub(crate) body: Secret,
}

/// The base of a service's addresses, without a final slash: as configured, else by the region.
pub(crate) fn endpoint(chain: &Chain<'_>, service_id: &str, host: &str, region: &str) -> Result<String> {
    let configured = chain.config.own_endpoint_url(service_id)?;
    let url = configured.unwrap_or_else(|| {
        let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://{host}.{region}.{suffix}")
    });
    Ok(url.trim_end_matches('/').to_owned())
}

/// Members as the body of a request.
pub(crate) fn body(members: Map) -> Secret {
    let mut text = String::new();
    json::write(&mut text, &Value::Map(members), Style::LINE);
    Secret::new(text)
}

/// Sends the request, again where that may help; gives the members of the reply.
pub(crate) async fn send(chain: &Chain<'_>, call: &Call) -> Result<Map> {
    let most = chain.config.retry()?.max_attempts();
    let headers: Vec<_> = call.headers.iter().map(|(name, value)| (*name, value.expose())).collect();
    let mut attempt = 1;
    loop {
        let body = call.body.expose().to_owned();
        let sent = requests::send(chain.transport, call.method.clone(), &call.url, &headers, body).await;
        let again = match &sent {
            Ok(reply) => matches!(reply.status, 429 | 500 | 502 | 503 | 504),
            Err(error) => error.is_transient(),
        };
        if again && attempt < most {
            tokio::time::sleep(Duration::from_millis(250) * attempt).await;
            attempt += 1;
            continue;
        }
        let reply = sent.map_err(|error| unreachable(&error, &call.url))?;
        return match reply.status {
            200..300 => members(&reply),
            _ => Err(refused(call.operation, &reply, (attempt == most).then_some(attempt - 1))),
        };
    }
}

fn members(reply: &Reply) -> Result<Map> {
    match json::read(&requests::text(reply)) {
        Ok(Value::Map(members)) => Ok(members),
        _ => Ok(Map::new()),
    }
}

/// An error reply. `retries` is told where they are used up.
fn refused(operation: &str, reply: &Reply, retries: Option<u32>) -> Error {
    let text = requests::text(reply);
    let document = match json::read(&text) {
        Ok(Value::Map(document)) => document,
        _ if text.is_empty() => Map::from([("message".into(), reply.reason.as_str().into())]),
        _ => Map::from([("message".into(), text.as_str().into())]),
    };
    let member = |names: [&str; 2]| {
        let found = names.iter().find_map(|name| document.get(*name)).and_then(Value::as_str);
        found.map(str::to_owned)
    };
    let named = reply.header("x-amzn-errortype").map(str::to_owned).or_else(|| member(["__type", "code"]));
    let code = named.unwrap_or_else(|| reply.status.to_string());
    let code = code.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default().to_owned();
    let message = member(["message", "Message"]).unwrap_or_default();
    let retries = retries.map(|count| format!(" (reached max retries: {count})")).unwrap_or_default();
    let mut fields = Map::new();
    fields.insert("Message".into(), message.as_str().into());
    fields.insert("Code".into(), code.as_str().into());
    // What else the service says of its errors.
    let known = KNOWN.contains(&code.as_str());
    for name in ["error", "reason", "error_description"] {
        match document.get(name) {
            Some(more) if known && *more != Value::Null => fields.insert(name.into(), more.clone()),
            _ => None,
        };
    }
    let said =
        format!("An error occurred ({code}) when calling the {operation} operation{retries}: {message}");
    let mut error = Error::new(Kind::Service, said);
    error.service = Some(Box::new(ServiceError { code, message, fields, status: reply.status }));
    error
}
