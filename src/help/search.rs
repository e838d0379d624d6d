//! `help search`: which pages are about what a person wants to do.
//!
//! The index is made by `xtask/src/help/index.rs`. A word counts by where it
//! stands on a page and by how rare it is; a word that means nearly the same
//! counts less; a page that holds all of the words comes before one that
//! holds some. Words of a phrase that people search with count once more.

use std::collections::BTreeMap;

use super::stem::{stem, stems};
use super::words;

/// How many finds are listed.
const MOST: usize = 20;
/// A find that has less than this part of the best one's score is left out.
const LEAST: f64 = 0.2;
/// What a word counts that means nearly the same.
const NEARLY: f64 = 0.55;

/// Words that people use for one another.
const ALIKE: &[&[&str]] = &[
    &["add", "give", "grant", "attach", "assign", "allow", "put", "permit", "let"],
    &["delete", "remove", "drop", "erase", "revoke", "destroy", "detach", "rid"],
    &["create", "make", "new", "generate", "set"],
    &["show", "list", "see", "find", "get", "print", "describe", "view", "display", "read"],
    &["change", "update", "edit", "modify", "replace", "rename", "rotate", "renew"],
    &["machine", "instance", "server", "ec2", "host", "vm", "computer", "box"],
    &["old", "unused", "stale", "age", "last", "forgotten", "inactive"],
    &["off", "disable", "deactivate", "suspend", "lock", "block", "inactive"],
    &["person", "user", "people", "employee", "colleague", "human", "member"],
    &["group", "team"],
    &["permission", "policy", "right", "privilege", "access"],
    &["assume", "switch", "become"],
    &["secret", "key", "credential"],
    &["password", "login", "console"],
    &["mfa", "2fa", "totp", "otp", "authenticator", "factor"],
    &["saml", "sso", "federate", "federation", "okta", "adfs"],
    &["oidc", "openid", "web"],
    &["certificate", "cert", "tls", "ssl", "x509", "https"],
    &["limit", "quota", "maximum"],
    &["whoami", "caller", "identity"],
    &["expire", "expiry", "duration", "longer", "hour", "hours"],
    &["temporary", "short", "session", "token"],
    &["test", "check", "simulate", "try", "why", "denied", "may"],
    &["label", "tag"],
    &["wait", "until", "ready"],
    &["config", "configure", "configuration", "setting", "settings", "profile"],
];

/// A find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// The words after the program's name: `iam create-user`.
    pub name: String,
    /// The page's line.
    pub summary: String,
}

struct Page {
    find: Find,
    /// The stems of each phrase.
    phrases: Vec<Vec<String>>,
}

/// A word of the search, with those that stand for it: what it counts, and on which pages how much.
struct Sought {
    forms: Vec<(String, f64)>,
    places: BTreeMap<usize, f64>,
    /// Larger for rarer words.
    rarity: f64,
}

/// The best finds first.
pub fn search(typed: &[impl AsRef<str>]) -> Vec<Find> {
    let text: Vec<&str> = typed.iter().map(AsRef::as_ref).collect();
    let pages = pages();
    let mut words = stems(&text.join(" "));
    words.dedup();
    let sought: Vec<Sought> = words.iter().map(|word| Sought::new(word, pages.len())).collect();
    let mut scores: Vec<(f64, Page)> = Vec::new();
    for (number, page) in pages.into_iter().enumerate() {
        let score = score(&sought, number, &page);
        if score > 0.0 {
            scores.push((score, page));
        }
    }
    scores.sort_by(|(one, a), (other, b)| other.total_cmp(one).then_with(|| a.find.name.cmp(&b.find.name)));
    let best = scores.first().map_or(0.0, |(score, _)| *score);
    let good = scores.into_iter().take(MOST).take_while(|(score, _)| *score >= best * LEAST);
    good.map(|(_, page)| page.find).collect()
}

fn score(sought: &[Sought], number: usize, page: &Page) -> f64 {
    let mut sum = 0.0;
    let mut found = 0.0;
    for word in sought {
        if let Some(weight) = word.places.get(&number) {
            sum += weight * word.rarity;
            found += 1.0;
        }
    }
    let phrase = page.phrases.iter().map(|phrase| in_phrase(sought, phrase)).fold(0.0, f64::max);
    let all: f64 = sought.iter().map(|_| 1.0).sum();
    (sum + phrase) * found / all
}

/// What a phrase says: as much as it has of the search, and the search of it.
fn in_phrase(sought: &[Sought], phrase: &[String]) -> f64 {
    let mut sum = 0.0;
    let mut found = 0.0;
    for word in sought {
        let form = word.forms.iter().filter(|(form, _)| phrase.contains(form));
        let weight = form.map(|(_, weight)| *weight).fold(0.0, f64::max);
        sum += weight * word.rarity;
        found += weight;
    }
    let length: f64 = phrase.iter().map(|_| 1.0).sum();
    if length > 0.0 { sum * (found / length).min(1.0) } else { 0.0 }
}

impl Sought {
    fn new(word: &str, pages: usize) -> Sought {
        let mut forms = vec![(word.to_owned(), 1.0)];
        for group in ALIKE {
            let stems: Vec<String> = group.iter().map(|one| stem(one)).collect();
            if stems.iter().any(|one| one == word) {
                let others = stems.into_iter().filter(|one| one != word);
                forms.extend(others.map(|one| (one, NEARLY)));
            }
        }
        let mut places: BTreeMap<usize, f64> = BTreeMap::new();
        let mut lists: BTreeMap<char, Option<String>> = BTreeMap::new();
        for (form, counts) in &forms {
            let Some(letter) = form.chars().next() else { continue };
            let list = lists.entry(letter).or_insert_with(|| words::text(&format!("search/words/{letter}")));
            for (page, weight) in list.as_deref().map(|list| places_of(list, form)).unwrap_or_default() {
                let slot = places.entry(page).or_default();
                *slot = slot.max(weight * counts);
            }
        }
        let strong: f64 = places.values().sum();
        let all: f64 = (0..pages).map(|_| 1.0).sum();
        Sought { forms, places, rarity: (1.0 + all / (strong + 1.0)).ln() }
    }
}

/// The pages that a stem is on, each with its weight between 0 and 1.
fn places_of(list: &str, stem: &str) -> Vec<(usize, f64)> {
    let mut lines = list.lines().filter_map(|line| line.split_once(' '));
    let Some((_, places)) = lines.find(|(word, _)| *word == stem) else { return Vec::new() };
    let places = places.split(' ').filter_map(|place| place.split_once(':'));
    places
        .filter_map(|(page, weight)| Some((page.parse().ok()?, weight.parse::<f64>().ok()? / 100.0)))
        .collect()
}

fn pages() -> Vec<Page> {
    let list = words::text("search/pages").unwrap_or_default();
    let pages = list.lines().map(|line| {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let find = Find { name: field().to_owned(), summary: field().to_owned() };
        let phrases = field().split('|').map(|phrase| phrase.split(' ').map(str::to_owned).collect());
        Page { find, phrases: phrases.collect() }
    });
    pages.collect()
}
