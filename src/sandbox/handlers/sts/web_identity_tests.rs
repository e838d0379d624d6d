//! Tokens of providers, signed here by keys that are made here; one of RSA was signed once and for all.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::sandbox::handlers::signer::{Signer, said};
use crate::sandbox::handlers::testing::Bench;
use crate::value::Value;

/// `{"iss": "https://token.example.com/eu", "sub": "job:7", "aud": "app", "exp": 4102444800}`, RS256.
const RSA_TOKEN: &str = concat!(
    "eyJhbGciOiAiUlMyNTYiLCAia2lkIjogInJzYS0xIiwgInR5cCI6ICJKV1QifQ.eyJpc3MiOiAiaHR0cHM6Ly90b",
    "2tlbi5leGFtcGxlLmNvbS9ldSIsICJzdWIiOiAiam9iOjciLCAiYXVkIjogImFwcCIsICJleHAiOiA0MTAyNDQ0O",
    "DAwLCAiaWF0IjogMTcwMDAwMDAwMH0.nmpLd6K16wWAHDmh7JGRcvU0An7OL1Tsx9VqBFN5LbxYq_bzf9CRoHcRn",
    "vVpagg_5N-hH4mcHs3vzWYg6QCyNxB9LXMjBje54Zr5LU96MO0TqycaH5_-Ll_r4K53SUccjJE0V21PR2GfQd6Wb",
    "J_fotMGFw6NxxEPg0mcvT53D38jv6qn5ebeUQfi_aOZQP4Z6AeWMEiiAyPD-K3pRYI5kURHjVQ94l_c3EzKTIgtu",
    "NtrhWKBYWkop0TNkiVUGhQI8VOVTxYDn-NUQuHYm9xalGMv22SbwgyOVY0cSmZaAta5wA3ZTz0cSP0A4_ZLQaFDX",
    "0qL4GOo7n_ofYBls9jXEQ",
);

/// The modulus of the key that signed it.
const RSA_MODULUS: &str = concat!(
    "shtmTi8Y3AuOuHmT4TEAY28Y6WqSzTbdk86_CI0uebbynShMPmOUbgf2tNBIUZRBLVTYFUpJNzWC_tR_e2TLXQqj",
    "DTL47q9qEOHC-seoezOZ3NL4qBsi5WmPIrXsjIIDI4DitnGx1_1uRi6LuLhtQ91uK_GD_ODoqV30Kl5m5rePIOYJ",
    "vtZUE8ni84PWFl_wdwMuFsNreZrjbT8DDJBV4cDGvHG-nr3bpyJK6V3WSfwluHFm6AdgLbSsg04awNK4qKA5IOET",
    "RIktBT-UxO5i3k3xPZzCEhSkzgcKaZ6Ztq1rT7pd2kVmFagIw4W5AfMXSiovUynvynD78xuY5ypyAw",
);

const ISSUER: &str = "token.example.com/eu";

/// A provider's key.
struct Issuer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Issuer {
    fn new() -> Issuer {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        Issuer { pair, random }
    }

    fn token(&self, claims: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", encode(r#"{"alg": "ES256", "kid": "ec"}"#), encode(claims));
        let signature = self.pair.sign(&self.random, signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// The key set, as the file has it.
    fn keys(&self) -> String {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        format!(
            r#"{{"https://{ISSUER}": {{"keys": [
                {{"kty": "EC", "crv": "P-256", "kid": "ec", "x": "{x}", "y": "{y}"}},
                {{"kty": "RSA", "kid": "rsa-1", "n": "{RSA_MODULUS}", "e": "AQAB"}}]}}}}"#
        )
    }
}

/// An account with a provider, its keys, and a role that trusts it under a condition.
fn bench(issuer: &Issuer, condition: &str) -> Bench {
    let bench = Bench::new();
    let provider = format!("arn:aws:iam::123456789012:oidc-provider/{ISSUER}");
    let sql =
        "INSERT INTO oidc_provider (arn, url, created, clients, thumbprints) VALUES (?1, ?2, 0, ?3, '[]')";
    let db = &bench.account.connection;
    db.execute(sql, (&provider, ISSUER, r#"["app", "other"]"#)).unwrap();
    let trust = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow",
            "Principal": {{"Federated": "{provider}"}},
            "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {condition}}}}}"#
    );
    bench.role("web", "/", &trust);
    let file = std::path::Path::new(db.path().unwrap()).with_extension("jwks.json");
    std::fs::write(file, issuer.keys()).unwrap();
    bench
}

fn claims(more: &str) -> String {
    format!(
        r#"{{"iss": "https://{ISSUER}", "sub": "job:7", "aud": "app", "iat": 1700000000,
            "exp": 4102444800{more}}}"#
    )
}

fn form(token: &str) -> String {
    format!("RoleArn=arn:aws:iam::123456789012:role/web&RoleSessionName=ses&WebIdentityToken={token}")
}

/// An unsigned request, and what comes of it.
fn call(bench: &Bench, token: &str) -> String {
    let mut received = bench.root_signer().request("AssumeRoleWithWebIdentity", &form(token));
    received.request.headers_mut().clear();
    let reply = bench.account.answer(&received);
    if reply.status == 200 { String::from_utf8(reply.body.to_vec()).unwrap() } else { said(&reply) }
}

#[test]
fn a_token_gives_a_role_to_the_subject_that_is_trusted() {
    let issuer = Issuer::new();
    let condition = format!(r#"{{"StringEquals": {{"{ISSUER}:sub": "job:7", "{ISSUER}:aud": "app"}}}}"#);
    let bench = bench(&issuer, &condition);
    for token in [issuer.token(&claims("")), RSA_TOKEN.to_owned()] {
        let reply = call(&bench, &token);
        assert!(reply.contains("<SubjectFromWebIdentityToken>job:7<"), "{reply}");
        assert!(reply.contains("<Audience>app<") && reply.contains(":oidc-provider/token.example.com/eu<"));
        assert!(reply.contains(":assumed-role/web/ses<"), "{reply}");
    }
    let other = claims("").replace("job:7", "job:8");
    assert_eq!(
        call(&bench, &issuer.token(&other)),
        "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
    );
}

#[test]
fn a_session_of_a_token_keeps_its_claims_and_tags() {
    let issuer = Issuer::new();
    let bench = bench(&issuer, "{}");
    let tags = r#", "https://aws.amazon.com/tags": {"principal_tags": {"team": ["red"]},
        "transitive_tag_keys": ["team"]}"#;
    let body = call(&bench, &issuer.token(&claims(tags)));
    let part =
        |name: &str| body.split(&format!("<{name}>")).nth(1).unwrap().split('<').next().unwrap().to_owned();
    let mut session = Signer::new(&part("AccessKeyId"), &part("SecretAccessKey"));
    session.token = Some(part("SessionToken"));
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "iam:ListUsers",
            "Resource": "*", "Condition": {{"StringEquals": {{"aws:PrincipalTag/team": "red",
            "{ISSUER}:sub": "job:7", "aws:FederatedProvider":
            "arn:aws:iam::123456789012:oidc-provider/{ISSUER}"}}}}}}}}"#
    );
    bench.allow("role", "web", "p", &policy);
    let list = bench.ok_as(&session, "ListUsers", "");
    assert_eq!(list["Users"].as_list().map(<[Value]>::len), Some(0));
}

#[test]
fn a_token_that_is_not_right_is_refused() {
    let issuer = Issuer::new();
    let bench = bench(&issuer, "{}");
    let refused = |claims: &str| call(&bench, &issuer.token(claims));
    assert!(
        call(&bench, "a.bc")
            .starts_with("400 InvalidIdentityToken: The ID Token provided is not a valid JWT")
    );
    assert!(
        refused(&claims("").replace("4102444800", "1700000001")).starts_with("400 ExpiredTokenException")
    );
    assert_eq!(
        refused(&claims("").replace(r#""app""#, r#"["another"]"#)),
        "400 InvalidIdentityToken: Incorrect token audience"
    );
    assert!(refused(&claims(r#", "azp": "another""#)).contains("Incorrect token audience"));
    assert!(refused(&claims("").replace("sub", "subject")).contains("Missing a required claim: sub"));
    let stranger = claims("").replace("token.example.com", "evil.example.com");
    assert!(refused(&stranger).contains("No OpenIDConnect provider found"));
    let other = Issuer::new().token(&claims(""));
    assert!(call(&bench, &other).ends_with("The signature of the ID Token is not valid"));
    let token = issuer.token(&claims(""));
    let (front, signature) = token.rsplit_once('.').unwrap();
    let changed = front.replace(
        &URL_SAFE_NO_PAD.encode(claims("")),
        &URL_SAFE_NO_PAD.encode(claims("").replace("job:7", "job:9")),
    );
    assert!(call(&bench, &format!("{changed}.{signature}")).ends_with("is not valid"));
    let none =
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg": "none"}"#), URL_SAFE_NO_PAD.encode(claims("")));
    assert!(call(&bench, &none).contains("Token signing algorithm none is not supported"));
    let file = std::path::Path::new(bench.account.connection.path().unwrap()).with_extension("jwks.json");
    std::fs::remove_file(file).unwrap();
    assert!(call(&bench, &token).contains("Couldn't retrieve verification key from your identity provider"));
}

#[test]
fn a_token_that_begins_later_is_not_taken() {
    let issuer = Issuer::new();
    let bench = bench(&issuer, "{}");
    let later = issuer.token(&claims(r#", "nbf": 4102440000"#));
    assert_eq!(call(&bench, &later), "400 InvalidIdentityToken: The ID Token is not valid yet");
    let begun = call(&bench, &issuer.token(&claims(r#", "nbf": 1700000000"#)));
    assert!(begun.contains("<AccessKeyId>"), "{begun}");
}
