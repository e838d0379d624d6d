//! Completion in real shells, on a terminal: keys go in, and the line that the shell makes of them is read.
//!
//! Bash is always there; a shell that is not installed is left out, and said so.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use iamctl_testkit::{Home, Reply, Run, Server, Terminal};

const PROMPT: &str = "$ ";

/// A shell, and how it learns to complete.
struct Shell {
    name: &'static str,
    words: &'static [&'static str],
    /// What is typed first.
    set_up: &'static str,
}

const BASH: Shell =
    Shell { name: "bash", words: &["--norc", "--noprofile"], set_up: r#"eval "$(iamctl completion bash)""# };
const BASH_BY_COMMAND: Shell = Shell { set_up: "complete -C iamctl iamctl", ..BASH };
const ZSH: Shell = Shell {
    name: "zsh",
    words: &["-f"],
    set_up: r#"PS1='$ '; autoload -Uz compinit; compinit -D; eval "$(iamctl completion zsh)""#,
};
const FISH: Shell = Shell {
    name: "fish",
    words: &["--private", "--no-config"],
    set_up: "function fish_prompt; echo -n '$ '; end; iamctl completion fish | source",
};
const ELVISH: Shell = Shell {
    name: "elvish",
    words: &["-norc"],
    set_up: "set edit:prompt = { print '$ ' }; set edit:rprompt = { }; eval (iamctl completion elvish | slurp)",
};

impl Shell {
    fn path(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).map(|folder| folder.join(self.name)).find(|path| path.is_file())
    }

    /// The shell on a terminal, ready to complete; none where it is not installed.
    fn start(&self, endpoint: Option<&Server>) -> Option<Session> {
        let Some(program) = self.path() else {
            say(&format!("{} is not installed: its completion was not tested", self.name));
            return None;
        };
        let home = Home::new().unwrap();
        let folder = home.path("~/bin");
        std::fs::create_dir_all(&folder).unwrap();
        symlink(env!("CARGO_BIN_EXE_iamctl"), folder.join("iamctl")).unwrap();
        symlink(env!("CARGO_BIN_EXE_iamctl"), folder.join("aws_completer")).unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut run = Run::new(program, self.words)
            .home(&home)
            .env("PATH", &format!("{}:{path}", folder.display()))
            .env("PS1", PROMPT)
            .file("~/.aws/config", "[default]\n[profile prod]\n[profile preview]\n")
            .file("docs/trust.json", "{}")
            .file("docs/deep/a b.json", "{}");
        if let Some(server) = endpoint {
            run = run.endpoint(&server.url());
        }
        let mut terminal = run.terminal();
        terminal.until("a prompt", |screen| !screen.trim().is_empty());
        terminal.rests();
        // The quotes keep what is typed from looking like what is printed.
        terminal.keys(&format!("{}; echo rea''dy\r", self.set_up));
        terminal.until("\"ready\"", |screen| screen.lines().any(|line| line == "ready"));
        terminal.rests();
        let mut session = Session { terminal, name: self.name };
        session.clear();
        Some(session)
    }
}

struct Session {
    terminal: Terminal,
    name: &'static str,
}

impl Session {
    #[track_caller]
    fn waits_for(&mut self, typed: &str, wanted: &str) {
        let wanted = format!("{PROMPT}{wanted}");
        let name = self.name;
        self.terminal.until(&format!("{wanted:?} in {name} after {typed:?}"), |screen| {
            screen.lines().any(|line| line == wanted.trim_end())
        });
    }

    /// Types a line, in which `\t` is the key, and waits for what the shell makes of it. A key typed behind that
    /// tells whether a blank has been put there.
    #[track_caller]
    fn gives(&mut self, typed: &str, wanted: &str) {
        self.terminal.keys(typed);
        self.waits_for(typed, wanted);
        self.terminal.keys("X");
        self.waits_for(typed, &format!("{wanted}X"));
        self.clear();
    }

    /// Throws the line away. A key that comes while the shell is still busy can be lost, so it is typed again.
    fn clear(&mut self) {
        let is_empty = |screen: &str| screen.trim_end().lines().last() == Some(PROMPT.trim_end());
        for _ in 0..5 {
            match self.name {
                // Ctrl-L looks for folders there.
                "elvish" => self.terminal.keys("\u{15}"),
                _ => {
                    self.terminal.keys("\u{3}");
                    self.terminal.rests();
                    self.terminal.keys("\u{c}");
                }
            }
            if is_empty(&self.terminal.rests()) {
                return;
            }
        }
        self.terminal.until("an empty line", is_empty);
    }
}

#[allow(clippy::print_stderr)]
fn say(text: &str) {
    eprintln!("{text}");
}

fn policies() -> Server {
    let policy = |name: &str| format!("<member><Arn>arn:aws:iam::123456789012:policy/{name}</Arn></member>");
    let policies = format!("<Policies>{}{}</Policies>", policy("one"), policy("two"));
    Server::start(vec![Reply::result("ListPolicies", &policies)]).unwrap()
}

const ARN: &str = "arn:aws:iam::123456789012:policy/";

#[test]
fn bash_completes_words_values_and_names_with_colons() {
    let server = policies();
    let mut bash = BASH.start(Some(&server)).expect("bash is always there");
    let get = "iamctl iam get-policy";
    bash.gives("iamctl iam create-u\t", "iamctl iam create-user ");
    bash.gives(
        "iamctl iam update-access-key --status=In\t",
        "iamctl iam update-access-key --status=Inactive ",
    );
    bash.gives("iamctl iam list-users --output ya\t-s\t", "iamctl iam list-users --output yaml-stream ");
    bash.gives(&format!("{get} --policy-arn a\to\t"), &format!("{get} --policy-arn {ARN}one "));
    bash.gives(&format!("{get} --policy-arn={ARN}t\t"), &format!("{get} --policy-arn={ARN}two "));
    bash.gives(&format!("{get} --policy-arn \"{ARN}t\t"), &format!("{get} --policy-arn \"{ARN}two\" "));
    bash.gives("iamctl --profile s\t", "iamctl --profile sandbox:");
    bash.terminal.keys("iamctl --profile p\t\t\t");
    bash.terminal.shows("preview  prod");
}

/// A folder and a scheme go on, so no blank comes behind them; a blank inside a name is escaped.
#[test]
fn bash_completes_paths_behind_file() {
    let mut bash = BASH.start(None).unwrap();
    let create = "iamctl iam create-role --assume-role-policy-document";
    bash.gives(&format!("{create} f\t"), &format!("{create} file://"));
    bash.gives(&format!("{create} file://do\t"), &format!("{create} file://docs/"));
    bash.gives(&format!("{create} file://docs/t\t"), &format!("{create} file://docs/trust.json "));
    bash.gives(&format!("{create} file://docs/deep/\t"), &format!("{create} file://docs/deep/a\\ b.json "));
    bash.gives(
        &format!("{create} file://docs/deep/a\\ \t"),
        &format!("{create} file://docs/deep/a\\ b.json "),
    );
    bash.gives(&format!("{create}=file://docs/t\t"), &format!("{create}=file://docs/trust.json "));
}

/// The registration that the AWS CLI documents, with no script at all.
#[test]
fn complete_with_a_command_works_for_the_program_and_for_aws() {
    let server = policies();
    let mut bash = BASH_BY_COMMAND.start(Some(&server)).unwrap();
    let get = "iam get-policy --policy-arn";
    bash.gives(&format!("iamctl {get} a\to\t"), &format!("iamctl {get} {ARN}one "));
    bash.gives("iamctl iam create-u\t", "iamctl iam create-user ");
    // There is no way to hold back the blank, so what is in the only folder is told at once.
    let create = "iamctl iam create-role --assume-role-policy-document";
    bash.gives(&format!("{create} file://docs/d\t"), &format!("{create} file://docs/deep/a\\ b.json "));
    bash.terminal.keys("complete -C aws_completer aws\r");
    bash.terminal.rests();
    bash.clear();
    bash.gives("aws iam create-u\t", "aws iam create-user ");
    bash.gives(&format!("aws {get} a\tt\t"), &format!("aws {get} {ARN}two "));
}

#[test]
fn zsh_completes_and_shows_what_words_mean() {
    let server = policies();
    let Some(mut zsh) = ZSH.start(Some(&server)) else { return };
    let get = "iamctl iam get-policy --policy-arn";
    zsh.gives("iamctl iam create-u\t", "iamctl iam create-user ");
    zsh.gives(
        "iamctl iam update-access-key --status=In\t",
        "iamctl iam update-access-key --status=Inactive ",
    );
    zsh.gives(&format!("{get} a\to\t"), &format!("{get} {ARN}one "));
    zsh.gives(&format!("{get} \"{ARN}t\t"), &format!("{get} \"{ARN}two\" "));
    zsh.gives("iamctl --profile sa\t", "iamctl --profile sandbox:");
    let create = "iamctl iam create-role --assume-role-policy-document";
    zsh.gives(&format!("{create} f\t"), &format!("{create} file://"));
    zsh.gives(&format!("{create} file://docs/d\t"), &format!("{create} file://docs/deep/"));
    zsh.gives(&format!("{create} file://docs/deep/\t"), &format!("{create} file://docs/deep/a\\ b.json "));
    zsh.terminal.keys("iamctl c\t");
    let screen = zsh.terminal.shows("-- Print the script by which a shell completes commands");
    assert!(
        screen.lines().any(|line| line.starts_with("configure ") && line.contains("-- Read")),
        "{screen}"
    );
}

/// Packages install the script as a file that compinit finds by its first line.
#[test]
fn zsh_finds_the_script_as_a_file() {
    let Some(mut zsh) = ZSH.start(None) else { return };
    let folder = zsh.terminal.home.path("~/site");
    std::fs::create_dir_all(&folder).unwrap();
    let script = iamctl_testkit::root().join("completions/_iamctl");
    std::fs::copy(script, folder.join("_iamctl")).unwrap();
    zsh.terminal
        .keys("compdef -d iamctl; unfunction _iamctl; fpath=(~/site $fpath); compinit -D -u; echo rea''dy\r");
    zsh.terminal.until("\"ready\"", |screen| screen.lines().any(|line| line == "ready"));
    zsh.clear();
    zsh.gives("iamctl iam create-u\t", "iamctl iam create-user ");
    zsh.gives("iamctl iam delete-u\t-po\t", "iamctl iam delete-user-policy ");
}

#[test]
fn fish_completes_and_shows_what_words_mean() {
    let server = policies();
    let Some(mut fish) = FISH.start(Some(&server)) else { return };
    let get = "iamctl iam get-policy --policy-arn";
    fish.gives("iamctl iam create-u\t", "iamctl iam create-user ");
    fish.gives(
        "iamctl iam update-access-key --status=In\t",
        "iamctl iam update-access-key --status=Inactive ",
    );
    fish.gives(&format!("{get} {ARN}o\t"), &format!("{get} {ARN}one "));
    fish.gives(&format!("{get} \"{ARN}t\t"), &format!("{get} \"{ARN}two\" "));
    fish.gives("iamctl --profile sa\t", "iamctl --profile sandbox:");
    let create = "iamctl iam create-role --assume-role-policy-document";
    fish.gives(&format!("{create} f\t"), &format!("{create} file://"));
    fish.gives(&format!("{create} file://docs/d\t"), &format!("{create} file://docs/deep/"));
    fish.gives(&format!("{create} file://docs/deep/\t"), &format!("{create} file://docs/deep/a\\ b.json "));
    fish.terminal.keys("iamctl co\t");
    fish.terminal.shows("(Print the script by which a shell completes commands)");
}

#[test]
fn elvish_completes() {
    let Some(mut elvish) = ELVISH.start(None) else { return };
    elvish.gives("iamctl iam create-u\t", "iamctl iam create-user ");
    let create = "iamctl iam create-role --assume-role-policy-document";
    elvish.gives(&format!("{create} f\t"), &format!("{create} file://"));
}

/// What a shell's script asks, without the shell.
fn ask(home: &Home, server: &Server, line: &str) -> iamctl_testkit::Outcome {
    let words: Vec<&str> = ["--", "iamctl"].into_iter().chain(line.split(' ')).collect();
    Run::new(env!("CARGO_BIN_EXE_iamctl"), &words)
        .home(home)
        .endpoint(&server.url())
        .env("IAMCTL_COMPLETE", "fish")
        .run()
        .ok()
}

fn users(names: &[&str]) -> Reply {
    let users: String =
        names.iter().map(|name| format!("<member><UserName>{name}</UserName></member>")).collect();
    Reply::result("ListUsers", &format!("<Users>{users}</Users>"))
}

#[test]
fn names_are_asked_once_and_kept_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::start(vec![users(&["alice", "bob"]), users(&["carol"])]).unwrap();
    let home = Home::new().unwrap();
    let line = "iam get-user --user-name ";
    assert_eq!(ask(&home, &server, line).stdout, "alice\nbob\n");
    assert_eq!(ask(&home, &server, &format!("{line}b")).stdout, "bob\n");
    assert_eq!(server.requests().len(), 1);
    let kept = files(&home.path("~/.cache/iamctl/complete"));
    let [kept] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(std::fs::metadata(kept).unwrap().permissions().mode() & 0o777, 0o600);
    // After a minute it is asked again.
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(61);
    std::fs::File::options().write(true).open(kept).unwrap().set_modified(old).unwrap();
    assert_eq!(ask(&home, &server, line).stdout, "carol\n");
    assert_eq!(server.requests().len(), 2);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn keys_are_those_of_the_user_on_the_line() {
    let keys = "<AccessKeyMetadata><member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId></member></AccessKeyMetadata>";
    let server = Server::start(vec![Reply::result("ListAccessKeys", keys)]).unwrap();
    let home = Home::new().unwrap();
    let line = "iam update-access-key --user-name alice --access-key-id ";
    assert_eq!(ask(&home, &server, line).stdout, "AKIAIOSFODNN7EXAMPLE\n");
    let requests = server.requests();
    assert_eq!(requests[0].param("Action").as_deref(), Some("ListAccessKeys"));
    assert_eq!(requests[0].param("UserName").as_deref(), Some("alice"));
    // Without a user nobody knows whose keys are meant.
    assert_eq!(ask(&home, &server, "iam update-access-key --access-key-id ").stdout, "");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_slow_or_refusing_account_costs_a_second_at_most_and_says_nothing() {
    let slow = users(&["alice"]).after(std::time::Duration::from_secs(20));
    for reply in [slow, Reply::error(403, "AccessDenied", "no"), Reply::closed(), Reply::ok("nonsense")] {
        let server = Server::start(vec![reply]).unwrap();
        let home = Home::new().unwrap();
        let start = std::time::Instant::now();
        let outcome = ask(&home, &server, "iam get-user --user-name ");
        // Generous, because tests share the machine with builds.
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
        assert!(!home.path("~/.cache/iamctl/complete").exists());
    }
}

/// The variable is inherited by what a look-up runs, a `credential_process` that is this program among it.
#[test]
fn the_variable_alone_is_no_question() {
    let run = Run::new(env!("CARGO_BIN_EXE_iamctl"), &["--version"]).env("IAMCTL_COMPLETE", "bash");
    assert!(run.run().ok().stdout.starts_with("iamctl/"));
}
