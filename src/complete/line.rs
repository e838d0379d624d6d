//! A line that is being typed, split by the shell's rules of quoting up to the cursor.

/// The words of an unfinished line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The words that are finished, without their quotes.
    pub words: Vec<String>,
    /// The one that is being typed, without its quotes; empty between two.
    pub current: String,
    /// Where that one begins, in bytes.
    pub start: usize,
    /// The quote that is still open.
    pub quote: Option<char>,
}

impl Typed {
    /// Splits what stands before the cursor.
    pub fn of(line: &str) -> Typed {
        let mut typed = Typed { start: line.len(), ..Typed::default() };
        let mut is_in_word = false;
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if typed.quote.is_none() && matches!(c, ' ' | '\t' | '\r' | '\n') {
                if is_in_word {
                    typed.words.push(std::mem::take(&mut typed.current));
                }
                (is_in_word, typed.start) = (false, line.len());
                continue;
            }
            if !is_in_word {
                (is_in_word, typed.start) = (true, at);
            }
            match (typed.quote, c) {
                (Some(open), c) if c == open => typed.quote = None,
                (None, '"' | '\'') => typed.quote = Some(c),
                (None, '\\') => typed.current.extend(chars.next().map(|(_, c)| c)),
                (Some('"'), '\\') => match chars.peek() {
                    Some((_, '"' | '\\' | '$' | '`')) => typed.current.extend(chars.next().map(|(_, c)| c)),
                    _ => typed.current.push(c),
                },
                _ => typed.current.push(c),
            }
        }
        typed
    }
}

/// A word as it is written behind an open quote, or bare where there is none.
pub fn written(word: &str, quote: Option<char>) -> String {
    let special: &[char] = match quote {
        Some('"') => &['"', '\\', '$', '`'],
        Some(_) => &[],
        None => &[
            ' ', '\t', '\'', '"', '\\', '$', '`', '&', ';', '|', '<', '>', '(', ')', '*', '?', '[', ']', '{',
            '}', '!', '#',
        ],
    };
    let mut text = String::with_capacity(word.len());
    for c in word.chars() {
        if special.contains(&c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> (String, String, usize, Option<char>) {
        let typed = Typed::of(line);
        (typed.words.join("|"), typed.current, typed.start, typed.quote)
    }

    #[test]
    fn an_open_quote_is_part_of_the_word() {
        assert_eq!(split("a b 'c d"), ("a|b".into(), "c d".into(), 4, Some('\'')));
        assert_eq!(split("a \"b\\\"c"), ("a".into(), "b\"c".into(), 2, Some('"')));
        assert_eq!(split("a 'b'c"), ("a".into(), "bc".into(), 2, None));
    }

    #[test]
    fn a_blank_ends_a_word_unless_it_is_escaped() {
        assert_eq!(split("a b "), ("a|b".into(), String::new(), 4, None));
        assert_eq!(split("a b\\ "), ("a".into(), "b ".into(), 2, None));
        assert_eq!(split(""), (String::new(), String::new(), 0, None));
        assert_eq!(split("a '' "), ("a|".into(), String::new(), 5, None));
    }

    #[test]
    fn words_are_written_so_that_they_are_read_as_they_are() {
        for quote in [None, Some('"')] {
            let open = quote.map(String::from).unwrap_or_default();
            let word = "a b's $c \\ \"d\"";
            let text = format!("{open}{}", written(word, quote));
            assert_eq!(Typed::of(&text).current, word, "{text}");
        }
        assert_eq!(written("arn:aws:iam::1:user/a=b", None), "arn:aws:iam::1:user/a=b");
    }
}
