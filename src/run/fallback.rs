//! Handing a line to the AWS CLI, for all that this program does not have.
//!
//! With `IAMCTL_FALLBACK=/path/to/aws` (or `iamctl_fallback` in the profile)
//! `alias aws=iamctl` works for every command: this process becomes that
//! program, with the line as it was typed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::Config;
use crate::env::Env;
use crate::error::{Error, Result};

/// Set for the program that a line is handed to, so that two programs that name each other end.
const GUARD: &str = "IAMCTL_FALLBACK_GUARD";

/// The program that was chosen, if any.
pub(super) fn chosen(env: &Env, config: Option<&Config>) -> Option<PathBuf> {
    let by_profile = || config.and_then(|config| config.key("iamctl_fallback")).map(str::to_owned);
    let path = env.filled("IAMCTL_FALLBACK").or_else(by_profile).filter(|path| !path.is_empty())?;
    Some(env.expand_home(&path))
}

/// Becomes `program` with these words. Returns only where that is refused or fails.
pub(super) fn become_program(program: &Path, words: &[&str], env: &Env) -> Result<()> {
    let shown = program.display();
    if env.get(GUARD).is_some() || is_this_program(program) {
        return Err(Error::general(format!("The fallback program {shown} is this very program."))
            .hint("set IAMCTL_FALLBACK to the path of the AWS CLI"));
    }
    let mut command = Command::new(program);
    command.args(words).env(GUARD, "1");
    let error = replace(&mut command);
    Err(Error::general(format!("The fallback program {shown} cannot be run: {error}")))
}

#[cfg(unix)]
fn replace(command: &mut Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(255)),
        Err(error) => error,
    }
}

/// The same file, whatever its name.
#[cfg(unix)]
fn is_this_program(program: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()));
    let own = std::env::current_exe().ok().and_then(|own| identity(&own));
    own.is_some() && own == identity(program)
}

#[cfg(not(unix))]
fn is_this_program(program: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    std::env::current_exe().ok().and_then(|own| real(&own)) == real(program)
}
