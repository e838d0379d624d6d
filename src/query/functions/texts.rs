//! Functions of texts.

use super::argument;
use crate::error::Result;
use crate::query::item::Item;

fn text<'i>(arguments: &'i [Item<'_>], place: usize) -> &'i str {
    argument(arguments, place).text().unwrap_or_default()
}

/// Whether a text begins with another one.
pub(super) fn starts_with<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    Ok(Item::boolean(text(arguments, 0).starts_with(text(arguments, 1))))
}

/// Whether a text ends with another one.
pub(super) fn ends_with<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    Ok(Item::boolean(text(arguments, 0).ends_with(text(arguments, 1))))
}

/// The texts of a list with a text between each two.
pub(super) fn join<'a>(arguments: &[Item<'a>]) -> Result<Item<'a>> {
    let items = argument(arguments, 1).items().unwrap_or_default();
    let texts: Vec<_> = items.iter().filter_map(Item::text).collect();
    Ok(Item::computed(texts.join(text(arguments, 0))))
}
