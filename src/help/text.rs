//! A page as text, for a terminal or a pipe.

use super::page::{Block, Page, first_sentence};

/// Blanks in front of what stands below a heading or a term.
const INDENT: usize = 4;
/// Where what is told of a name begins in rows, at most.
const COLUMN: usize = 34;

/// How a page is shown.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns that may be filled.
    pub width: usize,
    /// Whether headings are bold, which only a terminal understands.
    pub bold: bool,
}

/// The whole page.
pub fn full(page: &Page, style: Style) -> String {
    let mut text = Text { out: String::new(), style };
    text.heading("NAME");
    text.wrapped(&format!("{} - {}", page.name, page.summary), INDENT, INDENT);
    for section in &page.sections {
        text.out.push('\n');
        text.heading(&section.heading);
        text.blocks(&section.blocks, INDENT);
    }
    text.out
}

/// The short form: the line itself, and one line for each option or command.
pub fn brief(page: &Page, style: Style) -> String {
    let mut text = Text { out: String::new(), style };
    text.wrapped(&page.summary, 0, 0);
    for section in &page.sections {
        match section.heading.as_str() {
            "SYNOPSIS" => {
                text.out.push('\n');
                text.blocks(&section.blocks, INDENT);
            }
            "OPTIONS" | "ARGUMENTS" | "COMMANDS" | "WAITERS" | "TOPICS" | "WHERE TO START"
            | "FIRST STEPS" => {
                text.out.push('\n');
                text.heading(&section.heading);
                text.short_rows(&section.blocks);
            }
            "GLOBAL OPTIONS" if matches!(section.blocks.first(), Some(Block::Item { .. })) => {
                text.out.push('\n');
                text.heading(&section.heading);
                text.short_rows(&section.blocks);
            }
            _ => {}
        }
    }
    text.out.push('\n');
    text.wrapped(&format!("'{} help' says more.", page.name), 0, 0);
    text.out
}

struct Text {
    out: String,
    style: Style,
}

impl Text {
    fn heading(&mut self, heading: &str) {
        self.out.push_str(&self.bold(heading));
        self.out.push('\n');
    }

    fn bold(&self, text: &str) -> String {
        if self.style.bold { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn blocks(&mut self, blocks: &[Block], indent: usize) {
        for (at, block) in blocks.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| blocks.get(before));
            if before.is_some_and(|before| is_parted(before, block)) {
                self.out.push('\n');
            }
            // What stands below a sentence belongs to it; an example's command has a title above it already.
            let inner = matches!((before, block), (Some(Block::Text(_)), Block::Code(_)));
            self.block(block, if inner { indent + INDENT } else { indent });
        }
    }

    fn block(&mut self, block: &Block, indent: usize) {
        match block {
            Block::Text(text) => self.wrapped(text, indent, indent),
            Block::Synopsis(words) => self.pieces(words, indent),
            Block::Item { term, blocks } => {
                self.line(term, indent);
                self.blocks(blocks, indent + INDENT);
            }
            Block::Rows(rows) => self.rows(rows, indent, false),
            Block::Code(lines) => {
                for line in lines {
                    self.line(line, indent);
                }
            }
        }
    }

    fn line(&mut self, line: &str, indent: usize) {
        let line = format!("{}{line}", " ".repeat(indent));
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn wrapped(&mut self, text: &str, first: usize, rest: usize) {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        self.filled(&words, first, rest);
    }

    fn pieces(&mut self, words: &[String], indent: usize) {
        self.filled(words, indent, indent + INDENT);
    }

    /// Fills lines with words that stay whole.
    fn filled(&mut self, words: &[String], first: usize, rest: usize) {
        let mut line = " ".repeat(first);
        let mut is_empty = true;
        for word in words {
            if !is_empty && columns(&line) + 1 + columns(word) > self.style.width {
                self.line(&line, 0);
                line = " ".repeat(rest);
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.line(&line, 0);
    }

    fn rows(&mut self, rows: &[(String, String)], indent: usize, cut: bool) {
        let longest = rows.iter().map(|(name, _)| columns(name)).filter(|width| *width <= COLUMN).max();
        let column = indent + longest.unwrap_or(0) + 2;
        for (name, text) in rows {
            let name = format!("{}{name}", " ".repeat(indent));
            let room = self.style.width.saturating_sub(column);
            if cut {
                let fits = columns(&name) + 2 <= column;
                let start = if fits { column } else { columns(&name) + 2 };
                let text = shortened(text, self.style.width.saturating_sub(start));
                self.line(&format!("{name:<start$}{text}"), 0);
            } else if columns(&name) + 2 > column {
                self.line(&name, 0);
                self.wrapped(text, column, column);
            } else {
                let mut below = Text { out: String::new(), style: Style { width: room, ..self.style } };
                below.wrapped(text, 0, 0);
                let mut lines = below.out.lines();
                self.line(&format!("{name:<column$}{}", lines.next().unwrap_or_default()), 0);
                for line in lines {
                    self.line(line, column);
                }
            }
        }
    }

    fn short_rows(&mut self, blocks: &[Block]) {
        let mut rows: Vec<(String, String)> = Vec::new();
        for block in blocks {
            match block {
                Block::Rows(more) => rows.extend(more.iter().cloned()),
                // An example: its command, and what it is for.
                Block::Item { term, blocks } if matches!(blocks.first(), Some(Block::Code(_))) => {
                    let Some(Block::Code(lines)) = blocks.first() else { continue };
                    rows.push((lines.join(" "), term.clone()));
                }
                Block::Item { term, blocks } => rows.push((term.clone(), short(blocks))),
                _ => {}
            }
        }
        self.rows(&rows, INDENT, true);
    }
}

/// What one line says of an option: the first sentence, `required` in front.
fn short(blocks: &[Block]) -> String {
    let mut texts = blocks.iter().filter_map(|block| match block {
        Block::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let first = texts.next().unwrap_or_default();
    let required = first.contains("Required.") || texts.any(|text| text.starts_with("Required."));
    let sentence = first_sentence(first);
    if required && sentence != "Required" { format!("(required) {sentence}") } else { sentence.to_owned() }
}

/// Cut between words, with dots, where there is no room for all.
fn shortened(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for word in text.split(' ') {
        if columns(&short) + columns(word) + 4 > room {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    format!("{}...", short.trim_end_matches([',', ';', ':', '(']))
}

/// Whether an empty line stands between two blocks.
fn is_parted(before: &Block, block: &Block) -> bool {
    match (before, block) {
        (Block::Synopsis(_), Block::Synopsis(_)) | (Block::Text(_), Block::Code(_)) => false,
        // Members with a line each are read as a list.
        (Block::Item { blocks: one, .. }, Block::Item { .. }) => !one.is_empty(),
        _ => true,
    }
}

/// Columns that a text takes. The words hold no wide characters.
fn columns(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let mut page = Page::new("iamctl x".into(), "Do something");
        page.section(
            "SYNOPSIS",
            vec![Block::Synopsis(vec!["iamctl x".into(), "--some-option <string>".into()])],
        );
        let item = Block::Item {
            term: "--some-option <string>".into(),
            blocks: vec![
                Block::Text("The first one of these words. Then others, e.g. these.".into()),
                Block::Text("Required. 1 to 3 characters.".into()),
            ],
        };
        page.section("OPTIONS", vec![item]);
        page
    }

    #[test]
    fn a_page_fills_its_width_and_no_more() {
        let text = full(&page(), Style { width: 30, bold: false });
        assert_eq!(
            text,
            "NAME\n    iamctl x - Do something\n\nSYNOPSIS\n    iamctl x\n        --some-option <string>\n\nOPTIONS\n    \
             --some-option <string>\n        The first one of these\n        words. Then others,\n        e.g. these.\n\n        \
             Required. 1 to 3\n        characters.\n"
        );
    }

    #[test]
    fn only_a_terminal_gets_bold_headings() {
        assert!(full(&page(), Style { width: 80, bold: true }).starts_with("\u{1b}[1mNAME\u{1b}[0m\n"));
        assert!(!full(&page(), Style { width: 80, bold: false }).contains('\u{1b}'));
    }

    #[test]
    fn the_short_form_has_a_line_for_each_option() {
        let text = brief(&page(), Style { width: 60, bold: false });
        assert!(text.contains("\n    --some-option <string>  (required) The first one of...\n"), "{text}");
        assert!(!text.contains("Then others"), "{text}");
    }
}
