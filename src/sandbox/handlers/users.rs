//! Users.

use rusqlite::{OptionalExtension as _, Row};

use super::call::{Call, key};
use super::tags::Owner;
use super::{Entry, boundaries, quotas, reads, trusted_principals, writes};
use crate::model::iam::Id;
use crate::sandbox::account::setting;
use crate::sandbox::caller::Who;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::{arn, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateUser, create),
    reads(Id::GetUser, get),
    reads(Id::ListUsers, list),
    writes(Id::UpdateUser, update),
    writes(Id::DeleteUser, delete),
    writes(Id::TagUser, tag),
    writes(Id::UntagUser, untag),
    reads(Id::ListUserTags, list_tags),
];

/// A stored user.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct User {
    pub(in crate::sandbox) key: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) path: String,
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) created: Seconds,
    pub(in crate::sandbox) boundary: Option<String>,
    pub(in crate::sandbox) password_last_used: Option<Seconds>,
}

const COLUMNS: &str = "key, name, path, id, created, boundary, password_last_used";

impl User {
    fn read(row: &Row<'_>) -> rusqlite::Result<User> {
        Ok(User {
            key: row.get(0)?,
            name: row.get(1)?,
            path: row.get(2)?,
            id: row.get(3)?,
            created: row.get(4)?,
            boundary: row.get(5)?,
            password_last_used: row.get(6)?,
        })
    }

    /// The user of this name, in whatever case.
    pub(in crate::sandbox) fn find(db: &rusqlite::Connection, name: &str) -> Result<Option<User>, Fault> {
        let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE key = ?1"))?;
        Ok(statement.query_row([key(name)], User::read).optional()?)
    }

    /// The user that a request names.
    pub(super) fn named(call: &Call<'_>, name: &str) -> Result<User, Fault> {
        User::find(call.db, name)?.ok_or_else(|| Fault::not_found("user", name))
    }

    /// The users of the group of this key, by their names.
    pub(super) fn of_group(db: &rusqlite::Connection, group: &str) -> Result<Vec<User>, Fault> {
        let mut statement = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM user WHERE key IN (SELECT user FROM member WHERE \"group\" = ?1) ORDER BY key"
        ))?;
        let users = statement.query_map([group], User::read)?;
        Ok(users.collect::<Result<_, _>>()?)
    }

    /// All users, by their names.
    pub(super) fn all(db: &rusqlite::Connection) -> Result<Vec<User>, Fault> {
        let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM user ORDER BY key"))?;
        let users = statement.query_map([], User::read)?;
        Ok(users.collect::<Result<_, _>>()?)
    }

    /// `arn:aws:iam::ACCOUNT:user/PATH/NAME`
    pub(in crate::sandbox) fn arn(&self, account: &crate::sandbox::account::AccountId) -> String {
        arn::iam(account, "user", &self.path, &self.name)
    }

    pub(super) fn tags(&self) -> Owner<'_> {
        Owner { kind: "user", key: &self.key }
    }

    /// What lists of users say: neither boundary nor tags.
    pub(super) fn summary(&self, call: &Call<'_>) -> Map {
        let mut map = Map::from([
            ("Path".into(), Value::from(self.path.as_str())),
            ("UserName".into(), self.name.as_str().into()),
            ("UserId".into(), self.id.as_str().into()),
            ("Arn".into(), self.arn(call.account).into()),
            ("CreateDate".into(), Value::Int(self.created)),
        ]);
        if let Some(used) = self.password_last_used {
            map.insert("PasswordLastUsed".into(), Value::Int(used));
        }
        map
    }

    /// All that is said of one user.
    pub(super) fn details(&self, call: &Call<'_>) -> Result<Map, Fault> {
        let mut map = self.summary(call);
        if let Some(arn) = &self.boundary {
            map.insert("PermissionsBoundary".into(), boundary(arn));
        }
        if let Some(tags) = self.tags().value(call.db)? {
            map.insert("Tags".into(), tags);
        }
        Ok(map)
    }
}

/// The `PermissionsBoundary` member of users and roles.
pub(super) fn boundary(arn: &str) -> Value {
    Map::from([
        ("PermissionsBoundaryType".into(), Value::from("Policy")),
        ("PermissionsBoundaryArn".into(), arn.into()),
    ])
    .into()
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let name = call.needed("UserName")?;
    if User::find(call.db, name)?.is_some() {
        return Err(Fault::already_exists(format!("User with name {name} already exists.")));
    }
    quotas::room(call, "user", "UsersPerAccount", quotas::USERS)?;
    let user = User {
        key: key(name),
        name: name.to_owned(),
        path: call.text("Path").unwrap_or("/").to_owned(),
        id: ids::unique(ids::prefix::USER)?,
        created: call.now,
        boundary: boundaries::wanted(call)?,
        password_last_used: None,
    };
    call.db.execute(
        "INSERT INTO user (key, name, path, id, created, boundary) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (&user.key, &user.name, &user.path, &user.id, user.created, &user.boundary),
    )?;
    user.tags().add(call)?;
    Ok(Map::from([("User".into(), user.details(call)?.into())]))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    if call.text("UserName").is_none() && call.caller.who == Who::Root {
        return root(call);
    }
    let user = User::named(call, call.user_or_caller("UserName")?)?;
    Ok(Map::from([("User".into(), user.details(call)?.into())]))
}

/// What is said of the root user: it has neither name nor path.
fn root(call: &Call<'_>) -> Result<Map, Fault> {
    let created = setting(call.db, "created")?.and_then(|text| text.parse().ok()).unwrap_or_default();
    let user = Map::from([
        ("UserId".into(), Value::from(call.account.to_string())),
        ("Arn".into(), arn::root(call.account).into()),
        ("CreateDate".into(), Value::Int(created)),
    ]);
    Ok(Map::from([("User".into(), user.into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let mut statement = call.db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM user WHERE key > ?1 AND substr(path, 1, length(?2)) = ?2 ORDER BY key LIMIT ?3"
    ))?;
    let users = statement.query_map((&page.after, prefix, page.limit()), User::read)?;
    let rows = users
        .map(|user| user.map(|user| (user.key.clone(), Value::from(user.summary(call)))))
        .collect::<Result<_, _>>()?;
    Ok(page.reply("Users", rows))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let user = User::named(call, call.needed("UserName")?)?;
    let name = call.text("NewUserName").unwrap_or(&user.name);
    let new = key(name);
    if new != user.key && User::find(call.db, name)?.is_some() {
        return Err(Fault::already_exists(format!("User with name {name} already exists.")));
    }
    let path = call.text("NewPath").unwrap_or(&user.path);
    call.db.execute(
        "UPDATE user SET key = ?2, name = ?3, path = ?4 WHERE key = ?1",
        (&user.key, &new, name, path),
    )?;
    let arn = arn::iam(call.account, "user", path, name);
    trusted_principals::replace(call.db, &user.arn(call.account), &arn)?;
    if new != user.key {
        user.tags().rename(call.db, &new)?;
        for table in ["attachment", "inline_policy"] {
            let sql = format!("UPDATE {table} SET owner = ?2 WHERE kind = 'user' AND owner = ?1");
            call.db.execute(&sql, (&user.key, &new))?;
        }
        call.db.execute("UPDATE mfa_device SET user = ?2 WHERE user = ?1", (&user.key, &new))?;
    }
    Ok(Map::new())
}

/// What has to go before a user can, as a query for its key and what the service calls it.
const IN_THE_WAY: &[(&str, &str)] = &[
    ("SELECT 1 FROM attachment WHERE kind = 'user' AND owner = ?1", "must detach all policies first"),
    ("SELECT 1 FROM inline_policy WHERE kind = 'user' AND owner = ?1", "must delete policies first"),
    ("SELECT 1 FROM access_key WHERE user = ?1", "must delete access keys first"),
    ("SELECT 1 FROM member WHERE user = ?1", "must remove users from group first"),
    ("SELECT 1 FROM login_profile WHERE user = ?1", "must delete login profile first"),
    ("SELECT 1 FROM mfa_device WHERE user = ?1", "must delete MFA device first"),
    ("SELECT 1 FROM signing_certificate WHERE user = ?1", "must delete signing certificates first"),
    ("SELECT 1 FROM ssh_key WHERE user = ?1", "must delete SSH public keys first"),
    ("SELECT 1 FROM service_credential WHERE user = ?1", "must remove referenced objects first"),
];

/// Checks that nothing keeps an entity from being deleted: each query is for its key, with what the service says
/// where it finds something.
pub(super) fn nothing_in_the_way(call: &Call<'_>, queries: &[(&str, &str)], key: &str) -> Result<(), Fault> {
    for (query, what) in queries {
        if call.db.prepare_cached(query)?.exists([key])? {
            return Err(Fault::delete_conflict(format!("Cannot delete entity, {what}.")));
        }
    }
    Ok(())
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let user = User::named(call, call.needed("UserName")?)?;
    nothing_in_the_way(call, IN_THE_WAY, &user.key)?;
    user.tags().clear(call.db)?;
    call.db.execute("DELETE FROM session WHERE owner_id = ?1", [&user.id])?;
    call.db.execute("DELETE FROM user WHERE key = ?1", [&user.key])?;
    trusted_principals::replace(call.db, &user.arn(call.account), &user.id)?;
    Ok(Map::new())
}

fn tag(call: &Call<'_>) -> Result<Map, Fault> {
    User::named(call, call.needed("UserName")?)?.tags().add(call)?;
    Ok(Map::new())
}

fn untag(call: &Call<'_>) -> Result<Map, Fault> {
    User::named(call, call.needed("UserName")?)?.tags().remove(call)?;
    Ok(Map::new())
}

fn list_tags(call: &Call<'_>) -> Result<Map, Fault> {
    let user = User::named(call, call.needed("UserName")?)?;
    user.tags().page(call.db, &call.page()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;

    #[test]
    fn a_user_lives_from_creation_to_deletion() {
        let bench = Bench::new();
        let user =
            bench.ok("CreateUser", "UserName=Alice&Path=/eng/&Tags.member.1.Key=team&Tags.member.1.Value=a");
        assert!(user.contains("<Arn>arn:aws:iam::123456789012:user/eng/Alice</Arn>"), "{user}");
        assert!(user.contains("<Key>team</Key>"), "{user}");
        assert_eq!(bench.fault("CreateUser", "UserName=aLICE").code, "EntityAlreadyExists");
        assert!(bench.ok("GetUser", "UserName=alice").contains("<UserName>Alice</UserName>"));
        bench.ok("UpdateUser", "UserName=Alice&NewUserName=bob");
        assert_eq!(
            bench.fault("GetUser", "UserName=Alice").message,
            "The user with name Alice cannot be found."
        );
        assert!(bench.ok("ListUserTags", "UserName=bob").contains("team"));
        bench.ok("DeleteUser", "UserName=bob");
        assert!(bench.ok("ListUsers", "").contains("<Users></Users>"));
    }

    #[test]
    fn the_root_user_has_an_arn_and_no_name() {
        let user = Bench::new().ok("GetUser", "");
        assert!(user.contains("<Arn>arn:aws:iam::123456789012:root</Arn>"), "{user}");
        assert!(!user.contains("<UserName>"), "{user}");
    }

    #[test]
    fn lists_are_sorted_and_paged() {
        let bench = Bench::new();
        for name in ["c", "A", "b"] {
            bench.ok("CreateUser", &format!("UserName={name}"));
        }
        let first = bench.ok("ListUsers", "MaxItems=2");
        assert!(first.find(">A<").unwrap() < first.find(">b<").unwrap() && !first.contains(">c<"), "{first}");
        let marker = first.split("<Marker>").nth(1).unwrap().split('<').next().unwrap();
        let second = bench.ok("ListUsers", &format!("MaxItems=2&Marker={marker}"));
        assert!(second.contains(">c<") && second.contains("<IsTruncated>false<"), "{second}");
    }

    #[test]
    fn tag_keys_are_unique_without_regard_to_case() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        let twice = "Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=A&Tags.member.2.Value=2";
        assert_eq!(bench.fault("TagUser", &format!("UserName=u&{twice}")).code, "InvalidInput");
    }
}
