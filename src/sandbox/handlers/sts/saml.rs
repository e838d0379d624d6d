//! AssumeRoleWithSAML: a role for somebody with an assertion of a SAML identity provider.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rusqlite::OptionalExtension as _;

use super::federated::Federated;
use super::session_input::{SessionInput, check_tags};
use crate::policy::Principal;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{Call, key};
use crate::sandbox::saml::{Assertion, Metadata, Recipient, context_keys, invalid};
use crate::value::Map;

const ACTION: &str = "sts:AssumeRoleWithSAML";

/// The attributes that are for AWS begin with this.
const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";

/// Seconds that `SessionDuration` can tell.
const DURATIONS: std::ops::RangeInclusive<Seconds> = 900..=43_200;

/// What is cut off from the format of a name.
const FORMATS: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

pub(super) fn assume_role(call: &Call<'_>) -> Result<Map, Fault> {
    let provider = Provider::named(call)?;
    let recipient = Recipient { provider_id: &provider.id };
    let assertion = Assertion::read(call.needed("SAMLAssertion")?, &provider.metadata, recipient, call.now)?;
    check_role(call, &assertion, &provider.arn)?;
    let session_name = named(&assertion, "RoleSessionName", |rule| {
        format!("RoleSessionName in AuthnResponse must match {rule}")
    })?;
    let session_name = session_name.ok_or_else(|| invalid("RoleSessionName is required in AuthnResponse"))?;
    let source_identity = named(&assertion, "SourceIdentity", |rule| {
        format!("Source Identity must match {rule} and not begin with \"aws:\"")
    })?;
    let mut input = SessionInput::of(call)?;
    add_tags(&mut input, &assertion)?;

    let qualifier = provider.qualifier(call, &assertion);
    let kind = assertion.format.strip_prefix(FORMATS).unwrap_or(&assertion.format).to_owned();
    // In policies only these two are shortened.
    let is_short = matches!(kind.as_str(), "persistent" | "transient");
    let sub_type = if is_short { kind.clone() } else { assertion.format.clone() };
    // In the policies of the role there are three keys, in its trust policy all.
    let claims = vec![
        ("saml:namequalifier".to_owned(), qualifier.clone()),
        ("saml:sub".to_owned(), assertion.subject.clone()),
        ("saml:sub_type".to_owned(), sub_type),
    ];
    let mut trust_keys = context_keys(&assertion.attributes);
    trust_keys.extend(claims.iter().map(|(name, value)| (name.clone(), vec![value.clone()])));
    let document = format!("{}/{}", call.account, provider.name);
    for (name, value) in [("aud", &assertion.recipient), ("iss", &assertion.issuer), ("doc", &document)] {
        trust_keys.push((format!("saml:{name}"), vec![value.clone()]));
    }
    let federated = Federated {
        action: ACTION,
        principal: Principal::Saml { provider: provider.arn.clone() },
        provider: provider.arn,
        session_name,
        source_identity,
        trust_keys,
        claims,
        latest: latest(&assertion, call.now)?,
    };
    let mut reply = federated.assume(call, input)?;
    for (name, value) in [
        ("Subject", assertion.subject),
        ("SubjectType", kind),
        ("Issuer", assertion.issuer),
        ("Audience", assertion.recipient),
        ("NameQualifier", qualifier),
    ] {
        reply.insert(name.into(), value.into());
    }
    Ok(reply)
}

/// The provider that the request names.
struct Provider {
    arn: String,
    name: String,
    id: String,
    metadata: Metadata,
}

impl Provider {
    fn named(call: &Call<'_>) -> Result<Provider, Fault> {
        let arn = call.needed("PrincipalArn")?;
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        if !matches!(parts.as_slice(), ["arn", _, "iam", "", _, name] if name.starts_with("saml-provider/")) {
            return Err(Fault::validation(format!("{arn} is invalid")));
        }
        let mut statement = call.db.prepare_cached(
            "SELECT name, uuid, metadata, valid_until, encryption_mode FROM saml_provider WHERE arn = ?1",
        )?;
        let row = statement.query_row([arn], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get::<_, Seconds>(3)?, row.get(4)?))
        });
        let (name, id, metadata, valid_until, mode): (String, String, _, _, Option<String>) =
            row.optional()?.ok_or_else(|| invalid("Specified provider doesn't exist"))?;
        if mode.as_deref() == Some("Required") {
            return Err(Fault::new(
                "NotSupported",
                501,
                format!(
                    "{name} requires encrypted assertions, which the sandbox does not support; set its \
                         AssertionEncryptionMode to Allowed."
                ),
            ));
        }
        if valid_until <= call.now {
            return Err(invalid(format!("The metadata of {name} are no longer valid (validUntil)")));
        }
        let metadata = Metadata::read(&metadata).map_err(Fault::internal)?;
        Ok(Provider { arn: arn.to_owned(), name, id, metadata })
    }

    /// What makes a subject unique: STS API Reference, AssumeRoleWithSAML, `NameQualifier`.
    fn qualifier(&self, call: &Call<'_>, assertion: &Assertion) -> String {
        let text = format!("{}{}/{}", assertion.issuer, call.account, self.name);
        STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
    }
}

/// The assertion has to name role and provider as a pair, in either order.
fn check_role(call: &Call<'_>, assertion: &Assertion, provider: &str) -> Result<(), Fault> {
    let role = call.needed("RoleArn")?;
    let name = format!("{ATTRIBUTES}Role");
    let pairs = assertion.values(&name);
    if pairs.is_empty() {
        return Err(invalid(format!("The assertion has no attribute {name} with a role and a provider")));
    }
    let pairs = pairs.iter().filter_map(|pair| pair.split_once(','));
    let mut pairs = pairs.map(|(one, other)| (one.trim(), other.trim()));
    match pairs.any(|pair| pair == (role, provider) || pair == (provider, role)) {
        true => Ok(()),
        false => Err(Fault::access_denied(format!(
            "Not authorized to perform {ACTION}: the assertion does not name {role} with {provider}"
        ))),
    }
}

/// An attribute with one value, of 2 to 64 characters as names of sessions have them.
fn named(assertion: &Assertion, name: &str, wrong: impl Fn(&str) -> String) -> Result<Option<String>, Fault> {
    let values = assertion.values(&format!("{ATTRIBUTES}{name}"));
    let fits = |text: &str| {
        (2..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b))
    };
    match values.as_slice() {
        [] => Ok(None),
        [value] if fits(value) => Ok(Some((*value).to_owned())),
        _ => Err(invalid(wrong("[a-zA-Z_0-9+=,.@-]{2,64}"))),
    }
}

/// Adds the session tags that the assertion brings along.
fn add_tags(input: &mut SessionInput, assertion: &Assertion) -> Result<(), Fault> {
    let prefix = format!("{ATTRIBUTES}PrincipalTag:");
    for (name, values) in &assertion.attributes {
        let Some(name) = name.strip_prefix(&prefix) else { continue };
        let [value] = values.as_slice() else {
            return Err(invalid(format!("The session tag {name} of the assertion needs exactly one value.")));
        };
        input.tags.push((name.to_owned(), value.clone()));
    }
    let transitive = assertion.values(&format!("{ATTRIBUTES}TransitiveTagKeys"));
    for name in transitive {
        if !input.tags.iter().any(|(tag, _)| key(tag) == key(name)) {
            return Err(invalid(format!(
                "The transitive tag key {name} is not the key of one of the session tags of the assertion."
            )));
        }
        input.transitive.push(name.to_owned());
    }
    check_tags(&input.tags)
}

/// When the session ends at the latest: by `SessionNotOnOrAfter`, and by `SessionDuration`, which can make it
/// shorter but not longer.
fn latest(assertion: &Assertion, now: Seconds) -> Result<Seconds, Fault> {
    let name = format!("{ATTRIBUTES}SessionDuration");
    let duration = match assertion.values(&name).as_slice() {
        [] => None,
        [value] => Some(value.trim().parse().ok().filter(|seconds| DURATIONS.contains(seconds)).ok_or_else(
            || invalid(format!("SessionDuration {value:?} of the assertion is no number from 900 to 43200")),
        )?),
        _ => return Err(invalid("SessionDuration of the assertion needs exactly one value")),
    };
    let by_duration = duration.map(|seconds: Seconds| now + seconds);
    Ok(by_duration.into_iter().chain(assertion.session_ends).min().unwrap_or(Seconds::MAX))
}

#[cfg(test)]
#[path = "saml_tests.rs"]
mod tests;
