//! The page of the program itself, and what every page says of its options.

use crate::cli::globals::{GLOBALS, Global};
use crate::cli::own;
use crate::cli::reader::Takes;
use crate::model;

use super::page::{Block, Page, paragraphs};
use super::topic;
use super::words::Words;

/// The program's page: commands, global options, topics.
pub fn page(program: &str) -> Page {
    let words = Words::of("command/");
    let mut page = Page::new(program.to_owned(), words.get("summary"));
    let synopsis = |words: &[&str]| {
        let first = std::iter::once(program.to_owned());
        Block::Synopsis(first.chain(words.iter().map(|word| (*word).to_owned())).collect())
    };
    page.section(
        "SYNOPSIS",
        vec![
            synopsis(&["[<global option>...]", "<service>", "<command>", "[<option>...]"]),
            synopsis(&["help", "[<topic>]"]),
            synopsis(&["help", "search", "<word>..."]),
        ],
    );
    page.section("DESCRIPTION", paragraphs(words.get("about")));
    page.section("FIRST STEPS", words.examples(program));
    let mut rows: Vec<(String, String)> = Vec::new();
    for service in model::SERVICES {
        rows.push((
            service.name.to_owned(),
            Words::of(&format!("service/{}", service.name)).get("summary").to_owned(),
        ));
    }
    rows.extend(own::TOP.iter().map(|one| (one.name.to_owned(), one.help.to_owned())));
    rows.extend(
        own::under_service("sso").iter().map(|one| (format!("sso {}", one.name), one.help.to_owned())),
    );
    page.section("COMMANDS", vec![Block::Rows(rows)]);
    page.section("TOPICS", vec![Block::Rows(topic::names())]);
    let options = GLOBALS.iter().map(|global| Block::Item {
        term: term(global),
        blocks: paragraphs(&format!("{}.{}", global.help, choices(global))),
    });
    page.section("GLOBAL OPTIONS", options.collect());
    page
}

fn term(global: &Global) -> String {
    match global.takes {
        Takes::Nothing | Takes::End => global.name.to_owned(),
        _ => format!("{} <value>", global.name),
    }
}

fn choices(global: &Global) -> String {
    match global.choices {
        [] => String::new(),
        some => format!(" One of: {}.", some.join(", ")),
    }
}

/// The names of the global options, and where more is said of them.
pub fn globals_in_brief(program: &str) -> Vec<Block> {
    let names: Vec<&str> = GLOBALS.iter().map(|global| global.name).collect();
    vec![Block::Text(format!("{}. See '{program} help'.", names.join(", ")))]
}
