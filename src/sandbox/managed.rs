//! The managed policies of AWS: a list that the program carries with it.
//!
//! They are not stored in the account's file. The list knows the version that
//! was the default when it was made, and no other. Names and paths are read
//! where they lie; dates are in one entry of their own, so that listing them
//! inflates no document, and one document costs one block.

use std::borrow::Cow;

use super::clock::Seconds;
use crate::packed::Packed;

static DATA: &[u8] = include_bytes!("../../third_party/aws-managed-policies/policies.ipk");

/// What the ARNs of all of them begin with.
const PREFIX: &str = "arn:aws:iam::aws:policy/";

/// The entry that has a line of facts for each policy.
const FACTS: &str = "/facts";

/// What is known of a policy besides its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Managed {
    /// The ARN without what all begin with: `job-function/Billing`.
    entry: &'static str,
    /// The number of the only version that is known.
    pub(super) version: i64,
    pub(super) created: Seconds,
    pub(super) updated: Seconds,
}

impl Managed {
    pub(super) fn name(&self) -> &'static str {
        self.entry.rsplit('/').next().unwrap_or_default()
    }

    /// With a slash at both ends.
    pub(super) fn path(&self) -> Cow<'static, str> {
        match self.entry.rsplit_once('/') {
            Some((path, _)) => format!("/{path}/").into(),
            None => "/".into(),
        }
    }

    pub(super) fn arn(&self) -> String {
        format!("{PREFIX}{}", self.entry)
    }

    /// An identifier that is always the same. The list has none, so this is not the one that AWS gives.
    pub(super) fn id(&self) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, self.entry.as_bytes());
        let letters = digest.as_ref().iter().map(|byte| match byte % 32 {
            low @ 0..26 => char::from(b'A' + low),
            high => char::from(b'2' + high - 26),
        });
        super::ids::prefix::POLICY.chars().chain(letters).take(21).collect()
    }
}

/// Whether an ARN is that of a policy of AWS, known or not.
pub(super) fn is_arn(arn: &str) -> bool {
    arn.starts_with(PREFIX)
}

/// The document of the policy of this ARN, as JSON; none where no such policy is known.
pub(super) fn document(arn: &str) -> Option<String> {
    arn.strip_prefix(PREFIX).filter(|entry| *entry != FACTS).and_then(|entry| packed()?.text(entry))
}

/// The policy of this ARN.
pub(super) fn find(arn: &str) -> Option<Managed> {
    let entry = arn.strip_prefix(PREFIX)?;
    if !packed()?.contains(entry) {
        return None;
    }
    all().into_iter().find(|policy| policy.entry == entry)
}

/// All policies, in the order of their ARNs.
pub(super) fn all() -> Vec<Managed> {
    let Some(packed) = packed() else { return Vec::new() };
    let facts = packed.text(FACTS).unwrap_or_default();
    let names = packed.names().filter(|name| *name != FACTS);
    names.zip(facts.lines()).filter_map(|(entry, line)| read(entry, line)).collect()
}

/// The ARNs of all.
pub fn arns() -> impl Iterator<Item = String> {
    all().into_iter().map(|policy| policy.arn())
}

fn read(entry: &'static str, line: &str) -> Option<Managed> {
    let mut numbers = line.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Managed { entry, version: next()?, created: next()?, updated: next()? })
}

fn packed() -> Option<Packed<'static>> {
    Packed::new(DATA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{DocumentKind, faults};

    #[test]
    fn a_policy_of_aws_is_found_with_its_document() {
        let policy = find("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess").unwrap();
        assert_eq!((policy.name(), policy.path().as_ref()), ("ViewOnlyAccess", "/job-function/"));
        assert_eq!(policy.arn(), "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess");
        assert!(policy.created > 1_400_000_000 && policy.updated > policy.created, "{policy:?}");
        assert!(policy.id().len() == 21 && policy.id().starts_with("ANPA"), "{}", policy.id());
        let document = document("arn:aws:iam::aws:policy/AdministratorAccess").unwrap();
        assert_eq!(
            document,
            r#"{"Version":"2012-10-17","Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}]}"#
        );
        for unknown in ["arn:aws:iam::aws:policy/ViewOnlyAccess", "arn:aws:iam::aws:policy//facts", "x"] {
            assert!(find(unknown).is_none() && super::document(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn each_line_of_facts_belongs_to_a_policy() {
        let packed = packed().unwrap();
        let all = all();
        assert!(all.len() > 1000);
        assert_eq!(all.len() + 1, packed.len());
        assert_eq!(packed.text(FACTS).unwrap().lines().count(), all.len());
        let paths = ["/", "/aws-service-role/", "/job-function/", "/root-task/", "/service-role/"];
        assert!(all.iter().all(|policy| paths.contains(&policy.path().as_ref())));
    }

    #[test]
    fn every_document_of_aws_can_be_read() {
        for (name, text) in packed().unwrap().all() {
            if name != FACTS {
                let text = String::from_utf8(text).unwrap();
                let faults = faults(&text, DocumentKind::Identity);
                assert!(faults.is_empty(), "{name}: {faults:?}");
            }
        }
    }
}
