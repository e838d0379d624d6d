//! AssumeRoleWithWebIdentity: a role for somebody with a token of an OpenID Connect provider.
//!
//! AWS fetches the provider's keys over the network. The sandbox reads them
//! from a file beside the account's own: for `default.db` it is
//! `default.jwks.json`, an object of issuers and their key sets:
//!
//! ```json
//! {"https://token.example.com": {"keys": [{"kty": "RSA", "kid": "1", "n": "...", "e": "AQAB"}]}}
//! ```

use std::path::{Path, PathBuf};

use rusqlite::OptionalExtension as _;

use super::federated::Federated;
use super::session_input::{SessionInput, check_tags};
use crate::json;
use crate::policy::Principal;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::Call;
use crate::sandbox::jwt::{Jwt, Unverified};
use crate::sandbox::{arn, jwt};
use crate::value::{Map, Value};

/// The claims that AWS makes keys of, beside `aud`, `sub` and `amr`, by issuer.
const CLAIMS: &[(&str, &[&str])] = &[
    ("accounts.google.com", &["google/organization_number"]),
    (
        "token.actions.githubusercontent.com",
        &[
            "actor",
            "actor_id",
            "enterprise_id",
            "environment",
            "job_workflow_ref",
            "ref",
            "repository",
            "repository_id",
            "repository_owner_id",
            "workflow",
        ],
    ),
    (
        "gitlab.com",
        &[
            "namespace_id",
            "pipeline_source",
            "project_id",
            "ref_protected",
            "runner_environment",
            "user_access_level",
            "user_email",
            "user_id",
            "user_login",
        ],
    ),
    (
        "agent.buildkite.com",
        &[
            "build_branch",
            "cluster_id",
            "cluster_name",
            "organization_id",
            "organization_slug",
            "pipeline_id",
            "pipeline_slug",
        ],
    ),
];

/// The claim that brings session tags along.
const TAGS: &str = "https://aws.amazon.com/tags";

/// The claim that brings a source identity along.
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// How many seconds the clock of an issuer may be ahead.
const LEEWAY: i64 = 300;

pub(super) fn assume_role(call: &Call<'_>) -> Result<Map, Fault> {
    if let Some(id) = call.text("ProviderId") {
        return Err(Fault::new(
            "NotSupported",
            501,
            format!("Tokens of {id} are not supported by the sandbox; OpenID Connect tokens are."),
        ));
    }
    let token = Token::read(call)?;
    let mut input = SessionInput::of(call)?;
    token.add_tags(&mut input)?;
    let federated = Federated {
        action: "sts:AssumeRoleWithWebIdentity",
        principal: Principal::WebIdentity { provider: token.provider.clone() },
        provider: token.provider.clone(),
        session_name: call.needed("RoleSessionName")?.to_owned(),
        source_identity: token.jwt.text(SOURCE_IDENTITY).map(str::to_owned),
        trust_keys: token.trust_keys(),
        claims: token.claims(),
        latest: i64::MAX,
    };
    let mut reply = federated.assume(call, input)?;
    reply.insert("SubjectFromWebIdentityToken".into(), token.subject.as_str().into());
    reply.insert("Provider".into(), token.provider.as_str().into());
    reply.insert("Audience".into(), token.audience.as_str().into());
    Ok(reply)
}

/// A token whose signature, issuer, audience and time are right.
struct Token {
    jwt: Jwt,
    /// The issuer without `https://`.
    issuer: String,
    /// The ARN of the account's provider.
    provider: String,
    audience: String,
    subject: String,
}

fn invalid(why: impl Into<String>) -> Fault {
    Fault::new("InvalidIdentityToken", 400, why)
}

impl Token {
    fn read(call: &Call<'_>) -> Result<Token, Fault> {
        let unverified = Unverified::read(call.needed("WebIdentityToken")?)
            .map_err(|why| invalid(format!("The ID Token provided is not a valid JWT: {why}.")))?;
        let claim = |name: &str| {
            let found = unverified.claims().text(name).map(str::to_owned);
            found.ok_or_else(|| invalid(format!("Missing a required claim: {name}")))
        };
        let (url, subject) = (claim("iss")?, claim("sub")?);
        let issuer = url.strip_prefix("https://").unwrap_or(&url).to_owned();
        let provider = arn::iam(call.account, "oidc-provider", "/", &issuer);
        let mut statement = call.db.prepare_cached("SELECT clients FROM oidc_provider WHERE arn = ?1")?;
        let clients: Option<String> = statement.query_row([&provider], |row| row.get(0)).optional()?;
        let clients = clients
            .ok_or_else(|| invalid(format!("No OpenIDConnect provider found in your account for {url}")))?;

        let jwt = unverified.verify(&keys(call, &url)?).map_err(invalid)?;
        let expires = jwt.integer("exp").ok_or_else(|| invalid("Missing a required claim: exp"))?;
        if expires <= call.now {
            return Err(Fault::new(
                "ExpiredTokenException",
                400,
                format!(
                    "Token expired: current date/time {} must be before the expiration date/time {expires}",
                    call.now
                ),
            ));
        }
        // RFC 7519, 4.1.5: what begins later is not taken yet; clocks differ by some minutes.
        if jwt.integer("nbf").is_some_and(|begins| begins > call.now + LEEWAY) {
            return Err(invalid("The ID Token is not valid yet"));
        }
        let clients = json::read(&clients).map_err(Fault::internal)?;
        let is_client = |audience: &str| {
            clients.as_list().unwrap_or_default().iter().any(|client| client.as_str() == Some(audience))
        };
        // A token that says to whom it was issued is for that one.
        let candidates = match jwt.text("azp") {
            Some(party) => vec![party.to_owned()],
            None => jwt.texts("aud"),
        };
        let audience = candidates.into_iter().find(|audience| is_client(audience));
        let audience = audience.ok_or_else(|| invalid("Incorrect token audience"))?;
        Ok(Token { jwt, issuer, provider, audience, subject })
    }

    /// The keys that conditions can ask for, with one value each.
    fn claims(&self) -> Vec<(String, String)> {
        let is_of = |host: &str| {
            self.issuer.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let more = CLAIMS.iter().filter(|(host, _)| is_of(host)).flat_map(|(_, claims)| claims.iter());
        let more = more.filter_map(|claim| Some((*claim, self.jwt.text(claim)?.to_owned())));
        let mut claims = vec![("aud", self.audience.clone()), ("sub", self.subject.clone())];
        if is_of("accounts.google.com") && self.jwt.text("azp").is_some() {
            claims.extend(self.jwt.texts("aud").into_iter().take(1).map(|audience| ("oaud", audience)));
        }
        claims.extend(more);
        claims.into_iter().map(|(name, value)| (format!("{}:{name}", self.issuer), value)).collect()
    }

    /// The same, and those with several values.
    fn trust_keys(&self) -> Vec<(String, Vec<String>)> {
        let single = self.claims().into_iter().map(|(name, value)| (name, vec![value]));
        single.chain([(format!("{}:amr", self.issuer), self.jwt.texts("amr"))]).collect()
    }

    /// Adds the session tags that the token brings along.
    fn add_tags(&self, input: &mut SessionInput) -> Result<(), Fault> {
        let Some(claim) = self.jwt.claim(TAGS) else { return Ok(()) };
        let tags = claim.get("principal_tags").and_then(Value::as_map);
        for (name, values) in tags.into_iter().flatten() {
            let values = jwt::texts(values);
            let [value] = values.as_slice() else {
                return Err(invalid(format!("The session tag {name} of the token needs exactly one value.")));
            };
            input.tags.push((name.to_string(), value.clone()));
        }
        input.transitive.extend(claim.get("transitive_tag_keys").map(jwt::texts).unwrap_or_default());
        check_tags(&input.tags)
    }
}

/// The keys of an issuer.
fn keys(call: &Call<'_>, url: &str) -> Result<Value, Fault> {
    let file = call.db.path().map(|path| key_file(Path::new(path)));
    let file = file.ok_or_else(|| Fault::internal("the account has no file"))?;
    let missing = |why: String| {
        invalid(format!(
            "Couldn't retrieve verification key from your identity provider: the sandbox reads the key sets of \
             issuers from {}, and {why}",
            file.display()
        ))
    };
    let text = std::fs::read_to_string(&file).map_err(|error| missing(error.to_string()))?;
    let all = json::read(&text).map_err(|error| missing(error.to_string()))?;
    all.get(url).cloned().ok_or_else(|| missing(format!("there is none of {url} in it")))
}

/// `default.db` has its keys in `default.jwks.json`.
fn key_file(account: &Path) -> PathBuf {
    account.with_extension("jwks.json")
}

#[cfg(test)]
#[path = "web_identity_tests.rs"]
mod tests;
