//! Texts with wildcards and policy variables.
//!
//! A pattern is a row of tokens, so that what a variable brings in can never
//! become a wildcard, whatever it holds. Variables are those of the IAM User
//! Guide, "IAM policy elements: Variables and tags": `${key}`,
//! `${key, 'default'}`, and `${*}` `${?}` `${$}` for the signs themselves; in
//! version 2012-10-17 only. A key that is absent, or has many values, makes
//! the whole pattern match nothing.

use std::collections::HashMap;

use super::document::Version;
use super::request::Context;

/// The segments of an ARN.
const SEGMENTS: usize = 6;

/// One place of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// This character.
    Char(char),
    /// `*`: any characters, also none.
    Any,
    /// `?`: any one character.
    One,
}

/// A text to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Token>);

impl Pattern {
    /// A pattern without variables: an action.
    pub fn wild(text: &str) -> Pattern {
        Pattern(text.chars().map(wildcard).collect())
    }

    /// A pattern with its variables replaced; none where one has no value. Without `wild` the text itself has
    /// no wildcards.
    pub fn expand(text: &str, version: Version, context: &Context, wild: bool) -> Option<Pattern> {
        let literal = |c| if wild { wildcard(c) } else { Token::Char(c) };
        let mut tokens = Vec::new();
        for part in parts(text, version) {
            match part {
                Part::Text(text) => tokens.extend(text.chars().map(literal)),
                Part::Sign(sign) => tokens.push(Token::Char(sign)),
                Part::Variable { key, default } => {
                    let value = match (context.get(key), default) {
                        (Some([value]), _) => value.as_str(),
                        (None, Some(default)) => default,
                        _ => return None,
                    };
                    tokens.extend(value.chars().map(Token::Char));
                }
            }
        }
        Some(Pattern(tokens))
    }

    /// Whether the whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        fits(&self.0, text)
    }

    /// Whether the whole text fits, without regard to case.
    pub fn matches_ignoring_case(&self, text: &str) -> bool {
        fits_ignoring_case(&self.0, text)
    }

    /// Whether the resource of a request fits: segment by segment of the ARN, where the last one may hold
    /// further colons. An ARN that ends early is completed with wildcards; `*` fits everything.
    pub fn matches_resource(&self, resource: &str) -> bool {
        if self.0 == [Token::Any] {
            return true;
        }
        let resource: Vec<&str> = resource.splitn(SEGMENTS, ':').collect();
        let patterns = self.segments();
        resource.len() == SEGMENTS
            && patterns.len() > 1
            && resource
                .iter()
                .enumerate()
                .all(|(at, segment)| patterns.get(at).is_none_or(|pattern| fits(pattern, segment)))
    }

    /// Whether an ARN in a condition fits: its six segments, each by itself; `*` alone fits every ARN.
    pub fn matches_arn(&self, arn: &str) -> bool {
        let arn: Vec<&str> = arn.splitn(SEGMENTS, ':').collect();
        if arn.len() != SEGMENTS || arn.first() != Some(&"arn") {
            return false;
        }
        let patterns = self.segments();
        self.0 == [Token::Any]
            || (patterns.len() == SEGMENTS
                && patterns.iter().zip(arn).all(|(pattern, segment)| fits(pattern, segment)))
    }

    fn segments(&self) -> Vec<&[Token]> {
        self.0.splitn(SEGMENTS, |token| *token == Token::Char(':')).collect()
    }
}

fn wildcard(c: char) -> Token {
    match c {
        '*' => Token::Any,
        '?' => Token::One,
        c => Token::Char(c),
    }
}

/// The keys of the variables in a text.
pub fn variables(text: &str, version: Version) -> Vec<&str> {
    let keys = parts(text, version).into_iter().filter_map(|part| match part {
        Part::Variable { key, .. } if !key.is_empty() => Some(key),
        _ => None,
    });
    keys.collect()
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    Sign(char),
    Variable { key: &'t str, default: Option<&'t str> },
}

fn parts(text: &str, version: Version) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    if version == Version::V2008 {
        return vec![Part::Text(text)];
    }
    while let Some((before, after)) = rest.split_once("${")
        && let Some((inside, behind)) = after.split_once('}')
    {
        parts.push(Part::Text(before));
        parts.push(match inside {
            "*" => Part::Sign('*'),
            "?" => Part::Sign('?'),
            "$" => Part::Sign('$'),
            inside => variable(inside),
        });
        rest = behind;
    }
    parts.push(Part::Text(rest));
    parts
}

fn variable(inside: &str) -> Part<'_> {
    // Published: the default is parted by a comma and a blank.
    match inside.split_once(", ") {
        None => Part::Variable { key: inside, default: None },
        Some((key, default)) => {
            let default = default.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            Part::Variable { key, default }
        }
    }
}

/// Whether a text fits tokens. Each piece between two `*` is looked for where it can stand first, which is
/// enough, because a later place would only leave less to the pieces behind. Pieces without `?` are found in linear
/// time, so a row of `*a*a*a` against a long text costs no more than the text is long; with `?` it is a 64th of
/// pattern times text.
fn fits(tokens: &[Token], text: &str) -> bool {
    let mut pieces = tokens.split(|token| *token == Token::Any);
    let Some(mut rest) = behind_start(pieces.next().unwrap_or_default(), text) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        match behind_first(piece, rest) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    ends(last, rest)
}

/// Whether a token that is no `*` fits a character.
fn fits_one(token: Token, found: Option<char>) -> bool {
    match token {
        Token::Char(c) => found == Some(c),
        Token::One => found.is_some(),
        Token::Any => false,
    }
}

/// What follows a piece at the start of a text.
fn behind_start<'t>(piece: &[Token], text: &'t str) -> Option<&'t str> {
    let mut chars = text.chars();
    piece.iter().all(|token| fits_one(*token, chars.next())).then_some(chars.as_str())
}

/// Whether a text ends with a piece.
fn ends(piece: &[Token], text: &str) -> bool {
    let mut chars = text.chars();
    piece.iter().rev().all(|token| fits_one(*token, chars.next_back()))
}

/// What follows the first place where a piece stands in a text.
fn behind_first<'t>(piece: &[Token], text: &'t str) -> Option<&'t str> {
    let character = |token: &Token| match token {
        Token::Char(c) => Some(*c),
        _ => None,
    };
    if let Some(plain) = piece.iter().map(character).collect::<Option<String>>() {
        return text.split_once(&plain).map(|(_, behind)| behind);
    }
    behind_first_of_any(piece, text)
}

/// The same for a piece with `?`, which no search for a text finds. By the shift-and method: a bit for each token says
/// whether the piece up to it fits what ends here, so one step moves 64 tokens on by a character.
fn behind_first_of_any<'t>(piece: &[Token], text: &'t str) -> Option<&'t str> {
    const BITS: usize = u64::BITS as usize;
    let bit = |at: usize| (at / BITS, 1_u64 << (at % BITS));
    let set = |places: &mut Vec<u64>, at: usize| {
        let (word, bit) = bit(at);
        if let Some(word) = places.get_mut(word) {
            *word |= bit;
        }
    };
    let mut wild = vec![0; piece.len().div_ceil(BITS)];
    let ones = piece.iter().enumerate().filter(|(_, token)| **token == Token::One);
    ones.for_each(|(at, _)| set(&mut wild, at));
    let mut fitting: HashMap<char, Vec<u64>> = HashMap::new();
    for (at, token) in piece.iter().enumerate() {
        if let Token::Char(c) = token {
            set(fitting.entry(*c).or_insert_with(|| wild.clone()), at);
        }
    }
    let mut state = vec![0_u64; wild.len()];
    let (last, end) = bit(piece.len().checked_sub(1)?);
    for (at, c) in text.char_indices() {
        let fitting = fitting.get(&c).unwrap_or(&wild);
        let mut carried = 1;
        for (word, fitting) in state.iter_mut().zip(fitting) {
            let moved = (*word << 1 | carried) & *fitting;
            carried = *word >> (BITS - 1);
            *word = moved;
        }
        if state.get(last).is_some_and(|word| word & end != 0) {
            return text.get(at + c.len_utf8()..);
        }
    }
    None
}

/// The same without regard to case, for names of actions, which are short. On a mismatch the latest `*` takes one
/// character more, which is enough, because what stands before it has fitted as early as it can.
fn fits_ignoring_case(tokens: &[Token], text: &str) -> bool {
    let same = |a: char, b: char| a == b || a.to_lowercase().eq(b.to_lowercase());
    let (mut at, mut rest) = (0, text.chars());
    let mut latest: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let token = tokens.get(at);
        if token == Some(&Token::Any) {
            at += 1;
            latest = Some((at, rest.clone()));
            continue;
        }
        let mut ahead = rest.clone();
        let fitting = match (token, ahead.next()) {
            (None, None) => return true,
            (Some(Token::Char(a)), Some(b)) => same(*a, b),
            (Some(Token::One), Some(_)) => true,
            _ => false,
        };
        if fitting {
            at += 1;
            rest = ahead;
            continue;
        }
        let Some((after, taken)) = &mut latest else { return false };
        if taken.next().is_none() {
            return false;
        }
        at = *after;
        rest = taken.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        let mut context = Context::new();
        context.set("aws:username", "al*e");
        context.set("aws:userid", "a:b");
        context.set_all("aws:TagKeys", vec!["x".into(), "y".into()]);
        context
    }

    fn expand(text: &str) -> Option<Pattern> {
        Pattern::expand(text, Version::V2012, &context(), true)
    }

    #[test]
    fn wildcards() {
        for (pattern, text, want) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*", "a", true),
            ("a*b*c", "axxbxbc", true),
            ("a*b*c", "axxbxb", false),
            ("*ab", "aab", true),
            ("*a?b", "aaaxb", true),
            ("?", "é", true),
            ("?", "", false),
            ("??", "a", false),
            ("a", "A", false),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(Pattern::wild(pattern).matches(text), want, "{pattern} {text}");
        }
        assert!(Pattern::wild("s3:get*").matches_ignoring_case("S3:GetObject"));
        assert!(Pattern::wild("É").matches_ignoring_case("é"));
        assert!(!Pattern::wild("É").matches_ignoring_case("e"));
    }

    #[test]
    fn both_ways_of_matching_agree_with_trying_everything() {
        fn tried(pattern: &[char], text: &[char]) -> bool {
            match (pattern.split_first(), text.split_first()) {
                (None, _) => text.is_empty(),
                (Some(('*', more)), _) => (0..=text.len()).any(|taken| tried(more, &text[taken..])),
                (Some(('?', more)), Some((_, rest))) => tried(more, rest),
                (Some((a, more)), Some((b, rest))) => a == b && tried(more, rest),
                (Some(_), None) => false,
            }
        }
        let mut seed = 7_u64;
        let mut word = |letters: &[char], most: u64| -> Vec<char> {
            let mut next = |below: u64| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) % below
            };
            let length = next(most + 1);
            (0..length).map(|_| letters[usize::try_from(next(letters.len() as u64)).unwrap()]).collect()
        };
        let mut fitting = 0;
        for _ in 0..20_000 {
            let (pattern, text) = (word(&['a', 'é', '*', '*', '?'], 8), word(&['a', 'é'], 8));
            let want = tried(&pattern, &text);
            let (pattern, text) = (String::from_iter(pattern), String::from_iter(text));
            assert_eq!(Pattern::wild(&pattern).matches(&text), want, "{pattern} {text}");
            assert_eq!(Pattern::wild(&pattern).matches_ignoring_case(&text), want, "{pattern} {text}");
            fitting += u32::from(want);
        }
        assert!((2000..18_000).contains(&fitting), "{fitting}");
    }

    #[test]
    fn many_wildcards_against_a_long_text_take_no_time() {
        let text = "a".repeat(200_000);
        let begun = std::time::Instant::now();
        assert!(!Pattern::wild(&"*a".repeat(3_000)).matches(&format!("{text}b")));
        assert!(!Pattern::wild(&format!("*{}b*", "a".repeat(60_000))).matches(&text));
        assert!(!Pattern::wild(&format!("*{}b", "*a".repeat(60_000))).matches(&text));
        assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    #[test]
    fn one_character_wildcards_between_stars_cost_little() {
        let a = |count: usize| "a".repeat(count);
        let any = |count: usize| "?".repeat(count);
        let long = a(2048);
        // A name of an action has at most 128 characters.
        let action = a(128);
        for (pattern, want) in [
            ("*?".repeat(1024), true),
            (format!("{}b", "*?".repeat(1024)), false),
            (format!("*{}b*", any(1022)), false),
            (format!("*{}b*", "a?".repeat(511)), false),
            (format!("*{}b{}", any(682), "*a".repeat(682)), false),
            (format!("*{}a*", any(1022)), true),
            (format!("*a{}a{}", any(62), "*a".repeat(900)), true),
            (format!("*a{}a*a{}a{}", any(63), any(64), "*a".repeat(900)), true),
        ] {
            let pattern = Pattern::wild(&pattern);
            // The quickest of three, because other programs run meanwhile.
            let quickest = |fits: &dyn Fn()| {
                let timed = |()| {
                    let begun = std::time::Instant::now();
                    fits();
                    begun.elapsed()
                };
                [(); 3].map(timed).into_iter().min().unwrap()
            };
            let whole = quickest(&|| assert_eq!(pattern.matches(&long), want, "{pattern:?}"));
            let want = pattern.matches(&action);
            let name = quickest(&|| assert_eq!(pattern.matches_ignoring_case(&action), want, "{pattern:?}"));
            assert!(whole.max(name) < std::time::Duration::from_millis(50), "{whole:?} {name:?}");
        }
    }

    #[test]
    fn what_a_variable_brings_in_is_no_wildcard() {
        let pattern = expand("x/${aws:UserName}/*").unwrap();
        assert!(pattern.matches("x/al*e/y"));
        assert!(!pattern.matches("x/alice/y"));
    }

    #[test]
    fn variables_have_defaults_and_signs_and_may_be_missing() {
        assert!(expand("${aws:x, 'd*'}").unwrap().matches("d*"));
        assert!(!expand("${aws:x, 'd*'}").unwrap().matches("dd"));
        assert!(expand("${aws:x, ''}").unwrap().matches(""));
        assert!(expand("${aws:username, 'd'}").unwrap().matches("al*e"));
        assert!(expand("${*}${?}${$}").unwrap().matches("*?$"));
        assert!(!expand("${*}").unwrap().matches("x"));
        assert!(!expand("${?}").unwrap().matches("x"));
        for missing in [
            "${aws:x}",
            "a${}",
            "${aws:x, d}",
            "${aws:x, 'd}",
            "${aws:x,'d'}",
            "${aws:TagKeys}",
            "${aws:tagkeys, 'd'}",
        ] {
            assert_eq!(expand(missing), None, "{missing}");
        }
        assert!(expand("a${aws:x").unwrap().matches("a${aws:x"));
    }

    #[test]
    fn the_older_version_has_no_variables() {
        let older = |text| Pattern::expand(text, Version::V2008, &context(), true).unwrap();
        assert!(older("${aws:username}").matches("${aws:username}"));
        assert!(older("${*}").matches("${x}"));
        assert!(variables("${aws:a}", Version::V2008).is_empty());
        assert_eq!(variables("x${aws:a}${*}${aws:b, 'c'}${}", Version::V2012), ["aws:a", "aws:b"]);
    }

    #[test]
    fn without_wildcards_signs_are_signs() {
        let pattern = Pattern::expand("a*?", Version::V2012, &context(), false).unwrap();
        assert!(pattern.matches("a*?") && !pattern.matches("abc"));
    }

    #[test]
    fn resources_fit_by_segments() {
        for (pattern, resource, want) in [
            ("*", "*", true),
            ("*", "arn:aws:s3:::b/k", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k:l/m", true),
            ("arn:aws:s3:::b", "arn:aws:s3:::b/k", false),
            ("arn:aws:s3:::*", "*", false),
            ("arn:aws:s3:::b", "arn:aws:s3:eu-west-1::b", false),
            ("arn:aws:*:b", "arn:aws:s3:::b", false),
            ("arn:*:b", "arn:aws:s3:::b", false),
            ("arn:aws:sqs", "arn:aws:sqs:eu-west-1:123456789012:q", true),
            ("arn:aws:sqs", "arn:aws:sns:eu-west-1:123456789012:q", false),
            ("arn:aws:iam::*:user/a", "arn:aws:iam::123456789012:user/a", true),
            ("arn:aws:iam::*", "arn:aws:iam::123456789012:user/a", true),
            ("arn:aws:ec2:*:*:*/i-?", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", true),
            ("arn:aws:s3:::B", "arn:aws:s3:::b", false),
            ("arn", "arn:aws:s3:::b", false),
        ] {
            assert_eq!(Pattern::wild(pattern).matches_resource(resource), want, "{pattern} {resource}");
        }
    }

    #[test]
    fn arns_of_conditions_have_six_segments() {
        for (pattern, arn, want) in [
            ("arn:aws:iam::*:role/*", "arn:aws:iam::123456789012:role/a/b", true),
            ("arn:aws:iam::*:role/*", "arn:aws:iam::123456789012:user/a", false),
            ("arn:aws:iam::*", "arn:aws:iam::123456789012:user/a", false),
            ("arn:*:user/a", "arn:aws:iam::123456789012:user/a", false),
            ("*", "arn:aws:iam::123456789012:user/a", true),
            ("*", "alice", false),
            ("*:*:*:*:*:*", "abc:aws:iam::123456789012:user/a", false),
            ("arn:aws:sns:*:*:a:*", "arn:aws:sns:eu-west-1:123456789012:a:b:c", true),
        ] {
            assert_eq!(Pattern::wild(pattern).matches_arn(arn), want, "{pattern} {arn}");
        }
    }
}
