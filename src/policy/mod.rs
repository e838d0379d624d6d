//! The IAM policy engine: reads policies, decides requests, explains decisions.
//!
//! It knows no sandbox, no store and no service: whoever calls it brings the
//! policies and the request. So the sandbox's own checks, the simulation
//! operations and the commands that explain or lint all decide alike.
//!
//! - [`parse`] reads a policy that is to be stored and fails at its first
//!   fault, with line, column and AWS's message; [`faults`] gives all faults.
//! - [`Policy::read`] takes a stored text as far as it can be read, and never
//!   fails: an Allow that cannot be read grants nothing, a Deny still denies.

pub mod decision;
pub mod document;
pub mod operator;
pub mod request;
pub mod source;

pub use decision::{Decider, Decision, Layer, LayerOutcome, Outcome, Policy, PolicyKind, PolicySet};
pub use document::{Document, DocumentKind, Effect, Fault, FaultKind, faults, parse, quota, size};
pub use request::{Context, Principal, Request};
pub use source::{Place, Span};
