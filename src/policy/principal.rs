//! Whether a Principal or NotPrincipal element is about who asks.
//!
//! The IAM User Guide, "AWS JSON policy elements: Principal" and
//! "NotPrincipal". How a principal is named decides what a grant is worth; see
//! the evaluation.

use super::document::{PrincipalType, Principals, check};
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
///
/// `has_boundary`: a NotPrincipal spares nobody who has a permissions boundary, as the guide warns.
pub fn named(principals: &Principals, principal: &Principal, has_boundary: bool) -> Option<Naming> {
    if principals.negated {
        let is_spared = principals.everybody || (!has_boundary && is_spared(principals, principal));
        return (!is_spared).then_some(Naming::Everybody);
    }
    let everybody = principals.everybody.then_some(Naming::Everybody);
    let entries = principals.entries.iter().filter_map(|(sort, entry)| one(*sort, &entry.text, principal));
    entries.chain(everybody).max()
}

/// Whether NotPrincipal lists somebody in every shape in which AWS may look at them: a user with the account, a
/// session with its role and the account.
fn is_spared(principals: &Principals, principal: &Principal) -> bool {
    let namings: Vec<Naming> =
        principals.entries.iter().filter_map(|(sort, entry)| one(*sort, &entry.text, principal)).collect();
    let has = |naming| namings.contains(&naming);
    match principal {
        Principal::User { .. } => has(Naming::Account) && has(Naming::Direct),
        Principal::Session { .. } | Principal::FederatedUser { .. } => {
            has(Naming::Account) && has(Naming::Role)
        }
        _ => has(Naming::Direct),
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
            assert_eq!(named(&element(false, &[(sort, text)]), principal, true), want, "{text}");
        }
    }

    #[test]
    fn the_strongest_naming_counts() {
        let mut principals =
            element(false, &[(PrincipalType::Aws, "123456789012"), (PrincipalType::Aws, ROLE)]);
        assert_eq!(named(&principals, &session(), false), Some(Naming::Role));
        principals.everybody = true;
        assert_eq!(named(&principals, &session(), false), Some(Naming::Role));
        assert_eq!(named(&principals, &Principal::Anonymous, false), Some(Naming::Everybody));
    }

    #[test]
    fn not_principal_spares_whom_it_lists_in_every_shape() {
        let aws = PrincipalType::Aws;
        let applies = |entries: &[(PrincipalType, &str)], principal: &Principal| {
            named(&element(true, entries), principal, false) == Some(Naming::Everybody)
        };
        assert!(!applies(&[(aws, ROOT), (aws, ROLE)], &session()));
        assert!(applies(&[(aws, ROOT), (aws, SESSION)], &session()));
        assert!(applies(&[(aws, ROLE), (aws, SESSION)], &session()));
        assert!(applies(&[(aws, ROOT), (aws, ROLE)], &Principal::Anonymous));
        let name = "arn:aws:iam::123456789012:user/u";
        let user = Principal::User { arn: name.into() };
        assert!(!applies(&[(aws, ROOT), (aws, name)], &user));
        assert!(applies(&[(aws, ROOT)], &user));
        assert!(applies(&[(aws, name)], &user));
        assert!(!applies(&[(aws, ROOT)], &Principal::Root { arn: ROOT.into() }));
        let federated = |user_arn: &str| Principal::FederatedUser {
            user_arn: user_arn.into(),
            session_arn: "arn:aws:sts::123456789012:federated-user/f".into(),
        };
        assert!(!applies(&[(aws, ROOT), (aws, name)], &federated(name)));
        assert!(applies(&[(aws, ROOT)], &federated(name)));
        let mut everybody = element(true, &[]);
        everybody.everybody = true;
        assert_eq!(named(&everybody, &user, false), None);
    }

    #[test]
    fn not_principal_spares_nobody_with_a_boundary() {
        let listed = element(true, &[(PrincipalType::Aws, ROOT), (PrincipalType::Aws, ROLE)]);
        assert_eq!(named(&listed, &session(), false), None);
        assert_eq!(named(&listed, &session(), true), Some(Naming::Everybody));
    }
}
