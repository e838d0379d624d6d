//! `configure sso`: signs in, and makes a profile for one of the accounts and
//! roles that this opens.
//!
//! Nothing is written before the last answer, so whoever gives up half-way
//! leaves the files as they were; the token stays.

use std::io::{self, IsTerminal as _};

use super::files::{self, File};
use super::questions::{self, DEFAULT_SCOPES, anything, filled, text, url};
use crate::cli::OwnCommand;
use crate::commands::sso::{Grant, Portal, Target, portal, token};
use crate::commands::{Context, terminal};
use crate::config::{self, Config, Keys, Overrides};
use crate::config_file::{Edit, header_name};
use crate::error::Result;

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let profile = context.profile();
    profile.as_deref().map_or(Ok(()), config::check_editable)?;
    // The profile is about to be made, so it has no say in how to sign in.
    let ca_bundle = context.globals.ca_bundle.clone();
    let config = Config::of_default(context.env.clone(), Overrides { ca_bundle, ..Overrides::default() })?;
    let stored = config.files.profile(&context.profile_name()).unwrap_or_default();
    let sign_in = SignIn::ask(&stored, &config)?;
    let grant = match (&sign_in.session, command.option("use-device-code")) {
        (Some(_), None) => Grant::AuthorizationCode,
        _ => Grant::Device,
    };
    let target = sign_in.target(&config)?;
    let browser = command.option("no-browser").is_none();
    let portal =
        Portal { region: target.region.clone(), token: token(context, &config, &target, grant, browser)? };
    let role = Role::choose(context, &config, &portal)?;
    let mut set = sign_in.of_profile();
    set.extend(role.values());
    for (key, words) in
        [("region", "Default client Region"), ("output", "CLI default output format (json if not specified)")]
    {
        let answer = questions::ask(words, text(&stored, key), anything)?;
        if !answer.is_empty() {
            set.push((key, answer));
        }
    }
    let profile = match profile {
        Some(profile) => profile,
        None => questions::ask("Profile name", role.profile().as_deref(), filled)?,
    };
    let mut edits = vec![edit(File::Config.section(&profile), set)];
    edits.extend(sign_in.of_session());
    files::save(context, File::Config, &edits)?;
    terminal::print(&closing(context.program, &profile, &role))
}

fn edit(section: String, values: Vec<(&'static str, String)>) -> Edit {
    let set = values.into_iter().map(|(key, value)| (key.to_owned(), files::text(&value)));
    Edit { section, set: set.collect(), remove: Vec::new() }
}

/// Where to sign in, as it was answered.
struct SignIn {
    /// None for the older format, where all stands in the profile.
    session: Option<String>,
    /// The section of that session exists.
    known: bool,
    start_url: Option<String>,
    region: Option<String>,
    scopes: Option<String>,
}

impl SignIn {
    fn ask(stored: &Keys, config: &Config) -> Result<SignIn> {
        let current = text(stored, "sso_session");
        let name = match current {
            Some(_) => questions::ask("SSO session name", current, anything)?,
            None => questions::ask_with("SSO session name (Recommended): ", None, anything)?,
        };
        let session = Some(name).filter(|name| !name.is_empty());
        if let Some(name) = &session
            && let Some(keys) = config.files.sso_sessions.get(name)
        {
            let value = |key| text(keys, key).map(str::to_owned);
            let (start_url, region) = (value("sso_start_url"), value("sso_region"));
            return Ok(SignIn {
                known: true,
                start_url,
                region,
                scopes: value("sso_registration_scopes"),
                session,
            });
        }
        if session.is_none() {
            terminal::print(&bold(
                "WARNING: Configuring using legacy format (e.g. without an SSO session).\n\
                 Consider re-running \"configure sso\" command and providing a session name.\n",
            ))?;
        }
        let start_url = questions::ask("SSO start URL", text(stored, "sso_start_url"), url)?;
        let region = questions::ask("SSO region", text(stored, "sso_region"), filled)?;
        let scopes = match session {
            Some(_) => Some(questions::ask("SSO registration scopes", Some(DEFAULT_SCOPES), filled)?),
            None => None,
        };
        Ok(SignIn { session, known: false, start_url: Some(start_url), region: Some(region), scopes })
    }

    fn target(&self, config: &Config) -> Result<Target> {
        match &self.session {
            Some(name) if self.known => Target::of_session(name, config),
            name => {
                let given = |value: &Option<String>| value.clone().unwrap_or_default();
                let scopes = self.scopes.as_deref();
                Ok(Target::new(given(&self.start_url), given(&self.region), name.as_deref(), scopes))
            }
        }
    }

    /// What stands in the profile.
    fn of_profile(&self) -> Vec<(&'static str, String)> {
        match &self.session {
            Some(name) => vec![("sso_session", name.clone())],
            None => self.place().collect(),
        }
    }

    /// The section of the session. One that was there is written again, as the reference does.
    fn of_session(&self) -> Option<Edit> {
        let name = self.session.as_ref()?;
        let scopes = self.scopes.clone().map(|scopes| ("sso_registration_scopes", scopes));
        Some(edit(header_name("sso-session", name), self.place().chain(scopes).collect()))
    }

    fn place(&self) -> impl Iterator<Item = (&'static str, String)> {
        let values = [("sso_start_url", self.start_url.clone()), ("sso_region", self.region.clone())];
        values.into_iter().filter_map(|(key, value)| Some((key, value?)))
    }
}

/// What was chosen; a service that shows neither accounts nor roles leaves them out.
#[derive(Default)]
struct Role {
    account: Option<String>,
    name: Option<String>,
}

impl Role {
    fn choose(context: &Context<'_>, config: &Config, portal: &Portal) -> Result<Role> {
        let mut role = Role::default();
        match role.fill(context, config, portal) {
            Err(error) if portal::is_closed(&error) => {
                terminal::print(
                    "Unable to list AWS accounts and/or roles. Skipping configuring AWS credential provider for profile.\n",
                )?;
                Ok(role)
            }
            outcome => outcome.map(|()| role),
        }
    }

    fn fill(&mut self, context: &Context<'_>, config: &Config, portal: &Portal) -> Result<()> {
        let accounts = portal.accounts(context, config)?;
        let account = match accounts.as_slice() {
            [only] => {
                terminal::print(&format!("The only AWS account available to you is: {}\n", only.id))?;
                only
            }
            many => {
                terminal::print(&format!("There are {} AWS accounts available to you.\n", many.len()))?;
                pick("Account", many, ToString::to_string, |account| &account.id)?
            }
        };
        terminal::print(&format!("Using the account ID {}\n", account.id))?;
        self.account = Some(account.id.clone());
        let roles = portal.roles(context, config, &account.id)?;
        let name = match roles.as_slice() {
            [only] => {
                terminal::print(&format!("The only role available to you is: {only}\n"))?;
                only
            }
            many => {
                terminal::print(&format!("There are {} roles available to you.\n", many.len()))?;
                pick("Role", many, Clone::clone, |role| role)?
            }
        };
        terminal::print(&format!("Using the role name \"{name}\"\n"))?;
        self.name = Some(name.clone());
        Ok(())
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        let values = [("sso_account_id", &self.account), ("sso_role_name", &self.name)];
        values.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect()
    }

    /// The name that is proposed for the profile.
    fn profile(&self) -> Option<String> {
        Some(format!("{}-{}", self.name.as_ref()?, self.account.as_ref()?))
    }
}

/// Asks which of them: by number, or by name. An empty answer is the first.
fn pick<'c, T>(
    words: &str,
    choices: &'c [T],
    shown: impl Fn(&T) -> String,
    name: impl Fn(&T) -> &String,
) -> Result<&'c T> {
    for (index, choice) in choices.iter().enumerate() {
        terminal::print(&format!("{:>3}  {}\n", index + 1, shown(choice)))?;
    }
    loop {
        let answer = terminal::ask_line(&format!("{words} [1]: "))?;
        let answer = match answer.trim() {
            "" => "1",
            answer => answer,
        };
        let by_number = || answer.parse::<usize>().ok()?.checked_sub(1).and_then(|index| choices.get(index));
        if let Some(choice) = choices.iter().find(|choice| name(choice) == answer).or_else(by_number) {
            return Ok(choice);
        }
        terminal::print(&format!("Not one of them: type a number from 1 to {}\n", choices.len()))?;
    }
}

fn bold(text: &str) -> String {
    match io::stdout().is_terminal() {
        true => format!("\x1b[1m{text}\x1b[0m"),
        false => text.to_owned(),
    }
}

fn closing(program: &str, profile: &str, role: &Role) -> String {
    match profile {
        _ if role.name.is_none() => format!("Successfully configured SSO for profile: {profile}\n"),
        "default" => format!(
            "The AWS CLI is now configured to use the default profile.\n\
             Run the following command to verify your configuration:\n\n{program} sts get-caller-identity\n"
        ),
        profile => format!(
            "To use this profile, specify the profile name using --profile, as shown:\n\n\
             {program} sts get-caller-identity --profile {profile}\n"
        ),
    }
}
