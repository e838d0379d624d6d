//! `sso login`: a new token for the session, or for the profile of the older kind.

use std::fs;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use super::registration::{Grant, Registration, registration};
use super::target::Target;
use super::{Oidc, absent, authorization_code, cache, device, seconds, start_url, text, with_chain};
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::config::Config;
use crate::credentials::{cache as files, expiry};
use crate::env::Env;
use crate::error::Result;
use crate::json::{self, Style};
use crate::secret::Secret;
use crate::value::{Map, Value};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let mut target = Target::find(command.option("sso-session").filter(|name| !name.is_empty()), context)?;
    let browser = command.option("no-browser").is_none();
    // Only a named session can be signed in to by a code that a browser brings back.
    let grant = match (&target.session, command.option("use-device-code")) {
        (Some(_), None) => Grant::AuthorizationCode,
        _ => Grant::Device,
    };
    let config = context.config()?;
    target.service_url =
        with_chain(context, config, async |chain| start_url::resolved(&chain, &target.start_url).await)?;
    sign_in(context, config, &target, grant, browser)?;
    terminal::print(&format!("Successfully logged into Start URL: {}\n", target.start_url))
}

/// A token: the one that is kept, if it can be used for a while yet; else a new one.
pub(in crate::commands) fn token(
    context: &Context<'_>,
    config: &Config,
    target: &Target,
    grant: Grant,
    browser: bool,
) -> Result<Secret> {
    match kept(context.env, target)? {
        Some(token) => Ok(token),
        None => sign_in(context, config, target, grant, browser),
    }
}

fn kept(env: &Env, target: &Target) -> Result<Option<Secret>> {
    let name = files::sha1(target.token_name());
    let content = match fs::read_to_string(cache(env).path(&name)) {
        Ok(content) => content,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(absent(&name)),
    };
    let Ok(Value::Map(document)) = json::read(&content) else { return Err(absent(&name)) };
    let end = expiry::parse(text(&document, "expiresAt")?)?;
    match expiry::ends_within(end, expiry::MARGIN) {
        true => Ok(None),
        false => text(&document, "accessToken").map(|token| Some(Secret::new(token))),
    }
}

/// Signs in, keeps the token, and gives it.
fn sign_in(
    context: &Context<'_>,
    config: &Config,
    target: &Target,
    grant: Grant,
    browser: bool,
) -> Result<Secret> {
    let env = context.env;
    with_chain(context, config, async |chain| {
        let oidc = Oidc::new(chain, &target.region)?;
        let registration = registration(&oidc, env, target, grant).await?;
        let reply = match grant {
            Grant::Device => device::token(&oidc, env, target, &registration, browser).await?,
            Grant::AuthorizationCode => {
                authorization_code::token(&oidc, env, target, &registration, browser).await?
            }
        };
        keep(env, target, &registration, &reply)?;
        text(&reply, "accessToken").map(Secret::new)
    })
}

/// Writes the token where everything that signs requests looks for it.
fn keep(env: &Env, target: &Target, registration: &Registration, reply: &Map) -> Result<()> {
    let token = text(reply, "accessToken")?;
    let end = SystemTime::now() + Duration::from_secs(seconds(reply, "expiresIn")?);
    let mut document = Map::new();
    document.insert("startUrl".into(), target.start_url.as_str().into());
    document.insert("region".into(), target.region.as_str().into());
    document.insert("accessToken".into(), token.into());
    document.insert("expiresAt".into(), expiry::zulu(end).into());
    document.insert("clientId".into(), registration.id.as_str().into());
    document.insert("clientSecret".into(), registration.secret.expose().into());
    document.insert("registrationExpiresAt".into(), registration.expires_at.as_str().into());
    if let Some(refresh) = reply.get("refreshToken") {
        document.insert("refreshToken".into(), refresh.clone());
    }
    let mut content = String::new();
    json::write(&mut content, &Value::Map(document), Style::LINE);
    files::write_private(&cache(env).path(&files::sha1(target.token_name())), content.as_bytes())
}
