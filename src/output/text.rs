//! `--output text`: lines of tab-separated fields for `cut` and `awk`.
//!
//! A dict gives one line of its scalars in the order of their sorted keys,
//! then its lists and dicts, each line of which starts with the upper-cased
//! key. A list of dicts gives one line each, with a column for every key that
//! is a scalar in any of them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::writer::Writer;
use crate::error::{Error, Result};
use crate::python;
use crate::value::{Map, Value};

/// Writes a value as lines. What comes before a list that cannot be shown is written.
pub fn write(out: &mut Writer, value: &Value) -> Result<()> {
    write_lines(out, value, None)
}

fn write_lines(out: &mut Writer, value: &Value, id: Option<&str>) -> Result<()> {
    match value {
        Value::List(items) if items.iter().any(is_map) => write_maps(out, items, id),
        Value::List(items) => write_list(out, items, id),
        Value::Map(map) => {
            let mut scalars: Vec<_> = map.iter().filter(|(_, value)| is_scalar(value)).collect();
            scalars.sort_by_key(|(key, _)| *key);
            if !scalars.is_empty() {
                write_row(out, id, scalars.into_iter().map(|(_, value)| Some(value)));
            }
            write_nested(out, map, |_, value| !is_scalar(value))
        }
        scalar => {
            write_row(out, None, std::iter::once(Some(scalar)));
            Ok(())
        }
    }
}

/// A list with a dict in it: all items must be dicts.
fn write_maps(out: &mut Writer, items: &[Value], id: Option<&str>) -> Result<()> {
    let mut columns = BTreeSet::new();
    for item in items {
        let Value::Map(map) = item else {
            let kind = python::type_name(item);
            return Err(Error::general(format!("'{kind}' object has no attribute 'items'")));
        };
        columns.extend(map.iter().filter(|(_, value)| is_scalar(value)).map(|(key, _)| key.as_ref()));
    }
    for map in items.iter().filter_map(Value::as_map) {
        if !columns.is_empty() {
            write_row(out, id, columns.iter().map(|column| map.get(*column)));
        }
        write_nested(out, map, |key, _| !columns.contains(key))?;
    }
    Ok(())
}

/// A list without dicts: its scalars, then its lists.
fn write_list(out: &mut Writer, items: &[Value], id: Option<&str>) -> Result<()> {
    let mut scalars = items.iter().filter(|item| is_scalar(item)).peekable();
    if id.is_some() {
        for scalar in scalars {
            write_row(out, id, std::iter::once(Some(scalar)));
        }
    } else if scalars.peek().is_some() {
        write_row(out, None, scalars.map(Some));
    }
    items.iter().filter(|item| !is_scalar(item)).try_for_each(|item| write_lines(out, item, id))
}

/// The members that are lists or dicts and that `wanted` names, by key, each under its own name.
fn write_nested(out: &mut Writer, map: &Map, wanted: impl Fn(&str, &Value) -> bool) -> Result<()> {
    let mut nested: Vec<_> = map.iter().filter(|(key, value)| wanted(key, value)).collect();
    nested.sort_by_key(|(key, _)| *key);
    nested.into_iter().try_for_each(|(key, value)| write_lines(out, value, Some(&key.to_uppercase())))
}

fn write_row<'v>(out: &mut Writer, id: Option<&str>, fields: impl Iterator<Item = Option<&'v Value>>) {
    if let Some(id) = id {
        out.push_str(id);
        out.push('\t');
    }
    for (i, field) in fields.enumerate() {
        if i > 0 {
            out.push('\t');
        }
        out.push_str(&field.map_or(Cow::Borrowed(""), field_text));
    }
    out.push('\n');
}

fn field_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(python::text(other)),
    }
}

fn is_map(value: &Value) -> bool {
    matches!(value, Value::Map(_))
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Map(_) | Value::List(_))
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::tests::{check, check_errors};

    #[test]
    fn scalars_are_a_line_as_python_prints_them() {
        check(
            Format::Text,
            &[
                ("null", "None\n"),
                ("true", "True\n"),
                ("1.0", "1.0\n"),
                (r#""""#, "\n"),
                (r#""a\tb""#, "a\tb\n"),
                ("[]", ""),
                ("[[]]", ""),
            ],
        );
    }

    #[test]
    fn dicts_print_their_scalars_and_then_the_rest_by_key() {
        check(
            Format::Text,
            &[
                (r#"{"b": 1, "B": 2, "é": 3, "a": null}"#, "2\tNone\t1\t3\n"),
                (r#"{"z": {"b": 1}, "c": 5, "a": [1]}"#, "5\nA\t1\nZ\t1\n"),
                (r#"{"a": {"b": {"c": 1}}}"#, "B\t1\n"),
                (r#"{"straße": ["x"]}"#, "STRASSE\tx\n"),
                (r#"{"a": {}, "b": [], "c": [{}]}"#, ""),
            ],
        );
    }

    #[test]
    fn lists_of_scalars_are_one_line_or_one_line_each_under_a_name() {
        check(
            Format::Text,
            &[
                (r#"["a", null, 1]"#, "a\tNone\t1\n"),
                (r#"{"k": ["a", ""]}"#, "K\ta\nK\t\n"),
                ("[[1, 2], [3]]", "1\t2\n3\n"),
                (r#"{"k": [[1, 2], [3]]}"#, "K\t1\nK\t2\nK\t3\n"),
                ("[[1], 3, [[2]]]", "3\n1\n2\n"),
            ],
        );
    }

    #[test]
    fn lists_of_dicts_have_a_column_for_every_scalar_key() {
        check(
            Format::Text,
            &[
                (r#"[{"a": 1}, {"b": 2}]"#, "1\t\n\t2\n"),
                (r#"[{}, {"a": 1}]"#, "\n1\n"),
                (r#"{"x": [{"a": 1, "b": {"c": 1}}, {"b": {"c": 2}}]}"#, "X\t1\nB\t1\nX\t\nB\t2\n"),
                (r#"[{"b": [1]}, {"b": [2]}]"#, "B\t1\nB\t2\n"),
            ],
        );
    }

    #[test]
    fn a_key_that_is_a_scalar_somewhere_is_a_column_everywhere() {
        check(Format::Text, &[(r#"[{"a": [1]}, {"a": "s"}]"#, "[1]\ns\n")]);
    }

    #[test]
    fn a_list_of_dicts_and_other_things_is_an_error() {
        check_errors(
            Format::Text,
            &[
                (r#"[{"a": 1}, 3]"#, "'int' object has no attribute 'items'"),
                (r#"[null, {"a": 1}]"#, "'NoneType' object has no attribute 'items'"),
                (r#"[[1], {"a": 1}]"#, "'list' object has no attribute 'items'"),
                (r#"[{"a": 1}, "s"]"#, "'str' object has no attribute 'items'"),
            ],
        );
    }
}
