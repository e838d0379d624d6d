//! `configure list --explain`: for each value which source won, and what the others hold.
//!
//! The reference has nothing of the kind. The sources stand in the order in
//! which they count; what is switched off or passed over says so and never
//! wins. Keys are masked as `configure list` masks them. Below a section stand
//! notes on what is known to puzzle people: a variable that beats the profile,
//! a token that belongs to another key, a region that is none.

mod keys;
mod notes;

use super::session;
use crate::commands::{Context, terminal};
use crate::config::{self, Config, Files, Keys, SANDBOX_REGION};
use crate::config_file::Entry;
use crate::error::Result;
use crate::python;
use crate::sandbox::Name;
use crate::secret;

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let Some(config) = context.config else {
        terminal::print(&section("profile", &profile(context, &Files::read(context.env)?)))?;
        terminal::print(&lines("note", &notes::on_missing_profile(context)))?;
        return context.config().map(|_| ());
    };
    let mut text = section("profile", &profile(context, &config.files));
    let regions = region(context, config);
    text.push_str(&section("region", &regions));
    text.push_str(&lines("note", &notes::on_region(winner(&regions))));
    text.push_str(&section("output", &output(context, config)));
    for (service, id) in [("iam", "IAM"), ("sts", "STS")] {
        text.push_str(&section(&format!("endpoint of {service}"), &endpoint(context, config, id)));
    }
    let ways = keys::access_key(context, config);
    text.push_str(&section("access_key", &ways));
    text.push_str(&lines("chain", &keys::chain(config)));
    let [secrets, tokens] = keys::companions(context, config, winner(&ways).map(|row| row.origin));
    text.push_str(&section("secret_key", &secrets));
    text.push_str(&section("session_token", &tokens));
    terminal::print(&text)?;
    let found = session::credentials(context, config).inspect_err(|_| {
        let _ = terminal::print(&lines("note", &notes::on_failure(context, config)));
    })?;
    let mut line = match &found {
        Some((found, source)) => {
            let token = if found.session_token().is_some() { "with" } else { "without" };
            let id = secret::masked(found.access_key_id());
            format!("  in use: {id}, from {}, {token} a session token\n", source.method())
        }
        None => "  in use: none\n".to_owned(),
    };
    line.push_str(&lines("note", &notes::on_credentials(context, config, found.as_ref())));
    terminal::print(&line)
}

/// Where a row's value comes from, as far as it matters for what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Environment,
    CredentialsFile,
    ConfigFile,
    /// Any other place.
    Elsewhere,
}

/// A place, and what it holds.
#[derive(Clone, Debug)]
struct Row {
    place: String,
    held: Option<String>,
    origin: Origin,
    /// Why the place is passed over, if it is.
    passed_over: Option<&'static str>,
}

impl Row {
    fn new(place: impl Into<String>, held: Option<String>) -> Row {
        Row { place: place.into(), held, origin: Origin::Elsewhere, passed_over: None }
    }

    fn variable(context: &Context<'_>, name: &str) -> Row {
        Row { origin: Origin::Environment, ..Row::new(name, context.env.get(name)) }
    }

    /// A variable that counts as unset where it is empty.
    fn filled(context: &Context<'_>, name: &str) -> Row {
        let is_empty = context.env.get(name).is_some_and(|held| held.is_empty());
        let passed_over = is_empty.then_some("empty, as good as unset");
        Row { passed_over, ..Row::variable(context, name) }
    }

    fn masked(self) -> Row {
        let held = self.held.map(|held| if held.is_empty() { held } else { secret::masked(&held) });
        Row { held, ..self }
    }

    /// The row, passed over for this reason unless it is so already.
    fn unless(mut self, reason: Option<&'static str>) -> Row {
        self.passed_over = self.passed_over.or(reason);
        self
    }

    fn counts(&self) -> bool {
        self.held.is_some() && self.passed_over.is_none()
    }
}

/// The row that won.
fn winner(rows: &[Row]) -> Option<&Row> {
    rows.iter().find(|row| row.counts())
}

fn section(name: &str, rows: &[Row]) -> String {
    const LEAST: usize = 46;
    let width = rows.iter().map(|row| row.place.chars().count()).max().unwrap_or_default().max(LEAST);
    let won = rows.iter().position(Row::counts);
    let mut text = format!("{name}\n");
    for (at, row) in rows.iter().enumerate() {
        let mark = if won == Some(at) { "*" } else { " " };
        let held = row.held.as_deref().map_or_else(|| "-".to_owned(), python::quoted);
        let reason = match (row.passed_over, &row.held) {
            (Some(reason), Some(_)) => format!("  ({reason})"),
            _ => String::new(),
        };
        text.push_str(&format!("  {mark} {:<width$} {held}{reason}\n", row.place));
    }
    text.push('\n');
    text
}

/// Lines of one sort below a section.
fn lines(sort: &str, lines: &[String]) -> String {
    let mut text: String = lines.iter().map(|line| format!("  {sort}: {line}\n")).collect();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn option(name: &str, value: Option<&String>) -> Row {
    Row::new(name, value.cloned())
}

/// What the files hold of a profile; of a built-in one nothing that counts.
fn file_key(config: &Config, key: &str) -> Vec<Row> {
    if config.profile_is_built_in() {
        return Vec::new();
    }
    let profile = config.profile_name();
    let held =
        |keys: Option<&Keys>| keys.and_then(|keys| keys.get(key)).and_then(Entry::text).map(str::to_owned);
    let places = [
        (Origin::CredentialsFile, config::credentials_path(&config.env), &config.files.credentials),
        (Origin::ConfigFile, config::config_path(&config.env), &config.files.config),
    ];
    let row = |(origin, path, profiles): (Origin, std::path::PathBuf, &indexmap::IndexMap<String, Keys>)| {
        Row { origin, ..Row::new(format!("{key} in {}", path.display()), held(profiles.get(profile))) }
    };
    places.map(row).into()
}

fn profile(context: &Context<'_>, files: &Files) -> Vec<Row> {
    let mut option = option("--profile", context.globals.profile.as_ref());
    if option.held.as_deref() == Some("") {
        option.passed_over = Some("empty, as good as not given");
    }
    let mut rows = vec![option];
    rows.extend(["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].map(|name| Row::variable(context, name)));
    let exists = files.has("default").then(|| "default".to_owned());
    rows.push(Row::new("the profile named default", exists));
    rows
}

/// Why what the environment and the files say does not count, in a profile that is in the sandbox.
fn in_sandbox(config: &Config) -> Option<&'static str> {
    config.account().map(|_| "not looked at: the profile is in the sandbox")
}

/// What the embedded account says that the profile is, or builds on: it beats all but the options.
fn of_account(config: &Config, held: impl FnOnce(&Name) -> String) -> Option<Row> {
    config.account().map(|name| Row::new(format!("the embedded account sandbox:{name}"), Some(held(name))))
}

fn region(context: &Context<'_>, config: &Config) -> Vec<Row> {
    let reason = in_sandbox(config);
    let mut rows = vec![option("--region", context.globals.region.as_ref())];
    rows.extend(of_account(config, |_| SANDBOX_REGION.to_owned()));
    rows.extend(["AWS_REGION", "AWS_DEFAULT_REGION"].map(|name| Row::variable(context, name).unless(reason)));
    rows.extend(file_key(config, "region").into_iter().map(|row| row.unless(reason)));
    rows
}

fn output(context: &Context<'_>, config: &Config) -> Vec<Row> {
    let mut rows = vec![option("--output", context.globals.output.as_ref())];
    rows.push(Row::variable(context, "AWS_DEFAULT_OUTPUT"));
    rows.extend(file_key(config, "output"));
    rows.push(Row::new("the program", Some("json".to_owned())));
    rows
}

fn endpoint(context: &Context<'_>, config: &Config, id: &str) -> Vec<Row> {
    let mut rows = vec![option("--endpoint-url", context.globals.endpoint_url.as_ref())];
    let ignored = config.ignores_endpoints().then_some("ignored: ignore_configured_endpoint_urls");
    let reason = in_sandbox(config).or(ignored);
    rows.extend(of_account(config, |name| format!("sandbox:{name}")));
    let own = format!("AWS_ENDPOINT_URL_{id}");
    rows.extend([own.as_str(), "AWS_ENDPOINT_URL"].map(|name| Row::filled(context, name).unless(reason)));
    let unless_empty = |row: Row| {
        let is_empty = row.held.as_deref() == Some("");
        row.unless(reason.or(is_empty.then_some("empty, as good as unset")))
    };
    if let Some(name) = config.key("services") {
        let block = config.files.services.get(name).and_then(|keys| keys.get(&id.to_lowercase()));
        let url = match block {
            Some(Entry::Nested(keys)) => keys.get("endpoint_url").cloned(),
            _ => None,
        };
        let missing = if config.files.services.contains_key(name) { "" } else { ", which is not there" };
        rows.push(unless_empty(Row::new(format!("the services section {name}{missing}"), url)));
    }
    rows.extend(file_key(config, "endpoint_url").into_iter().map(unless_empty));
    rows.push(Row::new("the service", Some("its own".to_owned())));
    rows.into_iter().map(|row| Row { held: row.held.map(|url| without_password(&url)), ..row }).collect()
}

/// A URL without the user information that may stand before its host.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://***@{host}{path}"),
        None => url.to_owned(),
    }
}
