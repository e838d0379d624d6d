//! The program's own commands: one folder or file for each.

mod cache;
mod completion;
pub mod configure;
mod logout;
mod man;
mod sandbox;
mod show;
mod sso;
pub(crate) mod terminal;

use crate::cli::{Globals, OwnCommand, globals, near};
use crate::config::Config;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::params;

/// What a command gets to work with.
pub struct Context<'a> {
    /// The program's name in messages.
    pub program: &'a str,
    /// The environment.
    pub env: &'a Env,
    /// The global options of the line.
    pub globals: &'a Globals,
    /// The configuration; none where the profile that was asked for does not exist.
    pub config: Option<&'a Config>,
    /// The error of a profile that does not exist.
    pub missing: Option<&'a Error>,
}

/// Whether a command is there, not only its name. What is not can be handed to another program.
pub fn serves(command: &OwnCommand) -> bool {
    match command.path.as_slice() {
        ["configure", below @ ..] => {
            !matches!(below.first(), Some(&("add-model" | "agent-toolkit" | "wizard")))
        }
        [first, ..] => matches!(*first, "cache" | "completion" | "logout" | "man" | "sandbox" | "sso"),
        [] => false,
    }
}

/// Runs a command.
pub fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let command = with_files(command, context)?;
    match command.path.first() {
        Some(&"cache") => cache::run(&command, context),
        Some(&"completion") => completion::run(&command, context),
        Some(&"configure") => configure::run(&command, context),
        Some(&"logout") => logout::run(&command, context),
        Some(&"man") => man::run(&command, context),
        Some(&"sandbox") => sandbox::run(&command, context),
        Some(&"sso") => sso::run(&command, context),
        _ => Err(Error::general(format!(
            "{} does not have {}. With IAMCTL_FALLBACK=/path/to/aws in the environment it hands such commands to that program.",
            context.program,
            command.path.join(" ")
        ))),
    }
}

/// The error of an output format that is none.
pub fn unknown_output(name: &str) -> Error {
    let error = Error::general(format!("Unknown output type: {name}"));
    let formats = globals::OUTPUTS;
    let meant = match near::nearest(name, formats.iter().copied()) {
        Some(format) => format!("did you mean {format}?"),
        None => format!("it is one of: {}.", formats.join(", ")),
    };
    error.hint(format!(
        "{meant} The format comes from --output, AWS_DEFAULT_OUTPUT or the profile's output setting."
    ))
}

impl Context<'_> {
    /// The configuration, or the error of a profile that does not exist.
    pub fn config(&self) -> Result<&Config> {
        self.config.ok_or_else(|| {
            self.missing.cloned().unwrap_or_else(|| Error::general("no configuration was read"))
        })
    }

    /// The profile that was asked for, whether it exists or not.
    pub fn profile(&self) -> Option<String> {
        let by_option = self.globals.profile.clone().filter(|name| !name.is_empty());
        by_option.or_else(|| self.env.get("AWS_PROFILE")).or_else(|| self.env.get("AWS_DEFAULT_PROFILE"))
    }

    /// The same, `default` where none was asked for.
    pub fn profile_name(&self) -> String {
        self.profile().unwrap_or_else(|| "default".into())
    }
}

/// `file://` in any value stands for the file's content, as it does in operations' parameters.
fn with_files(command: &OwnCommand, context: &Context<'_>) -> Result<OwnCommand> {
    let encoding = context.env.get("AWS_CLI_FILE_ENCODING");
    let reading = params::Context { file_encoding: encoding.as_deref(), env: context.env };
    let mut command = command.clone();
    let read = |name: &str, text: &mut String| -> Result<()> {
        if let Some(path) = text.strip_prefix("fileb://") {
            return Err(no_bytes(name, text, path, context));
        }
        *text = params::text(name, text, &reading)?;
        Ok(())
    };
    for (name, text) in &mut command.options {
        read(&format!("--{name}"), text)?;
    }
    let names = match command.path.last() {
        Some(&"set" | &"get") => &["varname", "value"][..],
        _ => &[],
    };
    for (name, text) in names.iter().zip(&mut command.positionals) {
        read(name, text).map_err(|mut error| {
            error.message = error.message.replacen(&format!("'--{name}'"), &format!("'{name}'"), 1);
            error
        })?;
    }
    Ok(command)
}

/// The commands' values are texts; `fileb://` gives bytes.
fn no_bytes(name: &str, value: &str, path: &str, context: &Context<'_>) -> Error {
    match std::fs::read(context.env.expand_home(path)) {
        Ok(bytes) => Error::usage(format!(
            "Parameter validation failed:\nInvalid type for parameter input, value: {}, type: <class 'bytes'>, valid types: <class 'str'>",
            crate::python::repr(&crate::value::Value::Bytes(bytes))
        )),
        Err(error) => Error::usage(format!(
            "Error parsing parameter '{name}': Unable to load paramfile {value}: {}",
            terminal::errno(&error, path)
        )),
    }
}
