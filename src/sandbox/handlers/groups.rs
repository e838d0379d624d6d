//! Groups and their members.

use rusqlite::{OptionalExtension as _, Row};

use super::call::{Call, key};
use super::users::{self, User};
use super::{Entry, quotas, reads, writes};
use crate::model::iam::Id;
use crate::sandbox::account::AccountId;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::{arn, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateGroup, create),
    reads(Id::GetGroup, get),
    reads(Id::ListGroups, list),
    writes(Id::UpdateGroup, update),
    writes(Id::DeleteGroup, delete),
    writes(Id::AddUserToGroup, add_user),
    writes(Id::RemoveUserFromGroup, remove_user),
    reads(Id::ListGroupsForUser, list_for_user),
];

/// A stored group.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Group {
    pub(in crate::sandbox) key: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) path: String,
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) created: Seconds,
}

const COLUMNS: &str = "key, name, path, id, created";

impl Group {
    fn read(row: &Row<'_>) -> rusqlite::Result<Group> {
        Ok(Group {
            key: row.get(0)?,
            name: row.get(1)?,
            path: row.get(2)?,
            id: row.get(3)?,
            created: row.get(4)?,
        })
    }

    /// The group of this name, in whatever case.
    pub(in crate::sandbox) fn find(db: &rusqlite::Connection, name: &str) -> Result<Option<Group>, Fault> {
        let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM \"group\" WHERE key = ?1"))?;
        Ok(statement.query_row([key(name)], Group::read).optional()?)
    }

    /// The group that a request names.
    pub(super) fn named(call: &Call<'_>, name: &str) -> Result<Group, Fault> {
        Group::find(call.db, name)?.ok_or_else(|| Fault::not_found("group", name))
    }

    /// The groups of the user of this key, by their names.
    pub(in crate::sandbox) fn of_user(db: &rusqlite::Connection, user: &str) -> Result<Vec<Group>, Fault> {
        let mut statement = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM \"group\" WHERE key IN (SELECT \"group\" FROM member WHERE user = ?1) ORDER BY key"
        ))?;
        let groups = statement.query_map([user], Group::read)?;
        Ok(groups.collect::<Result<_, _>>()?)
    }

    /// All groups, by their names.
    pub(super) fn all(db: &rusqlite::Connection) -> Result<Vec<Group>, Fault> {
        let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM \"group\" ORDER BY key"))?;
        let groups = statement.query_map([], Group::read)?;
        Ok(groups.collect::<Result<_, _>>()?)
    }

    /// `arn:aws:iam::ACCOUNT:group/PATH/NAME`
    pub(in crate::sandbox) fn arn(&self, account: &AccountId) -> String {
        arn::iam(account, "group", &self.path, &self.name)
    }

    pub(super) fn details(&self, call: &Call<'_>) -> Map {
        Map::from([
            ("Path".into(), Value::from(self.path.as_str())),
            ("GroupName".into(), self.name.as_str().into()),
            ("GroupId".into(), self.id.as_str().into()),
            ("Arn".into(), self.arn(call.account).into()),
            ("CreateDate".into(), Value::Int(self.created)),
        ])
    }
}

fn taken(name: &str) -> Fault {
    Fault::already_exists(format!("Group with name {name} already exists."))
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let name = call.needed("GroupName")?;
    if Group::find(call.db, name)?.is_some() {
        return Err(taken(name));
    }
    quotas::room(call, "group", "GroupsPerAccount", quotas::GROUPS)?;
    let group = Group {
        key: key(name),
        name: name.to_owned(),
        path: call.text("Path").unwrap_or("/").to_owned(),
        id: ids::unique(ids::prefix::GROUP)?,
        created: call.now,
    };
    call.db.execute(
        "INSERT INTO \"group\" (key, name, path, id, created) VALUES (?1, ?2, ?3, ?4, ?5)",
        (&group.key, &group.name, &group.path, &group.id, group.created),
    )?;
    Ok(Map::from([("Group".into(), group.details(call).into())]))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let group = Group::named(call, call.needed("GroupName")?)?;
    let page = call.page()?;
    let users = User::of_group(call.db, &group.key)?;
    let rows = users.into_iter().map(|user| (user.key.clone(), user.summary(call).into())).collect();
    let mut reply = page.cut("Users", rows);
    reply.insert("Group".into(), group.details(call).into());
    Ok(reply)
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let groups = Group::all(call.db)?.into_iter().filter(|group| group.path.starts_with(prefix));
    Ok(page.cut("Groups", groups.map(|group| (group.key.clone(), group.details(call).into())).collect()))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let group = Group::named(call, call.needed("GroupName")?)?;
    let name = call.text("NewGroupName").unwrap_or(&group.name);
    let new = key(name);
    if new != group.key && Group::find(call.db, name)?.is_some() {
        return Err(taken(name));
    }
    call.db.execute(
        "UPDATE \"group\" SET key = ?2, name = ?3, path = ?4 WHERE key = ?1",
        (&group.key, &new, name, call.text("NewPath").unwrap_or(&group.path)),
    )?;
    if new != group.key {
        for table in ["attachment", "inline_policy"] {
            let sql = format!("UPDATE {table} SET owner = ?2 WHERE kind = 'group' AND owner = ?1");
            call.db.execute(&sql, (&group.key, &new))?;
        }
    }
    Ok(Map::new())
}

/// What has to go before a group can.
const IN_THE_WAY: &[(&str, &str)] = &[
    ("SELECT 1 FROM member WHERE \"group\" = ?1", "must remove users from group first"),
    ("SELECT 1 FROM attachment WHERE kind = 'group' AND owner = ?1", "must detach all policies first"),
    ("SELECT 1 FROM inline_policy WHERE kind = 'group' AND owner = ?1", "must delete policies first"),
];

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let group = Group::named(call, call.needed("GroupName")?)?;
    users::nothing_in_the_way(call, IN_THE_WAY, &group.key)?;
    call.db.execute("DELETE FROM \"group\" WHERE key = ?1", [&group.key])?;
    Ok(Map::new())
}

fn add_user(call: &Call<'_>) -> Result<Map, Fault> {
    let user = User::named(call, call.needed("UserName")?)?;
    let group = Group::named(call, call.needed("GroupName")?)?;
    let groups = Group::of_user(call.db, &user.key)?;
    if groups.iter().any(|other| other.key == group.key) {
        return Ok(Map::new());
    }
    if i64::try_from(groups.len()).unwrap_or(i64::MAX) >= quotas::GROUPS_OF_USER {
        return Err(quotas::exceeded("GroupsPerUser", quotas::GROUPS_OF_USER));
    }
    call.db.execute("INSERT INTO member (\"group\", user) VALUES (?1, ?2)", (&group.key, &user.key))?;
    Ok(Map::new())
}

fn remove_user(call: &Call<'_>) -> Result<Map, Fault> {
    let user = User::named(call, call.needed("UserName")?)?;
    let group = Group::named(call, call.needed("GroupName")?)?;
    let removed =
        call.db.execute("DELETE FROM member WHERE \"group\" = ?1 AND user = ?2", (&group.key, &user.key))?;
    if removed == 0 {
        return Err(Fault::no_such_entity(format!(
            "The user with name {} cannot be found in the group {}.",
            user.name, group.name
        )));
    }
    Ok(Map::new())
}

fn list_for_user(call: &Call<'_>) -> Result<Map, Fault> {
    let user = User::named(call, call.needed("UserName")?)?;
    let page = call.page()?;
    let groups = Group::of_user(call.db, &user.key)?.into_iter();
    Ok(page.cut("Groups", groups.map(|group| (group.key.clone(), group.details(call).into())).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;

    #[test]
    fn a_group_lives_from_creation_to_deletion() {
        let bench = Bench::new();
        let group = bench.ok("CreateGroup", "GroupName=Devs&Path=/eng/");
        assert!(group.contains("<Arn>arn:aws:iam::123456789012:group/eng/Devs</Arn>"), "{group}");
        assert!(group.contains("<GroupId>AGPA"), "{group}");
        let fault = bench.fault("CreateGroup", "GroupName=DEVS");
        assert_eq!((fault.code, fault.status), ("EntityAlreadyExists", 409));
        assert_eq!(fault.message, "Group with name DEVS already exists.");
        bench.ok("CreateGroup", "GroupName=ops");
        assert!(!bench.ok("ListGroups", "PathPrefix=/eng/").contains("ops"));
        assert_eq!(bench.fault("UpdateGroup", "GroupName=ops&NewGroupName=devs").code, "EntityAlreadyExists");
        bench.ok("UpdateGroup", "GroupName=devs&NewGroupName=Makers&NewPath=/");
        assert_eq!(
            bench.fault("GetGroup", "GroupName=Devs").message,
            "The group with name Devs cannot be found."
        );
        assert!(bench.ok("GetGroup", "GroupName=makers").contains(":group/Makers<"));
        bench.ok("DeleteGroup", "GroupName=makers");
        assert_eq!(bench.fault("DeleteGroup", "GroupName=makers").code, "NoSuchEntity");
    }

    #[test]
    fn members_follow_both_names() {
        let bench = Bench::new();
        bench.ok("CreateGroup", "GroupName=g");
        bench.ok("CreateUser", "UserName=u");
        bench.ok("AddUserToGroup", "GroupName=G&UserName=U");
        bench.ok("AddUserToGroup", "GroupName=g&UserName=u");
        bench.ok("UpdateGroup", "GroupName=g&NewGroupName=h");
        bench.ok("UpdateUser", "UserName=u&NewUserName=v");
        assert!(bench.ok("GetGroup", "GroupName=h").contains("<UserName>v</UserName>"));
        assert!(bench.ok("ListGroupsForUser", "UserName=v").contains("<GroupName>h</GroupName>"));
        let fault = bench.fault("DeleteGroup", "GroupName=h");
        assert_eq!(fault.code, "DeleteConflict");
        assert_eq!(fault.message, "Cannot delete entity, must remove users from group first.");
        bench.ok("RemoveUserFromGroup", "GroupName=h&UserName=v");
        assert_eq!(bench.fault("RemoveUserFromGroup", "GroupName=h&UserName=v").code, "NoSuchEntity");
        bench.ok("DeleteGroup", "GroupName=h");
    }

    #[test]
    fn the_users_of_a_group_are_paged() {
        let bench = Bench::new();
        bench.ok("CreateGroup", "GroupName=g");
        for name in ["c", "A", "b"] {
            bench.ok("CreateUser", &format!("UserName={name}"));
            bench.ok("AddUserToGroup", &format!("GroupName=g&UserName={name}"));
        }
        let pages = bench.pages("GetGroup", "GroupName=g&MaxItems=2", "UserName");
        assert_eq!(pages, [vec!["A", "b"], vec!["c"]]);
    }

    #[test]
    fn a_user_is_in_ten_groups_at_most() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        for number in 0..11 {
            bench.ok("CreateGroup", &format!("GroupName=g{number}"));
        }
        for number in 0..10 {
            bench.ok("AddUserToGroup", &format!("GroupName=g{number}&UserName=u"));
        }
        let fault = bench.fault("AddUserToGroup", "GroupName=g10&UserName=u");
        assert_eq!(
            (fault.code, fault.message.as_str()),
            ("LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10")
        );
    }

    #[test]
    fn the_user_is_looked_for_before_the_group() {
        let bench = Bench::new();
        let said = |operation: &str| bench.fault(operation, "UserName=bob&GroupName=devs").message;
        for operation in ["AddUserToGroup", "RemoveUserFromGroup"] {
            assert_eq!(said(operation), "The user with name bob cannot be found.");
        }
        bench.ok("CreateUser", "UserName=bob");
        for operation in ["AddUserToGroup", "RemoveUserFromGroup"] {
            assert_eq!(said(operation), "The group with name devs cannot be found.");
        }
    }
}
