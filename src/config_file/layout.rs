//! Edits laid out as the reference lays them out.
//!
//! It goes by how lines look, not by what they mean: everything with a `=` or
//! `:` in it counts as a key's line, comments included. The rules, each tried:
//!
//! - a section is the first line that begins with its name in brackets;
//! - a key that is there gets a new line, without indentation, in its place;
//! - a new key goes below the last key's line of the section; at the end of the
//!   file one line further down, if there is one;
//! - a new inner key goes below the block, which ends before a key's line as
//!   deep as the block's own key, or before the next section;
//! - a new section goes to the end, without a blank line before it.

use super::edit::{Edit, EditError, NewValue};
use super::lines::Lines;

/// The lines after the edit.
pub(super) fn edit(lines: &Lines, edit: &Edit) -> Result<Lines, EditError> {
    let mut lines = lines.clone();
    match find(&lines, &edit.section) {
        None => append(&mut lines, edit),
        Some(header) => {
            remove(&mut lines, header, &edit.remove);
            update(&mut lines, header, &edit.set)?;
        }
    }
    Ok(lines)
}

fn find(lines: &Lines, name: &str) -> Option<usize> {
    lines.all.iter().position(|line| line.text.strip_prefix('[').and_then(within_brackets) == Some(name))
}

fn within_brackets(rest: &str) -> Option<&str> {
    rest.split_once(']').map(|(name, _)| name)
}

fn is_header(line: &str) -> bool {
    line.trim_start().strip_prefix('[').and_then(within_brackets).is_some_and(|name| !name.is_empty())
}

/// The key of a line that looks like one.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(['=', ':'])?;
    Some(key.trim()).filter(|key| !key.is_empty())
}

fn indent_of(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).count()
}

fn append(lines: &mut Lines, edit: &Edit) {
    let mut texts = vec![format!("[{}]", edit.section)];
    texts.extend(new_lines(&edit.set));
    lines.insert(lines.all.len(), texts);
}

fn new_lines<'v>(values: impl IntoIterator<Item = &'v (String, NewValue)>) -> Vec<String> {
    let mut texts = Vec::new();
    for (key, value) in values {
        match value {
            NewValue::Text(value) => texts.push(format!("{key} = {value}")),
            NewValue::Nested(inner, value) => {
                texts.push(format!("{key} ="));
                texts.push(format!("    {inner} = {value}"));
            }
        }
    }
    texts
}

fn remove(lines: &mut Lines, header: usize, keys: &[String]) {
    let mut at = header + 1;
    while at < lines.all.len() && !is_header(lines.text(at)) {
        if key_of(lines.text(at)).is_some_and(|key| keys.iter().any(|gone| gone == key)) {
            lines.all.remove(at);
        } else {
            at += 1;
        }
    }
}

fn update(lines: &mut Lines, header: usize, values: &[(String, NewValue)]) -> Result<(), EditError> {
    let mut open: Vec<&(String, NewValue)> = values.iter().collect();
    let mut last = header;
    let mut at = header + 1;
    while at < lines.all.len() {
        let text = lines.text(at);
        if is_header(text) {
            lines.insert(last + 1, new_lines(open));
            return Ok(());
        }
        if let Some(key) = key_of(text) {
            last = at;
            if let Some(found) = open.iter().position(|(name, _)| name == key) {
                let (key, value) = open.remove(found);
                match value {
                    NewValue::Text(value) => lines.replace(at, format!("{key} = {value}")),
                    NewValue::Nested(inner, value) => last = update_block(lines, at, inner, value)?,
                }
                at = last;
            }
        }
        at += 1;
    }
    // At the end of the file one line further down, if there is one.
    lines.insert(last + 2, new_lines(open));
    Ok(())
}

/// Sets an inner key of the block below the line; gives the line that it stands in.
fn update_block(lines: &mut Lines, owner: usize, inner: &str, value: &str) -> Result<usize, EditError> {
    let depth = indent_of(lines.text(owner));
    let mut known = false;
    let mut at = owner + 1;
    while at < lines.all.len() {
        let text = lines.text(at);
        if is_header(text) {
            break;
        }
        if let Some(key) = key_of(text) {
            known = true;
            let indent = indent_of(text);
            if key == inner && indent != depth {
                let text = format!("{}{inner} = {value}", " ".repeat(indent));
                lines.replace(at, text);
                return Ok(at);
            }
            if indent == depth {
                break;
            }
        } else if !known {
            return Err(EditError::NoBlock);
        }
        at += 1;
    }
    if !known {
        return Err(EditError::NoBlock);
    }
    lines.insert(at, vec![format!("    {inner} = {value}")]);
    Ok(at)
}
