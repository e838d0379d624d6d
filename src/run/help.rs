//! Shows help: the whole page through the pager, or the short form.
//!
//! Nothing is loaded for it but the words of one page. The one setting that
//! counts, `cli_pager`, is looked up where stdout is a terminal, and a file
//! that cannot be read does not keep anybody from reading help.

use std::io::Write as _;

use super::{Run, print_text, sink, terminal};
use crate::config::{Config, Overrides};
use crate::error::{Error, Kind, Result};
use crate::help::{self, Page, text};

/// Columns of a page that goes to no terminal.
const WIDTH: usize = 80;
/// Lines that are longer are hard to read, however wide the terminal is.
const WIDEST: usize = 100;
/// Below this the words have no room.
const NARROWEST: usize = 40;

impl Run {
    /// The page of a command.
    pub(super) fn help(&self, path: &[String]) -> Result<()> {
        match help::page(&self.program, path) {
            Some(page) => self.show(&page),
            None => Err(Error::usage(format!("There is no help on {}.", path.join(" ")))),
        }
    }

    /// The page of a topic.
    pub(super) fn topic(&self, name: &str) -> Result<()> {
        match help::topic(&self.program, name) {
            Some(page) => self.show(&page),
            None => Err(Error::usage(format!(
                "There is no help on {name} here. The topics are: {}.",
                help::topics().into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
            ))),
        }
    }

    /// The pages that are about these words.
    pub(super) fn search(&self, words: &[String]) -> Result<()> {
        if words.is_empty() {
            return Err(Error::usage(format!(
                "Say what you look for: {0} help search WORD..., as in {0} help search rotate keys",
                self.program
            )));
        }
        let finds = help::search::search(words);
        if finds.is_empty() {
            self.complain(&format!(
                "Nothing is found for '{}'. Try other words, or see all commands with '{} iam help'.\n",
                words.join(" "),
                self.program
            ));
            return Err(Error::new(Kind::Silent, ""));
        }
        let names: Vec<String> = finds.iter().map(|find| format!("{} {}", self.program, find.name)).collect();
        let column = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(46) + 2;
        let mut out = String::new();
        for (name, find) in names.iter().zip(&finds) {
            out.push_str(&format!("{name:<column$}  {}\n", find.summary));
        }
        print_text(&out)
    }

    fn complain(&self, text: &str) {
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    fn show(&self, page: &Page) -> Result<()> {
        let width = terminal::width().map_or(WIDTH, |columns| columns.clamp(NARROWEST, WIDEST));
        let style = text::Style { width, bold: terminal::on_stdout() };
        if self.brief {
            return print_text(&text::brief(page, style));
        }
        let text = text::full(page, style);
        if self.no_pager || !terminal::on_stdout() {
            return print_text(&text);
        }
        let config = match &self.config {
            Some(_) => None,
            None => Config::load(self.env.clone(), Overrides::default()).ok(),
        };
        let key = |config: &Config| config.key("cli_pager").map(str::to_owned);
        let set = self.config.as_ref().or(config.as_ref()).and_then(key);
        let mut sink = sink::to_pager(&self.env, set)?;
        let _ = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
        match sink.close() {
            // A machine without a pager still has help.
            Err(error) if error.kind == Kind::Pager => print_text(&text),
            outcome => outcome,
        }
    }
}
