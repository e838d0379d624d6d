//! Waiters: an operation called again until its reply says "go on".

use std::time::Duration;

use crate::call::Caller;
use crate::error::{Error, Kind, Result};
use crate::model::{Acceptor, Matcher, Operation, WaitState, Waiter};
use crate::value::Map;

/// Calls the waiter's operation until it is done, or fails after its last attempt.
pub async fn wait(caller: &Caller, waiter: &Waiter, operation: &Operation, input: &Map) -> Result<()> {
    for attempt in 1..=waiter.max_attempts {
        caller.progress.attempt(attempt, waiter.max_attempts);
        let outcome = caller.call(operation, input.clone()).await;
        let reply = caller.client.exchange.last().and_then(std::result::Result::ok);
        match judge(waiter, &outcome, reply.map(|reply| reply.status)) {
            Some((WaitState::Success, _)) => return Ok(()),
            Some((WaitState::Failure, acceptor)) => {
                return Err(failed(
                    waiter,
                    &format!("Waiter encountered a terminal failure state: {}", reason(acceptor)),
                ));
            }
            Some((WaitState::Retry, acceptor)) if attempt == waiter.max_attempts => {
                let state = reason(acceptor);
                return Err(failed(
                    waiter,
                    &format!("Max attempts exceeded. Previously accepted state: {state}"),
                ));
            }
            Some((WaitState::Retry, _)) => {}
            None => match outcome {
                Err(error) if error.kind == Kind::Service => return Err(failed(waiter, &plain(&error))),
                Err(error) => return Err(error),
                Ok(_) if attempt == waiter.max_attempts => {
                    return Err(failed(waiter, "Max attempts exceeded"));
                }
                Ok(_) => {}
            },
        }
        let pause = Duration::from_secs(waiter.delay.into());
        caller.progress.pause(attempt, waiter.max_attempts, pause);
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

fn judge<'w>(
    waiter: &'w Waiter,
    outcome: &Result<Map>,
    answered: Option<u16>,
) -> Option<(WaitState, &'w Acceptor)> {
    let error = outcome.as_ref().err();
    if error.is_some_and(|error| error.service.is_none()) {
        return None;
    }
    let said = error.and_then(|error| error.service.as_deref());
    let fits = |acceptor: &&Acceptor| match acceptor.matcher {
        Matcher::Status(status) => answered == Some(status),
        Matcher::Error(code) => said.is_some_and(|said| said.code == code),
    };
    waiter.acceptors.iter().find(fits).map(|acceptor| (acceptor.state, acceptor))
}

fn reason(acceptor: &Acceptor) -> String {
    match acceptor.matcher {
        Matcher::Status(status) => format!("Matched expected HTTP status code: {status}"),
        Matcher::Error(code) => format!("Matched expected service error code: {code}"),
    }
}

/// What the service said, without a word on retries.
fn plain(error: &Error) -> String {
    match &error.service {
        Some(said) => format!("An error occurred ({}): {}", said.code, said.message),
        None => error.message.clone(),
    }
}

fn failed(waiter: &Waiter, why: &str) -> Error {
    Error::general(format!("Waiter {} failed: {why}", waiter.name))
}
