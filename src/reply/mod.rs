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

use crate::error::Error;
use crate::model::Operation;
use crate::python;
use crate::secret::{self, HIDDEN};
use crate::value::Value;

pub use error::{ErrorBody, code, error, unknown};
pub use read::{result, wrapper_missing};
pub use timestamp::{TimestampFormat, format as format_timestamp};

/// The message for a body that is no XML: exit code 255, and no retry will be tried.
///
/// It shows the body as the reference does, unless there are secrets in the operation's replies or requests (which a
/// proxy may send back): in what cannot be read, no secret can be told from the rest.
pub fn unparsable(operation: &Operation, cause: &str, body: &[u8]) -> Error {
    let body = match secret::is_in_call(operation) {
        true => HIDDEN.to_owned(),
        false => python::repr(&Value::Bytes(body.to_vec())),
    };
    Error::general(format!(
        "Unable to parse response ({cause}), invalid XML received. Further retries may succeed:\n{body}"
    ))
}
