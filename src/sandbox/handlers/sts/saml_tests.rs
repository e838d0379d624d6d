//! Responses of identity providers, and the sessions that they give.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iamctl_testkit::saml::{ATTRIBUTES, Claims, Hash, Idp};

use crate::sandbox::clock;
use crate::sandbox::handlers::signer::{Signer, said};
use crate::sandbox::handlers::testing::{Bench, encoded};
use crate::value::Value;

const ISSUER: &str = "https://idp.example.com/saml";
const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/Corp";
const ROLE: &str = "arn:aws:iam::123456789012:role/saml";

/// An account in which a role trusts a provider under a condition.
struct World {
    bench: Bench,
    idp: Idp,
}

impl World {
    fn new(idp: Idp, condition: &str) -> World {
        let bench = Bench::new();
        let form = format!("Name=Corp&SAMLMetadataDocument={}", encoded(&idp.metadata()));
        bench.ok("CreateSAMLProvider", &form);
        let actions = r#"["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"]"#;
        bench.role("saml", "/", &trust(actions, condition));
        World { bench, idp }
    }

    fn plain() -> World {
        World::new(Idp::rsa(ISSUER).unwrap(), "{}")
    }

    fn claims(&self) -> Claims {
        Claims::new(clock::now(), ROLE, PROVIDER)
    }

    /// What comes of a response in base64, by a request that nobody has signed.
    fn call(&self, response: &str, more: &str) -> String {
        let form =
            format!("RoleArn={ROLE}&PrincipalArn={PROVIDER}&SAMLAssertion={}{more}", encoded(response));
        self.send(&form)
    }

    fn send(&self, form: &str) -> String {
        let mut received = self.bench.root_signer().request("AssumeRoleWithSAML", form);
        received.request.headers_mut().clear();
        let reply = self.bench.account.answer(&received);
        if reply.status == 200 { String::from_utf8(reply.body.to_vec()).unwrap() } else { said(&reply) }
    }

    fn of(&self, claims: &Claims) -> String {
        self.call(&self.idp.response(claims).unwrap(), "")
    }

    fn xml(&self, xml: &str) -> String {
        self.call(&STANDARD.encode(xml), "")
    }

    #[track_caller]
    fn gives(&self, claims: &Claims) -> String {
        let reply = self.of(claims);
        assert!(reply.contains("<AccessKeyId>"), "{reply}");
        reply
    }

    /// A response whose assertion is signed, as text.
    fn signed(&self) -> String {
        let response = self.idp.response(&self.claims()).unwrap();
        String::from_utf8(STANDARD.decode(response).unwrap()).unwrap()
    }
}

fn trust(actions: &str, condition: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"Federated": "{PROVIDER}"}},
            "Action": {actions}, "Condition": {condition}}}}}"#
    )
}

fn part<'x>(body: &'x str, name: &str) -> &'x str {
    let rest = body.split(&format!("<{name}>")).nth(1).unwrap_or_else(|| panic!("no {name} in {body}"));
    rest.split('<').next().unwrap()
}

fn session(body: &str) -> Signer {
    let mut signer = Signer::new(part(body, "AccessKeyId"), part(body, "SecretAccessKey"));
    signer.token = Some(part(body, "SessionToken").to_owned());
    signer
}

#[test]
fn an_assertion_gives_a_role_and_every_member_of_the_reply() {
    let world = World::plain();
    let claims = world.claims().with("SourceIdentity", &["alice@corp"]);
    let reply = world.gives(&claims);
    assert_eq!(part(&reply, "Subject"), "alice-7");
    assert_eq!(part(&reply, "SubjectType"), "persistent");
    assert_eq!(part(&reply, "Issuer"), ISSUER);
    assert_eq!(part(&reply, "Audience"), "https://signin.aws.amazon.com/saml");
    assert_eq!(part(&reply, "SourceIdentity"), "alice@corp");
    // printf 'https://idp.example.com/saml123456789012/Corp' | openssl sha1 -binary | base64
    assert_eq!(part(&reply, "NameQualifier"), "F4n4tHfsTNbdJ8Yl1OzB++/YKYg=");
    assert_eq!(part(&reply, "Arn"), "arn:aws:sts::123456789012:assumed-role/saml/alice");
    let who = world.bench.ok_as(&session(&reply), "GetCallerIdentity", "");
    assert_eq!(who["Arn"].as_str(), Some("arn:aws:sts::123456789012:assumed-role/saml/alice"));
    assert_eq!(who["UserId"].as_str(), Some(part(&reply, "AssumedRoleId")));

    let email = Claims { format: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress".into(), ..claims };
    assert_eq!(part(&world.gives(&email), "SubjectType"), email.format);
}

#[test]
fn all_methods_of_digests_and_signatures_count() {
    let check = |world: &World, hash: Hash| {
        let claims = world.claims();
        let assertion = world.idp.assertion(&claims);
        let signed = world.idp.sign(&assertion, "_assertion", hash).unwrap();
        let reply = world.xml(&world.idp.envelope(&claims, &signed));
        assert!(reply.contains("<AccessKeyId>"), "{hash:?}: {reply}");
        // The response instead, and both.
        for inner in [assertion, signed] {
            let response = world.idp.envelope(&claims, &inner);
            let reply = world.xml(&world.idp.sign(&response, "_response", hash).unwrap());
            assert!(reply.contains("<AccessKeyId>"), "{hash:?}: {reply}");
        }
    };
    let world = World::plain();
    [Hash::Sha256, Hash::Sha384, Hash::Sha512].into_iter().for_each(|hash| check(&world, hash));
    for hash in [Hash::Sha256, Hash::Sha384] {
        check(&World::new(Idp::ecdsa(ISSUER, hash).unwrap(), "{}"), hash);
    }
}

#[test]
fn how_a_document_is_written_does_not_matter() {
    let world = World::plain();
    let signed = world.signed();
    let other = signed
        .replace("></saml:SubjectConfirmationData>", " />")
        .replace("ID=\"_assertion\" IssueInstant", "\n  ID = '&#95;assertion'\tIssueInstant")
        .replace("<saml:Audience>", "<saml:Audience ><![CDATA[]]>")
        .replace("<saml:Subject>", "<!-- c --><saml:Subject>");
    assert!(other.matches(" />").count() == 1 && other.contains("<!--"));
    let other = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- c -->{other}\r\n");
    let reply = world.xml(&other);
    assert!(reply.contains("<AccessKeyId>"), "{reply}");
    let lines = STANDARD
        .encode(&signed)
        .as_bytes()
        .chunks(76)
        .fold(String::new(), |all, line| all + std::str::from_utf8(line).unwrap() + "\r\n");
    assert!(world.call(&lines, "").contains("<AccessKeyId>"));
}

#[test]
fn an_assertion_can_be_used_again_in_its_five_minutes() {
    let world = World::plain();
    let response = world.idp.response(&world.claims()).unwrap();
    let keys: Vec<_> = (0..2).map(|_| part(&world.call(&response, ""), "AccessKeyId").to_owned()).collect();
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn trust_policies_ask_for_what_the_assertion_says() {
    let condition = r#"{
        "StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml", "saml:iss": "https://idp.example.com/saml",
            "saml:sub": "alice-7", "saml:sub_type": "persistent", "saml:doc": "123456789012/Corp",
            "saml:namequalifier": "F4n4tHfsTNbdJ8Yl1OzB++/YKYg=", "sts:RoleSessionName": "alice",
            "aws:FederatedProvider": "arn:aws:iam::123456789012:saml-provider/Corp", "saml:mail": "a@b",
            "aws:RequestTag/team": "red", "sts:SourceIdentity": "me"},
        "ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "staff", "aws:TagKeys": "team"}}"#;
    let world = World::new(Idp::rsa(ISSUER).unwrap(), condition);
    let mut claims = world.claims().with("PrincipalTag:team", &["red"]).with("SourceIdentity", &["me"]);
    claims.attributes.push(("urn:oid:1.3.6.1.4.1.5923.1.1.1.1".into(), vec!["x".into(), "staff".into()]));
    claims.attributes.push((
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress".into(),
        vec!["a@b".into()],
    ));
    world.gives(&claims);
    let denied = "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML";
    let other = Claims { subject: "bob".into(), ..claims.clone() };
    assert_eq!(world.of(&other), denied);
    let mut without = claims.clone();
    without.attributes.retain(|(name, _)| !name.starts_with("urn:oid:"));
    assert_eq!(world.of(&without), denied);
}

#[test]
fn tags_and_source_identities_need_permissions_of_their_own() {
    let world = World::plain();
    let denied = "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML";
    let tagged = world.claims().with("PrincipalTag:team", &["red"]);
    let named = world.claims().with("SourceIdentity", &["me"]);
    for (action, left_out) in [("sts:TagSession", &named), ("sts:SetSourceIdentity", &tagged)] {
        let actions = format!(r#"["sts:AssumeRoleWithSAML", "{action}"]"#);
        let form = format!("RoleName=saml&PolicyDocument={}", encoded(&trust(&actions, "{}")));
        world.bench.ok("UpdateAssumeRolePolicy", &form);
        assert_eq!(world.of(left_out), denied, "{action}");
    }
    let form = format!(
        "RoleName=saml&PolicyDocument={}",
        encoded(&trust(r#""sts:AssumeRoleWithWebIdentity""#, "{}"))
    );
    world.bench.ok("UpdateAssumeRolePolicy", &form);
    assert_eq!(world.of(&world.claims()), denied);
    let elsewhere = trust(r#""sts:AssumeRoleWithSAML""#, "{}").replace("Corp", "Other");
    let form = format!("RoleName=saml&PolicyDocument={}", encoded(&elsewhere));
    world.bench.ok("UpdateAssumeRolePolicy", &form);
    assert_eq!(world.of(&world.claims()), denied);
}

#[test]
fn a_session_keeps_its_tags_and_three_keys() {
    let world = World::plain();
    let claims = world
        .claims()
        .with("PrincipalTag:team", &["red"])
        .with("PrincipalTag:cost", &["5"])
        .with("TransitiveTagKeys", &["team"]);
    let alice = session(&world.gives(&claims));
    let allow = |condition: &str| {
        let policy = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
                "Action": ["iam:ListUsers", "sts:AssumeRole", "sts:TagSession"],
                "Resource": "*", "Condition": {{"StringEquals": {condition}}}}}}}"#
        );
        world.bench.allow("role", "saml", "p", &policy);
    };
    allow(
        r#"{"aws:PrincipalTag/team": "red", "aws:PrincipalTag/cost": "5", "saml:sub": "alice-7",
            "saml:sub_type": "persistent", "saml:namequalifier": "F4n4tHfsTNbdJ8Yl1OzB++/YKYg=",
            "aws:FederatedProvider": "arn:aws:iam::123456789012:saml-provider/Corp"}"#,
    );
    let list = world.bench.ok_as(&alice, "ListUsers", "");
    assert_eq!(list["Users"].as_list().map(<[Value]>::len), Some(0));

    // What is transitive goes on to the next role.
    let next = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/saml"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}}"#;
    world.bench.role("next", "/", next);
    let inherited = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListUsers",
        "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"},
        "Null": {"aws:PrincipalTag/cost": "true"}}}}"#;
    world.bench.allow("role", "next", "p", inherited);
    let form = "RoleArn=arn:aws:iam::123456789012:role/next&RoleSessionName=ses";
    let chained = Signer::of(&world.bench.ok_as(&alice, "AssumeRole", form));
    world.bench.ok_as(&chained, "ListUsers", "");

    // The rest is for trust policies alone.
    allow(r#"{"saml:iss": "https://idp.example.com/saml"}"#);
    assert!(world.bench.refused(&alice, "ListUsers", "").starts_with("403 AccessDenied"));
}

#[test]
fn a_session_ends_at_the_earliest_end() {
    let world = World::plain();
    let lasts = |claims: &Claims, more: &str| {
        let reply = world.call(&world.idp.response(claims).unwrap(), more);
        let ends = aws_smithy_types::DateTime::from_str(
            part(&reply, "Expiration"),
            aws_smithy_types::date_time::Format::DateTime,
        );
        ends.unwrap().secs() - claims.issued
    };
    let near = |seconds: i64, expected: i64| assert!((seconds - expected).abs() < 60, "{seconds} {expected}");
    let claims = world.claims();
    near(lasts(&claims, ""), 3600);
    near(lasts(&claims, "&DurationSeconds=7200"), 7200);
    let short = claims.clone().with("SessionDuration", &["900"]);
    near(lasts(&short, "&DurationSeconds=7200"), 900);
    near(lasts(&claims.clone().with("SessionDuration", &["43200"]), ""), 3600);
    let ends = Claims { session_ends: Some(claims.issued + 600), ..short };
    assert_eq!(lasts(&ends, ""), 600);
    let over = Claims { session_ends: Some(claims.issued), ..claims.clone() };
    assert!(world.of(&over).starts_with("400 ExpiredTokenException"));
    for wrong in ["899", "43201", "x", ""] {
        let claims = claims.clone().with("SessionDuration", &[wrong]);
        assert!(world.of(&claims).starts_with("400 InvalidIdentityToken: SessionDuration"), "{wrong}");
    }
    assert_eq!(
        world.call(&world.idp.response(&claims).unwrap(), "&DurationSeconds=7201"),
        "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    );
}

#[test]
fn session_policies_bound_a_session() {
    let world = World::plain();
    let response = world.idp.response(&world.claims()).unwrap();
    let policy =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}}"#;
    let reply = world.call(&response, &format!("&Policy={}", encoded(policy)));
    assert!(part(&reply, "PackedPolicySize").parse::<u8>().unwrap() > 0);
    world.bench.allow("role", "saml", "all", crate::sandbox::handlers::testing::ALLOW_ALL);
    world.bench.ok_as(&session(&reply), "ListRoles", "");
    assert!(world.bench.refused(&session(&reply), "ListUsers", "").starts_with("403 AccessDenied"));
    assert!(world.call(&response, "&Policy=x").starts_with("400 MalformedPolicyDocument"));
    let values: Vec<String> =
        (0..50_u8).map(|n| (0..7).map(|k| format!("{:x}", md5_of(n, k))).collect()).collect();
    let tagged = values
        .iter()
        .enumerate()
        .fold(world.claims(), |claims, (n, value)| claims.with(&format!("PrincipalTag:k{n}"), &[value]));
    assert!(world.of(&tagged).starts_with("400 PackedPolicyTooLarge"), "{}", world.of(&tagged));
}

/// A number that does not pack.
fn md5_of(n: u8, k: u8) -> u128 {
    use md5::Digest as _;
    u128::from_be_bytes(md5::Md5::digest([n, k]).into())
}

#[test]
fn comments_and_other_sections_do_not_cut_values() {
    let world = World::plain();
    // Whoever is `alice-7.evil` to the provider does not become alice by a comment.
    let cut = Claims { subject: "alice-7.evil".into(), ..world.claims() };
    let signed = world.idp.response(&cut).unwrap();
    let signed = String::from_utf8(STANDARD.decode(signed).unwrap()).unwrap();
    let reply = world.xml(&signed.replace("alice-7.evil", "alice-7<!-- -->.evil"));
    assert_eq!(part(&reply, "Subject"), "alice-7.evil");
    let role = format!("{ROLE},{PROVIDER}");
    let longer = world.claims().with("Role", &[&format!("{role}-2")]);
    let signed = world.idp.response(&longer).unwrap();
    let signed = String::from_utf8(STANDARD.decode(signed).unwrap()).unwrap();
    let reply = world.xml(&signed.replace(&format!("{role}-2"), &format!("{role}<!-- -->-2")));
    assert!(reply.starts_with("403 AccessDenied"), "{reply}");
}

#[path = "saml_attacks.rs"]
mod attacks;
#[path = "saml_refusals.rs"]
mod refusals;
