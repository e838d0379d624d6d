//! The functions of the specification.
//!
//! A call is checked in the reference's order: the arguments have been
//! evaluated already, then come the name, the number of arguments and their
//! types, one after the other.

mod lists;
mod numbers;
mod ordering;
mod signature;
mod texts;
mod values;

use self::signature::{Parameter, Signature};
use super::item::Item;
use crate::error::{Error, Result};

/// Calls a function.
///
/// # Errors
///
/// Fails for an unknown name and for arguments that the function cannot take.
pub(super) fn call<'a>(name: &str, arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let Some((signature, function)) = function(name) else {
        return Err(Error::general(format!("Unknown function: {name}()")));
    };
    signature.check(name, arguments)?;
    function(arguments)
}

type Function<'a> = fn(&[Item<'a>]) -> Result<Item<'a>>;

fn function<'a>(name: &str) -> Option<(Signature, Function<'a>)> {
    use Parameter::{Any, Array, ArrayNumber, ArrayString, Number, Object, Reference, String};

    let (parameters, function): (&'static [&'static [Parameter]], Function<'a>) = match name {
        "abs" => (&[&[Number]], numbers::abs),
        "avg" => (&[&[ArrayNumber]], numbers::avg),
        "ceil" => (&[&[Number]], numbers::ceil),
        "contains" => (&[&[Array, String], &[Any]], lists::contains),
        "ends_with" => (&[&[String], &[String]], texts::ends_with),
        "floor" => (&[&[Number]], numbers::floor),
        "join" => (&[&[String], &[ArrayString]], texts::join),
        "keys" => (&[&[Object]], values::keys),
        "length" => (&[&[String, Array, Object]], values::length),
        "map" => (&[&[Reference], &[Array]], lists::map),
        "max" => (&[&[ArrayNumber, ArrayString]], ordering::max),
        "max_by" => (&[&[Array], &[Reference]], ordering::max_by),
        "min" => (&[&[ArrayNumber, ArrayString]], ordering::min),
        "min_by" => (&[&[Array], &[Reference]], ordering::min_by),
        "reverse" => (&[&[Array, String]], lists::reverse),
        "sort" => (&[&[ArrayString, ArrayNumber]], ordering::sort),
        "sort_by" => (&[&[Array], &[Reference]], ordering::sort_by),
        "starts_with" => (&[&[String], &[String]], texts::starts_with),
        "sum" => (&[&[ArrayNumber]], numbers::sum),
        "to_array" => (&[&[Any]], lists::to_array),
        "to_number" => (&[&[Any]], values::to_number),
        "to_string" => (&[&[Any]], values::to_string),
        "type" => (&[&[Any]], values::type_of),
        "values" => (&[&[Object]], values::values),
        "merge" => return Some((Signature { parameters: &[&[Object]], variadic: true }, values::merge)),
        "not_null" => return Some((Signature { parameters: &[&[Any]], variadic: true }, values::not_null)),
        _ => return None,
    };
    Some((Signature { parameters, variadic: false }, function))
}

/// The argument at this place; the signature has seen to it that it is there.
fn argument<'a, 'i>(arguments: &'i [Item<'a>], place: usize) -> &'i Item<'a> {
    arguments.get(place).unwrap_or(&Item::NULL)
}

/// A value that a function cannot take.
fn wrong_type(function: &str, value: &Item<'_>, expected: &[&str], received: &str) -> Error {
    let value = signature::shown(value);
    let expected: Vec<_> = expected.iter().map(|name| format!("'{name}'")).collect();
    let expected = expected.join(", ");
    Error::general(format!(
        "In function {function}(), invalid type for value: {value}, expected one of: [{expected}], \
         received: \"{received}\""
    ))
}
