//! What a request gives a session: policies, tags, and how much room they take.

use crate::policy::{self, DocumentKind};
use crate::sandbox::authorize::{context, policies};
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{Call, key};
use crate::value::{Map, Value};

/// The most managed policies of a session: the IAM User Guide, "IAM and AWS STS quotas".
const MOST_POLICIES: usize = 10;

/// The most tags of a session, from the same page.
const MOST_TAGS: usize = 50;

/// The bytes that policies and tags may take when they are packed.
///
/// How AWS packs them is not published. Here they are deflated, so the percentages are near to AWS's at best.
const ROOM: usize = 2048;

/// Policies and tags of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct SessionInput {
    pub(super) policies: Vec<String>,
    pub(super) policy_arns: Vec<String>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) transitive: Vec<String>,
}

impl SessionInput {
    /// Reads `Policy`, `PolicyArns`, `Tags` and `TransitiveTagKeys`.
    ///
    /// # Errors
    /// A policy that is none or does not exist, too many of something, a tag twice.
    pub(super) fn of(call: &Call<'_>) -> Result<SessionInput, Fault> {
        let mut policies = Vec::new();
        if let Some(text) = call.text("Policy") {
            policy::parse(text, DocumentKind::Identity)
                .map_err(|fault| Fault::malformed_policy(fault.message))?;
            policies.push(text.to_owned());
        }
        let arns = call.list("PolicyArns").iter().filter_map(|item| item.get("arn").and_then(Value::as_str));
        let policy_arns: Vec<String> = arns.map(str::to_owned).collect();
        if policy_arns.len() > MOST_POLICIES {
            return Err(Fault::validation(format!(
                "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must \
                 have length less than or equal to {MOST_POLICIES}"
            )));
        }
        for arn in &policy_arns {
            if policies::managed_policy(call.db, arn)?.is_none() {
                return Err(Fault::validation(format!(
                    "The managed policy {arn} of PolicyArns does not exist."
                )));
            }
        }
        let tags = context::request_tags(call);
        check_tags(&tags)?;
        let transitive: Vec<String> =
            call.texts("TransitiveTagKeys").into_iter().map(str::to_owned).collect();
        let is_tag = |name: &String| tags.iter().any(|(tag, _)| key(tag) == key(name));
        if let Some(name) = transitive.iter().find(|name| !is_tag(name)) {
            return Err(Fault::validation(format!(
                "The transitive tag key {name} is not the key of one of the session tags."
            )));
        }
        Ok(SessionInput { policies, policy_arns, tags, transitive })
    }

    /// Adds the transitive tags of the session that asks.
    ///
    /// # Errors
    /// The request gives one of them another value: they stay as they are for a whole chain.
    pub(super) fn inherit(&mut self, tags: &[(String, String)], transitive: &[String]) -> Result<(), Fault> {
        for name in transitive {
            if self.tags.iter().any(|(tag, _)| key(tag) == key(name)) {
                return Err(Fault::validation(format!(
                    "The session tag {name} was passed on by the calling session and cannot be set again."
                )));
            }
            self.tags.extend(tags.iter().filter(|(tag, _)| key(tag) == key(name)).cloned());
            self.transitive.push(name.clone());
        }
        Ok(())
    }

    /// Adds `PackedPolicySize` to a reply, where there is anything to pack.
    ///
    /// # Errors
    /// It is more than there is room for.
    pub(super) fn add_size(&self, reply: &mut Map) -> Result<(), Fault> {
        let mut text = self.policies.concat();
        self.policy_arns.iter().for_each(|arn| text.push_str(arn));
        self.tags.iter().for_each(|(name, value)| text.extend([name.as_str(), value.as_str()]));
        if text.is_empty() {
            return Ok(());
        }
        let packed = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6).len();
        let percent = (100 * packed).div_ceil(ROOM);
        if percent > 100 {
            return Err(Fault::new(
                "PackedPolicyTooLarge",
                400,
                format!("Packed policy consumes {percent}% of allotted space, please use smaller policy."),
            ));
        }
        reply.insert("PackedPolicySize".into(), Value::Int(i64::try_from(percent).unwrap_or(100)));
        Ok(())
    }
}

/// How many characters the session token has to have at least.
pub(super) fn token_size(call: &Call<'_>) -> usize {
    call.integer("MinimumSessionTokenSize").and_then(|size| usize::try_from(size).ok()).unwrap_or(0)
}

/// Whether session tags are as they should be.
pub(super) fn check_tags(tags: &[(String, String)]) -> Result<(), Fault> {
    if tags.len() > MOST_TAGS {
        return Err(Fault::validation(format!("A session has at most {MOST_TAGS} tags.")));
    }
    for (index, (name, _)) in tags.iter().enumerate() {
        if name.to_lowercase().starts_with("aws:") {
            return Err(Fault::validation("Tag keys that begin with aws: are reserved."));
        }
        if tags.iter().skip(index + 1).any(|(other, _)| key(other) == key(name)) {
            return Err(Fault::validation(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
    }
    Ok(())
}
