//! X.509 certificates and their private keys, as texts in PEM.

use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_cert::der::{Decode as _, Encode as _};

use super::clock::Seconds;

/// What is read of a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    /// The certificate itself, in DER.
    pub(super) der: Vec<u8>,
    /// When it begins to count.
    pub(super) begins: Seconds,
    /// When it ends.
    pub(super) ends: Seconds,
    subject: x509_cert::name::Name,
    issuer: x509_cert::name::Name,
    /// The subject's public key with its algorithm, in DER.
    public_key: Vec<u8>,
}

/// Whether a private key is that of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyMatch {
    /// It is.
    Yes,
    /// It is another one.
    No,
    /// It is no key in PEM, is encrypted, or is of a kind that cannot be read here.
    Unreadable,
}

impl Certificate {
    /// Reads a text that is one certificate; none where it is not.
    pub(super) fn read(text: &str) -> Option<Certificate> {
        let mut all = Certificate::read_all(text)?;
        let one = all.pop()?;
        all.is_empty().then_some(one)
    }

    /// Reads a text of certificates and of nothing else; none where one of them cannot be read.
    pub(super) fn read_all(text: &str) -> Option<Vec<Certificate>> {
        let found = CertificateDer::pem_slice_iter(text.as_bytes());
        let all = found.map(|der| Certificate::of(&der.ok()?)).collect::<Option<Vec<_>>>()?;
        // The reader passes over sections of other kinds.
        (!all.is_empty() && text.matches("-----BEGIN ").count() == all.len()).then_some(all)
    }

    fn of(der: &[u8]) -> Option<Certificate> {
        let certificate = x509_cert::Certificate::from_der(der).ok()?;
        let facts = certificate.tbs_certificate();
        let seconds = |time: &x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).ok();
        Some(Certificate {
            der: der.to_vec(),
            begins: seconds(&facts.validity().not_before)?,
            ends: seconds(&facts.validity().not_after)?,
            subject: facts.subject().clone(),
            issuer: facts.issuer().clone(),
            public_key: facts.subject_public_key_info().to_der().ok()?,
        })
    }

    /// Whether the other one names this one as its issuer.
    pub(super) fn issued(&self, other: &Certificate) -> bool {
        self.subject == other.issuer
    }

    /// Whether a private key in PEM belongs to it.
    pub(super) fn key_match(&self, private_key: &str) -> KeyMatch {
        match public_key(private_key) {
            None => KeyMatch::Unreadable,
            Some(public_key) if public_key == self.public_key => KeyMatch::Yes,
            Some(_) => KeyMatch::No,
        }
    }
}

/// The public key of a certificate in DER: the bits that follow the name of its algorithm.
pub(super) fn public_key_of(der: &[u8]) -> Option<Vec<u8>> {
    let certificate = x509_cert::Certificate::from_der(der).ok()?;
    let info = certificate.tbs_certificate().subject_public_key_info();
    info.subject_public_key.as_bytes().map(<[u8]>::to_vec)
}

/// Whether a text is a private key in PEM that can be used.
pub(super) fn is_private_key(text: &str) -> bool {
    public_key(text).is_some()
}

fn public_key(private_key: &str) -> Option<Vec<u8>> {
    let der = PrivateKeyDer::from_pem_slice(private_key.as_bytes()).ok()?;
    any_supported_type(&der).ok()?.public_key().map(|key| key.as_ref().to_vec())
}

#[cfg(test)]
pub(super) mod samples {
    //! Certificates for tests, made when they are needed.

    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    /// A self-signed certificate and its private key, in PEM.
    pub(in crate::sandbox) fn self_signed(name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        (params(name).self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    /// A certificate, its private key, and the certificate of the authority that signed it, in PEM.
    pub(in crate::sandbox) fn signed(name: &str) -> (String, String, String) {
        let mut authority = params("Test Authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        (params(name).signed_by(&key, &issuer).unwrap().pem(), key.serialize_pem(), authority_pem)
    }

    /// A self-signed certificate that has ended, and its private key, in PEM.
    pub(in crate::sandbox) fn expired(name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = params(name);
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 1, 1);
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::new(vec![format!("{name}.example.com")]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2050, 1, 1);
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_keys_are_read() {
        let (text, key) = samples::self_signed("one");
        let (_, other) = samples::self_signed("two");
        let certificate = Certificate::read(&text).unwrap();
        assert_eq!((certificate.begins, certificate.ends), (1_577_836_800, 2_524_608_000));
        assert_eq!(certificate.key_match(&key), KeyMatch::Yes);
        assert_eq!(certificate.key_match(&other), KeyMatch::No);
        assert_eq!(certificate.key_match(&text), KeyMatch::Unreadable);
        assert!(certificate.issued(&certificate) && is_private_key(&key));
    }

    #[test]
    fn what_is_no_certificate_is_not_read() {
        let (text, key) = samples::self_signed("one");
        let cut: String =
            text.lines().enumerate().filter(|(n, _)| *n != 2).map(|(_, l)| format!("{l}\n")).collect();
        for wrong in ["", "x", &cut, &key, &format!("{text}{text}"), &format!("{text}{key}")] {
            assert_eq!(Certificate::read(wrong), None, "{wrong}");
        }
        assert_eq!(Certificate::read_all(&format!("{text}{text}")).unwrap().len(), 2);
    }
}
