//! The questions on single sign-on that more than one command asks.

use crate::commands::terminal;
use crate::config::{self, Keys};
use crate::config_file::Entry;
use crate::error::Result;

/// The scope that is asked for where nothing else is said.
pub(super) const DEFAULT_SCOPES: &str = "sso:account:access";

/// What is wrong with an answer, as it was typed.
pub(super) type Check = fn(&str) -> Option<&'static str>;

/// Asks with what is stored in brackets.
pub(super) fn ask(words: &str, current: Option<&str>, check: Check) -> Result<String> {
    ask_with(&format!("{words} [{}]: ", current.unwrap_or("None")), current, check)
}

/// Asks until there is an answer that will do, without blanks around it; an empty one keeps what is stored.
pub(super) fn ask_with(prompt: &str, current: Option<&str>, check: Check) -> Result<String> {
    loop {
        let answer = terminal::ask_line(prompt)?;
        let answer = match (answer.trim().is_empty(), current) {
            (true, Some(current)) => current.to_owned(),
            _ => answer,
        };
        match check(&answer) {
            None => return Ok(answer.trim().to_owned()),
            Some(why) => terminal::print(&format!("{why}\n"))?,
        }
    }
}

/// A key that is no block.
pub(super) fn text<'k>(keys: &'k Keys, key: &str) -> Option<&'k str> {
    keys.get(key).and_then(Entry::text)
}

/// Anything will do.
pub(super) fn anything(_: &str) -> Option<&'static str> {
    None
}

pub(super) fn filled(answer: &str) -> Option<&'static str> {
    answer.trim().is_empty().then_some("A value is required")
}

/// A URL with a host; which scheme, or whether there is one, is found out when signing in.
pub(super) fn url(answer: &str) -> Option<&'static str> {
    let rest = match answer.split_once("//") {
        Some((scheme, rest)) if scheme.is_empty() || is_scheme(scheme) => rest,
        _ => "",
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    (!config::is_host(host)).then_some("Not a valid Start URL")
}

/// `https:`
fn is_scheme(text: &str) -> bool {
    let more = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let name = text.strip_suffix(':').unwrap_or_default();
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_url_has_a_host_and_perhaps_a_scheme() {
        for good in [
            "https://x:99/y",
            "https://x:ab/y",
            "https://u@x.y./",
            "https://x/ y",
            "https://x?y",
            "//x",
            "https://x:/",
            "foo://bar",
            "HTTP://x",
        ] {
            assert_eq!(url(good), None, "{good}");
        }
        let long = format!("https://{}/", "a".repeat(64));
        for bad in [
            "",
            "foo",
            "http:foo",
            "https://",
            "https:///x",
            "https://x_y/y",
            "https://x.-y/",
            "https://x y/",
            " https://x",
            "https://[::1]/",
            "https://é.x/",
            "1a://x",
            ":://x",
            &long,
        ] {
            assert_eq!(url(bad), Some("Not a valid Start URL"), "{bad}");
        }
    }
}
