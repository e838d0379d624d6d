//! Access keys of users and of the root user.

use rusqlite::{OptionalExtension as _, Row};

use super::call::Call;
use super::users::User;
use super::{Entry, owner, quotas, reads, status, writes};
use crate::model::iam::Id;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::ids;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateAccessKey, create),
    reads(Id::ListAccessKeys, list),
    writes(Id::UpdateAccessKey, update),
    writes(Id::DeleteAccessKey, delete),
    reads(Id::GetAccessKeyLastUsed, last_used),
];

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user_or_root(call)?;
    quotas::room_of_user(call, "access_key", key(&user), "AccessKeysPerUser", quotas::ACCESS_KEYS_OF_USER)?;
    let (id, secret) = (ids::unique(ids::prefix::ACCESS_KEY)?, ids::secret()?);
    call.db.execute(
        "INSERT INTO access_key (id, user, secret, active, created) VALUES (?1, ?2, ?3, 1, ?4)",
        (&id, key(&user), &secret, call.now),
    )?;
    let mut shown = shown(user.as_ref(), &id, true, call.now);
    shown.insert("SecretAccessKey".into(), secret.into());
    Ok(Map::from([("AccessKey".into(), shown.into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user_or_root(call)?;
    let page = call.page()?;
    let mut statement = call.db.prepare_cached(
        "SELECT id, active, created FROM access_key WHERE user IS ?1 AND id > ?2 ORDER BY id LIMIT ?3",
    )?;
    let read = |row: &Row<'_>| {
        let id: String = row.get(0)?;
        let item = shown(user.as_ref(), &id, row.get(1)?, row.get(2)?);
        Ok((id, Value::from(item)))
    };
    let keys = statement.query_map((key(&user), &page.after, page.limit()), read)?;
    Ok(page.reply("AccessKeyMetadata", keys.collect::<Result<_, _>>()?))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, id) = (owner::user_or_root(call)?, call.needed("AccessKeyId")?);
    let active = status::asked(call)?;
    let changed = call.db.execute(
        "UPDATE access_key SET active = ?3 WHERE id = ?1 AND user IS ?2",
        (id, key(&user), active),
    )?;
    one(changed, id)
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, id) = (owner::user_or_root(call)?, call.needed("AccessKeyId")?);
    one(call.db.execute("DELETE FROM access_key WHERE id = ?1 AND user IS ?2", (id, key(&user)))?, id)
}

fn last_used(call: &Call<'_>) -> Result<Map, Fault> {
    let id = call.needed("AccessKeyId")?;
    let found = call.db.query_row(
        "SELECT user.name, last_used, last_service, last_region FROM access_key \
         LEFT JOIN user ON user.key = access_key.user WHERE access_key.id = ?1",
        [id],
        |row| {
            Ok((
                row.get::<_, Option<String>>(0)?,
                row.get::<_, Option<Seconds>>(1)?,
                row.get(2)?,
                row.get(3)?,
            ))
        },
    );
    let (user, at, service, region) = found.optional()?.ok_or_else(|| {
        // Whether there is such a key anywhere is not for everybody to know.
        Fault::access_denied(format!(
            "User: {} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {id}",
            call.caller.arn
        ))
    })?;
    let or_none = |text: Option<String>| Value::from(text.unwrap_or_else(|| "N/A".to_owned()));
    let mut used = Map::new();
    if let Some(at) = at {
        used.insert("LastUsedDate".into(), Value::Int(at));
    }
    used.insert("ServiceName".into(), or_none(service));
    used.insert("Region".into(), or_none(region));
    let mut reply = Map::from([("AccessKeyLastUsed".into(), used.into())]);
    if let Some(user) = user {
        reply.insert("UserName".into(), user.into());
    }
    Ok(reply)
}

fn key(user: &Option<User>) -> Option<&str> {
    user.as_ref().map(|user| user.key.as_str())
}

fn shown(user: Option<&User>, id: &str, active: bool, created: Seconds) -> Map {
    let mut map = Map::from([
        ("AccessKeyId".into(), Value::from(id)),
        ("Status".into(), status::shown(active)),
        ("CreateDate".into(), Value::Int(created)),
    ]);
    if let Some(user) = user {
        map.insert("UserName".into(), user.name.as_str().into());
    }
    map
}

fn one(changed: usize, id: &str) -> Result<Map, Fault> {
    if changed == 0 { Err(not_found(id)) } else { Ok(Map::new()) }
}

fn not_found(id: &str) -> Fault {
    Fault::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between};

    #[test]
    fn a_key_lives_from_creation_to_deletion() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=Alice");
        let made = bench.ok("CreateAccessKey", "UserName=alice");
        let id = between(&made, "<AccessKeyId>");
        assert_eq!((id.len(), between(&made, "<SecretAccessKey>").len()), (20, 40));
        assert_eq!(between(&made, "<UserName>"), "Alice");
        bench.ok("UpdateAccessKey", &format!("UserName=Alice&AccessKeyId={id}&Status=Inactive"));
        let list = bench.ok("ListAccessKeys", "UserName=Alice");
        assert!(list.contains("<Status>Inactive</Status>") && !list.contains("Secret"), "{list}");
        let used = bench.ok("GetAccessKeyLastUsed", &format!("AccessKeyId={id}"));
        assert!(used.contains("<ServiceName>N/A<") && used.contains("<Region>N/A<"), "{used}");
        assert!(!used.contains("LastUsedDate") && used.contains("<UserName>Alice<"), "{used}");
        bench.ok("DeleteAccessKey", &format!("UserName=Alice&AccessKeyId={id}"));
        let fault = bench.fault("DeleteAccessKey", &format!("UserName=Alice&AccessKeyId={id}"));
        assert_eq!(fault.message, format!("The Access Key with id {id} cannot be found."));
    }

    #[test]
    fn a_user_has_two_keys_at_most() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        bench.ok("CreateAccessKey", "UserName=u");
        bench.ok("CreateAccessKey", "UserName=u");
        let fault = bench.fault("CreateAccessKey", "UserName=u");
        assert_eq!(
            (fault.code, fault.message.as_str()),
            ("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
        );
        let first = bench.ok("ListAccessKeys", "UserName=u&MaxItems=1");
        let marker = between(&first, "<Marker>");
        let second = bench.ok("ListAccessKeys", &format!("UserName=u&MaxItems=1&Marker={marker}"));
        assert_ne!(between(&first, "<AccessKeyId>"), between(&second, "<AccessKeyId>"));
        assert!(second.contains("<IsTruncated>false<"), "{second}");
    }

    #[test]
    fn without_a_user_name_keys_are_the_callers() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        let user = bench.caller("u");
        let made = bench.ok_by(&user, "CreateAccessKey", "");
        assert_eq!(between(&made, "<UserName>"), "u");
        let id = between(&made, "<AccessKeyId>");
        let root = bench.ok("ListAccessKeys", "");
        assert!(root.contains(&bench.root().access_key) && !root.contains(id), "{root}");
        bench.ok("CreateAccessKey", "");
        assert_eq!(bench.fault("CreateAccessKey", "").code, "LimitExceeded");
        let of_another = bench.fault("DeleteAccessKey", &format!("AccessKeyId={id}"));
        assert_eq!(of_another.code, "NoSuchEntity");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let bench = Bench::new();
        assert_eq!(bench.fault("CreateAccessKey", "UserName=nobody").code, "NoSuchEntity");
        let unknown = bench.fault("GetAccessKeyLastUsed", "AccessKeyId=AKIAIOSFODNN7EXAMPLE");
        assert_eq!((unknown.code, unknown.status), ("AccessDenied", 403));
        assert!(
            unknown.message.ends_with(
                " is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE"
            ),
            "{unknown:?}"
        );
        let id = bench.root().access_key;
        let expired = bench.fault("UpdateAccessKey", &format!("AccessKeyId={id}&Status=Expired"));
        assert_eq!(expired.code, "InvalidInput");
    }
}
