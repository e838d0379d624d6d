//! The pages of the program's own commands.
//!
//! Their words are in `model/docs/own.toml` and its like. A command without
//! words there has a page all the same, from its table alone.

use crate::cli::own::{Own, OwnOption};
use crate::cli::reader::Takes;

use super::page::{Block, Page, paragraphs};
use super::program;
use super::words::Words;

/// The page of one of the program's own commands.
pub fn page(program: &str, path: &[&str], own: &'static Own) -> Page {
    let path = path.join(" ");
    let words = Words::of(&format!("command/{path}"));
    let name = format!("{program} {path}");
    let summary = Some(words.get("summary")).filter(|text| !text.is_empty()).unwrap_or(own.help);
    let mut page = Page::new(name.clone(), summary);
    page.section("SYNOPSIS", synopsis(&name, own));
    let mut about = paragraphs(words.get("about"));
    about.extend(paragraphs(words.get("limit")));
    page.section("DESCRIPTION", about);
    if !own.commands.is_empty() {
        let row = |one: &Own| {
            let words = Words::of(&format!("command/{path} {}", one.name));
            let summary = Some(words.get("summary")).filter(|text| !text.is_empty()).unwrap_or(one.help);
            (one.name.to_owned(), summary.to_owned())
        };
        page.section("COMMANDS", vec![Block::Rows(own.commands.iter().map(row).collect())]);
    }
    let positionals = own.positionals.iter().map(|name| Block::Item {
        term: format!("<{name}>"),
        blocks: paragraphs(words.part("options", name)),
    });
    page.section("ARGUMENTS", positionals.collect());
    page.section("OPTIONS", own.options.iter().map(|one| option(one, &words)).collect());
    page.section("GLOBAL OPTIONS", program::globals_in_brief(program));
    page.section("OUTPUT", paragraphs(words.get("returns")));
    let errors = words.table("errors").into_iter();
    let errors = errors.map(|(code, text)| Block::Item { term: code.to_owned(), blocks: paragraphs(text) });
    page.section("EXIT STATUS", errors.collect());
    page.section("EXAMPLES", words.examples(program));
    page.section("SEE ALSO", words.rows("related", program));
    page
}

fn synopsis(name: &str, own: &'static Own) -> Vec<Block> {
    let mut lines = Vec::new();
    if own.commands.is_empty() || own.runs {
        let mut words = vec![name.to_owned()];
        let (required, rest): (Vec<&OwnOption>, Vec<&OwnOption>) =
            own.options.iter().partition(|option| option.required);
        words.extend(required.into_iter().map(term));
        words.extend(own.positionals.iter().map(|name| match own.optional {
            true => format!("[<{name}>]"),
            false => format!("<{name}>"),
        }));
        words.extend(rest.into_iter().map(|option| format!("[{}]", term(option))));
        lines.push(Block::Synopsis(words));
    }
    if !own.commands.is_empty() {
        lines.push(Block::Synopsis(vec![name.to_owned(), "<command>".into(), "[<option>...]".into()]));
    }
    lines
}

fn term(option: &OwnOption) -> String {
    match option.takes {
        Takes::Nothing | Takes::End => option.name.to_owned(),
        _ if option.integer => format!("{} <integer>", option.name),
        _ => format!("{} <string>", option.name),
    }
}

fn option(option: &OwnOption, words: &Words) -> Block {
    let said = words.part("options", option.name);
    let mut text = if said.is_empty() { format!("{}.", option.help) } else { said.to_owned() };
    if option.required {
        text.push_str(" Required.");
    }
    if !option.choices.is_empty() {
        text.push_str(&format!(" One of: {}.", option.choices.join(", ")));
    }
    Block::Item { term: term(option), blocks: paragraphs(&text) }
}
