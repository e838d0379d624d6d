//! Whether a Principal or NotPrincipal element is about who asks.
//!
//! The IAM User Guide, "AWS JSON policy elements: Principal" and
//! "NotPrincipal". How a principal is named decides what a grant is worth; see
//! the evaluation.

use super::document::{Effect, PrincipalType, Principals, check};
use super::request::Principal;

/// How an element names who asks, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Naming {
    /// By its account: the account decides for itself, with policies of its identities.
    Account,
    /// As one of everybody: `"*"`, or by NotPrincipal.
    Everybody,
    /// As the role of the session, or the user behind a federated user.
    Role,
    /// As exactly the one who asks.
    Direct,
}

/// How the element names this principal; none where it does not.
pub fn named(principals: &Principals, effect: Effect, principal: &Principal) -> Option<Naming> {
    if principals.negated {
        return applies_in_spite_of(principals, effect, principal).then_some(Naming::Everybody);
    }
    let everybody = principals.everybody.then_some(Naming::Everybody);
    let entries = principals.entries.iter().filter_map(|(sort, entry)| one(*sort, &entry.text, principal));
    entries.chain(everybody).max()
}

/// NotPrincipal. A session is the account's, the role's and its own; a Deny spares only those of whom every
/// one of these is listed, and an Allow grants only to those of whom none is, as the guide advises to write it.
fn applies_in_spite_of(principals: &Principals, effect: Effect, principal: &Principal) -> bool {
    if principals.everybody {
        return false;
    }
    let namings: Vec<Naming> =
        principals.entries.iter().filter_map(|(sort, entry)| one(*sort, &entry.text, principal)).collect();
    let has = |naming| namings.contains(&naming);
    let is_spared = match principal {
        Principal::User { .. } => has(Naming::Account) && has(Naming::Direct),
        Principal::Session { .. } | Principal::FederatedUser { .. } => {
            has(Naming::Account) && has(Naming::Role) && has(Naming::Direct)
        }
        _ => has(Naming::Direct),
    };
    match effect {
        Effect::Deny => !is_spared,
        Effect::Allow => namings.is_empty(),
    }
}

fn one(sort: PrincipalType, text: &str, principal: &Principal) -> Option<Naming> {
    match (sort, principal) {
        (PrincipalType::Aws, Principal::Root { arn }) => {
            (text == arn || is_account_of(text, arn)).then_some(Naming::Direct)
        }
        (PrincipalType::Aws, Principal::User { arn }) => exact(text, arn, None),
        (PrincipalType::Aws, Principal::Session { role_arn, session_arn }) => {
            exact(text, session_arn, Some(role_arn))
        }
        (PrincipalType::Aws, Principal::FederatedUser { user_arn, session_arn }) => {
            exact(text, session_arn, Some(user_arn))
        }
        (PrincipalType::Service, Principal::Service { name }) => (text == name).then_some(Naming::Direct),
        (PrincipalType::Federated, Principal::WebIdentity { provider } | Principal::Saml { provider }) => {
            (text == provider).then_some(Naming::Direct)
        }
        _ => None,
    }
}

fn exact(text: &str, arn: &str, behind: Option<&str>) -> Option<Naming> {
    if text == arn {
        Some(Naming::Direct)
    } else if Some(text) == behind {
        Some(Naming::Role)
    } else {
        is_account_of(text, arn).then_some(Naming::Account)
    }
}

/// Whether the text is the account of an ARN: its twelve digits, or its root.
fn is_account_of(text: &str, arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let (Some(partition), Some(account)) = (parts.nth(1), parts.nth(2)) else { return false };
    if check::is_account(text) {
        return text == account;
    }
    text.strip_suffix(":root") == Some(&format!("arn:{partition}:iam::{account}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::document::Located;
    use crate::policy::source::Span;

    fn element(negated: bool, entries: &[(PrincipalType, &str)]) -> Principals {
        let located = |text: &str| Located { text: text.to_owned(), span: Span::default() };
        let entries = entries.iter().map(|(sort, text)| (*sort, located(text))).collect();
        Principals { negated, everybody: false, entries }
    }

    fn session() -> Principal {
        Principal::Session { role_arn: ROLE.into(), session_arn: SESSION.into() }
    }

    const ROLE: &str = "arn:aws:iam::123456789012:role/a/r";
    const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/r/s";
    const ROOT: &str = "arn:aws:iam::123456789012:root";

    #[test]
    fn who_is_named_how() {
        let user = Principal::User { arn: "arn:aws:iam::123456789012:user/u".into() };
        let root = Principal::Root { arn: ROOT.into() };
        let service = Principal::Service { name: "ec2.amazonaws.com".into() };
        let web = Principal::WebIdentity { provider: "accounts.google.com".into() };
        let saml = Principal::Saml { provider: "arn:aws:iam::123456789012:saml-provider/p".into() };
        use Naming::{Account, Direct, Role};
        use PrincipalType::{Aws, Federated, Service};
        for (sort, text, principal, want) in [
            (Aws, ROLE, &session(), Some(Role)),
            (Aws, SESSION, &session(), Some(Direct)),
            (Aws, ROOT, &session(), Some(Account)),
            (Aws, "123456789012", &session(), Some(Account)),
            (Aws, "arn:aws-cn:iam::123456789012:root", &session(), None),
            (Aws, "210987654321", &session(), None),
            (Aws, "arn:aws:iam::123456789012:user/u", &user, Some(Direct)),
            (Aws, "arn:aws:iam::123456789012:user/v", &user, None),
            (Aws, "123456789012", &root, Some(Direct)),
            (Aws, ROOT, &root, Some(Direct)),
            (Service, "ec2.amazonaws.com", &service, Some(Direct)),
            (Service, "s3.amazonaws.com", &service, None),
            (Aws, "123456789012", &service, None),
            (Federated, "accounts.google.com", &web, Some(Direct)),
            (Federated, "accounts.google.com", &saml, None),
            (Federated, "arn:aws:iam::123456789012:saml-provider/p", &saml, Some(Direct)),
            (Aws, "123456789012", &Principal::Anonymous, None),
        ] {
            assert_eq!(named(&element(false, &[(sort, text)]), Effect::Allow, principal), want, "{text}");
        }
    }

    #[test]
    fn the_strongest_naming_counts() {
        let mut principals =
            element(false, &[(PrincipalType::Aws, "123456789012"), (PrincipalType::Aws, ROLE)]);
        assert_eq!(named(&principals, Effect::Allow, &session()), Some(Naming::Role));
        principals.everybody = true;
        assert_eq!(named(&principals, Effect::Allow, &session()), Some(Naming::Role));
        assert_eq!(named(&principals, Effect::Allow, &Principal::Anonymous), Some(Naming::Everybody));
    }

    #[test]
    fn not_principal_spares_whom_it_lists_in_every_shape() {
        let aws = PrincipalType::Aws;
        let full = element(true, &[(aws, ROOT), (aws, ROLE), (aws, SESSION)]);
        assert_eq!(named(&full, Effect::Deny, &session()), None);
        assert_eq!(named(&full, Effect::Allow, &session()), None);
        for part in [[(aws, ROOT), (aws, ROLE)], [(aws, ROOT), (aws, SESSION)], [(aws, ROLE), (aws, SESSION)]]
        {
            assert_eq!(named(&element(true, &part), Effect::Deny, &session()), Some(Naming::Everybody));
            assert_eq!(named(&element(true, &part), Effect::Allow, &session()), None);
        }
        let other = element(true, &[(aws, "210987654321")]);
        assert_eq!(named(&other, Effect::Allow, &session()), Some(Naming::Everybody));
        assert_eq!(named(&other, Effect::Deny, &Principal::Anonymous), Some(Naming::Everybody));
        let user = Principal::User { arn: "arn:aws:iam::123456789012:user/u".into() };
        let both = element(true, &[(aws, ROOT), (aws, "arn:aws:iam::123456789012:user/u")]);
        assert_eq!(named(&both, Effect::Deny, &user), None);
        assert_eq!(named(&element(true, &[(aws, ROOT)]), Effect::Deny, &user), Some(Naming::Everybody));
        let mut everybody = element(true, &[]);
        everybody.everybody = true;
        assert_eq!(named(&everybody, Effect::Deny, &user), None);
    }
}
