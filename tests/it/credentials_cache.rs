//! The cache of assumed roles under many processes at once.

use std::time::Duration;

use iamctl_testkit::{Home, Reply, Server};

use crate::iamctl;

const CONFIG: &str = "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = b\n\
                      [profile r]\nrole_arn = arn:aws:iam::123456789012:role/one\nsource_profile = base\n";

const CREDENTIALS: &str = "<Credentials><AccessKeyId>ASIAONE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                           <SessionToken>t</SessionToken><Expiration>2039-11-09T13:34:41Z</Expiration></Credentials>";

const IDENTITY: &str = "<Arn>arn:aws:sts::123456789012:assumed-role/one/s</Arn><UserId>A:s</UserId>\
                        <Account>123456789012</Account>";

#[test]
fn thirty_two_processes_on_a_cold_cache_assume_the_role_once() {
    let server = Server::start(vec![
        Reply::result("AssumeRole", CREDENTIALS).after(Duration::from_millis(300)),
        Reply::result("GetCallerIdentity", IDENTITY),
    ])
    .unwrap();
    let home = Home::new().unwrap();
    home.write("~/.aws/config", CONFIG).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                let words = [
                    "sts",
                    "get-caller-identity",
                    "--profile",
                    "r",
                    "--output",
                    "text",
                    "--query",
                    "Account",
                ];
                let outcome = iamctl(&words).home(&home).endpoint(&server.url()).run().ok();
                assert_eq!(outcome.stdout, "123456789012\n");
            });
        }
    });
    let actions: Vec<String> =
        server.requests().iter().filter_map(|request| request.param("Action")).collect();
    assert_eq!(actions.iter().filter(|action| *action == "AssumeRole").count(), 1);
    assert_eq!(actions.len(), 33);
    let keys = server
        .requests()
        .iter()
        .filter_map(|request| request.access_key())
        .filter(|key| key == "ASIAONE")
        .count();
    assert_eq!(keys, 32);
    let left: Vec<_> = std::fs::read_dir(home.path("~/.aws/cli/cache"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        left,
        ["3370bf0daf0e96bc285e9704350dceb9fade6e2b.json"],
        "no lock and no temporary file is left"
    );
}

#[test]
fn a_refused_role_is_an_error_of_the_service_and_leaves_no_file() {
    let server = Server::start(vec![Reply::error(403, "AccessDenied", "no way")]).unwrap();
    let words = ["sts", "get-caller-identity", "--profile", "r"];
    let outcome = iamctl(&words).file("~/.aws/config", CONFIG).endpoint(&server.url()).run().ended(254);
    let outcome =
        outcome.complains("An error occurred (AccessDenied) when calling the AssumeRole operation: no way");
    assert_eq!(std::fs::read_dir(outcome.home.path("~/.aws/cli/cache")).unwrap().count(), 0);
}

#[test]
fn a_file_of_the_reference_is_used() {
    let server = Server::start(vec![Reply::result("GetCallerIdentity", IDENTITY)]).unwrap();
    let cached = "{\"Credentials\": {\"AccessKeyId\": \"ASIACACHED\", \"SecretAccessKey\": \"s\", \"SessionToken\": \"t\", \
                  \"Expiration\": \"2039-11-09T13:34:41+00:00\", \"AccountId\": \"123456789012\"}}";
    let name = "~/.aws/cli/cache/3370bf0daf0e96bc285e9704350dceb9fade6e2b.json";
    let words = ["sts", "get-caller-identity", "--profile", "r"];
    let run = iamctl(&words).file("~/.aws/config", CONFIG).file(name, cached);
    let _ = run.endpoint(&server.url()).run().ok();
    assert_eq!(server.requests()[0].access_key().as_deref(), Some("ASIACACHED"));
}
