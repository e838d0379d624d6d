//! Instance profiles: what hands a role to a machine. Each holds one role at most.

use rusqlite::{OptionalExtension as _, Row};

use super::call::{Call, key};
use super::roles::Role;
use super::tags::Owner;
use super::{Entry, quotas, reads, users, writes};
use crate::model::iam::Id;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::{arn, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateInstanceProfile, create),
    reads(Id::GetInstanceProfile, get),
    reads(Id::ListInstanceProfiles, list),
    reads(Id::ListInstanceProfilesForRole, list_for_role),
    writes(Id::DeleteInstanceProfile, delete),
    writes(Id::AddRoleToInstanceProfile, add_role),
    writes(Id::RemoveRoleFromInstanceProfile, remove_role),
    writes(Id::TagInstanceProfile, tag),
    writes(Id::UntagInstanceProfile, untag),
    reads(Id::ListInstanceProfileTags, list_tags),
];

/// A stored instance profile.
#[derive(Clone, Debug)]
pub(super) struct InstanceProfile {
    pub(super) key: String,
    name: String,
    path: String,
    id: String,
    created: Seconds,
    /// The key of its role.
    role: Option<String>,
}

const COLUMNS: &str = "key, name, path, id, created, role";

impl InstanceProfile {
    fn read(row: &Row<'_>) -> rusqlite::Result<InstanceProfile> {
        Ok(InstanceProfile {
            key: row.get(0)?,
            name: row.get(1)?,
            path: row.get(2)?,
            id: row.get(3)?,
            created: row.get(4)?,
            role: row.get(5)?,
        })
    }

    fn find(call: &Call<'_>, name: &str) -> Result<Option<InstanceProfile>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM instance_profile WHERE key = ?1");
        let mut statement = call.db.prepare_cached(&sql)?;
        Ok(statement.query_row([key(name)], InstanceProfile::read).optional()?)
    }

    /// The instance profile that the request names.
    fn named(call: &Call<'_>) -> Result<InstanceProfile, Fault> {
        let name = call.needed("InstanceProfileName")?;
        InstanceProfile::find(call, name)?
            .ok_or_else(|| Fault::no_such_entity(format!("Instance Profile {name} cannot be found.")))
    }

    fn all(call: &Call<'_>) -> Result<Vec<InstanceProfile>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM instance_profile ORDER BY key");
        let mut statement = call.db.prepare_cached(&sql)?;
        let profiles = statement.query_map([], InstanceProfile::read)?;
        Ok(profiles.collect::<Result<_, _>>()?)
    }

    /// Those that hold the role of this key, by their names.
    pub(super) fn of_role(call: &Call<'_>, role: &str) -> Result<Vec<InstanceProfile>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM instance_profile WHERE role = ?1 ORDER BY key");
        let mut statement = call.db.prepare_cached(&sql)?;
        let profiles = statement.query_map([role], InstanceProfile::read)?;
        Ok(profiles.collect::<Result<_, _>>()?)
    }

    fn tags(&self) -> Owner<'_> {
        Owner { kind: "instance-profile", key: &self.key }
    }

    /// What lists say: no tags.
    pub(super) fn summary(&self, call: &Call<'_>) -> Result<Map, Fault> {
        let role = self.role.as_deref().map(|role| Role::named(call, role)).transpose()?;
        let roles: Vec<Value> = role.iter().map(|role| role.brief(call).into()).collect();
        Ok(Map::from([
            ("Path".into(), Value::from(self.path.as_str())),
            ("InstanceProfileName".into(), self.name.as_str().into()),
            ("InstanceProfileId".into(), self.id.as_str().into()),
            ("Arn".into(), arn::iam(call.account, "instance-profile", &self.path, &self.name).into()),
            ("CreateDate".into(), Value::Int(self.created)),
            ("Roles".into(), roles.into()),
        ]))
    }

    fn set_role(&self, call: &Call<'_>, role: Option<&Role>) -> Result<Map, Fault> {
        call.db.execute(
            "UPDATE instance_profile SET role = ?2 WHERE key = ?1",
            (&self.key, role.map(|role| &role.key)),
        )?;
        Ok(Map::new())
    }
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let name = call.needed("InstanceProfileName")?;
    if InstanceProfile::find(call, name)?.is_some() {
        return Err(Fault::already_exists(format!("Instance Profile {name} already exists.")));
    }
    quotas::room(call, "instance_profile", "InstanceProfilesPerAccount", quotas::INSTANCE_PROFILES)?;
    let profile = InstanceProfile {
        key: key(name),
        name: name.to_owned(),
        path: call.text("Path").unwrap_or("/").to_owned(),
        id: ids::unique(ids::prefix::INSTANCE_PROFILE)?,
        created: call.now,
        role: None,
    };
    call.db.execute(
        "INSERT INTO instance_profile (key, name, path, id, created) VALUES (?1, ?2, ?3, ?4, ?5)",
        (&profile.key, &profile.name, &profile.path, &profile.id, profile.created),
    )?;
    profile.tags().add(call)?;
    let mut map = profile.summary(call)?;
    if let Some(tags) = profile.tags().value(call.db)? {
        map.insert("Tags".into(), tags);
    }
    Ok(Map::from([("InstanceProfile".into(), map.into())]))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let profile = InstanceProfile::named(call)?;
    let mut map = profile.summary(call)?;
    map.insert("Tags".into(), profile.tags().list(call.db)?);
    Ok(Map::from([("InstanceProfile".into(), map.into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let mut profiles = InstanceProfile::all(call)?;
    profiles.retain(|profile| profile.path.starts_with(prefix));
    page(call, profiles)
}

fn list_for_role(call: &Call<'_>) -> Result<Map, Fault> {
    let role = Role::named(call, call.needed("RoleName")?)?;
    page(call, InstanceProfile::of_role(call, &role.key)?)
}

fn page(call: &Call<'_>, profiles: Vec<InstanceProfile>) -> Result<Map, Fault> {
    let page = call.page()?;
    let rows = page.part(profiles.into_iter().map(|profile| (profile.key.clone(), profile)).collect());
    let rows = rows.into_iter().map(|(key, profile)| Ok((key, profile.summary(call)?.into())));
    Ok(page.reply("InstanceProfiles", rows.collect::<Result<_, Fault>>()?))
}

/// What has to go before an instance profile can.
const IN_THE_WAY: &[(&str, &str)] = &[(
    "SELECT 1 FROM instance_profile WHERE key = ?1 AND role IS NOT NULL",
    "must remove roles from instance profile first",
)];

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let profile = InstanceProfile::named(call)?;
    users::nothing_in_the_way(call, IN_THE_WAY, &profile.key)?;
    profile.tags().clear(call.db)?;
    call.db.execute("DELETE FROM instance_profile WHERE key = ?1", [&profile.key])?;
    Ok(Map::new())
}

fn add_role(call: &Call<'_>) -> Result<Map, Fault> {
    let profile = InstanceProfile::named(call)?;
    let role = Role::to_change(call, call.needed("RoleName")?)?;
    if profile.role.is_some() {
        return Err(quotas::exceeded("InstanceSessionsPerInstanceProfile", 1));
    }
    profile.set_role(call, Some(&role))
}

fn remove_role(call: &Call<'_>) -> Result<Map, Fault> {
    let profile = InstanceProfile::named(call)?;
    let role = Role::to_change(call, call.needed("RoleName")?)?;
    if profile.role.as_ref() != Some(&role.key) {
        return Err(Fault::no_such_entity(format!(
            "Role {} in Instance Profile {} cannot be found.",
            role.name, profile.name
        )));
    }
    profile.set_role(call, None)
}

fn tag(call: &Call<'_>) -> Result<Map, Fault> {
    InstanceProfile::named(call)?.tags().add(call)?;
    Ok(Map::new())
}

fn untag(call: &Call<'_>) -> Result<Map, Fault> {
    InstanceProfile::named(call)?.tags().remove(call)?;
    Ok(Map::new())
}

fn list_tags(call: &Call<'_>) -> Result<Map, Fault> {
    InstanceProfile::named(call)?.tags().page(call.db, &call.page()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, TRUST};

    #[test]
    fn an_instance_profile_holds_one_role() {
        let bench = Bench::new();
        let made = bench.ok("CreateInstanceProfile", "InstanceProfileName=Web&Path=/a/");
        assert!(made.contains("<Arn>arn:aws:iam::123456789012:instance-profile/a/Web</Arn>"), "{made}");
        assert!(made.contains("<InstanceProfileId>AIPA") && made.contains("<Roles></Roles>"), "{made}");
        let fault = bench.fault("CreateInstanceProfile", "InstanceProfileName=web");
        assert_eq!(
            (fault.code, fault.message.as_str()),
            ("EntityAlreadyExists", "Instance Profile web already exists.")
        );
        for role in ["r", "s"] {
            bench.ok("CreateRole", &format!("RoleName={role}&AssumeRolePolicyDocument={TRUST}"));
        }
        bench.ok("AddRoleToInstanceProfile", "InstanceProfileName=web&RoleName=R");
        let fault = bench.fault("AddRoleToInstanceProfile", "InstanceProfileName=web&RoleName=s");
        assert_eq!(fault.code, "LimitExceeded");
        assert_eq!(fault.message, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
        assert!(bench.ok("GetInstanceProfile", "InstanceProfileName=web").contains("<RoleName>r<"));
        assert!(bench.ok("ListInstanceProfilesForRole", "RoleName=r").contains("Web"));
        assert!(!bench.ok("ListInstanceProfilesForRole", "RoleName=s").contains("Web"));
        assert_eq!(
            bench.fault("DeleteInstanceProfile", "InstanceProfileName=web").message,
            "Cannot delete entity, must remove roles from instance profile first."
        );
        let fault = bench.fault("RemoveRoleFromInstanceProfile", "InstanceProfileName=web&RoleName=s");
        assert_eq!(
            (fault.code, fault.message.as_str()),
            ("NoSuchEntity", "Role s in Instance Profile Web cannot be found.")
        );
        bench.ok("RemoveRoleFromInstanceProfile", "InstanceProfileName=web&RoleName=r");
        bench.ok("DeleteInstanceProfile", "InstanceProfileName=web");
        let fault = bench.fault("GetInstanceProfile", "InstanceProfileName=web");
        assert_eq!(
            (fault.code, fault.message.as_str()),
            ("NoSuchEntity", "Instance Profile web cannot be found.")
        );
    }

    #[test]
    fn instance_profiles_have_tags_and_pages() {
        let bench = Bench::new();
        for name in ["c", "A", "b"] {
            bench.ok(
                "CreateInstanceProfile",
                &format!("InstanceProfileName={name}&Tags.member.1.Key=k&Tags.member.1.Value={name}"),
            );
        }
        let pages = bench.pages("ListInstanceProfiles", "MaxItems=2", "InstanceProfileName");
        assert_eq!(pages, [vec!["A", "b"], vec!["c"]]);
        bench.ok("TagInstanceProfile", "InstanceProfileName=a&Tags.member.1.Key=l&Tags.member.1.Value=2");
        bench.ok("UntagInstanceProfile", "InstanceProfileName=a&TagKeys.member.1=k");
        let tags = bench.ok("ListInstanceProfileTags", "InstanceProfileName=a");
        assert!(tags.contains("<Key>l</Key>") && !tags.contains("<Key>k</Key>"), "{tags}");
    }

    #[test]
    fn a_profile_without_tags_has_an_empty_list_of_them() {
        let bench = Bench::new();
        let tags = "Tags.member.1.Key=k&Tags.member.1.Value=v";
        bench.ok("CreateInstanceProfile", &format!("InstanceProfileName=p&{tags}"));
        bench.ok("UntagInstanceProfile", "InstanceProfileName=p&TagKeys.member.1=k");
        let profile = bench.ok("GetInstanceProfile", "InstanceProfileName=p");
        assert!(profile.contains("<Tags></Tags>"), "{profile}");
        assert!(!bench.ok("ListInstanceProfiles", "").contains("<Tags>"));
    }
}
