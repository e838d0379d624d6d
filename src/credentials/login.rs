//! The session of the console that `login` keeps: keys that are renewed for as
//! long as the session lasts.
//!
//! Signing in itself needs a browser and is not done here.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use ring::digest::{SHA256, digest};

use super::cache::{self, Cache};
use super::chain::{Chain, text};
use super::json_call::{self, Call};
use super::{dpop, expiry};
use crate::error::{Error, Result};
use crate::json::{self, Style};
use crate::secret::Secret;
use crate::value::{Map, Value};

const METHOD: &str = "login";

/// Keys that end sooner than this are renewed.
const MARGIN: Duration = Duration::from_secs(5 * 60);

fn not_loaded(why: &str) -> Error {
    Error::general(format!("Error loading login session token: {why}"))
}

/// The session's credentials; none where the profile names no session.
pub(super) async fn credentials(chain: &Chain<'_>, profile: &str) -> Result<Option<Credentials>> {
    let keys = chain.profile(profile).unwrap_or_default();
    let Some(session) = text(&keys, "login_session") else { return Ok(None) };
    let store = Store::of(chain, session);
    let stored = store.read(session)?;
    if !expiry::ends_within(stored.end, MARGIN) {
        return Ok(Some(stored.credentials));
    }
    // A token for renewing can be used once; whoever held the lock may have done so.
    let _lock = store.cache.lock(&store.name).await;
    let stored = store.read(session)?;
    if !expiry::ends_within(stored.end, MARGIN) {
        return Ok(Some(stored.credentials));
    }
    let renewed = renewed(chain, stored.document).await?;
    store.write(&renewed)?;
    Stored::of(renewed).map(|stored| Some(stored.credentials))
}

/// Where a session is kept.
struct Store {
    cache: Cache,
    name: String,
}

impl Store {
    fn of(chain: &Chain<'_>, session: &str) -> Store {
        let env = &chain.config.env;
        let folder = match env.filled("AWS_LOGIN_CACHE_DIRECTORY") {
            Some(folder) => env.expand_home(&folder),
            None => env.expand_home("~/.aws/login/cache"),
        };
        Store { cache: Cache::at(folder), name: cache::hex(digest(&SHA256, session.as_bytes()).as_ref()) }
    }

    fn path(&self) -> PathBuf {
        self.cache.path(&self.name)
    }

    fn read(&self, session: &str) -> Result<Stored> {
        let broken = || Error::general(crate::python::quoted(&self.name));
        let text = match fs::read_to_string(self.path()) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(not_loaded(&format!(
                    "Unable to load a existing login session for session {session}, Please reauthenticate with \
                     'aws login'."
                )));
            }
            Err(_) => return Err(broken()),
        };
        match json::read(&text) {
            Ok(Value::Map(document)) => Stored::of(document),
            _ => Err(broken()),
        }
    }

    fn write(&self, document: &Map) -> Result<()> {
        let mut text = String::new();
        json::write(&mut text, &Value::Map(document.clone()), Style::LINE);
        cache::write_private(&self.path(), text.as_bytes())
    }
}

/// A session that has been read.
struct Stored {
    document: Map,
    credentials: Credentials,
    end: SystemTime,
}

impl Stored {
    fn of(document: Map) -> Result<Stored> {
        let incomplete = || {
            not_loaded("Failed to load access token from token cache, missing one or more required fields.")
        };
        let known = ["accessToken", "clientId", "refreshToken", "dpopKey"];
        if known.iter().any(|name| !document.contains_key(*name)) {
            return Err(incomplete());
        }
        let member = |name: &str| {
            let value = document.get("accessToken").and_then(|token| token.get(name)).and_then(Value::as_str);
            value.map(str::to_owned).ok_or_else(incomplete)
        };
        let end = expiry::parse(&member("expiresAt")?)?;
        let (id, secret, token) =
            (member("accessKeyId")?, member("secretAccessKey")?, member("sessionToken")?);
        let credentials = Credentials::new(id, secret, Some(token), Some(end), METHOD);
        Ok(Stored { document, credentials, end })
    }
}

/// The document with new keys and a new token for renewing.
async fn renewed(chain: &Chain<'_>, mut document: Map) -> Result<Map> {
    let member = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (client, refresh, key) = (member("clientId"), member("refreshToken"), Secret::new(member("dpopKey")));
    let url = format!("{}/v1/token", endpoint(chain)?);
    let now = SystemTime::now();
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let proof = dpop::proof(key.expose(), &url, seconds)
        .map_err(|why| not_loaded(&format!("Unable to load private key from cached token: {why}")))?;
    let form = Map::from([
        ("clientId".into(), client.into()),
        ("refreshToken".into(), refresh.into()),
        ("grantType".into(), "refresh_token".into()),
    ]);
    let call = Call {
        operation: "CreateOAuth2Token",
        method: http::Method::POST,
        url,
        headers: vec![("content-type", Secret::new("application/json")), ("dpop", Secret::new(proof))],
        body: json_call::body(form),
    };
    let reply = json_call::send(chain, &call).await.map_err(explained)?;
    let lasts = match reply.get("expiresIn") {
        Some(Value::Int(seconds)) => Duration::from_secs(u64::try_from(*seconds).unwrap_or(0)),
        _ => return Err(Error::general("'expiresIn'")),
    };
    let new =
        reply.get("accessToken").and_then(Value::as_map).ok_or_else(|| Error::general("'accessToken'"))?;
    if let Some(Value::Map(token)) = document.get_mut("accessToken") {
        for name in ["accessKeyId", "secretAccessKey", "sessionToken"] {
            let value = new.get(name).cloned().ok_or_else(|| Error::general(crate::python::quoted(name)))?;
            token.insert(name.into(), value);
        }
        token.insert("expiresAt".into(), expiry::zulu(now + lasts).into());
    }
    if let Some(refresh) = reply.get("refreshToken") {
        document.insert("refreshToken".into(), refresh.clone());
    }
    Ok(document)
}

/// Where the service is: as configured, else in the profile's region.
fn endpoint(chain: &Chain<'_>) -> Result<String> {
    if let Some(url) = chain.config.own_endpoint_url("Signin")? {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    let region =
        chain.config.region().filter(|region| !region.is_empty()).unwrap_or_else(|| "us-east-1".into());
    Ok(match region.split('-').next() {
        Some("cn") => format!("https://{region}.signin.amazonaws.cn"),
        _ if region.starts_with("us-gov-") => format!("https://{region}.signin.amazonaws-us-gov.com"),
        _ => format!("https://{region}.signin.aws.amazon.com"),
    })
}

/// Refusals that the user can do something about, in words that say what.
fn explained(error: Error) -> Error {
    let Some(said) = error.service.as_ref().filter(|said| said.code == "AccessDeniedException") else {
        return error;
    };
    let words = match said.fields.get("error").and_then(Value::as_str) {
        Some("TOKEN_EXPIRED") => "Your session has expired. Please reauthenticate using 'aws login'.",
        Some("USER_CREDENTIALS_CHANGED") => {
            "Unable to refresh login credentials because of a change in your password. Please reauthenticate with \
             your new password using 'aws login'."
        }
        Some("INSUFFICIENT_PERMISSIONS") => {
            "Unable to create or refresh login credentials due to insufficient permissions. You may be missing \
             permission for the 'signin:CreateOAuth2Token' action."
        }
        _ => {
            "An unspecified error happened when resolving AWS credentials or refreshing a login session profile."
        }
    };
    Error::general(words)
}
