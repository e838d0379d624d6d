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

/// Finds that are listed on a terminal: the best of them must not scroll away.
const SHOWN: usize = 10;

/// Names beside their summaries.
fn beside<'f>(rows: impl Iterator<Item = (&'f str, &'f str)> + Clone) -> String {
    let column = rows.clone().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(46) + 2;
    rows.map(|(name, summary)| format!("{name:<column$}  {summary}\n")).collect()
}

/// Names above their summaries, for narrow terminals.
fn below<'f>(rows: impl Iterator<Item = (&'f str, &'f str)>) -> String {
    rows.map(|(name, summary)| format!("{name}\n    {summary}\n")).collect()
}

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
        let rows = || names.iter().map(String::as_str).zip(finds.iter().map(|find| find.summary.as_str()));
        let Some(columns) = terminal::width() else { return print_text(&beside(rows())) };
        let first = beside(rows().take(SHOWN));
        let fits = first.lines().all(|line| line.chars().count() <= columns);
        print_text(&if fits { first } else { below(rows().take(SHOWN)) })?;
        if terminal::on_stderr() {
            let more = match finds.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" ({more} more: add | cat)"),
            };
            self.complain(&format!(
                "{}: hint: a page is shown by its command and 'help'{more}\n",
                self.program
            ));
        }
        Ok(())
    }

    fn complain(&self, text: &str) {
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    fn show(&self, page: &Page) -> Result<()> {
        let width = terminal::width().map_or(WIDTH, |columns| columns.clamp(NARROWEST, WIDEST));
        let is_dumb = self.env.get("TERM").is_some_and(|name| name == "dumb");
        let style = text::Style { width, bold: terminal::on_stdout() && !is_dumb };
        let text = if self.brief { text::brief(page, style) } else { text::full(page, style) };
        if self.no_pager || is_dumb || !terminal::on_stdout() {
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
