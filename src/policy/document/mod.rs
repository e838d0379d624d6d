//! A policy document: its grammar, read into statements.
//!
//! There are two ways in. [`parse`] is for a policy that is about to be
//! stored: it fails at the first fault. [`Document::read`] is for a policy
//! that is stored already: it keeps all that can be read, and marks what
//! cannot, so that an Allow with a fault grants nothing and a Deny with a
//! fault still denies.
//!
//! The grammar is that of the IAM User Guide, "Grammar of the IAM JSON policy
//! language" and "IAM JSON policy elements reference".

pub mod check;
mod fault;
mod reader;
#[cfg(test)]
mod tests;

pub use fault::{Fault, FaultKind};

use super::operator::Operator;
use super::source::Span;

/// Which elements a document may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A policy of a user, group or role, a managed policy, a permissions boundary, a session policy, an
    /// account limit: no Principal.
    Identity,
    /// The trust policy of a role: a Principal and no Resource.
    Trust,
    /// The policy of a resource: a Principal and a Resource.
    Resource,
}

/// The version of the language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, also where no version is given: no policy variables.
    #[default]
    V2008,
    /// `2012-10-17`.
    V2012,
}

impl Version {
    /// The version as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        }
    }
}

/// What a statement does where it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It grants.
    Allow,
    /// It forbids.
    Deny,
}

impl Effect {
    /// `Allow` or `Deny`.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        }
    }
}

/// A text of the document and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Action or NotAction, Resource or NotResource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Whether it is the element with Not.
    pub negated: bool,
    /// One or more patterns.
    pub patterns: Vec<Located>,
}

/// The sorts of principals that a policy can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalType {
    /// An account, user, role or session.
    Aws,
    /// An AWS service, `ec2.amazonaws.com`.
    Service,
    /// An identity provider.
    Federated,
    /// The canonical user id of an account (S3).
    CanonicalUser,
}

impl PrincipalType {
    /// The name in a policy: `AWS`, `Service`, `Federated`, `CanonicalUser`.
    pub fn as_str(self) -> &'static str {
        match self {
            PrincipalType::Aws => "AWS",
            PrincipalType::Service => "Service",
            PrincipalType::Federated => "Federated",
            PrincipalType::CanonicalUser => "CanonicalUser",
        }
    }
}

/// Principal or NotPrincipal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principals {
    /// Whether it is NotPrincipal.
    pub negated: bool,
    /// Whether it holds `"*"`, alone or as an AWS principal: everybody.
    pub everybody: bool,
    /// All others.
    pub entries: Vec<(PrincipalType, Located)>,
}

/// One operator with one key: a condition block is a list of these, and all must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The operator; none where it is unknown.
    pub operator: Option<Operator>,
    /// The operator as it is written.
    pub operator_text: String,
    /// The key as it is written.
    pub key: String,
    /// The values, of which one must match (or none, with a negated operator). Numbers and booleans are texts.
    pub values: Vec<String>,
    /// Where the key and its values stand.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its place among the statements, from 0.
    pub index: usize,
    /// Its Sid.
    pub sid: Option<String>,
    /// What it does. A statement whose effect cannot be read is a Deny, unless it says `allow` in other case.
    pub effect: Effect,
    /// Principal or NotPrincipal.
    pub principals: Option<Principals>,
    /// Action or NotAction; none where it is missing or cannot be read.
    pub actions: Option<Selection>,
    /// Resource or NotResource; none where there is none or it cannot be read.
    pub resources: Option<Selection>,
    /// All that must hold.
    pub conditions: Vec<Condition>,
    /// Where it stands.
    pub span: Span,
    /// The first fault in it. With one an Allow matches nothing, and a Deny matches in spite of the element
    /// that has it.
    pub fault: Option<Fault>,
}

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which elements it may have.
    pub kind: DocumentKind,
    /// The version of the language that it is in.
    pub version: Version,
    /// Its Id.
    pub id: Option<String>,
    /// What could be read of its statements, in their order.
    pub statements: Vec<Statement>,
    /// All that is wrong with it, in the order of the text.
    pub faults: Vec<Fault>,
    /// Whether the statements could not be told apart at all. Such a policy denies everything, because nobody
    /// knows what it was to deny.
    pub unreadable: bool,
}

impl Document {
    /// Reads what can be read: for policies that are stored already.
    pub fn read(text: &str, kind: DocumentKind) -> Document {
        let mut document = reader::read(text, kind);
        document.faults.sort_by_key(|fault| fault.place);
        document
    }
}

/// Reads a policy that is about to be stored.
///
/// # Errors
///
/// Fails with the fault that AWS tells, which is not always the first in the text; [`faults`] gives all of them.
pub fn parse(text: &str, kind: DocumentKind) -> Result<Document, Fault> {
    let document = Document::read(text, kind);
    match document.faults.iter().min_by_key(|fault| fault.kind.stage()) {
        None => Ok(document),
        Some(fault) => Err(fault.clone()),
    }
}

/// All faults of a document, in the order of the text.
pub fn faults(text: &str, kind: DocumentKind) -> Vec<Fault> {
    Document::read(text, kind).faults
}

/// The size of a policy document as quotas count it: characters without white space.
///
/// The IAM User Guide, "IAM and AWS STS quotas": "IAM does not count white space".
pub fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Quotas of [`size`]: the IAM User Guide, "IAM and AWS STS quotas".
pub mod quota {
    /// All inline policies of a user together.
    pub const USER_INLINE: usize = 2048;
    /// All inline policies of a role together.
    pub const ROLE_INLINE: usize = 10_240;
    /// All inline policies of a group together.
    pub const GROUP_INLINE: usize = 5120;
    /// One managed policy.
    pub const MANAGED: usize = 6144;
    /// The trust policy of a role, unless the account has a higher one.
    pub const TRUST: usize = 2048;
    /// A session policy, in characters with white space.
    pub const SESSION: usize = 2048;
}
