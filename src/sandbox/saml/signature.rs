//! XML signatures that stand in the element that they sign.
//!
//! SAML core, section 5.4, narrows the W3C's "XML Signature Syntax and
//! Processing 1.1" down to this: a signature is a child of the element that it
//! signs, has one reference, to that element's ID, and the transforms
//! "enveloped" and exclusive canonicalisation. All else is refused, above all
//! what decides by something out of the document: a key in it counts for
//! nothing, and neither does an ID that stands twice.

use ring::digest;
use ring::signature::{self as algorithms, UnparsedPublicKey, VerificationAlgorithm};
use roxmltree::Node;

use super::c14n::Method;
use super::{children, decode, only, text};

/// The namespace of signatures.
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Exclusive canonicalisation, and the namespace of its parameters.
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// What is appended for the method that keeps comments.
const WITH_COMMENTS: &str = "WithComments";

/// The signature of an element; none where it has none.
///
/// # Errors
/// It has more than one.
pub(super) fn of<'a, 'i>(element: Node<'a, 'i>) -> Result<Option<Node<'a, 'i>>, String> {
    match children(element, SIGNATURE, "Signature").count() {
        0 => Ok(None),
        1 => Ok(only(element, SIGNATURE, "Signature")),
        _ => Err("an element has more than one signature".to_owned()),
    }
}

/// Checks that one of the keys has signed an element as it stands there. The keys are the bits of public keys,
/// as certificates have them.
///
/// # Errors
/// Why it does not count.
pub(super) fn verify(element: Node<'_, '_>, signature: Node<'_, '_>, keys: &[Vec<u8>]) -> Result<(), String> {
    if children(signature, SIGNATURE, "Object").next().is_some() {
        return Err("it has an Object".to_owned());
    }
    let info = one(signature, "SignedInfo")?;
    let reference = one(info, "Reference")?;

    let id = element.attribute("ID").filter(|id| !id.is_empty()).ok_or("the signed element has no ID")?;
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err("its Reference is not to the element that it stands in".to_owned());
    }
    if element.document().descendants().filter(|node| has_id(*node, id)).count() != 1 {
        return Err(format!("the ID {id} stands twice"));
    }
    let digest = digest_algorithm(algorithm(one(reference, "DigestMethod")?))?;
    let signed = transforms(one(reference, "Transforms")?)?.canonical(element, Some(signature));
    if digest::digest(digest, signed.as_bytes()).as_ref() != bytes(one(reference, "DigestValue")?)? {
        return Err("the digest is not that of what it signs".to_owned());
    }

    let method = canonicalisation(one(info, "CanonicalizationMethod")?)?;
    let by = signature_algorithm(algorithm(one(info, "SignatureMethod")?))?;
    let (info, value) = (method.canonical(info, None), bytes(one(signature, "SignatureValue")?)?);
    let is_of = |key: &Vec<u8>| UnparsedPublicKey::new(by, key).verify(info.as_bytes(), &value).is_ok();
    match keys.iter().any(is_of) {
        true => Ok(()),
        false => Err("it is of no key in the metadata of the provider".to_owned()),
    }
}

fn one<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>, String> {
    only(node, SIGNATURE, name).ok_or_else(|| format!("{} needs exactly one {name}", node.tag_name().name()))
}

fn algorithm<'a>(node: Node<'a, '_>) -> &'a str {
    node.attribute("Algorithm").unwrap_or_default()
}

fn bytes(node: Node<'_, '_>) -> Result<Vec<u8>, String> {
    let found = text(node).as_deref().and_then(decode);
    found.ok_or_else(|| format!("{} is not base64", node.tag_name().name()))
}

/// Whether an element has this ID, by whatever attribute a program may take for one.
fn has_id(node: Node<'_, '_>, id: &str) -> bool {
    node.attributes().any(|one| one.name().eq_ignore_ascii_case("id") && one.value() == id)
}

/// What is done to an element before its digest is taken.
///
/// Comments never stay: a reference by `#ID` leaves them out, section 4.4.3.3.
fn transforms(list: Node<'_, '_>) -> Result<Method, String> {
    let found: Vec<_> = list.children().filter(Node::is_element).collect();
    let [enveloped, last] = found.as_slice() else {
        return Err("it needs two transforms, enveloped-signature and exclusive canonicalisation".to_owned());
    };
    if [enveloped, last].iter().any(|node| !node.has_tag_name((SIGNATURE, "Transform")))
        || algorithm(*enveloped) != ENVELOPED
        || enveloped.children().any(|child| child.is_element())
    {
        return Err("its first transform is not enveloped-signature".to_owned());
    }
    Ok(Method { comments: false, ..canonicalisation(*last)? })
}

fn canonicalisation(node: Node<'_, '_>) -> Result<Method, String> {
    let comments = match algorithm(node).strip_prefix(EXCLUSIVE) {
        Some("") => false,
        Some(WITH_COMMENTS) => true,
        _ => return Err(format!("{:?} is not exclusive canonicalisation", algorithm(node))),
    };
    let mut inclusive = std::collections::BTreeSet::new();
    for child in node.children().filter(Node::is_element) {
        if !child.has_tag_name((EXCLUSIVE, "InclusiveNamespaces")) {
            return Err(format!("canonicalisation has no parameter {}", child.tag_name().name()));
        }
        let list = child.attribute("PrefixList").unwrap_or_default();
        let prefixes = list.split_ascii_whitespace();
        inclusive.extend(prefixes.map(|prefix| if prefix == "#default" { "" } else { prefix }.to_owned()));
    }
    Ok(Method { comments, inclusive })
}

/// SHA-1 is not among them: whoever can make two documents of one digest has one signed and shows the other.
fn digest_algorithm(name: &str) -> Result<&'static digest::Algorithm, String> {
    match name {
        "http://www.w3.org/2001/04/xmlenc#sha256" => Ok(&digest::SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Ok(&digest::SHA384),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Ok(&digest::SHA512),
        _ => Err(format!("the digest method {name:?} is not supported")),
    }
}

/// RFC 9231, sections 2.3.2 to 2.3.6. RSA keys have 2048 bits or more; ECDSA signatures are two numbers side by
/// side.
fn signature_algorithm(name: &str) -> Result<&'static dyn VerificationAlgorithm, String> {
    match name.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#") {
        Some("rsa-sha256") => Ok(&algorithms::RSA_PKCS1_2048_8192_SHA256),
        Some("rsa-sha384") => Ok(&algorithms::RSA_PKCS1_2048_8192_SHA384),
        Some("rsa-sha512") => Ok(&algorithms::RSA_PKCS1_2048_8192_SHA512),
        Some("ecdsa-sha256") => Ok(&algorithms::ECDSA_P256_SHA256_FIXED),
        Some("ecdsa-sha384") => Ok(&algorithms::ECDSA_P384_SHA384_FIXED),
        _ => Err(format!("the signature method {name:?} is not supported")),
    }
}
