//! The page of a service.

use crate::cli::own;
use crate::model::Service;

use super::page::{Block, Page, paragraphs};
use super::program;
use super::words::Words;

/// The page of a service: what it is about, and its commands.
pub fn page(program: &str, service: &'static Service) -> Page {
    let words = Words::of(&format!("service/{}", service.name));
    let name = format!("{program} {}", service.name);
    let mut page = Page::new(name.clone(), words.get("summary"));
    page.section(
        "SYNOPSIS",
        vec![
            Block::Synopsis(vec![name.clone(), "<command>".into(), "[<option>...]".into()]),
            Block::Synopsis(vec![name, "<command>".into(), "help".into()]),
        ],
    );
    page.section("DESCRIPTION", paragraphs(words.get("about")));
    page.section("WHERE TO START", words.rows("start", program));
    let summaries = words.pairs("commands");
    let mut rows: Vec<(String, String)> = Vec::new();
    for operation in service.operations {
        let summary = summaries.iter().find(|(name, _)| *name == operation.command);
        rows.push((operation.command.to_owned(), summary.map_or("", |(_, text)| text).to_owned()));
    }
    if !service.waiters.is_empty() {
        rows.push(("wait".into(), "Wait until something exists".into()));
    }
    rows.extend(own::under_service(service.name).iter().map(|one| (one.name.into(), one.help.into())));
    rows.sort();
    page.section("COMMANDS", vec![Block::Rows(rows)]);
    page.section("GLOBAL OPTIONS", program::globals_in_brief(program));
    page
}
