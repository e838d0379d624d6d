//! What is asked: who wants to do what to which resource.

use std::collections::BTreeMap;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// The root user of an account.
    Root {
        /// `arn:aws:iam::123456789012:root`
        arn: String,
    },
    /// An IAM user.
    User {
        /// `arn:aws:iam::123456789012:user/path/name`
        arn: String,
    },
    /// The session of an assumed role.
    Session {
        /// The role, with its path: `arn:aws:iam::123456789012:role/path/name`
        role_arn: String,
        /// `arn:aws:sts::123456789012:assumed-role/name/session`
        session_arn: String,
    },
    /// The session of a federated user (GetFederationToken).
    FederatedUser {
        /// The user who called, `arn:aws:iam::123456789012:user/path/name`
        user_arn: String,
        /// `arn:aws:sts::123456789012:federated-user/name`
        session_arn: String,
    },
    /// An AWS service.
    Service {
        /// `ec2.amazonaws.com`
        name: String,
    },
    /// Somebody with a token of an OpenID Connect provider (AssumeRoleWithWebIdentity).
    WebIdentity {
        /// The provider's ARN, or its name (`accounts.google.com`).
        provider: String,
    },
    /// Somebody with an assertion of a SAML provider (AssumeRoleWithSAML).
    Saml {
        /// The provider's ARN.
        provider: String,
    },
    /// Nobody in particular.
    Anonymous,
}

impl Principal {
    /// The ARN that the request is made with, if the principal has one.
    pub fn arn(&self) -> Option<&str> {
        match self {
            Principal::Root { arn } | Principal::User { arn } => Some(arn),
            Principal::Session { session_arn, .. } | Principal::FederatedUser { session_arn, .. } => {
                Some(session_arn)
            }
            Principal::Service { .. }
            | Principal::WebIdentity { .. }
            | Principal::Saml { .. }
            | Principal::Anonymous => None,
        }
    }

    /// The twelve digits of the principal's account, if it is of one.
    pub fn account(&self) -> Option<&str> {
        account_of(self.arn()?)
    }
}

/// The account in an ARN, if it names one.
pub fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// The context of a request: keys without regard to case, each with one value or many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    keys: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// A context without keys.
    pub fn new() -> Context {
        Context::default()
    }

    /// Gives a key one value, in the place of what it had.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.set_all(key, vec![value.into()]);
    }

    /// Gives a key these values, in the place of what it had. Without any value the key counts as absent.
    pub fn set_all(&mut self, key: &str, values: Vec<String>) {
        self.keys.insert(key.to_ascii_lowercase(), values);
    }

    /// As [`Context::set`], unless the key is there already.
    pub fn set_default(&mut self, key: &str, value: impl Into<String>) {
        self.keys.entry(key.to_ascii_lowercase()).or_insert_with(|| vec![value.into()]);
    }

    /// The values of a key; none where it is absent or has none.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.keys.get(&key.to_ascii_lowercase()).map(Vec::as_slice).filter(|values| !values.is_empty())
    }

    /// All keys, in lower case, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.keys.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// `service:Action`; its case does not matter.
    pub action: String,
    /// The ARN of the resource, or `*` for an action that has none.
    pub resource: String,
    /// The account that the resource belongs to; none stands for the principal's own.
    pub resource_account: Option<String>,
    /// Condition keys.
    pub context: Context,
}

impl Request {
    /// A request about a resource of the principal's own account, with an empty context.
    pub fn new(principal: Principal, action: impl Into<String>, resource: impl Into<String>) -> Request {
        Request {
            principal,
            action: action.into(),
            resource: resource.into(),
            resource_account: None,
            context: Context::new(),
        }
    }

    /// Whether principal and resource are of different accounts. A principal without an account, such as a
    /// service, is of none, and needs no policy of its own.
    pub fn is_cross_account(&self) -> bool {
        match (self.principal.account(), self.resource_account.as_deref()) {
            (Some(own), Some(other)) => own != other,
            _ => false,
        }
    }

    /// Adds the keys that follow from the principal and the resource, where the context lacks them:
    /// `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`, `aws:ResourceAccount`,
    /// `aws:PrincipalIsAWSService`, `aws:PrincipalServiceName`.
    pub fn add_principal_keys(&mut self) {
        let context = &mut self.context;
        let (arn, sort) = match &self.principal {
            Principal::Root { arn } => (Some(arn), "Account"),
            Principal::User { arn } => {
                context.set_default("aws:username", arn.rsplit('/').next().unwrap_or_default());
                (Some(arn), "User")
            }
            Principal::Session { role_arn, .. } => (Some(role_arn), "AssumedRole"),
            Principal::FederatedUser { session_arn, .. } => (Some(session_arn), "FederatedUser"),
            Principal::Service { name } => {
                context.set_default("aws:PrincipalServiceName", name.as_str());
                (None, "Service")
            }
            Principal::WebIdentity { .. } | Principal::Saml { .. } | Principal::Anonymous => {
                (None, "Anonymous")
            }
        };
        context.set_default("aws:PrincipalIsAWSService", (sort == "Service").to_string());
        if sort != "Service" {
            context.set_default("aws:PrincipalType", sort);
        }
        if let Some(arn) = arn {
            context.set_default("aws:PrincipalArn", arn.as_str());
            if let Some(account) = account_of(arn) {
                context.set_default("aws:PrincipalAccount", account);
            }
        }
        let account = self.resource_account.as_deref().or_else(|| self.principal.account());
        if let Some(account) = account {
            context.set_default("aws:ResourceAccount", account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(principal: Principal) -> String {
        let mut request = Request::new(principal, "s3:GetObject", "*");
        request.context.set("AWS:principaltype", "Given");
        request.add_principal_keys();
        let pairs: Vec<_> = request.context.iter().map(|(key, values)| format!("{key}={values:?}")).collect();
        pairs.join(" ")
    }

    #[test]
    fn keys_follow_from_the_principal() {
        assert_eq!(
            keys(Principal::User { arn: "arn:aws:iam::123456789012:user/dev/alice".into() }),
            "aws:principalaccount=[\"123456789012\"] \
             aws:principalarn=[\"arn:aws:iam::123456789012:user/dev/alice\"] \
             aws:principalisawsservice=[\"false\"] aws:principaltype=[\"Given\"] \
             aws:resourceaccount=[\"123456789012\"] aws:username=[\"alice\"]"
        );
        let session = Principal::Session {
            role_arn: "arn:aws:iam::123456789012:role/a/r".into(),
            session_arn: "arn:aws:sts::123456789012:assumed-role/r/s".into(),
        };
        assert!(keys(session).contains("aws:principalarn=[\"arn:aws:iam::123456789012:role/a/r\"]"));
        assert_eq!(
            keys(Principal::Service { name: "ec2.amazonaws.com".into() }),
            "aws:principalisawsservice=[\"true\"] aws:principalservicename=[\"ec2.amazonaws.com\"] \
             aws:principaltype=[\"Given\"]"
        );
    }

    #[test]
    fn a_key_without_values_is_absent_and_case_does_not_matter() {
        let mut context = Context::new();
        context.set_all("aws:TagKeys", Vec::new());
        context.set("S3:Prefix", "a");
        assert_eq!(context.get("aws:tagkeys"), None);
        assert_eq!(context.get("s3:prefix").unwrap(), ["a"]);
        context.set_default("s3:PREFIX", "b");
        assert_eq!(context.get("s3:prefix").unwrap(), ["a"]);
    }

    #[test]
    fn accounts_are_compared() {
        let alice = Principal::User { arn: "arn:aws:iam::123456789012:user/alice".into() };
        let mut request = Request::new(alice, "s3:GetObject", "arn:aws:s3:::b/k");
        assert!(!request.is_cross_account());
        request.resource_account = Some("123456789012".into());
        assert!(!request.is_cross_account());
        request.resource_account = Some("210987654321".into());
        assert!(request.is_cross_account());
        request.principal = Principal::Anonymous;
        assert!(!request.is_cross_account());
    }
}
