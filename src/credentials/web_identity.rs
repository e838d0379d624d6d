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
    let keys = chain.profile(profile).unwrap_or_default();
    let setting = |key: &str, variable: &str| {
        let given = if variables { chain.config.env.get(variable) } else { None };
        given.or_else(|| text(&keys, key).map(str::to_owned))
    };
    let Some(file) = setting("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE") else { return Ok(None) };
    let Some(arn) = setting("role_arn", "AWS_ROLE_ARN") else {
        return Err(Error::general(
            "The provided profile or the current environment is configured to assume role with web identity \
             but has no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the \
             AWS_ROLE_ARN env var is set.",
        ));
    };
    let mut asked = Map::from([("RoleArn".into(), arn.into())]);
    if let Some(name) = setting("role_session_name", "AWS_ROLE_SESSION_NAME") {
        asked.insert("RoleSessionName".into(), name.into());
    }
    found(chain, &file, asked).await.map(Some)
}

async fn found(chain: &Chain<'_>, file: &str, asked: Map) -> Result<Credentials> {
    let cache = chain.cache();
    let name = cache::name(&asked);
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, METHOD);
    }
    let _lock = cache.lock(&name).await;
    if let Some(document) = cache.usable(&name) {
        return sts::credentials(&document, METHOD);
    }
    let mut input = asked;
    if !input.contains_key("RoleSessionName") {
        input.insert("RoleSessionName".into(), assume_role::session_name().into());
    }
    let token = std::fs::read_to_string(file).map_err(|error| cache::failed(file.as_ref(), &error))?;
    input.insert("WebIdentityToken".into(), token.into());
    let reply = sts::call(chain, "AssumeRoleWithWebIdentity", input, None).await?;
    let account = sts::account(&reply);
    let credentials = sts::credentials(&reply, METHOD)?;
    cache.store(&name, &sts::cached_form(reply, account.as_deref()))?;
    expiry::fresh(credentials)
}
