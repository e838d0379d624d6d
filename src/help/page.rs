//! What a page is made of, before it is known where it is shown.

/// A page of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What the page is about, as it is typed: `iamctl iam create-user`.
    pub name: String,
    /// Whether it is about a topic, and so belongs in section 7 of the manual.
    pub topic: bool,
    /// One line.
    pub summary: String,
    /// In the order in which they are read.
    pub sections: Vec<Section>,
}

/// A part of a page with a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// In capitals.
    pub heading: String,
    /// What stands below it.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Pieces of a command line. None is broken.
    Synopsis(Vec<String>),
    /// Something with a name, and what is said of it.
    Item {
        /// The name: an option with its value, a member.
        term: String,
        /// Its description.
        blocks: Vec<Block>,
    },
    /// Names beside one line each.
    Rows(Vec<(String, String)>),
    /// Lines that stay as they are.
    Code(Vec<String>),
}

impl Page {
    /// A page of a command without sections.
    pub fn new(name: String, summary: impl Into<String>) -> Page {
        Page { name, topic: false, summary: summary.into(), sections: Vec::new() }
    }

    /// Whether there is a section with this heading.
    pub fn has(&self, heading: &str) -> bool {
        self.sections.iter().any(|section| section.heading == heading)
    }

    /// Adds a section, unless there is nothing in it.
    pub fn section(&mut self, heading: &str, blocks: Vec<Block>) {
        if !blocks.is_empty() {
            self.sections.push(Section { heading: heading.to_owned(), blocks });
        }
    }
}

/// A paragraph, unless it is empty. Line breaks part paragraphs.
pub fn paragraphs(text: &str) -> Vec<Block> {
    text.lines().filter(|line| !line.is_empty()).map(|line| Block::Text(line.to_owned())).collect()
}

/// The first sentence of a text, without its full stop.
pub fn first_sentence(text: &str) -> &str {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(". ")) {
        let end = from + at;
        let next = text.get(end + 2..).and_then(|rest| rest.chars().next());
        // `e.g. x` goes on; a sentence begins with a capital, a digit or a quote.
        if next.is_some_and(|c| !c.is_lowercase()) {
            return text.get(..end).unwrap_or(text);
        }
        from = end + 2;
    }
    text.strip_suffix('.').unwrap_or(text)
}
