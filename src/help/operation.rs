//! The page of an operation.

use crate::cli::operation::{BOOTSTRAP_METHODS, has_skeleton};
use crate::model::{Kind, Member, Operation};

use super::members::{Members, facts};
use super::page::{Block, Page, paragraphs};
use super::program;
use super::syntax;
use super::words::Words;

/// The page of an operation of a service.
pub fn page(program: &str, service: &str, operation: &'static Operation) -> Page {
    let words = Words::of(&format!("operation/{service} {}", operation.command));
    let name = format!("{program} {service} {}", operation.command);
    let mut page = Page::new(name.clone(), words.get("summary"));
    page.section("SYNOPSIS", vec![synopsis(&name, operation)]);
    let mut about = paragraphs(words.get("about"));
    about.extend(paragraphs(words.get("limit")));
    if operation.newer {
        about.push(Block::Text(
            "The AWS CLI that this program stands in for does not have this command, so the name must be written out in full."
                .into(),
        ));
    }
    if !operation.signed {
        about.push(Block::Text(
            "The request carries its own proof: it is not signed, and no credentials are needed.".into(),
        ));
    }
    page.section("DESCRIPTION", about);
    page.section("OPTIONS", options(operation, &words));
    page.section("PAGES", pages(operation));
    page.section("GLOBAL OPTIONS", program::globals_in_brief(program));
    page.section("OUTPUT", output(operation, &words));
    let errors = words.table("errors").into_iter();
    let errors = errors.map(|(code, text)| Block::Item { term: code.to_owned(), blocks: paragraphs(text) });
    page.section("ERRORS", errors.collect());
    page.section("EXAMPLES", words.examples(program));
    page.section("SEE ALSO", words.rows("related", program));
    page
}

/// The line in full: what is required comes first.
pub fn synopsis(name: &str, operation: &'static Operation) -> Block {
    let mut words = vec![name.to_owned()];
    let shown = |required: bool| {
        members(operation).filter(move |member| member.required == required).map(move |member| {
            let text = term(member);
            if required { text } else { format!("[{text}]") }
        })
    };
    words.extend(shown(true));
    if !has_skeleton(operation) {
        words.push("--outfile <file>".into());
        words.push(format!("--bootstrap-method {}", BOOTSTRAP_METHODS.join("|")));
    }
    words.extend(shown(false));
    words.extend(extra(operation).into_iter().map(|(term, _)| format!("[{term}]")));
    Block::Synopsis(words)
}

/// The members that are options. The mark of the next page is not: `--starting-token` does its work.
fn members(operation: &'static Operation) -> impl Iterator<Item = &'static Member> {
    let token = operation.paginator.map(|paginator| paginator.input_token);
    operation.input.iter().filter(move |member| token != Some(member.name))
}

fn term(member: &Member) -> String {
    match member.shape.kind {
        Kind::Boolean => format!("--{0} | --no-{0}", member.option),
        _ => format!("--{} {}", member.option, syntax::value(member.shape)),
    }
}

/// Options that the program adds to an operation's own.
fn extra(operation: &Operation) -> Vec<(&'static str, &'static str)> {
    if !has_skeleton(operation) {
        return Vec::new();
    }
    let mut extra = Vec::new();
    if operation.paginator.is_some() {
        extra.push((
            "--starting-token <string>",
            "Go on where an earlier run was cut by --max-items: the NextToken that it printed.",
        ));
        extra.push((
            "--page-size <integer>",
            "How many entries a single request asks for. It changes the number of requests, not what is printed; a smaller one helps against timeouts.",
        ));
    }
    extra.push((
        "--cli-input-json <string>",
        "All parameters in one JSON document, or file:// and the path of one. Options on the line win over it.",
    ));
    extra.push(("--cli-input-yaml <string>", "The same as YAML. Only one of the two can be given."));
    extra.push((
        "--generate-cli-skeleton [input|output|yaml-input]",
        "Send nothing, and print an input to fill in for --cli-input-json or --cli-input-yaml, or a made-up output.",
    ));
    extra
}

fn options(operation: &'static Operation, words: &Words) -> Vec<Block> {
    let mut nested = Members::new(words);
    let mut blocks: Vec<Block> =
        members(operation).map(|member| option(operation, member, words, &mut nested)).collect();
    if !has_skeleton(operation) {
        let required = (
            "--outfile <file>",
            "The file that gets the secret, readable by you alone. Not needed with QRCodeTerminal.",
        );
        blocks.push(item(required.0, required.1));
        blocks.push(item(
            "--bootstrap-method <string>",
            "How the secret is handed over: a QR code as a PNG picture, a base32 text, or a QR code drawn on this terminal. Required. One of: QRCodePNG, Base32StringSeed, QRCodeTerminal.",
        ));
    }
    blocks.extend(extra(operation).into_iter().map(|(term, text)| item(term, text)));
    blocks
}

fn item(term: &str, text: &str) -> Block {
    Block::Item { term: term.to_owned(), blocks: paragraphs(text) }
}

fn option(operation: &Operation, member: &'static Member, words: &Words, nested: &mut Members<'_>) -> Block {
    let mut blocks = paragraphs(words.part("options", member.name));
    // With pages it is the number of entries in all, which the service's limit of a page does not bind.
    if operation.paginator.is_none_or(|paginator| paginator.limit_key != member.name) {
        blocks.extend(facts(member.shape, member.required));
    }
    if member.newer {
        blocks.push(Block::Text("The AWS CLI does not have it: write it out in full.".into()));
    }
    blocks.extend(nested.nested(member.name, member.shape, true));
    if let Some(line) = syntax::shorthand(member.shape) {
        blocks.push(Block::Text("Shorthand:".into()));
        blocks.push(Block::Code(vec![line]));
    }
    if let Some(lines) = syntax::json(member.shape) {
        blocks.push(Block::Text("JSON:".into()));
        blocks.push(Block::Code(lines));
    }
    Block::Item { term: term(member), blocks }
}

fn pages(operation: &Operation) -> Vec<Block> {
    let Some(paginator) = operation.paginator else { return Vec::new() };
    vec![Block::Text(format!(
        "The service answers in pages. All of them are fetched and joined into one result ({}), as long as neither --no-paginate nor --{} is given. Each request is a page of what the service thinks fit, or of --page-size entries.",
        paginator.result_keys.join(", "),
        operation.member(paginator.input_token).map_or("marker", |member| member.option),
    ))]
}

fn output(operation: &'static Operation, words: &Words) -> Vec<Block> {
    let mut blocks = paragraphs(words.get("returns"));
    if let Some(output) = operation.output {
        blocks.extend(Members::new(words).output(output.members));
    }
    blocks
}
