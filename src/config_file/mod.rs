//! The two files, `config` and `credentials`: how they are written, not what they mean.
//!
//! The format is that of Python's configuration files, because that is what the
//! reference reads: full-line comments only, `=` or `:` between a key and its
//! value, deeper lines continue the value above.

mod parse;

pub use parse::{Entry, ParseError, Section, parse};
