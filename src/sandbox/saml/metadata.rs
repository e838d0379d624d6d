//! What an identity provider publishes of itself: its name and the keys that it signs with.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use roxmltree::{Document, Node};

use super::{METADATA, children, decode};
use crate::sandbox::certificate;
use crate::sandbox::clock::Seconds;

/// A metadata document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Metadata {
    /// The provider's name, which is the issuer of its assertions.
    pub(in crate::sandbox) entity_id: String,
    /// Until when the document counts, where it says so.
    pub(in crate::sandbox) valid_until: Option<Seconds>,
    /// The certificates of keys for signatures, as base64.
    certificates: Vec<String>,
}

impl Metadata {
    /// Reads a document.
    ///
    /// # Errors
    /// What it lacks to be the metadata of an identity provider with a certificate.
    pub(in crate::sandbox) fn read(document: &str) -> Result<Metadata, &'static str> {
        let xml = Document::parse(document).map_err(|_| "it is no XML document")?;
        let root = xml.root_element();
        if !root.has_tag_name((METADATA, "EntityDescriptor")) {
            return Err("it has no EntityDescriptor of SAML 2.0");
        }
        let entity_id = root.attribute("entityID").filter(|id| !id.is_empty());
        let entity_id = entity_id.ok_or("EntityDescriptor has no entityID")?.to_owned();
        let providers: Vec<_> = children(root, METADATA, "IDPSSODescriptor").collect();
        if providers.is_empty() {
            return Err("it describes no identity provider (IDPSSODescriptor)");
        }
        if !providers.iter().flat_map(|provider| provider.descendants()).any(|node| is_certificate(&node)) {
            return Err("the identity provider has no certificate");
        }
        let keys = providers.iter().flat_map(|provider| children(*provider, METADATA, "KeyDescriptor"));
        // SAML metadata, section 2.4.1.1: a key without a use is for all uses.
        let keys = keys.filter(|key| key.attribute("use").is_none_or(|usage| usage == "signing"));
        let certificates = keys.flat_map(|key| key.descendants()).filter(is_certificate);
        let certificates = certificates.filter_map(super::text).collect();
        let until = root.attribute("validUntil").map(|text| time(text).ok_or("validUntil is no time"));
        Ok(Metadata { entity_id, valid_until: until.transpose()?, certificates })
    }

    /// The public keys that signatures are checked by, as bits.
    ///
    /// Whether a certificate has ended does not matter: the IAM User Guide, "Create a SAML identity provider".
    pub(super) fn keys(&self) -> Vec<Vec<u8>> {
        let keys = self.certificates.iter().filter_map(|text| certificate::public_key_of(&decode(text)?));
        keys.collect()
    }
}

/// A point in time as XML Schema writes it: `2026-01-31T12:00:00.123Z`.
pub(super) fn time(text: &str) -> Option<Seconds> {
    DateTime::from_str(text.trim(), Format::DateTimeWithOffset).ok().map(|time| time.secs())
}

fn is_certificate(node: &Node<'_, '_>) -> bool {
    node.tag_name().name() == "X509Certificate"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::certificate::samples;

    #[test]
    fn keys_for_signatures_are_told_from_keys_for_other_uses() {
        let certificate = |name: &str| {
            let pem = samples::self_signed(name).0;
            pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n")
        };
        let key = |usage: &str, certificate: &str| {
            format!(
                "<KeyDescriptor {usage}><KeyInfo xmlns='http://www.w3.org/2000/09/xmldsig#'><X509Data>\
                 <X509Certificate>\n{certificate}\n</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
            )
        };
        let (one, other) = (certificate("one"), certificate("other"));
        let keys = [
            key("use='encryption'", &certificate("not")),
            key("use='signing'", &one),
            key("", &other),
            key("use='signing'", "AAAA"),
        ];
        let document = format!(
            "<EntityDescriptor xmlns='{METADATA}' entityID='urn:idp'><IDPSSODescriptor>{}</IDPSSODescriptor>\
             <SPSSODescriptor>{}</SPSSODescriptor></EntityDescriptor>",
            keys.concat(),
            key("use='signing'", &certificate("no"))
        );
        let metadata = Metadata::read(&document).unwrap();
        assert_eq!((metadata.entity_id.as_str(), metadata.valid_until), ("urn:idp", None));
        let expected = [&one, &other].map(|text| certificate::public_key_of(&decode(text).unwrap()).unwrap());
        assert_eq!(metadata.keys(), expected);
    }

    #[test]
    fn times_have_fractions_and_zones() {
        assert_eq!(time("1970-01-01T00:01:00Z"), Some(60));
        assert_eq!(time(" 1970-01-01T00:01:00.1234567Z"), Some(60));
        assert_eq!(time("1970-01-01T01:01:00+01:00"), Some(60));
        assert_eq!(time("1970-01-01"), None);
    }
}
