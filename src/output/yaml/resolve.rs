//! What a plain scalar would be read as.
//!
//! A text that has the form of a null, a boolean, a number or a date has to
//! be quoted to stay a text. The forms are wider than those of the core schema
//! of YAML 1.2 (section 10.3.2): the reader that they come from also takes
//! underscores and binary digits in numbers, dates, `<<` and `=`, as the type
//! repository of YAML 1.1 lists them, but neither `yes` and `no` nor numbers
//! of base 60.

/// Whether a plain scalar is read as the text that it is.
pub fn is_text(text: &str) -> bool {
    !is_word(text) && !is_integer(text) && !is_float(text) && !is_time(text)
}

fn is_word(text: &str) -> bool {
    let name = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(text, "" | "~" | "null" | "Null" | "NULL" | "<<" | "=" | ".nan" | ".NaN" | ".NAN")
        || matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || matches!(name, ".inf" | ".Inf" | ".INF")
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let of = |prefix: &str, is_digit: fn(char) -> bool| {
        digits.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_digit))
    };
    of("0b", |c| matches!(c, '0' | '1' | '_'))
        || of("0o", |c| matches!(c, '0'..='7' | '_'))
        || of("0x", |c| c.is_ascii_hexdigit() || c == '_')
        || (of("", is_decimal) && !text.starts_with('_'))
}

fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let signed = exponent.is_some_and(|exponent| exponent.starts_with(['-', '+']));
    let digits = exponent.map(|exponent| exponent.strip_prefix(['-', '+']).unwrap_or(exponent));
    if digits.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    match mantissa.split_once('.') {
        Some(("", fraction)) => {
            !fraction.is_empty() && fraction.chars().all(is_decimal) && (digits.is_none() || signed)
        }
        Some((whole, fraction)) => {
            whole.starts_with(|c: char| c.is_ascii_digit())
                && whole.chars().all(is_decimal)
                && fraction.chars().all(is_decimal)
        }
        None => {
            digits.is_some()
                && mantissa.starts_with(|c: char| c.is_ascii_digit())
                && mantissa.chars().all(is_decimal)
        }
    }
}

fn is_decimal(c: char) -> bool {
    c.is_ascii_digit() || c == '_'
}

/// `2020-01-02`, or `2020-1-2` with a time of day.
fn is_time(text: &str) -> bool {
    is_date(text).unwrap_or(false) || is_date_and_time(text).unwrap_or(false)
}

fn is_date(text: &str) -> Option<bool> {
    let mut rest = Rest(text);
    rest.digits(4, 4)?;
    rest.one_of("-")?;
    rest.digits(2, 2)?;
    rest.one_of("-")?;
    rest.digits(2, 2)?;
    Some(rest.0.is_empty())
}

fn is_date_and_time(text: &str) -> Option<bool> {
    let mut rest = Rest(text);
    rest.digits(4, 4)?;
    rest.one_of("-")?;
    rest.digits(1, 2)?;
    rest.one_of("-")?;
    rest.digits(1, 2)?;
    if rest.one_of("Tt").is_none() {
        rest.one_of(" \t")?;
        rest.blanks();
    }
    rest.digits(1, 2)?;
    rest.one_of(":")?;
    rest.digits(2, 2)?;
    rest.one_of(":")?;
    rest.digits(2, 2)?;
    if rest.one_of(".").is_some() {
        rest.0 = rest.0.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    if rest.0.is_empty() {
        return Some(true);
    }
    rest.blanks();
    if rest.one_of("Z").is_none() {
        rest.one_of("+-")?;
        rest.digits(1, 2)?;
        if rest.one_of(":").is_some() {
            rest.digits(2, 2)?;
        }
    }
    Some(rest.0.is_empty())
}

/// What is still to be read.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    /// Reads up to `most` digits; none where there are fewer than `least`.
    fn digits(&mut self, least: usize, most: usize) -> Option<()> {
        let count = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if count < least {
            return None;
        }
        self.0 = self.0.get(count..)?;
        Some(())
    }

    fn one_of(&mut self, set: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(|c| set.contains(c))?;
        Some(())
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_as_something_else_is_no_text() {
        let others = "~ null Null NULL true True TRUE false False FALSE << = .inf -.Inf +.INF .nan .NaN .NAN \
            0 -1 +1 007 1_000 1_ -_ 0b1 0b_ -0b1 0o7 0o_1 0x1f 0x_ -0xF \
            1. 1.5 -1.5 1_0.5_0 .5 -.5 ._ +._ 1e3 1E+3 1.e3 1.5e-3 .5e+3 \
            2020-01-02 9999-99-99 2020-1-2T3:04:05 2020-01-02t03:04:05 2020-01-02T03:04:05Z \
            2020-01-02T03:04:05+00:00 2020-01-02T03:04:05.Z 2020-01-02T03:04:05.5-7 2020-01-02T03:04:05-7:30";
        for text in others.split_whitespace().chain(["", "2020-01-02  03:04:05 -07:30"]) {
            assert!(!is_text(text), "{text:?}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_a_text() {
        let texts = "yes no on off y n nULL tRue .iNf .Nan -.nan +~ <<a ~a == _ _1 - + . .. 0b 0o 0x 0b12 0o8 0xg \
            1a 1e 1e+ 1e1_ 1e1.0 .e1 .5e3 .5e 1.5e 12:30 1:30:45 190:20:30.15 2020-1-2 20-01-02 2020-123-1 \
            2020-01-02T03:04 2020-01-02T3:4:5 2020-01-02T03:04:05Zulu 2020-01-02T03:04:05+ 2020-01-02T03:04:05-7:3";
        for text in texts.split_whitespace() {
            assert!(is_text(text), "{text:?}");
        }
    }
}
