//! How a text has to be written: plain, or in which quotes.
//!
//! The conditions are those of YAML 1.2 (chapter 7.3, flow scalar styles),
//! with two habits of the reference: characters outside of the basic
//! plane are escaped, and blanks that touch a line break are never left to
//! folding.

use super::resolve;

/// The style of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// In `'`, where only `'` itself is written differently.
    Single,
    /// In `"`, with escapes.
    Double,
}

impl Style {
    /// The plainest style in which `text` reads back as the same text.
    pub fn of(text: &str) -> Style {
        if needs_escapes(text) {
            Style::Double
        } else if text.contains(is_break)
            || text.starts_with(' ')
            || text.ends_with(' ')
            || has_indicators(text)
            || !resolve::is_text(text)
        {
            Style::Single
        } else {
            Style::Plain
        }
    }
}

/// Characters that end a line.
pub fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that are written as they are. Line breaks other than `\r` and U+0085 are among them.
pub fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && c != '\u{feff}'
}

/// Whether there is an unprintable character, or a blank beside a line break.
fn needs_escapes(text: &str) -> bool {
    let mut before = None;
    text.chars().any(|c| {
        let touches = match before {
            Some(' ') => is_break(c),
            Some(b) => c == ' ' && is_break(b),
            None => false,
        };
        before = Some(c);
        touches || !is_printable(c)
    })
}

/// Whether a plain text would be read as something of YAML's own.
fn has_indicators(text: &str) -> bool {
    if text.starts_with("---") || text.starts_with("...") || text.ends_with(':') {
        return true;
    }
    if text.contains(": ") || text.contains(" #") {
        return true;
    }
    let mut chars = text.chars();
    match chars.next() {
        Some(
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`',
        ) => true,
        Some('-' | '?') => matches!(chars.next(), None | Some(' ')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plainest_style_that_reads_back_is_taken() {
        for (text, want) in [
            ("a", Style::Plain),
            ("a b", Style::Plain),
            ("a:b", Style::Plain),
            (":a", Style::Plain),
            ("-a", Style::Plain),
            ("?a", Style::Plain),
            ("a#b", Style::Plain),
            ("a# b", Style::Plain),
            ("a, [b] {c} 'd' \"e\" | > % @ `", Style::Plain),
            ("\u{a0}", Style::Plain),
            ("\u{200b}", Style::Plain),
            ("\u{fffd}", Style::Plain),
            ("", Style::Single),
            (" a", Style::Single),
            ("a ", Style::Single),
            ("a:", Style::Single),
            ("a: b", Style::Single),
            ("a #b", Style::Single),
            (":", Style::Single),
            ("-", Style::Single),
            ("- a", Style::Single),
            ("? a", Style::Single),
            ("---a", Style::Single),
            ("...", Style::Single),
            ("#", Style::Single),
            ("%a", Style::Single),
            ("*", Style::Single),
            ("true", Style::Single),
            ("a\nb", Style::Single),
            ("a\u{2028}b", Style::Single),
            ("\n", Style::Single),
            ("a\n b", Style::Double),
            ("a \nb", Style::Double),
            ("a\tb", Style::Double),
            ("\r", Style::Double),
            ("\u{85}", Style::Double),
            ("\u{7f}", Style::Double),
            ("\u{9f}", Style::Double),
            ("\u{feff}", Style::Double),
            ("\u{ffff}", Style::Double),
            ("😀", Style::Double),
        ] {
            assert_eq!(Style::of(text), want, "{text:?}");
        }
    }
}
