//! What must hold for whatever policies and requests: tried with many of them, made from a fixed seed.

use super::*;
use crate::policy::{Document, DocumentKind, PolicyKind};

const ACCOUNT: &str = "123456789012";
const ROUNDS: usize = 4_000;

/// Numbers by a linear congruence (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.roll(from.len())]
    }
}

const CONDITIONS: &[&str] = &[
    "",
    "",
    "",
    r#", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "${aws:RequestTag/team}"}}"#,
    r#", "Condition": {"StringNotLike": {"aws:PrincipalTag/team": "r*"}}"#,
    r#", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}"#,
    r#", "Condition": {"ForAnyValue:StringLike": {"aws:TagKeys": "*"}}"#,
    r#", "Condition": {"NumericLessThan": {"aws:EpochTime": "many"}}"#,
    r#", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}"#,
    r#", "Condition": {"Null": {"aws:PrincipalTag/team": "true"}}"#,
    r#", "Condition": {"NoSuchOperator": {"aws:username": "alice"}}"#,
    r#", "Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#,
];

fn statement(dice: &mut Dice, kind: DocumentKind, effect: &str) -> String {
    let action =
        dice.pick(&[r#""Action": "s3:*""#, r#""Action": ["s3:Get*", "iam:*"]"#, r#""NotAction": "iam:*""#]);
    let action = if dice.roll(30) == 0 { r#""Action": 7"# } else { action };
    let resource = dice.pick(&[
        r#""Resource": "*""#,
        r#""Resource": "arn:aws:s3:::b/${aws:username}/*""#,
        r#""Resource": "arn:aws:s3:::b/*""#,
        r#""NotResource": "arn:aws:s3:::b/${aws:PrincipalTag/team}""#,
    ]);
    let condition = dice.pick(CONDITIONS);
    let principal = match kind {
        DocumentKind::Identity => "",
        _ => dice.pick(&[
            r#", "Principal": "*""#,
            r#", "Principal": {"AWS": "123456789012"}"#,
            r#", "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}"#,
            r#", "Principal": {"AWS": "arn:aws:iam::123456789012:role/r"}"#,
        ]),
    };
    format!(r#"{{"Effect": "{effect}", {action}, {resource}{condition}{principal}}}"#)
}

/// The statements of every layer; none where the layer is absent. The order is that of `LAYERS`.
type Texts = [Option<Vec<String>>; 5];

fn texts(dice: &mut Dice) -> Texts {
    std::array::from_fn(|layer| {
        let kind = if layer == 4 { DocumentKind::Resource } else { DocumentKind::Identity };
        let count = dice.roll(3) + 1;
        let mut one = || {
            let effect = if dice.roll(5) == 0 { "Deny" } else { "Allow" };
            statement(dice, kind, effect)
        };
        let statements = (0..count).map(|_| one()).collect();
        (layer == 3 || dice.roll(3) == 0).then_some(statements)
    })
}

fn policies(texts: &Texts) -> PolicySet {
    let policy = |layer: usize, kind: DocumentKind| {
        texts[layer].as_ref().map(|statements| {
            let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "));
            let document = Document::read(&text, kind);
            Arc::new(Policy { name: layer.to_string(), kind: PolicyKind::Input, document })
        })
    };
    let identity = DocumentKind::Identity;
    PolicySet {
        account_limit: policy(0, identity).map(|one| vec![one]),
        boundary: policy(1, identity),
        session: policy(2, identity).map(|one| vec![one]),
        identity: policy(3, identity).into_iter().collect(),
        resource: policy(4, DocumentKind::Resource).into_iter().collect(),
    }
}

fn request(dice: &mut Dice) -> Request {
    let user = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let principal = match dice.roll(5) {
        0 => Principal::Root { arn: format!("arn:aws:iam::{ACCOUNT}:root") },
        1 => Principal::Session {
            role_arn: format!("arn:aws:iam::{ACCOUNT}:role/r"),
            session_arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/r/s"),
        },
        2 => Principal::FederatedUser {
            user_arn: user,
            session_arn: format!("arn:aws:sts::{ACCOUNT}:federated-user/f"),
        },
        3 => Principal::Anonymous,
        _ => Principal::User { arn: user },
    };
    let action = dice.pick(&["s3:GetObject", "s3:PutObject", "iam:GetUser"]);
    let mut request =
        Request::new(principal, action, dice.pick(&["arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/red", "*"]));
    request.resource_account = Some(dice.pick(&[ACCOUNT, ACCOUNT, "210987654321"]).to_owned());
    for (key, values) in [
        ("aws:PrincipalTag/team", ["red", "*"]),
        ("aws:RequestTag/team", ["red", "blue"]),
        ("aws:MultiFactorAuthPresent", ["true", "false"]),
        ("aws:SourceIp", ["10.1.2.3", "::1"]),
    ] {
        if dice.roll(2) == 0 {
            request.context.set(key, dice.pick(&values));
        }
    }
    if dice.roll(2) == 0 {
        request.context.set_all("aws:TagKeys", vec!["team".into(), dice.pick(&["team", "x"]).into()]);
    }
    request.add_principal_keys();
    request
}

/// Changes the statements of one layer that is there, at random, and counts what was and is allowed.
fn never_opens(mut change: impl FnMut(&mut Dice, DocumentKind, &mut Vec<String>)) {
    let mut dice = Dice(42);
    let (mut allowed, mut closed) = (0, 0);
    for _ in 0..ROUNDS {
        let (mut texts, request) = (texts(&mut dice), request(&mut dice));
        let before = evaluate(&policies(&texts), &request);
        let layer = dice.roll(5);
        let kind = if layer == 4 { DocumentKind::Resource } else { DocumentKind::Identity };
        let Some(statements) = texts[layer].as_mut() else { continue };
        change(&mut dice, kind, statements);
        let after = evaluate(&policies(&texts), &request);
        assert!(before.is_allowed() || !after.is_allowed(), "{request:?} is allowed now by {texts:#?}");
        allowed += usize::from(before.is_allowed());
        closed += usize::from(before.is_allowed() && !after.is_allowed());
    }
    assert!(allowed > 100 && closed > 25, "{allowed} were allowed, {closed} were closed");
}

#[test]
fn a_deny_more_never_allows() {
    never_opens(|dice, kind, statements| {
        let place = dice.roll(statements.len() + 1);
        statements.insert(place, statement(dice, kind, "Deny"));
    });
}

#[test]
fn an_allow_less_never_allows() {
    never_opens(|dice, _, statements| {
        let place = dice.roll(statements.len());
        if statements[place].starts_with(r#"{"Effect": "Allow""#) {
            statements.remove(place);
        }
    });
}

#[test]
fn a_deny_of_everything_denies_everybody() {
    let mut dice = Dice(7);
    for _ in 0..ROUNDS {
        let (mut texts, request) = (texts(&mut dice), request(&mut dice));
        let layer = dice.roll(4);
        let Some(statements) = texts[layer].as_mut() else { continue };
        statements.push(r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#.to_owned());
        let decision = evaluate(&policies(&texts), &request);
        assert_eq!(decision.outcome, Outcome::ExplicitDeny, "{request:?} {texts:#?}");
    }
}

#[test]
fn what_a_user_can_choose_is_never_a_wildcard() {
    // A tag, a session's name or an external id of stars is a row of stars.
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::b/${aws:PrincipalTag/team}/*", "arn:aws:s3:::b/${aws:userid}/*"],
        "Condition": {"StringLike": {"sts:ExternalId": "${aws:PrincipalTag/team}"}}}}"#;
    let document = Document::read(text, DocumentKind::Identity);
    let own = Policy { name: "p".into(), kind: PolicyKind::User, document };
    let policies = PolicySet { identity: vec![Arc::new(own)], ..PolicySet::default() };
    let ask = |tag: &str, id: &str, resource: &str, external: &str| {
        let user = Principal::User { arn: format!("arn:aws:iam::{ACCOUNT}:user/alice") };
        let mut request = Request::new(user, "s3:GetObject", resource);
        request.context.set("aws:PrincipalTag/team", tag);
        request.context.set("aws:userid", id);
        request.context.set("sts:ExternalId", external);
        evaluate(&policies, &request).is_allowed()
    };
    assert!(ask("red", "AROA:s", "arn:aws:s3:::b/red/x", "red"));
    for sign in ["*", "?", "re?", "${*}", "${aws:userid}", "r*"] {
        assert!(!ask(sign, sign, "arn:aws:s3:::b/red/x", "red"), "{sign}");
        assert!(!ask(sign, sign, "arn:aws:s3:::b/red/x", sign), "{sign}");
        assert!(ask(sign, "-", &format!("arn:aws:s3:::b/{sign}/x"), sign), "{sign}");
    }
}
