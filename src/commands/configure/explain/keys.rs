//! Where keys can come from, in the order of the chain (`credentials::chain`).

use super::{Origin, Row, file_key, of_account};
use crate::commands::Context;
use crate::config::{Config, Keys};
use crate::config_file::Entry;
use crate::sandbox::Name;
use crate::secret;

const BY_OPTION: &str = "not looked at: --profile was given";
const BUILT_IN: &str = "not looked at: the profile is in the sandbox";

/// Why keys of the environment do not count, if they do not.
fn over_environment(config: &Config) -> Option<&'static str> {
    match (config.profile_is_built_in(), config.profile_is_explicit()) {
        (true, _) => Some(BUILT_IN),
        (_, true) => Some(BY_OPTION),
        _ => None,
    }
}

/// Each way to credentials that can be seen from here.
pub(super) fn access_key(context: &Context<'_>, config: &Config) -> Vec<Row> {
    let reason = over_environment(config);
    let filled = |name: &str| Row::filled(context, name).unless(reason);
    let way = |key: &str| Row::new(format!("{key} of the profile"), config.key(key).map(str::to_owned));
    let mut rows = vec![filled("AWS_ACCESS_KEY_ID").masked()];
    let web_identity = way("web_identity_token_file");
    let role = way("role_arn");
    // With a token file the role is one of web identity.
    rows.push(role.unless(web_identity.held.as_ref().map(|_| "goes with web_identity_token_file")));
    rows.push(elsewhere(filled("AWS_WEB_IDENTITY_TOKEN_FILE")));
    rows.push(web_identity);
    rows.extend([way("sso_account_id"), way("sso_role_name")]);
    let mut stored = file_key(config, "aws_access_key_id").into_iter().map(Row::masked);
    if config.profile_is_built_in() {
        let key = |_: &Name| config.key("aws_access_key_id").unwrap_or_default().to_owned();
        rows.extend(of_account(config, key).map(Row::masked));
    }
    rows.extend(stored.next());
    rows.push(way("login_session"));
    let process = way("credential_process");
    rows.push(Row { held: process.held.as_deref().map(program), ..process });
    rows.extend(stored);
    let variables = [
        "AWS_CREDENTIAL_FILE",
        "BOTO_CONFIG",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    rows.extend(variables.map(|name| elsewhere(Row::variable(context, name))));
    // What nobody uses would only lengthen the list; the places that people know always stand in it.
    let known = ["AWS_ACCESS_KEY_ID", "aws_access_key_id in "];
    rows.retain(|row| row.held.is_some() || known.iter().any(|name| row.place.starts_with(name)));
    rows
}

fn elsewhere(row: Row) -> Row {
    Row { origin: Origin::Elsewhere, ..row }
}

/// The program of a command; its arguments may hold a secret.
fn program(line: &str) -> String {
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let more = if rest.is_empty() { "" } else { " ..." };
    format!("{first}{more}")
}

/// Secrets and tokens, which come from the place of the key and from no other.
pub(super) fn companions(context: &Context<'_>, config: &Config, won: Option<Origin>) -> [Vec<Row>; 2] {
    let variables = |names: &[&str]| -> Vec<Row> {
        names.iter().map(|name| Row::filled(context, name).unless(over_environment(config))).collect()
    };
    let mut secrets = variables(&["AWS_SECRET_ACCESS_KEY"]);
    if config.profile_is_built_in() {
        let secret = |_: &Name| config.key("aws_secret_access_key").unwrap_or_default().to_owned();
        secrets.extend(of_account(config, secret));
    }
    secrets.extend(file_key(config, "aws_secret_access_key"));
    // In each place the older name of the token wins.
    let mut tokens = variables(&["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"]);
    let [older, newer] = ["aws_security_token", "aws_session_token"].map(|key| file_key(config, key));
    tokens.extend(older.into_iter().zip(newer).flat_map(|(older, newer)| [older, newer]));
    tokens.retain(|row| row.held.is_some() || !row.place.contains("ecurity_token"));
    let of_another = |row: Row| {
        let reason = match won {
            Some(Origin::Elsewhere) => "not used: the credentials come from elsewhere",
            _ => "not used: the key is from another place",
        };
        let foreign = won != Some(row.origin);
        row.masked().unless(foreign.then_some(reason))
    };
    [secrets, tokens].map(|rows| rows.into_iter().map(of_another).collect())
}

/// The way from a role to the keys that assume it, a line for each step.
pub(super) fn chain(config: &Config) -> Vec<String> {
    let mut lines = Vec::new();
    let mut visited: Vec<&str> = Vec::new();
    let mut name = config.profile_name();
    loop {
        let keys = config.files.profile(name).unwrap_or_default();
        let text = |key: &str| keys.get(key).and_then(Entry::text);
        let Some(role) = text("role_arn").filter(|_| !stops(&keys, &visited)) else {
            if !visited.is_empty() {
                lines.push(end(config, name, &keys));
            }
            return lines;
        };
        let mfa = text("mfa_serial").map(|serial| format!(", with a code of {serial}")).unwrap_or_default();
        let by = match (text("source_profile"), text("credential_source")) {
            (Some(source), None) => format!("with source_profile {source}"),
            (None, Some(source)) => format!("with credential_source {source}"),
            (None, None) => "by nobody: source_profile or credential_source is missing".to_owned(),
            (Some(_), Some(_)) => "by nobody: both source_profile and credential_source are given".to_owned(),
        };
        lines.push(format!("{name} assumes {role}, {by}{mfa}"));
        visited.push(name);
        let next = config.key_of(name, "source_profile");
        match next.filter(|_| text("credential_source").is_none()) {
            Some(next) if visited.contains(&next) && !has_keys(config, next) => {
                lines.push(format!("{next} comes again: the chain has no end"));
                return lines;
            }
            Some(next) => name = next,
            None => return lines,
        }
    }
}

/// Whether a profile that others build on uses its own keys and not its role.
fn stops(keys: &Keys, visited: &[&str]) -> bool {
    !visited.is_empty()
        && ["aws_access_key_id", "aws_secret_access_key"].iter().any(|key| keys.contains_key(*key))
}

fn has_keys(config: &Config, profile: &str) -> bool {
    config.key_of(profile, "aws_access_key_id").is_some()
}

fn end(config: &Config, name: &str, keys: &Keys) -> String {
    if !config.files.has(name) {
        return format!("{name} does not exist");
    }
    let ways = [
        "aws_access_key_id",
        "web_identity_token_file",
        "sso_session",
        "sso_account_id",
        "login_session",
        "credential_process",
    ];
    let way = ways.iter().find_map(|key| Some((*key, keys.get(*key).and_then(Entry::text)?)));
    match way {
        Some(("aws_access_key_id", id)) => format!("{name} has the key {}", secret::masked(id)),
        Some((key, _)) => format!("{name} has {key}"),
        None => format!("{name} has no credentials"),
    }
}
