//! Pages of lists: sorted by a key, `MaxItems` at a time, with a marker to go on from.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

/// Items of a page where the request names no number.
const ITEMS: i64 = 100;

/// The part of a list that is asked for.
#[derive(Debug)]
pub(super) struct Page {
    operation: &'static str,
    /// The key after which the page begins; empty for the first page. No key is empty.
    pub(super) after: String,
    /// How many items at most.
    items: usize,
}

impl Page {
    pub(super) fn of(
        operation: &'static str,
        marker: Option<&str>,
        items: Option<i64>,
    ) -> Result<Page, Fault> {
        let after = match marker {
            None => String::new(),
            Some(marker) => key_of(operation, marker).ok_or_else(|| Fault::validation("Invalid Marker."))?,
        };
        let items = usize::try_from(items.unwrap_or(ITEMS)).unwrap_or(1);
        Ok(Page { operation, after, items })
    }

    /// How many rows a query should fetch: one more than the page has, to see whether there are more.
    pub(super) fn limit(&self) -> i64 {
        i64::try_from(self.items + 1).unwrap_or(i64::MAX)
    }

    /// The reply, from rows that were fetched in order, after [`Page::after`], [`Page::limit`] at most.
    pub(super) fn reply(&self, list: &'static str, mut rows: Vec<(String, Value)>) -> Map {
        let more = rows.len() > self.items;
        rows.truncate(self.items);
        let last = rows.last().map(|(key, _)| key.clone()).filter(|_| more);
        let items = rows.into_iter().map(|(_, item)| item).collect::<Vec<_>>();
        let mut reply = Map::from([(list.into(), items.into())]);
        self.mark(&mut reply, last.as_deref());
        reply
    }

    /// The reply, from all rows in any order.
    pub(super) fn cut(&self, list: &'static str, rows: Vec<(String, Value)>) -> Map {
        self.reply(list, self.part(rows))
    }

    /// The rows of the page and one more, from all rows in any order.
    pub(super) fn part<T>(&self, mut rows: Vec<(String, T)>) -> Vec<(String, T)> {
        rows.retain(|(key, _)| *key > self.after);
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.truncate(self.items + 1);
        rows
    }

    /// How many items the page has at most.
    pub(super) fn items(&self) -> usize {
        self.items
    }

    /// Says whether there is more, and where to go on: after the key `last`.
    pub(super) fn mark(&self, reply: &mut Map, last: Option<&str>) {
        reply.insert("IsTruncated".into(), Value::Bool(last.is_some()));
        if let Some(last) = last {
            let marker = URL_SAFE_NO_PAD.encode(format!("{}\n{last}", self.operation));
            reply.insert("Marker".into(), marker.into());
        }
    }
}

fn key_of(operation: &str, marker: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(marker).ok()?).ok()?;
    text.strip_prefix(operation)?.strip_prefix('\n').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(keys: &[&str]) -> Vec<(String, Value)> {
        keys.iter().map(|key| ((*key).to_owned(), Value::from(*key))).collect()
    }

    #[test]
    fn pages_join_without_gap_or_overlap() {
        let all = ["d", "a", "c", "e", "b"];
        let (mut marker, mut seen) = (None::<String>, Vec::new());
        loop {
            let page = Page::of("ListUsers", marker.as_deref(), Some(2)).unwrap();
            let reply = page.cut("Users", rows(&all));
            seen.extend(
                reply["Users"].as_list().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()),
            );
            match reply.get("Marker") {
                Some(next) => marker = next.as_str().map(str::to_owned),
                None => break,
            }
        }
        assert_eq!(seen, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_marker_counts_for_its_own_operation_only() {
        let page = Page::of("ListUsers", None, Some(1)).unwrap();
        let marker = page.cut("Users", rows(&["a", "b"]))["Marker"].as_str().unwrap().to_owned();
        assert!(Page::of("ListUsers", Some(&marker), None).is_ok());
        assert_eq!(Page::of("ListRoles", Some(&marker), None).unwrap_err().code, "ValidationError");
        assert_eq!(Page::of("ListUsers", Some("x"), None).unwrap_err().code, "ValidationError");
    }
}
