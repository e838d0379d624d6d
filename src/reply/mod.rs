//! From the body of a reply to a [`Value`], by the tables.
//!
//! One reader for all operations: members in the model's order, absent ones
//! absent, unknown ones left out; times and policy documents as the reference
//! prints them. It never judges a success more strictly than the reference,
//! because by then the service has done its work.

mod error;
mod policy_document;
mod read;
mod timestamp;
mod xml;

pub use error::{ErrorBody, code, error};
pub use read::{result, wrapper_missing};
pub use timestamp::{TimestampFormat, format as format_timestamp};

/// The message for a body that is no XML: exit code 255, and no retry will be tried.
pub fn unparsable(cause: &str, body: &[u8]) -> crate::error::Error {
    let body = crate::python::repr(&crate::value::Value::Bytes(body.to_vec()));
    crate::error::Error::general(format!(
        "Unable to parse response ({cause}), invalid XML received. Further retries may succeed:\n{body}"
    ))
}
