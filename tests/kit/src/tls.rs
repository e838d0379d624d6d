//! Certificates made for one test: private authorities, servers that they vouch for, and loners.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A private authority.
#[derive(Debug)]
pub struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pem: String,
}

/// A server's certificate with its key.
#[derive(Clone, Debug)]
pub struct Identity {
    certificate: String,
    key: String,
}

impl Authority {
    /// A new authority that nobody else knows.
    pub fn new(name: &str) -> Result<Authority> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Authority { params, key, pem })
    }

    /// Its certificate, as a CA file holds it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for a server of these names or addresses.
    pub fn vouch_for(&self, names: &[&str]) -> Result<Identity> {
        let mut params = server_params(names)?;
        params.is_ca = IsCa::ExplicitNoCa;
        let key = KeyPair::generate()?;
        let issuer = Issuer::from_params(&self.params, &self.key);
        let certificate = params.signed_by(&key, &issuer)?.pem();
        Ok(Identity { certificate, key: key.serialize_pem() })
    }
}

impl Identity {
    /// A certificate that vouches for itself and is marked as an authority, as `openssl req -x509` makes them.
    pub fn self_signed(names: &[&str]) -> Result<Identity> {
        let mut params = server_params(names)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages.clear();
        params.extended_key_usages.clear();
        let key = KeyPair::generate()?;
        Ok(Identity { certificate: params.self_signed(&key)?.pem(), key: key.serialize_pem() })
    }

    /// The certificate, as a CA file holds it.
    pub fn pem(&self) -> &str {
        &self.certificate
    }

    /// The server's side of a handshake.
    pub(crate) fn server_config(&self) -> Result<Arc<rustls::ServerConfig>> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(self.certificate.as_bytes()).collect();
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).context("a key of our own making")?;
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain.context("a certificate of our own making")?, key)?;
        Ok(Arc::new(config))
    }
}

fn server_params(names: &[&str]) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, "a server of the tests");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}
