//! The pages of waiters.

use crate::model::{Matcher, Service, WaitState, Waiter};

use super::operation;
use super::page::{Block, Page, Section, paragraphs};
use super::program;
use super::words::Words;

/// The page of `wait` itself; nothing for a service without waiters.
pub fn group(program: &str, service: &'static Service) -> Option<Page> {
    if service.waiters.is_empty() {
        return None;
    }
    let words = Words::of(&format!("command/{} wait", service.name));
    let name = format!("{program} {} wait", service.name);
    let mut page = Page::new(name.clone(), words.get("summary"));
    page.section("SYNOPSIS", vec![Block::Synopsis(vec![name, "<waiter>".into(), "[<option>...]".into()])]);
    page.section("DESCRIPTION", paragraphs(words.get("about")));
    let rows = service.waiters.iter().map(|waiter| {
        let words = Words::of(&format!("command/{} wait {}", service.name, waiter.command));
        (waiter.command.to_owned(), words.get("summary").to_owned())
    });
    page.section("WAITERS", vec![Block::Rows(rows.collect())]);
    page.section("GLOBAL OPTIONS", program::globals_in_brief(program));
    Some(page)
}

/// The page of a waiter: its options are those of the operation that it repeats.
pub fn page(program: &str, service: &'static Service, waiter: &'static Waiter) -> Option<Page> {
    let words = Words::of(&format!("command/{} wait {}", service.name, waiter.command));
    let called = service.operation(waiter.operation)?;
    let below = operation::page(program, service.name, called);
    let name = format!("{program} {} wait {}", service.name, waiter.command);
    let mut page = Page::new(name.clone(), words.get("summary"));
    page.section("SYNOPSIS", vec![operation::synopsis(&name, called)]);
    let mut about = paragraphs(words.get("about"));
    about.push(Block::Text(format!(
        "{} is called every {}, at most {} times.",
        called.command,
        if waiter.delay == 1 { "second".to_owned() } else { format!("{} seconds", waiter.delay) },
        waiter.max_attempts
    )));
    about.extend(
        waiter.acceptors.iter().map(|acceptor| Block::Text(meaning(acceptor.matcher, acceptor.state))),
    );
    page.section("DESCRIPTION", about);
    let kept = |section: &Section| matches!(section.heading.as_str(), "OPTIONS" | "GLOBAL OPTIONS");
    page.sections.extend(below.sections.into_iter().filter(kept));
    page.section(
        "EXIT STATUS",
        vec![Block::Text(
            "0 as soon as the condition is met; 255 when the attempts are used up, or when the service answers with any other error."
                .into(),
        )],
    );
    page.section("EXAMPLES", words.examples(program));
    page.section("SEE ALSO", words.rows("related", program));
    Some(page)
}

fn meaning(matcher: Matcher, state: WaitState) -> String {
    let reply = match matcher {
        Matcher::Status(status) => format!("A reply with the HTTP status {status}"),
        Matcher::Error(code) => format!("The error {code}"),
    };
    match state {
        WaitState::Success => format!("{reply} means that the condition is met."),
        WaitState::Retry => format!("{reply} means that it is not met yet."),
        WaitState::Failure => format!("{reply} means that it never will be."),
    }
}
