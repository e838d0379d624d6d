//! `sandbox serve`: the account for other programs, until Ctrl-C or SIGTERM; with `--imds` also the metadata
//! service of an instance that has a role.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;

use super::{Place, failed};
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::config::SANDBOX_REGION;
use crate::error::{Error, Result};
use crate::sandbox::server::{self, Answer, Limits, Metadata};
use crate::sandbox::{Account, Name, Received, RootKey};

/// With this variable set, a POST to `/moto-api/reset` empties the account: for test suites that expect it.
const TESTS: &str = "IAMCTL_SANDBOX_TESTS";

pub(super) fn run(command: &OwnCommand, place: &Place, context: &Context<'_>) -> Result<()> {
    let host = host(command, context)?;
    let account = Arc::new(Mutex::new(place.open()?));
    let root = locked(&account).root_key().map_err(failed)?;
    let instance = command.option("imds").map(|role| metadata(&account, role)).transpose()?;
    let answer = answer(account, context.env.filled(TESTS).is_some());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::general(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(async {
        let (listener, address) = bind(host, port(command, "port")?).await?;
        let second = match instance {
            None => None,
            Some(instance) => Some((bind(host, port(command, "imds-port")?).await?, instance)),
        };
        let imds = second.as_ref().map(|((_, address), _)| *address);
        let said = match command.option("print-env") {
            Some(_) => variables(address, imds, &root),
            None => sentences(&place.name, address, imds),
        };
        terminal::print(&said)?;
        if command.option("print-env").is_some() {
            // Who waits for the end of the output, as `$(...)` does, has it all.
            terminal::close();
        }
        let main = server::serve(listener, answer, Limits::default(), stopped());
        match second {
            None => main.await,
            Some(((listener, _), instance)) => {
                let answer: Answer = Arc::new(move |received: &Received| instance.answer(received));
                tokio::join!(main, server::serve(listener, answer, Limits::default(), stopped()));
            }
        }
        Ok(())
    })
}

/// Lines for a shell's `eval`.
fn variables(address: SocketAddr, imds: Option<SocketAddr>, root: &RootKey) -> String {
    let mut text = format!(
        "export AWS_ENDPOINT_URL=http://{address}\nexport AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\n\
         export AWS_DEFAULT_REGION={SANDBOX_REGION}\n",
        root.id,
        root.secret.expose()
    );
    text.push_str(&match imds {
        Some(imds) => format!("export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://{imds}\n"),
        None => "export AWS_EC2_METADATA_DISABLED=true\n".to_owned(),
    });
    // In the background this is the only way to learn it.
    text.push_str(&format!("export IAMCTL_SANDBOX_PID={}\n", std::process::id()));
    text.push_str("unset AWS_PROFILE AWS_SESSION_TOKEN\n");
    text
}

fn sentences(name: &Name, address: SocketAddr, imds: Option<SocketAddr>) -> String {
    let mut text = format!("Serving sandbox:{name} on http://{address}\n");
    if let Some(imds) = imds {
        text.push_str(&format!("Serving instance metadata on http://{imds}\n"));
    }
    text
}

/// The address to listen on; a warning where others could reach it.
fn host(command: &OwnCommand, context: &Context<'_>) -> Result<IpAddr> {
    let host = match command.option("host") {
        None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Some(host) => host.parse().map_err(|_| Error::usage(format!("--host is no IP address: {host}")))?,
    };
    if !host.is_loopback() {
        terminal::complain(&format!(
            "{}: [WARNING]: --host {host}: other machines can reach this account, and calls to it are not encrypted\n",
            context.program
        ));
    }
    Ok(host)
}

/// The port of an option; a free one without it.
fn port(command: &OwnCommand, option: &str) -> Result<u16> {
    let port = command.option(option).unwrap_or("0");
    port.parse().map_err(|_| Error::usage(format!("--{option} is no port: {port}")))
}

async fn bind(host: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr)> {
    let address = SocketAddr::new(host, port);
    let cannot = |error: std::io::Error| Error::general(format!("Cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    Ok((listener, address))
}

fn locked(account: &Mutex<Account>) -> std::sync::MutexGuard<'_, Account> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The metadata service of an instance with this role. The role has to let EC2 assume it.
fn metadata(account: &Arc<Mutex<Account>>, role: &str) -> Result<Metadata> {
    // A first try, so that a wrong role is told now.
    locked(account).instance_keys(role).map_err(failed)?;
    Ok(Metadata::new(role, SANDBOX_REGION, account.clone()))
}

fn answer(account: Arc<Mutex<Account>>, tests: bool) -> Answer {
    Arc::new(move |received: &Received| {
        let account = locked(&account);
        let request = &received.request;
        let is_reset = request.method() == http::Method::POST && request.uri().path() == "/moto-api/reset";
        match tests && is_reset && !received.may_be_of_a_web_page() {
            true => account.answer_reset(),
            false => account.answer(received),
        }
    })
}

/// Waits for Ctrl-C, or for the signal that ends programs.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut end) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = end.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
