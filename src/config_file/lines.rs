//! A text as lines that keep their ends, so that writing them back changes nothing.

/// A line and what ends it: `\n`, `\r\n`, `\r`, or nothing at the end of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) end: &'static str,
}

/// The lines of a text, and the byte order mark that it may begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    mark: &'static str,
    pub(super) all: Vec<Line>,
}

const MARK: &str = "\u{feff}";

impl Lines {
    pub(super) fn split(text: &str) -> Lines {
        let (mark, mut rest) = match text.strip_prefix(MARK) {
            Some(rest) => (MARK, rest),
            None => ("", text),
        };
        let mut all = Vec::new();
        while !rest.is_empty() {
            let at = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let (line, after) = rest.split_at(at);
            let end = ["\r\n", "\n", "\r"].into_iter().find(|end| after.starts_with(end)).unwrap_or("");
            rest = after.get(end.len()..).unwrap_or_default();
            all.push(Line { text: line.to_owned(), end });
        }
        Lines { mark, all }
    }

    pub(super) fn join(&self) -> String {
        let mut text = self.mark.to_owned();
        for line in &self.all {
            text.push_str(&line.text);
            text.push_str(line.end);
        }
        text
    }

    /// How new lines end: as the first one does.
    pub(super) fn end(&self) -> &'static str {
        self.all.first().map(|line| line.end).filter(|end| !end.is_empty()).unwrap_or("\n")
    }

    /// Puts lines in before the line of this index. A last line without an end gets one where something follows it.
    pub(super) fn insert(&mut self, at: usize, texts: Vec<String>) {
        let end = self.end();
        let at = at.min(self.all.len());
        if let Some(before) = at.checked_sub(1).and_then(|before| self.all.get_mut(before))
            && before.end.is_empty()
            && !texts.is_empty()
        {
            before.end = end;
        }
        self.all.splice(at..at, texts.into_iter().map(|text| Line { text, end }));
    }

    /// Puts another text in the place of a line, which has an end afterwards.
    pub(super) fn replace(&mut self, at: usize, text: String) {
        let end = self.end();
        if let Some(line) = self.all.get_mut(at) {
            line.text = text;
            if line.end.is_empty() {
                line.end = end;
            }
        }
    }

    pub(super) fn text(&self, at: usize) -> &str {
        self.all.get(at).map(|line| line.text.as_str()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitting_and_joining_changes_nothing() {
        for text in [
            "",
            "\n",
            "a",
            "a\r\nb\rc\n\n\rd",
            "\u{feff}[x]\r\n\ta = 1\r\n",
            "\u{feff}",
            "a\u{85}b\u{2028}c\n",
        ] {
            assert_eq!(Lines::split(text).join(), text);
        }
    }

    #[test]
    fn new_lines_end_as_the_first_one() {
        let mut lines = Lines::split("[a]\r\nx = 1");
        lines.insert(2, vec!["y = 2".into()]);
        assert_eq!(lines.join(), "[a]\r\nx = 1\r\ny = 2\r\n");
    }
}
