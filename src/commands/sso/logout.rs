//! `sso logout`: tells the service that the tokens are over, and removes them and
//! the credentials that they brought.

use std::fs;
use std::path::{Path, PathBuf};

use super::{cache, with_chain};
use crate::commands::Context;
use crate::credentials::cache::{self as files, Cache};
use crate::credentials::chain::Chain;
use crate::credentials::json_call::{self, Call};
use crate::error::{Error, Kind, Result};
use crate::json;
use crate::secret::Secret;
use crate::value::{Map, Value};

pub(super) fn run(context: &Context<'_>) -> Result<()> {
    for (path, document) in documents(cache(context.env).folder()) {
        let Some(Value::Map(document)) = document else { continue };
        if member(&document, "accessToken").is_some() {
            end(context, &document)?;
            remove(&path)?;
        }
    }
    for (path, document) in documents(Cache::of_home(context.env).folder()) {
        match document {
            Some(Value::Map(document)) if member(&document, "ProviderType") == Some("sso") => remove(&path)?,
            Some(Value::Map(_)) | None => {}
            Some(other) => return Err(no_document(&other)),
        }
    }
    Ok(())
}

/// The files of a folder, with what they hold; none for what is no JSON.
pub(in crate::commands) fn documents(folder: &Path) -> Vec<(PathBuf, Option<Value>)> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(std::result::Result::ok);
    entries
        .map(|entry| {
            let path = entry.path();
            let text = fs::read_to_string(&path).ok();
            let document = text.and_then(|text| json::read(&text).ok());
            (path, document)
        })
        .collect()
}

/// The reference's error for a document that is no object.
pub(in crate::commands) fn no_document(value: &Value) -> Error {
    Error::general(format!("'{}' object has no attribute 'get'", crate::python::type_name(value)))
}

pub(in crate::commands) fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(|error| files::failed(path, &error))
}

fn member<'m>(document: &'m Map, name: &str) -> Option<&'m str> {
    document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Ends the token at the service. A token that the service does not take (any more) is no failure.
fn end(context: &Context<'_>, document: &Map) -> Result<()> {
    let (Some(token), Some(region)) = (member(document, "accessToken"), member(document, "region")) else {
        return Ok(());
    };
    let outcome = with_chain(context, context.config()?, async |chain| call(&chain, token, region).await);
    match outcome {
        Err(error) if error.kind != Kind::Service => Err(error),
        _ => Ok(()),
    }
}

async fn call(chain: &Chain<'_>, token: &str, region: &str) -> Result<()> {
    let call = Call {
        operation: "Logout",
        method: http::Method::POST,
        url: format!("{}/logout", json_call::endpoint(chain, "SSO", "portal.sso", region)?),
        headers: vec![("x-amz-sso_bearer_token", Secret::new(token))],
        body: Secret::new(""),
    };
    json_call::send(chain, &call).await.map(drop)
}
