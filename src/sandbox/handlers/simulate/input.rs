//! What is to be simulated, as the request has it.

use std::sync::Arc;

use crate::policy::document::check;
use crate::policy::request::account_of;
use crate::policy::{self, Context, DocumentKind, Policy, PolicyKind, PolicySet, Principal, Request};
use crate::sandbox::arn;
use crate::sandbox::authorize::policies::{self, Standing};
use crate::sandbox::authorize::resource::identity;
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::{Call, key};
use crate::value::Value;

/// The settings of EC2 that AWS knows; they change which resources an action of EC2 is about.
const HANDLING: [&str; 6] = [
    "EC2-Classic-InstanceStore",
    "EC2-Classic-EBS",
    "EC2-VPC-InstanceStore",
    "EC2-VPC-InstanceStore-Subnet",
    "EC2-VPC-EBS",
    "EC2-VPC-EBS-Subnet",
];

/// A simulation.
#[derive(Debug)]
pub(super) struct Simulation<'a> {
    principal: Principal,
    /// Whether the principal is one that the request names, so that keys follow from it.
    is_named: bool,
    pub(super) policies: PolicySet,
    pub(super) actions: Vec<&'a str>,
    pub(super) resources: Vec<&'a str>,
    resource_account: Option<String>,
    context: Context,
}

impl<'a> Simulation<'a> {
    /// Of the policies of the request alone.
    pub(super) fn custom(call: &Call<'a>) -> Result<Simulation<'a>, Fault> {
        let mut policies = PolicySet { identity: inputs(call, "PolicyInputList")?, ..PolicySet::default() };
        policies.boundary = boundary(call)?;
        if call.text("ResourcePolicy").is_some() && call.text("CallerArn").is_none() {
            return Err(Fault::invalid_input(
                "CallerArn must be specified when a resource policy is provided.",
            ));
        }
        Simulation::of(call, policies, caller(call)?)
    }

    /// Of the policies of a user, group or role, and those of the request.
    pub(super) fn principal(call: &Call<'a>) -> Result<Simulation<'a>, Fault> {
        let source = call.needed("PolicySourceArn")?;
        let (mut policies, of_source) = source_policies(call, source)?;
        policies.identity.extend(inputs(call, "PolicyInputList")?);
        if let Some(boundary) = boundary(call)? {
            policies.boundary = Some(boundary);
        }
        policies.account_limit = policies::limit(call.db)?;
        exclude(call, &mut policies);
        let is_user = matches!(of_source, Some(Principal::User { .. }));
        if call.text("ResourcePolicy").is_some() && call.text("CallerArn").is_none() && !is_user {
            return Err(Fault::invalid_input(
                "CallerArn must be specified when a resource policy is provided and PolicySourceArn is not the \
                 ARN of a user.",
            ));
        }
        Simulation::of(call, policies, caller(call)?.or(of_source))
    }

    fn of(
        call: &Call<'a>,
        mut policies: PolicySet,
        principal: Option<Principal>,
    ) -> Result<Simulation<'a>, Fault> {
        let actions = call.texts("ActionNames");
        for action in &actions {
            let is_one =
                action.contains(':') && !action.contains(['*', '?']) && check::action(action).is_ok();
            if !is_one {
                return Err(Fault::invalid_input(format!(
                    "Invalid action name: {action}. An action is one of a service, such as s3:GetObject."
                )));
            }
        }
        let mut resources = call.texts("ResourceArns");
        if resources.is_empty() {
            resources.push("*");
        }
        if let Some(wrong) = resources.iter().find(|resource| check::resource(resource).is_err()) {
            return Err(Fault::invalid_input(format!("Invalid resource ARN: {wrong}.")));
        }
        if let Some(text) = call.text("ResourcePolicy") {
            policies.resource.push(read(
                text,
                "ResourcePolicy",
                PolicyKind::Resource,
                DocumentKind::Resource,
            )?);
        }
        if let Some(option) = call.text("ResourceHandlingOption").filter(|one| !HANDLING.contains(one)) {
            return Err(Fault::invalid_input(format!(
                "Invalid ResourceHandlingOption: {option}. It is one of {}.",
                HANDLING.join(", ")
            )));
        }
        let is_named = principal.is_some();
        // Somebody of the account, of whom nothing is known.
        let anybody = || Principal::User { arn: arn::iam(call.account, "user", "/", "simulated") };
        Ok(Simulation {
            principal: principal.unwrap_or_else(anybody),
            is_named,
            policies,
            actions,
            resources,
            resource_account: owner(call)?,
            context: entries(call)?,
        })
    }

    /// The request of an action on a resource.
    pub(super) fn request(&self, action: &str, resource: &str) -> Request {
        let mut request = Request::new(self.principal.clone(), action, resource);
        request.context = self.context.clone();
        request.resource_account.clone_from(&self.resource_account);
        if request.resource_account.is_none() && !self.policies.resource.is_empty() {
            request.resource_account = account_of(resource).map(str::to_owned);
        }
        if self.is_named {
            request.add_principal_keys();
        }
        request
    }
}

/// The policies of a user, group or role with its boundary, and the principal that it is.
pub(super) fn source_policies(
    call: &Call<'_>,
    source: &str,
) -> Result<(PolicySet, Option<Principal>), Fault> {
    let invalid = || {
        Fault::invalid_input(format!(
            "Invalid Entity Arn: {source} does not clearly define entity type and name."
        ))
    };
    let (kind, name) = identity(call.account, source).ok_or_else(invalid)?;
    let standing = match kind.word {
        "user" => Standing::of_user(call.db, call.account, name)?,
        "role" => Standing::of_role(call.db, call.account, name, |role_arn| Principal::Session {
            session_arn: arn::sts(call.account, &format!("assumed-role/{name}/simulated")),
            role_arn,
        })?,
        _ => {
            let group = "SELECT 1 FROM \"group\" WHERE key = ?1";
            if !call.db.prepare_cached(group)?.exists([key(name)])? {
                return Err(Fault::not_found("group", name));
            }
            let identity = policies::of_entity(call.db, "group", &key(name))?;
            return Ok((PolicySet { identity, ..PolicySet::default() }, None));
        }
    };
    Ok((standing.policies, Some(standing.principal)))
}

/// The policies of a list member.
pub(super) fn inputs(call: &Call<'_>, member: &'static str) -> Result<Vec<Arc<Policy>>, Fault> {
    let numbered = call.texts(member).into_iter().enumerate();
    numbered
        .map(|(index, text)| {
            let name = format!("{member}.{}", index + 1);
            read(text, &name, PolicyKind::Input, DocumentKind::Identity)
        })
        .collect()
}

fn read(text: &str, name: &str, kind: PolicyKind, document: DocumentKind) -> Result<Arc<Policy>, Fault> {
    match policy::parse(text, document) {
        Ok(document) => Ok(Arc::new(Policy { name: name.to_owned(), kind, document })),
        Err(fault) => Err(Fault::invalid_input(format!("{name}: {}", fault.message))),
    }
}

fn boundary(call: &Call<'_>) -> Result<Option<Arc<Policy>>, Fault> {
    let member = "PermissionsBoundaryPolicyInputList";
    let mut policies = inputs(call, member)?;
    if policies.len() > 1 {
        return Err(Fault::invalid_input(format!("{member} can contain only one policy.")));
    }
    Ok(policies.pop())
}

/// Leaves out the policies of `PolicyExclusionList`: managed ones by ARN, inline ones by name.
fn exclude(call: &Call<'_>, policies: &mut PolicySet) {
    let is_excluded = |policy: &Policy| {
        call.list("PolicyExclusionList").iter().any(|item| {
            let inline = item.get("InlinePolicyIdentifier");
            let name = inline.and_then(|inline| inline.get("PolicyName")).or_else(|| item.get("PolicyArn"));
            name.and_then(Value::as_str) == Some(policy.name.as_str())
        })
    };
    policies.identity.retain(|policy| !is_excluded(policy));
    policies.boundary = policies.boundary.take().filter(|policy| !is_excluded(policy));
}

/// The user of `CallerArn`.
fn caller(call: &Call<'_>) -> Result<Option<Principal>, Fault> {
    let Some(arn) = call.text("CallerArn") else { return Ok(None) };
    let rest = arn.splitn(6, ':').nth(5).unwrap_or_default();
    if !arn.starts_with("arn:aws") || !arn.contains(":iam::") || !rest.starts_with("user/") {
        return Err(Fault::invalid_input(format!("Invalid CallerArn: {arn} is not the ARN of an IAM user.")));
    }
    Ok(Some(Principal::User { arn: arn.to_owned() }))
}

/// The account of `ResourceOwner`, which is an ARN or an account.
fn owner(call: &Call<'_>) -> Result<Option<String>, Fault> {
    let Some(owner) = call.text("ResourceOwner") else { return Ok(None) };
    let account = account_of(owner).unwrap_or(owner);
    match check::is_account(account) {
        true => Ok(Some(account.to_owned())),
        false => Err(Fault::invalid_input(format!("Invalid ResourceOwner: {owner} names no account."))),
    }
}

/// The condition keys of `ContextEntries`.
fn entries(call: &Call<'_>) -> Result<Context, Fault> {
    let mut context = Context::new();
    for entry in call.list("ContextEntries") {
        let text = |name| entry.get(name).and_then(Value::as_str);
        let (Some(name), Some(sort)) = (text("ContextKeyName"), text("ContextKeyType")) else {
            return Err(Fault::invalid_input("A context entry needs ContextKeyName and ContextKeyType."));
        };
        let values = entry.get("ContextKeyValues").and_then(Value::as_list).unwrap_or_default();
        let values: Vec<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if values.len() > 1 && !sort.ends_with("List") {
            return Err(Fault::invalid_input(format!(
                "The context key {name} of type {sort} can have one value only; use {sort}List."
            )));
        }
        if let Some(wrong) = values.iter().find(|value| !is_of_type(value, sort.trim_end_matches("List"))) {
            return Err(Fault::invalid_input(format!(
                "The value {wrong} of the context key {name} is not of type {sort}."
            )));
        }
        context.set_all(name, values);
    }
    Ok(context)
}

fn is_of_type(value: &str, sort: &str) -> bool {
    match sort {
        "numeric" => value.parse::<f64>().is_ok(),
        "boolean" => matches!(value.to_ascii_lowercase().as_str(), "true" | "false"),
        "ip" => {
            let (address, prefix) = value.split_once('/').unwrap_or((value, "0"));
            address.parse::<std::net::IpAddr>().is_ok() && prefix.parse::<u8>().is_ok()
        }
        _ => true,
    }
}
