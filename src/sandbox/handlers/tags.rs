//! Tags of all kinds of resources.
//!
//! The keys of users' and roles' tags are unique without regard to case and
//! keep the case they were given in; those of all else are taken as they are
//! (IAM User Guide, "Rules for tagging in IAM and AWS STS").

use rusqlite::Connection;

use super::call::{self, Call};
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
        db.prepare_cached("SELECT name, value FROM tag WHERE kind = ?1 AND owner = ?2 ORDER BY name")?;
    let rows = statement.query_map([kind, owner], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Owner<'_> {
    /// What makes a tag's key unique.
    fn key_of(self, name: &str) -> String {
        if self.ignores_case() { call::key(name) } else { name.to_owned() }
    }

    fn ignores_case(self) -> bool {
        matches!(self.kind, "user" | "role")
    }

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
            let key = self.key_of(name);
            if seen.contains(&key) {
                return Err(Fault::invalid_input(match self.ignores_case() {
                    true => "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                    false => "Duplicate tag keys found.",
                }));
            }
            seen.push(key.clone());
            self.take(call.db, name)?;
            call.db.execute(
                "INSERT OR REPLACE INTO tag (kind, owner, key, name, value) VALUES (?1, ?2, ?3, ?4, ?5)",
                (self.kind, self.key, key, name, value),
            )?;
        }
        let count: i64 = call.db.query_row(
            "SELECT count(*) FROM tag WHERE kind = ?1 AND owner = ?2",
            (self.kind, self.key),
            |row| row.get(0),
        )?;
        if count > MOST {
            return Err(Fault::limit_exceeded("The number of tags has reached the maximum limit."));
        }
        Ok(())
    }

    /// Removes the tags of `TagKeys`; those that are not there are no fault.
    pub(super) fn remove(self, call: &Call<'_>) -> Result<(), Fault> {
        call.texts("TagKeys").into_iter().try_for_each(|name| self.take(call.db, name))
    }

    fn take(self, db: &Connection, name: &str) -> Result<(), Fault> {
        // Older files have keys in lower case for all kinds.
        let column = if self.ignores_case() { "key" } else { "name" };
        let sql = format!("DELETE FROM tag WHERE kind = ?1 AND owner = ?2 AND {column} = ?3");
        db.execute(&sql, (self.kind, self.key, self.key_of(name)))?;
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
        let rows = tags.into_iter().map(|(name, value)| (name.clone(), tag(&name, &value))).collect();
        Ok(page.cut("Tags", rows))
    }
}

fn tag(name: &str, value: &str) -> Value {
    Map::from([("Key".into(), name.into()), ("Value".into(), value.into())]).into()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, texts};

    fn tags(of: &[&str]) -> String {
        let tag = |(at, key): (usize, &&str)| {
            format!("&Tags.member.{0}.Key={key}&Tags.member.{0}.Value={key}", at + 1)
        };
        of.iter().enumerate().map(tag).collect()
    }

    #[test]
    fn only_keys_of_users_and_roles_ignore_case() {
        let bench = Bench::with_holders();
        let arn = format!("PolicyArn={}", bench.policy("p", "/"));
        bench.ok("TagPolicy", &format!("{arn}{}", tags(&["a", "A"])));
        assert_eq!(texts(&bench.ok("ListPolicyTags", &arn), "Value"), ["A", "a"]);
        bench.ok("UntagPolicy", &format!("{arn}&TagKeys.member.1=a"));
        assert_eq!(texts(&bench.ok("ListPolicyTags", &arn), "Value"), ["A"]);
        let fault = bench.fault("TagPolicy", &format!("{arn}{}", tags(&["b", "b"])));
        assert_eq!((fault.code, fault.message.as_str()), ("InvalidInput", "Duplicate tag keys found."));
        for kind in ["User", "Role"] {
            let form = format!("{kind}Name=e");
            let fault = bench.fault(&format!("Tag{kind}"), &format!("{form}{}", tags(&["a", "A"])));
            assert_eq!(
                fault.message,
                "Duplicate tag keys found. Please note that Tag keys are case insensitive."
            );
            bench.ok(&format!("Tag{kind}"), &format!("{form}{}", tags(&["a"])));
            bench.ok(&format!("Tag{kind}"), &format!("{form}{}", tags(&["A"])));
            assert_eq!(texts(&bench.ok(&format!("List{kind}Tags"), &form), "Key"), ["A"]);
        }
    }

    #[test]
    fn tags_are_listed_by_their_keys_letter_for_letter() {
        let bench = Bench::with_holders();
        bench.ok("TagUser", &format!("UserName=e{}", tags(&["like", "Stan", "b"])));
        assert_eq!(texts(&bench.ok("GetUser", "UserName=e"), "Key"), ["Stan", "b", "like"]);
        let pages = bench.pages("ListUserTags", "UserName=e&MaxItems=2", "Key");
        assert_eq!(pages, [vec!["Stan", "b"], vec!["like"]]);
    }

    #[test]
    fn no_resource_has_more_than_fifty_tags() {
        let bench = Bench::with_holders();
        let keys: Vec<String> = (0..50).map(|number| format!("k{number}")).collect();
        bench.ok(
            "TagUser",
            &format!("UserName=e{}", tags(&keys.iter().map(String::as_str).collect::<Vec<_>>())),
        );
        bench.ok("TagUser", &format!("UserName=e{}", tags(&["K0"])));
        let fault = bench.fault("TagUser", &format!("UserName=e{}", tags(&["more"])));
        assert_eq!(
            (fault.code, fault.message.as_str()),
            ("LimitExceeded", "The number of tags has reached the maximum limit.")
        );
    }
}
