//! Times as the reference prints them.
//!
//! The reference hands whatever the service wrote to a lenient parser and
//! prints ISO 8601 in the offset that was written; a time without a zone stays
//! without one. What it cannot read fails the call with exit code 255.

use crate::error::{Error, Result};

/// `cli_timestamp_format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2020-01-02T03:04:05+00:00`
    #[default]
    Iso8601,
    /// As it came.
    Wire,
}

/// The time in this format.
pub fn format(text: &str, format: TimestampFormat) -> Result<String> {
    if format == TimestampFormat::Wire {
        return Ok(text.to_owned());
    }
    if let Some(moment) = epoch(text) {
        return Ok(moment.iso8601());
    }
    let why = match parse(text) {
        Some(moment) => match moment.fault() {
            None => return Ok(moment.iso8601()),
            Some(fault) => fault,
        },
        None if text.trim().is_empty() => "String does not contain a date",
        None => "Unknown string format",
    };
    Err(Error::general(format!("Invalid timestamp \"{text}\": {why}: {text}")))
}

/// A time as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moment {
    year: i64,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    micros: u32,
    /// Seconds east of Greenwich, where a zone was given.
    offset: Option<i32>,
}

impl Moment {
    fn iso8601(&self) -> String {
        let Moment { year, month, day, hour, minute, second, micros, offset } = self;
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if *micros > 0 {
            text.push_str(&format!(".{micros:06}"));
        }
        if let Some(offset) = offset {
            let sign = if *offset < 0 { '-' } else { '+' };
            let east = offset.unsigned_abs();
            text.push_str(&format!("{sign}{:02}:{:02}", east / 3600, east / 60 % 60));
            if east % 60 > 0 {
                text.push_str(&format!(":{:02}", east % 60));
            }
        }
        text
    }

    /// What no calendar or clock has, in the words of the reference's parser.
    fn fault(&self) -> Option<&'static str> {
        match self {
            moment if !(1..=9999).contains(&moment.year) => Some("year is out of range"),
            moment if !(1..=12).contains(&moment.month) => Some("month must be in 1..12"),
            moment if !(1..=days_in(moment.year, moment.month)).contains(&moment.day) => {
                Some("day is out of range for month")
            }
            moment if moment.hour > 23 => Some("hour must be in 0..23"),
            moment if moment.minute > 59 => Some("minute must be in 0..59"),
            moment if moment.second > 59 => Some("second must be in 0..59"),
            _ => None,
        }
    }
}

fn days_in(year: i64, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Seconds since 1970, with or without a fraction. Shown in UTC.
fn epoch(text: &str) -> Option<Moment> {
    let text = text.trim();
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let seconds: f64 = text.parse().ok()?;
    let whole = seconds.floor();
    if !(-62_135_596_800.0..=253_402_300_799.0).contains(&whole) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let (whole, micros) = (whole as i64, ((seconds - whole) * 1e6).round() as u32);
    let (whole, micros) = if micros >= 1_000_000 { (whole + 1, 0) } else { (whole, micros) };
    let (year, month, day) = civil(whole.div_euclid(86_400));
    let clock = u32::try_from(whole.rem_euclid(86_400)).ok()?;
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    Some(Moment { year, month, day, hour, minute, second, micros, offset: Some(0) })
}

/// The date of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, u32, u32) {
    let mut year = 1970 + days.div_euclid(366);
    let mut left = days - days_before(year);
    loop {
        let length = if days_in(year, 2) == 29 { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let mut month = 1;
    while left >= i64::from(days_in(year, month)) {
        left -= i64::from(days_in(year, month));
        month += 1;
    }
    (year, month, u32::try_from(left).unwrap_or(0) + 1)
}

/// Days from 1970-01-01 to the first of January of `year`.
fn days_before(year: i64) -> i64 {
    let leaps = |y: i64| (y - 1).div_euclid(4) - (y - 1).div_euclid(100) + (y - 1).div_euclid(400);
    365 * (year - 1970) + leaps(year) - leaps(1970)
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// ISO 8601 in its extended and basic forms, RFC 822 and what C's `asctime` writes.
fn parse(text: &str) -> Option<Moment> {
    let mut moment = Moment::default();
    let mut date = false;
    let mut loose: Vec<&str> = Vec::new();
    let mut named = None;
    let separated = separate(text.trim());
    for word in separated.split([' ', ',']).filter(|word| !word.is_empty()) {
        let lower = word.to_ascii_lowercase();
        let letters = lower.bytes().all(|byte| byte.is_ascii_alphabetic());
        if let Some(offset) = zone(&lower, moment.hour > 0 || word.contains(':') || date) {
            moment.offset = Some(offset);
        } else if letters {
            let short = lower.get(..3)?;
            match MONTHS.iter().position(|month| *month == short) {
                Some(month) => named = Some(u32::try_from(month).ok()? + 1),
                None if DAYS.contains(&short) => {}
                None => return None,
            }
        } else if word.contains(':') {
            clock(word, &mut moment)?;
        } else if !date && iso_date(word, &mut moment).is_some() {
            date = true;
        } else if date && basic_clock(word, &mut moment).is_some() {
        } else {
            loose.push(word);
        }
    }
    if let Some(month) = named {
        let [first, second] = loose.as_slice() else { return None };
        let (day, year) = if first.len() > 2 { (second, first) } else { (first, second) };
        moment.day = day.parse().ok()?;
        moment.year = year.parse().ok()?;
        moment.month = month;
    } else if !date || !loose.is_empty() {
        return None;
    }
    Some(moment)
}

/// The `T` of ISO 8601 and the start of a zone become word boundaries.
fn separate(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut time = false;
    let mut previous = ' ';
    for c in text.chars() {
        match c {
            'T' | 't' if previous.is_ascii_digit() => {
                out.push(' ');
                time = true;
            }
            'Z' | 'z' if previous.is_ascii_digit() => out.push_str(" z"),
            '+' | '-' if time && previous.is_ascii_digit() => {
                out.push(' ');
                out.push(c);
            }
            ':' => {
                time = true;
                out.push(c);
            }
            // A fraction may be set off by a comma.
            ',' if time && previous.is_ascii_digit() => out.push('.'),
            _ => out.push(c),
        }
        previous = c;
    }
    out
}

/// `z`, `utc`, `gmt`, `+01:00`, `-0330`, `+01`.
fn zone(word: &str, after_clock: bool) -> Option<i32> {
    if matches!(word, "z" | "utc" | "gmt") {
        return Some(0);
    }
    let east = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) if after_clock => (-1, digits),
        _ => return None,
    };
    let digits = east.1.replace(':', "");
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 =
        digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |rest| rest.parse().ok())?;
    (hours < 24 && minutes < 60).then_some(east.0 * (hours * 3600 + minutes * 60))
}

/// `2020-01-02`, `2020/01/02`, `20200102`.
fn iso_date(word: &str, moment: &mut Moment) -> Option<()> {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [whole] if whole.len() == 8 => (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?),
        _ => return None,
    };
    (moment.year, moment.month, moment.day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    Some(())
}

/// `03:04`, `03:04:05`, `03:04:05.678`.
fn clock(word: &str, moment: &mut Moment) -> Option<()> {
    let parts: Vec<&str> = word.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    (moment.hour, moment.minute) = (hour.parse().ok()?, minute.parse().ok()?);
    seconds(second, moment)
}

/// `030405`, `030405.678`.
fn basic_clock(word: &str, moment: &mut Moment) -> Option<()> {
    let whole = word.split('.').next()?;
    if whole.len() != 6 {
        return None;
    }
    (moment.hour, moment.minute) = (word.get(..2)?.parse().ok()?, word.get(2..4)?.parse().ok()?);
    seconds(word.get(4..)?, moment)
}

/// Whole seconds and a fraction, of which six digits count.
fn seconds(text: &str, moment: &mut Moment) -> Option<()> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    moment.second = whole.parse().ok()?;
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    moment.micros = digits.parse().ok()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed_as_the_reference_prints_them() {
        for (text, want) in [
            ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05+00:00"),
            ("2020-01-02T03:04:05.000Z", "2020-01-02T03:04:05+00:00"),
            ("2020-01-02T03:04:05.5Z", "2020-01-02T03:04:05.500000+00:00"),
            ("2020-01-02T03:04:05.123456789Z", "2020-01-02T03:04:05.123456+00:00"),
            ("2020-01-02T03:04:05+01:00", "2020-01-02T03:04:05+01:00"),
            ("2020-01-02T03:04:05-0330", "2020-01-02T03:04:05-03:30"),
            ("2020-01-02T03:04:05", "2020-01-02T03:04:05"),
            ("2020-01-02 03:04:05 ", "2020-01-02T03:04:05"),
            ("2020-01-02", "2020-01-02T00:00:00"),
            ("20200102T030405Z", "2020-01-02T03:04:05+00:00"),
            ("1577934245", "2020-01-02T03:04:05+00:00"),
            ("1577934245.25", "2020-01-02T03:04:05.250000+00:00"),
            ("0", "1970-01-01T00:00:00+00:00"),
            ("-1", "1969-12-31T23:59:59+00:00"),
            ("Thu, 02 Jan 2020 03:04:05 GMT", "2020-01-02T03:04:05+00:00"),
            ("Thu, 02 Jan 2020 03:04:05 +0200", "2020-01-02T03:04:05+02:00"),
            ("Thu Jan  2 03:04:05 2020", "2020-01-02T03:04:05"),
        ] {
            assert_eq!(format(text, TimestampFormat::Iso8601).unwrap(), want, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_fails_the_call_and_the_wire_format_reads_nothing() {
        for (text, why) in [
            ("garbage", "Unknown string format"),
            ("", "String does not contain a date"),
            ("2020-13-01T00:00:00Z", "month must be in 1..12"),
            ("2020-02-30", "day is out of range for month"),
            ("2020-01-01T25:00:00Z", "hour must be in 0..23"),
            ("T", "Unknown string format"),
            ("99:99", "Unknown string format"),
        ] {
            let error = format(text, TimestampFormat::Iso8601).unwrap_err();
            assert_eq!(error.message, format!("Invalid timestamp \"{text}\": {why}: {text}"));
            assert_eq!(format(text, TimestampFormat::Wire).unwrap(), text);
        }
    }
}
