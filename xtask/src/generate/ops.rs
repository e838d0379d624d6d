//! Writes `src/ops/{iam,sts}.rs`: a function for each operation that fills the
//! SDK's builder from a value, and the match that picks it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::Value;

use super::facts::Service;
use crate::names;

/// The calls of a service as Rust source.
pub fn write(service: &Service) -> Result<String> {
    let mut out = String::new();
    let name = service.text("name");
    writeln!(out, "//! The calls of {} through its SDK, from `model/{name}.json`.", service.text("id"))?;
    let mut structures = BTreeSet::new();
    let mut functions = String::new();
    let operations = service.operations()?;
    for operation in &operations {
        let function = names::words(operation.name, '_');
        let members =
            operation.fact("input").map(|input| service.members(input)).transpose()?.unwrap_or_default();
        let mutable = if members.is_empty() { "_fields" } else { "mut fields" };
        writeln!(functions, "fn {function}(client: &Client, {mutable}: Fields) -> Result<Call> {{")?;
        write!(functions, "let call = client.{function}()")?;
        for member in &members {
            write!(functions, "{}", setter(service, member.name, member.shape, &mut structures)?)?;
        }
        writeln!(functions, ";\nOk(sent(call.send()))\n}}\n")?;
    }
    let written = close_over(service, &mut structures)?;
    let imports = if structures.is_empty() { "" } else { "use crate::value::Value;\n" };
    writeln!(out, "use aws_sdk_{name}::{{Client, types}};\n")?;
    writeln!(out, "use super::fields::{{Fields, incomplete}};\nuse super::{{Call, sent}};")?;
    writeln!(out, "use crate::error::Result;\nuse crate::model::{name}::Id;\n{imports}")?;
    writeln!(out, "/// Fills the builder of the operation; nothing is sent before the call is awaited.")?;
    writeln!(
        out,
        "pub(super) fn call(client: &Client, id: Id, fields: Fields) -> Result<Call> {{\nmatch id {{"
    )?;
    for operation in &operations {
        writeln!(
            out,
            "Id::{} => {}(client, fields),",
            names::variant(operation.name),
            names::words(operation.name, '_')
        )?;
    }
    writeln!(out, "}}\n}}\n")?;
    out.push_str(&functions);
    out.push_str(&written);
    Ok(out)
}

/// The reader of a union: the one member that is there picks the variant.
fn union(out: &mut String, service: &Service, shape: &str, structures: &mut BTreeSet<String>) -> Result<()> {
    let sdk = names::variant(shape);
    writeln!(out, "fn {}(value: Value) -> Result<types::{sdk}> {{", names::words(shape, '_'))?;
    writeln!(out, "let mut fields = Fields::of(value)?;")?;
    for member in service.members(shape)? {
        let getter =
            getter(service, member.shape, structures)?.replace("NAME", &format!("{:?}", member.name));
        let variant = names::variant(member.name);
        writeln!(
            out,
            "if let Some(member) = fields.{getter}? {{ return Ok(types::{sdk}::{variant}(member)); }}"
        )?;
    }
    writeln!(out, "Err(super::fields::empty_union({shape:?}))\n}}\n")?;
    Ok(())
}

fn setter(service: &Service, name: &str, shape: &str, structures: &mut BTreeSet<String>) -> Result<String> {
    let getter = getter(service, shape, structures)?;
    Ok(format!(".set_{}(fields.{}?)", names::words(name, '_'), getter.replace("NAME", &format!("{name:?}"))))
}

/// The call on `Fields` that takes a member of this shape.
fn getter(service: &Service, shape: &str, structures: &mut BTreeSet<String>) -> Result<String> {
    Ok(match service.kind(shape)? {
        "string" if service.shape(shape)?.get("enum").is_some() => {
            format!("enumeration::<types::{}>(NAME)", names::variant(shape))
        }
        "string" => "string(NAME)".into(),
        "integer" => "integer(NAME)".into(),
        "boolean" => "boolean(NAME)".into(),
        "list" => format!("list(NAME, {})", reader(service, service.part(shape, "member")?, structures)?),
        "map" => format!("map(NAME, {})", reader(service, service.part(shape, "value")?, structures)?),
        "structure" => format!("structure(NAME, {})", reader(service, shape, structures)?),
        other => bail!("no request holds a {other} yet: {shape}"),
    })
}

/// The function that reads one item of this shape.
fn reader(service: &Service, shape: &str, structures: &mut BTreeSet<String>) -> Result<String> {
    Ok(match service.kind(shape)? {
        "string" if service.shape(shape)?.get("enum").is_some() => {
            format!("super::fields::enumeration::<types::{}>", names::variant(shape))
        }
        "string" => "super::fields::string".into(),
        "structure" => {
            structures.insert(shape.to_owned());
            names::words(shape, '_')
        }
        other => bail!("no request holds a list or map of {other} yet: {shape}"),
    })
}

/// The readers of all structures that requests hold, and of those inside them.
fn close_over(service: &Service, structures: &mut BTreeSet<String>) -> Result<String> {
    let mut out = String::new();
    let mut done = BTreeSet::new();
    while let Some(shape) = structures.iter().find(|shape| !done.contains(*shape)).cloned() {
        done.insert(shape.clone());
        let facts = service.shape(&shape)?;
        let function = names::words(&shape, '_');
        let sdk = names::variant(&shape);
        if facts.get("union").and_then(Value::as_bool) == Some(true) {
            union(&mut out, service, &shape, structures)?;
            continue;
        }
        writeln!(out, "fn {function}(value: Value) -> Result<types::{sdk}> {{")?;
        writeln!(out, "let mut fields = Fields::of(value)?;")?;
        write!(out, "let built = types::{sdk}::builder()")?;
        let members = service.members(&shape)?;
        for member in &members {
            write!(out, "{}", setter(service, member.name, member.shape, structures)?)?;
        }
        if members.iter().any(|member| member.required) {
            writeln!(out, ".build();\nbuilt.map_err(|error| incomplete(&error))\n}}\n")?;
        } else {
            writeln!(out, ".build();\nOk(built)\n}}\n")?;
        }
    }
    Ok(out)
}
