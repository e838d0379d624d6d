//! From a request as it arrived to its reply.
//!
//! The service follows from the scope of the signature, else from the
//! parameters. Authorizing and performing share one transaction, so nothing
//! changes in between. What reads finds out in it who calls, too. What writes
//! finds that out before, so that nobody without a key ever holds the lock, and
//! looks at the key once more in its transaction.

use http::Method;
use rusqlite::{Connection, TransactionBehavior};

use super::account::{Account, AccountId, stored_number};
use super::authorize::authorize;
use super::caller::Caller;
use super::fault::Fault;
use super::handlers::{self, Call};
use super::origin::Origin;
use super::received::Received;
use super::signature::{self, Given, Signed};
use super::wire::{self, Form};
use super::{clock, ids, usage};
use crate::client::Reply;
use crate::model::{self, Operation, Service};
use crate::value::Map;

/// The most bytes of a request's body, and of its query.
const MOST: usize = 1024 * 1024;

impl Account {
    /// Answers a request. Every refusal is a reply too.
    pub fn answer(&self, received: &Received) -> Reply {
        let request_id = ids::uuid().unwrap_or_default();
        let mut service = &model::iam::SERVICE;
        let result = self.respond(received, &request_id, &mut service);
        result.unwrap_or_else(|fault| wire::failure(service, &fault, &request_id))
    }

    /// Empties the account, for test suites; see `sandbox serve`.
    pub fn answer_reset(&self) -> Reply {
        let request_id = ids::uuid().unwrap_or_default();
        match self.reset() {
            Ok(()) => wire::plain("{\"status\": \"ok\"}", &request_id),
            Err(fault) => wire::failure(&model::iam::SERVICE, &fault, &request_id),
        }
    }

    fn respond(
        &self,
        received: &Received,
        request_id: &str,
        service: &mut &'static Service,
    ) -> Result<Reply, Fault> {
        let form = form(received)?;
        let given = Given::read(received)?;
        let (found, operation) = route(&form, given.as_ref())?;
        *service = found;
        let now = clock::now();
        let region = given.as_ref().map_or("us-east-1", |given| given.region.as_str());
        let origin = Origin::of(received, region);
        let reads = handlers::find(operation.id).is_some_and(|entry| !entry.writes);
        let reading = reads.then(|| self.transaction(TransactionBehavior::Deferred)).transpose()?;
        let account = stored_number(&self.connection)?;
        let signed = match &given {
            Some(given) => {
                if given.service != found.name {
                    return Err(Fault::new(
                        "SignatureDoesNotMatch",
                        403,
                        format!("Credential should be scoped to correct service: '{}'.", found.name),
                    ));
                }
                signature::verify(&self.connection, &account, received, given, now)?
            }
            None if operation.signed => return Err(unsigned()),
            None => Signed::nobody(),
        };
        let result = self.perform(operation, &form, &origin, |db, account| match &given {
            Some(given) if reading.is_none() => signature::still(db, account, &signed, given, now),
            _ => Ok(signed.caller.clone()),
        });
        match (reading, &result) {
            (Some(reading), Ok(_)) => reading.commit()?,
            (reading, _) => drop(reading),
        }
        usage::note(&self.connection, &account, &signed, (found, operation), &origin, result.is_ok(), now);
        wire::success(found, operation, &result?, request_id)
    }

    /// Performs an operation for whoever `caller` finds in the transaction: decodes, validates, authorizes, runs,
    /// commits. What reads may be in a transaction already.
    pub(super) fn perform(
        &self,
        operation: &'static Operation,
        form: &Form,
        origin: &Origin,
        caller: impl FnOnce(&Connection, &AccountId) -> Result<Caller, Fault>,
    ) -> Result<Map, Fault> {
        let entry = handlers::find(operation.id).ok_or_else(|| Fault::not_supported(operation))?;
        let input = wire::decode(form, operation.input)?;
        wire::validate(&input, operation)?;
        // Taking the write lock at the start keeps two writers from reading the same and losing one.
        let transaction = match (entry.writes, self.connection.is_autocommit()) {
            (true, _) => Some(self.transaction(TransactionBehavior::Immediate)?),
            (false, true) => Some(self.transaction(TransactionBehavior::Deferred)?),
            (false, false) => None,
        };
        let db = &self.connection;
        let account = stored_number(db)?;
        let call = Call {
            db,
            account: &account,
            caller: &caller(db, &account)?,
            origin,
            operation,
            input: &input,
            now: clock::now(),
        };
        authorize(&call)?;
        let result = (entry.run)(&call)?;
        transaction.map_or(Ok(()), rusqlite::Transaction::commit)?;
        Ok(result)
    }
}

/// The parameters of a request: those of the address, and for POST those of the body.
fn form(received: &Received) -> Result<Form, Fault> {
    let (uri, body) = (received.request.uri(), received.request.body());
    let query = uri.query().unwrap_or_default();
    if body.len() > MOST || query.len() > MOST {
        return Err(Fault::new("RequestEntityTooLarge", 413, "The request is larger than 1 MiB."));
    }
    let query = signature::unsigned_query(query);
    match *received.request.method() {
        Method::GET => Form::parse(query.as_bytes()),
        Method::POST if query.is_empty() => Form::parse(body),
        Method::POST => Form::parse(&[query.as_bytes(), b"&", body].concat()),
        ref other => Err(Fault::new(
            "MethodNotAllowed",
            405,
            format!("The method {other} is not allowed here; use POST."),
        )),
    }
}

/// The operation of a request.
fn route(form: &Form, given: Option<&Given>) -> Result<(&'static Service, &'static Operation), Fault> {
    let action = form.text("Action").ok_or_else(|| match given {
        // A request of nobody about nothing.
        None => unsigned(),
        Some(_) => Fault::new("MissingAction", 400, "The request must contain the parameter Action."),
    })?;
    let version = form.text("Version").unwrap_or("NO_VERSION_SPECIFIED");
    let scope = given.and_then(|given| model::service(&given.service));
    let services = model::SERVICES.iter().copied().filter(|service| match scope {
        Some(scope) => service.name == scope.name,
        None => true,
    });
    let of = |service: &'static Service| {
        let found = service.operations.iter().find(|operation| operation.name == action);
        found.filter(|_| service.api_version == version).map(|operation| (service, operation))
    };
    services.into_iter().find_map(of).ok_or_else(|| {
        let message = format!("Could not find operation {action} for version {version}");
        Fault::new("InvalidAction", 400, message)
    })
}

fn unsigned() -> Fault {
    Fault::new("MissingAuthenticationToken", 403, "Request is missing Authentication Token")
}
