//! What goes over the wire: forms in, XML out, both by the service tables.

mod decode;
mod encode;
mod form;
mod pattern;
mod validate;

pub(super) use decode::decode;
pub(super) use encode::{failure, plain, success};
pub(super) use form::Form;
pub(super) use validate::validate;
