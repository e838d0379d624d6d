//! Credentials of the place where the program runs, with stubs in place of a
//! container's endpoint and of an instance's metadata service.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use iamctl_testkit::{Reply, Run, Server};

use crate::iamctl;

const WORDS: [&str; 2] = ["sts", "get-caller-identity"];

/// Credentials as both services word them.
const CREDENTIALS: &str = r#"{"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIAEXAMPLEEXAMPLE00",
    "SecretAccessKey": "secret", "Token": "session", "LastUpdated": "2026-01-01T00:00:00Z",
    "Expiration": "2099-01-01T00:00:00Z", "RoleArn": "arn:aws:iam::123456789012:role/r"}"#;

fn sts() -> Server {
    Server::start(vec![Reply::result("GetCallerIdentity", "<Account>123456789012</Account>")]).unwrap()
}

/// No keys anywhere, and the metadata service at this address.
fn on_an_instance(sts: &Server, metadata: &str) -> Run {
    iamctl(&WORDS)
        .by_files_alone()
        .without("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata)
        .env("AWS_REGION", "eu-west-2")
        .endpoint(&sts.url())
}

/// A metadata service that knows a role.
fn instance() -> Server {
    let json = |text: &str| Reply::ok(text).header("Content-Type", "application/json");
    let token = Reply::ok("TOKEN").header("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    Server::start(vec![token, Reply::ok("role"), json(CREDENTIALS)]).unwrap()
}

#[track_caller]
fn signed_with_the_session(sts: &Server) {
    let request = &sts.requests()[0];
    assert_eq!(request.access_key().as_deref(), Some("ASIAEXAMPLEEXAMPLE00"));
    assert_eq!(request.header("x-amz-security-token"), Some("session"));
}

#[test]
fn an_instance_has_its_role() {
    let (sts, instance) = (sts(), instance());
    on_an_instance(&sts, &instance.url()).run().ok();
    signed_with_the_session(&sts);
    let asked: Vec<_> =
        instance.requests().iter().map(|request| format!("{} {}", request.method, request.target)).collect();
    assert_eq!(
        asked,
        [
            "PUT /latest/api/token",
            "GET /latest/meta-data/iam/security-credentials/",
            "GET /latest/meta-data/iam/security-credentials/role"
        ]
    );
}

#[test]
fn an_instance_is_asked_only_where_nothing_else_has_keys() {
    let (sts, instance) = (sts(), instance());
    let file = "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n";
    on_an_instance(&sts, &instance.url()).file("~/.aws/credentials", file).run().ok();
    let by_environment = on_an_instance(&sts, &instance.url()).env("AWS_ACCESS_KEY_ID", "AKIAENV");
    by_environment.env("AWS_SECRET_ACCESS_KEY", "secret").run().ok();
    let keys: Vec<_> = sts.requests().iter().filter_map(|request| request.access_key()).collect();
    assert_eq!(keys, ["AKIAFILE", "AKIAENV"]);
    on_an_instance(&sts, &instance.url())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .run()
        .ended(253)
        .complains("NoCredentials");
    assert_eq!(instance.requests(), []);
}

#[test]
fn an_instance_that_does_not_answer_is_not_waited_for() {
    let sts = sts();
    let silent = Server::start(vec![Reply::ok("").after(Duration::from_secs(30))]).unwrap();
    for metadata in [silent.url(), "http://127.0.0.1:9".to_owned()] {
        let start = Instant::now();
        on_an_instance(&sts, &metadata).run().ended(253).complains("NoCredentials");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
    let tokens = silent.requests().iter().filter(|request| request.method == "PUT").count();
    assert_eq!((tokens, sts.requests().len()), (1, 0));
}

#[test]
fn a_container_has_its_endpoint() {
    let sts = sts();
    let container =
        Server::start(vec![Reply::ok(CREDENTIALS).header("Content-Type", "application/json")]).unwrap();
    iamctl(&WORDS)
        .by_files_alone()
        .env("AWS_REGION", "eu-west-2")
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}/credentials?x=1", container.url()))
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "let me in")
        .endpoint(&sts.url())
        .run()
        .ok();
    signed_with_the_session(&sts);
    let asked = &container.requests()[0];
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("GET", "/credentials?x=1"));
    assert_eq!(asked.header("authorization"), Some("let me in"));
}

#[test]
fn a_container_that_answers_nonsense() {
    let sts = sts();
    for reply in [Reply::ok("{"), Reply::new(404, ""), Reply::closed()] {
        let container = Server::start(vec![reply]).unwrap();
        let outcome = iamctl(&WORDS)
            .by_files_alone()
            .env("AWS_REGION", "eu-west-2")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container.url())
            .endpoint(&sts.url())
            .run();
        assert!(matches!(outcome.code, 253 | 255), "{outcome}");
    }
    assert_eq!(sts.requests(), []);
}

/// The SDK panics where nobody gave it an HTTP client, and its own would bring another crypto library:
/// so its objects are built in one place, and a provider's configuration always names ours.
#[test]
fn sdk_objects_have_our_http_client() {
    let src = iamctl_testkit::root().join("src");
    let users = |what: &str| -> Vec<PathBuf> {
        let files = crate::imports::files(&src).into_iter();
        let users = files.filter(|path| std::fs::read_to_string(path).unwrap().contains(what));
        users.map(|path| path.strip_prefix(&src).unwrap().to_owned()).collect()
    };
    for what in ["::Client::from_conf(", "config::Builder::from(", "SdkConfig::builder", ".http_client("] {
        assert_eq!(users(what), [PathBuf::from("client/mod.rs")], "{what}");
    }
    for what in ["::Client::new(&", "config::Builder::new()", "load_from_env", "ProviderConfig::"] {
        assert_eq!(users(what), [] as [PathBuf; 0], "{what}");
    }
}
