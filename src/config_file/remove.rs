//! Taking sections and values out of a text. Comments outside of what goes stay.

use super::edit::{EditError, bare};
use super::lines::Lines;
use super::parse::{Place, places};

/// What to take out of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal<'r> {
    /// All of it.
    Section,
    /// A key with its value.
    Key(&'r str),
    /// A key of the block below a key. With the last one goes the block.
    Inner(&'r str, &'r str),
}

/// The text without what is to be removed from the sections whose names are accepted; none where nothing changes.
pub fn remove(
    text: &str,
    is_section: impl Fn(&str) -> bool,
    removal: Removal<'_>,
) -> Result<Option<String>, EditError> {
    let mut lines = Lines::split(text);
    let places = places(bare(text)).map_err(EditError::Unreadable)?;
    // From the end, so that what comes before stays where it is.
    for place in places.iter().rev().filter(|place| is_section(&place.name)) {
        match removal {
            Removal::Section => section(&mut lines, place),
            Removal::Key(key) => {
                if let Some(span) = place.keys.get(key) {
                    lines.all.drain(span.first..=span.last);
                }
            }
            Removal::Inner(key, inner) => inner_key(&mut lines, place, key, inner),
        }
    }
    let after = lines.join();
    if after == text {
        return Ok(None);
    }
    super::parse(bare(&after)).map_err(|_| EditError::Damage)?;
    Ok(Some(after))
}

fn section(lines: &mut Lines, place: &Place) {
    let last = place.keys.values().map(|span| span.last).max().unwrap_or(place.header);
    let blank = |at: usize| lines.all.get(at).is_some_and(|line| line.text.trim().is_empty());
    let mut end = last + 1;
    while blank(end) {
        end += 1;
    }
    lines.all.drain(place.header..end.min(lines.all.len()));
}

fn inner_key(lines: &mut Lines, place: &Place, key: &str, inner: &str) {
    let Some(span) = place.keys.get(key) else { return };
    let is_key = |at: &usize| {
        let text = lines.text(*at).trim();
        !text.is_empty() && !text.starts_with(['#', ';'])
    };
    let keys: Vec<usize> = (span.first + 1..=span.last).filter(is_key).collect();
    let named = |at: &usize| lines.text(*at).split_once('=').is_some_and(|(name, _)| name.trim() == inner);
    let gone: Vec<usize> = keys.iter().copied().filter(named).collect();
    if gone.len() == keys.len() {
        lines.all.drain(span.first..=span.last);
        return;
    }
    for at in gone.into_iter().rev() {
        lines.all.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# top\n[default]\nregion = a\ns3 =\n  x = 1\n  y = 2\n\n# of q\n[profile q]\nregion = b\n";

    fn removed(section: &str, removal: Removal<'_>) -> String {
        remove(TEXT, |name| name == section, removal).unwrap().unwrap()
    }

    #[test]
    fn sections_keys_and_inner_keys_go_and_comments_stay() {
        assert_eq!(removed("default", Removal::Section), "# top\n# of q\n[profile q]\nregion = b\n");
        assert_eq!(removed("profile q", Removal::Section), TEXT.split("[profile q]").next().unwrap());
        assert_eq!(removed("default", Removal::Key("s3")), TEXT.replace("s3 =\n  x = 1\n  y = 2\n", ""));
        assert_eq!(removed("default", Removal::Inner("s3", "x")), TEXT.replace("  x = 1\n", ""));
        let one = TEXT.replace("  y = 2\n", "");
        let none = remove(&one, |name| name == "default", Removal::Inner("s3", "x")).unwrap().unwrap();
        assert_eq!(none, one.replace("s3 =\n  x = 1\n", ""));
        assert_eq!(remove(TEXT, |_| true, Removal::Key("nope")), Ok(None));
    }
}
