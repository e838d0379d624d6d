//! Dates and times in YAML.
//!
//! An unquoted `2020-01-01` is a date for the reference, and no parameter of
//! these services can be one; only the message about it needs its text.

use super::{Failure, Loaded};
use crate::params::raw::{Foreign, Raw};

/// The date or time that a scalar is; none where it is neither.
pub(super) fn parse(text: &str) -> Loaded<Option<Raw>> {
    let mut scan = Scan { rest: text };
    match scan.time() {
        Some(time) if scan.rest.is_empty() => time.check().map(|()| Some(time.into_raw())),
        _ => Ok(None),
    }
}

struct Time {
    year: u32,
    month: u32,
    day: u32,
    /// Hour, minute, second.
    clock: Option<[u32; 3]>,
    micros: u32,
    zone: Option<Zone>,
}

struct Zone {
    text: String,
    minutes: i64,
}

struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn sign(&mut self, sign: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(sign)?;
        Some(())
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let bytes = self.rest.bytes().take(most);
        let count = bytes.take_while(u8::is_ascii_digit).count();
        if count < least { None } else { self.take(count)?.parse().ok() }
    }

    fn blanks(&mut self) -> bool {
        let trimmed = self.rest.trim_start_matches([' ', '\t']);
        let found = trimmed.len() < self.rest.len();
        self.rest = trimmed;
        found
    }

    fn time(&mut self) -> Option<Time> {
        let year = self.digits(4, 4)?;
        self.sign("-")?;
        let month = self.digits(2, 2)?;
        self.sign("-")?;
        let day = self.digits(2, 2)?;
        let mut time = Time { year, month, day, clock: None, micros: 0, zone: None };
        if self.rest.is_empty() {
            return Some(time);
        }
        if !self.blanks() {
            self.sign("T").or_else(|| self.sign("t"))?;
        }
        let hour = self.digits(1, 2)?;
        self.sign(":")?;
        let minute = self.digits(2, 2)?;
        self.sign(":")?;
        time.clock = Some([hour, minute, self.digits(2, 2)?]);
        if self.sign(".").is_some() {
            let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let fraction: f64 = format!("0.{}", self.take(count)?).parse().ok()?;
            time.micros = (fraction * 1e6).round() as u32;
        }
        self.blanks();
        time.zone = self.zone()?;
        Some(time)
    }

    /// None in the middle where there is no zone.
    fn zone(&mut self) -> Option<Option<Zone>> {
        if self.rest.is_empty() {
            return Some(None);
        }
        if self.sign("Z").is_some() {
            return Some(Some(Zone { text: "Z".into(), minutes: 0 }));
        }
        let text = self.rest.to_owned();
        let sign = if self.sign("-").is_some() { -1 } else { self.sign("+").map(|()| 1)? };
        let hours = self.digits(1, 2)?;
        let minutes = if self.sign(":").is_some() { self.digits(2, 2)? } else { 0 };
        Some(Some(Zone { text, minutes: sign * (i64::from(hours) * 60 + i64::from(minutes)) }))
    }
}

impl Time {
    fn check(&self) -> Loaded<()> {
        let leap =
            self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let [hour, minute, second] = self.clock.unwrap_or_default();
        let fault = if self.year == 0 {
            "year 0 is out of range"
        } else if !(1..=12).contains(&self.month) {
            "month must be in 1..12"
        } else if !(1..=days).contains(&self.day) {
            "day is out of range for month"
        } else if hour > 23 {
            "hour must be in 0..23"
        } else if minute > 59 {
            "minute must be in 0..59"
        } else if second > 59 {
            "second must be in 0..59"
        } else {
            return Ok(());
        };
        Err(Failure::other(fault))
    }

    fn into_raw(self) -> Raw {
        let Time { year, month, day, clock, micros, zone } = self;
        let date = format!("{year:04}-{month:02}-{day:02}");
        let Some([hour, minute, second]) = clock else {
            let repr = format!("datetime.date({year}, {month}, {day})");
            return Raw::Foreign(Box::new(Foreign { text: date, repr, type_name: "datetime.date" }));
        };
        let mut text = format!("{date} {hour:02}:{minute:02}:{second:02}");
        let mut repr = format!("datetime.datetime({year}, {month}, {day}, {hour}, {minute}");
        if second > 0 || micros > 0 {
            repr.push_str(&format!(", {second}"));
        }
        if micros > 0 {
            text.push_str(&format!(".{micros:06}"));
            repr.push_str(&format!(", {micros}"));
        }
        if let Some(zone) = zone {
            let sign = if zone.minutes < 0 { '-' } else { '+' };
            let minutes = zone.minutes.abs();
            text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
            let (days, seconds) = (zone.minutes.div_euclid(1440), zone.minutes.rem_euclid(1440) * 60);
            let delta = match (days, seconds) {
                (0, 0) => "0".to_owned(),
                (0, seconds) => format!("seconds={seconds}"),
                (days, 0) => format!("days={days}"),
                (days, seconds) => format!("days={days}, seconds={seconds}"),
            };
            let name = &zone.text;
            repr.push_str(&format!(", tzinfo=datetime.timezone(datetime.timedelta({delta}), '{name}')"));
        }
        repr.push(')');
        Raw::Foreign(Box::new(Foreign { text, repr, type_name: "datetime.datetime" }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        match parse(text) {
            Ok(time) => time.map(|time| time.text()),
            Err(Failure::Invalid) => Some("invalid".into()),
            Err(Failure::Other(error)) => Some(error.message),
        }
    }

    #[test]
    fn dates_and_times_print_as_python_prints_them() {
        for (text, want) in [
            ("2020-01-01", "2020-01-01"),
            ("2020-01-01T00:00:00Z", "2020-01-01 00:00:00+00:00"),
            ("2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43.100000-05:00"),
            ("2020-01-01T10:00:00.123456789", "2020-01-01 10:00:00.123457"),
            ("2020-13-45", "month must be in 1..12"),
            ("2020-02-30", "day is out of range for month"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(want));
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in
            ["2020-1-2", "2020-01-01 10:00", "2020-01-01T10:00:00z", "2020-01-01T10:00:00+0530", "2020-01"]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
