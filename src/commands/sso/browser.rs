//! Opening a page in the user's browser. Where none can be opened, nothing is
//! said: the page's address has been printed.

use std::process::{Command, Stdio};

use crate::env::Env;
use crate::shell_words;

/// Opens the page with what `BROWSER` names, else with the platform's opener.
pub(super) fn open(env: &Env, url: &str) {
    for words in candidates(env, url) {
        if start(&words) {
            return;
        }
    }
}

fn candidates(env: &Env, url: &str) -> Vec<Vec<String>> {
    match env.filled("BROWSER") {
        Some(browsers) => browsers.split(':').filter_map(|browser| named(browser, url)).collect(),
        None => opener(env, url).into_iter().collect(),
    }
}

/// A command of `BROWSER`: `%s` stands for the address, which otherwise comes last.
fn named(browser: &str, url: &str) -> Option<Vec<String>> {
    let browser = browser.trim().trim_end_matches('&');
    let mut words = shell_words::split(browser).ok().filter(|words| !words.is_empty())?;
    if words.iter().any(|word| word.contains("%s")) {
        words = words.into_iter().map(|word| word.replace("%s", url)).collect();
    } else {
        words.push(url.to_owned());
    }
    Some(words)
}

fn opener(env: &Env, url: &str) -> Option<Vec<String>> {
    if cfg!(windows) {
        return Some(vec!["rundll32".into(), "url.dll,FileProtocolHandler".into(), url.into()]);
    }
    if cfg!(target_os = "macos") {
        return Some(vec!["open".into(), url.into()]);
    }
    // Without a display it would look for a browser in the terminal, over our own text.
    let display = env.filled("DISPLAY").or_else(|| env.filled("WAYLAND_DISPLAY"));
    display.map(|_| vec!["xdg-open".into(), url.into()])
}

/// Starts it without waiting for its end: a browser may stay.
fn start(words: &[String]) -> bool {
    let Some((program, rest)) = words.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_names_commands_with_or_without_a_place_for_the_address() {
        let env = Env::fixed([("BROWSER", "one 'a b':two --url=%s &")]);
        assert_eq!(
            candidates(&env, "http://u"),
            [vec!["one", "a b", "http://u"], vec!["two", "--url=http://u"]]
        );
        assert!(candidates(&Env::fixed([("BROWSER", "")]), "u").is_empty() || cfg!(not(target_os = "linux")));
    }
}
