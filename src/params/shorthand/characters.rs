//! Which characters may stand where.
//!
//! A word that is not in quotes begins with any printable character but the
//! grammar's own, goes on through blanks (which are cut off at its end), and
//! knows one escape, `\,`. Nothing beyond U+FFFF belongs to such a word, so an
//! emoji must stand in quotes.

use crate::python::is_space;

/// Where an unquoted word stands, which decides what ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The first word of a value, or an item of a list or map: may hold `=`, ends at `]` and `}`.
    First,
    /// A word after a comma: ends at `=`, since it may turn out to be the next key.
    Later,
}

/// What a key is made of.
pub(super) fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '#' | '/' | ':')
}

/// The blanks that may stand around keys, values and signs.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ')
}

/// What a word may begin with.
pub(super) fn is_start(c: char) -> bool {
    is_plain(c) && !matches!(c, '=' | '[' | '{')
}

/// What a word may go on with.
pub(super) fn is_inside(c: char, place: Place) -> bool {
    match place {
        Place::First => (is_plain(c) && !matches!(c, ']' | '}')) || is_space(c),
        Place::Later => (is_plain(c) && c != '=') || is_space(c),
    }
}

fn is_plain(c: char) -> bool {
    matches!(c, '!'..='\u{ffff}') && !matches!(c, '"' | '\'' | ',')
}
