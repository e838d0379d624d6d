//! Which services and actions there are, on which resources an action works
//! and which condition keys it knows.
//!
//! The table comes with the program, an entry a service, and one entry is
//! inflated for a question about one service. Its facts are those of AWS's
//! Service Authorization Reference, as `third_party/iam-data` has them.

use crate::closest;
use crate::packed::Packed;

use super::pattern::Pattern;

static TABLE: &[u8] = include_bytes!("actions.pack");

/// What an action does, by AWS's classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessLevel {
    /// It lists resources.
    List,
    /// It reads what a resource holds.
    Read,
    /// It makes, changes or deletes resources.
    Write,
    /// It changes tags only.
    Tagging,
    /// It grants or changes permissions.
    Permissions,
}

impl AccessLevel {
    /// AWS's words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            AccessLevel::List => "List",
            AccessLevel::Read => "Read",
            AccessLevel::Write => "Write",
            AccessLevel::Tagging => "Tagging",
            AccessLevel::Permissions => "Permissions management",
        }
    }

    fn of(letter: char) -> Option<AccessLevel> {
        Some(match letter {
            'L' => AccessLevel::List,
            'R' => AccessLevel::Read,
            'W' => AccessLevel::Write,
            'T' => AccessLevel::Tagging,
            'P' => AccessLevel::Permissions,
            _ => return None,
        })
    }
}

/// A type of resource that an action works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionResource {
    /// The name of the type within its service.
    pub name: String,
    /// Whether a request always names one.
    pub required: bool,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The name without its service: `GetObject`.
    pub name: String,
    /// What it does; some are of two levels.
    pub levels: Vec<AccessLevel>,
    /// The types of resources that it works on; none where a policy can only say `*`.
    pub resources: Vec<ActionResource>,
    /// The condition keys that its requests have, beside the global ones. Some hold a place such as
    /// `aws:RequestTag/${TagKey}`.
    pub condition_keys: Vec<String>,
}

/// A type of resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// Its name: `bucket`.
    pub name: String,
    /// Its ARN with places: `arn:${Partition}:s3:::${BucketName}`.
    pub arn: String,
    /// The condition keys that requests about it have.
    pub condition_keys: Vec<String>,
}

impl ResourceType {
    /// Whether an ARN is one of this type.
    pub fn is_type_of(&self, arn: &str) -> bool {
        Pattern::wild(&with_wildcards(&self.arn)).matches_resource(arn)
    }
}

/// A condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionKey {
    /// Its name: `s3:prefix`.
    pub name: String,
    /// The type of its values: `String`, `ARN`, `Bool`, `Date`, `Numeric`, `IPAddress`, or `ArrayOf` one.
    pub value_type: String,
}

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// What stands before the colon of its actions.
    pub prefix: String,
    /// Its full name.
    pub name: String,
    /// Its actions.
    pub actions: Vec<Action>,
    /// Its types of resources.
    pub resource_types: Vec<ResourceType>,
    /// Its condition keys.
    pub condition_keys: Vec<ConditionKey>,
}

impl Service {
    /// The action of this name, without regard to case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name.eq_ignore_ascii_case(name))
    }

    /// Whether a name of a policy, which may hold wildcards, covers at least one of its actions.
    pub fn has_match(&self, name: &str) -> bool {
        let name = Pattern::wild(name);
        self.actions.iter().any(|action| name.matches_ignoring_case(&action.name))
    }

    /// The types of resources that an action works on.
    pub fn resource_types_of(&self, action: &Action) -> Vec<&ResourceType> {
        let is_of = |kind: &&ResourceType| action.resources.iter().any(|resource| resource.name == kind.name);
        self.resource_types.iter().filter(is_of).collect()
    }
}

/// The prefixes of all services, sorted.
pub fn services() -> Vec<&'static str> {
    Packed::new(TABLE).map(|table| table.names().collect()).unwrap_or_default()
}

/// The service of this prefix, without regard to case.
pub fn service(prefix: &str) -> Option<Service> {
    let text = Packed::new(TABLE)?.text(&prefix.to_ascii_lowercase())?;
    let mut service = Service::default();
    for line in text.lines() {
        let mut fields = line.split('\t');
        let kind = fields.next().unwrap_or_default();
        let mut field = || fields.next().unwrap_or_default();
        match kind {
            "S" => (service.prefix, service.name) = (field().to_owned(), field().to_owned()),
            "K" => {
                let (name, value_type) = (field().to_owned(), field().to_owned());
                service.condition_keys.push(ConditionKey { name, value_type });
            }
            "R" => service.resource_types.push(ResourceType {
                name: field().to_owned(),
                arn: field().to_owned(),
                condition_keys: words(field()),
            }),
            _ => service.actions.push(Action {
                name: field().to_owned(),
                levels: field().chars().filter_map(AccessLevel::of).collect(),
                resources: field().split_ascii_whitespace().map(resource).collect(),
                condition_keys: words(field()),
            }),
        }
    }
    Some(service)
}

/// Whether there is an action `service:Name`, without regard to case.
pub fn is_known(action: &str) -> bool {
    let Some((prefix, name)) = action.split_once(':') else { return false };
    service(prefix).is_some_and(|service| service.action(name).is_some())
}

/// The actions whose names come close to one that is not known, best first: `s3:GetObject` for `s3:GetObjekt`,
/// and the same name in a service whose prefix comes close.
pub fn closest(action: &str) -> Vec<String> {
    let Some((prefix, name)) = action.split_once(':') else { return Vec::new() };
    let lower = prefix.to_ascii_lowercase();
    let prefixes = match services().contains(&lower.as_str()) {
        true => vec![lower],
        false => closest::closest(&lower, services().into_iter()),
    };
    let mut found = Vec::new();
    for service in prefixes.iter().filter_map(|prefix| service(prefix)) {
        let names = match service.action(name) {
            Some(action) => vec![action.name.clone()],
            None => {
                let lower = |name: &str| name.to_ascii_lowercase();
                let lowered: Vec<String> = service.actions.iter().map(|action| lower(&action.name)).collect();
                let close = closest::closest(&lower(name), lowered.iter().map(String::as_str));
                close.iter().filter_map(|name| Some(service.action(name)?.name.clone())).collect()
            }
        };
        found.extend(names.iter().map(|name| format!("{}:{name}", service.prefix)));
    }
    found
}

fn words(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}

fn resource(word: &str) -> ActionResource {
    match word.strip_suffix('*') {
        Some(name) => ActionResource { name: name.to_owned(), required: true },
        None => ActionResource { name: word.to_owned(), required: false },
    }
}

/// The places of an ARN as wildcards.
fn with_wildcards(arn: &str) -> String {
    let mut text = String::new();
    let mut rest = arn;
    while let Some((before, after)) = rest.split_once("${") {
        let (_, behind) = after.split_once('}').unwrap_or_default();
        text.push_str(before);
        text.push('*');
        rest = behind;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_all_services_and_every_entry_can_be_read() {
        let services = services();
        assert!(services.len() > 400, "{}", services.len());
        let mut actions = 0;
        for prefix in services {
            let service = service(prefix).unwrap();
            assert_eq!(service.prefix, prefix);
            assert!(!service.name.is_empty());
            assert!(service.actions.iter().all(|action| !action.levels.is_empty()), "{prefix}");
            assert!(service.resource_types.iter().all(|kind| kind.arn.starts_with("arn:")), "{prefix}");
            actions += service.actions.len();
        }
        assert!(actions > 20_000, "{actions}");
    }

    #[test]
    fn an_action_has_levels_resources_and_keys() {
        let iam = service("IAM").unwrap();
        let create = iam.action("createrole").unwrap();
        assert_eq!(create.name, "CreateRole");
        assert_eq!(create.levels, [AccessLevel::Write]);
        let attach = iam.action("AttachRolePolicy").unwrap();
        assert_eq!(attach.levels, [AccessLevel::Permissions, AccessLevel::Write]);
        assert_eq!(attach.levels[0].as_str(), "Permissions management");
        assert_eq!(create.resources, [ActionResource { name: "role".into(), required: true }]);
        assert!(create.condition_keys.iter().any(|key| key == "iam:PermissionsBoundary"));
        let [role] = iam.resource_types_of(create)[..] else { panic!() };
        assert_eq!(role.arn, "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}");
        assert!(role.is_type_of("arn:aws:iam::123456789012:role/a/b"));
        assert!(!role.is_type_of("arn:aws:iam::123456789012:user/a"));
        let key = iam.condition_keys.iter().find(|key| key.name == "iam:PermissionsBoundary").unwrap();
        assert_eq!(key.value_type, "ARN");
        assert!(service("nosuch").is_none());
    }

    #[test]
    fn actions_are_known_without_regard_to_case() {
        assert!(is_known("s3:GetObject") && is_known("S3:getobject"));
        assert!(!is_known("s3:GetObjekt") && !is_known("GetObject") && !is_known("s4:GetObject"));
        let s3 = service("s3").unwrap();
        assert!(s3.has_match("Get*") && s3.has_match("?etobject") && s3.has_match("*"));
        assert!(!s3.has_match("Fetch*") && !s3.has_match("GetObjec"));
    }

    #[test]
    fn close_names_are_offered() {
        assert_eq!(closest("s3:GetObjekt")[0], "s3:GetObject");
        assert_eq!(closest("S3:getobjekt")[0], "s3:GetObject");
        assert_eq!(closest("dynamdb:GetItem"), ["dynamodb:GetItem"]);
        assert!(closest("s3:Qwertyuiop").is_empty());
        assert!(closest("GetObject").is_empty());
    }
}
