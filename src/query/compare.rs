//! Equality and order.

use std::cmp::Ordering;

use super::ast::Comparator;
use super::item::{Item, Type};
use super::numeral;
use crate::error::{Error, Result};
use crate::value::Value;

/// What a comparison says: null where one of the values has no order.
///
/// # Errors
///
/// Fails for a number and a text, in Python's words.
pub(super) fn compare<'a>(comparator: Comparator, left: &Item<'_>, right: &Item<'_>) -> Result<Item<'a>> {
    let test = match comparator {
        Comparator::Equal => return Ok(Item::boolean(same(left, right))),
        Comparator::NotEqual => return Ok(Item::boolean(!same(left, right))),
        Comparator::Less => Ordering::is_lt,
        Comparator::LessOrEqual => Ordering::is_le,
        Comparator::Greater => Ordering::is_gt,
        Comparator::GreaterOrEqual => Ordering::is_ge,
    };
    match (left.type_of(), right.type_of()) {
        (Type::Number, Type::Number) | (Type::String, Type::String) => {
            Ok(Item::boolean(order(left, right).is_some_and(test)))
        }
        (Type::Number, Type::String) | (Type::String, Type::Number) => {
            Err(unordered(comparator.symbol(), left, right))
        }
        _ => Ok(Item::NULL),
    }
}

/// Two values that Python cannot bring into an order.
pub(super) fn unordered(operator: &str, left: &Item<'_>, right: &Item<'_>) -> Error {
    let (left, right) = (left.class(), right.class());
    Error::general(format!("'{operator}' not supported between instances of '{left}' and '{right}'"))
}

/// The order of two numbers or of two texts (by code points); none for all else and for `NaN`.
pub(super) fn order(left: &Item<'_>, right: &Item<'_>) -> Option<Ordering> {
    match (left.plain()?, right.plain()?) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (left, right) if numeral::is_number(left) && numeral::is_number(right) => {
            numeral::compare(left, right)
        }
        _ => None,
    }
}

/// `==`: a boolean is no number, and `NaN` is not itself.
fn same(left: &Item<'_>, right: &Item<'_>) -> bool {
    let boolean = |item: &Item<'_>| item.type_of() == Type::Boolean;
    if let (Some(Value::Float(left)), Some(Value::Float(right))) = (left.plain(), right.plain()) {
        return left == right;
    }
    boolean(left) == boolean(right) && equal(left, right)
}

/// Equality of Python, which holds within lists and objects: `true` is 1, `NaN` is the same `NaN`.
pub(super) fn equal(left: &Item<'_>, right: &Item<'_>) -> bool {
    if let (Item::Reference(left), Item::Reference(right)) = (left, right) {
        return std::ptr::eq(*left, *right);
    }
    if let (Some(left), Some(right)) = (left.items(), right.items()) {
        return left.len() == right.len() && left.iter().zip(&right).all(|(left, right)| equal(left, right));
    }
    if let (Some(members), Some(count)) = (left.members(), right.count()) {
        return right.type_of() == Type::Object
            && members.len() == count
            && members.iter().all(|(key, item)| right.member(key).is_some_and(|other| equal(item, &other)));
    }
    match (left.plain(), right.plain()) {
        (Some(left), Some(right)) => equal_plain(left, right),
        _ => false,
    }
}

fn equal_plain(left: &Value, right: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(flag) => Some(Value::Int(i64::from(*flag))),
        value if numeral::is_number(value) => Some(value.clone()),
        _ => None,
    };
    match (left, right) {
        (Value::Float(left), Value::Float(right)) => left == right || left.is_nan() && right.is_nan(),
        (Value::String(left), Value::String(right)) => left == right,
        (Value::Bytes(left), Value::Bytes(right)) => left == right,
        (Value::Null, Value::Null) => true,
        (left, right) => match (number(left), number(right)) {
            (Some(left), Some(right)) => numeral::compare(&left, &right) == Some(Ordering::Equal),
            _ => false,
        },
    }
}
