//! Results as text: the six output formats.
//!
//! A formatter gets a [`Value`] on which the query has already been run and
//! knows no service, no terminal and no pager: whether to colour and how wide
//! the terminal is are handed in. Every byte is what scripts written for the
//! reference expect, down to the rounding of column widths, so nothing here
//! goes through a general table or YAML library.
//!
//! Text and yaml-stream print page by page and hold one page at a time; see
//! [`Format::is_paged`].

mod table;
mod text;
mod writer;
mod yaml;

use std::io;

use crate::error::{Error, Result};
use crate::json;
use crate::value::Value;
use writer::Writer;

/// The values of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Indented JSON, members in model order.
    Json,
    /// Tab-separated lines.
    Text,
    /// Drawn tables.
    Table,
    /// Block-style YAML, keys sorted.
    Yaml,
    /// Each page as a YAML list of one element.
    YamlStream,
    /// Nothing.
    Off,
}

impl Format {
    /// All formats, in the order in which the reference lists them.
    pub const ALL: [Format; 6] =
        [Format::Json, Format::Text, Format::Table, Format::Yaml, Format::YamlStream, Format::Off];

    /// The format of this name; case matters.
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The name that `--output` takes.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Text => "text",
            Format::Table => "table",
            Format::Yaml => "yaml",
            Format::YamlStream => "yaml-stream",
            Format::Off => "off",
        }
    }

    /// Whether the pages of a paginated operation are printed one by one, with
    /// [`Printer::page`], instead of merged first.
    pub fn is_paged(self) -> bool {
        matches!(self, Format::Text | Format::YamlStream)
    }
}

/// What a formatter is told about its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Title of a table: the operation's name, or `error`.
    pub title: &'a str,
    /// Whether tables are coloured.
    pub colour: bool,
    /// Whether coloured tables go straight to stdout (not through a pager):
    /// every write is then followed by a reset sequence.
    pub reset_writes: bool,
    /// Columns of the terminal; 80 where there is none.
    pub terminal_width: Option<usize>,
}

impl<'a> Options<'a> {
    /// No colour, no terminal.
    pub fn plain(title: &'a str) -> Self {
        Options { title, colour: false, reset_writes: false, terminal_width: None }
    }
}

/// Prints results in one format.
pub struct Printer<'a> {
    format: Format,
    options: Options<'a>,
    writer: Writer<'a>,
}

impl<'a> Printer<'a> {
    /// A printer into `sink`. Text reaches it in pieces of some kilobytes and
    /// is flushed after each value, so it needs no buffer of its own.
    pub fn new(format: Format, options: Options<'a>, sink: &'a mut dyn io::Write) -> Self {
        Printer { format, options, writer: Writer::new(sink) }
    }

    /// Prints the whole result of a call.
    ///
    /// # Errors
    /// A value that the format cannot show (a table with uneven rows, a text
    /// list that mixes dicts with scalars), with the reference's message; what
    /// was printed before stays. A failed write, but for a closed pipe.
    pub fn value(&mut self, value: &Value) -> Result<()> {
        match self.format {
            Format::Off => {}
            Format::Text => return self.page(value),
            Format::Table => {
                if value.is_truthy() {
                    table::write(&mut self.writer, value, &self.options)?;
                }
            }
            _ if is_empty_map(value) => {}
            Format::Json => {
                let mut text = String::new();
                json::write(&mut text, value, json::Style::OUTPUT);
                text.push('\n');
                self.writer.push_str(&text);
            }
            Format::Yaml => yaml::write(&mut self.writer, value),
            Format::YamlStream => return self.page(value),
        }
        self.flush()
    }

    /// Prints one page of a result, for the formats that are paged; a page of
    /// yaml-stream is printed even where it is empty. Other formats print it
    /// as a whole result.
    ///
    /// # Errors
    /// As for [`Printer::value`].
    pub fn page(&mut self, page: &Value) -> Result<()> {
        match self.format {
            Format::Text => {
                let result = text::write(&mut self.writer, page);
                self.flush()?;
                result
            }
            Format::YamlStream => {
                yaml::write_item(&mut self.writer, page);
                self.flush()
            }
            _ => self.value(page),
        }
    }

    /// Whether nobody reads any more: the pipe was closed. More pages need not be fetched.
    pub fn is_closed(&self) -> bool {
        self.writer.is_closed()
    }

    fn flush(&mut self) -> Result<()> {
        self.writer.flush();
        match self.writer.take_error() {
            Some(error) => Err(Error::general(format!("Could not write the output: {error}"))),
            None => Ok(()),
        }
    }
}

fn is_empty_map(value: &Value) -> bool {
    value.as_map().is_some_and(|map| map.is_empty())
}

#[cfg(test)]
mod random_values;
#[cfg(test)]
mod tests;
