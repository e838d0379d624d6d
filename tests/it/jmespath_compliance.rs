//! The official compliance suite of JMESPath.
//!
//! Its files come with the source of the crate `jmespath`, which is a
//! development dependency for their sake alone; `cargo metadata` knows where
//! that is.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test, helpers included")]

use std::path::{Path, PathBuf};
use std::process::Command;

use iamctl::error::Kind;
use iamctl::query;
use iamctl::value::{Map, Value};
use serde_json::Value as Json;

/// Cases that the reference does not pass, with the words of the error that it and we give.
///
/// Both are benchmarks, which are only ever compiled: they have no result.
const DIFFERENT: &[(&str, &str)] = &[
    // `sum` takes one argument; the reference says so only at run time, as we do.
    (
        "sum(z, y, x, w, v, u, t, s, r, q, p, o, n, m, l, k, j, i, h, g, f, e, d, c, b, a)",
        "Expected 1 argument for function sum(), received 26",
    ),
    // A filter begins with `[?`; the reference does not parse this either.
    ("foo[bar > baz][qux > baz]", "Expecting: star, got: unquoted_identifier"),
];

/// How many cases the suite has, so that none is lost unnoticed.
const CASES: usize = 875;

#[test]
fn the_compliance_suite_holds() {
    let mut failures = Vec::new();
    let mut cases = 0;
    for file in files() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let suites: Json = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for suite in suites.as_array().unwrap() {
            let document = value(&suite["given"]);
            for case in suite["cases"].as_array().unwrap() {
                let expression = case["expression"].as_str().unwrap();
                cases += 1;
                let outcome = match DIFFERENT.iter().find(|(different, _)| *different == expression) {
                    Some((_, words)) => check_different(expression, &document, words),
                    None => check(expression, &document, case),
                };
                if let Err(failure) = outcome {
                    failures.push(format!("{name}: {expression}: {failure}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {cases} fail:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(cases, CASES);
}

/// Checks the result, or the error by the stage at which it is found.
fn check(expression: &str, document: &Value, case: &Json) -> Result<(), String> {
    let compiled = query::compile(expression);
    let Some(wanted) = case.get("error").and_then(Json::as_str) else {
        let found = compiled.and_then(|compiled| compiled.search(document)).map_err(|error| error.message)?;
        // A benchmark has no result to compare.
        return match case.get("result") {
            Some(result) if value(result) != found => Err("another result".to_owned()),
            _ => Ok(()),
        };
    };
    let found = match compiled.and_then(|compiled| compiled.search(document)) {
        Ok(_) => return Err(format!("no error where `{wanted}` is due")),
        Err(error) => error,
    };
    let due = if wanted == "syntax" { Kind::ParamValidation } else { Kind::General };
    let words = match wanted {
        "unknown-function" => "Unknown function: ",
        "invalid-arity" => " for function ",
        "invalid-type" => "invalid type for value: ",
        "invalid-value" => "slice step cannot be zero",
        _ => "",
    };
    if found.kind == due && found.message.contains(words) {
        return Ok(());
    }
    Err(format!("`{}` where `{wanted}` is due", found.message))
}

fn check_different(expression: &str, document: &Value, words: &str) -> Result<(), String> {
    match query::compile(expression).and_then(|compiled| compiled.search(document)) {
        Err(error) if error.message.contains(words) => Ok(()),
        _ => Err(format!("not `{words}`")),
    }
}

fn files() -> Vec<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Json = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "jmespath").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let folder = manifest.with_file_name("tests").join("compliance");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// Not through our own reader: the test is to stand on its own feet.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(members) => Value::Map(
            members.iter().map(|(key, member)| (key.clone().into(), value(member))).collect::<Map>(),
        ),
    }
}
