//! What goes into an evaluation beside the request, and what comes out.

use std::sync::Arc;

use super::document::{Document, DocumentKind, Effect};
use super::source::Span;

/// Where a policy comes from. [`PolicyKind::as_str`] gives AWS's `SourcePolicyType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// An inline policy of a user.
    User,
    /// An inline policy of a group.
    Group,
    /// An inline policy of a role.
    Role,
    /// A managed policy of AWS.
    AwsManaged,
    /// A managed policy of the account.
    CustomerManaged,
    /// An inline policy of a session.
    Session,
    /// The policy of a resource, or the trust policy of a role.
    Resource,
    /// The account limit.
    AccountLimit,
    /// A policy that was handed to a simulation.
    Input,
}

impl PolicyKind {
    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            PolicyKind::User => "user",
            PolicyKind::Group => "group",
            PolicyKind::Role => "role",
            PolicyKind::AwsManaged => "aws-managed",
            PolicyKind::CustomerManaged => "user-managed",
            PolicyKind::Resource => "resource",
            PolicyKind::Session | PolicyKind::AccountLimit | PolicyKind::Input => "none",
        }
    }
}

/// A policy by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What a decision calls it: a policy's name or ARN.
    pub name: String,
    /// Where it comes from.
    pub kind: PolicyKind,
    /// What it says.
    pub document: Document,
}

impl Policy {
    /// A policy out of its stored text, which is taken as far as it can be read.
    pub fn read(name: impl Into<String>, kind: PolicyKind, text: &str, document: DocumentKind) -> Policy {
        Policy { name: name.into(), kind, document: Document::read(text, document) }
    }
}

/// The policies that apply to a request.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    /// The account limit (as a service control policy); none where the account has none. All of its policies
    /// together must allow. It does not bind services.
    pub account_limit: Option<Vec<Arc<Policy>>>,
    /// The permissions boundary of the user or role.
    pub boundary: Option<Arc<Policy>>,
    /// The inline session policy and the policies of `PolicyArns`; none where the session was given neither.
    pub session: Option<Vec<Arc<Policy>>>,
    /// Inline and managed policies of the user and its groups, or of the role.
    pub identity: Vec<Arc<Policy>>,
    /// The policies of the resource; for `sts:AssumeRole*` the role's trust policy, which is always required.
    pub resource: Vec<Arc<Policy>>,
}

/// What a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is allowed.
    Allowed,
    /// A statement forbids it.
    ExplicitDeny,
    /// No statement allows it where one must.
    ImplicitDeny,
}

impl Outcome {
    /// AWS's `EvalDecision`: `allowed`, `explicitDeny`, `implicitDeny`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Allowed => "allowed",
            Outcome::ExplicitDeny => "explicitDeny",
            Outcome::ImplicitDeny => "implicitDeny",
        }
    }
}

/// A layer of policies, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The account limit.
    AccountLimit,
    /// The permissions boundary.
    Boundary,
    /// The session policies.
    Session,
    /// The policies of the identity; also the root user, who needs none.
    Identity,
    /// The policies of the resource.
    Resource,
}

impl Layer {
    /// A few words for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Layer::AccountLimit => "account limit",
            Layer::Boundary => "permissions boundary",
            Layer::Session => "session policy",
            Layer::Identity => "identity policy",
            Layer::Resource => "resource policy",
        }
    }
}

/// A statement that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// The layer that its policy is in.
    pub layer: Layer,
    /// The name of its policy.
    pub policy: String,
    /// Where its policy comes from.
    pub kind: PolicyKind,
    /// Its place among the policy's statements, from 0.
    pub statement: usize,
    /// Its Sid.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Where it stands in the policy's text.
    pub span: Span,
}

/// What one layer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerOutcome {
    /// The layer.
    pub layer: Layer,
    /// What it says by itself.
    pub outcome: Outcome,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the request gets.
    pub outcome: Outcome,
    /// The layer that decided: that of the denying statement; the first that does not allow where it must; the
    /// one that grants.
    pub layer: Layer,
    /// The statements that decided: all that deny, or all that allow in the layers that count. None for an
    /// implicit deny, and for the root user, whom nothing needs to allow.
    pub statements: Vec<Decider>,
    /// Every layer that has policies, in order.
    pub layers: Vec<LayerOutcome>,
    /// Keys that the policies refer to and the request lacks, sorted: AWS's `MissingContextValues`.
    pub missing_keys: Vec<String>,
}

impl Decision {
    /// Whether the request is allowed.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }
}
