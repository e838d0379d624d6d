//! Which replies are worth another attempt: the reference's rules, which are
//! narrower than the SDK's (a body that is no XML is final whatever its status).

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};

use super::exchange::Exchange;
use super::transport::{Reply, TransportError};

/// Codes that say "too fast".
const THROTTLING: [&str; 14] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// Codes that say "try again".
const TRANSIENT: [&str; 3] = ["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"];

/// The codes that a service's model itself marks as worth another attempt: STS has one, IAM none.
pub(super) fn marked(service: &str) -> &'static [&'static str] {
    if service == "sts" { &["IDPCommunicationError"] } else { &[] }
}

/// Statuses that say "try again", whatever the code.
const STATUSES: [u16; 4] = [500, 502, 503, 504];

/// The error code of a reply, or nothing where its body is not an error that can be read.
pub type ErrorCode = fn(&Reply) -> Option<String>;

/// The rules, over what the transport kept.
#[derive(Debug)]
pub(super) struct ReferenceRules {
    pub(super) exchange: Exchange,
    pub(super) code: ErrorCode,
    /// What [`marked`] says of the service.
    pub(super) marked: &'static [&'static str],
}

/// Whether another attempt may help, and whether it is because of the pace.
pub fn verdict(outcome: &Result<Reply, TransportError>, code: ErrorCode, marked: &[&str]) -> Verdict {
    match outcome {
        Err(error) if error.is_transient() => Verdict::Transient,
        Err(_) => Verdict::Final,
        Ok(reply) if reply.is_success() => Verdict::Final,
        Ok(reply) => match code(reply) {
            None => Verdict::Final,
            Some(code) if THROTTLING.contains(&code.as_str()) => Verdict::Throttled,
            Some(code) if marked.contains(&code.as_str()) => Verdict::Transient,
            Some(code) if TRANSIENT.contains(&code.as_str()) || STATUSES.contains(&reply.status) => {
                Verdict::Transient
            }
            Some(_) => Verdict::Final,
        },
    }
}

/// See [`verdict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another attempt would change nothing.
    Final,
    /// Another attempt may succeed.
    Transient,
    /// Another attempt may succeed later.
    Throttled,
}

impl ClassifyRetry for ReferenceRules {
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        match self.exchange.last().map(|outcome| verdict(&outcome, self.code, self.marked)) {
            Some(Verdict::Transient) => RetryAction::transient_error(),
            Some(Verdict::Throttled) => RetryAction::throttling_error(),
            Some(Verdict::Final) => RetryAction::RetryForbidden,
            None => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "the reference's retry rules"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn reply(status: u16, body: &'static str) -> Result<Reply, TransportError> {
        Ok(Reply {
            status,
            reason: String::new(),
            headers: http::HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        })
    }

    fn code(reply: &Reply) -> Option<String> {
        let text = std::str::from_utf8(&reply.body).ok()?;
        (!text.starts_with('?')).then(|| text.to_owned())
    }

    #[test]
    fn statuses_and_codes_are_retried_as_the_reference_retries_them() {
        for (status, body, want) in [
            (500, "InternalFailure", Verdict::Transient),
            (503, "ServiceUnavailable", Verdict::Transient),
            (400, "Throttling", Verdict::Throttled),
            (400, "SlowDown", Verdict::Throttled),
            (400, "RequestTimeout", Verdict::Transient),
            (400, "ServiceUnavailable", Verdict::Final),
            (400, "InternalError", Verdict::Final),
            (409, "LimitExceeded", Verdict::Final),
            (408, "x", Verdict::Final),
            (429, "x", Verdict::Final),
            (501, "x", Verdict::Final),
            (500, "? no XML", Verdict::Final),
            (200, "? no XML", Verdict::Final),
        ] {
            assert_eq!(verdict(&reply(status, body), code, &[]), want, "{status} {body}");
        }
    }

    #[test]
    fn what_the_model_of_sts_marks_is_retried_there_only() {
        let refused = reply(400, "IDPCommunicationError");
        assert_eq!(verdict(&refused, code, marked("sts")), Verdict::Transient);
        assert_eq!(verdict(&refused, code, marked("iam")), Verdict::Final);
    }

    #[test]
    fn connection_errors_are_retried_and_bad_addresses_are_not() {
        assert_eq!(verdict(&Err(TransportError::Closed), code, &[]), Verdict::Transient);
        assert_eq!(verdict(&Err(TransportError::Connect(String::new())), code, &[]), Verdict::Transient);
        assert_eq!(verdict(&Err(TransportError::Address(String::new())), code, &[]), Verdict::Final);
    }
}
