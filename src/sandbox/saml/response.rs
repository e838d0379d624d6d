//! A response of an identity provider, checked by the rules of the browser profile.
//!
//! SAML profiles, section 4.1.4.3, and what AWS asks for beyond it: the IAM User
//! Guide, "Configure SAML assertions for the authentication response". What
//! cannot be checked here is left: there was no request that the response
//! answers, and an assertion can be used again within its five minutes, as in
//! AWS, where one assertion serves for several roles.

use roxmltree::{Document, Node};

use super::metadata::{Metadata, time};
use super::{ASSERTION, PROTOCOL, children, decode, line_ends, only, parse, signature, text};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;

/// How long after its issue an assertion can be used.
const FRESH: Seconds = 300;

/// How many seconds the provider's clock may be ahead. Behind it must not be: what is over is over.
const AHEAD: Seconds = 300;

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// The name of AWS as an audience, beside the addresses of its sign-in.
const AUDIENCE: &str = "urn:amazon:webservices";

/// The format of a name that says none: SAML core, section 8.3.1.
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/// What an identity provider says of somebody, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Assertion {
    /// Who says it.
    pub(in crate::sandbox) issuer: String,
    /// Of whom: the `NameID`.
    pub(in crate::sandbox) subject: String,
    /// The URI of the name's format.
    pub(in crate::sandbox) format: String,
    /// The address that it was made for.
    pub(in crate::sandbox) recipient: String,
    /// When a session by it has to end, where it says so.
    pub(in crate::sandbox) session_ends: Option<Seconds>,
    /// Attributes by their names, with all their values, in their order.
    pub(in crate::sandbox) attributes: Vec<(String, Vec<String>)>,
}

/// Those for whom assertions are made: the sign-in of AWS.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct Recipient<'a> {
    /// The provider's id, by which it may have an address of its own.
    pub(in crate::sandbox) provider_id: &'a str,
}

impl Recipient<'_> {
    /// Whether an address is that of the sign-in, of the world or a region: `https://signin.aws.amazon.com/saml`,
    /// `https://eu-west-1.signin.aws.amazon.com/saml/acs/SAMLP...`.
    fn is(&self, address: &str) -> bool {
        let Some(rest) = address.strip_prefix("https://") else { return false };
        let Some((host, path)) = rest.split_once('/') else { return false };
        let Some(region) = host.strip_suffix("signin.aws.amazon.com") else { return false };
        let is_region = region.strip_suffix('.').is_some_and(|region| {
            region.contains('-')
                && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        });
        let own = path.strip_prefix("saml/acs/");
        (region.is_empty() || is_region) && (path == "saml" || own == Some(self.provider_id))
    }

    /// The same for an audience. What follows `#` tells applications of one provider apart.
    fn is_audience(&self, name: &str) -> bool {
        let name = name.split_once('#').map_or(name, |(name, _)| name);
        name == AUDIENCE || self.is(name)
    }
}

pub(in crate::sandbox) fn invalid(why: impl Into<String>) -> Fault {
    Fault::new("InvalidIdentityToken", 400, why)
}

fn expired(why: impl Into<String>) -> Fault {
    Fault::new("ExpiredTokenException", 400, why)
}

impl Assertion {
    /// Reads and verifies a response in base64.
    ///
    /// # Errors
    /// `InvalidIdentityToken`, `ExpiredTokenException`, or `IDPRejectedClaim` where the provider says that it has not
    /// signed anybody in.
    pub(in crate::sandbox) fn read(
        response: &str,
        metadata: &Metadata,
        recipient: Recipient<'_>,
        now: Seconds,
    ) -> Result<Assertion, Fault> {
        let bytes = decode(response).ok_or_else(|| invalid("Invalid base64 SAMLResponse"))?;
        let no_xml = |why: &str| invalid(format!("Invalid SAMLResponse: it cannot be read as XML: {why}."));
        let response = String::from_utf8(bytes).map_err(|_| no_xml("it is not UTF-8"))?;
        let response = line_ends(&response);
        let document = parse(&response).map_err(|why| no_xml(&why))?;
        let assertion = find(&document)?;
        let issuer = issuer(document.root_element(), assertion, metadata)?;
        check_signatures(document.root_element(), assertion, metadata)?;
        // From here on, everything is read from the assertion, which was signed.
        check_times(assertion, now)?;
        let conditions = only(assertion, ASSERTION, "Conditions").ok_or_else(no_audience)?;
        check_audience(conditions, recipient)?;
        check_window(conditions, "the assertion's Conditions", now)?;
        let (subject, format, recipient) = subject(assertion, recipient, now)?;
        let session_ends = session_ends(assertion, now)?;
        Ok(Assertion { issuer, subject, format, recipient, session_ends, attributes: attributes(assertion) })
    }

    /// All values of all attributes of this name.
    pub(in crate::sandbox) fn values<'s>(&'s self, name: &str) -> Vec<&'s str> {
        let of_name = self.attributes.iter().filter(|(known, _)| known == name);
        of_name.flat_map(|(_, values)| values.iter().map(String::as_str)).collect()
    }
}

/// The one assertion of a response that tells of success.
fn find<'a, 'i>(document: &'a Document<'i>) -> Result<Node<'a, 'i>, Fault> {
    let root = document.root_element();
    if !root.has_tag_name((PROTOCOL, "Response")) {
        return Err(invalid("Invalid SAMLResponse: its root is no Response of SAML 2.0."));
    }
    let status = only(root, PROTOCOL, "Status").and_then(|status| only(status, PROTOCOL, "StatusCode"));
    match status.and_then(|code| code.attribute("Value")) {
        Some(SUCCESS) => {}
        Some(other) => {
            let why = format!("The identity provider has not signed the user in: its status is {other}.");
            return Err(Fault::new("IDPRejectedClaim", 403, why));
        }
        None => return Err(invalid("Invalid SAMLResponse: it has no Status with a StatusCode.")),
    }
    if children(root, ASSERTION, "EncryptedAssertion").next().is_some() {
        return Err(Fault::new(
            "NotSupported",
            501,
            "Encrypted assertions are not supported by the sandbox; let the identity provider send it plain.",
        ));
    }
    // One response and one assertion, wherever else they could be hidden.
    let count = |namespace: &'static str, name: &'static str| {
        document.descendants().filter(|node| node.has_tag_name((namespace, name))).count()
    };
    let assertion = only(root, ASSERTION, "Assertion");
    assertion
        .filter(|_| count(PROTOCOL, "Response") == 1 && count(ASSERTION, "Assertion") == 1)
        .ok_or_else(|| invalid("Invalid SAMLResponse: it needs exactly one Assertion, inside of Response."))
}

/// The issuer of assertion and response, who has to be the provider.
fn issuer(root: Node<'_, '_>, assertion: Node<'_, '_>, metadata: &Metadata) -> Result<String, Fault> {
    let issuer = only(assertion, ASSERTION, "Issuer").and_then(text);
    let outer: Vec<_> = children(root, ASSERTION, "Issuer").map(text).collect();
    let is_provider = |text: &Option<String>| text.as_deref().map(str::trim) == Some(&metadata.entity_id);
    match is_provider(&issuer) && outer.iter().all(is_provider) {
        true => Ok(metadata.entity_id.clone()),
        false => Err(invalid("Issuer not present in specified provider")),
    }
}

/// Whoever signs, the assertion is what is signed: as the element itself or inside of the response.
fn check_signatures(root: Node<'_, '_>, assertion: Node<'_, '_>, metadata: &Metadata) -> Result<(), Fault> {
    let keys = metadata.keys();
    let mut signed = false;
    for element in [root, assertion] {
        let checked = signature::of(element).and_then(|found| match found {
            Some(signature) => signature::verify(element, signature, &keys).map(|()| true),
            None => Ok(false),
        });
        signed |= checked.map_err(|why| invalid(format!("Response signature invalid: {why}.")))?;
    }
    match signed {
        true => Ok(()),
        false => Err(invalid("Response signature invalid: neither Response nor Assertion is signed.")),
    }
}

fn check_times(assertion: Node<'_, '_>, now: Seconds) -> Result<(), Fault> {
    if assertion.attribute("Version") != Some("2.0") {
        return Err(invalid("Invalid SAMLResponse: the version of the assertion is not 2.0."));
    }
    let issued = at(assertion, "IssueInstant")?;
    let issued = issued.ok_or_else(|| invalid("Invalid SAMLResponse: the assertion has no IssueInstant."))?;
    if now > issued + FRESH {
        return Err(expired("Token must be redeemed within 5 minutes of issuance"));
    }
    if issued > now + AHEAD {
        return Err(invalid("Invalid SAMLResponse: the assertion was issued in the future."));
    }
    Ok(())
}

fn no_audience() -> Fault {
    invalid("Response does not contain the required audience.")
}

/// Each restriction has to name AWS, by one of its audiences: SAML core, section 2.5.1.4.
fn check_audience(conditions: Node<'_, '_>, recipient: Recipient<'_>) -> Result<(), Fault> {
    let mut restrictions = children(conditions, ASSERTION, "AudienceRestriction").peekable();
    let names_us = |restriction: Node<'_, '_>| {
        let mut audiences = children(restriction, ASSERTION, "Audience").filter_map(text);
        audiences.any(|audience| recipient.is_audience(audience.trim()))
    };
    match restrictions.peek().is_some() && restrictions.all(names_us) {
        true => Ok(()),
        false => Err(no_audience()),
    }
}

/// `NotBefore` and `NotOnOrAfter` of an element.
fn check_window(node: Node<'_, '_>, what: &str, now: Seconds) -> Result<(), Fault> {
    if at(node, "NotBefore")?.is_some_and(|begins| begins > now + AHEAD) {
        return Err(invalid(format!("Invalid SAMLResponse: the time of {what} has not come yet.")));
    }
    if at(node, "NotOnOrAfter")?.is_some_and(|ends| ends <= now) {
        return Err(expired(format!("Token expired: the time of {what} is over.")));
    }
    Ok(())
}

/// The name of the subject, its format, and for which address it was confirmed.
fn subject(
    assertion: Node<'_, '_>,
    recipient: Recipient<'_>,
    now: Seconds,
) -> Result<(String, String, String), Fault> {
    let wrong = |why: &str| invalid(format!("Invalid SAMLResponse: {why}."));
    let subject = only(assertion, ASSERTION, "Subject");
    let name = subject.and_then(|subject| only(subject, ASSERTION, "NameID"));
    let value = name.and_then(text).filter(|text| !text.trim().is_empty());
    let (Some(subject), Some(name), Some(value)) = (subject, name, value) else {
        // The IAM User Guide, "Troubleshoot SAML federation", has this among what is not authorized.
        return Err(Fault::access_denied(
            "Not authorized to perform sts:AssumeRoleWithSAML: the assertion has no Subject with a NameID",
        ));
    };
    let confirmation = only(subject, ASSERTION, "SubjectConfirmation")
        .filter(|confirmation| confirmation.attribute("Method") == Some(BEARER))
        .and_then(|confirmation| only(confirmation, ASSERTION, "SubjectConfirmationData"))
        .ok_or_else(|| {
            wrong("Subject needs exactly one SubjectConfirmation, of the method bearer, with its data")
        })?;
    let address = confirmation.attribute("Recipient").unwrap_or_default();
    if !recipient.is(address) {
        return Err(wrong(&format!("its Recipient {address:?} is not the sign-in of AWS")));
    }
    if confirmation.attribute("NotOnOrAfter").is_none() {
        return Err(wrong("SubjectConfirmationData needs NotOnOrAfter"));
    }
    check_window(confirmation, "its SubjectConfirmationData", now)?;
    Ok((value, name.attribute("Format").unwrap_or(UNSPECIFIED).to_owned(), address.to_owned()))
}

/// The earliest end of a session.
fn session_ends(assertion: Node<'_, '_>, now: Seconds) -> Result<Option<Seconds>, Fault> {
    let mut earliest = None;
    for statement in children(assertion, ASSERTION, "AuthnStatement") {
        if let Some(ends) = at(statement, "SessionNotOnOrAfter")? {
            earliest = Some(earliest.map_or(ends, |earliest: Seconds| earliest.min(ends)));
        }
    }
    match earliest {
        Some(ends) if ends <= now => Err(expired(
            "Token expired: the session that the assertion tells of is over (SessionNotOnOrAfter).",
        )),
        earliest => Ok(earliest),
    }
}

fn attributes(assertion: Node<'_, '_>) -> Vec<(String, Vec<String>)> {
    let statements = children(assertion, ASSERTION, "AttributeStatement");
    let mut attributes = Vec::new();
    for attribute in statements.flat_map(|statement| children(statement, ASSERTION, "Attribute")) {
        let name = attribute.attribute("Name").unwrap_or_default();
        // Some attributes have elements for values (eduPersonTargetedID); they are no texts and left out.
        let values = children(attribute, ASSERTION, "AttributeValue").filter_map(text).collect();
        attributes.push((name.to_owned(), values));
    }
    attributes
}

/// A point in time out of an attribute.
fn at(node: Node<'_, '_>, name: &str) -> Result<Option<Seconds>, Fault> {
    let Some(text) = node.attribute(name) else { return Ok(None) };
    let time =
        time(text).ok_or_else(|| invalid(format!("Invalid SAMLResponse: {name} {text:?} is no time.")))?;
    Ok(Some(time))
}
