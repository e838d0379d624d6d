//! The chain without a network: a home of its own, a transport that answers from a script.

mod keys;
mod places;
mod process;
mod roles;
mod sources;
mod sso;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::*;
use crate::client::{Reply, Sending, TransportError};
use crate::config::Overrides;
use crate::env::Env;
use crate::secret::Secret;

/// What was asked: method, address, the body or the token in a header.
#[derive(Clone, Debug)]
struct Asked {
    line: String,
    body: String,
    headers: http::HeaderMap,
}

impl Asked {
    /// The access key that signed it; empty where it is not signed.
    fn signer(&self) -> String {
        let header =
            self.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let after = header.split_once("Credential=").map_or("", |(_, rest)| rest);
        after.split('/').next().unwrap_or_default().to_owned()
    }
}

/// Answers from a script and refuses connections where it is at its end.
#[derive(Debug, Default)]
struct Script {
    answers: Mutex<VecDeque<(u16, String)>>,
    asked: Mutex<Vec<Asked>>,
}

impl Transport for Script {
    fn send(&self, request: http::Request<Bytes>) -> Sending {
        let line = format!("{} {}", request.method(), request.uri());
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let asked = Asked { line, body, headers: request.headers().clone() };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        Box::pin(async move {
            let (status, body) = answer.ok_or_else(|| TransportError::Connect("refused".into()))?;
            Ok(Reply {
                status,
                reason: "Reason".into(),
                headers: http::HeaderMap::new(),
                body: Bytes::from(body),
            })
        })
    }
}

/// A home with its files, and the configuration that they make.
struct World {
    home: tempfile::TempDir,
    config: Config,
    script: Arc<Script>,
}

impl World {
    fn new(config: &str, credentials: &str, variables: &[(&str, &str)], profile: Option<&str>) -> World {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("config"), config.replace("{HOME}", home.path().to_str().unwrap())).unwrap();
        std::fs::write(path("credentials"), credentials).unwrap();
        let mut all = vec![
            ("HOME".to_owned(), home.path().to_str().unwrap().to_owned()),
            ("AWS_CONFIG_FILE".to_owned(), path("config")),
            ("AWS_SHARED_CREDENTIALS_FILE".to_owned(), path("credentials")),
            ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
            ("AWS_REGION".to_owned(), "eu-west-1".to_owned()),
            ("AWS_MAX_ATTEMPTS".to_owned(), "1".to_owned()),
        ];
        for (name, value) in variables {
            let value = value.replace("{HOME}", home.path().to_str().unwrap());
            all.retain(|(known, _)| known != name);
            all.push(((*name).to_owned(), value));
        }
        let overrides = Overrides { profile: profile.map(str::to_owned), ..Overrides::default() };
        let config = Config::load(Env::fixed(all), overrides).unwrap();
        World { home, config, script: Arc::default() }
    }

    /// One more answer at the end of the script.
    fn answer(self, status: u16, body: impl Into<String>) -> World {
        self.script.answers.lock().unwrap().push_back((status, body.into()));
        self
    }

    fn file(self, name: &str, content: &str) -> World {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    fn program(self, name: &str, script: &str) -> World {
        let world = self.file(name, &format!("#!/bin/sh\n{script}\n"));
        let path = world.home.path().join(name);
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        world
    }

    fn resolve(&self) -> Result<Option<Found>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let transport: Arc<dyn Transport> = self.script.clone();
        let ask: mfa::Ask = |prompt| {
            assert_eq!(prompt, "Enter MFA code for arn:aws:iam::1:mfa/me: ");
            Box::pin(async { Ok(Secret::new("123456")) })
        };
        runtime.block_on(chain::Chain { config: &self.config, transport: &transport, ask }.resolve())
    }

    /// The message of the failure.
    fn fails(&self) -> String {
        match self.resolve() {
            Err(error) => error.message,
            Ok(found) => panic!("there are credentials: {:?}", found.map(|(_, source)| source)),
        }
    }

    fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap().clone()
    }

    fn cached(&self) -> Vec<String> {
        let paths = cache::Cache::of_home(&self.config.env).entries().unwrap();
        paths.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    }

    fn path(&self) -> &Path {
        self.home.path()
    }
}

fn id(found: Result<Option<Found>>) -> Option<(String, Source)> {
    found.unwrap().map(|(found, source)| (found.access_key_id().to_owned(), source))
}

/// The reply of an STS operation with these credentials.
fn sts_reply(operation: &str, id: &str, end: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"x\"><{operation}Result><AssumedRoleUser><Arn>\
         arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>\
         <Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>sk</SecretAccessKey>\
         <SessionToken>tok</SessionToken><Expiration>{end}</Expiration></Credentials></{operation}Result>\
         </{operation}Response>"
    )
}

const FUTURE: &str = "2039-11-09T13:34:41Z";
const PAST: &str = "2011-11-09T13:34:41Z";
