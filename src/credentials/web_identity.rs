//! A role for the holder of a token that somebody else has signed: a file that
//! the profile or the environment names.

use aws_credential_types::Credentials;

use super::chain::{Chain, text};
use super::{assume_role, cache, expiry, sts};
use crate::error::{Error, Result};
use crate::value::Map;

const METHOD: &str = "assume-role-with-web-identity";

/// The role's credentials; none where no token file is named. `variables` says whether the environment counts.
pub(super) async fn credentials(
    chain: &Chain<'_>,
    profile: &str,
    variables: bool,
) -> Result<Option<Credentials>> {
    match read(chain, profile, variables)? {
        Some(role) => cached(chain, role).await.map(Some).map_err(Error::deferred),
        None => Ok(None),
    }
}

/// The same for a role that builds on the profile: the reference keeps such credentials in no file.
pub(super) async fn uncached(chain: &Chain<'_>, profile: &str) -> Result<Option<Credentials>> {
    let Some(role) = read(chain, profile, false)? else { return Ok(None) };
    let reply = ask(chain, role).await?;
    expiry::fresh(sts::credentials(&reply, METHOD)?).map(Some)
}

/// Whether the profile names one, and all that it needs.
pub(super) fn is_named(chain: &Chain<'_>, profile: &str) -> Result<bool> {
    Ok(read(chain, profile, false)?.is_some())
}

/// A role and the file of the token for it.
struct Role {
    token_file: String,
    asked: Map,
}

fn read(chain: &Chain<'_>, profile: &str, variables: bool) -> Result<Option<Role>> {
    let keys = chain.profile(profile).unwrap_or_default();
    let setting = |key: &str, variable: &str| {
        let given = if variables { chain.config.env.filled(variable) } else { None };
        given.or_else(|| text(&keys, key).filter(|text| !text.is_empty()).map(str::to_owned))
    };
    let Some(token_file) = setting("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE") else {
        return Ok(None);
    };
    let Some(arn) = setting("role_arn", "AWS_ROLE_ARN") else {
        return Err(Error::general(
            "The provided profile or the current environment is configured to assume role with web identity \
             but has no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the \
             AWS_ROLE_ARN env var is set.",
        ));
    };
    let mut asked = Map::new();
    if let Some(name) = setting("role_session_name", "AWS_ROLE_SESSION_NAME") {
        asked.insert("RoleSessionName".into(), name.into());
    }
    asked.insert("RoleArn".into(), arn.into());
    Ok(Some(Role { token_file, asked }))
}

async fn cached(chain: &Chain<'_>, role: Role) -> Result<Credentials> {
    let (cache, name) = (chain.cache(), cache::name(&role.asked));
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, METHOD);
    }
    let _lock = cache.lock(&name).await;
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, METHOD);
    }
    let reply = ask(chain, role).await?;
    let account = sts::account(&reply);
    let credentials = sts::credentials(&reply, METHOD)?;
    cache.store(&name, &sts::cached_form(reply, account.as_deref()))?;
    expiry::fresh(credentials)
}

async fn ask(chain: &Chain<'_>, role: Role) -> Result<Map> {
    let mut input = role.asked;
    if !input.contains_key("RoleSessionName") {
        input.insert("RoleSessionName".into(), assume_role::session_name().into());
    }
    let file = &role.token_file;
    let token = std::fs::read_to_string(file).map_err(|error| cache::failed(file.as_ref(), &error))?;
    input.insert("WebIdentityToken".into(), token.into());
    sts::call(chain, "AssumeRoleWithWebIdentity", input, None).await
}
