//! All users, groups, roles and policies of the account with all that belongs to them.

use super::call::Call;
use super::groups::Group;
use super::holder::Kind;
use super::instance_profiles::InstanceProfile;
use super::policies::Policy;
use super::policy_usage::Usage;
use super::policy_versions::Version;
use super::roles::Role;
use super::users::User;
use super::{Entry, attachments, inline_policies, reads};
use crate::model::iam::Id;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[reads(Id::GetAccountAuthorizationDetails, get)];

/// One of the things that the reply describes.
#[derive(Debug)]
enum Item {
    User(User),
    Group(Group),
    Role(Role),
    Policy(Policy, Usage),
}

const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

impl Item {
    fn list(&self) -> &'static str {
        let [users, groups, roles, policies] = LISTS;
        match self {
            Item::User(_) => users,
            Item::Group(_) => groups,
            Item::Role(_) => roles,
            Item::Policy(..) => policies,
        }
    }

    fn details(&self, call: &Call<'_>) -> Result<Value, Fault> {
        Ok(match self {
            Item::User(user) => {
                let mut map = user.details(call)?;
                let groups = Group::of_user(call.db, &user.key)?.into_iter().map(|group| group.name.into());
                map.insert("GroupList".into(), groups.collect::<Vec<_>>().into());
                policies(call, &mut map, Kind::User, &user.key)?;
                map.insert("Tags".into(), user.tags().list(call.db)?);
                map
            }
            Item::Group(group) => {
                let mut map = group.details(call);
                policies(call, &mut map, Kind::Group, &group.key)?;
                map
            }
            Item::Role(role) => {
                let mut map = role.details(call)?;
                let profiles = InstanceProfile::of_role(call, &role.key)?.into_iter();
                let profiles = profiles.map(|profile| Ok(profile.summary(call)?.into()));
                map.insert("InstanceProfileList".into(), profiles.collect::<Result<Vec<_>, Fault>>()?.into());
                policies(call, &mut map, Kind::Role, &role.key)?;
                map.insert("Tags".into(), role.tags().list(call.db)?);
                map
            }
            Item::Policy(policy, usage) => {
                let mut map = policy.details(*usage);
                let versions = Version::all(call, policy)?;
                let versions: Vec<Value> = versions.iter().map(|version| version.details().into()).collect();
                map.insert("PolicyVersionList".into(), versions.into());
                map
            }
        }
        .into())
    }
}

/// The inline and the attached policies of an entity.
fn policies(call: &Call<'_>, map: &mut Map, kind: Kind, key: &str) -> Result<(), Fault> {
    map.insert(format!("{}PolicyList", kind.title()).into(), inline_policies::value(call, kind, key)?);
    map.insert("AttachedManagedPolicies".into(), attachments::value(call, kind, key)?);
    Ok(())
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let mut rows = page.part(items(call)?);
    let more = rows.len() > page.items();
    rows.truncate(page.items());
    let mut reply: Map = LISTS.iter().map(|list| ((*list).into(), Value::List(Vec::new()))).collect();
    for (_, item) in &rows {
        if let Some(Value::List(list)) = reply.get_mut(item.list()) {
            list.push(item.details(call)?);
        }
    }
    let last = rows.last().map(|(key, _)| key.as_str()).filter(|_| more);
    page.mark(&mut reply, last);
    Ok(reply)
}

/// All that the filter asks for, with the keys that bring it in order. Of AWS's policies those in use are listed.
fn items(call: &Call<'_>) -> Result<Vec<(String, Item)>, Fault> {
    let filter = call.texts("Filter");
    let wanted = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let mut items = Vec::new();
    if wanted("User") {
        items
            .extend(User::all(call.db)?.into_iter().map(|user| (format!("1{}", user.key), Item::User(user))));
    }
    if wanted("Group") {
        let groups = Group::all(call.db)?.into_iter();
        items.extend(groups.map(|group| (format!("2{}", group.key), Item::Group(group))));
    }
    if wanted("Role") {
        items
            .extend(Role::all(call.db)?.into_iter().map(|role| (format!("3{}", role.key), Item::Role(role))));
    }
    let used = Usage::all(call.db)?;
    let mut policies = if wanted("LocalManagedPolicy") { Policy::own(call.db)? } else { Vec::new() };
    if wanted("AWSManagedPolicy") {
        policies.extend(Policy::of_aws().into_iter().filter(|policy| used.contains_key(&policy.arn)));
    }
    items.extend(policies.into_iter().map(|policy| {
        let usage = used.get(&policy.arn).copied().unwrap_or_default();
        (format!("4{}", policy.sort_key()), Item::Policy(policy, usage))
    }));
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ALLOW_ALL, Bench, TRUST, texts};

    const OPERATION: &str = "GetAccountAuthorizationDetails";
    const VIEW: &str = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";

    fn bench() -> Bench {
        let bench = Bench::new();
        let own = bench.policy("own", "/p/");
        bench.ok("CreatePolicyVersion", &format!("PolicyArn={own}&PolicyDocument={ALLOW_ALL}"));
        let tag = "Tags.member.1.Key=k&Tags.member.1.Value=v";
        bench.ok("CreateUser", &format!("UserName=u&PermissionsBoundary={VIEW}&{tag}"));
        bench.ok("CreateGroup", "GroupName=g");
        bench.ok("AddUserToGroup", "GroupName=g&UserName=u");
        bench.ok("CreateRole", &format!("RoleName=r&AssumeRolePolicyDocument={TRUST}"));
        bench.ok("CreateInstanceProfile", "InstanceProfileName=i");
        bench.ok("AddRoleToInstanceProfile", "InstanceProfileName=i&RoleName=r");
        bench.ok("AttachRolePolicy", &format!("RoleName=r&PolicyArn={own}"));
        bench.ok("PutGroupPolicy", &format!("GroupName=g&PolicyName=inline&PolicyDocument={ALLOW_ALL}"));
        bench
    }

    #[test]
    fn everything_is_told_of_everybody() {
        let reply = bench().ok(OPERATION, "");
        let part = |list: &str| {
            let rest = reply.split(&format!("<{list}>")).nth(1).unwrap();
            rest.split(&format!("</{list}>")).next().unwrap().to_owned()
        };
        let user = part("UserDetailList");
        for text in ["<GroupList><member>g</member></GroupList>", VIEW, "<Key>k</Key>", "<UserPolicyList>"] {
            assert!(user.contains(text), "{text}: {user}");
        }
        let group = part("GroupDetailList");
        assert!(group.contains("<PolicyName>inline<") && group.contains("%22Allow%22"), "{group}");
        let role = part("RoleDetailList");
        for text in ["<InstanceProfileName>i<", "policy/p/own<", "ec2.amazonaws.com", "<RoleLastUsed>"] {
            assert!(role.contains(text), "{text}: {role}");
        }
        let policies = part("Policies");
        assert_eq!(texts(&policies, "VersionId"), ["v2", "v1", texts(&policies, "VersionId")[2].as_str()]);
        assert_eq!(texts(&policies, "PolicyName"), ["own", "ViewOnlyAccess"]);
        assert_eq!(texts(&policies, "AttachmentCount"), ["1", "0"]);
        assert_eq!(texts(&policies, "PermissionsBoundaryUsageCount"), ["0", "1"]);
        assert_eq!(texts(&policies, "Document").len(), 3);
    }

    #[test]
    fn details_are_filtered_and_paged() {
        let bench = bench();
        let one = bench.ok(OPERATION, "Filter.member.1=Role");
        assert!(one.contains("<UserDetailList></UserDetailList>") && one.contains("<RoleName>r<"), "{one}");
        let aws = bench.ok(OPERATION, "Filter.member.1=AWSManagedPolicy");
        assert_eq!(texts(&aws, "Arn"), [VIEW]);
        let local = bench.ok(OPERATION, "Filter.member.1=LocalManagedPolicy");
        assert_eq!(texts(&local, "Arn"), ["arn:aws:iam::123456789012:policy/p/own"]);
        let pages = bench.pages(OPERATION, "MaxItems=2", "CreateDate");
        assert_eq!(pages.len(), 3);
        let ids = |page: &str| bench.pages(OPERATION, page, "UserId").concat();
        assert_eq!(ids("MaxItems=1"), ids(""));
        assert_eq!(bench.fault(OPERATION, "Filter.member.1=Device").code, "ValidationError");
    }

    #[test]
    fn users_and_roles_without_tags_have_an_empty_list_of_them() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        bench.ok("CreateRole", &format!("RoleName=r&AssumeRolePolicyDocument={TRUST}"));
        bench.policy("p", "/");
        let details = bench.ok("GetAccountAuthorizationDetails", "");
        assert_eq!(details.matches("<Tags></Tags>").count(), 2, "{details}");
    }
}
