//! How shells ask, and how they want the answer.

use super::Candidate;
use super::line::{Typed, written};
use crate::env::Env;

/// The shells that have a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// GNU Bash, and all that speaks its `complete -C`.
    Bash,
    /// Z shell.
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    PowerShell,
    /// Elvish
    Elvish,
}

impl Shell {
    /// The shell of this name.
    pub fn named(name: &str) -> Option<Shell> {
        Some(match name {
            "bash" => Shell::Bash,
            "zsh" => Shell::Zsh,
            "fish" => Shell::Fish,
            "powershell" | "pwsh" => Shell::PowerShell,
            "elvish" => Shell::Elvish,
            _ => return None,
        })
    }
}

/// A question.
#[derive(Debug)]
pub struct Ask {
    /// The words before the one in question, without the program's name.
    pub words: Vec<String>,
    /// The word in question, as far as it has been typed.
    pub current: String,
    /// The shell puts a blank behind the only candidate, whatever it is: `complete -C`.
    pub ends_words: bool,
    shell: Shell,
    /// What the shell thinks is there already: candidates are told without it.
    done: String,
    /// The quote that is open.
    quote: Option<char>,
}

/// The names under which the program does nothing but complete.
const COMPLETERS: [&str; 2] = ["aws_completer", "iamctl_completer"];

impl Ask {
    /// Reads the question; none where this run is about something else.
    pub fn read(env: &Env, arguments: &[String]) -> Option<Ask> {
        if let Some(shell) = env.filled("IAMCTL_COMPLETE").and_then(|name| Shell::named(&name)) {
            // The form is checked as well: what a look-up runs inherits the variable.
            match env.get("COMP_LINE") {
                Some(line) if shell == Shell::Bash && arguments.len() == 4 => {
                    return Some(Ask::of_line(&line, env, arguments));
                }
                _ if arguments.get(1).map(String::as_str) == Some("--") => {
                    return Some(Ask::of_words(shell, arguments));
                }
                _ => {}
            }
        }
        let line = env.get("COMP_LINE")?;
        let program = arguments.first()?.rsplit(['/', '\\']).next()?;
        // `complete -C`: the command, the word, the word before. The variable alone proves nothing, since what
        // another program's completion runs inherits it.
        let asked =
            arguments.len() == 4 && line.split_whitespace().next() == arguments.get(1).map(String::as_str);
        (COMPLETERS.contains(&program) || asked).then(|| Ask::of_line(&line, env, arguments))
    }

    /// `-- PROGRAM WORDS... CURRENT`
    fn of_words(shell: Shell, arguments: &[String]) -> Ask {
        let start = arguments.iter().position(|word| word == "--").map_or(arguments.len(), |at| at + 2);
        let mut words = arguments.get(start..).unwrap_or_default().to_vec();
        let current = words.pop().unwrap_or_default();
        Ask { words, current, ends_words: false, shell, done: String::new(), quote: None }
    }

    /// The line up to the cursor. Bash takes a word apart at `:` and `=`, and wants the last part only.
    fn of_line(line: &str, env: &Env, arguments: &[String]) -> Ask {
        let point = env.get("COMP_POINT").and_then(|point| point.parse().ok()).unwrap_or(line.len());
        let Typed { mut words, current, quote, .. } = Typed::of(line.get(..point).unwrap_or(line));
        if !words.is_empty() {
            words.remove(0);
        }
        let part = arguments.get(2).map_or_else(|| current.clone(), |part| unquoted(part));
        let done = current.strip_suffix(&part).unwrap_or_default().to_owned();
        let ends_words = env.get("IAMCTL_COMPLETE").is_none();
        Ask { words, current, ends_words, shell: Shell::Bash, done, quote }
    }

    /// The answer as the shell wants it.
    pub fn print(&self, candidates: &[Candidate]) -> String {
        candidates.iter().map(|candidate| self.line(candidate) + "\n").collect()
    }

    fn line(&self, candidate: &Candidate) -> String {
        let Candidate { word, help } = candidate;
        match self.shell {
            Shell::Bash => written(word.strip_prefix(&self.done).unwrap_or(word), self.quote),
            Shell::Zsh => {
                let end = if word.ends_with(['/', ':', '=']) { '+' } else { '-' };
                let help = if help.is_empty() { String::new() } else { format!(":{help}") };
                format!("{end}{}{help}", word.replace('\\', "\\\\").replace(':', "\\:"))
            }
            Shell::Fish | Shell::PowerShell | Shell::Elvish if help.is_empty() => word.clone(),
            Shell::Fish | Shell::PowerShell | Shell::Elvish => format!("{word}\t{help}"),
        }
    }
}

/// A part of a word without its quotes.
fn unquoted(part: &str) -> String {
    let Typed { words, current, .. } = Typed::of(part);
    // Blanks are in it only where its opening quote has been cut off.
    if words.is_empty() { current } else { part.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn bash_asks_with_the_line_and_the_cursor() {
        let line = "iamctl iam get-policy --policy-arn arn:aws:iam::12 rest";
        let point = "iamctl iam get-policy --policy-arn arn:aws:iam::12".len().to_string();
        let env = Env::fixed([("COMP_LINE", line), ("COMP_POINT", point.as_str())]);
        let ask = Ask::read(&env, &strings(&["iamctl", "iamctl", "12", ":"])).unwrap();
        assert_eq!(ask.words, ["iam", "get-policy", "--policy-arn"]);
        assert_eq!(ask.current, "arn:aws:iam::12");
        assert_eq!(ask.print(&[Candidate::plain("arn:aws:iam::123:policy/p")]), "123:policy/p\n");
    }

    #[test]
    fn an_inherited_variable_is_no_question() {
        let env = Env::fixed([("COMP_LINE", "other x"), ("COMP_POINT", "7")]);
        assert!(Ask::read(&env, &strings(&["iamctl", "iam", "list-users"])).is_none());
        assert!(Ask::read(&env, &strings(&["iamctl", "iam", "get-user", "x"])).is_none());
        assert!(Ask::read(&env, &strings(&["/usr/bin/aws_completer"])).is_some());
    }

    #[test]
    fn the_scripts_ask_with_words() {
        let env = Env::fixed([("IAMCTL_COMPLETE", "fish")]);
        let ask = Ask::read(&env, &strings(&["iamctl", "--", "iamctl", "iam", "list"])).unwrap();
        assert_eq!((ask.words.as_slice(), ask.current.as_str()), (&strings(&["iam"])[..], "list"));
        assert_eq!(ask.print(&[Candidate::new("list-users", "List users")]), "list-users\tList users\n");
    }

    #[test]
    fn zsh_is_told_where_a_word_goes_on() {
        let ask = Ask::of_words(Shell::Zsh, &strings(&["iamctl", "--", "iamctl", ""]));
        let said = ask.print(&[Candidate::new("file://", "A file"), Candidate::plain("a:b")]);
        assert_eq!(said, "+file\\://:A file\n-a\\:b\n");
    }

    #[test]
    fn bash_gets_what_is_special_to_it_escaped() {
        let line = "iamctl iam get-user --user-name o";
        let env = Env::fixed([("COMP_LINE", line)]);
        let ask = Ask::read(&env, &strings(&["iamctl", "iamctl", "o", "--user-name"])).unwrap();
        assert_eq!(ask.print(&[Candidate::plain("o'hara x")]), "o\\'hara\\ x\n");
    }
}
