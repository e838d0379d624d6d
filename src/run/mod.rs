//! The composition root: reads the line, resolves the configuration, picks
//! credentials and transport, calls, prints. It knows everybody.
//!
//! The order of its steps is the reference's, because the order decides which
//! error a wrong line gets: parameters are parsed before the profile must
//! exist, limits are checked after region and endpoint, credentials come last.

mod alias;
mod call;
mod debug;
mod fallback;
mod help;
mod lead;
mod print;
mod progress;
mod prompted;
mod refused;
mod report;
mod sink;
mod terminal;
mod version;

use std::io::{self, Write};
use std::process::ExitCode;

use alias::{Aliases, Meaning};

use crate::cli::{self, Line, Main, Start};
use crate::commands::{self, terminal::print as print_text};
use crate::complete;
use crate::config::{Config, Opened, Overrides};
use crate::env::{Env, program_name};
use crate::error::{Error, Kind, Result};
use crate::query::Expression;

/// Runs the program: the arguments of this process, its environment, its streams.
pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(answer) = complete::answer(&Env::process(), &words) {
        let _ = print_text(&answer);
        return ExitCode::SUCCESS;
    }
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let mut run = Run {
        env: Env::process(),
        program: program_name(),
        config: None,
        error_format: None,
        fell_back: false,
        formless: false,
        exit: 0,
        brief: words.last() == Some(&"-h"),
        no_pager: words.contains(&"--no-cli-pager"),
    };
    match run.prompted(&words) {
        Ok(()) => ExitCode::from(run.exit),
        Err(error) => run.fail(&error),
    }
}

/// The line as it was typed, and what its aliases stand for.
struct Typed<'t> {
    words: &'t [&'t str],
    aliases: &'t Aliases,
    /// How many aliases have led here.
    depth: usize,
}

/// One run, as far as it has come.
struct Run {
    env: Env,
    program: String,
    config: Option<Config>,
    /// `--cli-error-format`, once it is known.
    error_format: Option<String>,
    /// Where the profile is missing there is no configuration to look the error format up in, and
    /// the reference prints the plain form.
    fell_back: bool,
    /// Errors of the first pass obey no error format at all.
    formless: bool,
    /// The exit code of a run that went well: that of a shell's line behind an alias.
    exit: u8,
    /// Whether help is asked for in its short form.
    brief: bool,
    /// Whether help is shown without a pager.
    no_pager: bool,
}

impl Run {
    /// Does what the words say. On a terminal an error says where to go on as well.
    fn words(&mut self, words: &[&str]) -> Result<()> {
        let outcome = self.steps(words);
        match terminal::on_stderr() {
            true => outcome.map_err(|error| lead::on(error, words, &self.program)),
            false => outcome,
        }
    }

    fn steps(&mut self, words: &[&str]) -> Result<()> {
        sink::codec(&self.env)?;
        let program = self.program.clone();
        let context = cli::Context { program: &program, aliases: &[] };
        cli::first_pass(words, &context).inspect_err(|_| self.formless = true)?;
        let aliases = Aliases::read(&self.env)?;
        let context = cli::Context { aliases: &aliases.names, ..context };
        match cli::main_pass(words, &context)? {
            Main::Version => print_text(&format!("{}\n", version::line(&self.program, &self.env))),
            Main::Help => self.help(&[]),
            Main::Command(start) => {
                self.command(*start, &context, &Typed { words, aliases: &aliases, depth: 0 })
            }
        }
    }

    fn command(&mut self, mut start: Start<'_>, context: &cli::Context<'_>, typed: &Typed<'_>) -> Result<()> {
        self.error_format = start.globals.cli_error_format.clone();
        let query = start.globals.query.as_deref().map(crate::query::compile).transpose()?;
        start.check()?;
        if self.showed_help(&start, context, typed)? {
            return Ok(());
        }
        let overrides = overrides(&start.globals);
        // A file that cannot be read ends every run; a missing profile only those that need it.
        let missing = match Config::open(self.env.clone(), overrides)? {
            Opened::Config(config) => {
                config.timestamp_format()?;
                self.config = Some(*config);
                None
            }
            Opened::NoProfile(error) => Some(error),
        };
        self.fell_back = missing.is_some();
        if !cli::has(&start, context)
            && let Some(program) = fallback::chosen(&self.env, self.config.as_ref())
        {
            return fallback::become_program(&program, typed.words, &self.env);
        }
        match cli::command_pass(&start, context)? {
            Line::Version => print_text(&format!("{}\n", version::line(&self.program, &self.env))),
            Line::Help { path } => self.help(&path),
            Line::Topic(topic) => self.topic(&topic),
            Line::Search(words) => self.search(&words),
            Line::Call(call) => self.call(&start.globals, &call, None, query.as_ref(), missing),
            Line::Wait { waiter, call } => {
                self.call(&start.globals, &call, Some(waiter), query.as_ref(), missing)
            }
            Line::Own(command) => match fallback::chosen(&self.env, self.config.as_ref()) {
                Some(program) if !commands::serves(&command) => {
                    fallback::become_program(&program, typed.words, &self.env)
                }
                _ => self.own(&command, &start.globals, missing.as_ref()),
            },
            Line::Alias { under, name, words } => {
                self.alias(&alias::Use { under, name, words, globals: start.globals }, typed)
            }
        }
    }

    /// Shows help where the line asks for nothing else. A wrong line is left to the usual order of steps.
    fn showed_help(&self, start: &Start<'_>, context: &cli::Context<'_>, typed: &Typed<'_>) -> Result<bool> {
        let asks = matches!(typed.words.last(), Some(&("help" | "--help" | "-h"))) || start.command == "help";
        if !asks || !cli::has(start, context) {
            return Ok(false);
        }
        match cli::command_pass(start, context) {
            Ok(Line::Help { path }) => self.help(&path)?,
            Ok(Line::Topic(topic)) => self.topic(&topic)?,
            Ok(Line::Search(words)) => self.search(&words)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Does what an alias stands for.
    fn alias(&mut self, used: &alias::Use, typed: &Typed<'_>) -> Result<()> {
        alias::check_depth(typed.depth)?;
        let (meaning, names) = typed.aliases.expand(used)?;
        let words = match meaning {
            Meaning::Shell(line) => {
                self.exit = alias::shell(&line)?;
                return Ok(());
            }
            Meaning::Words(words) => words,
        };
        let program = self.program.clone();
        let context = cli::Context { program: &program, aliases: &names };
        match alias::read(&words, used, &context)? {
            Main::Version => print_text(&format!("{}\n", version::line(&self.program, &self.env))),
            Main::Help => self.help(&[]),
            Main::Command(start) => {
                self.command(*start, &context, &Typed { depth: typed.depth + 1, ..*typed })
            }
        }
    }

    /// Calls an operation, once or until a waiter is content.
    fn call(
        &mut self,
        globals: &cli::Globals,
        call: &cli::Call,
        waiter: Option<&'static crate::model::Waiter>,
        query: Option<&Expression>,
        missing: Option<Error>,
    ) -> Result<()> {
        let work = call::Work {
            program: &self.program,
            globals,
            call,
            waiter,
            query,
            env: &self.env,
            file_encoding: self.env.get("AWS_CLI_FILE_ENCODING"),
        };
        work.run(self.config.as_ref(), missing)
    }

    /// Runs one of the program's own commands.
    fn own(&self, command: &cli::OwnCommand, globals: &cli::Globals, missing: Option<&Error>) -> Result<()> {
        let context = commands::Context {
            program: &self.program,
            env: &self.env,
            globals,
            config: self.config.as_ref(),
            missing,
        };
        commands::run(command, &context)
    }

    /// Says what went wrong and gives the exit code.
    fn fail(&self, error: &Error) -> ExitCode {
        self.say(error);
        ExitCode::from(error.kind.exit_code())
    }

    fn say(&self, error: &Error) {
        if error.kind == Kind::Interrupted {
            let _ = print_text("\n");
        }
        let on_terminal = terminal::on_stderr();
        let mut text = report::text(error, &self.program, self.format_of(error).as_deref(), on_terminal);
        if error.early
            && let Some(format) = self.env.get("AWS_CLI_ERROR_FORMAT").filter(|format| !report::knows(format))
        {
            text.insert_str(0, &format!("Invalid cli_error_format: '{format}'. Using 'enhanced' format.\n"));
        }
        if on_terminal {
            for hint in &error.hints {
                text.push_str(&format!("{}: hint: {hint}\n", self.program));
            }
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }

    fn format_of(&self, error: &Error) -> Option<String> {
        if self.formless {
            return None;
        }
        if error.early {
            let by_environment = self.env.get("AWS_CLI_ERROR_FORMAT");
            return by_environment.or_else(|| {
                let config = Config::load(self.env.clone(), Overrides::default()).ok()?;
                config.error_format()
            });
        }
        match (&self.config, self.fell_back) {
            (Some(config), _) => config.error_format(),
            (None, true) => self.error_format.clone().or_else(|| Some("legacy".into())),
            (None, false) => self.error_format.clone().or_else(|| self.env.get("AWS_CLI_ERROR_FORMAT")),
        }
    }
}

fn overrides(globals: &cli::Globals) -> Overrides {
    Overrides {
        profile: globals.profile.clone(),
        region: globals.region.clone(),
        endpoint_url: globals.endpoint_url.clone(),
        output: globals.output.clone(),
        ca_bundle: globals.ca_bundle.clone(),
        no_verify_ssl: globals.no_verify_ssl,
        error_format: globals.cli_error_format.clone(),
    }
}

/// Text for the person at the terminal.
fn tell(text: &str) -> Result<()> {
    let _ = io::stderr().write_all(text.as_bytes());
    Ok(())
}
