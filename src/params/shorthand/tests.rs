//! A second reading of the grammar: values are made first, then spelt in one of
//! the many ways that the grammar has for them, and must come back as they were.

use super::*;

fn nothing(_: &str) -> Result<Option<Raw>, Error> {
    Ok(None)
}

fn read(text: &str) -> String {
    match parse(text, &nothing) {
        Ok(entries) => Raw::Dict(DictKind::Plain, entries).repr(),
        Err(Failure::Syntax(message)) => message,
        Err(Failure::Other(error)) => error.message,
    }
}

/// A random source that gives the same numbers on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn text(&mut self) -> String {
        let signs = [
            'a', 'b', 'Z', '0', '-', '.', ' ', ' ', ',', '=', '[', ']', '{', '}', '"', '\'', '\\', '@', ':',
            '/', '\t', '\n', 'é', '中', '😀', '\u{1}', '\u{a0}', '~', '|',
        ];
        let length = self.below(7);
        let text: String = (0..length).map(|_| *self.one(&signs)).collect();
        // Before a closing quote a backslash cannot be told from an escape.
        text.trim_end_matches('\\').to_owned()
    }

    fn key(&mut self) -> String {
        let signs = ['K', 'e', 'y', '1', '-', '_', '.', '#', '/', ':'];
        let length = 1 + self.below(4);
        (0..length).map(|_| *self.one(&signs)).collect()
    }

    fn value(&mut self, depth: usize) -> Raw {
        match self.below(if depth < 3 { 6 } else { 3 }) {
            0..=2 => Raw::Text(self.text()),
            3 | 4 => {
                let count = self.below(4);
                Raw::List((0..count).map(|_| self.value(depth + 1)).collect())
            }
            _ => Raw::Dict(DictKind::Plain, self.entries(depth + 1)),
        }
    }

    fn entries(&mut self, depth: usize) -> Entries {
        let least = usize::from(depth == 0);
        let count = least + self.below(4);
        (0..count).map(|_| (Name::text(self.key()), self.value(depth))).collect()
    }

    fn blanks(&mut self) -> &'static str {
        self.one::<&str>(&["", "", "", "", " ", "  ", "\t", "\n "])
    }

    fn between(&mut self, sign: &str) -> String {
        format!("{}{sign}{}", self.blanks(), self.blanks())
    }

    /// A word: bare where its text allows it and the dice say so, else in quotes.
    fn word(&mut self, text: &str, place: Place) -> String {
        let may_be_bare = match text.chars().next() {
            None => place == Place::First,
            Some(first) => {
                text.trim() == text
                    && !matches!(first, '=' | '[' | '{' | '\u{a0}')
                    && text.chars().all(|c| u32::from(c) < 0x1_0000 && !matches!(c, '"' | '\'' | '\u{1}'))
                    && match place {
                        Place::First => !text.contains([']', '}']),
                        Place::Later => !text.contains('='),
                    }
            }
        };
        if may_be_bare && self.below(3) > 0 {
            return text.replace(',', "\\,");
        }
        let quote = *self.one(&['"', '\'']);
        let mut out = String::from(quote);
        for c in text.chars() {
            if c == quote || c == '\\' {
                out.push('\\');
            }
            out.push(c);
        }
        out.push(quote);
        out
    }

    fn bracketed(&mut self, value: &Raw) -> String {
        match value {
            Raw::List(items) => {
                let mut out = format!("[{}", self.blanks());
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out += &self.between(",");
                    }
                    out += &self.inner(item);
                }
                if !items.is_empty() && self.below(6) == 0 {
                    out += &self.between(",");
                }
                out + self.blanks() + "]"
            }
            Raw::Dict(_, entries) => {
                let mut out = format!("{{{}", self.blanks());
                for (index, (name, item)) in entries.iter().enumerate() {
                    if index > 0 {
                        out += &self.between(",");
                    }
                    out += &name.text;
                    out += &self.between("=");
                    out += &self.inner(item);
                }
                out + self.blanks() + "}"
            }
            other => other.text(),
        }
    }

    /// In brackets an empty text needs quotes: before the closing one, no text is none, or is that bracket.
    fn inner(&mut self, value: &Raw) -> String {
        match value {
            Raw::Text(text) if text.is_empty() => "''".to_owned(),
            other => self.item(other),
        }
    }

    fn item(&mut self, value: &Raw) -> String {
        match value {
            Raw::Text(text) => self.word(text, Place::First),
            other => self.bracketed(other),
        }
    }

    /// The value of a key of the outermost level: two and more texts may do without brackets.
    fn outer(&mut self, value: &Raw) -> String {
        let texts: Option<Vec<&str>> = match value {
            Raw::List(items) if items.len() > 1 => items
                .iter()
                .map(|item| match item {
                    Raw::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        match texts {
            Some(texts) if self.below(3) > 0 => {
                let mut out = String::new();
                for (index, text) in texts.into_iter().enumerate() {
                    let place = if index == 0 { Place::First } else { Place::Later };
                    if index > 0 {
                        out += &self.between(",");
                    }
                    out += &self.word(text, place);
                }
                out
            }
            _ => self.item(value),
        }
    }

    fn spelling(&mut self, entries: &Entries) -> String {
        let mut out = String::new();
        for (index, (name, value)) in entries.iter().enumerate() {
            if index > 0 {
                out += &self.between(",");
            }
            out += &name.text;
            let sign = if self.below(5) == 0 { "@=" } else { "=" };
            out += &self.between(sign);
            out += &self.outer(value);
        }
        out
    }
}

#[test]
fn every_spelling_of_a_value_gives_the_value_back() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..20_000 {
        let entries = dice.entries(0);
        let spelling = dice.spelling(&entries);
        assert_eq!(read(&spelling), Raw::Dict(DictKind::Plain, entries).repr(), "{spelling}");
    }
}

#[test]
fn no_text_makes_it_panic() {
    let pieces =
        ["a", "=", ",", "[", "]", "{", "}", "\"", "'", "\\", "\\,", "@=", " ", "\n", "😀", "\u{1}", "é"];
    let mut dice = Dice(7);
    for _ in 0..20_000 {
        let text: String = (0..dice.below(12)).map(|_| *dice.one(&pieces)).collect();
        read(&text);
    }
    let deep = format!("a={}", "[".repeat(100_000));
    assert_eq!(read(&deep), "maximum recursion depth exceeded");
}

#[test]
fn a_list_without_brackets_ends_before_the_next_key() {
    assert_eq!(read("a=b,c,d=e"), "{'a': ['b', 'c'], 'd': 'e'}");
    assert_eq!(read("a=b , c=d"), "{'a': 'b', 'c': 'd'}");
    assert_eq!(read("a=x=y,z"), "{'a': ['x=y', 'z']}");
    assert_eq!(read("a=b,c,,d=e"), "{'a': ['b', 'c'], 'd': 'e'}");
    assert_eq!(read("a=b,c\\,d=e"), "{'a': 'b', 'd': 'e'}");
}

#[test]
fn quotes_and_escapes() {
    assert_eq!(read("a=b\\,c"), "{'a': 'b,c'}");
    assert_eq!(read("a='it\\'s',b=\"\\\\x\\n\""), "{'a': \"it's\", 'b': '\\\\x\\\\n'}");
    assert_eq!(read("a=\"b\\\\\""), "{'a': 'b\\\\'}");
    assert_eq!(
        read("a=\"b\\\\\",c=\"d\""),
        "Expected: ',', received: 'd' for input:\n a=\"b\\\\\",c=\"d\"\n           ^"
    );
}

#[test]
fn what_was_wanted_is_told_with_its_place() {
    for (text, want) in [
        ("Key", "Expected: '=', received: 'EOF' for input:\n Key\n   ^"),
        ("a=b,", "Expected: '<second>', received: '<none>' for input:\n a=b,\n    ^"),
        ("a=\"b", "Expected: '<double quoted>', received: '<none>' for input:\n a=\"b\n  ^"),
        ("a='b", "Expected: '<singled quoted>', received: '<none>' for input:\n a='b\n  ^"),
        ("a=b]", "Expected: ',', received: ']' for input:\n a=b]\n   ^"),
        ("a=😀", "Expected: ',', received: '😀' for input:\n a=😀\n  ^"),
        ("a=b\nc\nd\"", "Expected: ',', received: '\"' for input:\n a=b\nc\nd\"\n ^"),
        ("a=b]\nc", "Expected: ',', received: ']' for input:\n a=b]\n   ^\nc"),
    ] {
        assert_eq!(read(text), want);
    }
}

#[test]
fn a_key_stands_once_but_in_braces() {
    let want = "Second instance of key \"a\" encountered for input:\na=b,a=c\n    ^\nThis is often because there is \
                a preceding \",\" instead of a space.";
    assert_eq!(read("a=b,a=c"), want);
    assert_eq!(read("x={a=b,a=c}"), "{'x': {'a': 'c'}}");
}

#[test]
fn only_after_an_at_sign_words_name_files() {
    let load = |word: &str| Ok((word == "file://f").then(|| Raw::Text("content".into())));
    let read = |text: &str| match parse(text, &load) {
        Ok(entries) => Raw::Dict(DictKind::Plain, entries).repr(),
        Err(_) => "failed".into(),
    };
    assert_eq!(read("a=file://f,b@=file://f"), "{'a': 'file://f', 'b': 'content'}");
    assert_eq!(read("a@=[file://f,{b=file://f}]"), "{'a': ['content', {'b': 'file://f'}]}");
}
