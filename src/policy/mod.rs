//! The IAM policy engine: reads policies, decides requests, explains decisions.
//!
//! It knows no sandbox, no store and no service: whoever calls it brings the
//! policies and the request. So the sandbox's own checks, the simulation
//! operations and the commands that explain or lint all decide alike.
//!
//! - [`parse`] reads a policy that is to be stored and fails at its first
//!   fault, with line, column and AWS's message; [`faults`] gives all faults;
//!   [`size`] and [`quota`] are for its length.
//! - [`Policy::read`] takes a stored text as far as it can be read, and never
//!   fails: an Allow that cannot be read grants nothing, a Deny still denies.
//! - [`evaluate`] decides a [`Request`] by a [`PolicySet`]; see its module for
//!   the rules. What needs no permission (`sts:GetCallerIdentity`) is not asked.
//! - [`explain`] tells of each statement what does not fit;
//!   [`explain::lines`] does so in words.
//! - [`context_keys`] lists the keys that a document refers to.
//! - [`lint()`] gives advice on what AWS takes but nobody means.
//! - [`actions`] knows services, actions, resource types and condition keys.
//!
//! ```
//! use std::sync::Arc;
//! use iamctl::policy::{self, DocumentKind, Outcome, Policy, PolicyKind, PolicySet, Principal, Request};
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*",
//!     "Resource": "arn:aws:s3:::home/${aws:username}/*"}}"#;
//! assert!(policy::parse(text, DocumentKind::Identity).is_ok());
//!
//! let own = Policy::read("own-folder", PolicyKind::User, text, DocumentKind::Identity);
//! let policies = PolicySet { identity: vec![Arc::new(own)], ..PolicySet::default() };
//! let alice = Principal::User { arn: "arn:aws:iam::123456789012:user/dev/alice".into() };
//! let mut request = Request::new(alice, "s3:GetObject", "arn:aws:s3:::home/alice/notes.txt");
//! request.add_principal_keys();
//!
//! let decision = policy::evaluate(&policies, &request);
//! assert_eq!(decision.outcome, Outcome::Allowed);
//! assert_eq!(decision.statements[0].policy, "own-folder");
//! assert_eq!(
//!     policy::explain::lines(&policies, &request)[0],
//!     "s3:GetObject on arn:aws:s3:::home/alice/notes.txt: allowed by the identity policy",
//! );
//! ```

pub mod actions;
mod condition;
mod context_keys;
pub mod decision;
pub mod document;
mod evaluate;
pub mod explain;
pub mod lint;
mod moment;
pub mod operator;
mod pattern;
mod principal;
pub mod request;
pub mod source;
mod statement;

pub use context_keys::context_keys;
pub use decision::{Decider, Decision, Layer, LayerOutcome, Outcome, Policy, PolicyKind, PolicySet};
pub use document::{Document, DocumentKind, Effect, Fault, FaultKind, faults, parse, quota, size};
pub use evaluate::evaluate;
pub use explain::{Mismatch, PolicyReport, StatementReport, explain};
pub use lint::{Advice, lint};
pub use request::{Context, Principal, Request};
pub use source::{Place, Span};
