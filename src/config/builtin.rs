//! The built-in profiles: `sandbox:NAME` wherever a profile's name can stand.
//!
//! Such a profile is the account's endpoint, its region and its root key in one.
//! Endpoint and region rank as options of the command line, so that no variable
//! and no ignore switch can send a call to AWS instead. The colon keeps it apart
//! from real profiles: one that is plainly named `sandbox` keeps its meaning.

use super::Config;
use super::files::{Files, Keys};
use crate::cli::near;
use crate::config_file::Entry;
use crate::error::{Error, Result};
use crate::sandbox::{Account, Accounts, Name};

/// The region of the embedded accounts, unless `--region` says otherwise.
pub const REGION: &str = "us-east-1";

/// Makes the built-in profile that was asked for, or that the profile's role builds on; gives its account.
pub(super) fn insert(config: &mut Config) -> Result<Option<Name>> {
    let mut profile = config.profile_name().to_owned();
    let mut visited = Vec::new();
    loop {
        if let Some(name) = Name::of_word(&profile) {
            let name = name.map_err(Error::general)?;
            let keys = keys(&config.accounts, &name)?;
            config.files.config.shift_remove(&profile);
            config.files.credentials.insert(profile, keys);
            return Ok(Some(name));
        }
        visited.push(profile);
        let keys = visited.last().and_then(|profile| config.files.profile(profile)).unwrap_or_default();
        match keys.get("source_profile").and_then(Entry::text) {
            Some(source) if !visited.iter().any(|one| one == source) => profile = source.to_owned(),
            _ => return Ok(None),
        }
    }
}

/// Whether a name is a built-in profile's.
pub(super) fn is_one(profile: &str) -> bool {
    Name::of_word(profile).is_some()
}

/// Whether a profile stands in the files, or can.
///
/// # Errors
/// It is built in, so nothing of it can be set or removed.
pub fn check_editable(profile: &str) -> Result<()> {
    match is_one(profile) {
        false => Ok(()),
        true => Err(Error::general(format!(
            "The profile {profile} is built in: its keys, region and endpoint are the account's, whatever the files \
             say. Choose another name."
        ))),
    }
}

/// What somebody may have meant who asked for a profile that does not exist.
pub(super) fn hints(name: &str, files: &Files) -> Vec<String> {
    if let Some(rest) = name.strip_prefix("sandbox") {
        let account = format!("sandbox:{}", rest.trim_start_matches(['-', '_', '/', '.']));
        return vec![format!(
            "the embedded account is --profile {account} (with the colon); no profile of the files is meant by it"
        )];
    }
    if let Some(near) = near::nearest(name, files.profiles()) {
        return vec![format!("did you mean --profile {near}?")];
    }
    let names: Vec<&str> = files.profiles().collect();
    match names.len() {
        0 => vec![format!("there are no profiles yet; configure --profile {name} makes this one")],
        1..=12 => vec![format!("the profiles are: {}", names.join(", "))],
        _ => vec!["`configure list-profiles` lists the profiles".to_owned()],
    }
}

/// The root user's key, as a profile has it.
fn keys(accounts: &Accounts, name: &Name) -> Result<Keys> {
    let root = accounts.with(name, Account::root_key).map_err(|fault| Error::general(fault.message))?;
    let pairs = [
        ("aws_access_key_id", root.id),
        ("aws_secret_access_key", root.secret.expose().to_owned()),
        ("region", REGION.to_owned()),
        ("endpoint_url", format!("sandbox:{name}")),
    ];
    Ok(pairs.into_iter().map(|(key, value)| (key.to_owned(), Entry::Text(value))).collect())
}
