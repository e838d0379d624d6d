//! Sorting, and the greatest and the least.

use std::cmp::Ordering;

use super::{argument, wrong_type};
use crate::error::Result;
use crate::query::compare;
use crate::query::evaluate::evaluate;
use crate::query::item::{Item, Type};

/// The first of the greatest items.
pub(super) fn max<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    best(keyed(arguments), Ordering::Greater)
}

/// The first of the least items.
pub(super) fn min<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    best(keyed(arguments), Ordering::Less)
}

/// The first of the items for which an expression gives the greatest value.
pub(super) fn max_by<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    best(keyed_by("max_by", arguments)?, Ordering::Greater)
}

/// The first of the items for which an expression gives the least value.
pub(super) fn min_by<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    best(keyed_by("min_by", arguments)?, Ordering::Less)
}

/// Each item with the key that it is ordered by: itself.
fn keyed<'a>(arguments: &[Item<'a>]) -> Vec<(Item<'a>, Item<'a>)> {
    let items = argument(arguments, 0).items().unwrap_or_default();
    items.into_iter().map(|item| (item.clone(), item)).collect()
}

/// Each item with the key that an expression gives for it.
fn keys<'a>(arguments: &[Item<'a>]) -> impl Iterator<Item = Result<(Item<'a>, Item<'a>)>> {
    let node = match argument(arguments, 1) {
        Item::Reference(node) => Some(*node),
        _ => None,
    };
    let items = argument(arguments, 0).items().unwrap_or_default();
    items.into_iter().map(move |item| {
        let key = node.map_or(Ok(Item::NULL), |node| evaluate(node, &item))?;
        Ok((key, item))
    })
}

fn keyed_by<'a>(function: &str, arguments: &[Item<'a>]) -> Result<Vec<(Item<'a>, Item<'a>)>> {
    keys(arguments)
        .map(|pair| {
            let (key, item) = pair?;
            match key.type_of() {
                Type::Number | Type::String => Ok((key, item)),
                found => Err(wrong_type(function, &key, &["number", "string"], found.name())),
            }
        })
        .collect()
}

fn best<'a>(pairs: Vec<(Item<'a>, Item<'a>)>, wanted: Ordering) -> Result<Item<'a>> {
    let mut pairs = pairs.into_iter();
    let Some((mut best, mut found)) = pairs.next() else { return Ok(Item::NULL) };
    for (key, item) in pairs {
        if key.type_of() != best.type_of() {
            let operator = if wanted == Ordering::Greater { ">" } else { "<" };
            return Err(compare::unordered(operator, &key, &best));
        }
        if compare::order(&key, &best) == Some(wanted) {
            (best, found) = (key, item);
        }
    }
    Ok(found)
}

/// The items in order; equal ones stay as they stood.
pub(super) fn sort<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    Ok(sorted(keyed(arguments)))
}

/// The items in the order of what an expression gives for them: numbers, or texts.
pub(super) fn sort_by<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let mut pairs: Vec<(Item<'a>, Item<'a>)> = Vec::new();
    let mut wanted = None;
    for pair in keys(arguments) {
        let (key, item) = pair?;
        let found = key.type_of();
        match wanted {
            // Here the message shows the item, further down it shows the key.
            None if !matches!(found, Type::String | Type::Number) => {
                return Err(wrong_type("sort_by", &item, &["string", "number"], found.name()));
            }
            None => wanted = Some(found),
            Some(wanted) if wanted != found => {
                return Err(wrong_type("sort_by", &key, &[wanted.name()], found.name()));
            }
            Some(_) => {}
        }
        pairs.push((key, item));
    }
    Ok(sorted(pairs))
}

fn sorted<'a>(mut pairs: Vec<(Item<'a>, Item<'a>)>) -> Item<'a> {
    let is_nan = |key: &Item<'_>| compare::order(key, key).is_none();
    // A sort needs a total order, so `NaN` goes to the end.
    pairs.sort_by(|(left, _), (right, _)| {
        compare::order(left, right).unwrap_or_else(|| is_nan(left).cmp(&is_nan(right)))
    });
    Item::list(pairs.into_iter().map(|(_, item)| item).collect())
}
