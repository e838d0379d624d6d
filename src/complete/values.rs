//! Values of options.

use super::place::Place;
use super::{Candidate, account, files, known};
use crate::config::Files;
use crate::env::Env;
use crate::model::Kind;
use crate::sandbox;

/// The values that an option can take, as far as they can be known.
pub(super) fn of(place: &Place, option: &str, words: &[String], current: &str, env: &Env) -> Vec<Candidate> {
    for scheme in ["file://", "fileb://"] {
        if current.starts_with(scheme) {
            return files::behind(scheme, current, env);
        }
    }
    let listed = place.listed(option);
    if !listed.is_empty() {
        return listed;
    }
    match option {
        "profile" => profiles(env),
        "region" => known::REGIONS.iter().map(|region| Candidate::plain(*region)).collect(),
        "endpoint-url" => embedded(env),
        // Of the sandbox's own commands.
        "name" if place.operation().is_none() => {
            accounts(env).map(|name| Candidate::plain(name.as_str())).collect()
        }
        "ca-bundle" | "outfile" => files::below(current, env),
        "cli-input-json" | "cli-input-yaml" => vec![Candidate::new("file://", "A file")],
        _ => {
            let mut found =
                if place.asks_account() { account::names(place, option, words, env) } else { Vec::new() };
            if found.is_empty() && holds_document(place, option) {
                found.push(Candidate::new("file://", "A file"));
            }
            found
        }
    }
}

/// Whether a value is long enough to stand in a file.
fn holds_document(place: &Place, option: &str) -> bool {
    let member = place.operation().and_then(|operation| operation.option(option));
    member.is_some_and(|member| match &member.shape.kind {
        Kind::Structure(_) | Kind::List(_) | Kind::Map { .. } | Kind::Blob => true,
        Kind::String => member.shape.max.is_some_and(|most| most > 2048) || member.name.ends_with("Document"),
        _ => false,
    })
}

fn profiles(env: &Env) -> Vec<Candidate> {
    let files = Files::read(env).unwrap_or_default();
    let mut found: Vec<Candidate> = files.profiles().map(Candidate::plain).collect();
    found.extend(embedded(env));
    found
}

/// The words for the accounts of this program.
fn embedded(env: &Env) -> Vec<Candidate> {
    let mut found = vec![Candidate::new("sandbox:", "The embedded account")];
    found.extend(accounts(env).map(|name| Candidate::plain(format!("sandbox:{name}"))));
    found
}

/// The accounts that are kept on this machine.
fn accounts(env: &Env) -> impl Iterator<Item = sandbox::Name> {
    sandbox::directory(env).into_iter().flat_map(|folder| sandbox::accounts(&folder))
}
