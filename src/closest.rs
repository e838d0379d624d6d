//! Names that come close to a mistyped one.
//!
//! The measure is the Ratcliff/Obershelp similarity: twice the characters in
//! common blocks over all characters, where the blocks are the longest common
//! one and, to its left and right, the same again. As the reference, at most
//! three names of a similarity of at least 0.8 are given, best first, and of
//! equals the one later in the alphabet first.

const CUTOFF: f64 = 0.8;
const MOST: usize = 3;

/// The names that come close to the word, best first.
pub fn closest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let word: Vec<char> = word.chars().collect();
    let mut found: Vec<(f64, &str)> = names
        .filter_map(|name| {
            let letters: Vec<char> = name.chars().collect();
            // No block can be longer than the shorter text, which spares most of the work.
            let bound = ratio_of(word.len().min(letters.len()), word.len() + letters.len());
            let similarity = if bound < CUTOFF { bound } else { ratio(&letters, &word) };
            (similarity >= CUTOFF).then_some((similarity, name))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(a.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    found.truncate(MOST);
    found.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// How alike two texts are: from 0 for nothing in common to 1 for the same.
pub fn similarity(a: &str, b: &str) -> f64 {
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    ratio(&chars(a), &chars(b))
}

fn ratio(a: &[char], b: &[char]) -> f64 {
    ratio_of(common(a, b), a.len() + b.len())
}

#[allow(clippy::cast_precision_loss)]
fn ratio_of(common: usize, all: usize) -> f64 {
    if all == 0 { 1.0 } else { 2.0 * common as f64 / all as f64 }
}

/// The characters in common blocks.
fn common(a: &[char], b: &[char]) -> usize {
    let (start_a, start_b, length) = longest_block(a, b);
    if length == 0 {
        return 0;
    }
    let left = common(a.get(..start_a).unwrap_or_default(), b.get(..start_b).unwrap_or_default());
    let right =
        common(a.get(start_a + length..).unwrap_or_default(), b.get(start_b + length..).unwrap_or_default());
    left + length + right
}

/// The longest common block: of equals the one that starts first in `a`, then in `b`.
fn longest_block(a: &[char], b: &[char]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    // The length of the common block that ends at each place of `b`, and one place before the first.
    let mut before = vec![0; b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        let mut here = vec![0];
        for ((j, y), length) in b.iter().enumerate().zip(&before) {
            let length = if x == y { length + 1 } else { 0 };
            here.push(length);
            if length > best.2 {
                best = (i + 1 - length, j + 1 - length, length);
            }
        }
        before = here;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_come_best_first() {
        let names = || ["iam", "sts", "ecs", "ec2", "configure", "help", "ssm"].into_iter();
        let cases: [(&str, &[&str]); 7] = [
            ("iamm", &["iam"]),
            ("st", &["sts"]),
            ("ec2s", &["ecs", "ec2"]),
            ("IAM", &[]),
            ("", &[]),
            ("configur", &["configure"]),
            ("hel", &["help"]),
        ];
        for (word, wanted) in cases {
            assert_eq!(closest(word, names()), wanted, "{word}");
        }
    }

    #[test]
    fn three_names_at_most() {
        let names = ["abcde1", "abcde2", "abcde3", "abcde4"].into_iter();
        assert_eq!(closest("abcde", names), ["abcde4", "abcde3", "abcde2"]);
    }

    #[test]
    fn the_ratio_is_that_of_common_blocks() {
        let ratio = similarity;
        assert_eq!(ratio("abcd", "bcde"), 0.75);
        assert_eq!(ratio("tide", "diet"), 0.25);
        assert_eq!(ratio("diet", "tide"), 0.5);
        assert_eq!(ratio("", ""), 1.0);
    }
}
