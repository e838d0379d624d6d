//! `configure sso-session`: asks for what an `sso-session` section holds.

use super::files::{self, File};
use super::questions::{self, Check, DEFAULT_SCOPES, filled, text, url};
use crate::commands::{Context, terminal};
use crate::config::Files;
use crate::config_file::{Edit, header_name};
use crate::error::Result;

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let sessions = Files::read(context.env)?.sso_sessions;
    let name = questions::ask_with("SSO session name: ", None, filled)?;
    let stored = sessions.get(&name).cloned().unwrap_or_default();
    let questions: [(&str, &str, Option<&str>, Check); 3] = [
        ("sso_start_url", "SSO start URL", None, url),
        ("sso_region", "SSO region", None, filled),
        ("sso_registration_scopes", "SSO registration scopes", Some(DEFAULT_SCOPES), filled),
    ];
    let mut set = Vec::new();
    for (key, words, default, check) in questions {
        let answer = questions::ask(words, text(&stored, key).or(default), check)?;
        set.push((key.to_owned(), files::text(&answer)));
    }
    let edit = Edit { section: header_name("sso-session", &name), set, remove: Vec::new() };
    files::save(context, File::Config, &[edit])?;
    terminal::print(&format!(
        "\nCompleted configuring SSO session: {name}\nRun the following to login and refresh access token for this session:\n\n{} sso login --sso-session {name}\n",
        context.program
    ))
}
