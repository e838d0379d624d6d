//! `configure list --explain` in the situations of support threads: it marks the source that the program really
//! uses, and says what to do.

use crate::iamctl;

const CONFIG: &str = "
[default]
region = us-est-1
[profile dev]
region = eu-west-1
[profile empty]
[profile role]
role_arn = arn:aws:iam::123456789012:role/outer
source_profile = mid
region = eu-west-1
[profile mid]
role_arn = arn:aws:iam::123456789012:role/inner
source_profile = lost
[profile both]
credential_process = /bin/echo secret-argument
[profile process]
credential_process = /bin/false secret-argument
[profile sso]
sso_session = work
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session work]
sso_start_url = https://work.invalid/start
sso_region = us-east-1
[profile ends]
region = us-east-1
endpoint_url = http://user:secret-password@127.0.0.1:9
services = local
[services local]
iam =
  endpoint_url = http://127.0.0.1:8
[profile ignores]
ignore_configured_endpoint_urls = true
endpoint_url = http://127.0.0.1:9
";

const CREDENTIALS: &str = "
[dev]
aws_access_key_id = AKIADEV0000000000DEV
aws_secret_access_key = secret-of-dev
[both]
aws_access_key_id = AKIABOTH00000000BOTH
aws_secret_access_key = secret-of-both
[stale]
aws_access_key_id = AKIASTALE000000STALE
aws_secret_access_key = secret-of-stale
aws_session_token = token-of-another-key
[short]
aws_access_key_id = ASIASHORT000000SHORT
aws_secret_access_key = secret-of-short
";

const ENVIRONMENT: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIAENV0000000000ENV"), ("AWS_SECRET_ACCESS_KEY", "secret-of-environment")];

/// What is said with these variables and words; none of the secrets is in it.
fn explained(variables: &[(&str, &str)], words: &[&str], code: i32) -> String {
    let words = [&["configure", "list", "--explain"], words].concat();
    let command = iamctl(&words).by_files_alone().without("AWS_ENDPOINT_URL");
    let command = command.file("~/.aws/config", CONFIG).file("~/.aws/credentials", CREDENTIALS);
    let command = variables.iter().fold(command, |command, (name, value)| command.env(name, value));
    let outcome = command.run().ended(code);
    let shown = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(!shown.contains("secret-") && !shown.contains("token-of"), "{shown}");
    outcome.stdout
}

/// The marked line of a section, without what is empty in it.
fn won(text: &str, section: &str) -> String {
    let mut lines =
        text.lines().skip_while(|line| *line != section).skip(1).take_while(|line| !line.is_empty());
    let line = lines.find(|line| line.starts_with("  * ")).unwrap_or_default();
    line.trim_start_matches("  * ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn shows(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

#[test]
fn a_profile_of_the_environment_against_keys_of_the_environment() {
    let variables = [("AWS_PROFILE", "dev"), ENVIRONMENT[0], ENVIRONMENT[1]];
    let text = explained(&variables, &[], 0);
    assert_eq!(won(&text, "access_key"), "AWS_ACCESS_KEY_ID '****************0ENV'");
    assert_eq!(won(&text, "secret_key"), "AWS_SECRET_ACCESS_KEY '****************ment'");
    shows(&text, &["AWS_PROFILE does not choose the key while AWS_ACCESS_KEY_ID is set", "--profile dev"]);
    // The option chooses it.
    let text = explained(&ENVIRONMENT, &["--profile", "dev"], 0);
    assert!(won(&text, "access_key").ends_with(".aws/credentials '****************0DEV'"), "{text}");
    shows(&text, &["(not looked at: --profile was given)"]);
}

#[test]
fn keys_of_the_environment_do_not_win_against_the_option_where_the_profile_has_none() {
    let text = explained(&ENVIRONMENT, &["--profile", "empty"], 0);
    assert_eq!(won(&text, "access_key"), "");
    shows(&text, &["in use: none", "AWS_ACCESS_KEY_ID is not looked at, because --profile was given"]);
}

#[test]
fn a_stale_session_token() {
    let variables = [ENVIRONMENT[0], ENVIRONMENT[1], ("AWS_SESSION_TOKEN", "token-of-another-key")];
    let text = explained(&variables, &[], 0);
    assert_eq!(won(&text, "session_token"), "AWS_SESSION_TOKEN '****************-key'");
    shows(&text, &["with a session token", "left over from another key: unset AWS_SESSION_TOKEN"]);
    let text = explained(&[], &["--profile", "stale"], 0);
    shows(&text, &["left over from another key: remove aws_session_token"]);
    // The token of the environment is of no use to the keys of a file.
    let text = explained(&[variables[2]], &["--profile", "dev"], 0);
    assert_eq!(won(&text, "session_token"), "");
    shows(&text, &["without a session token"]);
    let text = explained(&[], &["--profile", "short"], 0);
    shows(&text, &["is refused without the session token that came with it"]);
}

#[test]
fn a_region_that_is_none_and_one_that_is_empty() {
    let text = explained(&[], &[], 0);
    shows(&text, &["no region named us-est-1 is known; did you mean us-east-1?"]);
    let text = explained(&[("AWS_REGION", "")], &[], 0);
    assert_eq!(won(&text, "region"), "AWS_REGION ''");
    shows(&text, &["AWS_REGION is set and empty, and hides what stands below it"]);
}

#[test]
fn empty_variables() {
    let text = explained(&[("AWS_PROFILE", "")], &[], 255);
    assert_eq!(won(&text, "profile"), "AWS_PROFILE ''");
    shows(&text, &["unset AWS_PROFILE"]);
    let text = explained(&[("AWS_ACCESS_KEY_ID", ""), ("AWS_PROFILE", "dev")], &[], 0);
    shows(&text, &["AWS_ACCESS_KEY_ID", "(empty, as good as unset)"]);
    assert!(won(&text, "access_key").ends_with("0DEV'"), "{text}");
}

#[test]
fn a_profile_that_is_not_there_and_one_in_one_file_only() {
    let text = explained(&[("AWS_PROFILE", "nope")], &[], 255);
    assert_eq!(won(&text, "profile"), "AWS_PROFILE 'nope'");
    shows(&text, &["AWS_PROFILE names the profile nope, which is neither in", "[profile nope]"]);
    let text = explained(&[], &["--profile", "stale"], 0);
    shows(&text, &["no region is set"]);
    let text = explained(&[], &["--profile", "empty"], 0);
    shows(&text, &["to store a key: iamctl configure --profile empty"]);
}

#[test]
fn a_chain_of_roles_is_told_to_its_end() {
    let text = explained(&[], &["--profile", "role"], 255);
    shows(
        &text,
        &[
            "chain: role assumes arn:aws:iam::123456789012:role/outer, with source_profile mid",
            "chain: mid assumes arn:aws:iam::123456789012:role/inner, with source_profile lost",
            "chain: lost does not exist",
        ],
    );
}

#[test]
fn ways_that_fail_lead_on() {
    let text = explained(&[], &["--profile", "sso"], 255);
    shows(&text, &["to sign in: iamctl sso login --profile sso"]);
    let text = explained(&[], &["--profile", "process"], 255);
    assert_eq!(won(&text, "access_key"), "credential_process of the profile '/bin/false ...'");
    shows(&text, &["run the command of credential_process by itself"]);
    let text = explained(&ENVIRONMENT[..1], &[], 255);
    shows(&text, &["belong together"]);
}

#[test]
fn keys_of_the_credentials_file_come_before_a_process() {
    let text = explained(&[], &["--profile", "both"], 0);
    assert!(won(&text, "access_key").contains(".aws/credentials '****************BOTH'"), "{text}");
    shows(&text, &["in use: ****************BOTH, from shared-credentials-file"]);
}

#[test]
fn endpoints_and_the_switch_that_ignores_them() {
    let common = ("AWS_ENDPOINT_URL", "http://127.0.0.1:7");
    let text = explained(&[common, ("AWS_PROFILE", "ends")], &[], 0);
    assert_eq!(won(&text, "endpoint of iam"), "AWS_ENDPOINT_URL 'http://127.0.0.1:7'");
    shows(&text, &["'http://***@127.0.0.1:9'"]);
    let text = explained(&[("AWS_PROFILE", "ends")], &[], 0);
    assert_eq!(won(&text, "endpoint of iam"), "the services section local 'http://127.0.0.1:8'");
    for (variables, profile) in
        [(vec![common], "ignores"), (vec![common, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")], "ends")]
    {
        let text = explained(&variables, &["--profile", profile], 0);
        assert_eq!(won(&text, "endpoint of iam"), "the service 'its own'");
        shows(&text, &["(ignored: ignore_configured_endpoint_urls)"]);
    }
}

#[test]
fn in_the_sandbox_no_variable_counts() {
    let variables = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:7"),
        ("AWS_PROFILE", "sandbox:"),
        ENVIRONMENT[0],
        ENVIRONMENT[1],
    ];
    let text = explained(&variables, &[], 0);
    assert_eq!(won(&text, "region"), "the embedded account sandbox:default 'us-east-1'");
    assert_eq!(won(&text, "endpoint of sts"), "the embedded account sandbox:default 'sandbox:default'");
    assert!(won(&text, "access_key").starts_with("the embedded account sandbox:default"), "{text}");
    shows(&text, &["(not looked at: the profile is in the sandbox)"]);
}
