//! Whether a condition holds.
//!
//! The IAM User Guide, "Condition operators", "Conditions with multiple
//! context keys or values", "Single-valued vs. multivalued context keys".
//!
//! An answer is yes, no or unknown. Unknown is what an operator that does not
//! exist gives, or a value that its operator cannot read; an Allow takes it
//! for no and a Deny for yes, so that a mistake never opens anything.

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine as _;

use super::document::{Condition, Version};
use super::moment;
use super::operator::{Comparison, Operator, Quantifier};
use super::pattern::Pattern;
use super::request::Context;

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// It does not.
    No,
    /// Nobody knows.
    Unknown,
    /// It does.
    Yes,
}

impl Holds {
    fn of(flag: bool) -> Holds {
        if flag { Holds::Yes } else { Holds::No }
    }

    fn not(self) -> Holds {
        match self {
            Holds::No => Holds::Yes,
            Holds::Unknown => Holds::Unknown,
            Holds::Yes => Holds::No,
        }
    }

    fn any(answers: impl Iterator<Item = Holds>) -> Holds {
        answers.max().unwrap_or(Holds::No)
    }

    fn all(answers: impl Iterator<Item = Holds>) -> Holds {
        answers.min().unwrap_or(Holds::Yes)
    }
}

/// Whether a condition holds in this context.
pub fn holds(condition: &Condition, version: Version, context: &Context) -> Holds {
    let Some(operator) = condition.operator else { return Holds::Unknown };
    let values = context.get(&condition.key);
    if operator.comparison == Comparison::Null {
        let is_absent = values.is_none();
        return Holds::any(condition.values.iter().map(|wanted| match boolean(wanted) {
            Some(wanted) => Holds::of(wanted == is_absent),
            None => Holds::Unknown,
        }));
    }
    let Some(values) = values else {
        return match (operator.if_exists, operator.quantifier) {
            (_, Some(Quantifier::All)) | (true, None) => Holds::Yes,
            (false, Some(Quantifier::Any)) => Holds::No,
            // Published are both: no for this quantifier and yes for this suffix.
            (true, Some(Quantifier::Any)) => Holds::Unknown,
            (false, None) => Holds::of(operator.negated),
        };
    };
    let one = |value: &String| {
        let matches = matches_one(operator, value, condition, version, context);
        if operator.negated { matches.not() } else { matches }
    };
    match operator.quantifier {
        // Published: a set of nothing but empty texts counts as no set.
        Some(Quantifier::All) if values.iter().all(String::is_empty) => Holds::Yes,
        Some(Quantifier::All) => Holds::all(values.iter().map(one)),
        Some(Quantifier::Any) => Holds::any(values.iter().map(one)),
        // Without a set operator, a negated one is the opposite of the plain one.
        None if operator.negated => Holds::all(values.iter().map(one)),
        None => Holds::any(values.iter().map(one)),
    }
}

/// Whether one value of the request matches one of the policy's.
fn matches_one(
    operator: Operator,
    value: &str,
    condition: &Condition,
    version: Version,
    context: &Context,
) -> Holds {
    Holds::any(condition.values.iter().map(|wanted| {
        let text = |wild| Pattern::expand(wanted, version, context, wild);
        let found = match operator.comparison {
            Comparison::String => text(false).map(|pattern| pattern.matches(value)),
            Comparison::StringIgnoreCase => text(false).map(|pattern| pattern.matches_ignoring_case(value)),
            Comparison::StringLike => text(true).map(|pattern| pattern.matches(value)),
            Comparison::Arn => text(true).map(|pattern| pattern.matches_arn(value)),
            comparison => return typed(comparison, value, wanted, operator.negated),
        };
        match found {
            Some(found) => Holds::of(found),
            // A variable without a value matches nothing; that it matches nothing is no reason to grant.
            None if operator.negated => Holds::Unknown,
            None => Holds::No,
        }
    }))
}

/// Comparisons of values that have a form of their own.
fn typed(comparison: Comparison, value: &str, wanted: &str, negated: bool) -> Holds {
    // The policy's own value must be readable; one of the request that is not matches nothing.
    let unreadable = if negated { Holds::Unknown } else { Holds::No };
    match comparison {
        Comparison::Bool => compare(boolean(value), boolean(wanted), unreadable, |a, b| a == b),
        Comparison::Binary => compare(bytes(value), bytes(wanted), unreadable, |a, b| a == b),
        Comparison::IpAddress => compare(value.parse().ok(), range(wanted), unreadable, |address, range| {
            in_range(*address, *range)
        }),
        Comparison::Numeric
        | Comparison::NumericLess
        | Comparison::NumericLessOrEqual
        | Comparison::NumericGreater
        | Comparison::NumericGreaterOrEqual => compare(number(value), number(wanted), unreadable, |a, b| {
            a.partial_cmp(b).is_some_and(|order| ordered(comparison, order))
        }),
        _ => compare(moment::read(value), moment::read(wanted), unreadable, |a, b| {
            ordered(comparison, a.cmp(b))
        }),
    }
}

fn compare<A, B>(
    value: Option<A>,
    wanted: Option<B>,
    unreadable: Holds,
    same: impl Fn(&A, &B) -> bool,
) -> Holds {
    match (value, wanted) {
        (_, None) => Holds::Unknown,
        (None, Some(_)) => unreadable,
        (Some(value), Some(wanted)) => Holds::of(same(&value, &wanted)),
    }
}

fn ordered(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::NumericLess | Comparison::DateLess => order.is_lt(),
        Comparison::NumericLessOrEqual | Comparison::DateLessOrEqual => order.is_le(),
        Comparison::NumericGreater | Comparison::DateGreater => order.is_gt(),
        Comparison::NumericGreaterOrEqual | Comparison::DateGreaterOrEqual => order.is_ge(),
        _ => order.is_eq(),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A decimal number; words such as `inf` are none.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_decimal = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    text.chars().all(is_decimal).then(|| text.parse().ok()).flatten()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// An address, or a network with the length of its prefix.
fn range(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let full = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(full), |length| length.parse().ok())?;
    (length <= full).then_some((address, length))
}

fn in_range(address: IpAddr, (network, length): (IpAddr, u32)) -> bool {
    let (a, b, full) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    // No prefix at all shifts everything out.
    let prefix = |bits: u128| bits.checked_shr(full - length).unwrap_or(0);
    prefix(a) == prefix(b)
}

#[cfg(test)]
mod tests;
