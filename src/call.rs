//! One call: parameters in, the reply's members out, or the error that people see.

use std::sync::Arc;

use aws_smithy_types::retry::RetryConfig;

use crate::client::{Client, Reply, Settings, Transport, TransportError};
use crate::error::{Error, Kind, Result, ServiceError};
use crate::form;
use crate::model::{Operation, Service};
use crate::ops::{self, Failure};
use crate::progress::Progress;
use crate::reply::{self, ErrorBody, TimestampFormat};
use crate::value::Map;

/// A client with what all calls of a run share.
#[derive(Debug)]
pub struct Caller {
    /// The SDK's client and what it hears.
    pub client: Client,
    /// The service that is called.
    pub service: &'static Service,
    /// How replies' times are printed.
    pub times: TimestampFormat,
    /// The attempts in all, for messages.
    pub retry: RetryConfig,
    /// How far long work is.
    pub progress: Progress,
}

impl Caller {
    /// A caller of `service`.
    ///
    /// # Errors
    /// Keys that no HTTP header can carry: the SDK would panic over them.
    pub fn new(
        service: &'static Service,
        settings: &Settings,
        transport: Arc<dyn Transport>,
        times: TimestampFormat,
    ) -> Result<Caller> {
        if let Some(credentials) = &settings.credentials {
            let carried =
                |text: &str| text.bytes().all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f));
            let token = credentials.session_token().unwrap_or_default();
            for (name, text) in [("access key id", credentials.access_key_id()), ("session token", token)] {
                if !carried(text) {
                    return Err(Error::general(format!(
                        "Invalid header value: the {name} holds a line break or another control character."
                    )));
                }
            }
        }
        let client = Client::new(service, settings, transport);
        Ok(Caller { client, service, times, retry: settings.retry.clone(), progress: Progress::default() })
    }

    /// Calls the operation once, attempts included.
    pub async fn call(&self, operation: &Operation, input: Map) -> Result<Map> {
        self.client.exchange.clear();
        if form::is_needed(operation) {
            self.client.exchange.set_form(form::write(self.service, operation, &input));
        }
        let outcome = ops::call(&self.client.sdk, operation, input)?.await;
        match (self.client.exchange.last(), outcome) {
            (Some(Ok(reply)), _) if reply.is_success() => {
                let result = reply::result(operation, &reply.body, self.times)?;
                // It is read as a result, and then counts as none.
                if reply.status == 300 {
                    return Err(self.said(operation, reply::unknown(reply.status)));
                }
                Ok(result)
            }
            (Some(Ok(reply)), _) => Err(self.refused(operation, &reply)),
            (Some(Err(error)), _) => Err(unreachable(&error, &self.client.exchange.url())),
            (None, Err(Failure::Unsent(why))) => Err(Error::general(why)),
            (None, _) => Err(Error::general("the call ended without an answer")),
        }
    }

    fn refused(&self, operation: &Operation, reply: &Reply) -> Error {
        let said = match reply::error(operation, reply) {
            ErrorBody::Said(said) => said,
            ErrorBody::Unparsable(error) => return error,
        };
        self.said(operation, said)
    }

    fn said(&self, operation: &Operation, said: ServiceError) -> Error {
        let attempts = self.client.exchange.attempts();
        // Told of every last attempt, whether another one would have helped or not.
        let exhausted = attempts >= self.retry.max_attempts();
        let retries = if exhausted {
            format!(" (reached max retries: {})", attempts.saturating_sub(1))
        } else {
            String::new()
        };
        let mut error = Error::new(
            Kind::Service,
            format!(
                "An error occurred ({}) when calling the {} operation{retries}: {}",
                said.code, operation.name, said.message
            ),
        );
        error.service = Some(Box::new(said));
        error
    }
}

/// The reference's words for a reply that never came.
pub fn unreachable(error: &TransportError, url: &str) -> Error {
    let general = |message: String| Error::general(message).hint(error.to_string());
    match error {
        TransportError::Connect(_) => general(format!("Could not connect to the endpoint URL: \"{url}\"")),
        TransportError::ConnectTimeout => general(format!("Connect timeout on endpoint URL: \"{url}\"")),
        TransportError::ReadTimeout => general(format!("Read timeout on endpoint URL: \"{url}\"")),
        TransportError::Closed => general(format!(
            "Connection was closed before we received a valid response from endpoint URL: \"{url}\"."
        )),
        TransportError::Tls(why) => Error::general(format!("SSL validation failed for {url} {why}")),
        TransportError::Proxy(proxy) => general(format!("Failed to connect to proxy URL: \"{proxy}\"")),
        TransportError::Address(why) => Error::general(format!("Invalid endpoint: {url}")).hint(why.as_str()),
        TransportError::Account(why) => Error::general(why.as_str()),
        TransportError::CaBundle(why) => Error::general(format!("SSL validation failed for {url} {why}")),
    }
}
