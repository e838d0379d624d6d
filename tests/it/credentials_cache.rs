//! The cache of assumed roles under many processes at once.

use std::time::Duration;

use iamctl_testkit::{Home, Reply, Run, Server};

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

/// Starts its arguments 32 times on one terminal, answers every question for a code there, and counts them.
const ON_ONE_TERMINAL: &str = "
import os, pty, subprocess, sys
child, terminal = pty.fork()
if child == 0:
    quiet = subprocess.DEVNULL
    started = [subprocess.Popen(sys.argv[1:], stdin=quiet, stdout=quiet) for _ in range(32)]
    os._exit(min(sum(one.wait() != 0 for one in started), 100))
seen, answered = b'', 0
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    while seen.count(b'Enter MFA code for') > answered:
        answered += 1
        os.write(terminal, b'123456\\n')
print(answered, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";

#[test]
fn thirty_two_processes_on_a_cold_cache_ask_for_one_code() {
    let server = Server::start(vec![
        Reply::result("AssumeRole", CREDENTIALS).after(Duration::from_millis(300)),
        Reply::result("GetCallerIdentity", IDENTITY),
    ])
    .unwrap();
    let config = format!("{CONFIG}mfa_serial = arn:aws:iam::123456789012:mfa/me\n");
    let program = env!("CARGO_BIN_EXE_iamctl");
    let words = ["-c", ON_ONE_TERMINAL, program, "sts", "get-caller-identity", "--profile", "r"];
    let run = Run::new("python3", &words).file("~/.aws/config", config).endpoint(&server.url());
    let outcome = run.run().ok();
    assert_eq!(outcome.stdout, "1 0\n", "codes asked for, processes that failed");
    let requests = server.requests();
    let roles: Vec<_> =
        requests.iter().filter(|one| one.param("Action").as_deref() == Some("AssumeRole")).collect();
    assert_eq!((roles.len(), requests.len()), (1, 33));
    assert_eq!(roles[0].param("TokenCode").as_deref(), Some("123456"));
    assert_eq!(requests.iter().filter(|one| one.access_key().as_deref() == Some("ASIAONE")).count(), 32);
}
