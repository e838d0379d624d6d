//! Edits laid out by where things stand, for files in which the reference's
//! layout would damage something: see [`super::edit`].

use super::edit::{Edit, NewValue};
use super::lines::Lines;
use super::parse::{Place, places};

/// The lines after the edit; none for a text that cannot be read.
pub(super) fn edit(lines: &Lines, text: &str, edit: &Edit) -> Option<Lines> {
    let mut lines = lines.clone();
    let mut places = places(text).ok()?;
    if !edit.remove.is_empty() {
        remove(&mut lines, &places, edit);
        let rest = lines.join();
        places = self::places(super::edit::bare(&rest)).ok()?;
    }
    for (key, value) in &edit.set {
        match places.iter().find(|place| place.name == edit.section) {
            None => {
                let end = lines.all.len();
                lines.insert(end, vec![format!("[{}]", edit.section)]);
                lines.insert(end + 1, block("", key, value));
            }
            Some(place) => set(&mut lines, place, key, value),
        }
        let now = lines.join();
        places = self::places(super::edit::bare(&now)).ok()?;
    }
    Some(lines)
}

fn remove(lines: &mut Lines, places: &[Place], edit: &Edit) {
    let Some(place) = places.iter().find(|place| place.name == edit.section) else { return };
    let mut spans: Vec<_> = edit.remove.iter().filter_map(|key| place.keys.get(key)).collect();
    spans.sort_by_key(|span| std::cmp::Reverse(span.first));
    for span in spans {
        lines.all.drain(span.first..=span.last);
    }
}

fn set(lines: &mut Lines, place: &Place, key: &str, value: &NewValue) {
    let Some(span) = place.keys.get(&key.to_lowercase()).copied() else {
        let last = place.keys.values().map(|span| span.last).max();
        let indent = place.keys.values().next_back().map(|span| indent_of(lines.text(span.first)));
        lines.insert(last.unwrap_or(place.header) + 1, block(&indent.unwrap_or_default(), key, value));
        return;
    };
    let indent = indent_of(lines.text(span.first));
    match value {
        NewValue::Text(value) => {
            // Further lines of a text would go on as part of the new one; a block's keys are not ours to drop.
            let goes_on =
                lines.text(span.first).split_once(['=', ':']).is_some_and(|(_, old)| !old.trim().is_empty());
            if goes_on {
                let is_of_value =
                    |text: &str| !text.trim().is_empty() && !text.trim_start().starts_with(['#', ';']);
                for at in
                    (span.first + 1..=span.last).rev().filter(|at| *at < lines.all.len()).collect::<Vec<_>>()
                {
                    if is_of_value(lines.text(at)) {
                        lines.all.remove(at);
                    }
                }
            }
            lines.replace(span.first, format!("{indent}{key} = {value}"));
        }
        NewValue::Nested(inner, value) => {
            let mut deeper = None;
            for at in span.first + 1..=span.last {
                let text = lines.text(at);
                if text.trim().is_empty() || text.trim_start().starts_with(['#', ';']) {
                    continue;
                }
                let indent = indent_of(text);
                if text.split_once('=').is_some_and(|(key, _)| key.trim() == inner) {
                    lines.replace(at, format!("{indent}{inner} = {value}"));
                    return;
                }
                deeper.get_or_insert(indent);
            }
            let indent = deeper.unwrap_or_else(|| format!("{indent}    "));
            lines.insert(span.last + 1, vec![format!("{indent}{inner} = {value}")]);
        }
    }
}

fn block(indent: &str, key: &str, value: &NewValue) -> Vec<String> {
    match value {
        NewValue::Text(value) => vec![format!("{indent}{key} = {value}")],
        NewValue::Nested(inner, value) => {
            vec![format!("{indent}{key} ="), format!("{indent}    {inner} = {value}")]
        }
    }
}

fn indent_of(text: &str) -> String {
    text.chars().take_while(|c| c.is_whitespace()).collect()
}
