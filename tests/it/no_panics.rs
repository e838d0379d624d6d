//! Nothing that a person, a file or the environment can say ends the program other than by a code of its own.

use iamctl_testkit::Outcome;

use crate::iamctl;

/// The codes that there are.
const CODES: [i32; 7] = [0, 1, 130, 252, 253, 254, 255];

const WORDS: [&str; 2] = ["sts", "get-caller-identity"];

#[track_caller]
fn ends_well(outcome: &Outcome) {
    assert!(CODES.contains(&outcome.code), "{outcome}");
    assert!(!outcome.stderr.contains("panicked at"), "{outcome}");
}

#[test]
fn hostile_environments() {
    let variables = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_CA_BUNDLE",
        "AWS_CONFIG_FILE",
        "AWS_MAX_ATTEMPTS",
        "AWS_RETRY_MODE",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_CLI_ERROR_FORMAT",
        "AWS_CLI_OUTPUT_ENCODING",
        "AWS_DEFAULT_OUTPUT",
        "AWS_PAGER",
        "AWS_SDK_UA_APP_ID",
        "AWS_EXECUTION_ENV",
        "HTTP_PROXY",
        "NO_PROXY",
        "HOME",
    ];
    let long = "x".repeat(70_000);
    let values =
        ["", " ", "\n", "a\r\nb: c", "\u{7f}", "é", "-1", "99999999999999999999", "{", "%00", "~", &long];
    for variable in variables {
        for value in values {
            // So many attempts are taken at their word, and nobody listens.
            if variable == "AWS_MAX_ATTEMPTS" && value.starts_with("99") {
                continue;
            }
            let run = iamctl(&WORDS).env("AWS_MAX_ATTEMPTS", "1").env(variable, value);
            ends_well(&run.run());
        }
    }
}

#[test]
fn hostile_addresses() {
    for address in [
        "http://",
        "http://[::1",
        "http://a b",
        "://",
        "http://user:pw@127.0.0.1:99999/",
        "http://127.0.0.1:0",
        "http://é.invalid",
        "http://127.0.0.1:9/\u{1}",
        "http://127.0.0.1:9/%",
        "http://127.0.0.1:9?",
        "http://127.0.0.1:9#",
        "ftp://127.0.0.1:9",
        "HTTP://127.0.0.1:9",
    ] {
        ends_well(&iamctl(&WORDS).env("AWS_MAX_ATTEMPTS", "1").endpoint(address).run());
        ends_well(&iamctl(&WORDS).env("AWS_MAX_ATTEMPTS", "1").env("HTTP_PROXY", address).run());
        let words = [&WORDS[..], &["--endpoint-url", address]].concat();
        ends_well(&iamctl(&words).env("AWS_MAX_ATTEMPTS", "1").run());
    }
}

#[test]
fn hostile_files() {
    let many = "[default]\n".to_owned() + &"a = b\n".repeat(50_000);
    let contents: [&[u8]; 14] = [
        b"\xff\xfe\0",
        b"[",
        b"[default",
        b"=\n",
        b"[default]\n =\n",
        b"[default]\na=\n  b\n",
        b"[profile \"x]\n",
        b"\xef\xbb\xbf[default]\nregion=x\n",
        b"[default]\nmax_attempts=99999999999999999999\n",
        b"[default]\nrole_arn=x\nsource_profile=default\n",
        b"[default]\naws_access_key_id=a\rb\naws_secret_access_key=c\n",
        b"[default]\nregion=\xe2\x80\xae\n",
        &[0; 100],
        many.as_bytes(),
    ];
    for content in contents {
        for file in ["~/.aws/config", "~/.aws/credentials"] {
            for words in [&WORDS[..], &["--version"], &["iam", "list-users", "--profile", "x"]] {
                let run = iamctl(words).by_files_alone().env("AWS_MAX_ATTEMPTS", "1");
                ends_well(&run.file(file, content).run());
            }
        }
    }
}

#[test]
fn hostile_words() {
    let deep = |part: &str| part.repeat(3_000);
    let values = [
        String::new(),
        "\u{1F600}".into(),
        "Key=\u{1F600}".into(),
        "a@=file:///nope".into(),
        "fileb:///dev/null".into(),
        "a='b".into(),
        deep("["),
        deep("{\"a\":"),
        deep("a={"),
        deep("a=["),
        deep("("),
        deep("!") + "a",
        "a".to_owned() + &deep(".b"),
        "a: ".to_owned() + &deep("["),
        deep("- "),
        "a: &x [*x]".into(),
        "? [a]\n: b".into(),
        "eyJNYXJrZXIiOiBudWxsfQ==".into(),
    ];
    for option in [
        &["iam", "create-user", "--user-name", "u", "--tags"][..],
        &["iam", "create-user", "--cli-input-json"],
        &["iam", "create-user", "--cli-input-yaml"],
        &["iam", "list-users", "--query"],
        &["iam", "list-users", "--starting-token"],
        &["iam", "list-users", "--max-items"],
        &["iam", "put-account-properties", "--properties"],
        &["iam", "create-delegation-request", "--permissions"],
        &["sts", "get-caller-identity", "--region"],
        &["sts", "get-caller-identity", "--cli-read-timeout"],
        &["iam"],
        &[],
    ] {
        for value in &values {
            let words = [option, &[value.as_str()]].concat();
            ends_well(&iamctl(&words).env("AWS_MAX_ATTEMPTS", "1").run());
        }
    }
}
