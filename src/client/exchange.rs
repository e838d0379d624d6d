//! What one call said and heard, kept beside the SDK.
//!
//! The SDK judges replies (a date that it cannot read fails a call that has
//! succeeded) and forgets what it does not know. So every reply is kept here
//! as it came, and the SDK is handed an empty result of the operation.

use std::sync::{Arc, Mutex, PoisonError};

use super::transport::{Reply, TransportError};

/// Shared between the transport, the retry rules and the caller.
#[derive(Clone, Debug, Default)]
pub struct Exchange(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    attempts: u32,
    url: String,
    shown: Option<String>,
    form: Option<String>,
    last: Option<Result<Reply, TransportError>>,
}

impl Exchange {
    /// Forgets the call before.
    pub fn clear(&self) {
        self.with(|state| *state = State::default());
    }

    /// The form to send in place of the SDK's.
    pub fn set_form(&self, form: String) {
        self.with(|state| state.form = Some(form));
    }

    /// The address that messages show.
    pub(super) fn set_shown(&self, url: String) {
        self.with(|state| state.shown = Some(url));
    }

    pub(super) fn form(&self) -> Option<String> {
        self.with(|state| state.form.clone())
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.with(|state| state.attempts)
    }

    /// The address of the last request, without a query.
    pub fn url(&self) -> String {
        self.with(|state| state.url.clone())
    }

    /// What came of the last request.
    pub fn last(&self) -> Option<Result<Reply, TransportError>> {
        self.with(|state| state.last.clone())
    }

    pub(super) fn begin(&self, url: String) {
        self.with(|state| {
            state.attempts += 1;
            state.url = state.shown.clone().unwrap_or(url);
            state.last = None;
        });
    }

    pub(super) fn end(&self, outcome: Result<Reply, TransportError>) {
        self.with(|state| state.last = Some(outcome));
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
