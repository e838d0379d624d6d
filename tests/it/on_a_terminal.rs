//! What there is on a terminal only: hints, the form of `--cli-auto-prompt`, the progress of long work.
//! Each test proves the other half as well: without a terminal nothing of it is there.

use std::time::{Duration, Instant};

use iamctl_testkit::{Reply, Run, Server, Terminal};

use crate::iamctl;

/// Runs the words on a terminal to their end; gives code and screen.
fn ended(run: Run) -> (u32, String) {
    let mut terminal = run.terminal();
    (terminal.code(), terminal.screen())
}

/// The hints of a line; without a terminal the same line has none.
#[track_caller]
fn hints(run: impl Fn(&[&str]) -> Run, words: &[&str]) -> String {
    let plain = run(words).run();
    assert!(!plain.stderr.contains("hint:"), "{plain}");
    let (code, screen) = ended(run(words));
    assert_eq!(i64::from(code), i64::from(plain.code), "{screen}");
    screen
        .lines()
        .filter_map(|line| line.split_once("hint: "))
        .map(|(_, hint)| hint)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_mistyped_profile_is_answered_with_what_there_is() {
    let files = "[default]\n[profile production]\n[profile staging]\n";
    let run = |words: &[&str]| iamctl(words).file("~/.aws/config", files);
    let told = |profile: &str| hints(run, &["iam", "list-users", "--profile", profile]);
    assert_eq!(told("prodution"), "did you mean --profile production?");
    assert_eq!(told("zzz"), "the profiles are: default, production, staging");
    assert!(told("sandbox").starts_with("the embedded account is --profile sandbox: "));
    assert!(told("sandbox-ci").starts_with("the embedded account is --profile sandbox:ci "));
    assert_eq!(
        hints(iamctl, &["iam", "list-users", "--profile", "x"]),
        "there are no profiles yet; configure --profile x makes this one"
    );
}

#[test]
fn a_mistyped_word_is_answered_with_what_is_near() {
    let told = |words: &[&str]| hints(iamctl, words);
    assert_eq!(
        told(&["create-user", "--user-name", "a"]),
        "create-user is a command of iam: iamctl iam create-user"
    );
    assert_eq!(told(&["IAM", "list-users"]), "did you mean iam?");
    assert_eq!(told(&["iam", "LIST_USERS"]), "did you mean list-users?");
    assert_eq!(
        told(&["iam", "create-user", "--usrname", "a"]),
        "--usrname is no option here; did you mean --user-name?"
    );
    assert_eq!(
        told(&["iam", "list-users", "--pathprefix", "/"]),
        "--pathprefix is no option here; did you mean --path-prefix?"
    );
    assert_eq!(
        told(&["iam", "list-users", "--output", "xml"]),
        "--output takes one of: json, text, table, yaml, yaml-stream, off"
    );
    // What the reference proposes itself needs no hint.
    assert_eq!(told(&["iam", "list-user"]), "");
    assert_eq!(told(&["iam", "list-users", "--output", "jsn"]), "");
}

#[test]
fn values_that_the_service_refused_are_compared_with_its_lists() {
    let server = Server::start(vec![Reply::error(
        400,
        "ValidationError",
        "1 validation error detected: Value 'active' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]",
    )])
    .unwrap();
    let run = |words: &[&str]| iamctl(words).endpoint(&server.url());
    let line =
        |status| ["iam", "update-access-key", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--status", status];
    assert_eq!(hints(run, &line("active")), "did you mean --status Active?");
    assert_eq!(hints(run, &line("x")), "--status takes one of: Active, Inactive, Expired");
    // What the service refuses for another reason is not explained by its lists.
    assert_eq!(hints(run, &line("Active")), "");
}

#[test]
fn an_output_format_of_the_profile_that_is_none_is_explained() {
    let server =
        Server::start(vec![Reply::result("GetUser", "<User><UserName>a</UserName></User>")]).unwrap();
    let run = |words: &[&str]| iamctl(words).endpoint(&server.url()).env("AWS_DEFAULT_OUTPUT", "jsno");
    let told = hints(run, &["iam", "get-user"]);
    assert!(told.starts_with("did you mean json? The format comes from --output, "), "{told}");
}

fn user() -> Server {
    Server::start(vec![Reply::result("GetUser", "<User><UserName>alice</UserName></User>")]).unwrap()
}

#[test]
fn a_prompted_line_is_completed_and_sent() {
    let users =
        "<Users><member><UserName>alice</UserName></member><member><UserName>bob</UserName></member></Users>";
    let server = Server::answering(move |request| match request.param("Action").as_deref() {
        Some("ListUsers") => Reply::result("ListUsers", users),
        _ => Reply::result("GetUser", "<User><UserName>alice</UserName></User>"),
    })
    .unwrap();
    let mut form = iamctl(&["iam", "--cli-auto-prompt", "--no-cli-pager"]).endpoint(&server.url()).terminal();
    form.shows("> iamctl iam --no-cli-pager");
    // Two commands begin so: both are shown with what they do.
    form.keys("get-us\t");
    form.shows("get-user-policy  Show one inline policy of a user");
    form.keys(" --user\t");
    form.shows("> iamctl iam --no-cli-pager get-user --user-name");
    form.keys("\t");
    let screen = form.shows("alice");
    assert!(screen.contains("bob"), "{screen}");
    form.keys("al\t");
    form.shows("--user-name alice");
    form.keys("\r");
    assert_eq!(form.code(), 0);
    assert!(form.screen().contains("\"UserName\": \"alice\""), "{}", form.screen());
    let sent = server.requests();
    let sent = sent.last().unwrap();
    assert_eq!(sent.param("Action").as_deref(), Some("GetUser"));
    assert_eq!(sent.param("UserName").as_deref(), Some("alice"));
}

#[test]
fn a_prompt_says_what_words_mean_and_what_is_missing() {
    let mut form = iamctl(&["--cli-auto-prompt"]).terminal();
    form.shows("> iamctl");
    form.keys("iam create-user ");
    form.shows("needs --user-name");
    form.keys("--user-name x --output ");
    form.shows("The format of the result");
    form.keys("ya\t");
    let screen = form.shows("yaml-stream");
    assert!(screen.contains("--output yaml"), "{screen}");
    form.keys("\u{3}");
    assert_eq!(form.code(), 130);
    let mut form = iamctl(&["--cli-auto-prompt"]).terminal();
    form.shows("> iamctl");
    form.keys("\u{4}");
    assert_eq!(form.code(), 130);
}

#[test]
fn a_partial_prompt_asks_where_the_line_is_wrong_and_only_there() {
    let server = user();
    let run = |words: &[&str]| {
        iamctl(words).endpoint(&server.url()).env("AWS_CLI_AUTO_PROMPT", "on-partial").env("AWS_PAGER", "")
    };
    let (code, screen) = ended(run(&["iam", "get-user"]));
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("> iamctl"), "{screen}");
    let mut form = run(&["iam", "list-access-keys", "--usr", "x"]).terminal();
    form.shows("Unknown options: --usr");
    form.shows("> iamctl iam list-access-keys --usr x");
    // All but the command is typed anew; a line that is wrong again is asked for again.
    form.keys("\u{15}iam get-user --nope\r");
    form.shows("Unknown options: --nope");
    // What is typed before the new line stands there belongs to the terminal, which would eat the Ctrl-U.
    form.until("the line again", |screen| screen.matches("> iamctl iam get-user --nope").count() == 2);
    form.keys("\u{15}iam get-user --user-name alice\r");
    assert_eq!(form.code(), 0);
    assert_eq!(server.requests().last().unwrap().param("UserName").as_deref(), Some("alice"));
}

#[test]
fn the_profile_can_ask_for_the_prompt_and_the_option_wins() {
    let server = user();
    let run = |words: &[&str]| {
        iamctl(words)
            .endpoint(&server.url())
            .env("AWS_PAGER", "")
            .file("~/.aws/config", "[default]\ncli_auto_prompt = on\n")
    };
    let mut form = run(&["iam", "get-user"]).terminal();
    form.shows("> iamctl iam get-user");
    form.keys("\r");
    assert_eq!(form.code(), 0);
    let (code, screen) = ended(run(&["iam", "get-user", "--no-cli-auto-prompt"]));
    assert_eq!(code, 0);
    assert!(!screen.contains("> iamctl"), "{screen}");
    // Nor is anything asked where nobody sits, or where no line can be edited.
    run(&["iam", "get-user"]).run().ok();
    let (code, screen) = ended(run(&["iam", "get-user"]).env("TERM", "dumb"));
    assert_eq!(code, 0);
    assert!(!screen.contains("> iamctl"), "{screen}");
}

/// Three pages, each so late.
fn pages(delay: Duration) -> Server {
    let page = |name: &str, more: &str| {
        let members = format!(
            "<Users><member><UserName>{name}</UserName></member></Users><IsTruncated>{more}</IsTruncated><Marker>{name}</Marker>"
        );
        Reply::result("ListUsers", &members).after(delay)
    };
    Server::start(vec![page("a", "true"), page("b", "true"), page("c", "false")]).unwrap()
}

/// A line for the shell on a terminal: only what it does not redirect gets there.
fn shell(line: &str) -> Run {
    Run::new("/bin/sh", &["-c", line]).env("IAMCTL", env!("CARGO_BIN_EXE_iamctl"))
}

fn drawn(terminal: &mut Terminal) -> String {
    assert_eq!(terminal.code(), 0, "{}", terminal.screen());
    terminal.written()
}

#[test]
fn pages_that_take_long_are_counted_on_stderr() {
    for words in ["", "--output text"] {
        let server = pages(Duration::from_millis(700));
        let line = format!("\"$IAMCTL\" iam list-users --query 'Users[].UserName' {words} > out");
        let mut terminal = shell(&line).endpoint(&server.url()).terminal();
        let written = drawn(&mut terminal);
        assert!(written.contains("page 1, 1 items") && written.contains("page 2, 2 items"), "{written:?}");
        // It is gone in the end, and the result is whole.
        assert_eq!(terminal.screen(), "");
        let out = std::fs::read_to_string(terminal.home.path("out")).unwrap();
        assert!(out.contains('a') && out.contains('c'), "{out}");
    }
}

#[test]
fn short_work_and_whoever_wants_no_progress_sees_none() {
    let draws = |server: &Server, words: &str| {
        let line = format!("\"$IAMCTL\" iam list-users {words} > out");
        drawn(&mut shell(&line).endpoint(&server.url()).terminal())
    };
    assert_eq!(draws(&pages(Duration::from_millis(700)), "--no-progress"), "");
    // On a busy machine short work can be long; what took half a second proves nothing.
    let is_silent = (0..20).any(|_| {
        let (server, start) = (pages(Duration::ZERO), Instant::now());
        let written = draws(&server, "");
        assert!(written.is_empty() || start.elapsed() > Duration::from_millis(500), "{written:?}");
        written.is_empty()
    });
    assert!(is_silent);
    let slow = pages(Duration::from_millis(700));
    let outcome = iamctl(&["iam", "list-users"]).endpoint(&slow.url()).run().ok();
    assert_eq!(outcome.stderr, "");
    // The option is never reached by an abbreviation.
    iamctl(&["iam", "list-users", "--no-prog"]).run().ended(252).complains("Unknown options: --no-prog");
}

#[test]
fn a_waiter_says_which_attempt_it_is_at() {
    let gone = Reply::error(404, "NoSuchEntity", "not yet");
    let there = Reply::result("GetUser", "<User><UserName>a</UserName></User>");
    let server = Server::start(vec![gone.clone(), gone, there]).unwrap();
    let words = ["iam", "wait", "user-exists", "--user-name", "a"];
    let mut terminal = iamctl(&words).endpoint(&server.url()).terminal();
    let written = drawn(&mut terminal);
    assert!(written.contains("attempt 1 of 20, next in 1 s"), "{written:?}");
    assert!(written.contains("attempt 2 of 20, next in 1 s"), "{written:?}");
    assert_eq!(terminal.screen(), "");
}

/// A result that appears on the terminal itself comes after the line is gone, and Ctrl-C takes it away as well.
#[test]
fn the_progress_line_makes_room_for_the_result_and_for_ctrl_c() {
    let run = || iamctl(&["iam", "list-users", "--query", "Users[].UserName"]);
    let server = pages(Duration::from_millis(700));
    let (code, screen) = ended(run().endpoint(&server.url()).env("AWS_PAGER", ""));
    assert_eq!((code, screen.as_str()), (0, "[\n    \"a\",\n    \"b\",\n    \"c\"\n]"));
    let server = pages(Duration::from_millis(700));
    let mut terminal = run().endpoint(&server.url()).terminal();
    terminal.shows("page 1, 1 items");
    terminal.keys("\u{3}");
    assert_eq!(terminal.code(), 130);
    assert!(!terminal.screen().contains("page"), "{}", terminal.screen());
}
