//! A SAML identity provider: metadata, and responses that it signs.
//!
//! Everything is written down in its canonical form, so that signing needs no
//! canonicalisation and checks the one of the program independently.

use anyhow::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair,
};

/// An RSA key of 2048 bits, made for these tests and used for nothing else: ring makes none.
const RSA_KEY: &str = include_str!("saml_key.pem");

/// Where assertions for AWS go.
pub const SIGN_IN: &str = "https://signin.aws.amazon.com/saml";

/// The names of the attributes that are for AWS begin with this.
pub const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";

/// An identity provider.
#[derive(Debug)]
pub struct Idp {
    entity_id: String,
    key: Key,
    hash: Hash,
    certificate: String,
}

#[derive(Debug)]
enum Key {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
}

/// How digests and signatures are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256; for ECDSA on P-256.
    Sha256,
    /// SHA-384; for ECDSA on P-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// What a response says. Texts are XML, so a `&` in them is an `&amp;`.
#[derive(Clone, Debug)]
pub struct Claims {
    /// When it was issued, in seconds since 1970.
    pub issued: i64,
    /// Until when the conditions hold.
    pub until: i64,
    /// Until when the subject is confirmed.
    pub confirmed: i64,
    /// `SessionNotOnOrAfter`.
    pub session_ends: Option<i64>,
    /// The status, without what all begin with.
    pub status: String,
    /// The audience.
    pub audience: String,
    /// The recipient.
    pub recipient: String,
    /// The format of the name.
    pub format: String,
    /// The `NameID`.
    pub subject: String,
    /// Attributes with their values.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Claims {
    /// What AWS asks for, about alice, for a role and a provider by their ARNs.
    pub fn new(now: i64, role: &str, provider: &str) -> Claims {
        let claims = Claims {
            issued: now,
            until: now + 300,
            confirmed: now + 300,
            session_ends: None,
            status: "Success".to_owned(),
            audience: SIGN_IN.to_owned(),
            recipient: SIGN_IN.to_owned(),
            format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
            subject: "alice-7".to_owned(),
            attributes: Vec::new(),
        };
        claims.with("Role", &[&format!("{role},{provider}")]).with("RoleSessionName", &["alice"])
    }

    /// With an attribute for AWS, in the place of what it had.
    pub fn with(mut self, name: &str, values: &[&str]) -> Claims {
        let name = format!("{ATTRIBUTES}{name}");
        self.attributes.retain(|(known, _)| *known != name);
        self.attributes.push((name, values.iter().map(|value| (*value).to_owned()).collect()));
        self
    }
}

impl Idp {
    /// One with the RSA key of these tests.
    pub fn rsa(entity_id: &str) -> Result<Idp> {
        let pair = KeyPair::from_pem(RSA_KEY)?;
        let key = RsaKeyPair::from_pkcs8(&pair.serialize_der()).map_err(Error::msg)?;
        Idp::new(entity_id, Key::Rsa(key), Hash::Sha256, &pair)
    }

    /// One with a new key on the curve that goes with a hash, which is not SHA-512.
    pub fn ecdsa(entity_id: &str, hash: Hash) -> Result<Idp> {
        let (named, algorithm) = match hash {
            Hash::Sha384 => (&PKCS_ECDSA_P384_SHA384, &ECDSA_P384_SHA384_FIXED_SIGNING),
            _ => (&PKCS_ECDSA_P256_SHA256, &ECDSA_P256_SHA256_FIXED_SIGNING),
        };
        let pair = KeyPair::generate_for(named)?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, &pair.serialize_der(), &SystemRandom::new())
            .map_err(Error::msg)?;
        Idp::new(entity_id, Key::Ecdsa(key), hash, &pair)
    }

    fn new(entity_id: &str, key: Key, hash: Hash, pair: &KeyPair) -> Result<Idp> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "idp");
        let certificate = STANDARD.encode(params.self_signed(pair)?.der());
        Ok(Idp { entity_id: entity_id.to_owned(), key, hash, certificate })
    }

    /// The certificate, as base64.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The metadata document.
    pub fn metadata(&self) -> String {
        let (entity_id, certificate) = (&self.entity_id, &self.certificate);
        // IAM takes no document of less than 1000 characters.
        let filling = "All of this is made up. ".repeat(20);
        format!(
            r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}"><!-- {filling}-->
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{certificate}</X509Certificate>
</X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Location="{entity_id}/sso"
Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/></IDPSSODescriptor></EntityDescriptor>"#
        )
    }

    /// A response, as base64, in which the assertion is signed.
    pub fn response(&self, claims: &Claims) -> Result<String> {
        let assertion = self.sign(&self.assertion(claims), "_assertion", self.hash)?;
        Ok(STANDARD.encode(self.envelope(claims, &assertion)))
    }

    /// An assertion, not signed, with the ID `_assertion`.
    pub fn assertion(&self, claims: &Claims) -> String {
        let Claims { audience, recipient, format, subject, .. } = claims;
        let (issuer, issued) = (&self.entity_id, utc(claims.issued));
        let (until, confirmed) = (utc(claims.until), utc(claims.confirmed));
        let session = claims.session_ends.map(|ends| format!(r#" SessionNotOnOrAfter="{}""#, utc(ends)));
        let session = session.unwrap_or_default();
        let value = |value: &String| format!("<saml:AttributeValue>{value}</saml:AttributeValue>");
        let attributes: String = claims.attributes.iter().fold(String::new(), |all, (name, values)| {
            let values: String = values.iter().map(value).collect();
            all + &format!(r#"<saml:Attribute Name="{name}">{values}</saml:Attribute>"#)
        });
        [
            r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" "#,
            &format!(
                r#"IssueInstant="{issued}" Version="2.0"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject>"#
            ),
            &format!(r#"<saml:NameID Format="{format}">{subject}</saml:NameID>"#),
            r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">"#,
            &format!(r#"<saml:SubjectConfirmationData NotOnOrAfter="{confirmed}" Recipient="{recipient}">"#),
            "</saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>",
            &format!(r#"<saml:Conditions NotBefore="{issued}" NotOnOrAfter="{until}">"#),
            &format!("<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>"),
            "</saml:AudienceRestriction></saml:Conditions>",
            &format!(r#"<saml:AuthnStatement AuthnInstant="{issued}"{session}></saml:AuthnStatement>"#),
            &format!("<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"),
        ]
        .concat()
    }

    /// A response around an assertion, not signed, with the ID `_response`.
    pub fn envelope(&self, claims: &Claims, assertion: &str) -> String {
        let (issuer, issued, status) = (&self.entity_id, utc(claims.issued), &claims.status);
        [
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" "#,
            &format!(r#"IssueInstant="{issued}" Version="2.0">"#),
            r#"<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#,
            &format!("{issuer}</saml:Issuer><samlp:Status>"),
            &format!(r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}">"#),
            "</samlp:StatusCode></samlp:Status>",
            assertion,
            "</samlp:Response>",
        ]
        .concat()
    }

    /// An element in canonical form with its signature, which stands after the first issuer.
    pub fn sign(&self, element: &str, id: &str, hash: Hash) -> Result<String> {
        let signature = self.signature(element, id, hash)?;
        Ok(element.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1))
    }

    /// The signature of an element in canonical form.
    pub fn signature(&self, element: &str, id: &str, hash: Hash) -> Result<String> {
        let digest = digest::digest(hash.digest(), element.as_bytes());
        let (kind, number) = (if matches!(self.key, Key::Rsa(_)) { "rsa" } else { "ecdsa" }, hash.number());
        let digest_method = match hash {
            Hash::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384".to_owned(),
            _ => format!("http://www.w3.org/2001/04/xmlenc#sha{number}"),
        };
        let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let info = [
            "<ds:SignedInfo>",
            &format!(r#"<ds:CanonicalizationMethod Algorithm="{exclusive}"></ds:CanonicalizationMethod>"#),
            r#"<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#"#,
            &format!(r##"{kind}-sha{number}"></ds:SignatureMethod><ds:Reference URI="#{id}"><ds:Transforms>"##),
            r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#,
            &format!(r#"<ds:Transform Algorithm="{exclusive}"></ds:Transform></ds:Transforms>"#),
            &format!(r#"<ds:DigestMethod Algorithm="{digest_method}"></ds:DigestMethod>"#),
            &format!("<ds:DigestValue>{}</ds:DigestValue>", STANDARD.encode(digest)),
            "</ds:Reference></ds:SignedInfo>",
        ]
        .concat();
        let namespace = r#"xmlns:ds="http://www.w3.org/2000/09/xmldsig#""#;
        // Alone, it declares the namespace that it has from the signature around it.
        let alone = info.replacen("<ds:SignedInfo>", &format!("<ds:SignedInfo {namespace}>"), 1);
        let value = STANDARD.encode(self.bytes(&alone, hash)?);
        let value = format!("<ds:SignatureValue>{value}</ds:SignatureValue>");
        Ok(format!("<ds:Signature {namespace}>{info}{value}</ds:Signature>"))
    }

    fn bytes(&self, text: &str, hash: Hash) -> Result<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Ecdsa(pair) => {
                Ok(pair.sign(&random, text.as_bytes()).map_err(Error::msg)?.as_ref().to_vec())
            }
            Key::Rsa(pair) => {
                let mut bytes = vec![0; pair.public().modulus_len()];
                let padding: &dyn ring::signature::RsaEncoding = match hash {
                    Hash::Sha256 => &RSA_PKCS1_SHA256,
                    Hash::Sha384 => &RSA_PKCS1_SHA384,
                    Hash::Sha512 => &RSA_PKCS1_SHA512,
                };
                pair.sign(padding, &random, text.as_bytes(), &mut bytes).map_err(Error::msg)?;
                Ok(bytes)
            }
        }
    }
}

impl Hash {
    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Hash::Sha256 => &digest::SHA256,
            Hash::Sha384 => &digest::SHA384,
            Hash::Sha512 => &digest::SHA512,
        }
    }

    fn number(self) -> u16 {
        match self {
            Hash::Sha256 => 256,
            Hash::Sha384 => 384,
            Hash::Sha512 => 512,
        }
    }
}

/// `2026-01-31T12:00:00Z`
fn utc(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days are counted from 1 March of the year 0, so that the leap day is the last of a year.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
