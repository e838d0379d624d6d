//! From an operation's form to its result, in one transaction.

use rusqlite::TransactionBehavior;

use super::account::Account;
use super::caller::Caller;
use super::clock;
use super::fault::Fault;
use super::handlers::{self, Call};
use super::wire::{self, Form};
use crate::model::Operation;
use crate::value::Map;

impl Account {
    /// Performs an operation for a caller who is allowed to: decodes, validates, runs, commits.
    pub(super) fn perform(
        &self,
        operation: &'static Operation,
        form: &Form,
        caller: &Caller,
    ) -> Result<Map, Fault> {
        let entry = handlers::find(operation.id).ok_or_else(|| Fault::not_supported(operation))?;
        let input = wire::decode(form, operation.input)?;
        wire::validate(&input, operation.input)?;
        // Taking the write lock at the start keeps two writers from reading the same and losing one.
        let behavior =
            if entry.writes { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred };
        let transaction = rusqlite::Transaction::new_unchecked(&self.connection, behavior)?;
        let call =
            Call { db: &transaction, account: &self.id, caller, operation, input: &input, now: clock::now() };
        let result = (entry.run)(&call)?;
        transaction.commit()?;
        Ok(result)
    }
}
