//! JSON as the reference reads and writes it.
//!
//! Python's reader accepts more than the standard (`NaN`, lone surrogates,
//! integers of any size) and words its errors in its own way, and scripts see
//! both; so reading and writing are ours, also of the documents that the
//! reference shares with us: caches, and what processes and endpoints answer.

mod read;
mod write;

pub use read::{ReadError, ReadErrorKind, read};
pub use write::{Style, write};
