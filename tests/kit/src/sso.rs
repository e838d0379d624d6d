//! Single sign-on from the other side: what the service answers, and a browser that comes back from its page.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::{Home, Reply};

/// How long a browser waits to be started.
const PATIENCE: Duration = Duration::from_secs(30);

/// To the registration of a client.
pub fn client() -> Reply {
    Reply::ok(r#"{"clientId":"CID","clientSecret":"CSEC","clientSecretExpiresAt":4100000000}"#)
}

/// To a device that wants to sign in.
pub fn begun() -> Reply {
    Reply::ok(
        r#"{"deviceCode":"DEV","userCode":"USER-CODE","verificationUri":"https://device.sso/",
           "verificationUriComplete":"https://device.sso/?user_code=USER-CODE","expiresIn":600,"interval":1}"#,
    )
}

/// To one that has signed in.
pub fn token() -> Reply {
    Reply::ok(r#"{"accessToken":"ATOK","tokenType":"Bearer","expiresIn":28800,"refreshToken":"RTOK"}"#)
}

/// A browser that keeps the address of the page it is to show.
#[derive(Clone, Debug)]
pub struct Browser {
    /// What starts it, for `BROWSER`.
    pub command: String,
    page: PathBuf,
}

impl Browser {
    /// A browser in a home.
    pub fn new(home: &Home) -> Result<Browser> {
        let page = home.path("page");
        let script = format!("printf %s \"$1\" > {0}.new && mv {0}.new {0}", page.display());
        let script = home.write("browser.sh", script)?;
        Ok(Browser { command: format!("sh {}", script.display()), page })
    }

    /// Waits until it is started, and then asks the address that the page would lead back to for each of the
    /// targets, with the page's state in the place of `STATE`. Gives the page's address.
    pub fn come_back(&self, targets: &[&str]) -> JoinHandle<Result<String>> {
        let page = self.page.clone();
        let targets: Vec<String> = targets.iter().map(|&target| target.to_owned()).collect();
        thread::spawn(move || {
            let start = Instant::now();
            while !page.exists() && start.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(10));
            }
            let page = fs::read_to_string(&page).context("the browser was not started")?;
            let value = |name: &str| {
                let (_, rest) = page.split_once(&format!("{name}=")).with_context(|| format!("no {name}"))?;
                let value = rest.split('&').next().unwrap_or_default();
                anyhow::Ok(value.replace("%3A", ":").replace("%2F", "/"))
            };
            let address = value("redirect_uri")?.replace("http://", "").replace("/oauth/callback", "");
            for target in targets {
                let target = target.replace("STATE", &value("state")?);
                let mut stream = TcpStream::connect(&address)?;
                stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes())?;
                let mut reply = String::new();
                stream.read_to_string(&mut reply)?;
                ensure!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{target}: {reply}");
            }
            Ok(page)
        })
    }
}
