//! `configure` alone: asks for keys, region and output format.

use super::files::{self, File};
use crate::commands::{Context, terminal};
use crate::config::{self, Files, Keys};
use crate::config_file::{Edit, Entry};
use crate::error::Result;
use crate::secret;

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let profile = context.profile_name();
    config::check_editable(&profile)?;
    let stored = Files::read(context.env)?.profile(&profile).unwrap_or_default();
    if stored.is_empty() {
        terminal::print(&format!(
            "\nTip: You can deliver temporary credentials to the AWS CLI using your AWS Console session by running the command '{} login'.\n\n",
            context.program
        ))?;
    }
    let answers = Answers::ask(&stored)?;
    answers.save(context, &profile)
}

/// What is to be written: only what differs from what is stored.
struct Answers {
    credentials: Vec<(&'static str, String)>,
    config: Vec<(&'static str, String)>,
    drop_token: bool,
}

impl Answers {
    fn ask(stored: &Keys) -> Result<Answers> {
        let mut credentials = Vec::new();
        let id = question(stored, "aws_access_key_id", "AWS Access Key ID", Shown::Masked)?;
        credentials.extend(question(
            stored,
            "aws_secret_access_key",
            "AWS Secret Access Key",
            Shown::Hidden,
        )?);
        // Only temporary keys have a token, and their ids tell.
        let asks_for_token = match &id {
            Some((_, id)) => id.starts_with("ASIA"),
            None => stored.contains_key("aws_session_token"),
        };
        if asks_for_token {
            credentials.extend(question(stored, "aws_session_token", "AWS Session Token", Shown::Hidden)?);
        }
        let drop_token = id.is_some() && !asks_for_token;
        if let Some(id) = id {
            credentials.insert(0, id);
        }
        let mut config = Vec::new();
        config.extend(question(stored, "region", "Default region name", Shown::Plain)?);
        config.extend(question(stored, "output", "Default output format", Shown::Plain)?);
        Ok(Answers { credentials, config, drop_token })
    }

    fn save(self, context: &Context<'_>, profile: &str) -> Result<()> {
        if self.credentials.is_empty() && self.config.is_empty() {
            return Ok(());
        }
        if !self.credentials.is_empty() {
            let mut edit = edit(File::Credentials.section(profile), &self.credentials);
            if self.drop_token {
                edit.remove.push("aws_session_token".to_owned());
            }
            files::save(context, File::Credentials, &[edit])?;
        }
        files::save(context, File::Config, &[edit(File::Config.section(profile), &self.config)])
    }
}

fn edit(section: String, values: &[(&'static str, String)]) -> Edit {
    let set = values.iter().map(|(key, value)| ((*key).to_owned(), files::text(value)));
    Edit { section, set: set.collect(), remove: Vec::new() }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// What is stored is shown.
    Plain,
    /// Of what is stored only the end.
    Masked,
    /// The same, and what is typed is not shown either.
    Hidden,
}

/// The answer, if it is another one than what is stored.
fn question(
    stored: &Keys,
    key: &'static str,
    words: &str,
    shown: Shown,
) -> Result<Option<(&'static str, String)>> {
    let current = stored.get(key).and_then(Entry::text);
    let in_brackets = match (current, shown) {
        (None, _) => "None".to_owned(),
        (Some(text), Shown::Plain) => text.to_owned(),
        (Some(text), _) => secret::masked(text),
    };
    let prompt = format!("{words} [{in_brackets}]: ");
    let answer = match shown {
        Shown::Hidden => terminal::ask_hidden(&prompt)?,
        _ => terminal::ask(&prompt)?,
    };
    Ok((!answer.is_empty() && current != Some(answer.as_str())).then_some((key, answer)))
}
