//! Writes `src/model/{iam,sts}.rs`.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::facts::{Operation, Service};
use crate::names;

/// The tables of a service as Rust source.
pub fn write(service: &Service) -> Result<String> {
    let mut out = String::new();
    let name = service.text("name");
    writeln!(out, "//! The tables of {}, from `model/{name}.json`.", service.text("id"))?;
    writeln!(out, "#![allow(non_upper_case_globals)]")?;
    writeln!(out, "use super::*;")?;
    let operations = service.operations()?;
    ids(&mut out, name, &operations)?;
    head(&mut out, service, &operations)?;
    for operation in &operations {
        if let Some(output) = operation.fact("output") {
            let wrapper = operation.fact("resultWrapper").context("an output without a wrapper")?;
            writeln!(
                out,
                "static Output_{}: Output = Output {{ wrapper: {wrapper:?}, members: Members_{output} }};",
                operation.name
            )?;
        }
    }
    for (operation, paginator) in service.section("paginators")? {
        write_paginator(&mut out, operation, paginator)?;
    }
    let roots =
        operations.iter().flat_map(|o| o.fact("input").into_iter().chain(o.fact("output")).chain(o.errors()));
    let errors: std::collections::BTreeSet<&str> = operations.iter().flat_map(Operation::errors).collect();
    let shapes = service.reachable(roots)?;
    let parts = service.parts(&shapes)?;
    for shape in shapes {
        if errors.contains(shape) {
            write_error(&mut out, service, shape)?;
        }
        if service.kind(shape)? == "structure" {
            write_members(&mut out, service, shape)?;
        }
        // A request, a reply or an error as a whole is no part of anything: its members are enough.
        if parts.contains(shape) {
            write_shape(&mut out, service, shape)?;
        }
    }
    Ok(out)
}

fn ids(out: &mut String, name: &str, operations: &[Operation<'_>]) -> Result<()> {
    writeln!(out, "/// The operations of {name}, one variant each.")?;
    writeln!(out, "#[allow(missing_docs)]\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum Id {{")?;
    for operation in operations {
        writeln!(out, "{},", names::variant(operation.name))?;
    }
    writeln!(out, "}}")?;
    Ok(())
}

fn head(out: &mut String, service: &Service, operations: &[Operation<'_>]) -> Result<()> {
    let text = |key| service.text(key);
    writeln!(
        out,
        "/// The service.\npub static SERVICE: Service = Service {{ name: {:?}, id: {:?}, full_name: {:?}, api_version: {:?}, namespace: {:?}, operations: OPERATIONS, waiters: WAITERS }};",
        text("name"),
        text("id"),
        text("fullName"),
        text("apiVersion"),
        text("xmlNamespace")
    )?;
    let dispatch = names::type_name(text("name"));
    writeln!(out, "static OPERATIONS: &[Operation] = &[")?;
    for o in operations {
        let input = match o.fact("input") {
            Some(shape) => format!("Members_{shape}"),
            None => "&[]".into(),
        };
        let output = o.fact("output").map_or("None".into(), |_| format!("Some(&Output_{})", o.name));
        let paginator = if service.section("paginators")?.contains_key(o.name) {
            format!("Some(&Paginator_{})", o.name)
        } else {
            "None".into()
        };
        let errors: Vec<String> = o.errors().map(|e| format!("&Error_{e}")).collect();
        writeln!(
            out,
            "Operation {{ id: OperationId::{dispatch}(Id::{}), name: {:?}, command: {:?}, input: {input}, output: {output}, signed: {}, newer: {}, paginator: {paginator}, errors: &[{}] }},",
            names::variant(o.name),
            o.name,
            o.command,
            o.signed(),
            service.is_newer(o.name),
            errors.join(", ")
        )?;
    }
    writeln!(out, "];")?;
    writeln!(out, "static WAITERS: &[Waiter] = &[")?;
    let mut waiters: Vec<_> =
        service.section("waiters")?.iter().map(|(n, w)| (names::words(n, '-'), n, w)).collect();
    waiters.sort_by(|a, b| a.0.cmp(&b.0));
    for (command, name, waiter) in waiters {
        write_waiter(out, &command, name, waiter)?;
    }
    writeln!(out, "];")?;
    Ok(())
}

fn write_waiter(out: &mut String, command: &str, name: &str, waiter: &Value) -> Result<()> {
    let number =
        |key: &str| waiter.get(key).and_then(Value::as_u64).with_context(|| format!("no {key} of {name}"));
    let operation =
        waiter.get("operation").and_then(Value::as_str).context("a waiter without an operation")?;
    let mut acceptors = String::new();
    for acceptor in waiter.get("acceptors").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| acceptor.get(key).and_then(Value::as_str).unwrap_or_default();
        let expected = acceptor.get("expected").unwrap_or(&Value::Null);
        let matcher = match text("matcher") {
            "status" => format!("Matcher::Status({expected})"),
            "error" => format!("Matcher::Error({expected})"),
            other => bail!("the waiter {name} has a matcher of an unknown kind: {other}"),
        };
        write!(
            acceptors,
            "Acceptor {{ state: WaitState::{}, matcher: {matcher} }},",
            names::type_name(text("state"))
        )?;
    }
    writeln!(
        out,
        "Waiter {{ name: {name:?}, command: {command:?}, operation: {:?}, delay: {}, max_attempts: {}, acceptors: &[{acceptors}] }},",
        names::words(operation, '-'),
        number("delay")?,
        number("maxAttempts")?
    )?;
    Ok(())
}

fn write_paginator(out: &mut String, operation: &str, paginator: &Value) -> Result<()> {
    let text = |key: &str| {
        paginator
            .get(key)
            .and_then(Value::as_str)
            .with_context(|| format!("no {key} in the paginator of {operation}"))
    };
    let list = |key: &str| -> Vec<&str> {
        match paginator.get(key) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    };
    writeln!(
        out,
        "static Paginator_{operation}: Paginator = Paginator {{ input_token: {:?}, output_token: {:?}, more_results: {:?}, limit_key: {:?}, result_keys: &{:?}, non_aggregate_keys: &{:?} }};",
        text("input_token")?,
        text("output_token")?,
        text("more_results")?,
        text("limit_key")?,
        list("result_key"),
        list("non_aggregate_keys")
    )?;
    Ok(())
}

fn write_error(out: &mut String, service: &Service, name: &str) -> Result<()> {
    let shape = service.shape(name)?;
    let code = shape.pointer("/error/code").and_then(Value::as_str).unwrap_or(name);
    let status = shape.pointer("/error/status").and_then(Value::as_u64).unwrap_or(400);
    writeln!(
        out,
        "static Error_{name}: ErrorShape = ErrorShape {{ name: {name:?}, code: {code:?}, status: {status}, members: Members_{name} }};"
    )?;
    Ok(())
}

fn write_members(out: &mut String, service: &Service, name: &str) -> Result<()> {
    writeln!(out, "static Members_{name}: &[Member] = &[")?;
    for member in service.members(name)? {
        writeln!(
            out,
            "Member {{ name: {:?}, option: {:?}, required: {}, newer: {}, shape: &Shape_{} }},",
            member.name,
            names::words(member.name, '-'),
            member.required,
            member.newer,
            member.shape
        )?;
    }
    writeln!(out, "];")?;
    Ok(())
}

fn write_shape(out: &mut String, service: &Service, name: &str) -> Result<()> {
    let shape = service.shape(name)?;
    let kind = match service.kind(name)? {
        "string" => "Kind::String".into(),
        "integer" => "Kind::Integer".into(),
        "boolean" => "Kind::Boolean".into(),
        "blob" => "Kind::Blob".into(),
        "timestamp" => "Kind::Timestamp".into(),
        "list" => format!("Kind::List(&Shape_{})", service.part(name, "member")?),
        "map" => format!(
            "Kind::Map {{ key: &Shape_{}, value: &Shape_{} }}",
            service.part(name, "key")?,
            service.part(name, "value")?
        ),
        "structure" => format!("Kind::Structure(Members_{name})"),
        other => bail!("the shape {name} has a type of an unknown kind: {other}"),
    };
    let number = |key: &str| format!("{:?}", shape.get(key).and_then(Value::as_i64));
    let values: Vec<&str> =
        shape.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let pattern = match shape.get("pattern").and_then(Value::as_str) {
        Some(pattern) => format!("Some(r#\"{pattern}\"#)"),
        None => "None".into(),
    };
    let union = shape.get("union").and_then(Value::as_bool).unwrap_or(false);
    let sensitive = shape.get("sensitive").and_then(Value::as_bool).unwrap_or(false);
    writeln!(
        out,
        "static Shape_{name}: Shape = Shape {{ name: {name:?}, kind: {kind}, min: {}, max: {}, pattern: {pattern}, values: &{values:?}, union: {union}, sensitive: {sensitive} }};",
        number("min"),
        number("max")
    )?;
    Ok(())
}
