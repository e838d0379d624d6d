use super::*;
use crate::policy::{Document, DocumentKind, PolicyKind};

const OBJECT: &str = "arn:aws:s3:::bucket/key";
const ACCOUNT: &str = "arn:aws:iam::123456789012:root";
const USER: &str = "arn:aws:iam::123456789012:user/dev/alice";
const ROLE: &str = "arn:aws:iam::123456789012:role/app/reader";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/reader/one";
const FEDERATED: &str = "arn:aws:sts::123456789012:federated-user/bob";

const ALLOW: &str = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
const DENY: &str = r#"{"Statement": [{"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}"#;
const OTHER: &str = r#"{"Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}"#;

fn user() -> Principal {
    Principal::User { arn: USER.into() }
}

fn session() -> Principal {
    Principal::Session { role_arn: ROLE.into(), session_arn: SESSION.into() }
}

fn federated() -> Principal {
    Principal::FederatedUser { user_arn: USER.into(), session_arn: FEDERATED.into() }
}

fn identity(text: &str) -> Arc<Policy> {
    Arc::new(Policy::read("p", PolicyKind::User, text, DocumentKind::Identity))
}

fn resource(principal: &str) -> Arc<Policy> {
    let text = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {principal}}}}}"#
    );
    let policy = Policy::read("r", PolicyKind::Resource, &text, DocumentKind::Resource);
    assert!(policy.document.faults.is_empty(), "{:?}", policy.document.faults);
    Arc::new(policy)
}

fn aws(arn: &str) -> Arc<Policy> {
    resource(&format!(r#"{{"AWS": "{arn}"}}"#))
}

fn get(principal: Principal) -> Request {
    Request::new(principal, "s3:GetObject", OBJECT)
}

/// The decision in short: `allowed by identity policy`.
fn ask(policies: &PolicySet, request: &Request) -> String {
    let decision = evaluate(policies, request);
    format!("{} by {}", decision.outcome.as_str(), decision.layer.as_str())
}

#[test]
fn nothing_is_allowed_without_a_statement_and_the_root_user_needs_none() {
    let none = PolicySet::default();
    assert_eq!(ask(&none, &get(user())), "implicitDeny by identity policy");
    assert_eq!(ask(&none, &get(Principal::Root { arn: ACCOUNT.into() })), "allowed by identity policy");
    assert_eq!(ask(&none, &get(Principal::Anonymous)), "implicitDeny by resource policy");
    let limited = PolicySet { account_limit: Some(vec![]), ..PolicySet::default() };
    assert_eq!(ask(&limited, &get(Principal::Root { arn: ACCOUNT.into() })), "implicitDeny by account limit");
}

#[test]
fn a_deny_in_any_layer_wins_and_is_named() {
    let full = || PolicySet {
        account_limit: Some(vec![identity(ALLOW)]),
        boundary: Some(identity(ALLOW)),
        session: Some(vec![identity(ALLOW)]),
        identity: vec![identity(ALLOW)],
        resource: vec![aws(USER)],
    };
    assert_eq!(ask(&full(), &get(user())), "allowed by resource policy");
    let mut sets = [full(), full(), full(), full(), full()];
    sets[0].account_limit.as_mut().unwrap().push(identity(DENY));
    sets[1].boundary = Some(identity(DENY));
    sets[2].session.as_mut().unwrap().push(identity(DENY));
    sets[3].identity.push(identity(DENY));
    let text = DENY.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let denying = Policy::read("d", PolicyKind::Resource, &text, DocumentKind::Resource);
    sets[4].resource.push(Arc::new(denying));
    let names =
        ["account limit", "permissions boundary", "session policy", "identity policy", "resource policy"];
    for (policies, name) in sets.iter().zip(names) {
        assert_eq!(ask(policies, &get(user())), format!("explicitDeny by {name}"));
        let decision = evaluate(policies, &get(user()));
        let [decider] = decision.statements.as_slice() else { panic!("one denies: {decision:?}") };
        assert_eq!((decider.sid.as_deref(), decider.effect), (Some("No"), Effect::Deny));
        assert_eq!((decider.statement, decider.span.start.column), (0, 16));
    }
}

#[test]
fn limits_must_allow_and_never_grant() {
    let base = || PolicySet { identity: vec![identity(ALLOW)], ..PolicySet::default() };
    assert_eq!(ask(&base(), &get(user())), "allowed by identity policy");
    let with = |limit: &str| {
        [
            PolicySet { account_limit: Some(vec![identity(limit)]), ..base() },
            PolicySet { boundary: Some(identity(limit)), ..base() },
            PolicySet { session: Some(vec![identity(limit)]), ..base() },
        ]
    };
    for policies in with(ALLOW) {
        assert_eq!(ask(&policies, &get(user())), "allowed by identity policy");
        let without = PolicySet { identity: vec![], ..policies };
        assert_eq!(ask(&without, &get(user())), "implicitDeny by identity policy");
    }
    let answers: Vec<String> = with(OTHER).iter().map(|policies| ask(policies, &get(user()))).collect();
    assert_eq!(
        answers,
        [
            "implicitDeny by account limit",
            "implicitDeny by permissions boundary",
            "implicitDeny by session policy"
        ]
    );
    let policies = PolicySet { session: Some(vec![identity(OTHER), identity(ALLOW)]), ..base() };
    assert_eq!(ask(&policies, &get(user())), "allowed by identity policy");
}

#[test]
fn what_a_resource_policy_grants_depends_on_how_it_names_the_principal() {
    let alone = |policy| PolicySet { resource: vec![policy], ..PolicySet::default() };
    let granted = "allowed by resource policy";
    let left = "implicitDeny by identity policy";
    assert_eq!(ask(&alone(aws(USER)), &get(user())), granted);
    assert_eq!(ask(&alone(aws(ACCOUNT)), &get(user())), left);
    assert_eq!(ask(&alone(aws("123456789012")), &get(user())), left);
    assert_eq!(ask(&alone(resource("\"*\"")), &get(user())), granted);
    assert_eq!(ask(&alone(aws(SESSION)), &get(session())), granted);
    assert_eq!(ask(&alone(aws(ROLE)), &get(session())), granted);
    assert_eq!(ask(&alone(aws(ACCOUNT)), &get(session())), left);
    assert_eq!(ask(&alone(aws(USER)), &get(session())), left);
    assert_eq!(ask(&alone(resource("\"*\"")), &get(Principal::Anonymous)), granted);
    let service = || get(Principal::Service { name: "ec2.amazonaws.com".into() });
    assert_eq!(ask(&alone(resource(r#"{"Service": "ec2.amazonaws.com"}"#)), &service()), granted);
    assert_eq!(ask(&alone(aws(USER)), &service()), "implicitDeny by resource policy");
    let delegated = PolicySet { identity: vec![identity(ALLOW)], ..alone(aws(ACCOUNT)) };
    assert_eq!(ask(&delegated, &get(user())), "allowed by identity policy");
    assert_eq!(evaluate(&delegated, &get(user())).statements.len(), 2);
}

#[test]
fn naming_exactly_who_asks_goes_past_limits_but_naming_the_role_does_not() {
    let limits: [PolicySet; 2] = [
        PolicySet { boundary: Some(identity(OTHER)), ..PolicySet::default() },
        PolicySet { session: Some(vec![identity(OTHER)]), ..PolicySet::default() },
    ];
    let names = ["implicitDeny by permissions boundary", "implicitDeny by session policy"];
    for (limit, limited) in limits.iter().zip(names) {
        let with = |policy| PolicySet { resource: vec![policy], ..limit.clone() };
        assert_eq!(ask(&with(aws(USER)), &get(user())), "allowed by resource policy");
        assert_eq!(ask(&with(aws(SESSION)), &get(session())), "allowed by resource policy");
        assert_eq!(ask(&with(aws(ROLE)), &get(session())), limited);
        assert_eq!(ask(&with(resource("\"*\"")), &get(session())), limited);
        assert_eq!(ask(&with(resource("\"*\"")), &get(user())), limited);
    }
    let limit = PolicySet { account_limit: Some(vec![]), resource: vec![aws(USER)], ..PolicySet::default() };
    assert_eq!(ask(&limit, &get(user())), "implicitDeny by account limit");
}

#[test]
fn a_deny_with_not_principal_hits_everybody_with_a_boundary() {
    let text = format!(
        r#"{{"Statement": {{"Effect": "Deny", "Action": "s3:*", "Resource": "*",
            "NotPrincipal": {{"AWS": ["{ACCOUNT}", "{USER}"]}}}}}}"#
    );
    let policy = Arc::new(Policy::read("r", PolicyKind::Resource, &text, DocumentKind::Resource));
    let mut policies =
        PolicySet { identity: vec![identity(ALLOW)], resource: vec![policy], ..PolicySet::default() };
    assert_eq!(ask(&policies, &get(user())), "allowed by identity policy");
    policies.boundary = Some(identity(ALLOW));
    assert_eq!(ask(&policies, &get(user())), "explicitDeny by resource policy");
}

#[test]
fn across_accounts_both_sides_must_allow() {
    let mut request = get(user());
    request.resource_account = Some("210987654321".into());
    let sides = |own: &[&str], theirs: Vec<Arc<Policy>>| PolicySet {
        identity: own.iter().map(|text| identity(text)).collect(),
        resource: theirs,
        ..PolicySet::default()
    };
    assert_eq!(ask(&sides(&[ALLOW], vec![]), &request), "implicitDeny by resource policy");
    assert_eq!(ask(&sides(&[], vec![aws(USER)]), &request), "implicitDeny by identity policy");
    for naming in [USER, ACCOUNT, "123456789012", "*"] {
        assert_eq!(ask(&sides(&[ALLOW], vec![aws(naming)]), &request), "allowed by identity policy");
    }
    let bound = PolicySet { boundary: Some(identity(OTHER)), ..sides(&[ALLOW], vec![aws(USER)]) };
    assert_eq!(ask(&bound, &request), "implicitDeny by permissions boundary");
    request.principal = Principal::Root { arn: ACCOUNT.into() };
    assert_eq!(ask(&sides(&[], vec![]), &request), "implicitDeny by resource policy");
    assert_eq!(ask(&sides(&[], vec![aws(ACCOUNT)]), &request), "allowed by identity policy");
}

#[test]
fn a_federated_user_needs_a_session_policy() {
    let base = PolicySet { identity: vec![identity(ALLOW)], ..PolicySet::default() };
    assert_eq!(ask(&base, &get(federated())), "implicitDeny by session policy");
    let with = PolicySet { session: Some(vec![identity(ALLOW)]), ..base.clone() };
    assert_eq!(ask(&with, &get(federated())), "allowed by identity policy");
    let named = PolicySet { resource: vec![aws(FEDERATED)], ..base.clone() };
    assert_eq!(ask(&named, &get(federated())), "allowed by resource policy");
    let by_user = PolicySet { resource: vec![aws(USER)], ..base };
    assert_eq!(ask(&by_user, &get(federated())), "implicitDeny by session policy");
    let session = PolicySet { session: Some(vec![identity(ALLOW)]), ..PolicySet::default() };
    let of_root = Principal::FederatedUser { user_arn: ACCOUNT.into(), session_arn: FEDERATED.into() };
    assert_eq!(ask(&session, &get(of_root)), "allowed by identity policy");
    assert_eq!(ask(&session, &get(federated())), "implicitDeny by identity policy");
}

#[test]
fn a_trust_policy_is_always_required() {
    let trust = |principal: &str| {
        let text = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}}}}}"#
        );
        Arc::new(Policy::read("trust", PolicyKind::Resource, &text, DocumentKind::Trust))
    };
    let admin = identity(r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#);
    let request = |principal| Request::new(principal, "sts:AssumeRole", ROLE);
    let set = |own: Vec<Arc<Policy>>, trust| PolicySet {
        identity: own,
        resource: vec![trust],
        ..PolicySet::default()
    };
    let named = format!(r#"{{"AWS": "{USER}"}}"#);
    let account = format!(r#"{{"AWS": "{ACCOUNT}"}}"#);
    let other = r#"{"AWS": "210987654321"}"#;
    assert_eq!(
        ask(&set(vec![admin.clone()], trust(other)), &request(user())),
        "implicitDeny by resource policy"
    );
    assert_eq!(ask(&set(vec![], trust(&named)), &request(user())), "allowed by resource policy");
    assert_eq!(ask(&set(vec![], trust(&account)), &request(user())), "implicitDeny by identity policy");
    assert_eq!(
        ask(&set(vec![admin.clone()], trust(&account)), &request(user())),
        "allowed by identity policy"
    );
    assert_eq!(ask(&set(vec![], trust("\"*\"")), &request(user())), "allowed by resource policy");
    let root = Principal::Root { arn: ACCOUNT.into() };
    assert_eq!(ask(&set(vec![], trust(other)), &request(root)), "implicitDeny by resource policy");
    let chained = format!(r#"{{"AWS": "{ROLE}"}}"#);
    assert_eq!(ask(&set(vec![], trust(&chained)), &request(session())), "allowed by resource policy");
    let web = Principal::WebIdentity { provider: "accounts.google.com".into() };
    let federated = trust(r#"{"Federated": "accounts.google.com"}"#);
    assert_eq!(ask(&set(vec![], federated), &request(web)), "allowed by resource policy");
}

#[test]
fn actions_and_resources() {
    let with = |action: &str, resource: &str| {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", {action}, {resource}}}}}"#
        );
        let policies = PolicySet { identity: vec![identity(&text)], ..PolicySet::default() };
        let mut request = get(user());
        request.add_principal_keys();
        evaluate(&policies, &request).is_allowed()
    };
    let all = r#""Resource": "*""#;
    assert!(with(r#""Action": "S3:getobject""#, all));
    assert!(with(r#""Action": ["ec2:*", "s3:Get*"]"#, all));
    assert!(with(r#""Action": "*""#, all));
    assert!(!with(r#""Action": "s3:Put*""#, all));
    assert!(with(r#""NotAction": "s3:Put*""#, all));
    assert!(!with(r#""NotAction": ["ec2:*", "s3:*"]"#, all));
    let get = r#""Action": "s3:*""#;
    assert!(with(get, r#""Resource": "arn:aws:s3:::bucket/*""#));
    assert!(!with(get, r#""Resource": "arn:aws:s3:::bucket""#));
    assert!(with(get, r#""NotResource": "arn:aws:s3:::bucket""#));
    assert!(!with(get, r#""NotResource": ["arn:aws:s3:::other", "arn:aws:s3:::bucket/*"]"#));
    assert!(!with(get, r#""Resource": "arn:aws:s3:::${aws:username}/*""#));
    assert!(with(get, r#""NotResource": "arn:aws:s3:::${aws:username}/*""#));
    assert!(!with(get, r#""NotResource": "arn:aws:s3:::${aws:nobody}/*""#), "no grant by a missing variable");
}

#[test]
fn a_deny_with_a_missing_variable_in_not_resource_denies() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*",
        "NotResource": "arn:aws:s3:::${aws:nobody}/*"}}"#;
    let policies = PolicySet { identity: vec![identity(ALLOW), identity(text)], ..PolicySet::default() };
    assert_eq!(ask(&policies, &get(user())), "explicitDeny by identity policy");
}

#[test]
fn what_cannot_be_read_grants_nothing_and_still_denies() {
    let answer = |statement: &str| {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
        let policies = PolicySet { identity: vec![identity(ALLOW), identity(&text)], ..PolicySet::default() };
        let alone = PolicySet { identity: vec![identity(&text)], ..PolicySet::default() };
        (ask(&alone, &get(user())), evaluate(&policies, &get(user())).is_allowed())
    };
    let closed = |effect: &str| match effect {
        "Allow" => ("implicitDeny by identity policy".to_owned(), true),
        _ => ("explicitDeny by identity policy".to_owned(), false),
    };
    for rest in [
        r#""Action": "s3:*", "Resource": "*", "Condition": {"StringIs": {"aws:x": "y"}}"#,
        r#""Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:x": null}}"#,
        r#""Action": "s3:*", "Resource": "*", "Condition": {"Null": {"a:x": true}, "Null": {"a:x": false}}"#,
        r#""Action": "s3:*", "Resource": "*", "Condition": {"Null": {"a:x": false}}, "Condition": {}"#,
        r#""Action": "s3:*", "Resource": "*", "Condition": 1"#,
        r#""Action": "s3:*", "Resource": "bucket""#,
        r#""Action": "s3:*""#,
        r#""Action": "s3:*", "Resource": "arn:aws:s3:::x", "Resource": "arn:aws:s3:::bucket/*""#,
        r#""Action": "s3:*", "Resource": "arn:aws:s3:::x", "NotResource": "arn:aws:s3:::x""#,
        r#""Action": "GetObject", "Resource": "*""#,
        r#""Action": ["s3:*", 1], "Resource": "*""#,
        r#""Resource": "*""#,
        r#""Action": "ec2:*", "NotAction": "ec2:*", "Resource": "*""#,
        r#""Action": "ec2:*", "Action": "s3:*", "Resource": "*""#,
        r#""Action": "s3:*", "Resource": "*", "Principal": {"AWS": "210987654321"}"#,
        r#""Action": "s3:*", "Resource": "*", "Colour": "red""#,
    ] {
        for effect in ["Allow", "Deny"] {
            assert_eq!(
                answer(&format!(r#"{{"Effect": "{effect}", {rest}}}"#)),
                closed(effect),
                "{effect} {rest}"
            );
        }
    }
    for effect in [r#""Effect": "deny","#, "", r#""Effect": "Allow", "Effect": "Deny","#] {
        let statement = format!(r#"{{{effect} "Action": "s3:*", "Resource": "*"}}"#);
        assert_eq!(answer(&statement), closed("Deny"), "{effect}");
    }
    let statement = r#"{"Effect": "allow", "Action": "s3:*", "Resource": "*"}"#;
    assert_eq!(answer(statement), closed("Allow"));
    // A Deny about something else stays about something else, and a good statement is not lost by a bad one.
    let other = r#"{"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"X": {"a:b": "c"}}}"#;
    assert_eq!(answer(other), closed("Allow"));
    let good = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
    assert_eq!(answer(&format!("{other},{good}")).0, "allowed by identity policy");
}

#[test]
fn a_document_that_cannot_be_read_denies_everything() {
    for text in ["", "{", "[]", r#"{"Statement": "x"}"#] {
        let policies = PolicySet { identity: vec![identity(ALLOW), identity(text)], ..PolicySet::default() };
        assert_eq!(ask(&policies, &get(user())), "explicitDeny by identity policy", "{text}");
        assert_eq!(evaluate(&policies, &get(user())).statements.len(), 1);
    }
    let version = ALLOW.replace('{', r#"{"Version": "2020-01-01", "#).replacen(
        r#"{"Version": "2020-01-01", "Effect"#,
        r#"{"Effect"#,
        1,
    );
    let policies = PolicySet { identity: vec![identity(&version)], ..PolicySet::default() };
    assert_eq!(ask(&policies, &get(user())), "implicitDeny by identity policy", "{version}");
}

#[test]
fn broken_principals() {
    let answer = |effect: &str, principal: &str| {
        let text = format!(
            r#"{{"Statement": {{"Effect": "{effect}", "Action": "s3:*", "Resource": "*"{principal}}}}}"#
        );
        let policy = Policy::read("r", PolicyKind::Resource, &text, DocumentKind::Resource);
        let policies = PolicySet { resource: vec![Arc::new(policy)], ..PolicySet::default() };
        ask(&policies, &get(user()))
    };
    let twice = format!(r#", "Principal": {{"AWS": "210987654321", "AWS": "{USER}"}}"#);
    for principal in ["", r#", "Principal": {"AWS": "x"}"#, r#", "Principal": "x""#, twice.as_str()] {
        assert_eq!(answer("Allow", principal), "implicitDeny by identity policy", "{principal}");
        assert_eq!(answer("Deny", principal), "explicitDeny by resource policy", "{principal}");
    }
}

#[test]
fn layers_and_missing_keys_are_told() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "${aws:userid}", "aws:username": "alice"}}}}"#;
    let policies = PolicySet {
        boundary: Some(identity(ALLOW)),
        identity: vec![identity(text), identity(text)],
        resource: vec![aws(ACCOUNT)],
        ..PolicySet::default()
    };
    let mut request = get(user());
    request.add_principal_keys();
    let decision = evaluate(&policies, &request);
    assert_eq!(decision.missing_keys, ["aws:PrincipalOrgID", "aws:userid"]);
    let layers: Vec<_> = decision.layers.iter().map(|layer| (layer.layer, layer.outcome)).collect();
    assert_eq!(
        layers,
        [
            (Layer::Boundary, Outcome::Allowed),
            (Layer::Identity, Outcome::ImplicitDeny),
            (Layer::Resource, Outcome::Allowed)
        ]
    );
    assert!(decision.statements.is_empty());
    assert!(Document::read(text, DocumentKind::Identity).faults.is_empty());
    assert!(evaluate(&PolicySet::default(), &request).layers.is_empty());
}
