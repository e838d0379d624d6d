//! Replies as nobody expects them: odd times, booleans and numbers, hostile XML, pages that are not XML.
//!
//! A success is never judged more strictly than the reference judges it,
//! nothing panics, and every end has its exit code.

use std::time::{Duration, Instant};

use iamctl_testkit::{Outcome, Reply, Server};
use serde_json::json;

use crate::iamctl;

/// Runs the words against this one reply, with a single attempt.
fn answered(reply: Reply, words: &[&str]) -> Outcome {
    let server = Server::start(vec![reply]).unwrap();
    iamctl(words).endpoint(&server.url()).env("AWS_MAX_ATTEMPTS", "1").run()
}

/// `get-user`, whose reply has this body.
fn body(body: impl Into<Vec<u8>>) -> Outcome {
    answered(Reply::ok(body), &["iam", "get-user"])
}

fn user_created(date: &str) -> Outcome {
    let members = format!("<User><UserName>u</UserName><CreateDate>{date}</CreateDate></User>");
    answered(Reply::result("GetUser", &members), &["iam", "get-user"])
}

#[test]
fn times_are_read_as_the_reference_reads_them() {
    for (sent, printed) in [
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05+00:00"),
        ("2020-01-02T03:04:05.000Z", "2020-01-02T03:04:05+00:00"),
        ("2020-01-02T03:04:05.5Z", "2020-01-02T03:04:05.500000+00:00"),
        ("2020-01-02T03:04:05.1234567Z", "2020-01-02T03:04:05.123456+00:00"),
        ("2020-01-02T03:04:05+02:00", "2020-01-02T03:04:05+02:00"),
        ("2020-01-02T03:04:05", "2020-01-02T03:04:05"),
        (" 2020-01-02T03:04:05Z ", "2020-01-02T03:04:05+00:00"),
        ("1577934245", "2020-01-02T03:04:05+00:00"),
        ("Thu, 02 Jan 2020 03:04:05 GMT", "2020-01-02T03:04:05+00:00"),
        ("Thu, 02 Jan 2020 03:04:05 +0000", "2020-01-02T03:04:05+00:00"),
    ] {
        let outcome = user_created(sent).ok();
        assert_eq!(outcome.string("/User/CreateDate"), printed, "for {sent:?}");
    }
}

#[test]
fn a_time_that_is_none_is_named() {
    user_created("garbage")
        .ended(255)
        .complains("Invalid timestamp \"garbage\": Unknown string format: garbage");
    for sent in ["", "2020-13-45T99:99:99Z", "99999999999999999999999999", "NaN", "-", "\u{1F600}"] {
        let outcome = user_created(sent);
        assert!(matches!(outcome.code, 0 | 255), "for {sent:?}: {outcome}");
    }
}

#[test]
fn times_are_printed_as_received_where_that_is_wanted() {
    let members = "<User><CreateDate>Thu, 02 Jan 2020 03:04:05 GMT</CreateDate></User>";
    let server = Server::start(vec![Reply::result("GetUser", members)]).unwrap();
    let outcome = iamctl(&["iam", "get-user"])
        .file("~/.aws/config", "[default]\ncli_timestamp_format = wire\n")
        .endpoint(&server.url())
        .run()
        .ok();
    assert_eq!(outcome.string("/User/CreateDate"), "Thu, 02 Jan 2020 03:04:05 GMT");
}

#[test]
fn only_true_is_true() {
    for (sent, printed) in
        [("true", true), ("false", false), ("True", false), ("TRUE", false), ("1", false), ("", false)]
    {
        let members = format!("<Policy><IsAttachable>{sent}</IsAttachable></Policy>");
        let words = ["iam", "get-policy", "--policy-arn", "arn:aws:iam::123456789012:policy/p"];
        let outcome = answered(Reply::result("GetPolicy", &members), &words).ok();
        assert_eq!(outcome.json(), json!({"Policy": {"IsAttachable": printed}}), "for {sent:?}");
    }
}

#[test]
fn integers_are_read_as_python_reads_them() {
    let sent = |number: &str| {
        let members = format!("<Policy><AttachmentCount>{number}</AttachmentCount></Policy>");
        let words = ["iam", "get-policy", "--policy-arn", "arn:aws:iam::123456789012:policy/p"];
        answered(Reply::result("GetPolicy", &members), &words)
    };
    for (number, printed) in
        [("7", 7_i64), (" 1_0 ", 10), ("-1", -1), ("+3", 3), ("4294967296", 4_294_967_296)]
    {
        let outcome = sent(number).ok();
        assert_eq!(outcome.json(), json!({"Policy": {"AttachmentCount": printed}}), "for {number:?}");
    }
    for number in ["", "ten", "0x10", "1.5"] {
        sent(number).ended(255).complains("invalid literal for int() with base 10");
    }
}

#[test]
fn members_that_nobody_knows_are_left_out_and_absent_ones_stay_absent() {
    let outcome = body(
        "<GetUserResponse xmlns=\"x\"><GetUserResult><User><New>1</New><UserName>u</UserName></User>\
         <Other/></GetUserResult></GetUserResponse>",
    );
    assert_eq!(outcome.ok().json(), json!({"User": {"UserName": "u"}}));
}

#[test]
fn broken_xml_cannot_be_parsed() {
    let start = "<GetUserResponse><GetUserResult><User><UserName>u</UserName></User>";
    let end = "</GetUserResult></GetUserResponse>";
    for (what, broken) in [
        ("unclosed", start.as_bytes().to_vec()),
        ("cut in a tag", format!("{start}</GetUserRes").into_bytes()),
        ("crossed", b"<a><b></a></b>".to_vec()),
        ("junk after", format!("{start}{end}junk").into_bytes()),
        ("two roots", format!("{start}{end}<a/>").into_bytes()),
        ("unknown entity", format!("{start}&nope;{end}").into_bytes()),
        ("invalid UTF-8", [start.as_bytes(), b"\xff\xfe", end.as_bytes()].concat()),
        ("NUL", [start.as_bytes(), b"\0", end.as_bytes()].concat()),
        ("NULs alone", vec![0; 64]),
        ("text", b"hello".to_vec()),
        ("JSON", br#"{"User": {}}"#.to_vec()),
        ("blank", b" \n".to_vec()),
        ("nothing", Vec::new()),
        ("a page", b"<!doctype html>\n<html><body><br>It works</body></html>".to_vec()),
    ] {
        let outcome = body(broken);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (255, ""), "{what}: {outcome}");
        assert!(outcome.stderr.contains("Unable to parse response ("), "{what}: {outcome}");
    }
}

#[test]
fn entities_that_explode_do_not() {
    let mut document = String::from("<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">");
    for level in 1..12 {
        let above = format!("&lol{};", level - 1).repeat(10);
        document.push_str(&format!("<!ENTITY lol{level} \"{above}\">"));
    }
    document.push_str("]><GetUserResponse><GetUserResult><User><UserName>&lol11;</UserName></User>");
    document.push_str("</GetUserResult></GetUserResponse>");
    let start = Instant::now();
    body(document).ended(255).complains("Unable to parse response (");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_external_entity_is_not_read() {
    let document = "<!DOCTYPE r [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><GetUserResponse><GetUserResult>\
                    <User><UserName>&f;</UserName></User></GetUserResult></GetUserResponse>";
    let outcome = body(document);
    assert!(matches!(outcome.code, 0 | 255), "{outcome}");
    assert!(!outcome.stdout.contains("root:") && !outcome.stderr.contains("root:x"), "{outcome}");
}

#[test]
fn deep_nesting_ends_with_a_code_and_not_with_a_signal() {
    for depth in [1_000, 100_000] {
        let inner = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        let outcome =
            body(format!("<GetUserResponse><GetUserResult>{inner}</GetUserResult></GetUserResponse>"));
        assert!(matches!(outcome.code, 0 | 255), "depth {depth}: ended with {}", outcome.code);
        let outcome = answered(Reply::new(400, inner), &["iam", "get-user"]);
        assert!(matches!(outcome.code, 254 | 255), "depth {depth}: ended with {}", outcome.code);
    }
}

#[test]
fn large_replies_are_printed_whole() {
    let user =
        "<member><UserName>someone</UserName><Arn>arn:aws:iam::123456789012:user/someone</Arn></member>";
    let members = format!("<Users>{}</Users><IsTruncated>false</IsTruncated>", user.repeat(20_000));
    let outcome = answered(Reply::result("ListUsers", &members), &["iam", "list-users"]).ok();
    assert_eq!(outcome.json()["Users"].as_array().unwrap().len(), 20_000);
}

#[test]
fn a_reply_without_its_wrapper_is_named() {
    let outcome = body("<GetUserResponse><Other><User/></Other></GetUserResponse>");
    let outcome = outcome.ended(255).complains("GetUserResult");
    assert_eq!(outcome.stdout, "");
}

#[test]
fn an_operation_without_output_wants_a_body_all_the_same() {
    let words = ["iam", "delete-user", "--user-name", "u"];
    for status in [200, 204] {
        answered(Reply::new(status, ""), &words).ended(255).complains("Unable to parse response (");
    }
    let outcome = answered(Reply::ok("<DeleteUserResponse/>"), &words).ok();
    assert_eq!(outcome.stdout, "");
}

#[test]
fn pages_in_place_of_errors_show_the_status() {
    let page = "<html><body><h1>Sorry</h1></body></html>";
    for (status, reason) in [(500, "Internal Server Error"), (503, "Service Unavailable")] {
        for body in [page, ""] {
            let said = format!(
                "An error occurred ({status}) when calling the GetUser operation (reached max retries: 0): {reason}"
            );
            answered(Reply::new(status, body), &["iam", "get-user"]).ended(254).complains(&said);
        }
        let page = "<!DOCTYPE html><html><body><p>Sorry</body></html>";
        answered(Reply::new(status, page), &["iam", "get-user"])
            .ended(255)
            .complains("Unable to parse response (");
    }
    answered(Reply::new(404, "<html><body>x</body>"), &["iam", "get-user"])
        .ended(255)
        .complains("Unable to parse response (");
}

#[test]
fn errors_that_say_little() {
    let said = |reply: Reply| {
        let outcome = answered(reply, &["iam", "get-user"]).ended(254);
        let line = outcome.stderr.trim().to_owned();
        line.split_once("]: ").map(|(_, rest)| rest.to_owned()).unwrap()
    };
    let prefix = "An error occurred";
    assert_eq!(
        said(Reply::new(400, "<ErrorResponse><Nothing/></ErrorResponse>")),
        format!("{prefix} (Unknown) when calling the GetUser operation (reached max retries: 0): Unknown")
    );
    assert_eq!(
        said(Reply::new(400, "<ErrorResponse><Error><Code/><Message/></Error></ErrorResponse>")),
        format!("{prefix} (None) when calling the GetUser operation (reached max retries: 0): None")
    );
    assert_eq!(
        said(Reply::error(403, "AccessDenied", "not &lt;you&gt;\u{e9}")),
        format!(
            "{prefix} (AccessDenied) when calling the GetUser operation (reached max retries: 0): not <you>\u{e9}"
        )
    );
}

/// `get-user`, refused with this body, in this format of errors.
fn refused(body: &str, format: &str) -> Outcome {
    let reply = Reply::new(404, format!("<ErrorResponse>{body}</ErrorResponse>"));
    answered(reply, &["iam", "get-user", "--cli-error-format", format])
}

#[test]
fn structured_errors_hold_what_the_reply_has_in_its_order() {
    for (body, printed) in [
        ("<Error><Code>C</Code></Error>", json!({"Code": "C"})),
        ("<Error><Message>m</Message></Error>", json!({"Message": "m"})),
        ("<Error><Code/><Message>m</Message></Error>", json!({"Code": null, "Message": "m"})),
        (
            "<Error><Code>C</Code><message>low</message><Foo>x</Foo></Error>",
            json!({"Code": "C", "message": "low"}),
        ),
        (
            "<Error><Code>C</Code><Message><x>y</x></Message></Error>",
            json!({"Code": "C", "Message": {"x": "y"}}),
        ),
        (
            "<Error><Code>C</Code><Message>m</Message><Message>n</Message></Error>",
            json!({"Code": "C", "Message": {}}),
        ),
        ("<Errors><Error><Code>A</Code></Error></Errors><Error><Code>B</Code></Error>", json!({"Code": "A"})),
    ] {
        let outcome = refused(body, "json").ended(254);
        let error: serde_json::Value = serde_json::from_str(&outcome.stderr).unwrap();
        assert_eq!(error, printed, "{body}");
    }
    let outcome = refused("<Error><Message>m</Message><Code>C</Code></Error>", "json").ended(254);
    assert_eq!(outcome.stderr, "{\n    \"Message\": \"m\",\n    \"Code\": \"C\"\n}\n");
}

#[test]
fn a_reply_without_an_error_in_it_is_told_in_a_line_in_every_format() {
    for body in ["", "<Error><Type>Sender</Type></Error>", "<Errors><Code>A</Code></Errors>"] {
        refused(body, "json")
            .ended(254)
            .complains("An error occurred (Unknown) when calling the GetUser operation");
    }
}

#[test]
fn errors_of_odd_shapes_end_as_in_the_reference() {
    for (body, message) in [
        ("<Error/>", "'NoneType' object has no attribute 'get'"),
        ("<Error>text</Error>", "'str' object has no attribute 'get'"),
        ("<Errors/>", "'NoneType' object is not iterable"),
        ("<Errors>t</Errors>", "dictionary update sequence element #0 has length 1; 2 is required"),
        ("<Error><Code>A</Code><Code>B</Code></Error>", "unhashable type: 'dict'"),
        ("<Error><Code><x/></Code></Error>", "unhashable type: 'dict'"),
    ] {
        refused(body, "legacy").ended(255).complains(message);
    }
}

#[test]
fn a_page_behind_blanks_is_a_page_all_the_same() {
    for body in [" <html>", "  ", "\n<html><body>"] {
        answered(Reply::new(502, body), &["iam", "get-user"]).ended(254).complains("An error occurred (502)");
    }
}

#[test]
fn a_status_of_300_is_read_as_a_result_and_counts_as_none() {
    let result = "<GetUserResponse><GetUserResult/></GetUserResponse>";
    answered(Reply::new(300, result), &["iam", "get-user"]).ended(254).complains("(Unknown)");
    answered(Reply::new(300, "<a/>"), &["iam", "get-user"]).ended(255).complains("'GetUserResult'");
}

#[test]
fn a_waiter_waits_for_exactly_the_status_that_its_model_names() {
    let result = "<GetUserResponse><GetUserResult/></GetUserResponse>";
    let server = Server::start(vec![Reply::new(202, result), Reply::ok(result)]).unwrap();
    iamctl(&["iam", "wait", "user-exists", "--user-name", "u"]).endpoint(&server.url()).run().ok();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_document_that_places_a_page_asks_for_that_page_only() {
    let page = "<IsTruncated>true</IsTruncated><Marker>m</Marker><Users/>";
    for words in [["--cli-input-json", "{\"MaxItems\": 1}"], ["--cli-input-yaml", "Marker: a"]] {
        let server = Server::start(vec![Reply::result("ListUsers", page)]).unwrap();
        let line = [&["iam", "list-users"][..], &words].concat();
        let printed = iamctl(&line).endpoint(&server.url()).run().ok().json();
        assert_eq!(printed, json!({"Users": [], "IsTruncated": true, "Marker": "m"}));
        assert_eq!(server.requests().len(), 1, "{words:?}");
    }
}

#[test]
fn an_endpoint_that_is_given_beats_fips_and_dual_stack() {
    for name in ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"] {
        let server = Server::start(vec![Reply::result("GetUser", "")]).unwrap();
        iamctl(&["iam", "get-user"]).endpoint(&server.url()).env(name, "true").run().ok();
        assert_eq!(server.requests().len(), 1, "{name}");
    }
}

#[test]
fn an_older_name_of_a_region_is_signed_for_the_region() {
    let server = Server::start(vec![Reply::result("GetUser", "")]).unwrap();
    iamctl(&["iam", "get-user", "--region", "fips-us-west-2"]).endpoint(&server.url()).run().ok();
    assert_eq!(server.requests()[0].scope().as_deref(), Some("us-west-2/iam"));
}

#[test]
fn a_skeleton_is_printed_once_the_line_can_be_read_and_an_input_is_judged_after_the_made_up_reply() {
    let skeleton = |kind: &str, words: &[&str]| {
        let line = [&["iam", "create-user", "--generate-cli-skeleton", kind][..], words].concat();
        iamctl(&line).endpoint("http://127.0.0.1:9").run()
    };
    for kind in ["input", "yaml-input"] {
        skeleton(kind, &["--user-name", ""]).ok();
        skeleton(kind, &["--tags", "{"]).ended(252).complains("Invalid JSON");
        skeleton(kind, &["--cli-input-json", "["]).ended(252).complains("Invalid JSON received.");
        skeleton(kind, &["--user-name", "file://nope"]).ended(252).complains("Unable to load paramfile");
    }
    skeleton("output", &["--user-name", ""]).ended(252).complains("parameter User.UserId, value: 6");
}

#[test]
fn a_ca_bundle_that_is_set_to_nothing_is_refused() {
    let server = Server::start(vec![Reply::result("GetUser", "")]).unwrap();
    for name in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"] {
        let run = iamctl(&["iam", "get-user"]).endpoint(&server.url()).env(name, "");
        run.run().ended(255).complains("Invalid CA bundle");
    }
    let run =
        iamctl(&["iam", "get-user", "--no-verify-ssl"]).endpoint(&server.url()).env("AWS_CA_BUNDLE", "");
    run.run().ok();
}

#[test]
fn an_unknown_format_of_errors_is_told_with_errors_of_the_first_options() {
    let run = |words: &[&str]| iamctl(words).env("AWS_CLI_ERROR_FORMAT", "bogus").run();
    let told = "Invalid cli_error_format: 'bogus'. Using 'enhanced' format.\n\n";
    assert!(run(&["iam", "get-user", "--output", "bad"]).ended(252).stderr.starts_with(told));
    assert!(run(&["iam", "get-role"]).ended(252).stderr.starts_with('\n'));
}
