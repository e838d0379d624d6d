//! `configure list --explain`: for each value which source won, and what the others hold.
//!
//! The reference has nothing of the kind. Keys are masked as `configure list`
//! masks them; the first source that holds something wins, and is marked.

use super::session;
use crate::commands::{Context, terminal};
use crate::config::{self, Config, Keys, SANDBOX_REGION};
use crate::config_file::Entry;
use crate::error::Result;
use crate::sandbox::Name;
use crate::secret;

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let config = context.config()?;
    let mut text = String::new();
    section(&mut text, "profile", &profile(context, config));
    section(&mut text, "region", &region(context, config));
    section(&mut text, "output", &output(context, config));
    for (service, id) in [("iam", "IAM"), ("sts", "STS")] {
        section(&mut text, &format!("endpoint of {service}"), &endpoint(context, config, id));
    }
    section(&mut text, "access_key", &keys(context, config));
    terminal::print(&text)?;
    let found = session::credentials(context, config)?;
    let line = match &found {
        Some((found, source)) => {
            format!("  in use: {}, from {}\n", secret::masked(found.access_key_id()), source.method())
        }
        None => "  in use: none\n".to_owned(),
    };
    terminal::print(&line)
}

/// A place, and what it holds.
type Source = (String, Option<String>);

fn section(text: &mut String, name: &str, sources: &[Source]) {
    text.push_str(&format!("{name}\n"));
    let mut won = false;
    for (place, held) in sources {
        let mark = match held {
            Some(_) if !won => "* ",
            _ => "  ",
        };
        won |= held.is_some();
        let held = held.as_deref().map_or_else(|| "-".to_owned(), crate::python::quoted);
        text.push_str(&format!("  {mark}{place:<46} {held}\n"));
    }
    text.push('\n');
}

fn option(name: &str, value: Option<&String>) -> Source {
    (name.to_owned(), value.cloned())
}

fn variable(context: &Context<'_>, name: &str) -> Source {
    (name.to_owned(), context.env.get(name))
}

/// What the files hold of a profile; of a built-in one nothing that counts.
fn file_key(config: &Config, key: &str) -> Vec<Source> {
    if config.profile_is_built_in() {
        return Vec::new();
    }
    let profile = config.profile_name();
    let env = &config.env;
    let held =
        |keys: Option<&Keys>| keys.and_then(|keys| keys.get(key)).and_then(Entry::text).map(str::to_owned);
    vec![
        (
            format!("{key} in {}", config::credentials_path(env).display()),
            held(config.files.credentials.get(profile)),
        ),
        (format!("{key} in {}", config::config_path(env).display()), held(config.files.config.get(profile))),
    ]
}

/// What the embedded account says that the profile is, or builds on: it beats all but the options.
fn of_account(config: &Config, held: impl FnOnce(&Name) -> String) -> Option<Source> {
    config.account().map(|name| (format!("the embedded account sandbox:{name}"), Some(held(name))))
}

fn profile(context: &Context<'_>, config: &Config) -> Vec<Source> {
    let mut sources = vec![option("--profile", context.globals.profile.as_ref())];
    sources.extend(["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].map(|name| variable(context, name)));
    let exists = config.files.has("default").then(|| "default".to_owned());
    sources.push(("the profile named default".to_owned(), exists));
    sources
}

fn region(context: &Context<'_>, config: &Config) -> Vec<Source> {
    let mut sources = vec![option("--region", context.globals.region.as_ref())];
    sources.extend(of_account(config, |_| SANDBOX_REGION.to_owned()));
    sources.extend(["AWS_REGION", "AWS_DEFAULT_REGION"].map(|name| variable(context, name)));
    sources.extend(file_key(config, "region"));
    sources
}

fn output(context: &Context<'_>, config: &Config) -> Vec<Source> {
    let mut sources = vec![option("--output", context.globals.output.as_ref())];
    sources.push(variable(context, "AWS_DEFAULT_OUTPUT"));
    sources.extend(file_key(config, "output"));
    sources.push(("the program".to_owned(), Some("json".to_owned())));
    sources
}

fn endpoint(context: &Context<'_>, config: &Config, id: &str) -> Vec<Source> {
    let mut sources = vec![option("--endpoint-url", context.globals.endpoint_url.as_ref())];
    sources.extend(of_account(config, |name| format!("sandbox:{name}")));
    let own = format!("AWS_ENDPOINT_URL_{id}");
    // An empty variable counts as none here.
    sources
        .extend([own.as_str(), "AWS_ENDPOINT_URL"].map(|name| (name.to_owned(), context.env.filled(name))));
    if let Some(name) = config.key("services") {
        let block = config.files.services.get(name).and_then(|keys| keys.get(&id.to_lowercase()));
        let url = match block {
            Some(Entry::Nested(keys)) => keys.get("endpoint_url").cloned(),
            _ => None,
        };
        sources.push((format!("the services section {name}"), url));
    }
    sources.extend(file_key(config, "endpoint_url"));
    sources.push(("the service".to_owned(), Some("its own".to_owned())));
    sources
}

/// The places where keys can be written down; roles, processes and the like come in between.
fn keys(context: &Context<'_>, config: &Config) -> Vec<Source> {
    let masked = |(place, held): Source| (place, held.map(|held| secret::masked(&held)));
    let mut of_environment = ("AWS_ACCESS_KEY_ID".to_owned(), context.env.filled("AWS_ACCESS_KEY_ID"));
    if config.profile_is_explicit() {
        of_environment.0.push_str(" (not looked at: --profile)");
    }
    let mut sources = Vec::new();
    if config.profile_is_built_in() {
        let key = |_: &Name| config.key("aws_access_key_id").unwrap_or_default().to_owned();
        sources.extend(of_account(config, key).map(masked));
    }
    let explicit = config.profile_is_explicit();
    if !explicit {
        sources.push(masked(of_environment.clone()));
    }
    for key in ["role_arn", "sso_session", "sso_account_id", "login_session", "credential_process"] {
        if let Some(held) = config.key(key) {
            let held = if key == "credential_process" { "(a command)" } else { held };
            sources.push((format!("{key} of the profile"), Some(held.to_owned())));
        }
    }
    sources.extend(file_key(config, "aws_access_key_id").into_iter().map(masked));
    if explicit {
        sources.push(masked(of_environment));
    }
    sources
}
