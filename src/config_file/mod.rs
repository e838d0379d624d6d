//! The two files, `config` and `credentials`: how they are written, not what they mean.
//!
//! The format is that of Python's configuration files, because that is what the
//! reference reads: full-line comments only, `=` or `:` between a key and its
//! value, deeper lines continue the value above.
//!
//! [`parse`] says what a text holds, [`Edit`] changes it and leaves every other
//! byte as it is, [`update`] does so to a file: locked against other writers,
//! and so that a crash at any moment leaves the old file or the new one.

mod edit;
mod layout;
mod lines;
mod parse;
mod placed;
mod remove;
mod write;

#[cfg(test)]
mod tests;

pub use edit::{Edit, EditError, NewValue};
pub use parse::{COMMON, Entry, ParseError, Plain, Section, parse, parse_plain};
pub use remove::{Removal, remove};
pub use write::{UpdateError, is_open_to_others, update};

/// A kind and a name as they stand between a section's brackets: `profile 'my team'`.
///
/// A name with white space is quoted as Python's `shlex.quote` does it. One with a line break is left alone: no file
/// can hold it, and messages show it.
pub fn header_name(kind: &str, name: &str) -> String {
    let name = match name.contains(char::is_whitespace) && !name.contains(['\n', '\r']) {
        true => format!("'{}'", name.replace('\'', "'\"'\"'")),
        false => name.to_owned(),
    };
    format!("{kind} {name}")
}
