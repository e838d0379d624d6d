//! A real moto server: an account that remembers.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::python::Python;

const SERVE: &str = include_str!("serve_moto.py");

/// A moto server of its own for each owner; it ends when this is dropped.
#[derive(Debug)]
pub struct Moto {
    server: Child,
    /// `http://127.0.0.1:PORT`
    pub url: String,
}

impl Moto {
    /// An empty account.
    pub fn start() -> Result<Moto> {
        serve(false)
    }

    /// An account in which the AWS managed policies exist.
    pub fn with_managed_policies() -> Result<Moto> {
        serve(true)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Standard input is closed first: the server ends by itself, and is ended where it does not.
        drop(self.server.stdin.take());
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn serve(managed: bool) -> Result<Moto> {
    let mut server = Python::with_moto()?
        .command()
        .args(["-c", SERVE])
        .env("MOTO_IAM_LOAD_MANAGED_POLICIES", if managed { "true" } else { "false" })
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start moto")?;
    let mut port = String::new();
    if let Some(stdout) = server.stdout.as_mut() {
        BufReader::new(stdout).read_line(&mut port)?;
    }
    let Some(stderr) = server.stderr.take() else { bail!("moto has no stderr") };
    if port.trim().is_empty() {
        let mut why = String::new();
        let _ = { stderr }.read_to_string(&mut why);
        let _ = server.wait();
        bail!("moto did not start:\n{why}");
    }
    // Read on, so that a full pipe never stops the server.
    std::thread::spawn(move || std::io::copy(&mut { stderr }, &mut std::io::sink()));
    Ok(Moto { server, url: format!("http://127.0.0.1:{}", port.trim()) })
}
