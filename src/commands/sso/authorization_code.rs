//! Signing in with this machine's browser, which brings a code back to us. A
//! proof key (RFC 7636) ties the code to this process.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::callback::{Answer, Callback};
use super::registration::{Grant, Registration};
use super::target::Target;
use super::{Oidc, browser, expired};
use crate::commands::terminal;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::percent;
use crate::secret::Secret;
use crate::value::Map;

pub(super) async fn token(
    oidc: &Oidc<'_>,
    env: &Env,
    target: &Target,
    registration: &Registration,
    browse: bool,
) -> Result<Map> {
    let callback = Callback::open().await?;
    let redirect = callback.url();
    let (verifier, state) = (Secret::new(random()?), random()?);
    let scopes = Grant::AuthorizationCode.scopes(target).unwrap_or_default().join(" ");
    let page = format!(
        "{}/authorize?response_type=code&client_id={}&redirect_uri={}&state={state}&code_challenge_method=S256\
         &scopes={}&code_challenge={}",
        oidc.endpoint,
        percent::encode(&registration.id),
        percent::encode(&redirect),
        percent::encode(&scopes),
        challenge(verifier.expose())
    );
    terminal::print(&prompt(browse, &page))?;
    if browse {
        browser::open(env, &page);
    }
    let code = match callback.answer().await {
        Some(Answer::Code { code, state: given }) if given == state => code,
        Some(Answer::Code { .. }) => return Err(failed("State parameter does not match expected value.")),
        None => return Err(expired()),
        Some(Answer::Refused) => return Err(failed("Failed to retrieve an authorization code.")),
    };
    let mut request = Map::new();
    request.insert("grantType".into(), "authorization_code".into());
    request.insert("clientId".into(), registration.id.as_str().into());
    request.insert("clientSecret".into(), registration.secret.expose().into());
    request.insert("redirectUri".into(), redirect.into());
    request.insert("codeVerifier".into(), verifier.expose().into());
    request.insert("code".into(), code.into());
    oidc.create_token(request).await
}

fn failed(why: &str) -> Error {
    Error::general(format!("Error loading authorization code: {why}"))
}

fn prompt(browse: bool, page: &str) -> String {
    match browse {
        true => format!(
            "Attempting to open your default browser. If the browser does not open, open the following URL.\n\
             If you are unable to open the URL on this device, run this command again with the \
             '--use-device-code' option.\n\n{page}\n\n"
        ),
        false => {
            format!("Browser will not be automatically opened.\nPlease visit the following URL:\n\n{page}\n")
        }
    }
}

/// 48 bytes that nobody can guess, as 64 characters.
fn random() -> Result<String> {
    let mut bytes = [0u8; 48];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::general("no random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(percent::encode("http://127.0.0.1:1/a b"), "http%3A%2F%2F127.0.0.1%3A1%2Fa%20b");
        let (one, two) = (random().unwrap(), random().unwrap());
        assert!(one != two && one.len() == 64);
    }
}
