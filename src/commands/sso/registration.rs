//! The registration of this program with the service: kept, so that it is made
//! once for each session and grant, and not at each login.

use std::fs;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::target::Target;
use super::{Oidc, absent, cache, seconds, text};
use crate::credentials::{cache as files, expiry};
use crate::env::Env;
use crate::error::Result;
use crate::json::{self, Style};
use crate::secret::Secret;
use crate::value::{Map, Value};

/// What is asked for in a browser where the session names nothing.
const DEFAULT_SCOPE: &str = "sso:account:access";

/// Where browsers are sent back to. The port is not part of the registration.
pub(super) const REDIRECT: &str = "http://127.0.0.1/oauth/callback";

/// How the token will be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Grant {
    Device,
    AuthorizationCode,
}

impl Grant {
    /// The names that are registered; none are needed for a device.
    fn types(self) -> Option<Value> {
        match self {
            Grant::Device => None,
            Grant::AuthorizationCode => Some(list(&["authorization_code".into(), "refresh_token".into()])),
        }
    }

    /// What is asked for.
    pub(super) fn scopes(self, target: &Target) -> Option<Vec<String>> {
        let scopes = target.session.as_ref().and_then(|session| session.scopes.clone());
        match self {
            Grant::Device => scopes,
            Grant::AuthorizationCode => Some(scopes.unwrap_or_else(|| vec![DEFAULT_SCOPE.into()])),
        }
    }
}

/// Who this program is for the service.
pub(super) struct Registration {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// As it is written into tokens.
    pub(super) expires_at: String,
}

/// The registration that is kept, if it can be used for a while yet; else a new one.
pub(super) async fn registration(
    oidc: &Oidc<'_>,
    env: &Env,
    target: &Target,
    grant: Grant,
) -> Result<Registration> {
    let path = cache(env).path(&name(target));
    if let Some(found) = kept(&path, &name(target), grant)? {
        return Ok(found);
    }
    let reply = oidc.call("RegisterClient", "/client/register", request(target, grant)).await?;
    let end = UNIX_EPOCH + Duration::from_secs(seconds(&reply, "clientSecretExpiresAt")?);
    let mut document = Map::new();
    document.insert("clientId".into(), text(&reply, "clientId")?.into());
    document.insert("clientSecret".into(), text(&reply, "clientSecret")?.into());
    document.insert("expiresAt".into(), expiry::zulu(end).into());
    if let Some(scopes) = grant.scopes(target) {
        document.insert("scopes".into(), list(&scopes));
    }
    if let Some(types) = grant.types() {
        document.insert("grantTypes".into(), types);
    }
    let mut content = String::new();
    json::write(&mut content, &Value::Map(document.clone()), Style::LINE);
    files::write_private(&path, content.as_bytes())?;
    of(&document)
}

fn kept(path: &std::path::Path, name: &str, grant: Grant) -> Result<Option<Registration>> {
    let content = match fs::read_to_string(path) {
        Ok(content) => content,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(absent(name)),
    };
    let Ok(Value::Map(document)) = json::read(&content) else { return Err(absent(name)) };
    let end = expiry::parse(&text(&document, "expiresAt")?.replace("UTC", "Z"))?;
    let usable =
        !expiry::ends_within(end, expiry::MARGIN) && document.get("grantTypes") == grant.types().as_ref();
    if usable { of(&document).map(Some) } else { Ok(None) }
}

fn of(document: &Map) -> Result<Registration> {
    Ok(Registration {
        id: text(document, "clientId")?.to_owned(),
        secret: Secret::new(text(document, "clientSecret")?),
        expires_at: text(document, "expiresAt")?.to_owned(),
    })
}

/// The name of the file: a digest of what the registration is for.
fn name(target: &Target) -> String {
    let session = target.session.as_ref();
    let scopes = session.and_then(|session| session.scopes.as_ref());
    let mut asked = Map::new();
    asked.insert("region".into(), target.region.as_str().into());
    asked.insert("scopes".into(), scopes.map_or(Value::Null, |scopes| list(scopes)));
    asked.insert("session_name".into(), session.map_or(Value::Null, |session| session.name.as_str().into()));
    asked.insert("startUrl".into(), target.start_url.as_str().into());
    asked.insert("tool".into(), "botocore".into());
    let mut content = String::new();
    json::write(&mut content, &Value::Map(asked), Style::LINE);
    files::sha1(&content)
}

fn request(target: &Target, grant: Grant) -> Map {
    let by = match &target.session {
        Some(session) => session.name.clone(),
        None => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string(),
    };
    let mut request = Map::new();
    request.insert("clientName".into(), format!("botocore-client-{by}").into());
    request.insert("clientType".into(), "public".into());
    if let Some(types) = grant.types() {
        request.insert("grantTypes".into(), types);
        request.insert("redirectUris".into(), list(&[REDIRECT.into()]));
        request.insert("issuerUrl".into(), target.service_url.as_str().into());
    }
    if let Some(scopes) = grant.scopes(target) {
        request.insert("scopes".into(), list(&scopes));
    }
    request
}

fn list(items: &[String]) -> Value {
    Value::List(items.iter().map(|item| item.as_str().into()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::target::Session;
    use super::*;

    fn target() -> Target {
        let scopes = vec!["sso:account:access".into(), "other:scope".into()];
        Target {
            start_url: "https://d-2.awsapps.com/start".into(),
            service_url: "https://d-2.awsapps.com/start".into(),
            region: "eu-central-1".into(),
            session: Some(Session { name: "my".into(), scopes: Some(scopes) }),
        }
    }

    #[test]
    fn the_files_have_the_references_names() {
        assert_eq!(name(&target()), "5d415944320340653dfdc13be5bf2fd7ff2753b5");
        let older = Target {
            start_url: "https://d-1.awsapps.com/start".into(),
            service_url: "https://d-1.awsapps.com/start".into(),
            region: "us-west-2".into(),
            session: None,
        };
        // The scope that is asked for by default is no part of it.
        let session = Some(Session { name: "noscope".into(), scopes: None });
        let default = Target { start_url: "https://d-3.awsapps.com/start".into(), session, ..target() };
        assert_eq!(name(&default), "ee7290ac893addf66bd3b572450e96f049c36ab3");
        assert_eq!(Grant::AuthorizationCode.scopes(&default), Some(vec!["sso:account:access".into()]));
        assert_eq!(Grant::Device.scopes(&default), None);
        assert_eq!(name(&older), "94035477d0099b98889c33bc58f9849a950c646b");
    }

    #[test]
    fn a_registration_is_for_its_grant_and_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n.json");
        let kept = |document: &str, grant| {
            fs::write(&path, document).unwrap();
            kept(&path, "n", grant).map(|found| found.map(|found| found.id))
        };
        let device = r#"{"clientId":"i","clientSecret":"s","expiresAt":"2039-01-01T00:00:00Z"}"#;
        assert_eq!(kept(device, Grant::Device).unwrap(), Some("i".into()));
        assert_eq!(kept(device, Grant::AuthorizationCode).unwrap(), None);
        let over = device.replace("2039", "2009");
        assert_eq!(kept(&over, Grant::Device).unwrap(), None);
        assert_eq!(kept("{}", Grant::Device).unwrap_err().message, "'expiresAt'");
        assert_eq!(kept("rubbish", Grant::Device).unwrap_err().message, "'n'");
    }
}
