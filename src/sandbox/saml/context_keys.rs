//! The condition keys that attributes of an assertion become.
//!
//! The IAM User Guide, "Configure SAML assertions for the authentication
//! response" (names of attributes) and "IAM and AWS STS condition context keys"
//! (names of keys), in its spelling, oddities included.

/// How many values a key can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    /// The first one alone.
    One,
    /// All.
    Many,
}
use Values::{Many, One};

/// Attributes and their keys, without `saml:`.
const ATTRIBUTES: &[(&str, &str, Values)] = &[
    // eduPerson and eduOrg.
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "edupersonaffiliation", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.2", "edupersonnickname", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.3", "edupersonorgdn", One),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.4", "edupersonorgunitdn", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.5", "edupersonprimaryaffiliation", One),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "edupersonprincipalname", One),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "edupersonentitlement", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.8", "edupersonprimaryorgunitdn", One),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "edupersonscopedaffiliation", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "edupersontargetedid", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.11", "edupersonassurance", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.2", "eduorghomepageuri", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.3", "eduorgidentityauthnpolicyuri", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.4", "eduorglegalname", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.5", "eduorgsuperioruri", Many),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.6", "eduorgwhitepagesuri", Many),
    ("urn:oid:2.5.4.3", "cn", Many),
    // Active Directory.
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "name", One),
    ("http://schemas.xmlsoap.org/claims/CommonName", "commonName", One),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "givenName", One),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "surname", One),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "mail", One),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "uid", One),
    // X.500.
    ("2.5.4.3", "commonName", One),
    ("2.5.4.4", "surname", One),
    ("2.4.5.42", "givenName", One),
    ("2.5.4.45", "x500UniqueIdentifier", One),
    ("0.9.2342.19200300100.1.1", "uid", One),
    ("0.9.2342.19200300100.1.3", "mail", One),
    ("0.9.2342.19200300.100.1.45", "organizationStatus", One),
];

/// The keys of attributes, with their values. Of several attributes for one key the first counts: "only one
/// claim will be mapped".
pub(in crate::sandbox) fn keys(attributes: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let mut keys: Vec<(String, Vec<String>)> = Vec::new();
    for (name, values) in attributes {
        let Some((_, key, most)) = ATTRIBUTES.iter().find(|(known, ..)| known == name) else { continue };
        let key = format!("saml:{key}");
        if !keys.iter().any(|(known, _)| *known == key) {
            let most = if *most == One { 1 } else { values.len() };
            keys.push((key, values.iter().take(most).cloned().collect()));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_become_keys_with_one_value_or_all() {
        let attribute = |name: &str, values: &[&str]| {
            (name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
        };
        let found = keys(&[
            attribute("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", &["staff", "faculty"]),
            attribute("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", &["a@b", "c@d"]),
            attribute("0.9.2342.19200300100.1.3", &["e@f"]),
            attribute("https://example.com/other", &["x"]),
        ]);
        let expected =
            [attribute("saml:edupersonaffiliation", &["staff", "faculty"]), attribute("saml:mail", &["a@b"])];
        assert_eq!(found, expected);
    }
}
