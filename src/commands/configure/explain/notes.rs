//! What is known to puzzle people, said where it is the case.

use super::Row;
use crate::cli::near;
use crate::commands::Context;
use crate::complete::REGIONS;
use crate::config::{self, Config};
use crate::credentials::{Found, Source};

/// Who named the profile that does not exist.
pub(super) fn on_missing_profile(context: &Context<'_>) -> Vec<String> {
    let option = context.globals.profile.as_deref().is_some_and(|name| !name.is_empty());
    if option {
        return Vec::new();
    }
    let variable =
        ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find(|name| context.env.get(name).is_some());
    let Some(variable) = variable else { return Vec::new() };
    let paths = [config::credentials_path(context.env), config::config_path(context.env)];
    let [credentials, config] = paths.map(|path| path.display().to_string());
    vec![match context.env.filled(variable) {
        None => {
            format!("{variable} is set and empty, which names a profile without a name: unset {variable}")
        }
        Some(name) => format!(
            "{variable} names the profile {name}, which is neither in {credentials} nor, as [profile {name}], in {config}"
        ),
    }]
}

pub(super) fn on_region(won: Option<&Row>) -> Vec<String> {
    match won.and_then(|row| Some((row, row.held.as_deref()?))) {
        None => vec![
            "no region is set: iam needs none, sts takes its global endpoint; configure set region NAME"
                .to_owned(),
        ],
        Some((row, "")) => vec![format!("{} is set and empty, and hides what stands below it", row.place)],
        Some((_, region)) if REGIONS.contains(&region) => Vec::new(),
        Some((_, region)) => match near::nearest(region, REGIONS.iter().copied()) {
            Some(near) => vec![format!("no region named {region} is known; did you mean {near}?")],
            None => vec![format!("no region named {region} is known")],
        },
    }
}

/// Where to go on if getting the credentials failed.
pub(super) fn on_failure(context: &Context<'_>, config: &Config) -> Vec<String> {
    let program = context.program;
    let profile = config.profile_name();
    let has = |key: &str| config.key(key).is_some();
    let environment = !config.profile_is_explicit() && config.env.filled("AWS_ACCESS_KEY_ID").is_some();
    let note = if environment {
        "the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN belong together: set those of one key, or unset all".to_owned()
    } else if has("role_arn") {
        format!(
            "the role could not be assumed; whether its source works: {program} sts get-caller-identity --profile {}",
            config.key("source_profile").unwrap_or(profile)
        )
    } else if has("sso_account_id") || has("sso_session") {
        format!("to sign in: {program} sso login --profile {profile}")
    } else if has("login_session") {
        format!("the session of the login is over; a key instead: {program} configure --profile {profile}")
    } else if has("credential_process") {
        "run the command of credential_process by itself: it has to print a JSON document with Version 1 and end with 0".to_owned()
    } else {
        return Vec::new();
    };
    vec![note]
}

/// What is odd about the credentials that were found.
pub(super) fn on_credentials(context: &Context<'_>, config: &Config, found: Option<&Found>) -> Vec<String> {
    let profile = config.profile_name();
    let Some((keys, source)) = found else {
        let mut notes = vec![format!("to store a key: {} configure --profile {profile}", context.program)];
        if config.profile_is_explicit() && config.env.filled("AWS_ACCESS_KEY_ID").is_some() {
            notes.push("AWS_ACCESS_KEY_ID is not looked at, because --profile was given; leave --profile out to use it".to_owned());
        }
        return notes;
    };
    let mut notes = Vec::new();
    let of_environment = *source == Source::Environment;
    if of_environment && context.profile().is_some() {
        notes.push(format!(
            "AWS_PROFILE does not choose the key while AWS_ACCESS_KEY_ID is set: unset that, or give --profile {profile}"
        ));
    }
    let is_stored =
        matches!(source, Source::Environment | Source::SharedCredentialsFile | Source::ConfigFile);
    let id = keys.access_key_id();
    let where_to = if of_environment { "unset AWS_SESSION_TOKEN" } else { "remove aws_session_token" };
    if is_stored
        && config.key("iamctl_mfa_session") == Some("true")
        && config.key("mfa_serial").is_some()
        && !of_environment
    {
        notes.push("iamctl_mfa_session: in use is a session of the key above".to_owned());
    } else if is_stored && id.starts_with("AKIA") && keys.session_token().is_some() {
        notes.push(format!(
            "a key that begins with AKIA has no session token, so this one is left over from another key: {where_to}"
        ));
    } else if is_stored && id.starts_with("ASIA") && keys.session_token().is_none() {
        notes.push("a key that begins with ASIA is temporary, and is refused without the session token that came with it".to_owned());
    } else if is_stored && id.starts_with("ASIA") {
        notes.push(
            "a key that begins with ASIA is temporary: where calls fail with ExpiredToken, get a new one"
                .to_owned(),
        );
    }
    notes
}
