//! Applying an expression to a value.

use indexmap::IndexMap;

use super::ast::{Call, Node, Project, Projection, Slice};
use super::compare;
use super::functions;
use super::item::Item;
use super::slice;
use crate::error::Result;
use crate::value::Key;

/// What `node` finds in `current`.
///
/// # Errors
///
/// Fails where a function cannot be called so, and for a slice with a step of 0.
pub(super) fn evaluate<'a>(node: &'a Node, current: &Item<'a>) -> Result<Item<'a>> {
    match node {
        Node::Current => Ok(current.clone()),
        Node::Field(name) => Ok(current.member(name).unwrap_or(Item::NULL)),
        Node::Index(index) => Ok(current.at(*index).unwrap_or(Item::NULL)),
        Node::Literal(value) => Ok(Item::Value(value)),
        Node::Reference(node) => Ok(Item::Reference(node)),
        Node::Not(node) => Ok(Item::boolean(!evaluate(node, current)?.is_true())),
        Node::Compare(comparator, left, right) => {
            let left = evaluate(left, current)?;
            compare::compare(*comparator, &left, &evaluate(right, current)?)
        }
        Node::Slice(slice) => slice_of(*slice, current),
        Node::Chain(steps) => chain(steps, current),
        Node::Or(nodes) => first(nodes, current, true),
        Node::And(nodes) => first(nodes, current, false),
        Node::List(nodes) => list(nodes, current),
        Node::Hash(members) => hash(members, current),
        Node::Projection(projection) => project(projection, current),
        Node::Call(call) => call_function(call, current),
    }
}

fn chain<'a>(steps: &'a [Node], current: &Item<'a>) -> Result<Item<'a>> {
    let mut found = current.clone();
    for step in steps {
        found = evaluate(step, &found)?;
    }
    Ok(found)
}

fn slice_of<'a>(slice: Slice, current: &Item<'a>) -> Result<Item<'a>> {
    let Some(items) = current.items() else { return Ok(Item::NULL) };
    let positions = slice::positions(slice, items.len())?;
    Ok(Item::list(positions.into_iter().filter_map(|position| items.get(position).cloned()).collect()))
}

/// The first of the nodes that is as true as wanted, or the last one.
fn first<'a>(nodes: &'a [Node], current: &Item<'a>, wanted: bool) -> Result<Item<'a>> {
    let mut found = Item::NULL;
    for node in nodes {
        found = evaluate(node, current)?;
        if found.is_true() == wanted {
            break;
        }
    }
    Ok(found)
}

fn list<'a>(nodes: &'a [Node], current: &Item<'a>) -> Result<Item<'a>> {
    if current.is_null() {
        return Ok(Item::NULL);
    }
    nodes.iter().map(|node| evaluate(node, current)).collect::<Result<_>>().map(Item::list)
}

fn hash<'a>(members: &'a [(Key, Node)], current: &Item<'a>) -> Result<Item<'a>> {
    if current.is_null() {
        return Ok(Item::NULL);
    }
    let mut map = IndexMap::with_capacity(members.len());
    for (key, node) in members {
        map.insert(key.clone(), evaluate(node, current)?);
    }
    Ok(Item::Map(map.into()))
}

fn project<'a>(projection: &'a Projection, current: &Item<'a>) -> Result<Item<'a>> {
    let source = evaluate(&projection.source, current)?;
    let items = match &projection.kind {
        Project::Items | Project::Matching(_) => source.items(),
        Project::Flattened => source.items().map(flattened),
        Project::Values => {
            source.members().map(|members| members.into_iter().map(|(_, item)| item).collect())
        }
    };
    let Some(items) = items else { return Ok(Item::NULL) };
    let mut found = Vec::new();
    for item in items {
        if let Project::Matching(condition) = &projection.kind
            && !evaluate(condition, &item)?.is_true()
        {
            continue;
        }
        let each = evaluate(&projection.each, &item)?;
        if !each.is_null() {
            found.push(each);
        }
    }
    Ok(Item::list(found))
}

fn flattened(items: Vec<Item<'_>>) -> Vec<Item<'_>> {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item.items() {
            Some(inner) => flat.extend(inner),
            None => flat.push(item),
        }
    }
    flat
}

fn call_function<'a>(call: &'a Call, current: &Item<'a>) -> Result<Item<'a>> {
    let arguments =
        call.arguments.iter().map(|argument| evaluate(argument, current)).collect::<Result<Vec<_>>>()?;
    functions::call(&call.name, &arguments)
}
