//! Credentials among the other things that can be wrong, and their end, in the reference's order and words.

use iamctl_testkit::{Reply, Run, Server};

use crate::iamctl;

const NO_REGION: &str = "You must specify a region. You can also configure your region by running";

/// Without a region, at an endpoint that needs one.
fn without_region(words: &[&str], config: &str) -> Run {
    iamctl(words).by_files_alone().file("~/.aws/config", config)
}

#[test]
fn credentials_that_fail_are_told_before_a_missing_region() {
    let role = "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\n";
    for (config, want) in [
        ("[default]\naws_access_key_id = A\n".to_owned(), "Partial credentials found in config-file"),
        (format!("{role}source_profile = b\n"), "The source_profile \"b\" referenced in the profile"),
        (
            format!("{role}source_profile = b\n[profile b]\n"),
            "The source profile \"b\" must have credentials.",
        ),
        (
            format!("{role}credential_source = Environment\n"),
            "Error when retrieving credentials from Environment",
        ),
        (
            format!("{role}credential_source = EcsContainer\n"),
            "Error when retrieving credentials from EcsContainer",
        ),
        (format!("{role}web_identity_token_file = /nonexistent\n"), "[Errno 2] No such file or directory"),
        (
            "[default]\ncredential_process = false\n".to_owned(),
            "Error when retrieving credentials from custom-process",
        ),
    ] {
        for words in [["sts", "get-caller-identity"], ["iam", "list-users"]] {
            without_region(&words, &config).run().ended(255).complains(want);
        }
    }
}

#[test]
fn a_missing_region_is_told_before_missing_credentials_and_after_wrong_parameters() {
    let keys = "[default]\naws_access_key_id = A\naws_secret_access_key = s\n";
    for config in [keys, ""] {
        without_region(&["iam", "list-users"], config).run().ended(253).complains(NO_REGION);
        let words = ["iam", "create-user", "--user-name", ""];
        without_region(&words, config).run().ended(252).complains("Parameter validation failed");
    }
    // A role is assumed before the call, and STS needs a region as well.
    let role =
        format!("{keys}[profile r]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = default\n");
    without_region(&["iam", "list-users", "--profile", "r"], &role).run().ended(253).complains(NO_REGION);
}

#[test]
fn what_is_not_signed_needs_no_region() {
    let server = Server::start(vec![Reply::result("ListUsers", "<Users/>")]).unwrap();
    let run = without_region(&["iam", "list-users", "--no-sign-request"], "").endpoint(&server.url());
    assert_eq!(run.run().ok().json()["Users"], serde_json::json!([]));
    assert_eq!(server.requests()[0].header("authorization"), None);
}

/// What is exported of credentials with this end: by the environment, and by a process.
fn exported(end: &str, format: &str) -> [String; 2] {
    let words = ["configure", "export-credentials", "--format", format];
    let by_environment = iamctl(&words).env("AWS_CREDENTIAL_EXPIRATION", end).run().ok();
    let document = format!(
        r#"{{"Version":1,"AccessKeyId":"testing","SecretAccessKey":"testing","Expiration":"{end}"}}"#
    );
    let config = format!("[default]\ncredential_process = echo '{document}'\n");
    let by_process = iamctl(&words).by_files_alone().file("~/.aws/config", config).run().ok();
    [by_environment.stdout, by_process.stdout]
}

#[test]
fn the_end_of_credentials_is_exported_with_the_offset_that_it_was_given_with() {
    for (end, want) in [
        ("2039-01-01T00:00:00Z", "2039-01-01T00:00:00+00:00"),
        ("2039-01-01T00:00:00+02:00", "2039-01-01T00:00:00+02:00"),
        ("2039-01-01T00:00:00-0530", "2039-01-01T00:00:00-05:30"),
        ("2039-01-01T00:00:00.123Z", "2039-01-01T00:00:00.123000+00:00"),
        ("2039-01-01T00:00:00UTC", "2039-01-01T00:00:00+00:00"),
    ] {
        let process = format!(
            "{{\n  \"Version\": 1,\n  \"AccessKeyId\": \"testing\",\n  \"SecretAccessKey\": \"testing\",\n  \"Expiration\": \"{want}\"\n}}\n"
        );
        assert_eq!(exported(end, "process"), [process.clone(), process]);
        let env = format!(
            "export AWS_ACCESS_KEY_ID=testing\nexport AWS_SECRET_ACCESS_KEY=testing\nexport AWS_CREDENTIAL_EXPIRATION={want}\n"
        );
        assert_eq!(exported(end, "env"), [env.clone(), env]);
    }
}

#[test]
fn an_end_that_is_no_time_ends_the_export() {
    let export =
        |end: &str| iamctl(&["configure", "export-credentials"]).env("AWS_CREDENTIAL_EXPIRATION", end).run();
    export("rubbish").ended(253).complains("Unable to retrieve credentials: Unknown string format: rubbish");
    export("2039-01-01T00:00:00")
        .ended(255)
        .complains("can't subtract offset-naive and offset-aware datetimes");
    export("2011-01-01T00:00:00Z").ended(255).complains("the refreshed credentials are still expired");
}
