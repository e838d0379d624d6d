//! `cargo xtask managed`: writes `third_party/aws-managed-policies/` from a pinned wheel.
//!
//! The policies of AWS itself come from moto, which keeps a list that is
//! exported from an account. Only this list is taken, no code.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

use crate::pack::pack;
use crate::wheel::{self, Wheel};

/// The pinned version.
const MOTO: &str = "5.2.1";

/// The list in the wheel: JSON in a text of three quotes.
const LIST: &str = "moto/iam/aws_managed_policies.py";

/// The entry of the facts, before all names of policies.
const FACTS: &str = "/facts";

/// Downloads the wheel and writes the packed list and its licence to `target`.
///
/// # Errors
///
/// Fails without the wheel, or where its list is not as expected.
pub fn write(target: &Path) -> Result<()> {
    let mut wheel = wheel::download("moto", MOTO)?;
    let list = read(&mut wheel, LIST)?;
    let list = list.split("\"\"\"").nth(1).context("the list is no text of three quotes")?;
    let policies: Map<String, Value> = serde_json::from_str(list)?;
    std::fs::create_dir_all(target)?;
    std::fs::write(target.join("policies.ipk"), pack(&entries(policies)?)?)?;
    let licence = read(&mut wheel, &format!("moto-{MOTO}.dist-info/licenses/LICENSE"))?;
    std::fs::write(target.join("LICENSE"), licence)?;
    Ok(())
}

fn read(wheel: &mut Wheel, path: &str) -> Result<String> {
    let mut text = String::new();
    wheel.by_name(path).with_context(|| format!("the wheel has no {path}"))?.read_to_string(&mut text)?;
    Ok(text)
}

/// The document of each policy, by its path and name without the first slash, and the facts of all: a line for
/// each policy in the order of the names, with the number of the version and the seconds since 1970 of creation
/// and last change.
fn entries(policies: Map<String, Value>) -> Result<BTreeMap<String, Vec<u8>>> {
    let (mut entries, mut facts) = (BTreeMap::new(), BTreeMap::new());
    for (name, mut policy) in policies {
        let text =
            |key: &str| policy.get(key).and_then(Value::as_str).with_context(|| format!("{name}: {key}"));
        let path = text("Path")?.strip_prefix('/').context("a path begins with a slash")?;
        let entry = format!("{path}{name}");
        let version = text("DefaultVersionId")?.strip_prefix('v').context("a version begins with v")?;
        let version: u32 = version.parse()?;
        let [created, changed] = [seconds(text("CreateDate")?)?, seconds(text("UpdateDate")?)?];
        facts.insert(entry.clone(), format!("{version} {created} {changed}\n"));
        let document = policy.get_mut("Document").map(Value::take).context("a policy has a document")?;
        entries.insert(entry, serde_json::to_vec(&version_first(document)?)?);
    }
    entries.insert(FACTS.to_owned(), facts.into_values().collect::<String>().into_bytes());
    Ok(entries)
}

/// The document with its version in front, as AWS writes it.
fn version_first(document: Value) -> Result<Value> {
    let Value::Object(mut document) = document else { bail!("a document is an object") };
    let mut first = Map::new();
    if let Some(version) = document.shift_remove("Version") {
        first.insert("Version".to_owned(), version);
    }
    first.extend(document);
    Ok(first.into())
}

/// `2026-03-26T03:42:09+00:00` in seconds since 1970.
fn seconds(text: &str) -> Result<i64> {
    let digits = text.strip_suffix("+00:00").with_context(|| format!("{text} is not in UTC"))?;
    let numbers: Vec<i64> =
        digits.split(['-', 'T', ':']).map(str::parse).collect::<Result<_, _>>().context("a date")?;
    let [year, month, day, hour, minute, second] = numbers[..] else { bail!("{text} is no date") };
    // Years are counted from March, so that the leap day is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    Ok(((days - 719_468) * 24 + hour) * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_1970() {
        assert_eq!(seconds("1970-01-01T00:00:00+00:00").unwrap(), 0);
        assert_eq!(seconds("2000-02-29T00:00:01+00:00").unwrap(), 951_782_401);
        assert_eq!(seconds("2026-03-26T03:42:09+00:00").unwrap(), 1_774_496_529);
        assert!(seconds("2026-03-26").is_err());
    }
}
