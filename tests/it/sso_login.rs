//! `sso login`, `sso logout` and `logout` against a server that plays the service.

use std::path::Path;
use std::time::{Duration, Instant};

use iamctl_testkit::sso::{Browser, begun, client, token};
use iamctl_testkit::{Home, Reply, Run, Server};
use serde_json::{Value, json};

use crate::iamctl;

const CONFIG: &str = "[profile older]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = us-west-2\n\
                      [profile named]\nsso_session = my\n\
                      [sso-session my]\nsso_start_url = https://d-2.awsapps.com/start\n\
                      sso_region = eu-central-1\nsso_registration_scopes = sso:account:access, other:scope\n";

/// The names of the files, as the reference gives them.
const OLDER_TOKEN: &str = "~/.aws/sso/cache/0c54b6c27e90660baa89eaad85ac1d5dae26cb7d.json";
const OLDER_CLIENT: &str = "~/.aws/sso/cache/94035477d0099b98889c33bc58f9849a950c646b.json";
const NAMED_TOKEN: &str = "~/.aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json";
const NAMED_CLIENT: &str = "~/.aws/sso/cache/5d415944320340653dfdc13be5bf2fd7ff2753b5.json";

fn home() -> Home {
    let home = Home::new().unwrap();
    home.write("~/.aws/config", CONFIG).unwrap();
    home
}

fn run(words: &[&str], home: &Home, server: &Server) -> Run {
    iamctl(words).by_files_alone().home(home).endpoint(&server.url())
}

/// A refusal as the service sends it: its name is in a header.
fn refused(name: &str, error: &str) -> Reply {
    Reply::new(400, format!(r#"{{"error":"{error}","error_description":"why"}}"#))
        .header("x-amzn-ErrorType", name)
}

fn pending() -> Reply {
    refused("AuthorizationPendingException", "authorization_pending")
}

fn file(home: &Home, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(home.path(name)).unwrap()).unwrap()
}

/// Paths and bodies of what was asked.
fn asked(server: &Server) -> Vec<(String, Value)> {
    let requests = server.requests().into_iter();
    requests
        .map(|request| (request.target, serde_json::from_slice(&request.body).unwrap_or(Value::Null)))
        .collect()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_device_signs_in_and_its_files_are_the_references() {
    let (home, server) =
        (home(), Server::start(vec![client(), begun(), pending(), pending(), token()]).unwrap());
    let start = Instant::now();
    let outcome = run(&["sso", "login", "--profile", "older", "--no-browser"], &home, &server).run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(
        outcome.stdout,
        "Browser will not be automatically opened.\nPlease visit the following URL:\n\nhttps://device.sso/\n\n\
         Then enter the code:\n\nUSER-CODE\n\n\
         Alternatively, you may visit the following URL which will autofill the code upon loading:\n\
         https://device.sso/?user_code=USER-CODE\n\
         Successfully logged into Start URL: https://d-1.awsapps.com/start\n"
    );
    assert!(start.elapsed() >= Duration::from_secs(1), "the interval is the service's");
    let mut asked = asked(&server);
    assert!(asked[0].1["clientName"].as_str().unwrap().starts_with("botocore-client-"));
    asked[0].1["clientName"] = Value::Null;
    let grant = json!({"grantType": "urn:ietf:params:oauth:grant-type:device_code", "clientId": "CID",
                       "clientSecret": "CSEC", "deviceCode": "DEV"});
    let start =
        json!({"clientId": "CID", "clientSecret": "CSEC", "startUrl": "https://d-1.awsapps.com/start"});
    assert_eq!(
        asked,
        [
            ("/client/register".into(), json!({"clientName": null, "clientType": "public"})),
            ("/device_authorization".into(), start),
            ("/token".into(), grant.clone()),
            ("/token".into(), grant.clone()),
            ("/token".into(), grant),
        ]
    );
    let text = std::fs::read_to_string(home.path(OLDER_CLIENT)).unwrap();
    assert_eq!(text, r#"{"clientId": "CID", "clientSecret": "CSEC", "expiresAt": "2099-12-03T16:53:20Z"}"#);
    let text = std::fs::read_to_string(home.path(OLDER_TOKEN)).unwrap();
    let (before, after) = text.split_once(r#""expiresAt": ""#).unwrap();
    assert_eq!(
        before,
        r#"{"startUrl": "https://d-1.awsapps.com/start", "region": "us-west-2", "accessToken": "ATOK", "#
    );
    assert!(after.ends_with(
        r#"Z", "clientId": "CID", "clientSecret": "CSEC", "registrationExpiresAt": "2099-12-03T16:53:20Z", "refreshToken": "RTOK"}"#
    ));
    #[cfg(unix)]
    assert_eq!((mode(&home.path(OLDER_TOKEN)), mode(&home.path(OLDER_CLIENT))), (0o600, 0o600));
}

#[test]
fn a_registration_is_used_again_and_for_its_own_grant_only() {
    let (home, server) = (home(), Server::start(vec![client(), begun(), token(), begun(), token()]).unwrap());
    let words = ["sso", "login", "--sso-session", "my", "--use-device-code", "--no-browser"];
    for _ in 0..2 {
        assert_eq!(run(&words, &home, &server).run().code, 0);
    }
    let paths: Vec<String> = asked(&server).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        ["/client/register", "/device_authorization", "/token", "/device_authorization", "/token"]
    );
    assert_eq!(file(&home, NAMED_CLIENT)["scopes"], json!(["sso:account:access", "other:scope"]));
    assert_eq!(file(&home, NAMED_TOKEN)["region"], "eu-central-1");
    let other = json!({"clientId": "C", "clientSecret": "S", "expiresAt": "2039-01-01T00:00:00Z",
                       "grantTypes": ["authorization_code", "refresh_token"]});
    home.write(NAMED_CLIENT, other.to_string()).unwrap();
    let server = Server::start(vec![client(), begun(), token()]).unwrap();
    assert_eq!(run(&words, &home, &server).run().code, 0);
    assert_eq!(asked(&server)[0].0, "/client/register");
}

/// What the second answer to a device is, with the code and the message that it leads to.
fn device_ends(reply: Reply) -> (i32, String) {
    let (home, server) = (home(), Server::start(vec![client(), begun(), pending(), reply]).unwrap());
    let outcome = run(&["sso", "login", "--profile", "older", "--no-browser"], &home, &server).run();
    assert!(!home.path(OLDER_TOKEN).exists());
    (outcome.code, outcome.stderr)
}

#[test]
fn refusals_end_the_waiting() {
    let (code, said) = device_ends(refused("ExpiredTokenException", "expired_token"));
    assert_eq!(code, 255);
    assert!(said.ends_with(
        "The pending authorization to retrieve an SSO token has expired. The login flow to retrieve an SSO token must be restarted.\n"
    ), "{said}");
    let (code, said) = device_ends(refused("AccessDeniedException:http://internal/", "access_denied"));
    assert_eq!(code, 254);
    assert!(
        said.contains("An error occurred (AccessDeniedException) when calling the CreateToken operation:"),
        "{said}"
    );
    assert!(said.contains("error: access_denied\n") && said.contains("error_description: why\n"), "{said}");
    let (code, said) = device_ends(Reply::ok("{\"expiresIn\":1}"));
    assert_eq!((code, said.trim_end().ends_with("'accessToken'")), (255, true), "{said}");
}

#[test]
fn a_device_that_is_known_already_is_not_asked_for() {
    let (home, server) = (home(), Server::start(vec![client(), begun(), token()]).unwrap());
    let outcome = run(&["sso", "login", "--profile", "older"], &home, &server).run();
    assert_eq!(outcome.stdout, "Successfully logged into Start URL: https://d-1.awsapps.com/start\n");
}

#[test]
fn asked_to_slow_down_it_does() {
    let slow = refused("SlowDownException", "slow_down");
    let (home, server) = (home(), Server::start(vec![client(), begun(), slow, pending(), token()]).unwrap());
    let start = Instant::now();
    assert_eq!(run(&["sso", "login", "--profile", "older", "--no-browser"], &home, &server).run().code, 0);
    assert!(start.elapsed() >= Duration::from_secs(6), "{:?}", start.elapsed());
}

/// Signs in by a code; `targets` are what the browser asks for when it comes back, with `STATE` for the state.
fn by_browser(targets: &[&str]) -> (Home, Server, i32, String, String) {
    let (home, server) = (home(), Server::start(vec![client(), token()]).unwrap());
    let browser = Browser::new(&home).unwrap();
    let visitor = browser.come_back(targets);
    let run = run(&["sso", "login", "--profile", "named"], &home, &server);
    let outcome = run.env("BROWSER", &browser.command).run();
    let page = visitor.join().unwrap().unwrap();
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    (home, server, outcome.code, said, page)
}

#[test]
fn a_browser_brings_a_code_and_the_proof_key_fits() {
    let (home, server, code, said, page) =
        by_browser(&["/favicon.ico", "/oauth/callback?code=CO%2FD+E&state=STATE"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        said,
        format!(
            "Attempting to open your default browser. If the browser does not open, open the following URL.\n\
             If you are unable to open the URL on this device, run this command again with the \
             '--use-device-code' option.\n\n{page}\n\n\
             Successfully logged into Start URL: https://d-2.awsapps.com/start\n"
        )
    );
    assert!(
        page.starts_with(&format!(
            "{}/authorize?response_type=code&client_id=CID&redirect_uri=",
            server.url()
        ))
    );
    assert!(page.contains(
        "&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess%20other%3Ascope&code_challenge="
    ));
    let asked = asked(&server);
    assert_eq!(asked[0].1["redirectUris"], json!(["http://127.0.0.1/oauth/callback"]));
    assert_eq!(asked[0].1["issuerUrl"], "https://d-2.awsapps.com/start");
    assert_eq!((asked[1].0.as_str(), &asked[1].1["code"]), ("/token", &json!("CO/D E")));
    assert_eq!(asked[1].1["grantType"], "authorization_code");
    assert!(asked[1].1["codeVerifier"].as_str().unwrap().len() >= 43);
    assert_eq!(file(&home, NAMED_TOKEN)["accessToken"], "ATOK");
    assert_eq!(file(&home, NAMED_CLIENT)["grantTypes"], json!(["authorization_code", "refresh_token"]));
    assert!(!said.contains("CSEC") && !said.contains("ATOK"), "secrets are not shown");
}

#[test]
fn another_state_and_a_refusal_end_the_flow() {
    let (home, server, code, said, _) = by_browser(&["/oauth/callback?code=C&state=another"]);
    assert_eq!((code, asked(&server).len(), home.path(NAMED_TOKEN).exists()), (255, 1, false));
    assert!(
        said.ends_with("Error loading authorization code: State parameter does not match expected value.\n"),
        "{said}"
    );
    let (_, _, code, said, _) = by_browser(&["/oauth/callback?error=access_denied"]);
    assert_eq!(code, 255);
    assert!(
        said.ends_with("Error loading authorization code: Failed to retrieve an authorization code.\n"),
        "{said}"
    );
}

#[test]
fn a_missing_configuration_is_named() {
    let server = Server::start(vec![client()]).unwrap();
    let said = |words: &[&str]| {
        let outcome = run(words, &home(), &server).run();
        assert_eq!(outcome.code, 253, "{words:?}");
        outcome.stderr
    };
    assert!(said(&["sso", "login"]).ends_with(
        "Missing the following required SSO configuration values: sso_start_url, sso_region. To make sure this \
         profile is properly configured to use SSO, please run: iamctl configure sso\n"
    ));
    assert!(
        said(&["sso", "login", "--sso-session", "x"])
            .ends_with("The specified sso-session does not exist: \"x\"\n")
    );
    let home = home();
    let odd = "[default]\nsso_start_url = http://d-1.awsapps.com/start\nsso_region = us-west-2\n";
    home.write("~/.aws/config", odd).unwrap();
    let outcome = run(&["sso", "login"], &home, &server).run().ended(253);
    assert!(outcome.stderr.ends_with("The sso_start_url must use the https scheme.\n"), "{outcome}");
    assert!(server.requests().is_empty());
}

#[test]
fn logging_out_ends_the_tokens_and_removes_what_they_brought() {
    let (home, server) = (home(), Server::start(vec![refused("UnauthorizedException", "x")]).unwrap());
    let token = json!({"startUrl": "https://x", "region": "eu-west-1", "accessToken": "T1"});
    home.write(OLDER_TOKEN, token.to_string()).unwrap();
    home.write(NAMED_TOKEN, json!({"accessToken": "T2"}).to_string()).unwrap();
    home.write(OLDER_CLIENT, json!({"clientId": "C"}).to_string()).unwrap();
    home.write("~/.aws/sso/cache/rubbish.json", "rubbish").unwrap();
    home.write("~/.aws/cli/cache/sso.json", json!({"ProviderType": "sso"}).to_string()).unwrap();
    home.write("~/.aws/cli/cache/role.json", json!({"ProviderType": "assume-role"}).to_string()).unwrap();
    let outcome = run(&["sso", "logout"], &home, &server).run();
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (0, "", ""));
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "a token without a region is only removed");
    assert_eq!((requests[0].method.as_str(), requests[0].target.as_str()), ("POST", "/logout"));
    assert_eq!(requests[0].header("x-amz-sso_bearer_token"), Some("T1"));
    let there = |name: &str| home.path(name).exists();
    assert!(!there(OLDER_TOKEN) && !there(NAMED_TOKEN) && !there("~/.aws/cli/cache/sso.json"));
    assert!(
        there(OLDER_CLIENT) && there("~/.aws/sso/cache/rubbish.json") && there("~/.aws/cli/cache/role.json")
    );
}

#[test]
fn logout_removes_the_consoles_sessions() {
    let home = home();
    let session = "arn:aws:iam::1:user/x";
    home.write("~/.aws/config", format!("[default]\nlogin_session = {session}\n")).unwrap();
    let (full, empty) = (r#"{"accessToken":{"accessKeyId":"A"}}"#, r#"{"accessToken":{}}"#);
    let own = "~/.aws/login/cache/4ef389299b6bd50ced359ebe1f19aed09a1be2a9fd98b7c86f405568b43441c4.json";
    for (name, text) in
        [(own, full), ("~/.aws/login/cache/b.json", full), ("~/.aws/login/cache/c.json", empty)]
    {
        home.write(name, text).unwrap();
    }
    let logout = |words: &[&str]| {
        let outcome = iamctl(words).by_files_alone().home(&home).run();
        assert_eq!(outcome.code, 0);
        (outcome.stdout, outcome.stderr)
    };
    assert!(
        logout(&["logout"]).0.starts_with("Removed cached login credentials for profile 'default'. Note, ")
    );
    assert_eq!(
        logout(&["logout", "--profile", "nobody"]),
        (String::new(), "warning: no login session found for profile 'nobody'\n".into())
    );
    assert!(logout(&["logout", "--all"]).0.starts_with("Removed 1 cached login credential. Note, "));
    assert_eq!(logout(&["logout", "--all"]).0, "No cached login session tokens found.\n");
    assert!(home.path("~/.aws/login/cache/c.json").exists());
}

#[test]
fn the_rest_of_sso_and_login_are_handed_over_or_refused() {
    for words in [&["login"][..], &["sso", "list-accounts"], &["sso", "get-role-credentials"]] {
        let outcome = iamctl(words).run();
        assert_eq!(outcome.code, 252);
        assert!(
            outcome
                .stderr
                .contains("iamctl covers iam, sts, configure, sso login and logout; it does not have")
                && outcome.stderr.contains("IAMCTL_FALLBACK=/path/to/aws"),
            "{}",
            outcome.stderr
        );
        let outcome = iamctl(words).env("IAMCTL_FALLBACK", "echo-not-there").run();
        assert!(
            outcome.stderr.contains("The fallback program echo-not-there cannot be run"),
            "{}",
            outcome.stderr
        );
    }
    let own = iamctl(&["sso", "logout"]).env("IAMCTL_FALLBACK", "echo-not-there").run();
    assert_eq!((own.code, own.stderr.as_str()), (0, ""), "what is ours is not handed over");
}
