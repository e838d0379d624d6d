//! Functions of numbers.

use super::argument;
use crate::error::{Error, Result};
use crate::query::item::Item;
use crate::query::numeral;
use crate::value::Value;

/// The magnitude.
pub(super) fn abs<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    Ok(match argument(arguments, 0).plain() {
        Some(Value::Float(number)) => Item::computed(number.abs()),
        Some(Value::Int(number)) => {
            let digits = number.unsigned_abs().to_string();
            Item::computed(numeral::integer(&digits).unwrap_or(Value::Null))
        }
        Some(Value::BigInt(digits)) => Item::computed(Value::BigInt(digits.trim_start_matches('-').into())),
        _ => Item::NULL,
    })
}

/// The next integer upwards.
pub(super) fn ceil<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    rounded(argument(arguments, 0), f64::ceil)
}

/// The next integer downwards.
pub(super) fn floor<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    rounded(argument(arguments, 0), f64::floor)
}

fn rounded<'a>(number: &Item<'a>, round: fn(f64) -> f64) -> Result<Item<'a>> {
    match number.plain() {
        Some(Value::Float(number)) if number.is_nan() => {
            Err(Error::general("cannot convert float NaN to integer"))
        }
        Some(Value::Float(number)) if number.is_infinite() => {
            Err(Error::general("cannot convert float infinity to integer"))
        }
        Some(Value::Float(number)) => Ok(Item::computed(numeral::integral(round(*number)))),
        _ => Ok(number.clone()),
    }
}

/// The sum; an integer where all are, 0 of none.
pub(super) fn sum<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    Ok(Item::computed(total(&argument(arguments, 0).items().unwrap_or_default())))
}

fn total(numbers: &[Item<'_>]) -> Value {
    numeral::sum(numbers.iter().filter_map(Item::plain))
}

/// The mean, always a float; null of none.
#[expect(clippy::cast_precision_loss, reason = "no list is as long as that")]
pub(super) fn avg<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let numbers = argument(arguments, 0).items().unwrap_or_default();
    if numbers.is_empty() {
        return Ok(Item::NULL);
    }
    Ok(Item::computed(numeral::float(&total(&numbers)) / numbers.len() as f64))
}
