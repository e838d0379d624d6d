//! A call under way: what a handler works with.

use rusqlite::Connection;

use super::page::Page;
use crate::model::Operation;
use crate::sandbox::account::AccountId;
use crate::sandbox::caller::{Caller, Who};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::origin::Origin;
use crate::value::{Map, Value};

/// A call under way.
#[derive(Debug)]
pub(in crate::sandbox) struct Call<'a> {
    /// The account's store, inside a transaction.
    pub(in crate::sandbox) db: &'a Connection,
    /// The account's number.
    pub(in crate::sandbox) account: &'a AccountId,
    /// Who calls.
    pub(in crate::sandbox) caller: &'a Caller,
    /// How the request came in.
    pub(in crate::sandbox) origin: &'a Origin,
    /// The operation.
    pub(in crate::sandbox) operation: &'static Operation,
    /// The request's members, valid by the model.
    pub(in crate::sandbox) input: &'a Map,
    /// The time of the request.
    pub(in crate::sandbox) now: Seconds,
}

impl<'a> Call<'a> {
    /// A text member.
    pub(in crate::sandbox) fn text(&self, name: &str) -> Option<&'a str> {
        self.input.get(name).and_then(Value::as_str)
    }

    /// A text member that the model requires.
    pub(in crate::sandbox) fn needed(&self, name: &str) -> Result<&'a str, Fault> {
        self.text(name).ok_or_else(|| Fault::internal(format!("{name} is missing")))
    }

    /// An integer member.
    pub(in crate::sandbox) fn integer(&self, name: &str) -> Option<i64> {
        match self.input.get(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// A truth value.
    pub(in crate::sandbox) fn flag(&self, name: &str) -> Option<bool> {
        match self.input.get(name) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// The items of a list member; none where it is absent.
    pub(in crate::sandbox) fn list(&self, name: &str) -> &'a [Value] {
        self.input.get(name).and_then(Value::as_list).unwrap_or_default()
    }

    /// The texts of a list member.
    pub(in crate::sandbox) fn texts(&self, name: &str) -> Vec<&'a str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// The user that a member names; without it the caller, who has to be a user then.
    pub(super) fn user_or_caller(&self, name: &str) -> Result<&'a str, Fault> {
        match (self.text(name), &self.caller.who) {
            (Some(name), _) => Ok(name),
            (None, Who::User(user)) => Ok(user),
            (None, _) => {
                Err(Fault::validation("Must specify userName when calling with non-User credentials"))
            }
        }
    }

    /// Which part of a list is asked for.
    ///
    /// # Errors
    /// A marker that is none of ours.
    pub(super) fn page(&self) -> Result<Page, Fault> {
        Page::of(self.operation.name, self.text("Marker"), self.integer("MaxItems"))
    }
}

/// The key of a name: names are unique without regard to case.
pub(in crate::sandbox) fn key(name: &str) -> String {
    name.to_lowercase()
}
