//! `configure mfa-login`: session credentials for an MFA code, stored in a profile of their own.

use aws_credential_types::Credentials;

use super::files::{self, File};
use super::session;
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::config::{self, Config};
use crate::config_file::Edit;
use crate::error::{Error, Kind, Result};
use crate::value::{Map, Value};

/// Twelve hours.
const DEFAULT_DURATION: &str = "43200";

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let duration = command.option("duration-seconds").unwrap_or(DEFAULT_DURATION);
    let config = context.config()?;
    let (credentials, typed) = match session::credentials(context, config)? {
        Some((found, _)) => (found, false),
        None => (typed_credentials(context)?, true),
    };
    let serial = serial(command, context, config, typed)?;
    let code = required(context, &terminal::ask("MFA token code: ")?, "MFA token code")?;
    let target = match command.option("update-profile") {
        Some(profile) => {
            config::check_editable(profile)?;
            profile.to_owned()
        }
        None => {
            let proposed = proposed_profile(&serial);
            let answer = terminal::ask(&format!("Profile to update [{proposed}]: "))?;
            if answer.is_empty() { proposed } else { answer }
        }
    };
    let reply = call(context, config, credentials, duration, &serial, &code)?;
    save(context, &target, &reply, typed)
}

fn typed_credentials(context: &Context<'_>) -> Result<Credentials> {
    terminal::print("Please provide your AWS credentials:\n")?;
    let id = required(context, &terminal::ask("AWS Access Key ID: ")?, "AWS Access Key ID")?;
    let secret = terminal::ask_hidden("AWS Secret Access Key: ")?;
    let secret = required(context, &secret, "AWS Secret Access Key")?;
    Ok(Credentials::new(id, secret, None, None, "typed"))
}

fn serial(command: &OwnCommand, context: &Context<'_>, config: &Config, typed: bool) -> Result<String> {
    let known = command.option("serial-number").map(str::to_owned);
    let known = known.or_else(|| config.key("mfa_serial").map(str::to_owned).filter(|_| !typed));
    if let Some(serial) = known {
        return Ok(serial);
    }
    let what = if typed { "MFA serial number or ARN" } else { "MFA serial number or MFA device ARN" };
    required(context, &terminal::ask("MFA serial number or ARN: ")?, what)
}

/// An answer that may not be empty.
fn required(context: &Context<'_>, answer: &str, what: &str) -> Result<String> {
    match answer.is_empty() {
        true => Err(failed(context, &format!("{what} is required"))),
        false => Ok(answer.to_owned()),
    }
}

/// Failures of this command end with 1, and are told here.
fn failed(context: &Context<'_>, message: &str) -> Error {
    terminal::complain(&format!("\n{}: [ERROR]: {message}\n", context.program));
    Error::new(Kind::Silent, "")
}

/// `ACCOUNT-DEVICE` for an ARN, `session-SERIAL` for anything else.
fn proposed_profile(serial: &str) -> String {
    let parts: Vec<&str> = serial.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, _, _, account, device] => {
            let name = device.rsplit('/').next().unwrap_or_default();
            format!("{account}-{name}")
        }
        _ => format!("session-{serial}"),
    }
}

fn call(
    context: &Context<'_>,
    config: &Config,
    credentials: Credentials,
    duration: &str,
    serial: &str,
    code: &str,
) -> Result<Map> {
    let mut input = Map::new();
    let seconds = duration.parse().map_or_else(|_| Value::BigInt(duration.into()), Value::Int);
    input.insert("DurationSeconds".into(), seconds);
    input.insert("SerialNumber".into(), serial.into());
    input.insert("TokenCode".into(), code.into());
    let reply = session::sts(context, config, "get-session-token", input, credentials);
    reply.map_err(|error| match error.kind {
        Kind::Service => failed(context, &format!("An error occurred: {}", error.message)),
        _ => error,
    })
}

fn save(context: &Context<'_>, profile: &str, reply: &Map, typed: bool) -> Result<()> {
    let credentials = reply.get("Credentials");
    let member =
        |name: &str| credentials.and_then(|all| all.get(name)).and_then(Value::as_str).unwrap_or_default();
    let set = [
        ("aws_access_key_id", member("AccessKeyId")),
        ("aws_secret_access_key", member("SecretAccessKey")),
        ("aws_session_token", member("SessionToken")),
    ];
    let set = set.into_iter().map(|(key, value)| (key.to_owned(), files::text(value))).collect();
    let edit = Edit { section: profile.to_owned(), set, remove: Vec::new() };
    files::save(context, File::Credentials, &[edit])?;
    let expiry = match typed {
        // The reference prints the time in another form here.
        true => in_words(member("Expiration")),
        false => member("Expiration").to_owned(),
    };
    terminal::print(&format!(
        "Temporary credentials written to profile '{profile}'\nCredentials will expire at {expiry}\nTo use these credentials, specify --profile {profile} when running AWS CLI commands\n"
    ))
}

/// `2099-01-02T03:04:05+00:00` as `2099-01-02 03:04:05 UTC`.
fn in_words(time: &str) -> String {
    let seconds = time.get(..19).unwrap_or(time);
    format!("{} UTC", seconds.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proposed_profile_names_account_and_device() {
        assert_eq!(proposed_profile("arn:aws:iam::123456789012:mfa/dev"), "123456789012-dev");
        assert_eq!(proposed_profile("arn:aws:iam::1:mfa/a/b"), "1-b");
        assert_eq!(proposed_profile("GAHT12345"), "session-GAHT12345");
    }

    #[test]
    fn a_time_in_words() {
        assert_eq!(in_words("2099-01-02T03:04:05+00:00"), "2099-01-02 03:04:05 UTC");
    }
}
