//! Signing in on any device: a code is typed there, and the token is asked for
//! here until it comes.

use std::time::Duration;

use super::registration::Registration;
use super::target::Target;
use super::{Oidc, browser, expired, seconds, text};
use crate::commands::terminal;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::value::{Map, Value};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Seconds between two questions where the service names none, and how many more it takes to be slower.
const INTERVAL: u64 = 5;
const SLOWER: u64 = 5;

pub(super) async fn token(
    oidc: &Oidc<'_>,
    env: &Env,
    target: &Target,
    registration: &Registration,
    browse: bool,
) -> Result<Map> {
    let mut request = Map::new();
    request.insert("clientId".into(), registration.id.as_str().into());
    request.insert("clientSecret".into(), registration.secret.expose().into());
    request.insert("startUrl".into(), target.service_url.as_str().into());
    let begun = oidc.call("StartDeviceAuthorization", "/device_authorization", request).await?;
    seconds(&begun, "expiresIn")?;
    let code = text(&begun, "deviceCode")?;
    let (user_code, page, full) = (
        text(&begun, "userCode")?,
        text(&begun, "verificationUri")?,
        text(&begun, "verificationUriComplete")?,
    );
    let mut asking = Map::new();
    asking.insert("grantType".into(), GRANT.into());
    asking.insert("clientId".into(), registration.id.as_str().into());
    asking.insert("clientSecret".into(), registration.secret.expose().into());
    asking.insert("deviceCode".into(), code.into());
    let mut pace = Pace::new(match begun.get("interval") {
        Some(Value::Int(seconds)) => u64::try_from(*seconds).unwrap_or(INTERVAL),
        _ => INTERVAL,
    });
    // The user is asked only where the service does not give the token at once.
    match oidc.create_token(asking.clone()).await {
        Ok(reply) => return Ok(reply),
        Err(error) => pace.after(error)?,
    };
    terminal::print(&prompt(browse, user_code, page, full))?;
    if browse {
        browser::open(env, full);
    }
    loop {
        match oidc.create_token(asking.clone()).await {
            Ok(reply) => return Ok(reply),
            Err(error) => tokio::time::sleep(pace.after(error)?).await,
        }
    }
}

fn prompt(browse: bool, user_code: &str, page: &str, full: &str) -> String {
    let code = format!("{page}\n\nThen enter the code:\n\n{user_code}\n");
    match browse {
        true => format!(
            "Attempting to open your default browser.\n\
             If the browser does not open or you wish to use a different device to authorize this request, \
             open the following URL:\n\n{code}"
        ),
        false => format!(
            "Browser will not be automatically opened.\nPlease visit the following URL:\n\n{code}\n\
             Alternatively, you may visit the following URL which will autofill the code upon loading:\n{full}\n"
        ),
    }
}

/// How long to wait before the next question.
struct Pace {
    interval: u64,
}

impl Pace {
    fn new(interval: u64) -> Pace {
        Pace { interval }
    }

    /// The pause after a refusal, or the refusal if it is final.
    fn after(&mut self, error: Error) -> Result<Duration> {
        match error.service.as_ref().map(|said| said.code.as_str()) {
            Some("AuthorizationPendingException") => {}
            Some("SlowDownException") => self.interval = self.interval.saturating_add(SLOWER),
            Some("ExpiredTokenException") => {
                return Err(expired());
            }
            _ => return Err(error),
        }
        Ok(Duration::from_secs(self.interval))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, ServiceError};

    fn refusal(code: &str) -> Error {
        let mut error = Error::new(Kind::Service, "said");
        let (code, message) = (code.to_owned(), String::new());
        error.service = Some(Box::new(ServiceError { code, message, fields: Map::new(), status: 400 }));
        error
    }

    #[test]
    fn the_pace_is_the_services() {
        let mut pace = Pace::new(2);
        let mut after = |code: &str| pace.after(refusal(code)).map(|pause| pause.as_secs());
        assert_eq!(after("AuthorizationPendingException"), Ok(2));
        assert_eq!(after("SlowDownException"), Ok(7));
        assert_eq!(after("AuthorizationPendingException"), Ok(7));
        assert_eq!(after("AccessDeniedException"), Err(refusal("AccessDeniedException")));
        assert!(after("ExpiredTokenException").unwrap_err().message.contains("must be restarted"));
    }
}
