//! Signed requests over the whole way, and what they are signed with and decided by.

use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;

use super::testing::{Bench, find};
use crate::client;
use crate::reply::{self, TimestampFormat};
use crate::sandbox::received::Received;
use crate::value::{Map, Value};

/// A key that requests are signed with, as programs have it.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Signer {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) secret: String,
    pub(in crate::sandbox) token: Option<String>,
    /// How many seconds the signer's clock is ahead.
    pub(in crate::sandbox) ahead: i64,
}

impl Signer {
    /// A long-term key.
    pub(in crate::sandbox) fn new(id: &str, secret: &str) -> Signer {
        Signer { id: id.to_owned(), secret: secret.to_owned(), token: None, ahead: 0 }
    }

    /// The key of the `Credentials` in a reply.
    pub(in crate::sandbox) fn of(result: &Map) -> Signer {
        let text = |name| result["Credentials"].get(name).and_then(Value::as_str).unwrap().to_owned();
        let token = Some(text("SessionToken"));
        Signer { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token, ahead: 0 }
    }

    fn time(&self) -> SystemTime {
        let ahead = Duration::from_secs(self.ahead.unsigned_abs());
        if self.ahead < 0 { SystemTime::now() - ahead } else { SystemTime::now() + ahead }
    }

    /// A signed request of an operation, as the SDK makes it.
    pub(in crate::sandbox) fn request(&self, operation: &str, form: &str) -> Received {
        let (service, _) = find(operation);
        let body = format!("Action={operation}&Version={}&{form}", service.api_version);
        let mut request = http::Request::post("http://default.sandbox.invalid/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(body))
            .unwrap();
        self.sign(&mut request, service.name, SigningSettings::default());
        Received { request, source: Ipv4Addr::LOCALHOST.into(), secure: true }
    }

    /// Signs any request.
    pub(in crate::sandbox) fn sign(
        &self,
        request: &mut http::Request<Bytes>,
        service: &str,
        settings: SigningSettings,
    ) {
        let identity = Credentials::new(&self.id, &self.secret, self.token.clone(), None, "test").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name(service)
            .time(self.time())
            .settings(settings)
            .build()
            .unwrap();
        let address = request.uri().to_string();
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body = request.body().clone();
        let method = request.method().to_string();
        let signable = SignableRequest::new(&method, address, headers, SignableBody::Bytes(&body)).unwrap();
        let (instructions, _) = sign(signable, &SigningParams::from(params)).unwrap().into_parts();
        instructions.apply_to_request_http1x(request);
    }
}

impl Bench {
    /// The root user's key.
    pub(in crate::sandbox) fn root_signer(&self) -> Signer {
        let key = self.account.root_key().unwrap();
        Signer::new(&key.id, key.secret.expose())
    }

    /// A user and its key, made in the store.
    pub(in crate::sandbox) fn user(&self, name: &str, path: &str) -> Signer {
        self.ok("CreateUser", &format!("UserName={name}&Path={path}"));
        let key = Signer::new(&format!("AKIA{name:A>16}").to_uppercase(), &format!("secret of {name}"));
        let sql = "INSERT INTO access_key (id, user, secret, active, created) VALUES (?1, ?2, ?3, 1, 0)";
        let db = &self.account.connection;
        db.execute(sql, (&key.id, name.to_lowercase(), &key.secret)).unwrap();
        key
    }

    /// Gives a user, group or role an inline policy of this name.
    pub(in crate::sandbox) fn allow(&self, kind: &str, owner: &str, name: &str, document: &str) {
        let sql =
            "INSERT OR REPLACE INTO inline_policy (kind, owner, name, document) VALUES (?1, ?2, ?3, ?4)";
        let db = &self.account.connection;
        db.execute(sql, (kind, owner.to_lowercase(), name, document)).unwrap();
    }

    /// A role, made in the store.
    pub(in crate::sandbox) fn role(&self, name: &str, path: &str, trust: &str) {
        let sql = "INSERT INTO role (key, name, path, id, created, trust, max_session) \
                   VALUES (?1, ?2, ?3, ?4, 0, ?5, 7200)";
        let db = &self.account.connection;
        db.execute(sql, (name.to_lowercase(), name, path, format!("AROA{name:A>17}"), trust)).unwrap();
    }

    /// A managed policy of the account, made in the store; gives its ARN.
    pub(in crate::sandbox) fn managed(&self, name: &str, document: &str) -> String {
        let arn = format!("arn:aws:iam::123456789012:policy/{name}");
        let db = &self.account.connection;
        let sql = "INSERT INTO policy (arn, key, name, path, id, created, updated, default_version, next_version) \
                   VALUES (?1, ?2, ?3, '/', ?4, 0, 0, 1, 2)";
        db.execute(sql, (&arn, name.to_lowercase(), name, format!("ANPA{name:A>17}"))).unwrap();
        let sql = "INSERT INTO policy_version (arn, version, document, created) VALUES (?1, 1, ?2, 0)";
        db.execute(sql, (&arn, document)).unwrap();
        arn
    }

    /// The result of a signed request, over the whole way.
    #[track_caller]
    pub(in crate::sandbox) fn ok_as(&self, signer: &Signer, operation: &str, form: &str) -> Map {
        let reply = self.account.answer(&signer.request(operation, form));
        assert_eq!(reply.status, 200, "{operation}: {}", String::from_utf8_lossy(&reply.body));
        reply::result(find(operation).1, &reply.body, TimestampFormat::Wire).unwrap()
    }

    /// Why a signed request is refused: the status, the code and the message.
    #[track_caller]
    pub(in crate::sandbox) fn refused(&self, signer: &Signer, operation: &str, form: &str) -> String {
        let reply = self.account.answer(&signer.request(operation, form));
        assert_ne!(reply.status, 200, "{operation} is allowed: {}", String::from_utf8_lossy(&reply.body));
        said(&reply)
    }
}

/// The status, code and message of an error.
pub(in crate::sandbox) fn said(reply: &client::Reply) -> String {
    let body = String::from_utf8_lossy(&reply.body);
    let part = |name: &str| {
        let rest = body.split(&format!("<{name}>")).nth(1).unwrap_or_default();
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    format!("{} {}: {}", reply.status, part("Code"), part("Message"))
}
