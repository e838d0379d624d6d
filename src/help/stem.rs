//! What counts as the same word in a search.
//!
//! This file is compiled twice: into the program, which reads the words that
//! a person types, and into `xtask`, which makes the index. Both have to cut
//! words in the same way, so it knows nothing of either.

/// Words that say nothing about what is looked for.
const EMPTY: &[&str] = &[
    "a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "in",
    "into", "is", "it", "its", "me", "my", "of", "on", "or", "so", "that", "the", "their", "them", "there",
    "this", "to", "want", "was", "what", "when", "which", "will", "with", "you", "your",
];

/// The stems of a text, in order, without empty words.
pub fn stems(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(str::to_lowercase);
    words.filter(|word| !EMPTY.contains(&word.as_str())).map(|word| stem(&word)).collect()
}

/// The part of a lower-case word that its forms share: `policies` and `policy`, `rotating` and `rotate`.
pub fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.to_owned();
    }
    let word = singular(word);
    let word = match (word.strip_suffix("ing"), word.strip_suffix("ed")) {
        (Some(rest), _) | (_, Some(rest)) if rest.contains(['a', 'e', 'i', 'o', 'u']) => match rest.len() {
            0..=1 => word,
            2 => format!("{rest}e"),
            _ => undoubled(rest),
        },
        _ => word,
    };
    match word.strip_suffix('e') {
        Some(rest) if rest.len() > 2 => rest.to_owned(),
        _ => word,
    }
}

fn singular(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ies") {
        return format!("{rest}y");
    }
    for end in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(end) {
            return word.strip_suffix("es").unwrap_or(word).to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(rest) if !rest.ends_with(['s', 'u', 'i']) => rest.to_owned(),
        _ => word.to_owned(),
    }
}

/// `getting` without its end is `gett`, which is `get`.
fn undoubled(rest: &str) -> String {
    let mut ends = rest.chars().rev();
    match (ends.next(), ends.next()) {
        (Some(last), Some(before)) if last == before && !matches!(last, 's' | 'l') => {
            rest.strip_suffix(last).unwrap_or(rest).to_owned()
        }
        _ => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_word_have_one_stem() {
        for forms in [
            &["policy", "policies"][..],
            &["rotate", "rotating", "rotated", "rotates"],
            &["use", "used", "using", "uses"],
            &["get", "gets", "getting"],
            &["access", "accesses"],
            &["key", "keys"],
            &["attach", "attaches", "attached", "attaching"],
        ] {
            let stems: Vec<String> = forms.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|one| *one == stems[0]), "{forms:?} give {stems:?}");
        }
        for (one, other) in [("role", "rule"), ("sing", "sign"), ("status", "state")] {
            assert_ne!(stem(one), stem(other));
        }
    }

    #[test]
    fn empty_words_are_left_out() {
        assert_eq!(stems("Give a role to THE machine!"), ["giv", "rol", "machin"]);
        assert_eq!(stems("--user-name"), ["user", "nam"]);
    }
}
