//! Who uses a managed policy, as a permissions policy or as a boundary.

use std::collections::HashMap;

use rusqlite::Connection;

use super::call::Call;
use super::policies::{self, Policy};
use super::{Entry, reads};
use crate::model::iam::Id;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[reads(Id::ListEntitiesForPolicy, list_entities)];

/// How many entities use a policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    /// As a permissions policy.
    pub(super) attached: i64,
    /// As a permissions boundary.
    pub(super) boundary: i64,
}

const BOUNDARIES: &str = "(SELECT boundary FROM user UNION ALL SELECT boundary FROM role)";

impl Usage {
    /// Who uses one policy.
    pub(super) fn of(db: &Connection, arn: &str) -> Result<Usage, Fault> {
        let count = |sql: &str| -> Result<i64, Fault> {
            Ok(db.prepare_cached(sql)?.query_row([arn], |row| row.get(0))?)
        };
        Ok(Usage {
            attached: count("SELECT count(*) FROM attachment WHERE arn = ?1")?,
            boundary: count(&format!("SELECT count(*) FROM {BOUNDARIES} WHERE boundary = ?1"))?,
        })
    }

    /// All policies in use, by their ARNs.
    pub(super) fn all(db: &Connection) -> Result<HashMap<String, Usage>, Fault> {
        let mut all: HashMap<String, Usage> = HashMap::new();
        let mut count = |sql: &str, set: fn(&mut Usage, i64)| -> Result<(), Fault> {
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
            for row in rows {
                let (arn, number) = row?;
                set(all.entry(arn).or_default(), number);
            }
            Ok(())
        };
        count("SELECT arn, count(*) FROM attachment GROUP BY arn", |usage, number| usage.attached = number)?;
        let sql =
            format!("SELECT boundary, count(*) FROM {BOUNDARIES} WHERE boundary NOT NULL GROUP BY boundary");
        count(&sql, |usage, number| usage.boundary = number)?;
        Ok(all)
    }
}

/// A kind of entity in the reply: the filter's word, the table, the list, its members, what makes the order.
const KINDS: [(&str, &str, &str, [&str; 2], char); 3] = [
    ("Group", "group", "PolicyGroups", ["GroupName", "GroupId"], '1'),
    ("Role", "role", "PolicyRoles", ["RoleName", "RoleId"], '2'),
    ("User", "user", "PolicyUsers", ["UserName", "UserId"], '3'),
];

fn list_entities(call: &Call<'_>) -> Result<Map, Fault> {
    let arn = call.needed("PolicyArn")?;
    policies::check_arn(arn)?;
    let policy = Policy::find(call, arn)?.ok_or_else(|| policies::not_attachable(arn))?;
    let page = call.page()?;
    let mut rows = Vec::new();
    for (word, table, list, members, order) in KINDS {
        if call.text("EntityFilter").is_none_or(|filter| filter == word) {
            for (key, name, id) in entities(call, &policy, table)? {
                let item =
                    Map::from([(members[0].into(), Value::from(name)), (members[1].into(), id.into())]);
                rows.push((format!("{order}{key}"), (list, Value::from(item))));
            }
        }
    }
    let mut rows = page.part(rows);
    let more = rows.len() > page.items();
    rows.truncate(page.items());
    let last = rows.last().map(|(key, _)| key.clone()).filter(|_| more);
    let mut reply = Map::new();
    for (_, _, list, _, _) in KINDS {
        let items = rows.iter().filter(|(_, (of, _))| *of == list).map(|(_, (_, item))| item.clone());
        reply.insert(list.into(), items.collect::<Vec<_>>().into());
    }
    page.mark(&mut reply, last.as_deref());
    Ok(reply)
}

/// Key, name and id of the entities of a kind that use a policy in the way and under the path that is asked for.
fn entities(call: &Call<'_>, policy: &Policy, table: &str) -> Result<Vec<(String, String, String)>, Fault> {
    let attached = "key IN (SELECT owner FROM attachment WHERE kind = ?3 AND arn = ?1)";
    let used = match (call.text("PolicyUsageFilter"), table) {
        (Some("PermissionsBoundary"), "group") => return Ok(Vec::new()),
        (Some("PermissionsBoundary"), _) => "boundary = ?1 AND ?3 NOT NULL".to_owned(),
        (Some(_), _) | (None, "group") => attached.to_owned(),
        (None, _) => format!("({attached} OR boundary = ?1)"),
    };
    let mut statement = call.db.prepare_cached(&format!(
        "SELECT key, name, id FROM \"{table}\" WHERE {used} AND substr(path, 1, length(?2)) = ?2"
    ))?;
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let rows = statement
        .query_map((&policy.arn, prefix, table), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, TRUST, texts};

    #[test]
    fn entities_of_a_policy_are_filtered_and_paged() {
        let bench = Bench::new();
        let arn = bench.policy("p", "/");
        bench.ok("CreateGroup", "GroupName=g");
        bench.ok("CreateUser", "UserName=u&Path=/x/");
        bench.ok("CreateUser", &format!("UserName=b&PermissionsBoundary={arn}"));
        bench.ok(
            "CreateRole",
            &format!("RoleName=r&AssumeRolePolicyDocument={TRUST}&PermissionsBoundary={arn}"),
        );
        bench.ok("AttachGroupPolicy", &format!("GroupName=g&PolicyArn={arn}"));
        bench.ok("AttachUserPolicy", &format!("UserName=u&PolicyArn={arn}"));
        bench.ok("AttachRolePolicy", &format!("RoleName=r&PolicyArn={arn}"));
        let names = |form: &str| {
            let reply = bench.ok("ListEntitiesForPolicy", &format!("PolicyArn={arn}&{form}"));
            ["GroupName", "RoleName", "UserName"].map(|element| texts(&reply, element)).concat()
        };
        assert_eq!(names(""), ["g", "r", "b", "u"]);
        assert_eq!(names("EntityFilter=User"), ["b", "u"]);
        assert_eq!(names("PathPrefix=/x/"), ["u"]);
        assert_eq!(names("PolicyUsageFilter=PermissionsPolicy"), ["g", "r", "u"]);
        assert_eq!(names("PolicyUsageFilter=PermissionsBoundary"), ["r", "b"]);
        let form = format!("PolicyArn={arn}&MaxItems=3");
        assert_eq!(bench.pages("ListEntitiesForPolicy", &form, "UserName"), [vec!["b"], vec!["u"]]);
        let missing = "PolicyArn=arn:aws:iam::123456789012:policy/none";
        let fault = bench.fault("ListEntitiesForPolicy", missing);
        assert_eq!(fault.code, "NoSuchEntity");
        assert!(fault.message.ends_with(":policy/none does not exist or is not attachable."), "{fault:?}");
    }

    #[test]
    fn no_policy_is_an_entity_of_a_policy() {
        let bench = Bench::with_holders();
        let arn = bench.policy("p", "/");
        bench.ok("AttachUserPolicy", &format!("UserName=e&PolicyArn={arn}"));
        for filter in ["LocalManagedPolicy", "AWSManagedPolicy"] {
            let form = format!("PolicyArn={arn}&EntityFilter={filter}");
            let reply = bench.ok("ListEntitiesForPolicy", &form);
            assert!(reply.contains("<PolicyUsers></PolicyUsers>"), "{reply}");
        }
    }
}
