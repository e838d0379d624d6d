//! Texts written in their style, with escapes and folding.
//!
//! A text that is past [`FOLD`] columns goes on in a new line at its next
//! single blank, which the line break then stands for; lines can therefore be
//! longer. Folding counts characters, not columns of the screen.

use super::super::writer::Writer;
use super::scalar::{Style, is_break, is_printable};

/// The column after which a text is folded.
const FOLD: usize = 80;

/// The line that is being written.
pub struct Line<'w, 's> {
    out: &'w mut Writer<'s>,
    column: usize,
}

impl<'w, 's> Line<'w, 's> {
    /// An empty line.
    pub fn new(out: &'w mut Writer<'s>) -> Self {
        Line { out, column: 0 }
    }

    /// Writes a character that ends no line.
    pub fn push(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    /// Writes ASCII text that ends no line.
    pub fn push_str(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.len();
    }

    /// Ends the line.
    pub fn end(&mut self) {
        self.line_break('\n');
    }

    /// Ends the line and starts one at `indent`.
    pub fn start(&mut self, indent: usize) {
        self.end();
        self.indent(indent);
    }

    fn indent(&mut self, indent: usize) {
        self.out.repeat(' ', indent);
        self.column += indent;
    }

    fn line_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
    }

    /// Writes a text in the plainest style that keeps it. Its further lines
    /// start at `indent`; a key on the line of its value does not `fold`.
    pub fn text(&mut self, text: &str, indent: usize, fold: bool) {
        match Style::of(text) {
            Style::Plain => self.plain(text, indent, fold),
            Style::Single => self.single(text, indent, fold),
            Style::Double => self.double(text, indent, fold),
        }
    }

    fn plain(&mut self, text: &str, indent: usize, fold: bool) {
        for (before, c, after) in Neighbours::of(text) {
            if c == ' ' && fold && self.column > FOLD && before != Some(' ') && after != Some(' ') {
                self.start(indent);
            } else {
                self.push(c);
            }
        }
    }

    fn single(&mut self, text: &str, indent: usize, fold: bool) {
        self.push('\'');
        for (before, c, after) in Neighbours::of(text) {
            if before.is_some_and(is_break) && !is_break(c) {
                self.indent(indent);
            }
            match c {
                ' ' if fold
                    && self.column > FOLD
                    && before.is_some_and(|c| c != ' ')
                    && after.is_some_and(|c| c != ' ') =>
                {
                    self.start(indent);
                }
                '\'' => self.push_str("''"),
                // The first line feed of a run would be read as a blank, hence one more.
                '\n' if !before.is_some_and(is_break) => {
                    self.line_break(c);
                    self.line_break(c);
                }
                c if is_break(c) => self.line_break(c),
                c => self.push(c),
            }
        }
        if text.ends_with(is_break) {
            self.indent(indent);
        }
        self.push('\'');
    }

    fn double(&mut self, text: &str, indent: usize, fold: bool) {
        self.push('"');
        for (before, c, after) in Neighbours::of(text) {
            if c == ' ' && fold && self.column > FOLD && before.is_some_and(|c| c != ' ') && after.is_some() {
                self.start(indent);
                // Blanks at the start of a line would be lost.
                if after == Some(' ') {
                    self.push('\\');
                }
            } else if !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escaped(c);
            } else {
                self.push(c);
            }
        }
        self.push('"');
    }

    /// The escape sequences of YAML 1.2, section 5.7, as far as they occur.
    fn escaped(&mut self, c: char) {
        let code = u32::from(c);
        self.push_str(&match c {
            '\0' => "\\0".into(),
            '\u{7}' => "\\a".into(),
            '\u{8}' => "\\b".into(),
            '\t' => "\\t".into(),
            '\n' => "\\n".into(),
            '\u{b}' => "\\v".into(),
            '\u{c}' => "\\f".into(),
            '\r' => "\\r".into(),
            '\u{1b}' => "\\e".into(),
            '"' => "\\\"".into(),
            '\\' => "\\\\".into(),
            '\u{85}' => "\\N".into(),
            '\u{2028}' => "\\L".into(),
            '\u{2029}' => "\\P".into(),
            _ if code <= 0xff => format!("\\x{code:02X}"),
            _ if code <= 0xffff => format!("\\u{code:04X}"),
            _ => format!("\\U{code:08X}"),
        });
    }
}

/// The characters of a text with the ones before and after.
struct Neighbours<'t> {
    before: Option<char>,
    rest: std::iter::Peekable<std::str::Chars<'t>>,
}

impl<'t> Neighbours<'t> {
    fn of(text: &'t str) -> Self {
        Neighbours { before: None, rest: text.chars().peekable() }
    }
}

impl Iterator for Neighbours<'_> {
    type Item = (Option<char>, char, Option<char>);

    fn next(&mut self) -> Option<Self::Item> {
        let c = self.rest.next()?;
        let before = self.before.replace(c);
        Some((before, c, self.rest.peek().copied()))
    }
}
