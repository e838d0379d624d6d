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
mod tests;
