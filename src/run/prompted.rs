//! `--cli-auto-prompt`: the line is asked for in the terminal before it runs, or
//! once it has turned out to be wrong.
//!
//! Option, `AWS_CLI_AUTO_PROMPT`, the profile's `cli_auto_prompt`, in this order.
//! Without a terminal nothing is asked and the line runs as it is.

use super::{Run, tell, terminal};
use crate::cli::{self, First};
use crate::config::{Config, Overrides};
use crate::env::Env;
use crate::error::{Error, Kind, Result};
use crate::prompt::Prompt;

/// When to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Never.
    Off,
    /// Always, with the words given so far.
    On,
    /// Where the line is wrong.
    Partial,
}

/// Terminals on which no line can be edited.
const SIMPLE: [&str; 3] = ["dumb", "cons25", "emacs"];

/// Lines that ask for nothing.
const UNASKED: [&str; 4] = ["help", "--version", "--help", "-h"];

impl Run {
    /// Runs the line, asked for where that is wanted.
    pub(super) fn prompted(&mut self, words: &[&str]) -> Result<()> {
        match self.mode(words) {
            Mode::Off => self.words(words),
            Mode::On => self.ask(words),
            Mode::Partial => match self.words(words) {
                Err(error) if is_usage(&error) => {
                    self.say(&error);
                    self.forget();
                    self.ask(words)
                }
                outcome => outcome,
            },
        }
    }

    /// Asks until a line is right, or nobody wants to go on.
    fn ask(&mut self, words: &[&str]) -> Result<()> {
        let kept = words.iter().filter(|word| **word != "--cli-auto-prompt");
        let mut words: Vec<String> = kept.map(|word| (*word).to_owned()).collect();
        let mut prompt = Prompt::new(&self.program, &self.env)?;
        tell("Tab completes, Enter runs the line, Ctrl-C leaves; with help at its end it explains.\n")?;
        loop {
            let outcome = match prompt.ask(&words) {
                Ok(typed) => {
                    words = typed;
                    self.words(&words.iter().map(String::as_str).collect::<Vec<_>>())
                }
                Err(error) => Err(error),
            };
            match outcome {
                Err(error) if is_usage(&error) => {
                    self.say(&error);
                    self.forget();
                }
                outcome => return outcome,
            }
        }
    }

    /// Forgets what a line said that did not run.
    fn forget(&mut self) {
        self.config = None;
        self.error_format = None;
        self.fell_back = false;
        self.formless = false;
    }

    fn mode(&self, words: &[&str]) -> Mode {
        let is_simple = self.env.get("TERM").is_some_and(|name| SIMPLE.contains(&name.as_str()));
        if is_simple || !terminal::is_complete() || words.iter().any(|word| UNASKED.contains(word)) {
            return Mode::Off;
        }
        let context = cli::Context { program: &self.program, aliases: &[] };
        // What is wrong with the line is told when it runs.
        let Ok(first) = cli::first_pass(words, &context) else { return Mode::Off };
        match first.auto_prompt {
            Some(true) => Mode::On,
            Some(false) => Mode::Off,
            None => configured(&first, &self.env),
        }
    }
}

fn is_usage(error: &Error) -> bool {
    matches!(error.kind, Kind::ParamValidation | Kind::UnknownOptions)
}

/// What the environment or the profile says.
fn configured(first: &First, env: &Env) -> Mode {
    let overrides = Overrides { profile: first.profile.clone(), ..Overrides::default() };
    let by_profile = || {
        let config = Config::load(env.clone(), overrides).ok()?;
        config.key("cli_auto_prompt").map(str::to_owned)
    };
    match env.get("AWS_CLI_AUTO_PROMPT").or_else(by_profile).map(|value| value.to_lowercase()).as_deref() {
        Some("on") => Mode::On,
        Some("on-partial") => Mode::Partial,
        _ => Mode::Off,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_beats_the_profile() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join(".aws")).unwrap();
        std::fs::write(home.path().join(".aws/config"), "[profile p]\ncli_auto_prompt = on-partial\n")
            .unwrap();
        let env = Env::fixed([("HOME", home.path().to_str().unwrap())]);
        let first = First { profile: Some("p".into()), ..First::default() };
        assert_eq!(configured(&first, &env), Mode::Partial);
        assert_eq!(configured(&First::default(), &env), Mode::Off);
        assert_eq!(configured(&first, &env.clone().with("AWS_CLI_AUTO_PROMPT", "ON")), Mode::On);
        assert_eq!(configured(&first, &env.with("AWS_CLI_AUTO_PROMPT", "off")), Mode::Off);
    }
}
