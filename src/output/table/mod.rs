//! `--output table`: boxes of dashes for people.
//!
//! A value is first taken apart into [`section::Section`]s (a title, headers,
//! rows, a depth); all sections are then drawn at the width of the widest. A
//! table that is wider than the terminal turns its one-row sections on their
//! side and is drawn at whatever width that gives.

mod build;
mod draw;
mod section;
#[cfg(test)]
mod tests;
mod width;

use super::Options;
use super::writer::Writer;
use crate::error::Result;
use crate::value::Value;
use section::Section;

/// The width where there is no terminal.
const DEFAULT_WIDTH: usize = 80;

/// Draws a value. Nothing is written where it cannot be drawn.
pub fn write(out: &mut Writer, value: &Value, options: &Options) -> Result<()> {
    let mut sections = build::sections(options.title, value)?;
    if widest(&sections) > options.terminal_width.unwrap_or(DEFAULT_WIDTH) {
        sections.iter_mut().for_each(Section::turn_on_side);
    }
    draw::draw(out, &sections, widest(&sections), options);
    Ok(())
}

fn widest(sections: &[Section]) -> usize {
    sections.iter().map(Section::total_width).max().unwrap_or(0)
}
