//! Moments in conditions: W3C dates (a profile of ISO 8601), or seconds since 1970.

/// A moment: seconds since 1970 in UTC, and nanoseconds of the second.
pub type Moment = (i64, u32);

/// Reads a moment; none where the text is none. A time without a zone is UTC.
pub fn read(text: &str) -> Option<Moment> {
    let text = text.trim();
    date(text).or_else(|| epoch(text))
}

/// Seconds since 1970; milliseconds where there are 13 digits, as some services write them.
fn epoch(text: &str) -> Option<Moment> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds: i64 = whole.parse().ok()?;
    let nanos = nanos(fraction)?;
    if whole.len() == 13 {
        return Some((seconds.div_euclid(1000), u32::try_from(seconds.rem_euclid(1000)).ok()? * 1_000_000));
    }
    Some((seconds, nanos))
}

fn nanos(fraction: &str) -> Option<u32> {
    if !(1..=9).contains(&fraction.len()) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    nine.parse().ok()
}

/// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, and with `Thh:mm`, `Thh:mm:ss` or `Thh:mm:ss.s` behind it, and a zone.
fn date(text: &str) -> Option<Moment> {
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let mut fields = day.split('-');
    let year = digits(fields.next()?, 4)?;
    let month = fields.next().map_or(Some(1), |field| digits(field, 2))?;
    let date = fields.next().map_or(Some(1), |field| digits(field, 2))?;
    if fields.next().is_some() || (time.is_some() && day.len() != 10) {
        return None;
    }
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&date) {
        return None;
    }
    let (seconds, nanos) = time.map_or(Some((0, 0)), time_of_day)?;
    Some((days_since_1970(year, month, date) * 86_400 + seconds, nanos))
}

fn time_of_day(text: &str) -> Option<Moment> {
    let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
        None => (text, 0),
        Some(at) => {
            let (clock, zone) = text.split_at_checked(at)?;
            (clock, offset(zone)?)
        }
    };
    let (clock, nanos) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, nanos(fraction)?),
        None => (clock, 0),
    };
    let mut fields = clock.split(':');
    let hour = fields.next()?;
    let hour = digits(hour, hour.len().min(2))?;
    let minute = digits(fields.next()?, 2)?;
    let second = fields.next().map_or(Some(0), |field| digits(field, 2))?;
    if fields.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some((hour * 3600 + minute * 60 + second - offset, nanos))
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = zone.split_at_checked(1)?;
    let (hours, minutes) = match rest.split_once(':') {
        Some(pair) => pair,
        None if rest.len() == 2 => (rest, "00"),
        None => rest.split_at_checked(2)?,
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    Some(if sign == "-" { -seconds } else { seconds })
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn days_in(year: i64, month: i64) -> i64 {
    let next =
        if month == 12 { days_since_1970(year + 1, 1, 1) } else { days_since_1970(year, month + 1, 1) };
    next - days_since_1970(year, month, 1)
}

/// Days of the Gregorian calendar. Years are counted from March, so that the odd day is the last one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read() {
        for (text, want) in [
            ("1970", (0, 0)),
            ("1970-02", (2_678_400, 0)),
            ("1970-01-02", (86_400, 0)),
            ("1970-01-01T00:01Z", (60, 0)),
            ("1970-01-01T01:00:01+01:00", (1, 0)),
            ("1970-01-01T00:00:00-0130", (5400, 0)),
            ("1970-01-01T00:00:00.25Z", (0, 250_000_000)),
            ("1969-12-31T23:59:59Z", (-1, 0)),
            ("2000-02-29T00:00:00", (951_782_400, 0)),
            ("2024-12-31T23:59:60Z", (1_735_689_600, 0)),
            ("2013-06-30t00:00:00z", (1_372_550_400, 0)),
            ("1970-01-01T1:00+01", (0, 0)),
            ("1372550400", (1_372_550_400, 0)),
            ("-1", (-1, 0)),
            ("0.5", (0, 500_000_000)),
            ("1372550400123", (1_372_550_400, 123_000_000)),
            (" 2013-06-30 ", (1_372_550_400, 0)),
        ] {
            assert_eq!(read(text), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment() {
        for text in [
            "",
            "today",
            "2013-6-30",
            "2013-13-01",
            "2013-00-01",
            "2013-02-29",
            "2013-01-00",
            "1900-02-29",
            "2013-01-32",
            "2013-12-32",
            "2013-06T00:00Z",
            "2013-06-30T",
            "2013-06-30T24:00Z",
            "2013-06-30T00:60Z",
            "2013-06-30T00:00:61Z",
            "2013-06-30T00:00:00:00Z",
            "2013-06-30T00:00+24:00",
            "2013-06-30T00:00+01:60",
            "2013-06-30T00:00+1",
            "2013-06-30T00:00:00.Z",
            "2013-06-30T00:00:00.xZ",
            "2013-06-30T00:00:00.1234567890Z",
            "2013-06-30T000:00Z",
            "2013-06-30T:00Z",
            "2013-06-30-01",
            "1.",
            "1.x",
            "+-1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
