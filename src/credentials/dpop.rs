//! The proof that a request comes from who holds the key (RFC 9449): a signed
//! header beside the request.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use super::cache::hex;

/// The header's value for a POST to `url` at this second since 1970; the key is PEM, as `login` stores it.
pub(super) fn proof(pem: &str, url: &str, now: u64) -> Result<String, String> {
    let random = SystemRandom::new();
    let key = key(pem, &random)?;
    let public = key.public_key().as_ref();
    let (x, y) = (public.get(1..33).unwrap_or_default(), public.get(33..65).unwrap_or_default());
    let header = format!(
        "{{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{{\"kty\":\"EC\",\"x\":\"{}\",\"y\":\"{}\",\"crv\":\"P-256\"}}}}",
        URL_SAFE_NO_PAD.encode(x),
        URL_SAFE_NO_PAD.encode(y)
    );
    let id = unique(&random)?;
    let claims = format!("{{\"htm\":\"POST\",\"htu\":\"{url}\",\"iat\":{now},\"jti\":\"{id}\"}}");
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = key.sign(&random, signed.as_bytes()).map_err(|_| "the key cannot sign".to_owned())?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())))
}

/// The key out of SEC 1 or PKCS #8: both hold the two halves in the same encoding.
fn key(pem: &str, random: &SystemRandom) -> Result<EcdsaKeyPair, String> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let der = STANDARD.decode(text).map_err(|_| "Incorrect padding".to_owned())?;
    let after = |mark: &[u8], length: usize| {
        let at = der.windows(mark.len()).position(|window| window == mark)? + mark.len();
        der.get(at..at + length)
    };
    let private = after(&[2, 1, 1, 4, 32], 32).ok_or("there is no key in it")?;
    let public = after(&[3, 66, 0], 65).ok_or("there is no public key in it")?;
    EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, private, public, random)
        .map_err(|error| error.to_string())
}

/// A random UUID.
fn unique(random: &SystemRandom) -> Result<String, String> {
    let mut bytes = [0u8; 16];
    random.fill(&mut bytes).map_err(|_| "no random numbers".to_owned())?;
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let digits = hex(&bytes);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().to_owned();
    Ok([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
}

#[cfg(test)]
pub(super) const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\n\
    MHcCAQEEIPhlgS1rw6Htud5+x2mNlXxb6Gi748Wlb/aZjrvkejNMoAoGCCqGSM49\n\
    AwEHoUQDQgAEt6wnhBiOJisz23z+RLSI2LTgXlm0Toe6KXvlP5ZdbeGVeUtPBJAG\n\
    SSyF+Oy2fL1tuzhjvtFWC+jZ/9CRL0oU4Q==\n-----END EC PRIVATE KEY-----\n";

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_proof_names_method_and_address_and_its_signature_holds() {
        let proof = proof(KEY, "https://h/v1/token", 1_700_000_000).unwrap();
        let parts: Vec<&str> = proof.split('.').collect();
        let text = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert!(
            text(parts[0])
                .starts_with("{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\",\"x\":\"")
        );
        assert!(
            text(parts[1]).starts_with(
                "{\"htm\":\"POST\",\"htu\":\"https://h/v1/token\",\"iat\":1700000000,\"jti\":\""
            )
        );
        let key = key(KEY, &SystemRandom::new()).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        let signed = format!("{}.{}", parts[0], parts[1]);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        assert_eq!(super::proof("garbage", "u", 0).unwrap_err(), "Incorrect padding");
    }
}
