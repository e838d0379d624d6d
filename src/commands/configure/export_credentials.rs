//! `configure export-credentials`: the credentials, for other programs.
//!
//! Here secrets are printed by design.

use aws_credential_types::Credentials;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::session;
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::credentials::expiry::Given;
use crate::error::{Error, Kind, Result};
use crate::json;
use crate::value::{Map, Value};

/// Through this variable a profile's process learns for which profiles it is being asked.
const CHAIN: &str = "_AWS_CLI_PROFILE_CHAIN";
/// How many profiles may ask one another.
const DEEPEST: usize = 4;

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    guard(context)?;
    let mut config = context.config().map_err(unable)?.clone();
    config.env = config.env.with(CHAIN, chain_with(context));
    let found = session::credentials(context, &config).map_err(|error| match is_late(&error) {
        true => error,
        false => unable(error),
    })?;
    let (found, _) = found.ok_or_else(|| unable(Error::general("no credentials found")))?;
    terminal::print(&text(&found, command.option("format").unwrap_or("process")))
}

fn unable(error: Error) -> Error {
    let mut wrapped = configuration(format!("Unable to retrieve credentials: {}", error.message));
    wrapped.hints = error.hints;
    wrapped
}

fn configuration(message: String) -> Error {
    Error::new(Kind::Configuration, message)
}

/// Failures of fetching credentials, which the reference does after it has found out how.
fn is_late(error: &Error) -> bool {
    let calls = [
        "Could not connect to the endpoint",
        "Connect timeout on endpoint",
        "Read timeout on endpoint",
        "Connection was closed",
        "SSL validation failed",
        "Unable to parse response",
        "Credentials were refreshed, but",
        "can't subtract offset-naive",
    ];
    error.deferred
        || matches!(error.kind, Kind::Service | Kind::Interrupted)
        || calls.iter().any(|start| error.message.starts_with(start))
}

/// Refuses to go round in a circle.
fn guard(context: &Context<'_>) -> Result<()> {
    let chain = context.env.get(CHAIN).unwrap_or_default();
    let seen: Vec<&str> = chain.split(',').filter(|name| !name.is_empty()).collect();
    let profile = context.profile_name();
    if seen.len() >= DEEPEST {
        return Err(configuration(format!(
            "Maximum recursive credential process resolution reached ({DEEPEST}).\nProfiles seen: {}",
            seen.join(" -> ")
        )));
    }
    if seen.contains(&profile.as_str()) {
        return Err(configuration(format!(
            "Credential process resolution detected an infinite loop, profile cycle: {} -> {profile}",
            seen.join(" -> ")
        )));
    }
    Ok(())
}

/// What a process that this one starts shall find in the variable's place.
fn chain_with(context: &Context<'_>) -> String {
    let before = context.env.get(CHAIN).filter(|chain| !chain.is_empty());
    let profile = context.profile_name();
    before.map_or(profile.clone(), |chain| format!("{chain},{profile}"))
}

/// The credentials in one of the formats of `--format`.
pub(in crate::commands) fn text(found: &Credentials, format: &str) -> String {
    let given = found.get_property::<Given>().map(|given| given.0.clone());
    let expiry = given.or_else(|| {
        let time = found.expiry()?;
        let text = DateTime::from(time).fmt(Format::DateTime).ok()?;
        crate::reply::format_timestamp(&text, crate::reply::TimestampFormat::Iso8601).ok()
    });
    let names = match format {
        "process" => ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"],
        _ => ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"],
    };
    let values = [
        Some(found.access_key_id()),
        Some(found.secret_access_key()),
        found.session_token(),
        expiry.as_deref(),
    ];
    let pairs = names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?)));
    if format == "process" {
        return document(pairs);
    }
    pairs.map(|(name, value)| line(format, name, value)).collect()
}

/// Nothing is escaped: the reference does not.
fn line(format: &str, name: &str, value: &str) -> String {
    match format {
        "env" => format!("export {name}={value}\n"),
        "powershell" => format!("$Env:{name}=\"{value}\"\n"),
        "windows-cmd" => format!("set {name}={value}\n"),
        "fish" => format!("set -gx {name} \"{value}\"\n"),
        _ => format!("{name}={value}\n"),
    }
}

/// What a `credential_process` prints: indented by two, all but ASCII escaped.
fn document<'p>(pairs: impl Iterator<Item = (&'static str, &'p str)>) -> String {
    let mut lines = vec!["  \"Version\": 1".to_owned()];
    for (name, value) in pairs {
        let mut quoted = String::new();
        let map: Map = [(name.into(), Value::from(value))].into_iter().collect();
        json::write(&mut quoted, &map.into(), json::Style::LINE);
        let inner = quoted.trim_start_matches('{').trim_end_matches('}');
        lines.push(format!("  {}", ascii(inner)));
    }
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn ascii(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_ascii() {
        let found = Credentials::new("A", "é\"😀", None, None, "test");
        let want = "{\n  \"Version\": 1,\n  \"AccessKeyId\": \"A\",\n  \"SecretAccessKey\": \"\\u00e9\\\"\\ud83d\\ude00\"\n}\n";
        assert_eq!(text(&found, "process"), want);
    }

    #[test]
    fn lines_for_shells() {
        let found = Credentials::new("A", "S", Some("T".into()), None, "test");
        assert_eq!(
            text(&found, "fish"),
            "set -gx AWS_ACCESS_KEY_ID \"A\"\nset -gx AWS_SECRET_ACCESS_KEY \"S\"\nset -gx AWS_SESSION_TOKEN \"T\"\n"
        );
        assert_eq!(text(&found, "env-no-export").lines().count(), 3);
    }
}
