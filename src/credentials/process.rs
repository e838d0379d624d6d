//! `credential_process`: a command that prints credentials.
//!
//! It is split into words by the shell's rules of quoting and run without a
//! shell; stdin is ours, what it prints is not shown.

use std::process::{Command, ExitStatus, Stdio};

use aws_credential_types::Credentials;

use super::chain::{Chain, text};
use super::expiry;
use crate::env::Env;
use crate::error::{Error, Kind, Result};
use crate::json;
use crate::python;
use crate::shell_words;
use crate::value::{Map, Value};

const METHOD: &str = "custom-process";

/// The process's credentials; none where the profile names no process.
pub(super) async fn credentials(chain: &Chain<'_>, profile: &str) -> Result<Option<Credentials>> {
    let keys = chain.profile(profile);
    let Some(line) = keys.as_ref().and_then(|keys| text(keys, "credential_process")) else { return Ok(None) };
    let printed = printed(line, &chain.config.env)?;
    of_process_output(&printed).map(Some)
}

fn refused(why: impl std::fmt::Display) -> Error {
    Error::general(format!("Error when retrieving credentials from {METHOD}: {why}"))
}

/// What the command prints.
fn printed(line: &str, env: &Env) -> Result<Vec<u8>> {
    let words = shell_words::split(line).map_err(|error| Error::general(error.to_string()))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(Error::general("list index out of range"));
    };
    let mut command = Command::new(program);
    command.envs(env.added());
    command.args(arguments).stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.output().map_err(|error| super::cache::failed(program.as_ref(), &error))?;
    if interrupted(output.status) {
        return Err(Error::new(Kind::Interrupted, ""));
    }
    if !output.status.success() {
        return Err(refused(utf8(&output.stderr)?));
    }
    Ok(output.stdout)
}

/// Whether Ctrl-C ended it, which goes to the whole group of processes.
#[cfg(unix)]
fn interrupted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(2)
}

#[cfg(not(unix))]
fn interrupted(_: ExitStatus) -> bool {
    false
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let why = match byte {
            0xc2..=0xf4 if error.error_len().is_none() => "unexpected end of data",
            0xc2..=0xf4 => "invalid continuation byte",
            _ => "invalid start byte",
        };
        Error::general(format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {why}"))
    })
}

/// The credentials in the document that a process prints.
///
/// # Errors
/// What is no such document, of another version than 1, or over.
pub fn of_process_output(printed: &[u8]) -> Result<Credentials> {
    let document = json::read(utf8(printed)?).map_err(|error| Error::general(error.message))?;
    let Value::Map(document) = document else {
        let kind = python::type_name(&document);
        return Err(Error::general(format!("'{kind}' object has no attribute 'get'")));
    };
    check_version(document.get("Version"))?;
    let id = member(&document, "AccessKeyId")?;
    let secret = member(&document, "SecretAccessKey")?;
    let end = expiry::of_json(document.get("Expiration"))?;
    let token = document.get("SessionToken").and_then(Value::as_str).map(str::to_owned);
    let mut found = Credentials::new(id, secret, token, None, METHOD);
    end.map_or(Ok(()), |end| expiry::set(&mut found, end))?;
    expiry::fresh(found)
}

fn check_version(version: Option<&Value>) -> Result<()> {
    let shown = match version {
        Some(Value::Int(1) | Value::Bool(true)) => return Ok(()),
        Some(Value::Float(number)) if *number == 1.0 => return Ok(()),
        Some(other) => python::text(other),
        None => "<Version key not provided>".to_owned(),
    };
    Err(refused(format!(
        "Unsupported version '{shown}' for credential process provider, supported versions: 1"
    )))
}

fn member(document: &Map, name: &str) -> Result<String> {
    match document.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(Error::general(format!(
            "sequence item 0: expected str instance, {} found",
            python::type_name(other)
        ))),
        None => Err(refused(format!("Missing required key in response: '{name}'"))),
    }
}
