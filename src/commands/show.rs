//! A command's result in the run's output format, after `--query`.

use std::io;

use super::{Context, unknown_output};
use crate::error::Result;
use crate::output::{Format, Options, Printer};
use crate::value::Value;

/// Prints a result; `title` stands over a table.
pub(super) fn show(context: &Context<'_>, title: &'static str, mut result: Value) -> Result<()> {
    if let Some(query) = &context.globals.query {
        result = crate::query::compile(query)?.search(&result)?;
    }
    let given = context.globals.output.clone();
    let name = given.or_else(|| context.config.map(crate::config::Config::output));
    let name = name.unwrap_or_else(|| "json".to_owned());
    let format = Format::parse(&name).ok_or_else(|| unknown_output(&name))?;
    Printer::new(format, Options::plain(title), &mut io::stdout()).value(&result)
}
