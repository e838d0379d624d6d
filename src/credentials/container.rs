//! Credentials of the container: an endpoint that the environment names.

use std::time::Duration;

use aws_credential_types::Credentials;

use super::chain::Chain;
use super::{cache, expiry, requests};
use crate::call::unreachable;
use crate::client::Reply;
use crate::error::{Error, Result};
use crate::json;
use crate::python;
use crate::value::{Map, Value};

const METHOD: &str = "container-role";
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 1000 });
const LIMIT: Duration = Duration::from_secs(2);

/// Where relative addresses lead.
const HOST: &str = "http://169.254.170.2";

/// Hosts that may be asked without encryption, beside loopback.
const PLAIN: [&str; 4] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"];

/// Asked only where the environment names the endpoint.
pub(super) async fn credentials(chain: &Chain<'_>) -> Result<Option<Credentials>> {
    let env = &chain.config.env;
    let url = match (
        env.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
        env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    ) {
        (Some(path), _) => format!("{HOST}{path}"),
        (None, Some(url)) => url,
        (None, None) => return Ok(None),
    };
    let token = match env.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(file) => {
            Some(std::fs::read_to_string(&file).map_err(|error| cache::failed(file.as_ref(), &error))?)
        }
        None => env.get("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    };
    if token.as_ref().is_some_and(|token| token.contains(['\r', '\n'])) {
        return Err(Error::general("Auth token value is not a legal header value"));
    }
    check_host(&url)?;
    let found = fetch(chain, &url, token.as_deref()).await?;
    // What is over when it comes is asked for once more.
    match expiry::fresh(found) {
        Ok(found) => Ok(Some(found)),
        Err(_) => expiry::fresh(fetch(chain, &url, token.as_deref()).await?).map(Some),
    }
}

async fn fetch(chain: &Chain<'_>, url: &str, token: Option<&str>) -> Result<Credentials> {
    let document = document(chain, url, token).await?;
    let member = |name: &str| match document.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => Err(Error::general(python::quoted(name))),
    };
    let (id, secret) = (member("AccessKeyId")?, member("SecretAccessKey")?);
    let (token, end) = (member("Token")?, member("Expiration")?);
    let mut found = Credentials::new(id, secret, Some(token), None, METHOD);
    expiry::set(&mut found, &end)?;
    Ok(found)
}

fn check_host(url: &str) -> Result<()> {
    let none = http::Uri::default();
    let uri: http::Uri = match url.contains("://") {
        true => url.parse().map_err(|_| Error::general(format!("Invalid endpoint: {url}")))?,
        false => none,
    };
    let host = uri.host().unwrap_or("None").trim_start_matches('[').trim_end_matches(']');
    let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    if uri.scheme_str() == Some("https") || loopback || PLAIN.contains(&host) {
        return Ok(());
    }
    Err(Error::general(format!(
        "Unsupported host '{host}'.  Can only retrieve metadata from a loopback address or one of these hosts: {}",
        PLAIN.join(", ")
    )))
}

/// The document, after a few attempts; the last failure counts.
async fn document(chain: &Chain<'_>, url: &str, token: Option<&str>) -> Result<Map> {
    let mut attempt = 1;
    loop {
        match once(chain, url, token).await {
            Ok(document) => return Ok(document),
            Err(why) if attempt == ATTEMPTS => {
                return Err(Error::general(format!(
                    "Error when retrieving credentials from {METHOD}: Error retrieving metadata: {why}"
                )));
            }
            Err(_) => {
                attempt += 1;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn once(chain: &Chain<'_>, url: &str, token: Option<&str>) -> std::result::Result<Map, String> {
    let mut headers = vec![("accept", "application/json")];
    headers.extend(token.map(|token| ("authorization", token)));
    let sending = tokio::time::timeout(LIMIT, requests::get_directly(chain.transport, url, &headers));
    let reply = match sending.await {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) => return Err(not_reached(&unreachable(&error, url).message)),
        Err(_) => return Err(not_reached(&format!("Read timeout on endpoint URL: \"{url}\""))),
    };
    let Reply { status, .. } = reply;
    let text = requests::text(&reply);
    if status != 200 {
        return Err(format!("Received non 200 response {status} from container metadata: {text}"));
    }
    match json::read(&text) {
        Ok(Value::Map(document)) => Ok(document),
        _ => Err("Unable to parse JSON returned from container metadata services".to_owned()),
    }
}

fn not_reached(why: &str) -> String {
    format!("Received error when attempting to retrieve container metadata: {why}")
}
