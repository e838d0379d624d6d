//! How long credentials last: reading their end, and judging it.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::error::{Error, Result};
use crate::python;
use crate::reply::{TimestampFormat, format_timestamp};
use crate::value::Value;

/// Cached credentials that end sooner than this are fetched anew.
pub(crate) const MARGIN: Duration = Duration::from_secs(15 * 60);

/// The end of credentials as it was given, offset and all: `configure export-credentials` prints it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given(pub(crate) String);

/// Notes when credentials end.
pub(super) fn set(credentials: &mut Credentials, text: &str) -> Result<()> {
    let printed = printed(text)?;
    *credentials.expiry_mut() = Some(moment(text, &printed)?);
    credentials.set_property(Given(printed));
    Ok(())
}

/// The end of credentials, in the spellings that the reference reads.
pub(crate) fn parse(text: &str) -> Result<SystemTime> {
    moment(text, &printed(text)?)
}

fn unknown(text: &str) -> Error {
    Error::general(format!("Unknown string format: {text}"))
}

/// In the reference's form.
fn printed(text: &str) -> Result<String> {
    if text.trim().is_empty() {
        return Err(Error::general(format!("String does not contain a date: {text}")));
    }
    // Older tools write the zone's name.
    let plain = text.strip_suffix("UTC").map(|rest| format!("{rest}Z"));
    format_timestamp(plain.as_deref().unwrap_or(text), TimestampFormat::Iso8601).map_err(|_| unknown(text))
}

fn moment(text: &str, printed: &str) -> Result<SystemTime> {
    if !has_zone(printed) {
        return Err(Error::general("can't subtract offset-naive and offset-aware datetimes"));
    }
    let time = DateTime::from_str(printed, Format::DateTimeWithOffset).map_err(|_| unknown(text))?;
    SystemTime::try_from(time).map_err(|_| unknown(text))
}

/// The end in a JSON document: a text, or null for credentials without an end.
pub(super) fn of_json(value: Option<&Value>) -> Result<Option<&str>> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(Error::general(format!(
            "Parser must be a string or character stream, not {}",
            python::type_name(other)
        ))),
    }
}

/// A moment in UTC with a `Z` and no fraction.
pub(crate) fn zulu(time: SystemTime) -> String {
    DateTime::from_secs(DateTime::from(time).secs()).fmt(Format::DateTime).unwrap_or_default()
}

/// Whether the printed time ends with an offset.
fn has_zone(printed: &str) -> bool {
    printed.split_once('T').is_some_and(|(_, clock)| clock.contains(['+', '-']))
}

/// Whether it will be over within `margin`.
pub(crate) fn ends_within(end: SystemTime, margin: Duration) -> bool {
    end <= SystemTime::now() + margin
}

/// Refuses credentials that have just been fetched and are over already.
pub(super) fn fresh(credentials: Credentials) -> Result<Credentials> {
    match credentials.expiry() {
        Some(end) if ends_within(end, Duration::ZERO) => Err(over()),
        _ => Ok(credentials),
    }
}

/// The error for credentials that are over.
pub(super) fn over() -> Error {
    Error::general("Credentials were refreshed, but the refreshed credentials are still expired.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_and_written_as_the_reference_does() {
        assert_eq!(zulu(parse("2039-11-09T14:34:41.25+01:00").unwrap()), "2039-11-09T13:34:41Z");
        assert_eq!(parse("2039-11-09T13:34:41UTC"), parse("2039-11-09T13:34:41Z"));
        for (text, want) in [
            ("rubbish", "Unknown string format: rubbish"),
            ("", "String does not contain a date: "),
            ("2039-01-01T00:00:00", "can't subtract offset-naive and offset-aware datetimes"),
        ] {
            assert_eq!(parse(text).unwrap_err().message, want);
        }
        assert_eq!(of_json(Some(&Value::Null)).unwrap(), None);
        let error = of_json(Some(&Value::Int(5))).unwrap_err();
        assert_eq!(error.message, "Parser must be a string or character stream, not int");
    }
}
