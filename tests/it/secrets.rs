//! What is secret stays off stderr, whatever happens; what AWS prints on stdout by design is printed once.

use std::path::Path;

use iamctl_testkit::{Reply, Run, Server};

use crate::iamctl;

const SECRET_KEY: &str = "CANARYsecretCANARYsecretCANARYsecret0001";
const TOKEN: &str = "CANARYtokenCANARYtokenCANARYtoken/0002+==";
const PASSWORD: &str = "CANARYpassword-0003!";
const FRESH_KEY: &str = "CANARYfreshCANARYfreshCANARYfreshCANA0004";

/// Every secret, and the forms in which it could slip out.
fn forms() -> Vec<String> {
    let mut forms = Vec::new();
    for secret in [SECRET_KEY, TOKEN, PASSWORD, FRESH_KEY] {
        forms.push(secret.to_owned());
        let encoded: String = secret
            .bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect();
        forms.push(encoded);
        forms.push(secret.chars().skip(8).take(16).collect());
    }
    forms
}

/// Runs with secrets in the environment, with and without `--debug`; nothing may be on stderr.
#[track_caller]
fn keeps_quiet(words: &[&str], prepare: impl Fn(Run) -> Run) -> Vec<iamctl_testkit::Outcome> {
    let loud = [words, &["--debug"]].concat();
    let mut outcomes = Vec::new();
    for words in [words, &loud] {
        let run = iamctl(words).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY).env("AWS_SESSION_TOKEN", TOKEN);
        let outcome = prepare(run.env("AWS_MAX_ATTEMPTS", "1")).run();
        for form in forms() {
            assert!(!outcome.stderr.contains(&form), "{form} is on stderr: {outcome}");
        }
        outcomes.push(outcome);
    }
    outcomes
}

#[test]
fn a_new_key_is_on_stdout_once() {
    let reply = format!(
        "<AccessKey><UserName>u</UserName><AccessKeyId>AKIAEXAMPLEEXAMPLE00</AccessKeyId>\
         <SecretAccessKey>{FRESH_KEY}</SecretAccessKey><Status>Active</Status></AccessKey>"
    );
    let server = Server::start(vec![Reply::result("CreateAccessKey", &reply)]).unwrap();
    for output in ["json", "text", "yaml", "table"] {
        let words = ["iam", "create-access-key", "--user-name", "u", "--output", output];
        for outcome in keeps_quiet(&words, |run| run.endpoint(&server.url())) {
            assert_eq!(outcome.ok().stdout.matches(FRESH_KEY).count(), 1, "as {output}");
        }
    }
}

#[test]
fn a_password_is_sent_and_not_shown() {
    let reply = "<LoginProfile><UserName>u</UserName></LoginProfile>";
    let server = Server::start(vec![Reply::result("CreateLoginProfile", reply)]).unwrap();
    let words = ["iam", "create-login-profile", "--user-name", "u", "--password", PASSWORD];
    for outcome in keeps_quiet(&words, |run| run.endpoint(&server.url())) {
        assert!(!outcome.ok().stdout.contains(PASSWORD));
    }
    assert_eq!(server.requests()[0].param("Password").as_deref(), Some(PASSWORD));
}

#[test]
fn tokens_and_assertions_are_not_shown() {
    let server = Server::start(vec![Reply::error(403, "AccessDenied", "no")]).unwrap();
    let role = "arn:aws:iam::123456789012:role/r";
    let web = ["sts", "assume-role-with-web-identity", "--role-arn", role, "--role-session-name", "work"];
    let provider = "arn:aws:iam::123456789012:saml-provider/p";
    let saml = ["sts", "assume-role-with-saml", "--role-arn", role, "--principal-arn", provider];
    for words in [
        [&web[..], &["--web-identity-token", TOKEN]].concat(),
        [&saml[..], &["--saml-assertion", TOKEN]].concat(),
    ] {
        for outcome in keeps_quiet(&words, |run| run.endpoint(&server.url())) {
            assert_eq!(outcome.ended(254).stdout, "");
        }
    }
}

#[test]
fn failures_tell_no_secret() {
    let closed = Server::start(vec![Reply::closed()]).unwrap();
    let refusing = Server::start(vec![Reply::error(403, "SignatureDoesNotMatch", "no")]).unwrap();
    let words = ["iam", "create-login-profile", "--user-name", "u", "--password", PASSWORD];
    let codes = |endpoint: &str| -> Vec<i32> {
        keeps_quiet(&words, |run| run.endpoint(endpoint)).iter().map(|outcome| outcome.code).collect()
    };
    assert_eq!(codes("http://127.0.0.1:9"), [255, 255]);
    assert_eq!(codes(&closed.url()), [255, 255]);
    assert_eq!(codes(&refusing.url()), [254, 254]);
    for outcome in
        keeps_quiet(&["iam", "create-login-profile", "--password", PASSWORD, "--user-name"], |run| run)
    {
        assert_eq!(outcome.code, 252);
    }
}

#[test]
fn secrets_of_files_are_not_shown() {
    let server = Server::start(vec![Reply::result("GetCallerIdentity", "<Account>1</Account>")]).unwrap();
    let credentials = format!(
        "[p]\naws_access_key_id = AKIAEXAMPLEEXAMPLE00\naws_secret_access_key = {SECRET_KEY}\n\
         aws_session_token = {TOKEN}\n"
    );
    let broken = format!("[p]\naws_secret_access_key = {SECRET_KEY}\n {TOKEN}\n[p\n");
    let partial = format!("[p]\naws_access_key_id = AKIA\naws_session_token = {TOKEN}\n");
    for (content, code) in [(credentials, 0), (broken, 255), (partial, 255)] {
        let outcomes = keeps_quiet(&["sts", "get-caller-identity", "--profile", "p"], |run| {
            run.file("~/.aws/credentials", &content).endpoint(&server.url())
        });
        for outcome in outcomes {
            assert_eq!(outcome.code, code, "{outcome}");
        }
    }
    assert!(server.requests().iter().all(|request| request.header("x-amz-security-token") == Some(TOKEN)));
}

#[test]
fn nothing_secret_is_left_in_the_home() {
    let server = Server::start(vec![Reply::result("GetCallerIdentity", "<Account>1</Account>")]).unwrap();
    for outcome in keeps_quiet(&["sts", "get-caller-identity"], |run| run.endpoint(&server.url())) {
        assert_eq!(left_in(&outcome.home.path("~")), Vec::<String>::new());
        assert_eq!(left_in(&outcome.home.path(".")), Vec::<String>::new());
    }
}

fn left_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path().display().to_string()).collect()
}
