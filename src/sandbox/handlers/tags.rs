//! Tags of all kinds of resources. Their keys are unique without regard to case and keep the case they were given in.

use rusqlite::Connection;

use super::call::{Call, key};
use super::page::Page;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

/// The most tags of one resource.
const MOST: i64 = 50;

/// The resource that tags belong to: its kind and its key, ARN or serial number, as in the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner<'a> {
    pub(super) kind: &'static str,
    pub(super) key: &'a str,
}

/// The tags as the service lists them, sorted by key.
pub(in crate::sandbox) fn of(
    db: &Connection,
    kind: &str,
    owner: &str,
) -> Result<Vec<(String, String)>, Fault> {
    let mut statement =
        db.prepare_cached("SELECT name, value FROM tag WHERE kind = ?1 AND owner = ?2 ORDER BY key")?;
    let rows = statement.query_map([kind, owner], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Owner<'_> {
    /// The `Tags` member of a reply; none where there are none.
    pub(super) fn value(self, db: &Connection) -> Result<Option<Value>, Fault> {
        let list = self.list(db)?;
        Ok(list.as_list().is_some_and(|tags| !tags.is_empty()).then_some(list))
    }

    /// The `Tags` member of the replies that have it always, as an empty list where there are none.
    pub(super) fn list(self, db: &Connection) -> Result<Value, Fault> {
        let tags = of(db, self.kind, self.key)?;
        Ok(tags.into_iter().map(|(name, value)| tag(&name, &value)).collect::<Vec<_>>().into())
    }

    /// Adds the tags of a request; one with a known key replaces it.
    pub(super) fn add(self, call: &Call<'_>) -> Result<(), Fault> {
        let mut seen = Vec::new();
        for item in call.list("Tags") {
            let member = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
            let (name, value) = (member("Key"), member("Value"));
            if name.to_lowercase().starts_with("aws:") {
                return Err(Fault::invalid_input(
                    "Tag keys that begin with aws: are reserved and cannot be used in a request.",
                ));
            }
            if seen.contains(&key(name)) {
                return Err(Fault::invalid_input(
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                ));
            }
            seen.push(key(name));
            call.db.execute(
                "INSERT OR REPLACE INTO tag (kind, owner, key, name, value) VALUES (?1, ?2, ?3, ?4, ?5)",
                (self.kind, self.key, key(name), name, value),
            )?;
        }
        let count: i64 = call.db.query_row(
            "SELECT count(*) FROM tag WHERE kind = ?1 AND owner = ?2",
            (self.kind, self.key),
            |row| row.get(0),
        )?;
        if count > MOST {
            return Err(Fault::limit_exceeded(format!(
                "The number of tags has reached the maximum limit of {MOST}."
            )));
        }
        Ok(())
    }

    /// Removes the tags of `TagKeys`; those that are not there are no fault.
    pub(super) fn remove(self, call: &Call<'_>) -> Result<(), Fault> {
        for name in call.texts("TagKeys") {
            call.db.execute(
                "DELETE FROM tag WHERE kind = ?1 AND owner = ?2 AND key = ?3",
                (self.kind, self.key, key(name)),
            )?;
        }
        Ok(())
    }

    /// Removes all tags of a resource that goes away.
    pub(super) fn clear(self, db: &Connection) -> Result<(), Fault> {
        db.execute("DELETE FROM tag WHERE kind = ?1 AND owner = ?2", (self.kind, self.key))?;
        Ok(())
    }

    /// The tags go on to another key.
    pub(super) fn rename(self, db: &Connection, to: &str) -> Result<(), Fault> {
        db.execute("UPDATE tag SET owner = ?3 WHERE kind = ?1 AND owner = ?2", (self.kind, self.key, to))?;
        Ok(())
    }

    /// A page of the tags, for the operations that list them.
    pub(super) fn page(self, db: &Connection, page: &Page) -> Result<Map, Fault> {
        let tags = of(db, self.kind, self.key)?;
        let rows = tags.into_iter().map(|(name, value)| (key(&name), tag(&name, &value))).collect();
        Ok(page.cut("Tags", rows))
    }
}

fn tag(name: &str, value: &str) -> Value {
    Map::from([("Key".into(), name.into()), ("Value".into(), value.into())]).into()
}
