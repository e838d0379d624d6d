//! The model's patterns, which a whole text has to match.

use regex_lite::Regex;

/// Letters, blanks and digits of all scripts, which the small engine does not know: the beginning of such a class.
const ALL_SCRIPTS: &str = r"[\p{L}\p{Z}\p{N}";

/// No dash after a dash: the only look-ahead of the model.
const NO_DOUBLE_DASH: &str = "([a-z0-9]|-(?!-))";

/// Whether the whole text matches. A pattern that cannot be read matches nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    if let Some(class) = pattern.strip_prefix(ALL_SCRIPTS) {
        let (signs, many) = class.split_once(']').unwrap_or((class, "*"));
        return (many == "*" || !text.is_empty())
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || is_blank(c) || signs.replace('\\', "").contains(c));
    }
    if pattern.contains(NO_DOUBLE_DASH) {
        return !text.contains("--") && whole(&pattern.replace(NO_DOUBLE_DASH, "[a-z0-9-]"), text);
    }
    whole(pattern, text)
}

/// `\p{Z}`: blanks of all scripts, but not tabs and line breaks, which are control characters.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !c.is_control()
}

fn whole(pattern: &str, text: &str) -> bool {
    compiled(pattern).is_ok_and(|regex| regex.is_match(text))
}

fn compiled(pattern: &str) -> Result<Regex, regex_lite::Error> {
    Regex::new(&format!(r"\A(?:{})\z", pattern.replace("\\/", "/")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Member, SERVICES, Shape};

    fn patterns(members: &[Member], depth: usize, found: &mut Vec<&'static str>) {
        for member in members {
            of_shape(member.shape, depth, found);
        }
    }

    fn of_shape(shape: &'static Shape, depth: usize, found: &mut Vec<&'static str>) {
        found.extend(shape.pattern);
        match &shape.kind {
            Kind::List(item) => of_shape(item, depth, found),
            Kind::Map { key, value } => [key, value].into_iter().for_each(|one| of_shape(one, depth, found)),
            Kind::Structure(members) if depth > 0 => patterns(members, depth - 1, found),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_of_a_request_can_be_read() {
        let mut found = Vec::new();
        for operation in SERVICES.iter().flat_map(|service| service.operations) {
            patterns(operation.input, 5, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        assert!(found.len() > 15, "{}", found.len());
        for pattern in found {
            let plain = pattern.replace(NO_DOUBLE_DASH, "x");
            assert!(pattern.starts_with(ALL_SCRIPTS) || compiled(&plain).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn the_whole_text_has_to_match() {
        assert!(matches(r"[\w+=,.@-]+", "a.b@c"));
        assert!(!matches(r"[\w+=,.@-]+", "a b"));
        assert!(!matches(r"[\w+=,.@-]+", "a\n"));
        assert!(matches(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", "/a/b/"));
        assert!(!matches(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", "/a"));
        assert!(matches(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", "Größe 1-a"));
        assert!(!matches(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", "a{b"));
        for control in ["a\0b", "a\nb", "a\tb", "a\u{b}b", "a\u{85}b"] {
            assert!(!matches(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", control), "{control:?}");
        }
        let alias = r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$";
        assert!(matches(alias, "my-org") && !matches(alias, "my--org") && !matches(alias, "-org"));
    }
}
