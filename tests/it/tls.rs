//! Whom an `https://` endpoint may be.

use std::io::Write as _;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use iamctl_testkit::tls::{Authority, Identity};
use iamctl_testkit::{Outcome, Reply, Run, Server};

use crate::iamctl;

const WORDS: [&str; 2] = ["sts", "get-caller-identity"];
const ADDRESS: &[&str] = &["127.0.0.1"];

fn server(identity: &Identity) -> Server {
    let reply = Reply::result("GetCallerIdentity", "<Account>123456789012</Account>");
    Server::start_tls(vec![reply], identity).unwrap()
}

/// A call to this server, one attempt, with an authority's certificate in `ca.pem`.
fn call(server: &Server, pem: &str) -> Run {
    iamctl(&WORDS).endpoint(&server.url()).env("AWS_MAX_ATTEMPTS", "1").file("ca.pem", pem)
}

fn accepted(outcome: Outcome) {
    assert_eq!(outcome.ok().string("/Account"), "123456789012");
}

fn refused(outcome: Outcome, server: &Server) {
    let said = format!("SSL validation failed for {}/ ", server.url());
    let outcome = outcome.ended(255).complains(&said);
    assert_eq!(outcome.stdout, "");
    assert_eq!(server.requests(), [], "nothing may be sent to a stranger");
}

#[test]
fn a_private_authority_by_its_file() {
    let authority = Authority::new("private").unwrap();
    let server = server(&authority.vouch_for(ADDRESS).unwrap());
    accepted(call(&server, authority.pem()).env("AWS_CA_BUNDLE", "ca.pem").run());
    let words = [&WORDS[..], &["--ca-bundle", "ca.pem"]].concat();
    accepted(iamctl(&words).endpoint(&server.url()).file("ca.pem", authority.pem()).run());
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].scope().as_deref(), Some("us-east-1/sts"));
}

#[test]
fn a_file_with_several_authorities_and_text_between() {
    let (one, two) = (Authority::new("one").unwrap(), Authority::new("two").unwrap());
    let server = server(&two.vouch_for(ADDRESS).unwrap());
    let bundle = format!("# first\n{}\nsecond\n{}", one.pem(), two.pem());
    accepted(call(&server, &bundle).env("AWS_CA_BUNDLE", "ca.pem").run());
}

#[test]
fn a_self_signed_certificate_as_its_own_authority() {
    let identity = Identity::self_signed(ADDRESS).unwrap();
    let server = server(&identity);
    accepted(call(&server, identity.pem()).env("AWS_CA_BUNDLE", "ca.pem").run());
}

#[test]
fn a_self_signed_certificate_of_somebody_else() {
    let server = server(&Identity::self_signed(ADDRESS).unwrap());
    let other = Identity::self_signed(ADDRESS).unwrap();
    refused(call(&server, other.pem()).env("AWS_CA_BUNDLE", "ca.pem").run(), &server);
}

#[test]
fn another_host_name() {
    let authority = Authority::new("private").unwrap();
    let with_authority = server(&authority.vouch_for(&["iam.example"]).unwrap());
    refused(call(&with_authority, authority.pem()).env("AWS_CA_BUNDLE", "ca.pem").run(), &with_authority);
    let identity = Identity::self_signed(&["iam.example"]).unwrap();
    let alone = server(&identity);
    refused(call(&alone, identity.pem()).env("AWS_CA_BUNDLE", "ca.pem").run(), &alone);
}

#[test]
fn a_host_by_its_name() {
    let authority = Authority::new("private").unwrap();
    let server = server(&authority.vouch_for(&["localhost"]).unwrap());
    let by_name = call(&server, authority.pem()).endpoint(&server.url_as("localhost"));
    accepted(by_name.env("AWS_CA_BUNDLE", "ca.pem").run());
}

#[test]
fn an_unknown_authority() {
    let server = server(&Authority::new("private").unwrap().vouch_for(ADDRESS).unwrap());
    refused(call(&server, "").run(), &server);
    let other = Authority::new("private").unwrap();
    refused(call(&server, other.pem()).env("AWS_CA_BUNDLE", "ca.pem").run(), &server);
}

#[test]
fn everybody_where_that_is_wanted() {
    let server = server(&Identity::self_signed(&["iam.example"]).unwrap());
    let words = [&WORDS[..], &["--no-verify-ssl"]].concat();
    accepted(iamctl(&words).endpoint(&server.url()).run());
}

#[test]
fn a_bundle_that_cannot_be_used() {
    let authority = Authority::new("private").unwrap();
    let server = server(&authority.vouch_for(ADDRESS).unwrap());
    let outcome = call(&server, authority.pem()).env("AWS_CA_BUNDLE", "nope.pem").run();
    assert_eq!(outcome.ended(255).complains("nope.pem").stdout, "");
    for content in ["", "no certificate\n", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        let outcome = call(&server, content).env("AWS_CA_BUNDLE", "ca.pem").run().ended(255);
        assert!(!outcome.stderr.contains("panicked"), "{outcome}");
    }
    assert_eq!(server.requests(), []);
}

#[test]
fn who_wins() {
    let authority = Authority::new("private").unwrap();
    let server = server(&authority.vouch_for(ADDRESS).unwrap());
    let other = Authority::new("other").unwrap();
    let call = |option: Option<&str>| {
        let option: Vec<&str> = option.iter().flat_map(|file| ["--ca-bundle", file]).collect();
        let words = [&WORDS[..], &option].concat();
        let run = iamctl(&words).endpoint(&server.url()).env("AWS_MAX_ATTEMPTS", "1");
        run.file("right.pem", authority.pem()).file("wrong.pem", other.pem())
    };
    let config = |file: &str| format!("[default]\nca_bundle = {file}\n");
    let all = |option, variable: &str, file: &str, requests: &str| {
        call(option)
            .env("AWS_CA_BUNDLE", variable)
            .file("~/.aws/config", config(file))
            .env("REQUESTS_CA_BUNDLE", requests)
    };
    accepted(all(Some("right.pem"), "wrong.pem", "wrong.pem", "wrong.pem").run());
    accepted(all(None, "right.pem", "wrong.pem", "wrong.pem").run());
    accepted(
        call(None).file("~/.aws/config", config("right.pem")).env("REQUESTS_CA_BUNDLE", "wrong.pem").run(),
    );
    accepted(call(None).env("REQUESTS_CA_BUNDLE", "right.pem").run());
    let asked = server.requests().len();
    let loser = all(Some("wrong.pem"), "right.pem", "right.pem", "right.pem").run();
    assert_eq!(loser.ended(255).stdout, "");
    let loser = all(None, "wrong.pem", "right.pem", "right.pem").run();
    assert_eq!(loser.ended(255).stdout, "");
    assert_eq!(server.requests().len(), asked);
}

/// A port that greets whoever comes with these bytes, and then listens or hangs up.
fn plain_port(greeting: &'static [u8], hang_up: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut kept = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(greeting);
            if !hang_up {
                kept.push(stream);
            }
        }
    });
    url
}

#[test]
fn a_server_that_speaks_no_tls() {
    for (greeting, hang_up) in [
        (&b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..], true),
        (b"", true),
        (b"\xff\0\xff\0\xff\0", false),
    ] {
        let url = plain_port(greeting, hang_up);
        let outcome = iamctl(&WORDS).endpoint(&url).env("AWS_MAX_ATTEMPTS", "1").run();
        assert_eq!(outcome.ended(255).stdout, "");
    }
}

#[test]
fn a_server_that_never_answers_the_greeting() {
    let words = [&WORDS[..], &["--cli-connect-timeout", "1", "--cli-read-timeout", "1"]].concat();
    let start = Instant::now();
    let outcome = iamctl(&words).endpoint(&plain_port(b"", false)).env("AWS_MAX_ATTEMPTS", "1").run();
    assert_eq!(outcome.ended(255).complains("timeout on endpoint URL").stdout, "");
    assert!(start.elapsed() < Duration::from_secs(10));
}
