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

#[test]
fn what_fails_while_credentials_are_fetched_is_exported_as_it_is() {
    let keys = "[profile b]\naws_access_key_id = A\naws_secret_access_key = S\n";
    let role = "[default]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/x\n";
    let web = format!("{role}role_session_name = ses\nweb_identity_token_file");
    let sso = "[default]\nsso_start_url = https://d.test/start\nsso_account_id = 1\nsso_role_name = n\n";
    for (config, code, want) in [
        (
            format!("{role}source_profile = b\nexternal_id = x\n{keys}"),
            252,
            "Invalid length for parameter ExternalId",
        ),
        (
            format!("{role}source_profile = b\nservices = z\n{keys}"),
            255,
            "the \"z\" services configuration does not",
        ),
        (
            format!("{role}source_profile = b\nservices = z\n{keys}[services z]\n"),
            255,
            "the \"z\" services configuration",
        ),
        (
            format!("{role}source_profile = b\nretry_mode = x\n{keys}"),
            255,
            "Invalid value provided to \"mode\": \"x\"",
        ),
        (format!("{web} = /nonexistent\n"), 255, "[ERROR]: [Errno 2] No such file or directory"),
        (format!("{web} = /dev/null\n"), 252, "Invalid length for parameter WebIdentityToken"),
        (format!("{sso}sso_region = eu-west-1\n"), 255, "[ERROR]: Error loading SSO Token: Token for"),
        (format!("{sso}sso_region = bad region\n"), 255, "[ERROR]: Provided region_name 'bad region'"),
        // What is wrong with the way itself is told in other words.
        (
            sso.to_owned(),
            253,
            "Unable to retrieve credentials: The profile \"default\" is configured to use SSO",
        ),
        (
            format!("{role}source_profile = b\n[profile b]\n"),
            253,
            "Unable to retrieve credentials: The source profile",
        ),
    ] {
        let run = without_region(&["configure", "export-credentials"], &config).without("AWS_ENDPOINT_URL");
        let run = run.run().ended(code).complains(want);
        assert_eq!(run.stderr.contains("Unable to retrieve"), code == 253, "{run}");
    }
}

/// The cached credentials of the role that the tests assume.
const CACHED: (&str, &str) = (
    "~/.aws/cli/cache/37e00dcf84ad37d6689e9c1792290cb939f47a30.json",
    r#"{"Credentials":{"AccessKeyId":"AC","SecretAccessKey":"SC","SessionToken":"TC","Expiration":"2039-01-01T00:00:00Z"}}"#,
);

#[test]
fn a_cached_role_needs_what_it_builds_on() {
    let role = "[default]\nrole_arn = arn:aws:iam::123456789012:role/one\nrole_session_name = ses\n";
    let export = |config: String| {
        without_region(&["configure", "export-credentials"], &config).file(CACHED.0, CACHED.1).run()
    };
    for (source, want) in [
        ("source_profile = p\n[profile p]\ncredential_process = false\n", "credentials from custom-process"),
        (
            "source_profile = p\n[profile p]\naws_access_key_id = x\n",
            "Partial credentials found in config-file",
        ),
        ("source_profile = p\n[profile p]\nregion = x\n", "The source profile \"p\" must have credentials."),
        ("credential_source = Environment\n", "credentials from Environment"),
    ] {
        export(format!("{role}{source}")).ended(253).complains(want);
    }
    // A sign-in is used only when the role is asked for.
    let sso =
        "[profile p]\nsso_start_url = x\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = n\n";
    for source in [sso, "[profile p]\naws_access_key_id = x\naws_secret_access_key = y\n"] {
        assert_eq!(export(format!("{role}source_profile = p\n{source}")).ok().string("/AccessKeyId"), "AC");
    }
}

#[test]
fn containers_are_asked_past_proxies_and_twice_where_credentials_are_over() {
    let document = |year: &str| {
        format!(
            r#"{{"AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"{year}-01-01T00:00:00Z"}}"#
        )
    };
    let server = Server::start(vec![Reply::ok(document("2001")), Reply::ok(document("2039"))]).unwrap();
    let run = |url: &str| {
        iamctl(&["configure", "export-credentials"])
            .by_files_alone()
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
            .env("HTTP_PROXY", "http://127.0.0.1:9")
            .run()
    };
    assert_eq!(run(&format!("{}/c", server.url())).ok().string("/Expiration"), "2039-01-01T00:00:00+00:00");
    assert_eq!(server.requests().len(), 2);
    for url in ["", "x"] {
        run(url).ended(253).complains("Unsupported host 'None'.");
    }
}

#[test]
fn the_instance_is_asked_as_it_is_set() {
    let document = r#"{"Code":"Success","AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"2039-01-01T00:00:00Z"}"#;
    let export = |server: &Server, name: &str, value: &str| {
        iamctl(&["configure", "export-credentials"])
            .by_files_alone()
            .without("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url())
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            .env(name, value)
            .run()
    };
    // The role's name is quoted in the path, and what is no answer is asked for again.
    let replies = [
        Reply::new(500, ""),
        Reply::ok("t"),
        Reply::new(500, ""),
        Reply::ok("my role\n"),
        Reply::ok(document),
    ];
    let server = Server::start(replies.to_vec()).unwrap();
    assert_eq!(export(&server, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2").ok().string("/AccessKeyId"), "A");
    assert!(server.requests()[4].target.ends_with("/security-credentials/my%20role"));
    // A token that is refused as a bad question ends it.
    let server = Server::start(vec![Reply::new(400, ""), Reply::ok("r"), Reply::ok(document)]).unwrap();
    export(&server, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1").ended(253).complains("no credentials found");
    assert_eq!(server.requests().len(), 1);
    for (name, value, code, want) in [
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "0", 253, "no credentials found"),
        (
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "x",
            255,
            "[ERROR]: invalid literal for int() with base 10: 'x'",
        ),
        ("AWS_METADATA_SERVICE_TIMEOUT", "x", 255, "[ERROR]: invalid literal for int() with base 10: 'x'"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "0", 253, "Attempted to set connect timeout to 0"),
        (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "x",
            255,
            "[ERROR]: Invalid EC2 Instance Metadata endpoint mode: x",
        ),
    ] {
        export(&server, name, value).ended(code).complains(want);
    }
    assert_eq!(server.requests().len(), 1);
}
