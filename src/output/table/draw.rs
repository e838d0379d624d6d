//! Sections drawn with `|`, `+` and `-`, with or without colour.

use super::super::Options;
use super::super::writer::Writer;
use super::section::Section;
use super::width::display_width;

/// Blanks before the text of a cell, where there is room.
const MARGIN: usize = 2;
const CELL: &str = "\u{1b}[1m\u{1b}[34m";
const SIDE: &str = "\u{1b}[2m\u{1b}[33m|\u{1b}[0m";
const RESET: &str = "\u{1b}[0m";

/// Draws all sections below one another, each `table_width` wide.
pub fn draw(out: &mut Writer, sections: &[Section], table_width: usize, options: &Options) {
    let mut pen = Pen { out, colour: options.colour, reset: options.colour && options.reset_writes };
    pen.write(&("-".repeat(table_width) + "\n"));
    for section in sections {
        draw_section(&mut pen, section, table_width);
    }
}

fn draw_section(pen: &mut Pen, section: &Section, table_width: usize) {
    let widths = section.column_widths(table_width);
    let inside = table_width.saturating_sub(2 * section.depth);
    let depth = section.depth;
    let title = section.title.as_deref().unwrap_or_default();
    if !title.is_empty() {
        pen.line(depth, &format!("|{}|", centred(title, inside, inside.saturating_sub(2))));
    }
    if section.rows.is_empty() && !title.is_empty() {
        pen.line(depth, &format!("+{}+", "-".repeat(inside.saturating_sub(2))));
    }
    if section.rows.is_empty() || widths.is_empty() {
        return;
    }
    let rule = rule(&widths);
    if !section.headers.is_empty() {
        pen.line(depth, &rule);
        let mut line = String::from("|");
        for ((header, &width), room) in section.headers.iter().zip(&widths).zip(rooms(&widths)) {
            line.push_str(&centred(header, width, room));
            line.push('|');
        }
        pen.line(depth, &line);
    }
    pen.line(depth, &rule);
    for row in &section.rows {
        let mut line = String::from("|");
        for (text, room) in row.iter().zip(rooms(&widths)) {
            pen.push_cell(&mut line, text, room);
            line.push('|');
        }
        pen.line(depth, &line);
    }
    pen.line(depth, &rule);
}

/// The room inside each column, without its borders.
fn rooms(widths: &[usize]) -> impl Iterator<Item = usize> {
    widths.iter().enumerate().map(|(i, width)| width.saturating_sub(if i == 0 { 2 } else { 1 }))
}

fn rule(widths: &[usize]) -> String {
    let mut line = String::from("+");
    for room in rooms(widths) {
        line.extend(std::iter::repeat_n('-', room));
        line.push('+');
    }
    line
}

/// A text in the middle of `width`, which counts borders, written into `room`, which does not.
fn centred(text: &str, width: usize, room: usize) -> String {
    let length = display_width(text);
    let left = (width / 2).saturating_sub(length / 2 + 1);
    let right = room.saturating_sub(left + length);
    format!("{}{text}{}", " ".repeat(left), " ".repeat(right))
}

/// Writes with the colours that are wanted.
struct Pen<'w, 's> {
    out: &'w mut Writer<'s>,
    colour: bool,
    reset: bool,
}

impl Pen<'_, '_> {
    /// One write; where nothing but a terminal reads along, it ends with a reset.
    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        if self.reset {
            self.out.push_str(RESET);
        }
    }

    /// A line in four writes: what stands left of the box, the text, what stands right, the end.
    fn line(&mut self, depth: usize, text: &str) {
        let side = if self.colour { SIDE.repeat(depth) } else { "|".repeat(depth) };
        self.write(&side);
        self.write(text);
        self.write(&side);
        self.write("\n");
    }

    /// A text at the left of its cell. Rounding can leave no room for the margin.
    fn push_cell(&self, line: &mut String, text: &str, room: usize) {
        let length = display_width(text);
        let margin = if MARGIN + length <= room { MARGIN } else { 0 };
        line.extend(std::iter::repeat_n(' ', margin));
        if self.colour {
            line.push_str(CELL);
        }
        line.push_str(text);
        if self.colour {
            line.push_str(RESET);
        }
        line.extend(std::iter::repeat_n(' ', room.saturating_sub(margin + length)));
    }
}
