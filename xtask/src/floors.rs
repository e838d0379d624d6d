//! What has been reached and may not be lost: `tests/parity/floors.json`.
//!
//! A floor is a number for a group and a column. It only rises: `--raise`
//! writes what was measured where that is more, and CI fails below.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::{Map, Number, Value};

use crate::root;

/// Figures of one group by column.
pub type Figures = Vec<(&'static str, f64)>;

/// Rounding may not fail a run.
const SLACK: f64 = 0.005;

/// The file's content.
#[derive(Debug)]
pub struct Floors {
    groups: Map<String, Value>,
}

impl Floors {
    /// Reads the file; without one there are no floors.
    pub fn read() -> Result<Floors> {
        let path = path();
        if !path.exists() {
            return Ok(Floors { groups: Map::new() });
        }
        let groups = serde_json::from_str(&std::fs::read_to_string(&path)?)
            .with_context(|| format!("{} is no JSON object", path.display()))?;
        Ok(Floors { groups })
    }

    /// What lies below its floor, in words.
    pub fn broken(&self, group: &str, figures: &Figures) -> Vec<String> {
        let below = figures.iter().filter_map(|(column, got)| {
            let floor = self.groups.get(group)?.get(column)?.as_f64()?;
            (*got + SLACK < floor).then(|| format!("{group}: {column} is {got}, the floor is {floor}"))
        });
        below.collect()
    }

    /// Lifts the floors of a group to these figures, where they are higher.
    pub fn raise(&mut self, group: &str, figures: &Figures) {
        let floors = self.groups.entry(group).or_insert_with(|| Value::Object(Map::new()));
        let Some(floors) = floors.as_object_mut() else { return };
        for (column, got) in figures {
            let floor = floors.get(*column).and_then(Value::as_f64).unwrap_or(f64::MIN);
            if let Some(number) = number(*got).filter(|_| *got > floor) {
                floors.insert((*column).to_owned(), Value::Number(number));
            }
        }
    }

    /// Writes the file, groups in order.
    pub fn write(mut self) -> Result<()> {
        self.groups.sort_keys();
        let mut text = serde_json::to_string_pretty(&self.groups)?;
        text.push('\n');
        std::fs::write(path(), text)?;
        Ok(())
    }
}

/// Whole numbers without a point.
fn number(value: f64) -> Option<Number> {
    if value.fract() == 0.0 { Some(Number::from(value as i64)) } else { Number::from_f64(value) }
}

fn path() -> PathBuf {
    root().join("tests/parity/floors.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_only_rise() {
        let mut floors = Floors { groups: Map::new() };
        floors.raise("g", &vec![("pass", 3.0), ("stdout", 99.5)]);
        floors.raise("g", &vec![("pass", 2.0), ("stdout", 100.0)]);
        assert_eq!(serde_json::to_string(&floors.groups).unwrap(), r#"{"g":{"pass":3,"stdout":100}}"#);
        assert_eq!(floors.broken("g", &vec![("pass", 2.0)]), ["g: pass is 2, the floor is 3"]);
        assert!(floors.broken("g", &vec![("pass", 3.0), ("stdout", 99.999)]).is_empty());
    }
}
