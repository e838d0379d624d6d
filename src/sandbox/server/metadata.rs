//! The metadata service of an instance, as a program on one finds it: version 2 with tokens, and version 1 for
//! those who ask without.
//!
//! It hands out the credentials of one role. Where they come from is the
//! account's business, and the account is asked each time: it can be emptied or
//! replaced while the service runs. Without the role, this is an instance
//! without a profile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::client::Reply;
use crate::json;
use crate::sandbox::clock::{self, Seconds};
use crate::sandbox::fault::Fault;
use crate::sandbox::ids;
use crate::sandbox::received::Received;
use crate::secret::Secret;
use crate::value::{Map, Value};

/// The instance's id. There is only one.
pub const INSTANCE: &str = "i-0123456789abcdef0";

/// The most seconds that a token lasts.
const LONGEST: u64 = 21_600;

/// Tokens that are remembered at once.
const TOKENS: usize = 1000;

/// Temporary keys of the instance's role.
#[derive(Clone, Debug)]
pub struct InstanceKeys {
    /// `ASIA...`
    pub id: String,
    /// The secret.
    pub secret: Secret,
    /// The session token.
    pub token: Secret,
    /// When they were made.
    pub issued: Seconds,
    /// When they end.
    pub expires: Seconds,
}

/// The account of the instance, as it is when it is asked.
pub trait Owner: Send + Sync {
    /// Its 12 digits.
    fn number(&self) -> Result<String, Fault>;
    /// Whether it has a role of this name.
    fn has_role(&self, role: &str) -> Result<bool, Fault>;
    /// Whether keys that it has made still are somebody's.
    fn knows(&self, keys: &InstanceKeys) -> Result<bool, Fault>;
    /// Makes temporary keys of the role.
    fn make_keys(&self, role: &str) -> Result<InstanceKeys, Fault>;
}

/// The metadata service of an instance with a role.
pub struct Metadata {
    role: String,
    region: String,
    owner: Arc<dyn Owner>,
    tokens: Mutex<HashMap<String, Instant>>,
    /// Keys are made again when they are about to end.
    made: Mutex<Option<InstanceKeys>>,
}

impl Metadata {
    /// The service of an instance of this role, in a region.
    pub fn new(role: &str, region: &str, owner: Arc<dyn Owner>) -> Metadata {
        let (role, region) = (role.to_owned(), region.to_owned());
        Metadata { role, region, owner, tokens: Mutex::default(), made: Mutex::default() }
    }

    /// Answers one request.
    pub fn answer(&self, received: &Received) -> Reply {
        let request = &received.request;
        // Keys are handed out without a signature.
        if received.may_be_of_a_web_page() {
            return nothing(StatusCode::FORBIDDEN);
        }
        let path = request.uri().path();
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        if path == "/latest/api/token" {
            return match (request.method(), header("x-forwarded-for")) {
                (&Method::PUT, None) => self.token(header("x-aws-ec2-metadata-token-ttl-seconds")),
                (&Method::PUT, Some(_)) => nothing(StatusCode::FORBIDDEN),
                _ => nothing(StatusCode::METHOD_NOT_ALLOWED),
            };
        }
        if request.method() != Method::GET {
            return nothing(StatusCode::METHOD_NOT_ALLOWED);
        }
        // Version 1 asks without a token; a token that is given has to be good.
        if header("x-aws-ec2-metadata-token").is_some_and(|token| !self.is_good(token)) {
            return nothing(StatusCode::UNAUTHORIZED);
        }
        match self.document(path) {
            Ok(Some((kind, text))) => reply(StatusCode::OK, kind, text),
            Ok(None) => nothing(StatusCode::NOT_FOUND),
            Err(_) => nothing(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    fn token(&self, seconds: Option<&str>) -> Reply {
        let seconds =
            seconds.and_then(|text| text.parse::<u64>().ok()).filter(|ttl| (1..=LONGEST).contains(ttl));
        let (Some(seconds), Ok(token)) = (seconds, ids::secret()) else {
            return nothing(StatusCode::BAD_REQUEST);
        };
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|_, end| *end > Instant::now());
        if tokens.len() >= TOKENS {
            return nothing(StatusCode::SERVICE_UNAVAILABLE);
        }
        tokens.insert(token.clone(), Instant::now() + Duration::from_secs(seconds));
        let mut made = reply(StatusCode::OK, "text/plain", token);
        made.headers.insert("x-aws-ec2-metadata-token-ttl-seconds", HeaderValue::from(seconds));
        made
    }

    fn is_good(&self, token: &str) -> bool {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.get(token).is_some_and(|end| *end > Instant::now())
    }

    /// The kind and the text of a document; none where there is none.
    fn document(&self, path: &str) -> Result<Option<(&'static str, String)>, Fault> {
        let Some(below) = path.strip_prefix("/latest/") else { return Ok(None) };
        if below.starts_with("meta-data/iam") && !self.owner.has_role(&self.role)? {
            return Ok(None);
        }
        if let Some(role) =
            below.strip_prefix("meta-data/iam/security-credentials/").filter(|role| !role.is_empty())
        {
            // A role that EC2 may not assume has none.
            let keys = (role == self.role).then(|| self.credentials().ok()).flatten();
            return Ok(keys.as_ref().map(credentials));
        }
        let plain = |text: &str| ("text/plain", text.to_owned());
        Ok(Some(match below.trim_end_matches('/') {
            "meta-data" => match self.owner.has_role(&self.role)? {
                true => plain("iam/\ninstance-id\nplacement/"),
                false => plain("instance-id\nplacement/"),
            },
            "meta-data/iam" => plain("security-credentials/"),
            "meta-data/iam/security-credentials" => plain(&self.role),
            "meta-data/instance-id" => plain(INSTANCE),
            "meta-data/placement" => plain("availability-zone\nregion"),
            "meta-data/placement/region" => plain(&self.region),
            "meta-data/placement/availability-zone" => plain(&format!("{}a", self.region)),
            "dynamic/instance-identity/document" => json_document(&[
                ("accountId", &self.owner.number()?),
                ("instanceId", INSTANCE),
                ("region", &self.region),
                ("availabilityZone", &format!("{}a", self.region)),
            ]),
            _ => return Ok(None),
        }))
    }

    /// The keys that are handed out until they are about to end, or the account has lost them.
    fn credentials(&self) -> Result<InstanceKeys, Fault> {
        const MARGIN: Seconds = 300;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = made.as_ref().filter(|keys| keys.expires > clock::now() + MARGIN)
            && self.owner.knows(keys)?
        {
            return Ok(keys.clone());
        }
        let keys = self.owner.make_keys(&self.role)?;
        *made = Some(keys.clone());
        Ok(keys)
    }
}

/// Keys as programs on an instance read them.
fn credentials(keys: &InstanceKeys) -> (&'static str, String) {
    json_document(&[
        ("Code", "Success"),
        ("LastUpdated", &clock::text(keys.issued)),
        ("Type", "AWS-HMAC"),
        ("AccessKeyId", &keys.id),
        ("SecretAccessKey", keys.secret.expose()),
        ("Token", keys.token.expose()),
        ("Expiration", &clock::text(keys.expires)),
    ])
}

fn json_document(pairs: &[(&'static str, &str)]) -> (&'static str, String) {
    let map: Map = pairs.iter().map(|(name, text)| ((*name).into(), Value::from(*text))).collect();
    let mut text = String::new();
    json::write(&mut text, &map.into(), json::Style::OUTPUT);
    ("application/json", text)
}

fn reply(status: StatusCode, kind: &'static str, text: String) -> Reply {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(kind));
    Reply {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or_default().to_owned(),
        headers,
        body: Bytes::from(text),
    }
}

fn nothing(status: StatusCode) -> Reply {
    reply(status, "text/plain", String::new())
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    /// An account with the role `reader` and its keys.
    struct Fixed;

    impl Owner for Fixed {
        fn number(&self) -> Result<String, Fault> {
            Ok("123456789012".into())
        }

        fn has_role(&self, role: &str) -> Result<bool, Fault> {
            Ok(role == "reader")
        }

        fn knows(&self, keys: &InstanceKeys) -> Result<bool, Fault> {
            Ok(keys.id == "ASIAX")
        }

        fn make_keys(&self, _: &str) -> Result<InstanceKeys, Fault> {
            Ok(InstanceKeys {
                id: "ASIAX".into(),
                secret: Secret::new("s"),
                token: Secret::new("t"),
                issued: 0,
                expires: clock::now() + 3600,
            })
        }
    }

    fn service() -> Metadata {
        Metadata::new("reader", "eu-west-1", Arc::new(Fixed))
    }

    fn ask(service: &Metadata, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::new()).unwrap();
        service.answer(&Received { request, source: IpAddr::V4(Ipv4Addr::LOCALHOST), secure: false })
    }

    #[test]
    fn a_token_opens_the_roles_credentials() {
        let service = service();
        let ttl = [("x-aws-ec2-metadata-token-ttl-seconds", "60")];
        let token = ask(&service, "PUT", "/latest/api/token", &ttl);
        let token = String::from_utf8(token.body.to_vec()).unwrap();
        let header = [("x-aws-ec2-metadata-token", token.as_str())];
        let list = ask(&service, "GET", "/latest/meta-data/iam/security-credentials/", &header);
        assert_eq!(&list.body[..], b"reader");
        let keys = ask(&service, "GET", "/latest/meta-data/iam/security-credentials/reader", &header);
        assert!(String::from_utf8_lossy(&keys.body).contains("\"AccessKeyId\": \"ASIAX\""));
        assert_eq!(
            ask(&service, "GET", "/latest/meta-data/iam/security-credentials/other", &header).status,
            404
        );
    }

    #[test]
    fn a_page_of_the_web_gets_no_keys_by_a_name_of_its_own() {
        let service = service();
        let path = "/latest/meta-data/iam/security-credentials/reader";
        for (header, status) in [
            (("host", "evil.example.com:1338"), 403),
            (("origin", "https://evil.example.com"), 403),
            (("host", "127.0.0.1:1338"), 200),
            (("host", "host.docker.internal:1338"), 200),
        ] {
            assert_eq!(ask(&service, "GET", path, &[header]).status, status, "{header:?}");
        }
    }

    #[test]
    fn a_wrong_token_and_a_wrong_question_are_refused() {
        let service = service();
        let wrong = [("x-aws-ec2-metadata-token", "x")];
        assert_eq!(ask(&service, "GET", "/latest/meta-data/instance-id", &wrong).status, 401);
        assert_eq!(ask(&service, "PUT", "/latest/api/token", &[]).status, 400);
        let ttl = ("x-aws-ec2-metadata-token-ttl-seconds", "60");
        assert_eq!(
            ask(&service, "PUT", "/latest/api/token", &[ttl, ("x-forwarded-for", "1.2.3.4")]).status,
            403
        );
        assert_eq!(ask(&service, "POST", "/latest/meta-data", &[]).status, 405);
    }
}
