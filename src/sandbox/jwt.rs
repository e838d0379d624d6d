//! Tokens of OpenID Connect providers: JSON Web Tokens (RFC 7519) with signatures RS256 and ES256 (RFC 7518).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use crate::json;
use crate::value::Value;

/// The claims of a token.
#[derive(Clone, Debug)]
pub(super) struct Jwt(Value);

/// A token that has been taken apart, and not yet checked.
#[derive(Debug)]
pub(super) struct Unverified {
    header: Value,
    claims: Jwt,
    /// What is signed.
    signed: String,
    signature: Vec<u8>,
}

impl Unverified {
    /// Takes a token apart.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub(super) fn read(text: &str) -> Result<Unverified, String> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            return Err("it has not three parts".to_owned());
        };
        let object = |part: &str, what: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|error| format!("{what}: {error}"))?;
            let text = String::from_utf8(bytes).map_err(|error| format!("{what}: {error}"))?;
            json::read(&text).map_err(|error| format!("{what}: {error}"))
        };
        Ok(Unverified {
            header: object(header, "header")?,
            claims: Jwt(object(claims, "claims")?),
            signed: format!("{header}.{claims}"),
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|error| format!("signature: {error}"))?,
        })
    }

    /// The claims, which anybody may have written.
    pub(super) fn claims(&self) -> &Jwt {
        &self.claims
    }

    /// Checks the signature by a key set (RFC 7517): by the key that the header names, or else by any of the
    /// right type.
    ///
    /// # Errors
    /// The algorithm is another, there is no such key, or the signature is not of it.
    pub(super) fn verify(self, keys: &Value) -> Result<Jwt, String> {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let algorithm = text(&self.header, "alg").unwrap_or_default();
        let sort = match algorithm.as_str() {
            "RS256" => "RSA",
            "ES256" => "EC",
            _ => return Err(format!("Token signing algorithm {algorithm} is not supported")),
        };
        let id = text(&self.header, "kid");
        let all = keys.get("keys").and_then(Value::as_list).unwrap_or_default();
        let fits = |key: &&Value| {
            text(key, "kty").as_deref() == Some(sort) && (id.is_none() || text(key, "kid") == id)
        };
        let fitting: Vec<&Value> = all.iter().filter(fits).collect();
        if fitting.is_empty() {
            return Err("No matching key was found in the key set of the identity provider".to_owned());
        }
        match fitting.into_iter().any(|key| self.is_signed_by(sort, key)) {
            true => Ok(self.claims),
            false => Err("The signature of the ID Token is not valid".to_owned()),
        }
    }

    fn is_signed_by(&self, sort: &str, key: &Value) -> bool {
        let part = |name: &str| {
            let text = key.get(name).and_then(Value::as_str).unwrap_or_default();
            URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).unwrap_or_default()
        };
        let signed = self.signed.as_bytes();
        if sort == "RSA" {
            let (n, e) = (part("n"), part("e"));
            let key = RsaPublicKeyComponents { n: &n, e: &e };
            return key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, &self.signature).is_ok();
        }
        // An uncompressed point: SEC 1, section 2.3.3.
        let point = [vec![4], part("x"), part("y")].concat();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, &self.signature).is_ok()
    }
}

impl Jwt {
    /// A claim.
    pub(super) fn claim(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.claim(name).and_then(Value::as_str)
    }

    /// A claim that is a number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        match self.claim(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// A claim that is a text or a list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        self.claim(name).map(texts).unwrap_or_default()
    }
}

/// A text or a list of texts.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::List(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
