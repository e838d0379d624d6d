//! A page as a manual page, in the `man` macros that every reader of manuals knows.

use super::page::{Block, Page};

/// The day on which the pages' form last changed. A page has to bear a date, and the day on which a program was
/// built would make every build another one.
const DATE: &str = "2026-11-24";

/// The file that a page belongs in: `iamctl-iam-create-user.1`.
pub fn file_name(page: &Page) -> String {
    format!("{}.{}", dashed(page), section(page))
}

/// The section of the manual: commands are in 1, topics in 7.
pub fn section(page: &Page) -> u8 {
    if page.topic { 7 } else { 1 }
}

/// `iamctl-iam-create-user`; of a topic `iamctl-return-codes`.
fn dashed(page: &Page) -> String {
    let name = if page.topic { page.name.replacen(" help ", " ", 1) } else { page.name.clone() };
    name.replace(' ', "-")
}

/// The page.
pub fn page(page: &Page) -> String {
    let name = dashed(page);
    let mut man = Man { out: String::new(), fresh: true };
    man.request(&format!(
        ".TH {} {} {DATE} \"iamctl {}\" \"iamctl manual\"",
        name.to_uppercase(),
        section(page),
        env!("CARGO_PKG_VERSION")
    ));
    man.request(".SH NAME");
    man.request(&format!("{} \\- {}", escaped(&name), escaped(&page.summary)));
    for section in &page.sections {
        man.request(&format!(".SH {}", section.heading));
        man.fresh = true;
        // Pieces of a command line are neither spread to the margin nor hyphenated.
        let ragged = matches!(section.blocks.first(), Some(Block::Synopsis(_)));
        if ragged {
            man.request(".na");
            man.request(".nh");
        }
        man.blocks(&section.blocks);
        if ragged {
            man.request(".ad");
            man.request(".hy");
        }
    }
    man.out
}

struct Man {
    out: String,
    /// Whether nothing stands below the heading yet, so that no paragraph has to begin.
    fresh: bool,
}

impl Man {
    fn request(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn paragraph(&mut self) {
        if !self.fresh {
            self.request(".PP");
        }
        self.fresh = false;
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Text(text) => {
                    self.paragraph();
                    self.line(text);
                }
                Block::Synopsis(words) => {
                    self.paragraph();
                    let words: Vec<String> = words.iter().map(|word| whole(word)).collect();
                    if let Some((first, rest)) = words.split_first() {
                        let line = format!("\\fB{first}\\fR {}", rest.join(" "));
                        self.request(line.trim_end());
                    }
                }
                Block::Item { term, blocks } => self.item(term, blocks),
                Block::Rows(rows) => {
                    for (name, text) in rows {
                        self.item(name, &[Block::Text(text.clone())]);
                    }
                }
                Block::Code(lines) => self.code(lines),
            }
        }
    }

    fn item(&mut self, term: &str, blocks: &[Block]) {
        self.request(".TP");
        self.request(&format!("\\fB{}\\fR", escaped(term)));
        self.fresh = false;
        let rest = match blocks.split_first() {
            Some((Block::Text(text), rest)) => {
                self.line(text);
                rest
            }
            _ => {
                self.request("\\&");
                blocks
            }
        };
        if !rest.is_empty() {
            self.request(".RS");
            self.blocks(rest);
            self.request(".RE");
        }
    }

    fn code(&mut self, lines: &[String]) {
        self.paragraph();
        self.request(".RS 4");
        self.request(".nf");
        for line in lines {
            self.line(line);
        }
        self.request(".fi");
        self.request(".RE");
    }

    fn line(&mut self, text: &str) {
        let text = escaped(text);
        // A line that begins with a dot or a quote would be a request.
        let guard = if text.starts_with(['.', '\'']) { "\\&" } else { "" };
        self.request(&format!("{guard}{text}"));
    }
}

/// A piece of a command line, whose blanks must not become line ends.
fn whole(text: &str) -> String {
    escaped(text).replace(' ', "\\ ")
}

/// Text with nothing in it that means something to a formatter. A dash stays the one that can be typed.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '"' => out.push_str("\\(dq"),
            '`' => out.push_str("\\(ga"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            c if c.is_ascii() => out.push(c),
            c => out.push_str(&format!("\\[u{:04X}]", u32::from(c))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_means_something_to_a_formatter() {
        assert_eq!(escaped(r"a\b 'c' --d ü"), r"a\eb \(aqc\(aq \-\-d \[u00FC]");
        let mut man = Man { out: String::new(), fresh: true };
        man.line(".hidden");
        assert_eq!(man.out, "\\&.hidden\n");
    }
}
