//! `cargo xtask model`: derives `model/*.json` from a pinned botocore wheel.
//!
//! Facts only: names, types, order, constraints, errors, paginators, waiters.
//! No documentation text is carried over. A build never needs the wheel.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use crate::wheel::{self, Wheel};

/// The pinned version.
pub const BOTOCORE: &str = "1.44.5";

/// The version whose model is that of the AWS CLI that this program is a drop-in for. What the pinned version has
/// and this one has not is marked as newer: it works, but messages and abbreviations do not know it.
pub const REFERENCE: &str = "1.43.11";

/// A service's name and the wheel's folder of it.
const SERVICES: [(&str, &str); 2] = [("iam", "iam/2010-05-08"), ("sts", "sts/2011-06-15")];

/// Downloads the wheel of `version` and the reference's and writes the facts to `target`.
pub fn derive(version: &str, target: &Path) -> Result<()> {
    let mut wheel = wheel::download("botocore", version)?;
    let mut reference = wheel::download("botocore", REFERENCE)?;
    std::fs::create_dir_all(target)?;
    for (name, path) in SERVICES {
        let model = format!("botocore/data/{path}/service-2.json");
        let service =
            read(&mut wheel, &model)?.with_context(|| format!("the wheel has no model of {name}"))?;
        let older = read(&mut reference, &model)?.unwrap_or_default();
        let paginators = read(&mut wheel, &format!("botocore/data/{path}/paginators-1.json"))?;
        let waiters = read(&mut wheel, &format!("botocore/data/{path}/waiters-2.json"))?;
        let mut facts = facts(name, version, &service, paginators.as_ref(), waiters.as_ref())?;
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("newer".into(), newer(&service, &older)?);
        }
        let mut text = serde_json::to_string_pretty(&facts)?;
        text.push('\n');
        std::fs::write(target.join(format!("{name}.json")), text)?;
    }
    Ok(())
}

/// What a model has and an older one has not: operations by name, members by the shape that holds them.
fn newer(service: &Value, older: &Value) -> Result<Value> {
    let old = |key: &str, name: &str| older.get(key).and_then(|part| part.get(name));
    let operations: Vec<&String> =
        object(service, "operations")?.keys().filter(|name| old("operations", name).is_none()).collect();
    let mut members = Map::new();
    for (name, shape) in object(service, "shapes")? {
        let Some(before) = old("shapes", name) else { continue };
        let added = shape.get("members").and_then(Value::as_object).into_iter().flatten();
        let added = added.filter(|(member, _)| before.pointer(&format!("/members/{member}")).is_none());
        let added: Vec<Value> = added.map(|(member, _)| json!(member)).collect();
        if !added.is_empty() {
            members.insert(name.clone(), added.into());
        }
    }
    Ok(json!({ "operations": operations, "members": members }))
}

/// A JSON document of the wheel, plain or gzipped.
fn read(archive: &mut Wheel, path: &str) -> Result<Option<Value>> {
    let gzipped = format!("{path}.gz");
    if archive.index_for_name(&gzipped).is_some() {
        let file = archive.by_name(&gzipped)?;
        return Ok(Some(serde_json::from_reader(flate2::read::GzDecoder::new(file))?));
    }
    if archive.index_for_name(path).is_none() {
        return Ok(None);
    }
    let mut text = String::new();
    archive.by_name(path)?.read_to_string(&mut text)?;
    Ok(Some(serde_json::from_str(&text)?))
}

fn facts(
    name: &str,
    version: &str,
    service: &Value,
    paginators: Option<&Value>,
    waiters: Option<&Value>,
) -> Result<Value> {
    let meta = service.get("metadata").context("no metadata")?;
    let text = |key: &str| meta.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut operations = Map::new();
    for (key, operation) in object(service, "operations")? {
        operations.insert(key.clone(), operation_facts(operation));
    }
    let mut shapes = Map::new();
    for (key, shape) in object(service, "shapes")? {
        shapes.insert(key.clone(), shape_facts(shape));
    }
    Ok(json!({
        "source": format!("botocore {version}"),
        "name": name,
        "id": text("serviceId"),
        "fullName": text("serviceFullName"),
        "apiVersion": text("apiVersion"),
        "xmlNamespace": text("xmlNamespace"),
        "operations": operations,
        "shapes": shapes,
        "paginators": paginators.and_then(|p| p.get("pagination")).cloned().unwrap_or_else(|| json!({})),
        "waiters": waiters.and_then(|w| w.get("waiters")).map_or_else(|| json!({}), waiter_facts),
    }))
}

fn object<'a>(value: &'a Value, key: &str) -> Result<&'a Map<String, Value>> {
    value.get(key).and_then(Value::as_object).with_context(|| format!("no {key} in the model"))
}

fn operation_facts(operation: &Value) -> Value {
    let mut out = Map::new();
    let shape = |key: &str| operation.get(key).and_then(|part| part.get("shape")).cloned();
    if let Some(input) = shape("input") {
        out.insert("input".into(), input);
    }
    if let Some(output) = shape("output") {
        out.insert("output".into(), output);
        if let Some(wrapper) = operation.pointer("/output/resultWrapper") {
            out.insert("resultWrapper".into(), wrapper.clone());
        }
    }
    if operation.get("authtype").and_then(Value::as_str) == Some("none") {
        out.insert("signed".into(), json!(false));
    }
    let errors: Vec<Value> = operation
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|error| error.get("shape").cloned())
        .collect();
    out.insert("errors".into(), errors.into());
    out.into()
}

/// The keys of a shape that are facts; its documentation is left behind.
const SHAPE_FACTS: [&str; 8] = ["type", "required", "min", "max", "pattern", "enum", "sensitive", "union"];

fn shape_facts(shape: &Value) -> Value {
    let mut out = Map::new();
    for key in SHAPE_FACTS {
        if let Some(fact) = shape.get(key) {
            out.insert(key.into(), fact.clone());
        }
    }
    if let Some(members) = shape.get("members").and_then(Value::as_object) {
        let named =
            members.iter().filter_map(|(name, member)| Some((name.clone(), member.get("shape")?.clone())));
        out.insert("members".into(), named.collect::<Map<_, _>>().into());
    }
    for key in ["member", "key", "value"] {
        if let Some(part) = shape.get(key).and_then(|part| part.get("shape")) {
            out.insert(key.into(), part.clone());
        }
    }
    if shape.get("exception").and_then(Value::as_bool) == Some(true) {
        let error = shape.get("error").cloned().unwrap_or_else(|| json!({}));
        out.insert(
            "error".into(),
            json!({ "code": error.get("code"), "status": error.get("httpStatusCode") }),
        );
    }
    out.into()
}

fn waiter_facts(waiters: &Value) -> Value {
    let mut out = Map::new();
    for (name, waiter) in waiters.as_object().into_iter().flatten() {
        let mut facts = waiter.clone();
        if let Some(facts) = facts.as_object_mut() {
            facts.remove("description");
        }
        out.insert(name.clone(), facts);
    }
    out.into()
}
