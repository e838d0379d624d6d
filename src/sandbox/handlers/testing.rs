//! A bench for handlers: an account in a temporary folder, called by its root user.

use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;

use super::users::User;
use crate::client;
use crate::model::{self, Operation, Service};
use crate::reply::{self, TimestampFormat};
use crate::sandbox::account::Account;
use crate::sandbox::arn;
use crate::sandbox::caller::{Caller, Who};
use crate::sandbox::fault::Fault;
use crate::sandbox::name::Name;
use crate::sandbox::origin::Origin;
use crate::sandbox::received::Received;
use crate::sandbox::wire::{self, Form};
use crate::value::{Map, Value};

/// A trust policy for machines.
pub(in crate::sandbox) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;

/// A policy that allows everything.
pub(in crate::sandbox) const ALLOW_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// An account and its folder.
pub(in crate::sandbox) struct Bench {
    pub(in crate::sandbox) account: Account,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// A new account.
    pub(in crate::sandbox) fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let account = Account::open(folder.path(), &Name::default()).unwrap();
        Bench { account, _folder: folder }
    }

    /// The reply's XML.
    #[track_caller]
    pub(in crate::sandbox) fn ok(&self, operation: &str, form: &str) -> String {
        let body = self.call(operation, form).unwrap_or_else(|fault| panic!("{operation}: {fault:?}"));
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// Why it is refused.
    #[track_caller]
    pub(in crate::sandbox) fn fault(&self, operation: &str, form: &str) -> Fault {
        self.call(operation, form).err().unwrap_or_else(|| panic!("{operation} has not failed"))
    }

    /// All pages of a list: the texts of an element, a list for each page.
    #[track_caller]
    pub(in crate::sandbox) fn pages(&self, operation: &str, form: &str, element: &str) -> Vec<Vec<String>> {
        let (mut pages, mut marker) = (Vec::new(), String::new());
        loop {
            let reply = self.ok(operation, &format!("{form}{marker}"));
            pages.push(texts(&reply, element));
            match texts(&reply, "Marker").first() {
                Some(next) => marker = format!("&Marker={next}"),
                None => return pages,
            }
        }
    }

    /// A new managed policy, by its ARN.
    #[track_caller]
    pub(in crate::sandbox) fn policy(&self, name: &str, path: &str) -> String {
        self.ok("CreatePolicy", &format!("PolicyName={name}&Path={path}&PolicyDocument={ALLOW_ALL}"));
        format!("arn:aws:iam::{}:policy{path}{name}", self.account.id())
    }

    /// The reply's XML to another caller than the root user.
    #[track_caller]
    pub(in crate::sandbox) fn ok_as(&self, caller: &Caller, operation: &str, form: &str) -> String {
        let body =
            self.call_as(caller, operation, form).unwrap_or_else(|fault| panic!("{operation}: {fault:?}"));
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// Why another caller than the root user is refused.
    #[track_caller]
    pub(in crate::sandbox) fn fault_as(&self, caller: &Caller, operation: &str, form: &str) -> Fault {
        self.call_as(caller, operation, form).err().unwrap_or_else(|| panic!("{operation} has not failed"))
    }

    fn call(&self, name: &str, form: &str) -> Result<Bytes, Fault> {
        self.call_as(&self.root(), name, form)
    }

    fn call_as(&self, caller: &Caller, name: &str, form: &str) -> Result<Bytes, Fault> {
        let (service, operation) = find(name);
        let form = Form::parse(form.as_bytes())?;
        let result = self.account.perform(operation, &form, caller, &Origin::default())?;
        wire::success(service, operation, &result, "r").map(|reply| reply.body)
    }

    /// A user that exists.
    pub(in crate::sandbox) fn user(&self, name: &str) -> Caller {
        let user = User::find(&self.account.connection, name).unwrap().unwrap();
        Caller {
            arn: user.arn(self.account.id()),
            who: Who::User(user.name),
            id: user.id,
            access_key: String::new(),
            session: None,
        }
    }

    /// The root user.
    pub(in crate::sandbox) fn root(&self) -> Caller {
        Caller {
            who: Who::Root,
            arn: arn::root(self.account.id()),
            id: self.account.id().to_string(),
            access_key: self.account.root_key().unwrap().id,
            session: None,
        }
    }
}

/// The texts of all elements of this name that have no elements in them.
pub(in crate::sandbox) fn texts(xml: &str, element: &str) -> Vec<String> {
    let open = format!("<{element}>");
    let parts = xml.split(&open).skip(1);
    let parts = parts.filter_map(|part| part.split_once('<').filter(|(_, rest)| rest.starts_with('/')));
    parts.map(|(text, _)| text.to_owned()).collect()
}

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
    pub(in crate::sandbox) fn own_policy(&self, name: &str, document: &str) -> String {
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

fn find(name: &str) -> (&'static Service, &'static Operation) {
    let all = model::SERVICES.iter().flat_map(|service| service.operations.iter().map(|one| (*service, one)));
    all.into_iter().find(|(_, operation)| operation.name == name).unwrap()
}

/// The text that follows a tag, up to the next one.
#[track_caller]
pub(in crate::sandbox) fn between<'x>(xml: &'x str, tag: &str) -> &'x str {
    let rest = xml.split_once(tag).unwrap_or_else(|| panic!("no {tag} in {xml}")).1;
    rest.split('<').next().unwrap()
}

/// A form's value, percent-encoded.
pub(in crate::sandbox) fn encoded(text: &str) -> String {
    crate::percent::encode(text)
}
