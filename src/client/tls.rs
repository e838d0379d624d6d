//! Which server certificates are trusted.
//!
//! Set up for `https://` only. The roots are compiled in, as the reference
//! ships its own bundle; a file given by the user replaces them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, OtherError, RootCertStore,
    SignatureScheme,
};

use super::transport::TransportError;

/// Whom to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The compiled-in roots.
    Roots,
    /// The certificates in this PEM file, and no others.
    Bundle(PathBuf),
    /// Everybody.
    All,
}

/// The client side of a handshake.
pub(super) fn config(trust: &Trust) -> Result<Arc<ClientConfig>, TransportError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::Tls(error.to_string()))?;
    let config = match trust {
        Trust::Roots => {
            let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        Trust::Bundle(path) => {
            let verifier = BundleVerifier::new(path, provider)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
        Trust::All => {
            let verifier = NoVerifier(provider);
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

/// A failed handshake, in the words by which scripts and people know it.
pub(super) fn refused(error: &std::io::Error, uri: &http::Uri) -> TransportError {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
    let host = uri.host().unwrap_or_default();
    let why = match cause {
        Some(TlsError::InvalidCertificate(why)) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "certificate has expired".into()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "certificate is not yet valid".into()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                let kind = if host.parse::<std::net::IpAddr>().is_ok() { "IP address" } else { "Hostname" };
                format!("{kind} mismatch, certificate is not valid for '{host}'.")
            }
            CertificateError::UnknownIssuer => "unable to get local issuer certificate".into(),
            CertificateError::Other(OtherError(cause))
                if format!("{cause:?}").contains(AUTHORITY_AS_SERVER) =>
            {
                "self-signed certificate".into()
            }
            other => other.to_string(),
        },
        Some(other) => return TransportError::Tls(other.to_string()),
        None if error.kind() == std::io::ErrorKind::UnexpectedEof => return TransportError::Closed,
        None => return TransportError::Tls(error.to_string()),
    };
    TransportError::Tls(format!("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {why}"))
}

/// The certificates of a PEM file.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let unreadable =
        |why: &dyn std::fmt::Display| TransportError::CaBundle(format!("{}: {why}", path.display()));
    let pem = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            TransportError::CaBundle(format!("[Errno 2] No such file or directory: {}", path.display()))
        }
        _ => unreadable(&error),
    })?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|error| unreadable(&error))?;
    if found.is_empty() {
        return Err(unreadable(&"there is no certificate in it"));
    }
    Ok(found)
}

/// Trusts what a file holds: as authorities, and as the server's own certificate.
///
/// The common checker refuses a certificate that is marked as an authority
/// when a server shows it as its own, though the user named that very
/// certificate; OpenSSL accepts it, and so must we.
#[derive(Debug)]
struct BundleVerifier {
    inner: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

impl BundleVerifier {
    fn new(path: &Path, provider: Arc<CryptoProvider>) -> Result<Self, TransportError> {
        let certificates = certificates(path)?;
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.iter().cloned());
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| TransportError::CaBundle(format!("{}: {error}", path.display())))?;
        Ok(BundleVerifier { inner, certificates })
    }
}

/// The checker's own name for an authority where a server should stand; its type is not public.
const AUTHORITY_AS_SERVER: &str = "CaUsedAsEndEntity";

/// Whether the only complaint is that an authority stands where a server should.
fn is_authority_as_server(error: &TlsError) -> bool {
    let TlsError::InvalidCertificate(CertificateError::Other(OtherError(cause))) = error else {
        return false;
    };
    // The checks of time come before this one, so a certificate that is out of date does not get here.
    format!("{cause:?}").contains(AUTHORITY_AS_SERVER)
}

/// Whether a certificate without alternative names has the server's name as its common name, the form that
/// many people make for a server of their own. Looked at only for a certificate that the user named as trusted.
fn names_only(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    /// Of the extension with alternative names, and of the attribute "common name", in DER.
    const ALTERNATIVE_NAMES: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x11];
    const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];
    let ServerName::DnsName(name) = name else { return false };
    let der: &[u8] = certificate.as_ref();
    if der.windows(5).any(|window| window == ALTERNATIVE_NAMES) {
        return false;
    }
    let Some(at) = der.windows(5).rposition(|window| window == COMMON_NAME) else { return false };
    match der.get(at + 5..) {
        Some([_, length, rest @ ..]) if *length < 0x80 => {
            let common = rest.get(..usize::from(*length)).unwrap_or_default();
            common.eq_ignore_ascii_case(name.as_ref().as_bytes())
        }
        _ => false,
    }
}

impl ServerCertVerifier for BundleVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let verdict = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp, now);
        match verdict {
            Err(error) if self.certificates.contains(end_entity) && is_authority_as_server(&error) => {
                let parsed = ParsedCertificate::try_from(end_entity)?;
                match rustls::client::verify_server_name(&parsed, server_name) {
                    Err(_) if names_only(end_entity, server_name) => {}
                    named => named?,
                }
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// `--no-verify-ssl`: any certificate for any name. The handshake's signatures are still checked.
#[derive(Debug)]
struct NoVerifier(Arc<CryptoProvider>);

impl ServerCertVerifier for NoVerifier {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
