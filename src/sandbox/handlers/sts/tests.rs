//! Temporary keys, over the whole way.

use crate::sandbox::clock;
use crate::sandbox::handlers::signer::Signer;
use crate::sandbox::handlers::testing::Bench;
use crate::sandbox::totp;
use crate::value::Value;

const ARN: &str = "arn:aws:iam::123456789012:role/r";

/// A role that trusts under a condition, and alice, who may assume any.
fn bench(principal: &str, condition: &str) -> (Bench, Signer) {
    let bench = Bench::new();
    let alice = bench.user("alice", "/");
    let trust = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}},
            "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
            "Condition": {condition}}}}}"#
    );
    bench.role("r", "/", &trust);
    let any = r#"{"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": ["sts:*", "iam:*"], "Resource": "*"}}"#;
    bench.allow("user", "alice", "any", any);
    bench.allow("role", "r", "any", any);
    (bench, alice)
}

fn assume(more: &str) -> String {
    format!("RoleArn={ARN}&RoleSessionName=ses{more}")
}

/// A device of alice's with the seed `seed`.
fn device(bench: &Bench) -> &'static str {
    let sql = "INSERT INTO mfa_device (serial, name, path, virtual, seed, user, created, enabled) \
               VALUES ('arn:aws:iam::123456789012:mfa/d', 'd', '/', 1, x'73656564', 'alice', 0, 0)";
    bench.account.connection.execute(sql, []).unwrap();
    "arn:aws:iam::123456789012:mfa/d"
}

fn code(ahead: i64) -> String {
    totp::code(b"seed", totp::step(clock::now()) + ahead)
}

#[test]
fn the_trust_policy_is_always_needed() {
    let (bench, alice) = bench("arn:aws:iam::123456789012:user/bob", "{}");
    assert!(bench.refused(&alice, "AssumeRole", &assume("")).starts_with("403 AccessDenied"));
    let unknown = "RoleArn=arn:aws:iam::123456789012:role/none&RoleSessionName=ses";
    assert!(
        bench
            .refused(&alice, "AssumeRole", unknown)
            .ends_with("sts:AssumeRole on resource: arn:aws:iam::123456789012:role/none")
    );
    let wrong = "RoleArn=arn:aws:iam::123456789012:user/none&RoleSessionName=ses";
    assert!(bench.refused(&alice, "AssumeRole", wrong).starts_with("400 ValidationError"));
    assert_eq!(
        bench.refused(&bench.root_signer(), "AssumeRole", &assume("")),
        "403 AccessDenied: Roles may not be assumed by root accounts."
    );
}

#[test]
fn a_trust_policy_that_names_the_user_is_enough() {
    let (bench, _) = bench("arn:aws:iam::123456789012:user/bob", "{}");
    let bob = bench.user("bob", "/");
    bench.ok_as(&bob, "AssumeRole", &assume(""));
}

#[test]
fn an_external_id_has_to_be_the_right_one() {
    let (bench, alice) = bench("123456789012", r#"{"StringEquals": {"sts:ExternalId": "e-1"}}"#);
    assert!(bench.refused(&alice, "AssumeRole", &assume("")).starts_with("403"));
    assert!(bench.refused(&alice, "AssumeRole", &assume("&ExternalId=e-2")).starts_with("403"));
    bench.ok_as(&alice, "AssumeRole", &assume("&ExternalId=e-1"));
}

#[test]
fn a_role_that_wants_a_code_gets_it_once() {
    let (bench, alice) = bench("123456789012", r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#);
    let serial = device(&bench);
    let with = |code: &str| assume(&format!("&SerialNumber={serial}&TokenCode={code}"));
    assert!(bench.refused(&alice, "AssumeRole", &assume("")).starts_with("403"));
    let one = assume(&format!("&SerialNumber={serial}"));
    assert!(bench.refused(&alice, "AssumeRole", &one).contains("must provide both"));
    assert!(bench.refused(&alice, "AssumeRole", &with(&code(5))).contains("invalid MFA one time pass code"));
    let good = with(&code(0));
    bench.ok_as(&alice, "AssumeRole", &good);
    assert!(bench.refused(&alice, "AssumeRole", &good).contains("invalid MFA one time pass code"));
    let other = assume("&SerialNumber=arn:aws:iam::123456789012:mfa/none&TokenCode=123456");
    assert!(bench.refused(&alice, "AssumeRole", &other).contains("unable to validate MFA code"));
}

#[test]
fn keys_of_get_session_token_call_iam_only_after_a_code() {
    let (bench, alice) = bench("123456789012", r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#);
    let serial = device(&bench);
    let plain = Signer::of(&bench.ok_as(&alice, "GetSessionToken", ""));
    bench.ok_as(&plain, "GetCallerIdentity", "");
    assert!(bench.refused(&plain, "GetUser", "").starts_with("403 InvalidClientTokenId"));
    assert!(bench.refused(&plain, "AssumeRole", &assume("")).starts_with("403 AccessDenied"));
    for operation in ["GetSessionToken", "GetFederationToken"] {
        let refused = bench.refused(&plain, operation, "Name=fed");
        assert_eq!(refused, format!("403 AccessDenied: Cannot call {operation} with session credentials"));
    }
    let form = format!("SerialNumber={serial}&TokenCode={}", code(0));
    let with_code = Signer::of(&bench.ok_as(&alice, "GetSessionToken", &form));
    bench.ok_as(&with_code, "GetUser", "");
    bench.ok_as(&with_code, "AssumeRole", &assume(""));
    let no_token = Signer { token: None, ..with_code.clone() };
    assert!(bench.refused(&no_token, "GetUser", "").starts_with("403 InvalidClientTokenId"));
    let other_token = Signer { token: plain.token.clone(), ..with_code };
    assert!(bench.refused(&other_token, "GetUser", "").starts_with("403 InvalidClientTokenId"));
}

#[test]
fn a_deny_without_a_code_ends_with_a_code() {
    let (bench, alice) = bench("123456789012", "{}");
    let serial = device(&bench);
    let deny = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny",
        "NotAction": ["iam:GetUser", "sts:GetSessionToken"], "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}}"#;
    bench.allow("user", "alice", "deny", deny);
    bench.ok_as(&alice, "GetUser", "");
    assert!(bench.refused(&alice, "ListUsers", "").contains("explicit deny in an identity-based policy"));
    let form = format!("SerialNumber={serial}&TokenCode={}", code(0));
    let session = Signer::of(&bench.ok_as(&alice, "GetSessionToken", &form));
    bench.ok_as(&session, "ListUsers", "");
    let all = r#"{"Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "sts:GetSessionToken", "Resource": "*"}}"#;
    bench.allow("user", "alice", "deny", all);
    assert!(bench.refused(&alice, "GetSessionToken", "").contains("explicit deny"));
}

#[test]
fn contexts_of_other_services_are_not_passed_over() {
    let (bench, alice) = bench("123456789012", "{}");
    let form = assume("&ProvidedContexts.member.1.ContextAssertion=abcd");
    assert!(bench.refused(&alice, "AssumeRole", &form).starts_with("501 NotSupported"));
}

#[test]
fn a_session_ends() {
    let (bench, alice) = bench("123456789012", "{}");
    let session = Signer::of(&bench.ok_as(&alice, "AssumeRole", &assume("&DurationSeconds=900")));
    bench.ok_as(&session, "ListUsers", "");
    bench.account.connection.execute("UPDATE session SET expires = issued - 10", []).unwrap();
    assert_eq!(
        bench.refused(&session, "ListUsers", ""),
        "403 ExpiredToken: The security token included in the request is expired"
    );
}

#[test]
fn durations_have_limits() {
    let (bench, alice) = bench("123456789012", "{}");
    let most = assume("&DurationSeconds=7200");
    let session = Signer::of(&bench.ok_as(&alice, "AssumeRole", &most));
    assert!(
        bench.refused(&alice, "AssumeRole", &assume("&DurationSeconds=7201")).contains("MaxSessionDuration")
    );
    assert!(bench.refused(&session, "AssumeRole", &most).contains("role chaining"));
    bench.ok_as(&session, "AssumeRole", &assume("&DurationSeconds=3600"));
    assert!(
        bench
            .refused(&alice, "AssumeRole", &assume("&DurationSeconds=10"))
            .starts_with("400 ValidationError")
    );
}

#[test]
fn transitive_tags_and_the_source_identity_go_down_the_chain() {
    let (bench, alice) = bench("123456789012", "{}");
    let tags = "&Tags.member.1.Key=team&Tags.member.1.Value=red&Tags.member.2.Key=cost&Tags.member.2.Value=1\
                &TransitiveTagKeys.member.1=team&SourceIdentity=alice";
    let first = bench.ok_as(&alice, "AssumeRole", &assume(tags));
    assert_eq!(first["SourceIdentity"].as_str(), Some("alice"));
    assert!(
        matches!(first["PackedPolicySize"], Value::Int(1..)) || first["PackedPolicySize"].as_str().is_some()
    );
    let first = Signer::of(&first);
    let second = bench.ok_as(&first, "AssumeRole", &assume(""));
    assert_eq!(second["SourceIdentity"].as_str(), Some("alice"));
    let again = assume("&Tags.member.1.Key=TEAM&Tags.member.1.Value=blue");
    assert!(bench.refused(&first, "AssumeRole", &again).contains("cannot be set again"));
    let other = assume("&SourceIdentity=bob");
    assert!(bench.refused(&first, "AssumeRole", &other).contains("cannot be changed"));

    let second = Signer::of(&second);
    let by_tag = |key: &str, value: &str| {
        let condition = format!(r#"{{"StringEquals": {{"aws:{key}": "{value}"}}}}"#);
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "iam:ListUsers",
                "Resource": "*", "Condition": {condition}}}}}"#
        );
        bench.allow("role", "r", "any", &text);
    };
    by_tag("PrincipalTag/team", "red");
    bench.ok_as(&second, "ListUsers", "");
    by_tag("SourceIdentity", "alice");
    bench.ok_as(&second, "ListUsers", "");
    by_tag("PrincipalTag/cost", "1");
    bench.ok_as(&first, "ListUsers", "");
    assert!(bench.refused(&second, "ListUsers", "").starts_with("403"), "cost is not transitive");
}

#[test]
fn session_tags_need_a_permission_in_the_trust_policy() {
    let (bench, alice) = bench("123456789012", "{}");
    let trust = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}}"#;
    bench.account.connection.execute("UPDATE role SET trust = ?1", [trust]).unwrap();
    bench.ok_as(&alice, "AssumeRole", &assume(""));
    let tagged = assume("&Tags.member.1.Key=team&Tags.member.1.Value=red");
    assert!(bench.refused(&alice, "AssumeRole", &tagged).contains("to perform: sts:TagSession on resource"));
    let identity = assume("&SourceIdentity=alice");
    assert!(bench.refused(&alice, "AssumeRole", &identity).contains("sts:SetSourceIdentity"));
}

#[test]
fn session_policies_have_to_be_policies() {
    let (bench, alice) = bench("123456789012", "{}");
    let refused = bench.refused(&alice, "AssumeRole", &assume("&Policy=%7B%7D"));
    assert!(refused.starts_with("400 MalformedPolicyDocument"), "{refused}");
    let none = assume("&PolicyArns.member.1.arn=arn:aws:iam::123456789012:policy/none");
    assert!(bench.refused(&alice, "AssumeRole", &none).contains("does not exist"));
    let arn = bench.managed(
        "lists",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:List*", "Resource": "*"}}"#,
    );
    let form = assume(&format!("&PolicyArns.member.1.arn={arn}"));
    let session = Signer::of(&bench.ok_as(&alice, "AssumeRole", &form));
    bench.ok_as(&session, "ListUsers", "");
    assert!(bench.refused(&session, "GetUser", "UserName=alice").contains("no session policy allows"));
}

#[test]
fn a_federated_user_may_ask_who_it_is_and_no_more() {
    let (bench, alice) = bench("123456789012", "{}");
    let reply = bench.ok_as(&alice, "GetFederationToken", "Name=fed");
    let arn = reply["FederatedUser"].get("Arn").and_then(Value::as_str);
    assert_eq!(arn, Some("arn:aws:sts::123456789012:federated-user/fed"));
    let fed = Signer::of(&reply);
    let who = bench.ok_as(&fed, "GetCallerIdentity", "");
    assert_eq!(who["UserId"].as_str(), Some("123456789012:fed"));
    assert!(bench.refused(&fed, "ListUsers", "").starts_with("403 InvalidClientTokenId"));
    assert!(bench.refused(&fed, "AssumeRole", &assume("")).starts_with("403 AccessDenied"));
    let bob = bench.user("bob", "/");
    assert!(bench.refused(&bob, "GetFederationToken", "Name=fed").contains(":federated-user/fed because"));
}

#[test]
fn a_key_tells_its_account_and_no_message_is_decoded() {
    let (bench, alice) = bench("123456789012", "{}");
    let info = bench.ok_as(&alice, "GetAccessKeyInfo", &format!("AccessKeyId={}", alice.id));
    assert_eq!(info["Account"].as_str(), Some("123456789012"));
    assert!(bench.refused(&alice, "GetAccessKeyInfo", "AccessKeyId=AKIAUNKNOWNUNKNOWN01").starts_with("400"));
    let message = bench.refused(&alice, "DecodeAuthorizationMessage", "EncodedMessage=abc");
    assert!(
        message.starts_with("400 InvalidAuthorizationMessageException: Message is not valid"),
        "{message}"
    );
    let bob = bench.user("bob", "/");
    let message = bench.refused(&bob, "DecodeAuthorizationMessage", "EncodedMessage=abc");
    assert!(message.starts_with("403 AccessDenied"), "{message}");
    assert!(message.contains("not authorized to perform: sts:DecodeAuthorizationMessage"), "{message}");
    for operation in ["AssumeRoot", "GetDelegatedAccessToken", "GetWebIdentityToken"] {
        let refused = bench.refused(&alice, operation, "");
        assert!(refused.starts_with("501 NotSupported"), "{refused}");
    }
}

#[test]
fn the_last_use_is_noted_once_a_minute() {
    let (bench, alice) = bench("123456789012", "{}");
    let db = &bench.account.connection;
    let used = || -> (Option<i64>, Option<String>, Option<String>) {
        let sql = "SELECT last_used, last_service, last_region FROM access_key WHERE user = 'alice'";
        db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
    };
    let changes = || -> i64 { db.query_row("SELECT total_changes()", [], |row| row.get(0)).unwrap() };
    assert_eq!(used().0, None);
    bench.ok_as(&alice, "GetUser", "");
    let (at, service, region) = used();
    assert!(at.unwrap() >= clock::now() - 5);
    assert_eq!((service.as_deref(), region.as_deref()), (Some("iam"), Some("eu-central-1")));
    let before = changes();
    bench.ok_as(&alice, "GetUser", "");
    assert_eq!(changes(), before, "a second read within the minute writes nothing");
    let sql = "SELECT count(*) FROM access WHERE arn = 'arn:aws:iam::123456789012:user/alice' \
               AND service = 'iam' AND action = 'GetUser'";
    assert_eq!(db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    let session = Signer::of(&bench.ok_as(&alice, "AssumeRole", &assume("")));
    bench.ok_as(&session, "ListUsers", "");
    let role: Option<i64> = db.query_row("SELECT last_used FROM role", [], |row| row.get(0)).unwrap();
    assert!(role.is_some());
}
