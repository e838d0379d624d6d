//! `configure sso-session`: asks for what an `sso-session` section holds.

use super::files::{self, File};
use crate::commands::{Context, terminal};
use crate::config::{Files, Keys};
use crate::config_file::{Edit, Entry, header_name};
use crate::error::Result;

/// The scope that is asked for where nothing else is said.
const DEFAULT_SCOPES: &str = "sso:account:access";

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let sessions = Files::read(context.env)?.sso_sessions;
    let name = name()?;
    let stored = sessions.get(&name).cloned().unwrap_or_default();
    let questions: [(&str, &str, Option<&str>, Check); 3] = [
        ("sso_start_url", "SSO start URL", None, url),
        ("sso_region", "SSO region", None, filled),
        ("sso_registration_scopes", "SSO registration scopes", Some(DEFAULT_SCOPES), filled),
    ];
    let mut set = Vec::new();
    for (key, words, default, check) in questions {
        let answer = question(words, text(&stored, key).or(default), check)?;
        set.push((key.to_owned(), files::text(&answer)));
    }
    let edit = Edit { section: header_name("sso-session", &name), set, remove: Vec::new() };
    files::save(context, File::Config, &[edit])?;
    terminal::print(&format!(
        "\nCompleted configuring SSO session: {name}\nRun the following to login and refresh access token for this session:\n\n{} sso login --sso-session {name}\n",
        context.program
    ))
}

fn name() -> Result<String> {
    loop {
        let answer = terminal::ask("SSO session name: ")?;
        match filled(&answer) {
            None => return Ok(answer),
            Some(why) => terminal::print(&format!("{why}\n"))?,
        }
    }
}

fn text<'k>(keys: &'k Keys, key: &str) -> Option<&'k str> {
    keys.get(key).and_then(Entry::text)
}

/// Asks until there is an answer that will do; an empty one keeps what is stored.
fn question(words: &str, current: Option<&str>, check: Check) -> Result<String> {
    loop {
        let answer = terminal::ask(&format!("{words} [{}]: ", current.unwrap_or("None")))?;
        let answer = match (answer.is_empty(), current) {
            (true, Some(current)) => current.to_owned(),
            _ => answer,
        };
        match check(&answer) {
            None => return Ok(answer),
            Some(why) => terminal::print(&format!("{why}\n"))?,
        }
    }
}

/// What is wrong with an answer.
type Check = fn(&str) -> Option<&'static str>;

fn filled(answer: &str) -> Option<&'static str> {
    answer.trim().is_empty().then_some("A value is required")
}

fn url(answer: &str) -> Option<&'static str> {
    let is_url = answer.starts_with("http://") || answer.starts_with("https://");
    (!is_url).then_some("Not a valid Start URL")
}
