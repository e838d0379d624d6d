//! How shells ask, and how they want the answer.

use super::Candidate;
use crate::env::Env;
use crate::shell_words;

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
    shell: Shell,
    /// What the shell thinks is there already: candidates are told without it.
    done: String,
}

/// The names under which the program does nothing but complete.
const COMPLETERS: [&str; 2] = ["aws_completer", "iamctl_completer"];

impl Ask {
    /// Reads the question; none where this run is about something else.
    pub fn read(env: &Env, arguments: &[String]) -> Option<Ask> {
        if let Some(shell) = env.filled("IAMCTL_COMPLETE").and_then(|name| Shell::named(&name)) {
            return Some(match env.get("COMP_LINE") {
                Some(line) if shell == Shell::Bash => Ask::of_line(&line, env, arguments),
                _ => Ask::of_words(shell, arguments),
            });
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
        Ask { words, current, shell, done: String::new() }
    }

    /// The line up to the cursor. Bash takes a word apart at `:` and `=`, and wants the last part only.
    fn of_line(line: &str, env: &Env, arguments: &[String]) -> Ask {
        let point = env.get("COMP_POINT").and_then(|point| point.parse().ok()).unwrap_or(line.len());
        let line = line.get(..point).unwrap_or(line);
        let (mut words, current) = split(line);
        if !words.is_empty() {
            words.remove(0);
        }
        let part = arguments.get(2).map_or(current.as_str(), String::as_str);
        let done = current.strip_suffix(part).unwrap_or_default().to_owned();
        Ask { words, current, shell: Shell::Bash, done }
    }

    /// The answer as the shell wants it.
    pub fn print(&self, candidates: &[Candidate]) -> String {
        let line = |candidate: &Candidate| {
            let word = candidate.word.strip_prefix(&self.done).unwrap_or(&candidate.word);
            match (self.shell, candidate.help.as_str()) {
                (Shell::Bash | Shell::Elvish, _) => format!("{word}\n"),
                (Shell::Zsh, "") => format!("{}\n", word.replace(':', "\\:")),
                (Shell::Zsh, help) => format!("{}:{help}\n", word.replace(':', "\\:")),
                (Shell::Fish | Shell::PowerShell, "") => format!("{word}\n"),
                (Shell::Fish | Shell::PowerShell, help) => format!("{word}\t{help}\n"),
            }
        };
        candidates.iter().map(line).collect()
    }
}

/// Whole words, and the one that is being typed: its quotes need not be closed.
fn split(line: &str) -> (Vec<String>, String) {
    for end in ["", "\"", "'"] {
        let Ok(mut words) = shell_words::split(&format!("{line}{end}")) else { continue };
        let between = end.is_empty() && line.ends_with(char::is_whitespace) || words.is_empty();
        let current = if between { String::new() } else { words.pop().unwrap_or_default() };
        return (words, current);
    }
    let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let current = words.pop().unwrap_or_default();
    (words, current)
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
    fn an_open_quote_is_part_of_the_word() {
        assert_eq!(split("a b 'c d"), (strings(&["a", "b"]), "c d".to_owned()));
        assert_eq!(split("a b "), (strings(&["a", "b"]), String::new()));
    }
}
