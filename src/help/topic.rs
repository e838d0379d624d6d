//! Topics: what concerns all commands.
//!
//! They are written in `model/docs/topics` in a light form. At the top stand
//! `summary: ...` and `search: ...`; then `# HEADING` begins a section, `*
//! term` an item whose text is indented by two blanks, four blanks a line that
//! stays as it is, and an empty line ends a paragraph.

use crate::json;
use crate::value::Value;

use super::page::{Block, Page, paragraphs};
use super::words;

/// The names of all topics with a line on each, sorted.
pub fn names() -> Vec<(String, String)> {
    let list = words::text("topics").and_then(|text| json::read(&text).ok());
    let list = list.as_ref().and_then(Value::as_list).unwrap_or_default();
    let pairs = list.iter().filter_map(Value::as_list);
    pairs
        .filter_map(|pair| Some((pair.first()?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned())))
        .collect()
}

/// The page of a topic. `topics` is the list of all.
pub fn page(program: &str, name: &str) -> Option<Page> {
    let title = format!("{program} help {name}");
    if name == "topics" {
        let mut page = Page::new(title, "What there is to read about");
        page.topic = true;
        let rows = names().into_iter().map(|(name, text)| (format!("{program} help {name}"), text));
        page.section("TOPICS", vec![Block::Rows(rows.collect())]);
        return Some(page);
    }
    let text = words::text(&format!("topic/{name}"))?;
    let (head, body) = text.split_once("\n\n")?;
    let summary = head.lines().find_map(|line| line.strip_prefix("summary: ")).unwrap_or_default();
    let mut page = Page::new(title, summary);
    page.topic = true;
    read(&body.replace("iamctl ", &format!("{program} ")), &mut page);
    Some(page)
}

fn read(body: &str, page: &mut Page) {
    let mut heading = "DESCRIPTION";
    let mut section = Reader::default();
    for line in body.lines() {
        match line.strip_prefix("# ") {
            Some(next) => {
                page.section(heading, std::mem::take(&mut section).end());
                heading = next;
            }
            None => section.line(line),
        }
    }
    page.section(heading, section.end());
}

/// Reads the lines of a section.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    paragraph: String,
    code: Vec<String>,
    item: Option<(String, Vec<Block>)>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(term) = line.strip_prefix("* ") {
            self.end_item();
            self.item = Some((term.to_owned(), Vec::new()));
        } else if let Some(code) = line.strip_prefix("    ") {
            self.end_paragraph();
            self.code.push(code.to_owned());
        } else if line.is_empty() {
            self.end_paragraph();
            self.end_code();
        } else {
            self.end_code();
            match line.strip_prefix("  ") {
                Some(text) => self.text(text),
                None => {
                    if self.item.is_some() {
                        self.end_item();
                    }
                    self.text(line);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(text);
    }

    fn put(&mut self, blocks: Vec<Block>) {
        match &mut self.item {
            Some((_, inner)) => inner.extend(blocks),
            None => self.blocks.extend(blocks),
        }
    }

    fn end_paragraph(&mut self) {
        if self.item.is_some() && self.paragraph.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.paragraph);
        self.put(paragraphs(&text));
    }

    fn end_code(&mut self) {
        let code = std::mem::take(&mut self.code);
        if !code.is_empty() {
            self.put(vec![Block::Code(code)]);
        }
    }

    fn end_item(&mut self) {
        self.end_paragraph();
        self.end_code();
        if let Some((term, blocks)) = self.item.take() {
            self.blocks.push(Block::Item { term, blocks });
        }
    }

    fn end(mut self) -> Vec<Block> {
        self.end_item();
        self.blocks
    }
}
