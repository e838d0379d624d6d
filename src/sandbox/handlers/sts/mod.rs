//! The operations of STS: who calls, and temporary keys.
//!
//! The operations that need an organization, or AWS as an issuer of tokens, are
//! not here.

mod assume_role;
mod federated;
mod mfa;
mod own_token;
mod role;
mod saml;
mod session_input;
#[cfg(test)]
mod tests;
mod web_identity;

use super::{Call, Entry, Handler};
use crate::model::OperationId;
use crate::model::sts::Id;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    reads(Id::GetCallerIdentity, caller_identity),
    reads(Id::GetAccessKeyInfo, access_key_info),
    reads(Id::DecodeAuthorizationMessage, decode_authorization_message),
    writes(Id::AssumeRole, assume_role::assume_role),
    writes(Id::AssumeRoleWithSaml, saml::assume_role),
    writes(Id::AssumeRoleWithWebIdentity, web_identity::assume_role),
    writes(Id::GetSessionToken, own_token::session_token),
    writes(Id::GetFederationToken, own_token::federation_token),
];

const fn reads(operation: Id, run: Handler) -> Entry {
    Entry { operation: OperationId::Sts(operation), writes: false, run }
}

const fn writes(operation: Id, run: Handler) -> Entry {
    Entry { operation: OperationId::Sts(operation), writes: true, run }
}

fn caller_identity(call: &Call<'_>) -> Result<Map, Fault> {
    Ok(Map::from([
        ("UserId".into(), Value::from(call.caller.id.as_str())),
        ("Account".into(), call.account.to_string().into()),
        ("Arn".into(), call.caller.arn.as_str().into()),
    ]))
}

/// AWS reads the account out of the key; here a key has to be one of the account's.
fn access_key_info(call: &Call<'_>) -> Result<Map, Fault> {
    let id = call.needed("AccessKeyId")?;
    let known = "SELECT 1 FROM access_key WHERE id = ?1 UNION ALL SELECT 1 FROM session WHERE id = ?1";
    if !call.db.prepare_cached(known)?.exists([id])? {
        return Err(Fault::validation(format!("The access key {id} is none of this sandbox's.")));
    }
    Ok(Map::from([("Account".into(), call.account.to_string().into())]))
}

/// There is never one to decode: of the operations of IAM and STS none has an encoded message in its refusals, by
/// their API references; the operations of EC2 have.
fn decode_authorization_message(_call: &Call<'_>) -> Result<Map, Fault> {
    Err(Fault::new(
        "InvalidAuthorizationMessageException",
        400,
        "Message is not valid: IAM and STS encode none, so none can be of this sandbox.",
    ))
}
