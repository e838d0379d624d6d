//! Connections: none, late, cut, repeated, through proxies; and where requests go.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use iamctl_testkit::tls::Authority;
use iamctl_testkit::{Proxy, Reply, Server};

use crate::iamctl;

const WORDS: [&str; 2] = ["sts", "get-caller-identity"];

fn identity() -> Reply {
    Reply::result("GetCallerIdentity", "<Account>123456789012</Account>")
}

#[test]
fn nobody_listens() {
    iamctl(&WORDS)
        .endpoint("http://127.0.0.1:9")
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
        .ended(255)
        .complains("Could not connect to the endpoint URL: \"http://127.0.0.1:9/\"");
}

#[test]
fn a_name_that_does_not_exist() {
    iamctl(&WORDS)
        .endpoint("http://nobody.invalid")
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
        .ended(255)
        .complains("Could not connect to the endpoint URL: \"http://nobody.invalid/\"");
}

#[test]
fn a_connection_that_is_closed() {
    let server = Server::start(vec![Reply::closed()]).unwrap();
    let said = format!(
        "Connection was closed before we received a valid response from endpoint URL: \"{}/\".",
        server.url()
    );
    let run = iamctl(&WORDS).endpoint(&server.url()).env("AWS_MAX_ATTEMPTS", "1").run();
    assert_eq!(run.ended(255).complains(&said).stdout, "");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_reply_that_does_not_come() {
    let server = Server::start(vec![identity().after(Duration::from_secs(20))]).unwrap();
    let words = [&WORDS[..], &["--cli-read-timeout", "1"]].concat();
    let start = Instant::now();
    iamctl(&words)
        .endpoint(&server.url())
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
        .ended(255)
        .complains(&format!("Read timeout on endpoint URL: \"{}/\"", server.url()));
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// A port whose queue of connections is full, so that no more are answered; ends when it is dropped.
struct FullPort {
    owner: Child,
    port: String,
}

impl FullPort {
    fn open() -> FullPort {
        let script = "import socket, sys\n\
                      s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0)\n\
                      clients = [socket.socket() for _ in range(8)]\n\
                      for c in clients: c.setblocking(False); c.connect_ex(s.getsockname())\n\
                      print(s.getsockname()[1], flush=True); sys.stdin.read()\n";
        let mut owner = Command::new("python3")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is needed");
        let mut port = String::new();
        BufReader::new(owner.stdout.as_mut().unwrap()).read_line(&mut port).unwrap();
        FullPort { owner, port: port.trim().to_owned() }
    }
}

impl Drop for FullPort {
    fn drop(&mut self) {
        drop(self.owner.stdin.take());
        let _ = self.owner.wait();
    }
}

#[test]
fn a_connection_that_is_not_made_in_time() {
    let full = FullPort::open();
    let url = format!("http://127.0.0.1:{}", full.port);
    let words = [&WORDS[..], &["--cli-connect-timeout", "1"]].concat();
    let start = Instant::now();
    iamctl(&words)
        .endpoint(&url)
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
        .ended(255)
        .complains(&format!("Connect timeout on endpoint URL: \"{url}/\""));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn what_is_tried_again() {
    let error = Reply::error;
    for (reply, tried) in [
        (error(500, "InternalFailure", "m"), true),
        (error(503, "ServiceUnavailable", "m"), true),
        (error(400, "Throttling", "m"), true),
        (error(400, "RequestLimitExceeded", "m"), true),
        (error(400, "SlowDown", "m"), true),
        (error(400, "RequestTimeout", "m"), true),
        (Reply::new(503, ""), true),
        (Reply::closed(), true),
        (error(400, "LimitExceeded", "m"), false),
        (error(400, "ServiceUnavailable", "m"), false),
        (error(400, "InternalError", "m"), false),
        (error(429, "TooMany", "m"), false),
        (error(501, "NotImplemented", "m"), false),
        (error(403, "AccessDenied", "m"), false),
        (Reply::new(500, "no XML"), false),
        (Reply::ok("no XML"), false),
    ] {
        let server = Server::start(vec![reply.clone(), identity()]).unwrap();
        let outcome = iamctl(&WORDS).endpoint(&server.url()).env("AWS_MAX_ATTEMPTS", "2").run();
        let attempts = if tried { 2 } else { 1 };
        assert_eq!(server.requests().len(), attempts, "{reply:?}: {outcome}");
        assert_eq!(outcome.code == 0, tried, "{reply:?}: {outcome}");
    }
}

#[test]
fn the_last_attempt_says_how_many_there_were() {
    for (attempts, retries) in [("1", 0), ("2", 1), ("", 2)] {
        let server = Server::start(vec![Reply::error(503, "SlowDown", "later")]).unwrap();
        let run = iamctl(&WORDS).endpoint(&server.url());
        let run = if attempts.is_empty() { run } else { run.env("AWS_MAX_ATTEMPTS", attempts) };
        let said = format!(
            "An error occurred (SlowDown) when calling the GetCallerIdentity operation \
             (reached max retries: {retries}): later"
        );
        run.run().ended(254).complains(&said);
        assert_eq!(server.requests().len(), retries + 1);
    }
}

#[test]
fn every_attempt_is_signed_for_the_same_scope() {
    let server = Server::start(vec![Reply::closed(), identity()]).unwrap();
    let outcome = iamctl(&WORDS).endpoint(&server.url()).env("AWS_DEFAULT_REGION", "eu-west-2").run();
    assert_eq!(outcome.ok().string("/Account"), "123456789012");
    let scopes: Vec<_> = server.requests().iter().filter_map(|request| request.scope()).collect();
    assert_eq!(scopes, ["eu-west-2/sts", "eu-west-2/sts"]);
}

#[test]
fn replies_in_pieces_are_read() {
    let body = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account>\
                </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let (one, two) = body.split_at(20);
    for reply in [
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
            one.len(),
            two.len()
        ),
        format!("HTTP/1.1 200 OK\r\n\r\n{body}"),
        format!("HTTP/1.0 200 OK\r\n\r\n{body}"),
        format!(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    ] {
        let server = Server::start(vec![Reply::raw(reply)]).unwrap();
        let outcome = iamctl(&WORDS).endpoint(&server.url()).env("AWS_MAX_ATTEMPTS", "1").run().ok();
        assert_eq!(outcome.string("/Account"), "1");
    }
}

#[test]
fn replies_that_are_no_http() {
    for reply in [
        b"garbage\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<short".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\nx".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx".to_vec(),
        b"HTTP/1.1 999999 ?\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nA: \0\xff\r\n\r\n".to_vec(),
        b"HTTP/2.0 200".to_vec(),
        [b"HTTP/1.1 200 OK\r\nA: ".as_slice(), &[b'a'; 1 << 20]].concat(),
        vec![0; 1 << 16],
    ] {
        let start = reply[..reply.len().min(40)].escape_ascii().to_string();
        let server = Server::start(vec![Reply::raw(reply)]).unwrap();
        let outcome = iamctl(&WORDS).endpoint(&server.url()).env("AWS_MAX_ATTEMPTS", "1").run();
        assert_eq!((outcome.code, outcome.stdout.as_str()), (255, ""), "{start}: {outcome}");
    }
}

#[test]
fn plain_http_through_a_proxy() {
    let server = Server::start(vec![identity()]).unwrap();
    for name in ["HTTP_PROXY", "http_proxy"] {
        let proxy = Proxy::to(server.address()).unwrap();
        let run = iamctl(&WORDS).endpoint("http://iam.example.test:8080/base/").env(name, &proxy.url());
        assert_eq!(run.run().ok().string("/Account"), "123456789012");
        let asked = proxy.requests();
        assert_eq!(asked[0].target, "http://iam.example.test:8080/base/", "{name}");
        assert_eq!(asked[0].header("host"), Some("iam.example.test:8080"));
    }
}

#[test]
fn https_through_a_proxy_reaches_the_default_endpoints() {
    let authority = Authority::new("private").unwrap();
    let names = ["iam.amazonaws.com", "sts.eu-west-2.amazonaws.com"];
    let certificate = authority.vouch_for(&names).unwrap();
    for (words, region, host, scope) in [
        (["iam", "list-users"], "eu-west-2", "iam.amazonaws.com", "us-east-1/iam"),
        (WORDS, "eu-west-2", "sts.eu-west-2.amazonaws.com", "eu-west-2/sts"),
    ] {
        let reply = if words == WORDS { identity() } else { Reply::result("ListUsers", "<Users/>") };
        let server = Server::start_tls(vec![reply], &certificate).unwrap();
        let proxy = Proxy::to(server.address()).unwrap();
        let outcome = iamctl(&words)
            .without("AWS_ENDPOINT_URL")
            .env("AWS_DEFAULT_REGION", region)
            .env("HTTPS_PROXY", &proxy.url())
            .env("AWS_CA_BUNDLE", "ca.pem")
            .file("ca.pem", authority.pem())
            .run()
            .ok();
        let asked = proxy.requests();
        assert_eq!(
            (asked[0].method.as_str(), asked[0].target.as_str()),
            ("CONNECT", &*format!("{host}:443"))
        );
        let request = &server.requests()[0];
        assert_eq!(request.header("host"), Some(host), "{outcome}");
        assert_eq!(request.scope().as_deref(), Some(scope));
    }
}

#[test]
fn some_hosts_need_no_proxy() {
    let server = Server::start(vec![identity()]).unwrap();
    let proxy = Proxy::to(server.address()).unwrap();
    let run = iamctl(&WORDS).endpoint(&server.url()).env("HTTP_PROXY", &proxy.url());
    assert_eq!(run.env("NO_PROXY", "127.0.0.1,example.test").run().ok().string("/Account"), "123456789012");
    assert_eq!((proxy.requests().len(), server.requests().len()), (0, 1));
}

#[test]
fn a_proxy_that_is_not_there() {
    iamctl(&WORDS)
        .endpoint("http://iam.example.test")
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
        .ended(255)
        .complains("Failed to connect to proxy URL: \"http://127.0.0.1:9");
}

#[test]
fn unsigned_requests_carry_no_credentials() {
    let server = Server::start(vec![identity()]).unwrap();
    let words = [&WORDS[..], &["--no-sign-request"]].concat();
    iamctl(&words).endpoint(&server.url()).env("AWS_SESSION_TOKEN", "token").run().ok();
    iamctl(&words)
        .endpoint(&server.url())
        .by_files_alone()
        .env("AWS_REGION", "us-east-1")
        .run()
        .ok()
        .ended(0);
    for request in server.requests() {
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("x-amz-security-token"), None);
        assert_eq!(request.param("Action").as_deref(), Some("GetCallerIdentity"));
    }
}

#[test]
fn the_endpoint_keeps_its_path_and_query() {
    let server = Server::start(vec![identity()]).unwrap();
    for (end, target) in [
        ("", "/"),
        ("/", "/"),
        ("/some/path/", "/some/path/"),
        ("/some/path", "/some/path"),
        ("/x/?a=1&b=2", "/x/?a=1&b=2"),
        ("/x?", "/x"),
    ] {
        let url = format!("{}{end}", server.url());
        let words = [&["--endpoint-url", &url], &WORDS[..]].concat();
        iamctl(&words).run().ok();
        assert_eq!(server.requests().last().unwrap().target, target, "for {end:?}");
    }
}

#[test]
fn the_request_is_a_signed_form() {
    let server = Server::start(vec![Reply::result("CreateUser", "")]).unwrap();
    let words = ["iam", "create-user", "--user-name", "a+b=c d/ü", "--tags", "Key=k,Value=", "Key=l,Value=v"];
    iamctl(&words).endpoint(&server.url()).env("AWS_SESSION_TOKEN", "token").run().ok();
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/"));
    let kind = request.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("application/x-www-form-urlencoded"), "{kind}");
    assert_eq!(request.access_key().as_deref(), Some("testing"));
    assert_eq!(request.scope().as_deref(), Some("us-east-1/iam"));
    assert_eq!(request.header("x-amz-security-token"), Some("token"));
    let members =
        ["Tags.member.1.Key=k", "Tags.member.1.Value=", "Tags.member.2.Key=l", "Tags.member.2.Value=v"];
    assert_eq!(request.members(), [&members[..], &["UserName=a+b=c d/ü"]].concat());
}

#[test]
fn pages_share_one_connection() {
    let page = |name: &str, more: &str| {
        Reply::result(
            "ListUsers",
            &format!("<Users><member><UserName>{name}</UserName></member></Users>{more}"),
        )
    };
    let more = "<IsTruncated>true</IsTruncated><Marker>m</Marker>";
    let server = Server::start(vec![page("a", more), page("b", "<IsTruncated>false</IsTruncated>")]).unwrap();
    let outcome = iamctl(&["iam", "list-users"]).endpoint(&server.url()).run().ok();
    assert_eq!(outcome.string("/Users/1/UserName"), "b");
    assert_eq!(server.requests()[1].param("Marker").as_deref(), Some("m"));
    assert_eq!(server.connections(), 1);
}

/// Where the request for this region would go, as the proxy is asked for it.
fn connected(words: &[&str], variables: &[(&str, &str)]) -> String {
    let proxy = Server::start(vec![Reply::new(502, "")]).unwrap();
    let mut run = iamctl(words)
        .without("AWS_ENDPOINT_URL")
        .env("HTTPS_PROXY", &proxy.url())
        .env("AWS_MAX_ATTEMPTS", "1");
    for (name, value) in variables {
        run = run.env(name, value);
    }
    let outcome = run.run().ended(255);
    proxy.requests().first().map_or(outcome.stderr, |request| request.target.clone())
}

#[test]
fn regions_with_a_mark_of_fips_lead_to_fips_endpoints() {
    let sts = |region: &str| connected(&["sts", "get-caller-identity", "--region", region], &[]);
    for region in ["fips-us-east-2", "us-east-2-fips", "us-fips-east-2"] {
        assert_eq!(sts(region), "sts-fips.us-east-2.amazonaws.com:443", "{region}");
    }
    assert_eq!(sts("fips-us-gov-west-1"), "sts.us-gov-west-1.amazonaws.com:443");
    assert_eq!(sts("US-EAST-2"), "sts.us-east-2.amazonaws.com:443");
    let iam = ["iam", "list-users", "--region", "fips-us-east-1"];
    assert_eq!(connected(&iam, &[("AWS_USE_FIPS_ENDPOINT", "false")]), "iam-fips.amazonaws.com:443");
}

#[test]
fn places_where_the_services_have_no_endpoint() {
    let dual = [("AWS_USE_DUALSTACK_ENDPOINT", "true")];
    let asked = |service: &[&str], region: &str| connected(&[service, &["--region", region]].concat(), &dual);
    let none = "Unable to construct a modeled endpoint with the following variant(s) ['dualstack']:";
    assert!(asked(&WORDS, "eu-isoe-west-1").contains(none));
    assert!(asked(&["iam", "list-users"], "us-isof-south-1").contains(none));
    assert_eq!(asked(&["iam", "list-users"], "eusc-de-east-1"), "iam.api.amazonwebservices.eu:443");
    assert_eq!(asked(&WORDS, "us-iso-east-1"), "sts.us-iso-east-1.api.aws.ic.gov:443");
    let empty = connected(&[&WORDS[..], &["--region="]].concat(), &[]);
    assert!(empty.contains("Invalid endpoint: https://sts..amazonaws.com"), "{empty}");
}

#[test]
fn a_given_endpoint_is_taken_as_it_is_with_fips_and_dual_stack() {
    let server = Server::start(vec![identity()]).unwrap();
    for name in ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"] {
        iamctl(&WORDS).endpoint(&server.url()).env(name, "true").run().ok();
    }
    let marked = [&WORDS[..], &["--region", "fips-eu-west-1"]].concat();
    iamctl(&marked).endpoint(&format!("  {}", server.url())).run().ok();
    assert_eq!(server.requests()[2].scope().as_deref(), Some("eu-west-1/sts"));
}

#[test]
fn a_host_goes_out_in_small_letters_and_is_shown_as_given() {
    let server = Server::start(vec![identity()]).unwrap();
    let proxy = Proxy::to(server.address()).unwrap();
    iamctl(&WORDS).endpoint("http://STS.Example.TEST/Base").env("HTTP_PROXY", &proxy.url()).run().ok();
    let asked = &proxy.requests()[0];
    assert_eq!(asked.target, "http://sts.example.test/Base");
    assert_eq!(asked.header("host"), Some("sts.example.test"));
    let shown = "Could not connect to the endpoint URL: \"http://LOCALHOST:9/\"";
    iamctl(&WORDS)
        .endpoint("http://LOCALHOST:9")
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
        .ended(255)
        .complains(shown);
}

#[test]
fn faults_of_settings_are_told_in_the_references_order() {
    let region = "Provided region_name '12' doesn't match a supported format.";
    let order = [
        ("AWS_REGION", "12", region),
        ("AWS_MAX_ATTEMPTS", "0", "Value provided to \"max_attempts\": 0 must be"),
        ("AWS_RETRY_MODE", "legacy", "Invalid value provided to \"mode\": \"legacy\""),
        ("AWS_ENDPOINT_URL", "bad", "Invalid endpoint: bad"),
        ("AWS_CA_BUNDLE", " ", "Invalid CA bundle: the configured value"),
    ];
    for (first, (_, _, want)) in order.iter().enumerate() {
        let mut run = iamctl(&WORDS).endpoint("http://127.0.0.1:9");
        for (name, value, _) in &order[first..] {
            run = run.env(name, value);
        }
        run.run().ended(255).complains(want);
    }
}
