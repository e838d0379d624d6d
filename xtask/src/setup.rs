//! `cargo xtask setup`: what the tests need beside Rust, fetched ahead of them.

use anyhow::Result;
use iamctl_testkit::Python;

use crate::say;

/// Installs moto into `.moto/`, unless it is there.
pub fn run() -> Result<()> {
    say(
        "moto for the tests, pinned in tests/kit/requirements.txt, is being put into .moto/ where it is missing",
    );
    let python = Python::with_moto()?;
    say(&format!("ready: {}", python.program().display()));
    Ok(())
}
