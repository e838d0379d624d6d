//! Functions of lists.

use super::argument;
use crate::error::{Error, Result};
use crate::query::compare;
use crate::query::evaluate::evaluate;
use crate::query::item::{Item, Type};

/// Whether a list has an item or a text has another one in it.
pub(super) fn contains<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let (subject, wanted) = (argument(arguments, 0), argument(arguments, 1));
    let found = match (subject.items(), subject.text(), wanted.text()) {
        (Some(items), _, _) => items.iter().any(|item| compare::equal(item, wanted)),
        (None, Some(text), Some(part)) => text.contains(part),
        _ => {
            let class = wanted.class();
            let message = format!("'in <string>' requires string as left operand, not {class}");
            return Err(Error::general(message));
        }
    };
    Ok(Item::boolean(found))
}

/// Every item through an expression; unlike a projection it keeps nulls.
pub(super) fn map<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let Item::Reference(node) = argument(arguments, 0) else { return Ok(Item::NULL) };
    let items = argument(arguments, 1).items().unwrap_or_default();
    items.iter().map(|item| evaluate(node, item)).collect::<Result<_>>().map(Item::list)
}

/// A list or a text (by code points) from its end.
pub(super) fn reverse<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let subject = argument(arguments, 0);
    if let Some(text) = subject.text() {
        return Ok(Item::computed(text.chars().rev().collect::<String>()));
    }
    let mut items = subject.items().unwrap_or_default();
    items.reverse();
    Ok(Item::list(items))
}

/// A list as it is, all else as the only item of one.
pub(super) fn to_array<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let subject = argument(arguments, 0);
    Ok(match subject.type_of() {
        Type::Array => subject.clone(),
        _ => Item::list(vec![subject.clone()]),
    })
}
