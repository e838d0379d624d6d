//! The way of somebody who has never used AWS: from `iamctl` to a role that one user may assume and another may not.
//!
//! Nothing is used but what the program itself says. Each step names the page,
//! or the hint, that leads to it, and its command must stand there word for
//! word; then the command runs, as a shell reads it, in an empty home. So no
//! pointer of the chain can break without a test that says which one.

use std::process::{Command, Stdio};

use iamctl_testkit::Home;
use serde_json::Value;

use crate::iamctl;

/// A step: where its command is read, and how the command ends.
struct Step {
    /// The words of the page.
    page: &'static str,
    /// The command, with one blank between words.
    run: &'static str,
    code: i32,
    /// A part of what it prints, on either stream.
    shows: &'static str,
}

const fn step(page: &'static str, run: &'static str, code: i32, shows: &'static str) -> Step {
    Step { page, run, code, shows }
}

const DENIED: &str = "An error occurred (AccessDenied)";

static WALK: &[Step] = &[
    step("help", "iamctl help start", 0, "1. INTO THE SANDBOX"),
    step("-h", "iamctl help start", 0, "THE WORDS"),
    step("help topics", "iamctl help start", 0, "Trust policy"),
    step("sandbox help", "iamctl help start", 0, "Access key"),
    step("configure help", "iamctl help start", 0, "ARN"),
    step("help search getting started", "iamctl help start", 0, "Profile"),
    step("help", "iamctl iam create-user --user-name carol --profile sandbox:", 0, "user/carol"),
    step("help", "iamctl help search rotate keys", 0, "access-key"),
    step("help", "iamctl completion help", 0, "source <(iamctl completion bash)"),
    step("help start", "iamctl sts get-caller-identity", 0, ":root"),
    step("help start", "iamctl iam create-user --user-name alice", 0, "user/alice"),
    step("help start", "iamctl iam create-user --user-name bob", 0, "user/bob"),
    step("help start", "iamctl iam create-access-key --user-name alice", 0, "SecretAccessKey"),
    step("help start", "iamctl configure --profile alice", 0, "AWS Access Key ID"),
    step("help start", "iamctl configure set endpoint_url sandbox: --profile alice", 0, ""),
    step("help start", "iamctl iam create-access-key --user-name bob", 0, "SecretAccessKey"),
    step("help start", "iamctl configure --profile bob", 0, "AWS Secret Access Key"),
    step("help start", "iamctl configure set endpoint_url sandbox: --profile bob", 0, ""),
    step("help start", "iamctl sts get-caller-identity --profile alice", 0, "user/alice"),
    step("help start", "iamctl iam list-users --profile alice", 254, DENIED),
    step("help start", TRUST_ALICE, 0, ""),
    step(
        "help start",
        "iamctl iam create-role --role-name auditor --assume-role-policy-document file://trust.json",
        0,
        "role/auditor",
    ),
    step(
        "help start",
        "iamctl sts assume-role --role-session-name first --role-arn arn:aws:iam::123456789012:role/auditor --profile alice",
        0,
        "SessionToken",
    ),
    step(
        "help start",
        "iamctl sts assume-role --role-session-name first --role-arn arn:aws:iam::123456789012:role/auditor --profile bob",
        254,
        DENIED,
    ),
    step(
        "help start",
        "iamctl configure set role_arn arn:aws:iam::123456789012:role/auditor --profile auditor",
        0,
        "",
    ),
    step("help start", "iamctl configure set source_profile alice --profile auditor", 0, ""),
    step("help start", "iamctl configure set endpoint_url sandbox: --profile auditor", 0, ""),
    step("help start", "iamctl sts get-caller-identity --profile auditor", 0, "assumed-role/auditor"),
    step("help start", "iamctl iam list-users --profile auditor", 254, DENIED),
    step(
        "help start",
        "iamctl iam attach-role-policy --role-name auditor --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess",
        0,
        "",
    ),
    step("help start", "iamctl iam list-users --profile auditor", 0, "carol"),
    step("help start", TRUST_BOTH, 0, ""),
    step(
        "help start",
        "iamctl iam update-assume-role-policy --role-name auditor --policy-document file://trust.json",
        0,
        "",
    ),
    step(
        "help start",
        "iamctl sts assume-role --role-session-name second --role-arn arn:aws:iam::123456789012:role/auditor --profile bob",
        0,
        "SessionToken",
    ),
    step("help start", "iamctl help policies", 0, "WHAT A TRUST POLICY SAYS"),
    step("help start", "iamctl help credentials", 0, "sandbox:NAME"),
    step("help start", "iamctl help search old keys", 0, "list-access-keys"),
    step("help start", "iamctl iam help", 0, "WHERE TO START"),
    step("help start", "iamctl sandbox help", 0, "iamctl sandbox serve"),
    step("help start", "iamctl sandbox reset --yes", 0, ""),
];

const TRUST_ALICE: &str = r#"echo '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}, "Action": "sts:AssumeRole" }] }' > trust.json"#;
const TRUST_BOTH: &str = r#"echo '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": {"AWS": [ "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:user/bob" ]}, "Action": "sts:AssumeRole" }] }' > trust.json"#;

/// A page with its lines joined as a shell joins them, and one blank between words.
fn said(page: &str) -> String {
    let words: Vec<&str> = page.split(' ').collect();
    let page = iamctl(&words).run().ended(0).stdout;
    page.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs a line in a shell; gives exit code, stdout, and all that was printed.
fn shell(line: &str, input: &str, home: &Home) -> (i32, String, String) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_iamctl"));
    let path = std::env::var("PATH").unwrap_or_default();
    std::fs::write(home.path("input"), input).unwrap();
    let output = Command::new("sh")
        .args(["-c", line])
        .env_clear()
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .env("HOME", home.path("~"))
        .env("AWS_PROFILE", "sandbox:")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(home.path("."))
        .stdin(Stdio::from(std::fs::File::open(home.path("input")).unwrap()))
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), out.to_string(), format!("{out}{err}"))
}

#[test]
fn a_newcomer_gets_from_help_to_a_role_by_what_the_help_says() {
    let home = Home::new().unwrap();
    assert!(said("help start").contains("export AWS_PROFILE=sandbox:"));
    let mut key = String::new();
    for Step { page, run, code, shows } in WALK {
        // The list of finds and of topics names a page as its command does.
        let told = said(page);
        assert!(told.contains(run), "`iamctl {page}` does not name: {run}\n{told}");
        let input = if run.starts_with("iamctl configure --profile") { key.as_str() } else { "" };
        let (ended, out, all) = shell(run, input, &home);
        assert_eq!(ended, *code, "{run}\n{all}");
        assert!(all.contains(shows), "{run} does not show {shows}:\n{all}");
        if run.contains("create-access-key") {
            let made: Value = serde_json::from_str(&out).unwrap();
            let part = |name: &str| made["AccessKey"][name].as_str().unwrap().to_owned();
            key = format!("{}\n{}\n\n\n", part("AccessKeyId"), part("SecretAccessKey"));
        }
    }
}

#[test]
fn every_command_of_the_first_steps_is_walked() {
    let page = iamctl(&["help", "start"]).run().ended(0).stdout.replace("\\\n", " ");
    let commands = page.lines().map(str::trim).filter(|line| line.starts_with("iamctl "));
    let mut count = 0;
    for command in commands.filter(|line| !line.contains("WORD") && !line.contains(" - ")) {
        let command = command.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(WALK.iter().any(|step| step.run == command), "nobody walks: {command}");
        count += 1;
    }
    assert!(count > 25, "{page}");
}

/// What a line on a terminal is answered with: its hints.
fn hints(words: &str, home: &Home) -> Vec<String> {
    let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    let run = || iamctl(&words).home(home).by_files_alone().without("AWS_ENDPOINT_URL");
    let plain = run().run();
    assert!(!plain.stderr.contains("hint:"), "{plain}");
    let mut terminal = run().terminal();
    let code = terminal.code();
    let screen = terminal.screen();
    assert_eq!(i64::from(code), i64::from(plain.code), "{screen}");
    let hints = screen.lines().filter_map(|line| line.split_once("hint: "));
    hints.map(|(_, hint)| hint.to_owned()).collect()
}

#[test]
fn errors_lead_on_to_pages_that_are_there() {
    let home = Home::new().unwrap();
    home.write("trust.json", "{}").unwrap();
    for (line, hint) in [
        ("", "iamctl help start"),
        ("login", "iamctl configure sso"),
        ("iam", "iamctl iam -h"),
        ("sandbox", "iamctl sandbox -h"),
        ("iam create-role --role-name auditor", "iamctl iam create-role help"),
        ("iam create-role --role-name auditor", "iamctl iam create-role -h"),
        ("help create-role", "iamctl iam create-role help"),
        ("help trust", "iamctl help search trust"),
        ("help trust", "iamctl help topics"),
        ("iam list-users", "iamctl help start"),
        ("iam update-user --profile sandbox:", "iamctl iam update-user help"),
        (
            "iam create-role --role-name r --assume-role-policy-document {} --profile sandbox:",
            "iamctl help policies",
        ),
    ] {
        let told = hints(line, &home);
        assert!(told.iter().any(|one| one.ends_with(hint)), "{line}: {hint} is not in {told:?}");
        let page: Vec<&str> =
            hint.split(' ').skip(1).chain(hint.ends_with("sso").then_some("help")).collect();
        iamctl(&page).run().ended(0);
    }
    let told = hints("iam list-users", &home);
    assert!(told.iter().any(|one| one.contains("--profile sandbox:")), "{told:?}");
    let file = "iam create-role --role-name r --assume-role-policy-document trust.json --profile sandbox:";
    assert!(hints(file, &home)[0].ends_with("write file://trust.json"));
    let absent =
        "iam create-role --role-name r --assume-role-policy-document file://no.json --profile sandbox:";
    assert!(hints(absent, &home)[0].starts_with("the path is taken from the folder you are in ("));
}

#[test]
fn a_refusal_says_who_could_lift_it() {
    let home = Home::new().unwrap();
    let run = |line: &str| shell(line, "", &home).1;
    run("iamctl iam create-user --user-name bob");
    let made: Value = serde_json::from_str(&run("iamctl iam create-access-key --user-name bob")).unwrap();
    for (name, part) in [("aws_access_key_id", "AccessKeyId"), ("aws_secret_access_key", "SecretAccessKey")] {
        let value = made["AccessKey"][part].as_str().unwrap();
        run(&format!("iamctl configure set {name} {value} --profile bob"));
    }
    run("iamctl configure set endpoint_url sandbox: --profile bob");
    let root = "sts assume-role --role-arn arn:aws:iam::123456789012:role/r --role-session-name ss --profile sandbox:";
    assert!(hints(root, &home)[0].ends_with("iamctl help start"));
    let told = hints("iam list-users --profile bob", &home);
    assert!(told[0].contains("iamctl sts get-caller-identity"), "{told:?}");
    assert!(told[1].ends_with("iamctl help policies"), "{told:?}");
    // What the page says of the code is said with the error as well.
    let told = hints("iam create-user --user-name bob --profile sandbox:", &home);
    let page = said("iam create-user help");
    assert!(!told.is_empty() && page.contains(&told[0]), "{told:?}");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    home.write("ec2.json", trust).unwrap();
    run("iamctl iam create-role --role-name r --assume-role-policy-document file://ec2.json");
    let assume =
        "sts assume-role --role-arn arn:aws:iam::123456789012:role/r --role-session-name ss --profile bob";
    let told = hints(assume, &home);
    assert!(told[1].ends_with("iamctl iam update-assume-role-policy help"), "{told:?}");
    assert!(said("iam update-assume-role-policy help").contains("--policy-document"));
}
