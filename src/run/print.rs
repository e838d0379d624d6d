//! From results to the sink: query, then format.

use crate::commands::unknown_output;
use crate::config::Config;
use crate::error::Result;
use crate::output::{Format, Options, Printer};
use crate::paginate::Pages;
use crate::query::Expression;
use crate::value::{Map, Value};

use super::progress::ProgressLine;
use super::{sink, terminal};

/// What is needed to print the result of a call.
pub(super) struct Print<'a> {
    pub(super) config: &'a Config,
    pub(super) query: Option<&'a Expression>,
    /// The operation's name, the title of a table.
    pub(super) title: &'a str,
    /// `--color`
    pub(super) color: Option<&'a str>,
    pub(super) no_pager: bool,
    /// The line that has to be gone before anything is printed.
    pub(super) progress: &'a ProgressLine,
    /// `--query-merged`: pages are never printed one by one in text.
    pub(super) merged: bool,
}

impl Print<'_> {
    /// The chosen format. An unknown one is told only now, after the call.
    pub(super) fn format(&self) -> Result<Format> {
        let name = self.config.output();
        Format::parse(&name).ok_or_else(|| unknown_output(&name))
    }

    /// Prints one whole result.
    pub(super) fn value(&self, result: Value) -> Result<()> {
        let format = self.format()?;
        let result = self.select(result)?;
        self.with_printer(format, |printer| printer.value(&result))
    }

    /// Prints pages, each as it arrives where the format allows it.
    pub(super) async fn pages(&self, mut pages: Pages<'_>) -> Result<()> {
        let format = match self.format() {
            Ok(format) => format,
            Err(error) => {
                pages.merged().await?;
                return Err(error);
            }
        };
        if !format.is_paged() || (self.merged && format == Format::Text) {
            return self.value(pages.merged().await?.into());
        }
        // Pages that appear one by one are progress themselves.
        if terminal::on_stdout() {
            self.progress.end();
        }
        let mut sink = sink::open(self.config, self.no_pager)?;
        let outcome = {
            let mut printer = Printer::new(format, self.options(sink.is_direct()), &mut sink);
            self.each(&mut pages, format, &mut printer).await
        };
        sink.close().and(outcome)
    }

    async fn each(&self, pages: &mut Pages<'_>, format: Format, printer: &mut Printer<'_>) -> Result<()> {
        let mut first = true;
        while let Some(page) = pages.next().await? {
            let page = if format == Format::Text { pages.of_result(&page, first) } else { page };
            printer.page(&self.select(Value::Map(page))?)?;
            first = false;
            if printer.is_closed() {
                return Ok(());
            }
        }
        if let (Format::Text, Some(token)) = (format, pages.next_token()) {
            let mut last = Map::new();
            let mut inner = Map::new();
            inner.insert("NextToken".into(), token.into());
            last.insert("NextToken".into(), inner.into());
            printer.page(&self.select(Value::Map(last))?)?;
        }
        Ok(())
    }

    fn select(&self, value: Value) -> Result<Value> {
        match self.query {
            Some(query) => query.search(&value),
            None => Ok(value),
        }
    }

    fn with_printer(&self, format: Format, work: impl FnOnce(&mut Printer<'_>) -> Result<()>) -> Result<()> {
        self.progress.end();
        let mut sink = sink::open(self.config, self.no_pager)?;
        let outcome = work(&mut Printer::new(format, self.options(sink.is_direct()), &mut sink));
        let reset = self.color != Some("off") && self.color != Some("on") && terminal::on_stdout();
        sink.close()?;
        if reset && format == Format::Table {
            super::print_text("\u{1b}[0m")?;
        }
        outcome
    }

    fn options(&self, direct: bool) -> Options<'_> {
        let colour = match self.color {
            Some("on") => true,
            Some("off") => false,
            _ => terminal::on_stdout(),
        };
        Options { title: self.title, colour, reset_writes: direct, terminal_width: terminal::width() }
    }
}
