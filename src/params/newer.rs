//! What the model has and AWS CLI 2.36.7 has not.
//!
//! Our tables are a few weeks younger. The members named here are accepted
//! like all others, but skeletons and the lists of known members in messages
//! leave them out, so that both are what that version prints. When the
//! reference version moves on, the list shrinks.

use crate::model::Member;

/// The members, whichever structure they stand in.
const NEWER: &[&str] = &[
    "MinimumSessionTokenSize",
    "OrderedOrganizationPolicyInputList",
    "PolicyExclusionList",
    "SessionTokenSize",
    "SessionTokenUtilization",
    "SourceRoleTemplate",
];

/// The members that the reference version has.
pub(super) fn known(members: &[Member]) -> impl Iterator<Item = &Member> {
    members.iter().filter(|member| !NEWER.contains(&member.name))
}
