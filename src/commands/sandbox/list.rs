//! `sandbox list`: the accounts of the folder.

use std::path::Path;

use super::failed;
use crate::commands::Context;
use crate::commands::show::show;
use crate::error::Result;
use crate::sandbox::{self, Account, Name};
use crate::value::{Map, Value};

pub(super) fn run(folder: &Path, context: &Context<'_>) -> Result<()> {
    let names = sandbox::accounts(folder);
    let accounts = names.iter().map(|name| account(folder, name)).collect::<Result<Vec<Value>>>()?;
    show(context, "SandboxList", Map::from([("Sandboxes".into(), accounts.into())]).into())
}

fn account(folder: &Path, name: &Name) -> Result<Value> {
    let account = Account::open(folder, name).map_err(failed)?;
    let mut shown = Map::from([
        ("Name".into(), Value::from(name.as_str())),
        ("AccountId".into(), account.id().to_string().into()),
    ]);
    for (kind, count) in account.counts().map_err(failed)? {
        shown.insert(kind.into(), Value::Int(count));
    }
    shown.insert("Path".into(), Account::path(folder, name).display().to_string().into());
    Ok(shown.into())
}
