//! Region names.

use crate::error::{Error, Result};

/// A region becomes part of a host name, so it must be a label of one. The empty region is one.
pub fn check(region: &str) -> Result<()> {
    let fits = region.len() <= 63
        && !region.starts_with('-')
        && !region.ends_with('-')
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits {
        return Ok(());
    }
    Err(Error::general(format!("Provided region_name '{region}' doesn't match a supported format.")))
}
