//! Signatures of all sorts, over the whole way.

use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sigv4::http_request::{SignatureLocation, SigningSettings};
use bytes::Bytes;

use super::keys::Key;
use super::{Given, check_time, signature};
use crate::sandbox::caller::{Caller, Who};
use crate::sandbox::handlers::signer::{Signer, said};
use crate::sandbox::handlers::testing::Bench;
use crate::sandbox::received::Received;
use crate::secret::Secret;

#[test]
fn a_signature_tells_who_calls() {
    let bench = Bench::new();
    let root = bench.ok_as(&bench.root_signer(), "GetCallerIdentity", "");
    assert_eq!(root["Arn"].as_str(), Some("arn:aws:iam::123456789012:root"));
    assert_eq!(root["UserId"].as_str(), Some("123456789012"));
    let alice = bench.ok_as(&bench.user("Alice", "/dev/"), "GetCallerIdentity", "");
    assert_eq!(alice["Arn"].as_str(), Some("arn:aws:iam::123456789012:user/dev/Alice"));
    assert!(alice["UserId"].as_str().unwrap().starts_with("AIDA"));
}

#[test]
fn what_is_not_signed_as_it_should_be_is_refused() {
    let bench = Bench::new();
    let good = bench.user("alice", "/");
    let call = |signer: &Signer| bench.refused(signer, "GetCallerIdentity", "");
    assert!(
        call(&Signer::new("AKIAUNKNOWNUNKNOWN01", "x"))
            .starts_with("403 InvalidClientTokenId: The security token included in the request is invalid.")
    );
    let wrong = Signer { secret: "another".into(), ..good.clone() };
    assert!(call(&wrong).starts_with("403 SignatureDoesNotMatch: The request signature we calculated"));
    let with_token = Signer { token: Some("t".into()), ..good.clone() };
    assert!(call(&with_token).starts_with("403 InvalidClientTokenId"));
    let late = Signer { ahead: -3600, ..good.clone() };
    assert!(call(&late).starts_with("403 SignatureDoesNotMatch: Signature expired: "), "{}", call(&late));
    let early = Signer { ahead: 3600, ..good.clone() };
    assert!(call(&early).starts_with("403 SignatureDoesNotMatch: Signature not yet current: "));
    let near = Signer { ahead: 600, ..good.clone() };
    bench.ok_as(&near, "GetCallerIdentity", "");
    bench.account.connection.execute("UPDATE access_key SET active = 0 WHERE user = 'alice'", []).unwrap();
    assert!(call(&good).starts_with("403 InvalidClientTokenId"));
}

#[test]
fn a_key_that_is_deactivated_while_its_request_waits_for_the_lock_does_not_act() {
    let bench = Bench::new();
    let signer = bench.user("alice", "/");
    bench.caller("alice");
    let path = bench.account.connection.path().unwrap().to_owned();
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; UPDATE access_key SET active = 0 WHERE user = 'alice'").unwrap();
    let outcome = std::thread::scope(|scope| {
        scope.spawn(move || {
            // Meanwhile the request finds its key active and waits to write.
            std::thread::sleep(Duration::from_millis(300));
            other.execute_batch("COMMIT").unwrap();
        });
        said(&bench.account.answer(&signer.request("CreateUser", "UserName=bob")))
    });
    assert!(outcome.starts_with("403 InvalidClientTokenId"), "{outcome}");
    assert!(bench.fault("GetUser", "UserName=bob").message.contains("bob"), "nothing was made");
}

#[test]
fn a_request_that_was_changed_on_its_way_is_refused() {
    let bench = Bench::new();
    let signer = bench.root_signer();
    let changed = |change: &dyn Fn(&mut http::Request<Bytes>)| {
        let mut received = signer.request("GetUser", "UserName=alice");
        change(&mut received.request);
        said(&bench.account.answer(&received))
    };
    assert!(changed(&|_| ()).starts_with("404 NoSuchEntity"));
    let body = Bytes::from("Action=GetUser&Version=2010-05-08&UserName=bob");
    assert!(changed(&|request| *request.body_mut() = body.clone()).starts_with("403 SignatureDoesNotMatch"));
    let host =
        |request: &mut http::Request<Bytes>| *request.uri_mut() = "http://iam.example/".parse().unwrap();
    assert!(changed(&host).starts_with("403 SignatureDoesNotMatch"));
    let query = |request: &mut http::Request<Bytes>| {
        *request.uri_mut() = "http://default.sandbox.invalid/?MaxItems=1".parse().unwrap();
    };
    assert!(changed(&query).starts_with("403 SignatureDoesNotMatch"));
    let header = |name: &'static str, value: &'static str| {
        changed(&|request| {
            request.headers_mut().insert(name, value.parse().unwrap());
        })
    };
    assert!(header("x-not-signed", "1").starts_with("404 NoSuchEntity"), "what is not signed may be added");
    assert!(header("content-type", "text/plain").starts_with("403 SignatureDoesNotMatch"));
    assert!(header("x-amz-date", "yesterday").starts_with("400 IncompleteSignature"));
    assert!(header("authorization", "Basic eDp5").starts_with("400 IncompleteSignature: Unsupported AWS"));
    assert_eq!(
        header("authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/r/iam/aws4_request"),
        "400 IncompleteSignature: Authorization header requires 'Signature' parameter. Authorization header \
         requires 'SignedHeaders' parameter."
    );
    let scope = "AWS4-HMAC-SHA256 Credential=a/iam, SignedHeaders=host, Signature=00";
    assert!(header("authorization", scope).starts_with("400 IncompleteSignature: Credential must have"));
}

#[test]
fn a_presigned_address_is_good_for_a_get() {
    let bench = Bench::new();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(60));
    let presigned = |signer: &Signer, service: &str| {
        let address = "http://localhost:1234/?Action=GetCallerIdentity&Version=2011-06-15";
        let mut request =
            http::Request::get(address).header("x-k8s-aws-id", "cluster").body(Bytes::new()).unwrap();
        signer.sign(&mut request, service, settings.clone());
        // Over TCP, the host is in a header and the address is a path.
        let host = "localhost:1234".parse().unwrap();
        request.headers_mut().insert("host", host);
        *request.uri_mut() = request.uri().path_and_query().unwrap().as_str().parse().unwrap();
        bench.account.answer(&Received { request, source: Ipv4Addr::LOCALHOST.into(), secure: false })
    };
    let good = bench.user("alice", "/");
    let reply = presigned(&good, "sts");
    let body = String::from_utf8(reply.body.to_vec()).unwrap();
    assert!(body.contains("user/alice"), "{body}");
    let wrong = Signer { secret: "another".into(), ..good.clone() };
    assert!(said(&presigned(&wrong, "sts")).starts_with("403 SignatureDoesNotMatch"));
    let old = Signer { ahead: -1000, ..good.clone() };
    assert!(said(&presigned(&old, "sts")).starts_with("403 SignatureDoesNotMatch: Signature expired"));
    assert!(said(&presigned(&good, "iam")).starts_with("400 InvalidAction"), "the scope tells the service");
}

#[test]
fn requests_that_are_no_calls_get_an_error_of_the_service() {
    let bench = Bench::new();
    let send = |method: &str, body: Bytes| {
        let request = http::Request::builder().method(method).uri("http://x/").body(body).unwrap();
        said(&bench.account.answer(&Received { request, source: Ipv4Addr::LOCALHOST.into(), secure: true }))
    };
    assert!(send("POST", Bytes::new()).starts_with("403 MissingAuthenticationToken"));
    let unsigned = Bytes::from("Action=ListUsers&Version=2010-05-08");
    assert_eq!(
        send("POST", unsigned),
        "403 MissingAuthenticationToken: Request is missing Authentication Token"
    );
    let unknown = Bytes::from("Action=Fly&Version=2010-05-08");
    assert_eq!(
        send("POST", unknown),
        "400 InvalidAction: Could not find operation Fly for version 2010-05-08"
    );
    assert!(send("POST", Bytes::from("Action=ListUsers")).contains("NO_VERSION_SPECIFIED"));
    assert!(send("PUT", Bytes::new()).starts_with("405 MethodNotAllowed"));
    assert!(send("POST", vec![b'a'; 2 << 20].into()).starts_with("413 RequestEntityTooLarge"));
    assert!(send("POST", Bytes::from_static(b"\xff")).starts_with("400 MalformedInput"));
}

/// The signature that a request should have, for a key that boto3 signed with.
fn should_be(request: http::Request<Bytes>) -> (String, String) {
    let received = Received { request, source: Ipv4Addr::LOCALHOST.into(), secure: false };
    let given = Given::read(&received).unwrap().unwrap();
    // 2026-01-31T12:00:00Z
    let time = check_time(&given, 1_769_860_800).unwrap();
    let caller = Caller {
        who: Who::Root,
        arn: String::new(),
        id: String::new(),
        access_key: String::new(),
        session: None,
    };
    let key = Key { secret: Secret::new("secret/+key"), token: None, noted: None, caller };
    (signature(&key, &received, &given, time).unwrap(), given.signature)
}

#[test]
fn what_boto3_has_signed_is_signed_alike() {
    let scope = "Credential=AKIAEXAMPLEEXAMPLE01/20260131/us-east-1/iam/aws4_request";
    let signed = "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token";
    let digits = "76f9648dfae1ea68e0aa5a27ad6b7ac351c0dbc64dd421a1bed56104da297b40";
    let post = http::Request::post("/?x=a%20b&Y=%2F")
        .header("host", "localhost:4000")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("user-agent", "Boto3/1")
        .header("x-amz-date", "20260131T120000Z")
        .header("x-amz-security-token", "token+/=")
        .header("authorization", format!("AWS4-HMAC-SHA256 {scope}, {signed}, Signature={digits}"))
        .body(Bytes::from("Action=GetUser&Version=2010-05-08&UserName=a+b"))
        .unwrap();
    assert_eq!(should_be(post), (digits.to_owned(), digits.to_owned()));

    let digits = "17207c4570630e142995dd6061a818a8c67f2ef7a6f22bfcf4b76c2fea4a86be";
    let address = format!(
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAEXAMPLEEXAMPLE01%2F20260131%2Feu-west-1%2Fsts%2Faws4_request\
         &X-Amz-Date=20260131T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id\
         &X-Amz-Security-Token=token%2B%2F%3D&X-Amz-Signature={digits}"
    );
    let get = http::Request::get(address)
        .header("host", "sts.eu-west-1.amazonaws.com")
        .header("x-k8s-aws-id", "cluster")
        .body(Bytes::new())
        .unwrap();
    assert_eq!(should_be(get), (digits.to_owned(), digits.to_owned()));
}

/// A signed request that somebody has changed on its way.
fn changed(change: impl FnOnce(&mut http::Request<Bytes>)) -> String {
    let bench = Bench::new();
    let mut received = bench.root_signer().request("ListUsers", "MaxItems=5");
    change(&mut received.request);
    said(&bench.account.answer(&received))
}

#[test]
fn nothing_that_is_signed_can_be_changed_or_added_to() {
    let mismatch = "403 SignatureDoesNotMatch";
    let set = |name: &'static str, value: &'static str| {
        changed(move |request| {
            request.headers_mut().insert(name, value.parse().unwrap());
        })
    };
    let append = |name: &'static str, value: &'static str| {
        changed(move |request| {
            request.headers_mut().append(name, value.parse().unwrap());
        })
    };
    // What a signature is not over changes nothing.
    assert!(set("x-other", "1").starts_with("200"));
    assert!(set("host", "other.example.com").starts_with(mismatch));
    assert!(append("host", "other.example.com").starts_with(mismatch));
    assert!(
        append("x-amz-date", "20200101T000000Z").starts_with("200"),
        "the first one counts, and is signed"
    );
    assert!(set("x-amz-date", "20200101T000000Z").starts_with(mismatch));
    assert!(set("content-type", "text/plain").starts_with(mismatch));
    assert!(append("content-type", "text/plain").starts_with(mismatch));
    assert!(set("x-amz-security-token", "t").starts_with("403 InvalidClientTokenId"));
    let body = || Bytes::from("Action=DeleteUser&Version=2010-05-08&UserName=alice");
    assert!(changed(|request| *request.body_mut() = body()).starts_with(mismatch));
    for marker in
        ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"]
    {
        let unsigned = changed(|request| {
            *request.body_mut() = body();
            request.headers_mut().insert("x-amz-content-sha256", marker.parse().unwrap());
        });
        assert!(unsigned.starts_with(mismatch), "{marker}: {unsigned}");
    }
    for address in ["/?Action=DeleteUser&UserName=alice", "/other", "//", "/?X-Amz-Expires=60"] {
        let moved = changed(|request| *request.uri_mut() = address.parse().unwrap());
        assert!(moved.starts_with(mismatch), "{address}: {moved}");
    }
    let get = changed(|request| *request.method_mut() = http::Method::GET);
    assert!(get.starts_with("403") || get.starts_with("400"), "{get}");
    let both = changed(|request| {
        *request.uri_mut() = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00".parse().unwrap();
    });
    assert!(both.starts_with(mismatch), "{both}");
}

#[test]
fn a_presigned_address_lends_its_signature_to_no_body() {
    let bench = Bench::new();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(60));
    let address = "http://localhost:1234/?Action=GetCallerIdentity&Version=2011-06-15";
    for method in ["GET", "POST"] {
        let mut request = http::Request::builder().method(method).uri(address).body(Bytes::new()).unwrap();
        bench.root_signer().sign(&mut request, "sts", settings.clone());
        let send = |request: &http::Request<Bytes>| {
            let request = request.clone();
            bench.account.answer(&Received { request, source: Ipv4Addr::LOCALHOST.into(), secure: false })
        };
        assert_eq!(send(&request).status, 200);
        let mut filled = request.clone();
        *filled.body_mut() = Bytes::from("Action=GetSessionToken");
        assert!(said(&send(&filled)).starts_with("403 SignatureDoesNotMatch"), "{method}");
        filled.headers_mut().insert("x-amz-content-sha256", "UNSIGNED-PAYLOAD".parse().unwrap());
        assert!(said(&send(&filled)).starts_with("403 SignatureDoesNotMatch"), "{method}");
        for more in ["&Action=GetSessionToken", "&X-Amz-Date=20200101T000000Z&Action=x", "&action=x"] {
            let mut longer = request.clone();
            *longer.uri_mut() = format!("{}{more}", request.uri()).parse().unwrap();
            assert_ne!(send(&longer).status, 200, "{more}");
        }
        let other = if method == "GET" { http::Method::POST } else { http::Method::GET };
        *request.method_mut() = other;
        assert!(said(&send(&request)).starts_with("403 SignatureDoesNotMatch"), "{method}");
    }
}

#[test]
fn keys_of_those_who_are_gone_open_nothing() {
    let bench = Bench::new();
    let alice = bench.user("alice", "/");
    bench.allow("user", "alice", "p", crate::sandbox::handlers::testing::ALLOW_ALL);
    let own = Signer::of(&bench.ok_as(&alice, "GetSessionToken", ""));
    let federated = Signer::of(&bench.ok_as(&alice, "GetFederationToken", "Name=fed"));
    for signer in [&own, &federated] {
        bench.ok_as(signer, "GetCallerIdentity", "");
        // A token belongs to its key, and a key to its token.
        let bare = Signer { token: None, ..signer.clone() };
        assert!(bench.refused(&bare, "GetCallerIdentity", "").starts_with("403 InvalidClientTokenId"));
        let swapped = Signer { token: Some("x".into()), ..signer.clone() };
        assert!(bench.refused(&swapped, "GetCallerIdentity", "").starts_with("403 InvalidClientTokenId"));
    }
    let id = &alice.id;
    bench.ok("UpdateAccessKey", &format!("UserName=alice&Status=Inactive&AccessKeyId={id}"));
    assert!(bench.refused(&alice, "GetCallerIdentity", "").starts_with("403 InvalidClientTokenId"));
    bench.ok("DeleteAccessKey", &format!("UserName=alice&AccessKeyId={id}"));
    bench.ok("DeleteUserPolicy", "UserName=alice&PolicyName=p");
    bench.ok("DeleteUser", "UserName=alice");
    let again = bench.user("ALICE", "/");
    for signer in [&own, &federated] {
        assert!(bench.refused(signer, "GetCallerIdentity", "").starts_with("403 InvalidClientTokenId"));
    }
    assert!(bench.refused(&again, "ListUsers", "").starts_with("403 AccessDenied"));
}
