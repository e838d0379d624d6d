//! Roles.

use rusqlite::{OptionalExtension as _, Row};

use super::call::{Call, key};
use super::tags::Owner;
use super::{Entry, boundaries, documents, quotas, reads, trusted_principals, users, writes};
use crate::model::iam::Id;
use crate::sandbox::account::AccountId;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::{arn, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateRole, create),
    reads(Id::GetRole, get),
    reads(Id::ListRoles, list),
    writes(Id::UpdateRole, update),
    writes(Id::UpdateRoleDescription, update_description),
    writes(Id::UpdateAssumeRolePolicy, update_trust),
    writes(Id::DeleteRole, delete),
    writes(Id::TagRole, tag),
    writes(Id::UntagRole, untag),
    reads(Id::ListRoleTags, list_tags),
];

/// How long a session of a role lasts at most where nothing else is said, in seconds.
const MAX_SESSION: i64 = 3600;

/// A stored role.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Role {
    pub(in crate::sandbox) key: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) path: String,
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) created: Seconds,
    /// The trust policy, as JSON.
    pub(in crate::sandbox) trust: String,
    pub(in crate::sandbox) description: Option<String>,
    /// In seconds.
    pub(in crate::sandbox) max_session: i64,
    pub(in crate::sandbox) boundary: Option<String>,
    pub(in crate::sandbox) last_used: Option<Seconds>,
    pub(in crate::sandbox) last_region: Option<String>,
    /// The service that a service-linked role belongs to.
    pub(in crate::sandbox) service: Option<String>,
}

const COLUMNS: &str = "key, name, path, id, created, trust, description, max_session, boundary, last_used, \
                       last_region, service";

impl Role {
    /// A role that is about to be made, named and placed by the request.
    pub(super) fn new(call: &Call<'_>, name: &str, path: &str, trust: String) -> Result<Role, Fault> {
        Ok(Role {
            key: key(name),
            name: name.to_owned(),
            path: path.to_owned(),
            id: ids::unique(ids::prefix::ROLE)?,
            created: call.now,
            trust,
            description: call.text("Description").map(str::to_owned),
            max_session: call.integer("MaxSessionDuration").unwrap_or(MAX_SESSION),
            boundary: None,
            last_used: None,
            last_region: None,
            service: None,
        })
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Role> {
        Ok(Role {
            key: row.get(0)?,
            name: row.get(1)?,
            path: row.get(2)?,
            id: row.get(3)?,
            created: row.get(4)?,
            trust: row.get(5)?,
            description: row.get(6)?,
            max_session: row.get(7)?,
            boundary: row.get(8)?,
            last_used: row.get(9)?,
            last_region: row.get(10)?,
            service: row.get(11)?,
        })
    }

    /// Stores a new role.
    pub(super) fn insert(&self, call: &Call<'_>) -> Result<(), Fault> {
        quotas::room(call, "role", "RolesPerAccount", quotas::ROLES)?;
        call.db.execute(
            "INSERT INTO role (key, name, path, id, created, trust, description, max_session, boundary, service) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                &self.key,
                &self.name,
                &self.path,
                &self.id,
                self.created,
                &self.trust,
                &self.description,
                self.max_session,
                &self.boundary,
                &self.service,
            ),
        )?;
        Ok(())
    }

    /// Removes a role, its tags and its sessions.
    pub(super) fn remove(&self, call: &Call<'_>) -> Result<(), Fault> {
        self.tags().clear(call.db)?;
        call.db.execute("DELETE FROM session WHERE owner_id = ?1", [&self.id])?;
        call.db.execute("DELETE FROM role WHERE key = ?1", [&self.key])?;
        trusted_principals::replace(call.db, &self.arn(call.account), &self.id)
    }

    /// The role of this name, in whatever case.
    pub(in crate::sandbox) fn find(db: &rusqlite::Connection, name: &str) -> Result<Option<Role>, Fault> {
        let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM role WHERE key = ?1"))?;
        Ok(statement.query_row([key(name)], Role::read).optional()?)
    }

    /// The role that a request names.
    pub(super) fn named(call: &Call<'_>, name: &str) -> Result<Role, Fault> {
        Role::find(call.db, name)?.ok_or_else(|| Fault::not_found("role", name))
    }

    /// The role that a request is about to change.
    ///
    /// # Errors
    /// It is a service-linked role, which only its service changes.
    pub(super) fn to_change(call: &Call<'_>, name: &str) -> Result<Role, Fault> {
        let role = Role::named(call, name)?;
        if role.service.is_none() {
            return Ok(role);
        }
        let message = format!(
            "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
            role.name
        );
        Err(Fault::new("UnmodifiableEntity", 400, message))
    }

    /// All roles, by their names.
    pub(super) fn all(db: &rusqlite::Connection) -> Result<Vec<Role>, Fault> {
        let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM role ORDER BY key"))?;
        let roles = statement.query_map([], Role::read)?;
        Ok(roles.collect::<Result<_, _>>()?)
    }

    /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`
    pub(in crate::sandbox) fn arn(&self, account: &AccountId) -> String {
        arn::iam(account, "role", &self.path, &self.name)
    }

    pub(super) fn tags(&self) -> Owner<'_> {
        Owner { kind: "role", key: &self.key }
    }

    /// What is said of a role inside of an instance profile.
    pub(super) fn brief(&self, call: &Call<'_>) -> Map {
        let mut map = self.summary(call);
        map.shift_remove("MaxSessionDuration");
        map
    }

    /// What lists of roles say: neither boundary nor tags nor last use.
    pub(super) fn summary(&self, call: &Call<'_>) -> Map {
        let mut map = Map::from([
            ("Path".into(), Value::from(self.path.as_str())),
            ("RoleName".into(), self.name.as_str().into()),
            ("RoleId".into(), self.id.as_str().into()),
            ("Arn".into(), self.arn(call.account).into()),
            ("CreateDate".into(), Value::Int(self.created)),
            ("AssumeRolePolicyDocument".into(), self.trust.as_str().into()),
            ("MaxSessionDuration".into(), Value::Int(self.max_session)),
        ]);
        if let Some(description) = &self.description {
            map.insert("Description".into(), description.as_str().into());
        }
        map
    }

    /// All that is said of one role.
    pub(super) fn details(&self, call: &Call<'_>) -> Result<Map, Fault> {
        let mut map = self.summary(call);
        if let Some(arn) = &self.boundary {
            map.insert("PermissionsBoundary".into(), users::boundary(arn));
        }
        if let Some(tags) = self.tags().value(call.db)? {
            map.insert("Tags".into(), tags);
        }
        let mut used = Map::new();
        if let Some(at) = self.last_used {
            used.insert("LastUsedDate".into(), Value::Int(at));
        }
        if let Some(region) = &self.last_region {
            used.insert("Region".into(), region.as_str().into());
        }
        map.insert("RoleLastUsed".into(), used.into());
        Ok(map)
    }

    /// The reply of the operations that make a role.
    pub(super) fn made(&self, call: &Call<'_>) -> Result<Map, Fault> {
        let mut details = self.details(call)?;
        details.shift_remove("RoleLastUsed");
        details.shift_remove("MaxSessionDuration");
        Ok(Map::from([("Role".into(), details.into())]))
    }
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let name = call.needed("RoleName")?;
    let trust = call.needed("AssumeRolePolicyDocument")?;
    documents::trust(call, trust)?;
    if Role::find(call.db, name)?.is_some() {
        return Err(Fault::already_exists(format!("Role with name {name} already exists.")));
    }
    let mut role = Role::new(call, name, call.text("Path").unwrap_or("/"), trust.to_owned())?;
    role.boundary = boundaries::wanted(call)?;
    role.insert(call)?;
    role.tags().add(call)?;
    role.made(call)
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let role = Role::named(call, call.needed("RoleName")?)?;
    Ok(Map::from([("Role".into(), role.details(call)?.into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let roles = Role::all(call.db)?.into_iter().filter(|role| role.path.starts_with(prefix));
    Ok(page.cut("Roles", roles.map(|role| (role.key.clone(), role.summary(call).into())).collect()))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let wanted = call.integer("MaxSessionDuration");
    let role = match wanted {
        Some(_) => Role::to_change(call, call.needed("RoleName")?)?,
        None => Role::named(call, call.needed("RoleName")?)?,
    };
    call.db.execute(
        "UPDATE role SET description = ?2, max_session = ?3 WHERE key = ?1",
        (
            &role.key,
            call.text("Description").or(role.description.as_deref()),
            // Left out, it stays, though the API reference has it an hour again.
            wanted.unwrap_or(role.max_session),
        ),
    )?;
    Ok(Map::new())
}

fn update_description(call: &Call<'_>) -> Result<Map, Fault> {
    let mut role = Role::named(call, call.needed("RoleName")?)?;
    role.description = Some(call.needed("Description")?.to_owned());
    call.db.execute("UPDATE role SET description = ?2 WHERE key = ?1", (&role.key, &role.description))?;
    role.made(call)
}

fn update_trust(call: &Call<'_>) -> Result<Map, Fault> {
    let role = Role::to_change(call, call.needed("RoleName")?)?;
    let trust = call.needed("PolicyDocument")?;
    documents::trust(call, trust)?;
    call.db.execute("UPDATE role SET trust = ?2 WHERE key = ?1", (&role.key, trust))?;
    Ok(Map::new())
}

/// What has to go before a role can.
const IN_THE_WAY: &[(&str, &str)] = &[
    ("SELECT 1 FROM instance_profile WHERE role = ?1", "must remove roles from instance profile first"),
    ("SELECT 1 FROM attachment WHERE kind = 'role' AND owner = ?1", "must detach all policies first"),
    ("SELECT 1 FROM inline_policy WHERE kind = 'role' AND owner = ?1", "must delete policies first"),
];

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let role = Role::to_change(call, call.needed("RoleName")?)?;
    users::nothing_in_the_way(call, IN_THE_WAY, &role.key)?;
    role.remove(call)?;
    Ok(Map::new())
}

fn tag(call: &Call<'_>) -> Result<Map, Fault> {
    Role::named(call, call.needed("RoleName")?)?.tags().add(call)?;
    Ok(Map::new())
}

fn untag(call: &Call<'_>) -> Result<Map, Fault> {
    Role::named(call, call.needed("RoleName")?)?.tags().remove(call)?;
    Ok(Map::new())
}

fn list_tags(call: &Call<'_>) -> Result<Map, Fault> {
    let role = Role::named(call, call.needed("RoleName")?)?;
    role.tags().page(call.db, &call.page()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, TRUST};

    fn create(bench: &Bench, form: &str) -> String {
        bench.ok("CreateRole", &format!("AssumeRolePolicyDocument={TRUST}&{form}"))
    }

    #[test]
    fn a_role_lives_from_creation_to_deletion() {
        let bench = Bench::new();
        let role = create(
            &bench,
            "RoleName=Deploy&Path=/ci/&Description=d&MaxSessionDuration=7200&Tags.member.1.Key=k&Tags.member.1.Value=v",
        );
        assert!(role.contains("<Arn>arn:aws:iam::123456789012:role/ci/Deploy</Arn>"), "{role}");
        assert!(role.contains("<RoleId>AROA") && role.contains("<Key>k</Key>"), "{role}");
        let again = bench.fault("CreateRole", &format!("AssumeRolePolicyDocument={TRUST}&RoleName=deploy"));
        assert_eq!(
            (again.code, again.message.as_str()),
            ("EntityAlreadyExists", "Role with name deploy already exists.")
        );
        let got = bench.ok("GetRole", "RoleName=DEPLOY");
        assert!(got.contains("<RoleLastUsed></RoleLastUsed>"), "{got}");
        assert!(got.contains("<MaxSessionDuration>7200<") && got.contains("ec2.amazonaws.com"), "{got}");
        bench.ok("UpdateRole", "RoleName=deploy&MaxSessionDuration=3600");
        let described = bench.ok("UpdateRoleDescription", "RoleName=deploy&Description=other");
        assert!(described.contains("<Description>other<"), "{described}");
        assert!(bench.ok("GetRole", "RoleName=deploy").contains("<MaxSessionDuration>3600<"));
        bench.ok("TagRole", "RoleName=deploy&Tags.member.1.Key=K&Tags.member.1.Value=w");
        let tags = bench.ok("ListRoleTags", "RoleName=deploy");
        assert!(tags.contains("<Value>w</Value>") && !tags.contains("<Value>v</Value>"), "{tags}");
        bench.ok("UntagRole", "RoleName=deploy&TagKeys.member.1=k");
        assert!(!bench.ok("ListRoleTags", "RoleName=deploy").contains("<Key>"));
        bench.ok("DeleteRole", "RoleName=deploy");
        assert_eq!(
            bench.fault("GetRole", "RoleName=deploy").message,
            "The role with name deploy cannot be found."
        );
    }

    #[test]
    fn what_an_update_leaves_out_stays() {
        let bench = Bench::new();
        create(&bench, "RoleName=r&Description=d&MaxSessionDuration=7200");
        bench.ok("UpdateRole", "RoleName=r");
        let role = bench.ok("GetRole", "RoleName=r");
        assert!(role.contains("<Description>d<") && role.contains("<MaxSessionDuration>7200<"), "{role}");
    }

    #[test]
    fn only_those_who_ask_are_told_how_long_sessions_last() {
        let bench = Bench::new();
        let is_told = |reply: &str| reply.contains("<MaxSessionDuration>");
        assert!(!is_told(&create(&bench, "RoleName=r")));
        assert!(!is_told(&bench.ok("UpdateRoleDescription", "RoleName=r&Description=d")));
        bench.ok("CreateInstanceProfile", "InstanceProfileName=p");
        bench.ok("AddRoleToInstanceProfile", "InstanceProfileName=p&RoleName=r");
        assert!(!is_told(&bench.ok("GetInstanceProfile", "InstanceProfileName=p")));
        assert!(is_told(&bench.ok("GetRole", "RoleName=r")) && is_told(&bench.ok("ListRoles", "")));
    }

    #[test]
    fn a_trust_policy_is_checked() {
        let bench = Bench::new();
        let trust = |principal: &str, action: &str| {
            format!(
                "RoleName=r&AssumeRolePolicyDocument={{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\
                 \"Allow\",\"Principal\":{{\"AWS\":\"{principal}\"}},\"Action\":\"{action}\"}}}}"
            )
        };
        let root = "arn:aws:iam::123456789012:root";
        let fault = bench.fault("CreateRole", &trust(root, "s3:GetObject"));
        assert_eq!(fault.code, "MalformedPolicyDocument");
        assert_eq!(fault.message, "AssumeRole policy may only specify STS AssumeRole actions.");
        let fault = bench.fault("CreateRole", "RoleName=r&AssumeRolePolicyDocument=none");
        assert_eq!(fault.code, "MalformedPolicyDocument");
        let user = "arn:aws:iam::123456789012:user/eng/u";
        let fault = bench.fault("CreateRole", &trust(user, "sts:AssumeRole"));
        assert_eq!(fault.message, format!("Invalid principal in policy: \"AWS\":\"{user}\""));
        bench.ok("CreateUser", "UserName=u&Path=/eng/");
        bench.ok("CreateRole", &trust(user, "sts:AssumeRole"));
        let form = trust(root, "sts:AssumeRole").replace("AssumeRolePolicyDocument", "PolicyDocument");
        bench.ok("UpdateAssumeRolePolicy", &form);
        assert!(bench.ok("GetRole", "RoleName=r").contains("123456789012%3Aroot"));
        let form =
            trust("arn:aws:iam::210987654321:role/any", "sts:AssumeRole").replace("RoleName=r", "RoleName=s");
        bench.ok("CreateRole", &form);
    }

    #[test]
    fn trust_policies_have_a_quota() {
        let bench = Bench::new();
        let statement = |sid: usize| {
            format!(
                "{{\"Sid\":\"s{sid}\",\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"ec2.amazonaws.com\"}},\
                 \"Action\":\"sts:AssumeRole\"}}"
            )
        };
        let statements: Vec<_> = (0..25).map(statement).collect();
        let form =
            format!("RoleName=r&AssumeRolePolicyDocument={{\"Statement\":[{}]}}", statements.join(","));
        let fault = bench.fault("CreateRole", &form);
        assert_eq!(fault.code, "LimitExceeded");
        assert_eq!(fault.message, "Cannot exceed quota for ACLSizePerRole: 2048");
    }

    #[test]
    fn a_role_in_use_is_not_deleted() {
        let bench = Bench::new();
        create(&bench, "RoleName=r");
        bench.ok("CreateInstanceProfile", "InstanceProfileName=p");
        bench.ok("AddRoleToInstanceProfile", "InstanceProfileName=p&RoleName=r");
        let refused = |what: &str| {
            let fault = bench.fault("DeleteRole", "RoleName=r");
            assert_eq!(fault.code, "DeleteConflict");
            assert_eq!(fault.message, format!("Cannot delete entity, must {what} first."));
        };
        refused("remove roles from instance profile");
        bench.ok("RemoveRoleFromInstanceProfile", "InstanceProfileName=p&RoleName=r");
        let admin = "RoleName=r&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess";
        bench.ok("AttachRolePolicy", admin);
        refused("detach all policies");
        bench.ok("DetachRolePolicy", admin);
        let document =
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        bench.ok("PutRolePolicy", &format!("RoleName=r&PolicyName=p&PolicyDocument={document}"));
        refused("delete policies");
        bench.ok("DeleteRolePolicy", "RoleName=r&PolicyName=p");
        bench.ok("DeleteRole", "RoleName=r");
    }

    #[test]
    fn roles_are_listed_by_path_and_page() {
        let bench = Bench::new();
        for (name, path) in [("c", "/a/"), ("B", "/a/"), ("a", "/a/b/"), ("d", "/")] {
            create(&bench, &format!("RoleName={name}&Path={path}"));
        }
        let pages = bench.pages("ListRoles", "PathPrefix=/a/&MaxItems=2", "RoleName");
        assert_eq!(pages, [vec!["a", "B"], vec!["c"]]);
    }
}
