//! Signatures that are none, and signatures of something else than what is read.

use super::*;

/// An assertion about the administrator that nobody has signed.
fn forged(world: &World) -> String {
    world.idp.assertion(&Claims { subject: "admin".into(), ..world.claims() })
}

/// The signed assertion, and the signature in it.
fn genuine(world: &World) -> (String, String) {
    let plain = world.idp.assertion(&world.claims());
    let signature = world.idp.signature(&plain, "_assertion", Hash::Sha256).unwrap();
    (world.idp.sign(&plain, "_assertion", Hash::Sha256).unwrap(), signature)
}

#[track_caller]
fn refused(reply: &str, why: &str) {
    assert!(reply.starts_with("400 InvalidIdentityToken: "), "{reply}");
    assert!(reply.contains(why), "{why}: {reply}");
}

#[test]
fn what_is_not_signed_or_was_changed_does_not_count() {
    let world = World::plain();
    let claims = world.claims();
    let unsigned = world.idp.envelope(&claims, &world.idp.assertion(&claims));
    refused(&world.xml(&unsigned), "neither Response nor Assertion is signed");
    let signed = world.signed();
    let digest = "the digest is not that of what it signs";
    refused(&world.xml(&signed.replace("alice-7", "admin")), digest);
    let moved = signed.replacen("<saml:Subject>", "<saml:Subject >\n", 1);
    refused(&world.xml(&moved), digest);
    // The signature of a response holds for the assertion in it, and a wrong one is not made up for.
    let response = world.idp.sign(&unsigned, "_response", Hash::Sha256).unwrap();
    refused(&world.xml(&response.replace("alice-7", "admin")), digest);
    let both = world.idp.sign(&signed, "_response", Hash::Sha256).unwrap();
    refused(&world.xml(&both.replacen("status:Success\"", "status:Success\" x=\"\"", 1)), digest);
    let value = signed.split("<ds:SignatureValue>").nth(1).unwrap().split('<').next().unwrap();
    let other = format!("A{}", &value[1..]).replacen("AA", "BA", 1);
    refused(&world.xml(&signed.replace(value, &other)), "it is of no key");
    refused(&world.xml(&signed.replace(value, "*")), "SignatureValue is not base64");
    refused(&world.xml(&signed.replace("<ds:DigestValue>", "<ds:DigestValue>A")), "DigestValue");
}

#[test]
fn methods_that_prove_nothing_are_refused() {
    let world = World::plain();
    let signed = world.signed();
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let more = "http://www.w3.org/2001/04/xmldsig-more#";
    for (from, to, why) in [
        (format!("{more}rsa-sha256"), format!("{more}hmac-sha256"), "hmac-sha256\" is not supported"),
        (format!("{more}rsa-sha256"), "http://www.w3.org/2000/09/xmldsig#hmac-sha1".into(), "not supported"),
        (format!("{more}rsa-sha256"), "http://www.w3.org/2000/09/xmldsig#rsa-sha1".into(), "not supported"),
        (format!("{more}rsa-sha256"), "none".into(), "\"none\" is not supported"),
        (format!("{more}rsa-sha256"), format!("{more}rsa-sha512"), "it is of no key"),
        (format!("{more}rsa-sha256"), format!("{more}ecdsa-sha256"), "it is of no key"),
        (
            "http://www.w3.org/2001/04/xmlenc#sha256".into(),
            "http://www.w3.org/2000/09/xmldsig#sha1".into(),
            "digest method \"http://www.w3.org/2000/09/xmldsig#sha1\" is not supported",
        ),
        (
            format!("<ds:Transform Algorithm=\"{exclusive}\">"),
            "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\">".into(),
            "is not exclusive canonicalisation",
        ),
        (
            format!("<ds:Transform Algorithm=\"{exclusive}\">"),
            "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\">".into(),
            "is not exclusive canonicalisation",
        ),
        (
            format!("<ds:CanonicalizationMethod Algorithm=\"{exclusive}\">"),
            "<ds:CanonicalizationMethod Algorithm=\"urn:none\">".into(),
            "is not exclusive canonicalisation",
        ),
        ("xmldsig#enveloped-signature".into(), "xmldsig#base64".into(), "not enveloped-signature"),
        (
            "<ds:Transforms>".into(),
            "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"/>"
                .into(),
            "it needs two transforms",
        ),
    ] {
        let changed = signed.replace(&from, &to);
        assert_ne!(changed, signed, "{from}");
        refused(&world.xml(&changed), why);
    }
}

/// The key in a signature is whoever's has made it.
#[test]
fn a_key_in_the_document_counts_for_nothing() {
    let world = World::plain();
    let stranger = Idp::ecdsa(ISSUER, Hash::Sha256).unwrap();
    let claims = world.claims();
    let key = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
        stranger.certificate()
    );
    let signed = stranger.sign(&stranger.assertion(&claims), "_assertion", Hash::Sha256).unwrap();
    let signed = signed.replace("</ds:Signature>", &key);
    refused(&world.xml(&world.idp.envelope(&claims, &signed)), "it is of no key in the metadata");
    // Beside a right signature it does no harm.
    let right = world.signed().replace("</ds:Signature>", &key);
    assert!(world.xml(&right).contains("<AccessKeyId>"));
}

/// Signature wrapping: the signed element is somewhere, and another one stands where it is read.
///
/// The places are those of Somorovsky and others, "On Breaking SAML: Be Whoever You Want to Be" (2012).
#[test]
fn a_signed_element_elsewhere_does_not_stand_for_the_one_that_is_read() {
    let world = World::plain();
    let claims = world.claims();
    let (signed, signature) = genuine(&world);
    let original = world.idp.assertion(&claims);
    let forged = forged(&world);
    let renamed = forged.replace("_assertion", "_forged");
    let envelope = |inner: &str| world.idp.envelope(&claims, inner);
    let with =
        |element: &str, inner: &str| element.replacen("</saml:Issuer>", &format!("</saml:Issuer>{inner}"), 1);
    let holding = |inner: &str| {
        signature.replace("</ds:Signature>", &format!("<ds:Object>{inner}</ds:Object></ds:Signature>"))
    };
    let response = world.idp.envelope(&claims, &original);
    let response_signature = world.idp.signature(&response, "_response", Hash::Sha256).unwrap();
    let forged_response = envelope(&renamed).replace("_response", "_forged_response");
    let response_holding = response_signature
        .replace("</ds:Signature>", &format!("<ds:Object>{response}</ds:Object></ds:Signature>"));
    for (number, xml) in [
        // The forged response holds the original one, in its signature or beside it.
        (1, with(&forged_response, &response_holding)),
        (2, with(&forged_response, &format!("{response_signature}{response}"))),
        // The forged assertion before the signed one, after it, around it, in it.
        (3, envelope(&format!("{renamed}{signed}"))),
        (4, envelope(&format!("{signed}{renamed}"))),
        (5, envelope(&with(&renamed, &signed))),
        (6, envelope(&signed.replace("</saml:Assertion>", &format!("{renamed}</saml:Assertion>")))),
        // The signature moves into the forged one, with the original in it, beside it or before it.
        (7, envelope(&with(&renamed, &holding(&original)))),
        (8, envelope(&with(&renamed, &format!("{signature}{original}")))),
        (9, envelope(&format!("{original}{}", with(&renamed, &signature)))),
        // The same with the ID of the original.
        (10, envelope(&with(&forged, &holding(&original)))),
        (11, envelope(&format!("{}{signed}", with(&forged, &signature)))),
        // The original in an extension or an object of the response.
        (12, envelope(&format!("<samlp:Extensions>{signed}</samlp:Extensions>{renamed}"))),
        (13, envelope(&format!("{renamed}{}", holding(&original)))),
        // The original is no assertion by its name any more, or hidden in the forged one's advice.
        (14, envelope(&with(&renamed, &format!("{signature}<saml:Advice>{original}</saml:Advice>")))),
        (15, envelope(&with(&forged, &signature))),
    ] {
        let reply = world.xml(&xml);
        assert!(reply.starts_with("400 InvalidIdentityToken: "), "{number}: {reply}");
    }
}

/// One assertion alone, so that what decides is the signature.
#[test]
fn a_signature_counts_for_the_element_that_it_stands_in() {
    let world = World::plain();
    let claims = world.claims();
    let (signed, signature) = genuine(&world);
    let forged = forged(&world);
    let with =
        |element: &str, inner: &str| element.replacen("</saml:Issuer>", &format!("</saml:Issuer>{inner}"), 1);
    let envelope = |inner: &str| world.idp.envelope(&claims, inner);
    // The original goes by another name, with its ID.
    let hidden = world.idp.assertion(&claims).replace("saml:Assertion", "saml:Hidden");
    let hidden_signature = world.idp.signature(&hidden, "_assertion", Hash::Sha256).unwrap();
    let renamed = forged.replace("_assertion", "_forged");
    refused(
        &world.xml(&envelope(&with(&renamed, &format!("{hidden_signature}{hidden}")))),
        "its Reference is not to the element that it stands in",
    );
    refused(&world.xml(&envelope(&with(&forged, &format!("{hidden_signature}{hidden}")))), "stands twice");
    for name in ["Id", "id", "xml:id"] {
        let other = hidden.replace(" ID=", &format!(" {name}="));
        let xml =
            envelope(&with(&forged, &signature)).replace("<samlp:Status>", &format!("{other}<samlp:Status>"));
        refused(&world.xml(&xml), "stands twice");
    }
    // References to the whole document, to nothing, by another way, or several.
    for uri in ["URI=\"\"", "", "URI=\"#xpointer(id('_assertion'))\"", "URI=\"_assertion\""] {
        let xml = envelope(&signed.replace("URI=\"#_assertion\"", uri));
        refused(&world.xml(&xml), "its Reference is not to the element");
    }
    let reference = signed.split_once("<ds:Reference").unwrap().1.split_once("</ds:Reference>").unwrap().0;
    let reference = format!("<ds:Reference{reference}</ds:Reference>");
    let twice = signed.replace(&reference, &format!("{reference}{reference}"));
    refused(&world.xml(&envelope(&twice)), "SignedInfo needs exactly one Reference");
    let two = with(&signed, &signature);
    refused(&world.xml(&envelope(&two)), "more than one signature");
    let deeper = signed.replace(&signature, &format!("<saml:Advice>{signature}</saml:Advice>"));
    refused(&world.xml(&envelope(&deeper)), "neither Response nor Assertion is signed");
    let nameless = signed.replacen(" ID=\"_assertion\"", "", 1);
    refused(&world.xml(&envelope(&nameless)), "the signed element has no ID");
}
