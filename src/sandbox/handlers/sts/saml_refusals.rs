//! Responses that are signed as they should be, and say what AWS does not take.

use super::*;

#[test]
fn recipients_and_audiences_are_those_of_the_sign_in() {
    let world = World::plain();
    let shown = world.bench.ok("GetSAMLProvider", &format!("SAMLProviderArn={PROVIDER}"));
    let id = part(&shown, "SAMLProviderUUID");
    for good in [
        "https://signin.aws.amazon.com/saml".to_owned(),
        "https://eu-central-1.signin.aws.amazon.com/saml".to_owned(),
        format!("https://eu-central-1.signin.aws.amazon.com/saml/acs/{id}"),
    ] {
        let reply =
            world.gives(&Claims { recipient: good.clone(), audience: good.clone(), ..world.claims() });
        assert_eq!(part(&reply, "Audience"), good);
    }
    for audience in ["urn:amazon:webservices", "https://signin.aws.amazon.com/saml#2"] {
        world.gives(&Claims { audience: audience.into(), ..world.claims() });
    }
    for wrong in [
        "http://signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/saml/",
        "https://signin.aws.amazon.com.evil.example/saml",
        "https://evil.example/signin.aws.amazon.com/saml",
        "https://evilsignin.aws.amazon.com/saml",
        "https://a.evil-1.signin.aws.amazon.com/saml",
        "https://.signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/saml/acs/SAMLPOTHER",
        "",
    ] {
        let claims = Claims { recipient: wrong.into(), ..world.claims() };
        assert!(world.of(&claims).contains("is not the sign-in of AWS"), "{wrong}");
        let claims = Claims { audience: wrong.into(), ..world.claims() };
        assert_eq!(
            world.of(&claims),
            "400 InvalidIdentityToken: Response does not contain the required audience.",
            "{wrong}"
        );
    }
}

#[test]
fn times_are_kept() {
    let world = World::plain();
    let now = clock::now();
    let of = |claims: Claims| world.of(&claims);
    let old = Claims { issued: now - 305, until: now + 600, confirmed: now + 600, ..world.claims() };
    assert_eq!(of(old), "400 ExpiredTokenException: Token must be redeemed within 5 minutes of issuance");
    let nearly = Claims { issued: now - 240, ..world.claims() };
    world.gives(&nearly);
    // Conditions begin when the assertion was issued.
    let ahead = Claims { issued: now + 240, until: now + 600, ..world.claims() };
    world.gives(&ahead);
    let future = Claims { issued: now + 400, until: now + 600, ..world.claims() };
    assert!(of(future).ends_with("the assertion was issued in the future."));
    let over = Claims { until: now - 1, ..world.claims() };
    assert!(
        of(over).starts_with("400 ExpiredTokenException: Token expired: the time of the assertion's Cond")
    );
    let over = Claims { confirmed: now - 1, ..world.claims() };
    assert!(of(over).starts_with("400 ExpiredTokenException: Token expired: the time of its SubjectConf"));
}

#[test]
fn attributes_have_to_be_as_aws_has_them() {
    let world = World::plain();
    let claims = world.claims();
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.attributes.retain(|(known, _)| known != &format!("{ATTRIBUTES}{name}"));
        claims
    };
    let of = |name: &str, values: &[&str]| world.of(&claims.clone().with(name, values));
    assert_eq!(
        world.of(&without("RoleSessionName")),
        "400 InvalidIdentityToken: RoleSessionName is required in AuthnResponse"
    );
    for wrong in ["a", "a b", "", &"x".repeat(65), "é-é"] {
        assert_eq!(
            of("RoleSessionName", &[wrong]),
            "400 InvalidIdentityToken: RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
        );
        assert!(of("SourceIdentity", &[wrong]).contains("Source Identity must match"), "{wrong}");
    }
    assert!(of("RoleSessionName", &["one", "two"]).contains("RoleSessionName in AuthnResponse must match"));
    assert!(world.of(&without("Role")).contains("InvalidIdentityToken: The assertion has no attribute"));
    world.gives(&claims.clone().with("Role", &["x,y", &format!(" {PROVIDER} , {ROLE}\n")]));
    for wrong in [ROLE, &format!("{ROLE},{PROVIDER}x"), &format!("{ROLE}x,{PROVIDER}"), "x"] {
        assert!(of("Role", &[wrong]).starts_with("403 AccessDenied: Not authorized to perform"), "{wrong}");
    }
    assert!(of("PrincipalTag:a", &["1", "2"]).contains("needs exactly one value"));
    assert!(of("PrincipalTag:aws:a", &["1"]).starts_with("400 ValidationError"));
    assert!(of("TransitiveTagKeys", &["no"]).contains("The transitive tag key no is not"));
}

#[test]
fn the_provider_has_to_be_the_one() {
    let world = World::plain();
    let response = encoded(&world.idp.response(&world.claims()).unwrap());
    let form = |role: &str, provider: &str| {
        format!("RoleArn={role}&PrincipalArn={provider}&SAMLAssertion={response}")
    };
    let unknown = "arn:aws:iam::123456789012:saml-provider/None";
    assert_eq!(
        world.send(&form(ROLE, unknown)),
        "400 InvalidIdentityToken: Specified provider doesn't exist"
    );
    assert!(world.send(&form(ROLE, ROLE)).starts_with("400 ValidationError"));
    // Another provider has another issuer, and where it takes this one's name, another key.
    for (name, issuer, error) in [
        ("Other", "https://other.example.com", "Issuer not present in specified provider"),
        ("Same", ISSUER, "Response signature invalid: it is of no key in the metadata of the provider."),
    ] {
        let other = Idp::ecdsa(issuer, Hash::Sha256).unwrap();
        let create = format!("Name={name}&SAMLMetadataDocument={}", encoded(&other.metadata()));
        world.bench.ok("CreateSAMLProvider", &create);
        let arn = format!("arn:aws:iam::123456789012:saml-provider/{name}");
        assert_eq!(world.send(&form(ROLE, &arn)), format!("400 InvalidIdentityToken: {error}"));
    }
    // Named by the assertion, but not there.
    let gone = "arn:aws:iam::123456789012:role/gone";
    let claims = world.claims().with("Role", &[&format!("{gone},{PROVIDER}")]);
    let response = encoded(&world.idp.response(&claims).unwrap());
    assert_eq!(
        world.send(&format!("RoleArn={gone}&PrincipalArn={PROVIDER}&SAMLAssertion={response}")),
        "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML"
    );
    world
        .bench
        .account
        .connection
        .execute("UPDATE saml_provider SET valid_until = 1 WHERE name = 'Corp'", [])
        .unwrap();
    assert!(world.of(&world.claims()).contains("The metadata of Corp are no longer valid"));
}

#[test]
fn a_refusal_of_the_provider_and_encrypted_assertions_are_told() {
    let world = World::plain();
    let refused = Claims { status: "Responder".into(), ..world.claims() };
    assert!(world.of(&refused).starts_with("403 IDPRejectedClaim: "), "{}", world.of(&refused));
    let encrypted = r#"<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>"#;
    let reply = world.xml(&world.idp.envelope(&world.claims(), encrypted));
    assert!(reply.starts_with("501 NotSupported: Encrypted assertions are not supported"), "{reply}");
    let sql = "UPDATE saml_provider SET encryption_mode = 'Required'";
    world.bench.account.connection.execute(sql, []).unwrap();
    assert!(world.of(&world.claims()).starts_with("501 NotSupported: Corp requires encrypted assertions"));
}

#[test]
fn what_cannot_be_read_is_not_taken() {
    let world = World::plain();
    assert_eq!(world.call("????", ""), "400 InvalidIdentityToken: Invalid base64 SAMLResponse");
    let signed = world.signed();
    let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
    for (xml, why) in [
        ("no xml".to_owned(), "cannot be read as XML"),
        ("<a/>".to_owned(), "its root is no Response"),
        (format!("<!DOCTYPE r>{signed}"), "DTD"),
        (format!("<!DOCTYPE r [<!ENTITY a 'alice-7'>]>{}", signed.replace("alice-7", "&a;")), "DTD"),
        (signed.replace("</samlp:Response>", &format!("{deep}</samlp:Response>")), "nested more than"),
        (
            signed.replace("</samlp:Response>", &format!("{}</samlp:Response>", "<a/>".repeat(10_000))),
            "nodes limit",
        ),
        (signed.replace("<samlp:Response ", "<samlp:Response xmlns='urn:a' xmlns='urn:b' "), "two default"),
        (signed.replace("samlp:Status>", "samlp:Other>"), "no Status"),
    ] {
        let reply = world.xml(&xml);
        assert!(reply.starts_with("400 InvalidIdentityToken: Invalid SAMLResponse"), "{reply}");
        assert!(reply.contains(why), "{why}: {reply}");
    }
    let long = STANDARD.encode(format!("<a>{}</a>", "x".repeat(100_000)));
    assert!(world.call(&long, "").starts_with("400 ValidationError"));
    assert!(world.call(&STANDARD.encode(b"\xff\xfe<\0a\0"), "").contains("it is not UTF-8"));
}

#[test]
fn a_subject_has_to_be_named_and_confirmed_once() {
    let world = World::plain();
    let claims = world.claims();
    let changed = |from: &str, to: &str| {
        let assertion = world.idp.assertion(&claims);
        let other = assertion.replace(from, to);
        assert_ne!(assertion, other);
        let signed = world.idp.sign(&other, "_assertion", Hash::Sha256).unwrap();
        world.xml(&world.idp.envelope(&claims, &signed))
    };
    let no_name =
        "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML: the assertion has no Subject";
    assert!(changed("NameID", "Other").starts_with(no_name));
    assert!(changed("alice-7", " ").starts_with(no_name));
    assert!(changed("cm:bearer", "cm:sender-vouches").contains("of the method bearer"));
    let twice = "</saml:SubjectConfirmation><saml:SubjectConfirmation></saml:SubjectConfirmation>";
    assert!(changed("</saml:SubjectConfirmation>", twice).contains("exactly one SubjectConfirmation"));
    assert!(changed("saml:Conditions", "saml:Other").contains("required audience"));
    assert!(changed(" Version=\"2.0\"", " Version=\"1.1\"").contains("version"));
    assert!(changed("IssueInstant", "Other").contains("IssueInstant"));
    let other = "<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction></saml:Conditions>";
    assert!(changed("</saml:Conditions>", other).contains("required audience"));
}
