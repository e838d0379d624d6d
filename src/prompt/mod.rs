//! The line as a form: what `--cli-auto-prompt` asks with.
//!
//! A line editor that completes commands, options and names of the account, and
//! says what the word at the cursor means. It only reads a line; what the line
//! does is decided by who asked for it.

use std::borrow::Cow;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hint as LineHint, Hinter};
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use crate::complete::{self, Candidate, Typed, written};
use crate::env::Env;
use crate::error::{Error, Kind, Result};
use crate::shell_words;

/// Lists longer than this are shown after a question only.
const LONG: usize = 100;

/// A form on the terminal. It remembers the lines of this run.
pub struct Prompt {
    editor: Editor<Words, MemHistory>,
    program: String,
}

impl Prompt {
    /// A form for the program of this name.
    pub fn new(program: &str, env: &Env) -> Result<Prompt> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .completion_prompt_limit(LONG)
            .build();
        let mut editor = Editor::with_history(config, MemHistory::new()).map_err(failed)?;
        editor.set_helper(Some(Words { env: env.clone() }));
        Ok(Prompt { editor, program: program.to_owned() })
    }

    /// Asks for a line; `words` stand in it already. Gives its words.
    ///
    /// # Errors
    /// Ctrl-C and Ctrl-D are [`Kind::Interrupted`]; a quote that is not closed is an error of usage.
    pub fn ask(&mut self, words: &[String]) -> Result<Vec<String>> {
        let mut initial = shell_words_of(words);
        if !initial.is_empty() {
            initial.push(' ');
        }
        let prompt = format!("> {} ", self.program);
        let line = self.editor.readline_with_initial(&prompt, (&initial, "")).map_err(failed)?;
        let _ = self.editor.add_history_entry(&line);
        shell_words::split(&line).map_err(|error| Error::usage(error.to_string()))
    }
}

/// Words as a line that is read as these words.
fn shell_words_of(words: &[String]) -> String {
    let quoted = words.iter().map(|word| match word.as_str() {
        "" => "''".to_owned(),
        word => written(word, None),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

fn failed(error: ReadlineError) -> Error {
    match error {
        ReadlineError::Eof | ReadlineError::Interrupted => Error::new(Kind::Interrupted, ""),
        other => Error::general(format!("The terminal cannot be read: {other}")),
    }
}

/// What the editor asks while somebody types.
struct Words {
    env: Env,
}

impl Helper for Words {}
impl Validator for Words {}

impl Completer for Words {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = Typed::of(line.get(..at).unwrap_or(line));
        let found = complete::candidates(&typed.words, &typed.current, &self.env);
        let width = found.iter().map(|one| one.word.chars().count()).max().unwrap_or_default();
        Ok((typed.start, found.iter().map(|one| pair(one, width, typed.quote)).collect()))
    }
}

/// What is listed, and what is put into the line.
fn pair(candidate: &Candidate, width: usize, quote: Option<char>) -> Pair {
    let Candidate { word, help } = candidate;
    let display = if help.is_empty() { word.clone() } else { format!("{word:width$}  {help}") };
    let goes_on = word.ends_with(['/', ':', '=']);
    let end = match quote {
        _ if goes_on => String::new(),
        Some(quote) => format!("{quote} "),
        None => " ".to_owned(),
    };
    let open = quote.map(String::from).unwrap_or_default();
    Pair { display, replacement: format!("{open}{}{end}", written(word, quote)) }
}

/// The grey words behind the cursor.
struct Grey {
    shown: String,
    taken: String,
}

impl LineHint for Grey {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        (!self.taken.is_empty()).then_some(&self.taken)
    }
}

impl Hinter for Words {
    type Hint = Grey;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<Grey> {
        if at < line.len() {
            return None;
        }
        let typed = Typed::of(line);
        let hint = complete::hint(&typed.words, &typed.current, &self.env)?;
        let taken = written(&hint.rest, typed.quote);
        let help = if hint.help.is_empty() { String::new() } else { format!("   {}", hint.help) };
        let shown = format!("{taken}{help}");
        (!shown.is_empty()).then_some(Grey { shown, taken })
    }
}

impl Highlighter for Words {
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_given_so_far_are_read_back_as_they_were() {
        let words = ["iam", "create-user", "--user-name", "a b'c", ""].map(str::to_owned);
        assert_eq!(shell_words::split(&shell_words_of(&words)).unwrap(), words);
    }

    #[test]
    fn a_word_that_is_complete_ends_with_a_blank_and_its_quote() {
        let replaced =
            |word: &str, quote| pair(&Candidate { word: word.into(), help: String::new() }, 0, quote);
        assert_eq!(replaced("a b", None).replacement, "a\\ b ");
        assert_eq!(replaced("a b", Some('"')).replacement, "\"a b\" ");
        assert_eq!(replaced("file://", None).replacement, "file://");
    }
}
