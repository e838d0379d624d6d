//! `cache list` and `cache clear`: the temporary credentials that are kept in
//! `~/.aws/cli/cache`, which the AWS CLI shares. The reference has no command
//! for them. No secret is shown, only the end of a key's id.

use std::fs;
use std::io;
use std::path::Path;

use super::show::show;
use super::{Context, terminal};
use crate::cli::OwnCommand;
use crate::credentials::cache::Cache;
use crate::error::{Error, Result};
use crate::json;
use crate::secret;
use crate::value::{Map, Value};

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let cache = Cache::of_home(context.env);
    match command.path.last() {
        Some(&"clear") => clear(&cache),
        _ => list(&cache, context),
    }
}

/// One entry a file, in the output format of the run.
fn list(cache: &Cache, context: &Context<'_>) -> Result<()> {
    let entries: Vec<Value> = cache.entries()?.iter().map(|path| Value::Map(entry(path))).collect();
    show(context, "CacheList", Map::from([("Entries".into(), entries.into())]).into())
}

/// What a file says without its secrets; a file that cannot be read has its name only.
fn entry(path: &Path) -> Map {
    let mut shown = Map::new();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    shown.insert("File".into(), name.unwrap_or_default().into());
    let Some(Value::Map(document)) = fs::read_to_string(path).ok().and_then(|text| json::read(&text).ok())
    else {
        return shown;
    };
    let text = |[part, name]: [&str; 2]| document.get(part)?.get(name)?.as_str().map(str::to_owned);
    let members = [
        ("AccessKeyId", text(["Credentials", "AccessKeyId"]).map(|id| secret::masked(&id))),
        ("Expiration", text(["Credentials", "Expiration"])),
        ("Arn", text(["AssumedRoleUser", "Arn"])),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            shown.insert(name.into(), value.into());
        }
    }
    shown
}

/// Removes every entry; the next command that needs one gets a new one.
fn clear(cache: &Cache) -> Result<()> {
    let entries = cache.entries()?;
    for path in &entries {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::general(terminal::errno(&error, &path.display().to_string())));
            }
            _ => {}
        }
    }
    terminal::print(&format!("Removed {} cached credential(s)\n", entries.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_shows_whose_it_is_and_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc.json");
        fs::write(
            &path,
            r#"{"Credentials": {"AccessKeyId": "ASIAEXAMPLE1234", "SecretAccessKey": "hidden", "SessionToken": "hidden",
                "Expiration": "2039-01-01T00:00:00Z"}, "AssumedRoleUser": {"Arn": "arn:aws:sts::1:assumed-role/r/s"}}"#,
        )
        .unwrap();
        let mut text = String::new();
        json::write(&mut text, &Value::Map(entry(&path)), json::Style::LINE);
        assert_eq!(
            text,
            r#"{"File": "abc.json", "AccessKeyId": "****************1234", "Expiration": "2039-01-01T00:00:00Z", "Arn": "arn:aws:sts::1:assumed-role/r/s"}"#
        );
        fs::write(&path, "no JSON").unwrap();
        assert_eq!(entry(&path).len(), 1);
    }
}
