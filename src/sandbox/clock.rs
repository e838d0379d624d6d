//! Points in time: seconds since 1970, UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Seconds since 1970, UTC.
pub type Seconds = i64;

/// The time of the machine.
pub(super) fn now() -> Seconds {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// `2026-01-31T12:00:00Z`
pub(super) fn text(seconds: Seconds) -> String {
    // Fails for years beyond 9999 only.
    DateTime::from_secs(seconds).fmt(Format::DateTime).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(text(0), "1970-01-01T00:00:00Z");
        assert_eq!(text(951_782_400), "2000-02-29T00:00:00Z");
    }
}
