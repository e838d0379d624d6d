//! The model and the SDK know the same operations and the same input members.
//!
//! The SDK's sources are read as text where cargo keeps them, so that a newer
//! SDK that has more than the model fails here by name, and the reverse too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Names without what the two sides write differently: `SSHPublicKeyId` and `ssh_public_key_id`.
fn plain(name: &str) -> String {
    name.trim_start_matches("r#").replace('_', "").to_lowercase()
}

/// Members by the plain name of what has them.
type Members = BTreeMap<String, BTreeSet<String>>;

#[test]
fn iam_is_covered() {
    compare("iam", 180);
}

#[test]
fn sts_is_covered() {
    compare("sts", 11);
}

fn compare(service: &str, operations: usize) {
    let sdk = source(&format!("aws-sdk-{service}"));
    let model = model(service);
    let (inputs, nested) = of_model(&model);
    assert_eq!(inputs.len(), operations);
    let mut wrong = differences("operation", &inputs, &of_sdk(&sdk));
    for (name, members) in &nested {
        match type_of_sdk(&sdk, name) {
            Some(found) => {
                let one = |members: &BTreeSet<String>| Members::from([(name.clone(), members.clone())]);
                wrong.extend(differences("structure", &one(members), &one(&found)));
            }
            None => wrong.push(format!("the SDK lacks the structure {name}")),
        }
    }
    assert!(wrong.is_empty(), "{service}:\n{}", wrong.join("\n"));
}

fn differences(what: &str, model: &Members, sdk: &Members) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in model.keys().chain(sdk.keys()).collect::<BTreeSet<_>>() {
        match (model.get(name), sdk.get(name)) {
            (Some(ours), Some(theirs)) => {
                wrong
                    .extend(theirs.difference(ours).map(|member| format!("the model lacks {name}.{member}")));
                wrong.extend(ours.difference(theirs).map(|member| format!("the SDK lacks {name}.{member}")));
            }
            (None, _) => wrong.push(format!("the model lacks the {what} {name}")),
            (_, None) => wrong.push(format!("the SDK lacks the {what} {name}")),
        }
    }
    wrong
}

fn model(service: &str) -> Value {
    let path = iamctl_testkit::root().join(format!("model/{service}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The members of each operation's input, and of each structure inside those.
fn of_model(model: &Value) -> (Members, Members) {
    let shapes = &model["shapes"];
    let (mut inputs, mut nested) = (Members::new(), Members::new());
    let mut todo = Vec::new();
    for (name, operation) in model["operations"].as_object().unwrap() {
        let members = operation["input"].as_str().map(|shape| members(&shapes[shape])).unwrap_or_default();
        inputs.insert(plain(name), members.keys().map(|member| plain(member)).collect());
        todo.extend(members.into_values());
    }
    while let Some(shape) = todo.pop() {
        let facts = &shapes[&shape];
        todo.extend(
            ["member", "key", "value"].iter().filter_map(|part| facts[part].as_str()).map(str::to_owned),
        );
        if facts["type"] == "structure" && !nested.contains_key(&plain(&shape)) {
            let members = members(facts);
            nested.insert(plain(&shape), members.keys().map(|member| plain(member)).collect());
            todo.extend(members.into_values());
        }
    }
    (inputs, nested)
}

/// The members of a structure with their shapes.
fn members(facts: &Value) -> BTreeMap<String, String> {
    let members = facts["members"].as_object().into_iter().flatten();
    members
        .map(|(name, member)| {
            let shape = member.as_str().or_else(|| member["shape"].as_str()).unwrap();
            (name.clone(), shape.to_owned())
        })
        .collect()
}

/// Where cargo keeps the source of a package.
fn source(package: &str) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(iamctl_testkit::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|found| found["name"] == package).unwrap();
    Path::new(found["manifest_path"].as_str().unwrap()).parent().unwrap().join("src")
}

/// The fields of each `_*_input.rs`.
fn of_sdk(src: &Path) -> Members {
    let mut found = Members::new();
    for entry in std::fs::read_dir(src.join("operation")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap();
        let input = folder.join(format!("_{name}_input.rs"));
        if folder.is_dir() && input.exists() {
            found.insert(plain(name), fields(&std::fs::read_to_string(input).unwrap()));
        }
    }
    found
}

/// The fields or variants of a type, which has a file of its own.
fn type_of_sdk(src: &Path, name: &str) -> Option<BTreeSet<String>> {
    for entry in std::fs::read_dir(src.join("types")).unwrap() {
        let path = entry.unwrap().path();
        if plain(path.file_stem()?.to_str()?) == name {
            return Some(fields(&std::fs::read_to_string(path).unwrap()));
        }
    }
    None
}

/// The fields of the first `pub struct`, or the variants of the first `pub enum` but its catch-all.
fn fields(source: &str) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    // One without members is written on one line.
    let source = source.replace(" {}", " {\n}");
    let lines =
        source.lines().skip_while(|line| !line.starts_with("pub struct ") && !line.starts_with("pub enum "));
    for line in lines.skip(1).take_while(|line| *line != "}") {
        let line = line.trim();
        if let Some((name, _)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(':')) {
            fields.insert(plain(name));
        } else if let Some((name, _)) =
            line.split_once('(').filter(|_| line.ends_with("),") && !line.starts_with("//"))
        {
            fields.insert(plain(name));
        }
    }
    fields
}

#[test]
fn fields_and_variants_are_found() {
    let text = "#[x]\npub struct A {\n    /// <p>b: c</p>\n    pub user_name: X,\n    pub r#type: Y,\n}\nimpl A {\n pub x: y\n}";
    assert_eq!(fields(text).into_iter().collect::<Vec<_>>(), ["type", "username"]);
    let text = "pub enum A {\n    /// text (more),\n    PolicyArn(::std::string::String),\n    #[non_exhaustive]\n    Unknown,\n}";
    assert_eq!(fields(text).into_iter().collect::<Vec<_>>(), ["policyarn"]);
}
