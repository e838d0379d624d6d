//! RSA public keys in the two forms that CodeCommit's keys have: `ssh-rsa` and PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject as _;
use x509_cert::der::asn1::{Any, AnyRef, BitString, Null, ObjectIdentifier, UintRef};
use x509_cert::der::{Decode as _, Encode as _, Reader, SliceReader, Tag, Tagged as _};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// The algorithm's name in the SSH form (RFC 4253, section 6.6).
const SSH_RSA: &str = "ssh-rsa";

/// `rsaEncryption` (RFC 8017, appendix A.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The fewest bits of a modulus.
const LEAST_BITS: usize = 2048;

/// An RSA public key: both numbers as bytes, the highest first, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// Why a text is no key that can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejected {
    /// It is in neither of the two forms.
    Encoding,
    /// It cannot be read, or is of another algorithm.
    Malformed,
    /// Its modulus has fewer bits than 2048.
    TooShort,
}

impl PublicKey {
    /// Reads either form.
    ///
    /// # Errors
    /// See [`Rejected`].
    pub(super) fn read(text: &str) -> Result<PublicKey, Rejected> {
        let text = text.trim();
        let key = if let Some(rest) = text.strip_prefix(SSH_RSA) {
            of_ssh(rest).ok_or(Rejected::Malformed)?
        } else if text.starts_with("-----BEGIN ") {
            of_pem(text).ok_or(Rejected::Malformed)?
        } else {
            return Err(Rejected::Encoding);
        };
        let zeros = key.modulus.first().map_or(0, |byte| byte.leading_zeros());
        let bits = (key.modulus.len() * 8).saturating_sub(usize::try_from(zeros).unwrap_or(0));
        if bits < LEAST_BITS { Err(Rejected::TooShort) } else { Ok(key) }
    }

    /// `ssh-rsa AAAA...`
    pub(super) fn ssh(&self) -> String {
        format!("{SSH_RSA} {}", STANDARD.encode(self.blob()))
    }

    /// The key as SubjectPublicKeyInfo (RFC 5280) in PEM.
    pub(super) fn pem(&self) -> Option<String> {
        let numbers = [&self.modulus, &self.exponent].map(|number| UintRef::new(number)?.to_der());
        let numbers = numbers.into_iter().collect::<Result<Vec<_>, _>>().ok()?.concat();
        let key = Any::new(Tag::Sequence, numbers).ok()?.to_der().ok()?;
        let algorithm =
            AlgorithmIdentifierOwned { oid: RSA, parameters: Some(Any::from(AnyRef::from(Null))) };
        let info =
            SubjectPublicKeyInfoOwned { algorithm, subject_public_key: BitString::from_bytes(&key).ok()? };
        let body = STANDARD.encode(info.to_der().ok()?);
        let lines = body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line));
        let body = lines.collect::<Vec<_>>().join("\n");
        Some(format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"))
    }

    /// The MD5 digest of the key's SSH form, in hex with colons, as `ssh-keygen -l -E md5` shows it.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Md5::digest(self.blob());
        digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
    }

    /// The bytes behind the base64 of the SSH form.
    fn blob(&self) -> Vec<u8> {
        let mut blob = Vec::new();
        field(&mut blob, SSH_RSA.as_bytes());
        for number in [&self.exponent, &self.modulus] {
            // A number whose highest bit is set would be negative.
            let sign = number.first().is_some_and(|byte| byte & 0x80 != 0);
            field(&mut blob, &[if sign { &[0][..] } else { &[] }, number].concat());
        }
        blob
    }
}

/// A text of the SSH form: its length in four bytes, and itself.
fn field(blob: &mut Vec<u8>, bytes: &[u8]) {
    blob.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    blob.extend(bytes);
}

fn of_ssh(rest: &str) -> Option<PublicKey> {
    let blob = STANDARD.decode(rest.split_ascii_whitespace().next()?).ok()?;
    let mut rest = &blob[..];
    let mut next = || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (bytes, behind) = behind.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        rest = behind;
        Some(bytes)
    };
    let (name, exponent, modulus) = (next()?, next()?, next()?);
    let key = PublicKey { modulus: number(modulus), exponent: number(exponent) };
    (name == SSH_RSA.as_bytes() && rest.is_empty()).then_some(key)
}

fn of_pem(text: &str) -> Option<PublicKey> {
    // The older form (PKCS #1) has the numbers alone.
    let plain = text.replace("RSA PUBLIC KEY-----", "PUBLIC KEY-----");
    let der = SubjectPublicKeyInfoDer::from_pem_slice(plain.as_bytes()).ok()?;
    if plain != text {
        return numbers(&der);
    }
    let info = SubjectPublicKeyInfoOwned::from_der(&der).ok()?;
    (info.algorithm.oid == RSA).then(|| numbers(info.subject_public_key.as_bytes()?))?
}

fn numbers(der: &[u8]) -> Option<PublicKey> {
    let sequence = AnyRef::from_der(der).ok().filter(|any| any.tag() == Tag::Sequence)?;
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let (modulus, exponent) = (UintRef::decode(&mut reader).ok()?, UintRef::decode(&mut reader).ok()?);
    let key = PublicKey { modulus: number(modulus.as_bytes()), exponent: number(exponent.as_bytes()) };
    reader.is_finished().then_some(key)
}

fn number(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
pub(super) mod samples {
    //! Keys for tests: numbers of the right size, though they are no products of primes.

    use super::PublicKey;

    /// A key of so many bytes.
    pub(in crate::sandbox) fn key(fill: u8, bytes: usize) -> PublicKey {
        PublicKey { modulus: vec![fill | 0x80; bytes], exponent: vec![1, 0, 1] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_are_the_same_key() {
        let key = samples::key(0xa5, 256);
        let (ssh, pem) = (key.ssh(), key.pem().unwrap());
        assert!(ssh.starts_with("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"), "{ssh}");
        assert_eq!(PublicKey::read(&format!("{ssh} me@here\n")), Ok(key.clone()));
        // As `ssh-keygen -e -m PKCS8` begins for the same key.
        let first = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApaWlpaWlpaWlpaWlpaWl";
        assert_eq!(pem.lines().nth(1), Some(first));
        assert_eq!(PublicKey::read(&pem), Ok(key.clone()));
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        // Behind 24 bytes of frame and algorithm come the numbers alone, as `ssh-keygen -e -m PEM` has them.
        let numbers = STANDARD.encode(&STANDARD.decode(body).unwrap()[24..]);
        assert!(numbers.starts_with("MIIBCgKCAQEApaWl"), "{numbers}");
        let old = format!("-----BEGIN RSA PUBLIC KEY-----\n{numbers}\n-----END RSA PUBLIC KEY-----\n");
        assert_eq!(PublicKey::read(&old), Ok(key));
    }

    /// Found by `ssh-keygen -l -E md5` for the same key.
    #[test]
    fn the_fingerprint_is_that_of_ssh_keygen() {
        let key = samples::key(0xa5, 256);
        assert_eq!(key.fingerprint(), "8c:5e:e3:f0:a2:36:57:80:3a:ac:48:fa:68:ce:7a:bf");
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let read = |text: &str| PublicKey::read(text).unwrap_err();
        assert_eq!(read("ssh-ed25519 AAAA"), Rejected::Encoding);
        assert_eq!(read("ssh-rsa AAAA"), Rejected::Malformed);
        assert_eq!(read("ssh-rsa ***"), Rejected::Malformed);
        let (certificate, private) = crate::sandbox::certificate::samples::self_signed("x");
        assert_eq!(read(&certificate), Rejected::Malformed);
        assert_eq!(read(&private), Rejected::Malformed);
        assert_eq!(read(&samples::key(1, 128).ssh()), Rejected::TooShort);
    }
}
