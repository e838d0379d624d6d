//! What can be wrong with a policy document, in AWS's words and in ours.
//!
//! AWS answers `MalformedPolicyDocument` with a short message, on which tests
//! and scripts depend, and never says where. Where its message for a fault is
//! not publicly known, it is one of the two general ones.

use crate::policy::source::{Place, Span};

/// The sorts of faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is no JSON.
    Json,
    /// A name stands twice in an object.
    DuplicateKey(String),
    /// An element that the grammar does not know here.
    UnknownElement(String),
    /// An element, or a value of one, has the wrong type or is empty.
    WrongType(&'static str),
    /// The version is none of the two.
    Version(String),
    /// A new identity policy of the older version, or of none, which stands for the older.
    OldVersion,
    /// The document has no statement.
    NoStatement,
    /// A Sid with other characters than letters and digits.
    SidCharacters(String),
    /// A Sid that another statement has.
    SidNotUnique(String),
    /// The effect is missing or none of `Allow` and `Deny`.
    Effect(Option<String>),
    /// The effect is `Allow` or `Deny` in other case.
    EffectCase(String),
    /// An element and its Not stand together.
    Both(&'static str, &'static str),
    /// No Action and no NotAction.
    NoAction,
    /// An action without a service in front.
    NoVendor(String),
    /// The service in front of an action cannot be one.
    Vendor(String),
    /// An action with more than one colon.
    ActionColons(String),
    /// A trust policy with an action that is none of STS.
    TrustAction(String),
    /// No Resource and no NotResource.
    NoResource,
    /// A resource that is neither an ARN nor `*`.
    ResourceFormat(String),
    /// An ARN that breaks off within, or has no service.
    ResourceParts(String),
    /// An ARN that ends before its service, or has wildcards there.
    ResourceVendor(String),
    /// The partition of an ARN is none.
    Partition {
        /// The partition.
        partition: String,
        /// The whole ARN, as AWS completes it.
        arn: String,
    },
    /// An ARN of IAM with a region, or of S3 with a region or account where none may stand.
    ResourceRegion(String),
    /// An ARN of IAM whose resource is of no sort that IAM has.
    IamPath(String),
    /// A trust policy with a Resource.
    ProhibitedResource,
    /// A trust policy with a NotResource.
    ProhibitedNotResource,
    /// An identity policy with a Principal.
    ProhibitedPrincipal,
    /// A trust policy with a NotPrincipal.
    ProhibitedNotPrincipal,
    /// A NotPrincipal with Allow.
    AllowNotPrincipal,
    /// No Principal where there must be one.
    NoPrincipal,
    /// A Principal without any sort of principals.
    EmptyPrincipal,
    /// A sort of principals with nobody in it.
    Nobody,
    /// `"Principal": "*"` in a trust policy, where it has to be `{"AWS": "*"}`.
    StarPrincipal,
    /// A principal that cannot be one.
    Principal {
        /// `AWS`, `SERVICE`, `FEDERATED`.
        sort: String,
        /// The text.
        text: String,
    },
    /// An unknown operator.
    Operator(String),
    /// A date operator with a value that is no date.
    Date(String),
}

/// One fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// AWS's message for it.
    pub message: String,
    /// What is wrong and what to write instead, for a person.
    pub sentence: String,
    /// Where.
    pub place: Place,
}

impl FaultKind {
    /// The stage of AWS's validation that finds it. AWS tells the fault of the earliest stage, wherever it stands.
    pub(super) fn stage(&self) -> u8 {
        match self {
            FaultKind::Json
            | FaultKind::DuplicateKey(_)
            | FaultKind::UnknownElement(_)
            | FaultKind::WrongType(_)
            | FaultKind::Version(_)
            | FaultKind::NoStatement
            | FaultKind::Effect(_)
            | FaultKind::Both(..)
            | FaultKind::AllowNotPrincipal
            | FaultKind::EmptyPrincipal
            | FaultKind::Nobody
            | FaultKind::Operator(_) => 0,
            FaultKind::OldVersion => 1,
            FaultKind::EffectCase(_) | FaultKind::ResourceParts(_) | FaultKind::Date(_) => 2,
            FaultKind::SidCharacters(_) | FaultKind::SidNotUnique(_) => 3,
            FaultKind::NoAction => 4,
            FaultKind::ResourceFormat(_)
            | FaultKind::ResourceVendor(_)
            | FaultKind::Partition { .. }
            | FaultKind::ResourceRegion(_)
            | FaultKind::IamPath(_) => 5,
            FaultKind::NoResource => 6,
            FaultKind::NoVendor(_)
            | FaultKind::Vendor(_)
            | FaultKind::ActionColons(_)
            | FaultKind::TrustAction(_) => 7,
            FaultKind::ProhibitedResource
            | FaultKind::ProhibitedNotResource
            | FaultKind::ProhibitedPrincipal
            | FaultKind::ProhibitedNotPrincipal
            | FaultKind::NoPrincipal
            | FaultKind::Principal { .. } => 8,
            FaultKind::StarPrincipal => 9,
        }
    }

    /// Whether it leaves in doubt what the policy means. A Sid or an old version does not.
    pub(super) fn is_doubtful(&self) -> bool {
        !matches!(
            self,
            FaultKind::SidCharacters(_)
                | FaultKind::SidNotUnique(_)
                | FaultKind::OldVersion
                | FaultKind::StarPrincipal
        )
    }
}

impl Fault {
    /// AWS's error code for every fault.
    pub const CODE: &str = "MalformedPolicyDocument";

    /// A fault of this kind at the beginning of the span. `trust` chooses the words of trust policies.
    pub(super) fn new(kind: FaultKind, span: Span, trust: bool) -> Fault {
        Fault { message: message(&kind, trust), sentence: sentence(&kind), kind, place: span.start }
    }

    pub(super) fn json(place: Place, what: &str, trust: bool) -> Fault {
        Fault {
            kind: FaultKind::Json,
            message: message(&FaultKind::Json, trust),
            sentence: format!("The policy is not JSON: {what}."),
            place,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.place, self.sentence)
    }
}

impl std::error::Error for Fault {}

fn message(kind: &FaultKind, trust: bool) -> String {
    const SYNTAX: &str = "Syntax errors in policy.";
    match kind {
        FaultKind::Json if trust => "This policy contains invalid Json".to_owned(),
        FaultKind::UnknownElement(name) if trust => format!("Unknown field {name}"),
        FaultKind::NoStatement if trust => "Could not parse the policy: Statement is empty!".to_owned(),
        FaultKind::Version(_) if trust => "The policy must contain a valid version string".to_owned(),
        FaultKind::AllowNotPrincipal if trust => "Allow with NotPrincipal is not allowed.".to_owned(),
        FaultKind::EmptyPrincipal if trust => "Missing required field Principal cannot be empty!".to_owned(),
        FaultKind::Nobody if trust => "Invalid principal in policy: com.amazon.balsa.error.\
                                       InvalidPolicyException: The passed in policy has a statement with no \
                                       principals!"
            .to_owned(),
        FaultKind::SidNotUnique(_) if trust => "The Statement Ids in the policy are not unique".to_owned(),
        FaultKind::Json
        | FaultKind::DuplicateKey(_)
        | FaultKind::UnknownElement(_)
        | FaultKind::WrongType(_)
        | FaultKind::NoStatement
        | FaultKind::AllowNotPrincipal
        | FaultKind::EmptyPrincipal
        | FaultKind::Nobody
        | FaultKind::Version(_)
        | FaultKind::Operator(_)
        | FaultKind::Both(..) => SYNTAX.to_owned(),
        FaultKind::EffectCase(text) if trust => format!("Invalid effect: {text}"),
        FaultKind::EffectCase(_) | FaultKind::ResourceParts(_) | FaultKind::Date(_) => {
            "The policy failed legacy parsing".to_owned()
        }
        FaultKind::OldVersion => "Policy document must be version 2012-10-17 or greater.".to_owned(),
        FaultKind::SidCharacters(_) => "Statement IDs (SID) must be alpha-numeric. Check that your input \
                                        satisfies the regular expression [0-9A-Za-z]*"
            .to_owned(),
        FaultKind::SidNotUnique(_) => "Statement IDs (SID) in a single policy must be unique.".to_owned(),
        FaultKind::Effect(Some(text)) if trust => format!("Invalid effect: {text}"),
        FaultKind::Effect(None) if trust => "Missing required field Effect".to_owned(),
        FaultKind::Effect(_) => SYNTAX.to_owned(),
        FaultKind::NoAction if trust => "Missing required field Action".to_owned(),
        FaultKind::NoAction => "Policy statement must contain actions.".to_owned(),
        FaultKind::NoVendor(_) => {
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned()
        }
        FaultKind::Vendor(vendor) => format!("Vendor {vendor} is not valid"),
        FaultKind::ActionColons(_) => "Actions/Condition can contain only one colon.".to_owned(),
        FaultKind::ResourceVendor(_) => {
            "Resource vendor must be fully qualified and cannot contain regexes.".to_owned()
        }
        FaultKind::TrustAction(_) => "AssumeRole policy may only specify STS AssumeRole actions.".to_owned(),
        FaultKind::NoResource => "Policy statement must contain resources.".to_owned(),
        FaultKind::ResourceFormat(text) => format!("Resource {text} must be in ARN format or \"*\"."),
        FaultKind::Partition { partition, arn } => {
            format!("Partition \"{partition}\" is not valid for resource \"{arn}\".")
        }
        FaultKind::ResourceRegion(arn) if arn.contains(":iam:") => {
            format!("IAM resource {arn} cannot contain region information.")
        }
        FaultKind::ResourceRegion(arn) => format!("Resource {arn} can not contain region information."),
        FaultKind::IamPath(_) => {
            "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, group/, \
             instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, \
             report/, access-report/."
                .to_owned()
        }
        FaultKind::ProhibitedResource => "Has prohibited field Resource".to_owned(),
        FaultKind::ProhibitedNotResource => "AssumeRole policy must not contain resources.".to_owned(),
        FaultKind::ProhibitedNotPrincipal => {
            "AssumeRole policy must not contain NotPrincipal field.".to_owned()
        }
        FaultKind::StarPrincipal => {
            "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".".to_owned()
        }
        FaultKind::ProhibitedPrincipal => "Policy document should not specify a principal.".to_owned(),
        FaultKind::NoPrincipal if trust => "Missing required field Principal".to_owned(),
        FaultKind::NoPrincipal => "Policy statement must contain principals.".to_owned(),
        FaultKind::Principal { sort, text } => format!("Invalid principal in policy: \"{sort}\":\"{text}\""),
    }
}

fn sentence(kind: &FaultKind) -> String {
    match kind {
        FaultKind::Json => "The policy is not JSON.".to_owned(),
        FaultKind::DuplicateKey(name) => format!("\"{name}\" stands twice here; keep one of them."),
        FaultKind::UnknownElement(name) => format!("A policy has no element \"{name}\" here."),
        FaultKind::WrongType(what) => format!("{what}."),
        FaultKind::Version(text) => {
            format!("The version \"{text}\" does not exist; write \"2012-10-17\".")
        }
        FaultKind::OldVersion => "A new policy must say \"Version\": \"2012-10-17\".".to_owned(),
        FaultKind::NoStatement => "The policy has no statement; it needs at least one.".to_owned(),
        FaultKind::SidCharacters(sid) => {
            format!("The Sid \"{sid}\" may hold ASCII letters and digits only.")
        }
        FaultKind::SidNotUnique(sid) => {
            format!("The Sid \"{sid}\" is that of another statement too; each must be its own.")
        }
        FaultKind::Effect(None) => "The statement has no Effect; add \"Allow\" or \"Deny\".".to_owned(),
        FaultKind::Effect(Some(text)) | FaultKind::EffectCase(text) => {
            format!("The Effect \"{text}\" must be \"Allow\" or \"Deny\", in exactly this case.")
        }
        FaultKind::Both(one, other) => format!("{one} and {other} stand together; keep one of them."),
        FaultKind::NoAction => "The statement has no Action; add Action or NotAction.".to_owned(),
        FaultKind::NoVendor(text) => {
            format!("The action \"{text}\" needs its service in front, as in \"s3:GetObject\".")
        }
        FaultKind::Vendor(text) => format!("\"{text}\" cannot be the prefix of a service."),
        FaultKind::ActionColons(text) => format!("The action \"{text}\" has more than one colon."),
        FaultKind::ResourceParts(text) => {
            format!(
                "The ARN \"{text}\" breaks off; it has six parts: arn:partition:service:region:account:resource."
            )
        }
        FaultKind::ResourceVendor(text) => {
            format!("The ARN \"{text}\" must name its service in full, without wildcards.")
        }
        FaultKind::TrustAction(text) => {
            format!(
                "A trust policy is about the ways to assume a role, such as \"sts:AssumeRole\"; \"{text}\" is none."
            )
        }
        FaultKind::NoResource => "The statement has no Resource; add Resource or NotResource.".to_owned(),
        FaultKind::ResourceFormat(text) => {
            format!("The resource \"{text}\" must be an ARN (\"arn:aws:s3:::bucket/key\") or \"*\".")
        }
        FaultKind::Partition { partition, arn } => {
            format!("The partition \"{partition}\" of \"{arn}\" does not exist; the usual one is \"aws\".")
        }
        FaultKind::ResourceRegion(arn) => {
            format!("\"{arn}\" names a region, and resources of this service have none.")
        }
        FaultKind::IamPath(arn) => {
            format!("\"{arn}\" names no sort of resource that IAM has, such as user/, role/ or policy/.")
        }
        FaultKind::ProhibitedResource | FaultKind::ProhibitedNotResource => {
            "A trust policy has no Resource: it is about the role that it belongs to.".to_owned()
        }
        FaultKind::ProhibitedPrincipal => {
            "A policy of an identity has no Principal: it is about the identity that it is attached to."
                .to_owned()
        }
        FaultKind::ProhibitedNotPrincipal => {
            "A trust policy has no NotPrincipal; say in Principal who may assume the role.".to_owned()
        }
        FaultKind::AllowNotPrincipal => {
            "NotPrincipal goes with the Effect \"Deny\" only; name in Principal whom you allow.".to_owned()
        }
        FaultKind::NoPrincipal => "The statement has no Principal; say whom it is about.".to_owned(),
        FaultKind::EmptyPrincipal | FaultKind::Nobody => "The Principal names nobody.".to_owned(),
        FaultKind::StarPrincipal => {
            "In a trust policy everybody is written {\"AWS\": \"*\"}, not \"*\".".to_owned()
        }
        FaultKind::Principal { sort, text } => {
            format!("\"{text}\" cannot be a principal of the sort {sort}.")
        }
        FaultKind::Operator(text) => format!("The condition operator \"{text}\" does not exist."),
        FaultKind::Date(text) => format!("\"{text}\" is no date, such as \"2024-06-30T12:00:00Z\"."),
    }
}
