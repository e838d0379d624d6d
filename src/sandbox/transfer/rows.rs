//! Rows of a table as objects, and back. Blobs are base64 in an object of their own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::Connection;
use rusqlite::types::{Value as Cell, ValueRef};

use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

/// The member that marks bytes.
const BYTES: &str = "Base64";

/// All rows, in the order of the key. Columns that hold nothing are left out.
pub(super) fn read(db: &Connection, table: &str) -> Result<Vec<Value>, Fault> {
    let mut statement = db.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut map = Map::new();
        for (index, name) in names.iter().enumerate() {
            let value = match row.get_ref(index)? {
                ValueRef::Null => continue,
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Real(number) => Value::Float(number),
                ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => {
                    Map::from([(BYTES.into(), Value::from(STANDARD.encode(bytes)))]).into()
                }
            };
            map.insert(name.clone().into(), value);
        }
        found.push(map.into());
    }
    Ok(found)
}

/// Writes rows into a table. A column that the table does not have is a fault, and so is a value of another type.
pub(super) fn write(db: &Connection, table: &str, rows: &[Value]) -> Result<(), Fault> {
    let columns: Vec<String> = {
        let statement = db.prepare(&format!("SELECT * FROM \"{table}\" LIMIT 0"))?;
        statement.column_names().map(str::to_owned).collect()
    };
    for row in rows {
        let wrong = |what: &str| Fault::invalid_input(format!("A row of {table} {what}"));
        let map = row.as_map().ok_or_else(|| wrong("is no object"))?;
        if let Some(other) = map.keys().find(|name| !columns.iter().any(|column| column == name.as_ref())) {
            return Err(wrong(&format!("has {other}, which is no column")));
        }
        let names = map.keys().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let marks = vec!["?"; map.len()].join(", ");
        let cells =
            map.values().map(|value| cell(value).ok_or_else(|| wrong("has a value of no known type")));
        let cells = cells.collect::<Result<Vec<_>, _>>()?;
        db.execute(
            &format!("INSERT INTO \"{table}\" ({names}) VALUES ({marks})"),
            rusqlite::params_from_iter(cells),
        )
        .map_err(|error| wrong(&format!("does not fit: {error}")))?;
    }
    Ok(())
}

fn cell(value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Int(number) => Cell::Integer(*number),
        Value::Float(number) => Cell::Real(*number),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Map(map) => Cell::Blob(STANDARD.decode(map.get(BYTES)?.as_str()?).ok()?),
        _ => return None,
    })
}
