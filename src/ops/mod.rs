//! From a [`Map`] of parameters to a call of the SDK.
//!
//! `iam.rs` and `sts.rs` are generated: a function for each operation and one
//! exhaustive match, so that no operation can be forgotten. The SDK serialises,
//! resolves the endpoint, signs, retries and times out; what it makes of the
//! reply is of no interest here, because the transport keeps the reply itself.

mod fields;
#[cfg(test)]
mod tests;

mod iam;
mod sts;

use std::future::Future;
use std::pin::Pin;

use aws_smithy_runtime_api::client::result::SdkError;

use crate::client::Sdk;
use crate::error::{Error, Result};
use crate::model::{Operation, OperationId};
use crate::value::Map;

/// A call that is ready to go; nothing is sent before it is awaited.
pub type Call = Pin<Box<dyn Future<Output = std::result::Result<(), Failure>>>>;

/// Why the SDK gave a call up.
#[derive(Debug)]
pub enum Failure {
    /// The service answered, but not with success. The transport holds the reply.
    Answered,
    /// No usable answer. The transport may know why; else these are the SDK's words.
    Unsent(String),
}

/// The call of `operation` with these parameters, which have been validated.
pub fn call(sdk: &Sdk, operation: &Operation, input: Map) -> Result<Call> {
    let fields = fields::Fields::new(input);
    match (sdk, operation.id) {
        (Sdk::Iam(client), OperationId::Iam(id)) => iam::call(client, id, fields),
        (Sdk::Sts(client), OperationId::Sts(id)) => sts::call(client, id, fields),
        _ => Err(Error::general(format!("the client at hand is not one of {}", operation.name))),
    }
}

fn sent<T: 'static, E, R>(
    send: impl Future<Output = std::result::Result<T, SdkError<E, R>>> + 'static,
) -> Call
where
    E: std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    Box::pin(async move { send.await.map(drop).map_err(|error| failure(&error)) })
}

fn failure<E: std::error::Error + 'static, R: std::fmt::Debug>(error: &SdkError<E, R>) -> Failure {
    match error {
        SdkError::ServiceError(_) | SdkError::ResponseError(_) => Failure::Answered,
        other => Failure::Unsent(chain(other)),
    }
}

/// An error with all that it was caused by.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}
