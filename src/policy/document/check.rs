//! The forms of actions, resources, principals and dates, as strict as AWS is with each.

use super::PrincipalType;
use super::fault::FaultKind;
use crate::policy::moment;
use crate::policy::pattern::Pattern;

const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// What a resource of IAM begins with.
const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// `service:Action`, or `*`. AWS looks at the service only.
pub fn action(text: &str) -> Result<(), FaultKind> {
    if text == "*" {
        return Ok(());
    }
    let (vendor, name) = text.split_once(':').unwrap_or_default();
    if vendor.is_empty() || name.is_empty() {
        return Err(FaultKind::NoVendor(text.to_owned()));
    }
    if name.contains(':') {
        return Err(FaultKind::ActionColons(text.to_owned()));
    }
    let is_vendor = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if vendor != "*" && !vendor.chars().all(is_vendor) {
        return Err(FaultKind::Vendor(vendor.to_owned()));
    }
    Ok(())
}

/// An ARN, or `*`. An ARN may end behind its service: AWS completes it with wildcards.
pub fn resource(text: &str) -> Result<(), FaultKind> {
    if text == "*" {
        return Ok(());
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let part = |at: usize| parts.get(at).copied();
    let Some(partition) = part(1) else { return Err(FaultKind::ResourceFormat(text.to_owned())) };
    if !PARTITIONS.contains(&partition) && !partition.contains(['*', '?', '$']) {
        let rest = parts.iter().skip(1).chain(std::iter::repeat(&"*")).take(5);
        let arn = rest.fold("arn".to_owned(), |arn, part| format!("{arn}:{part}"));
        return Err(FaultKind::Partition { partition: partition.to_owned(), arn });
    }
    if part(0) != Some("arn") {
        return Err(FaultKind::ResourceFormat(text.to_owned()));
    }
    let Some(vendor) = part(2) else { return Err(FaultKind::ResourceVendor(text.to_owned())) };
    let is_cut = matches!(parts.len(), 4 | 5) && part(3) == Some("");
    if vendor.is_empty() || is_cut {
        return Err(FaultKind::ResourceParts(text.to_owned()));
    }
    // What is missing is a wildcard.
    let (region, rest) = (part(3).unwrap_or("*"), part(5).unwrap_or("*"));
    let has_region = match vendor {
        "iam" => !region.is_empty(),
        "s3" => !region.is_empty() && !is_regional_s3(part(5)),
        _ => false,
    };
    if has_region {
        return Err(FaultKind::ResourceRegion(text.to_owned()));
    }
    if vendor == "iam" && !is_iam_path(rest) {
        return Err(FaultKind::IamPath(text.to_owned()));
    }
    Ok(())
}

/// Resources of S3 that belong to a region: access points, jobs and the like, but not buckets.
fn is_regional_s3(rest: Option<&str>) -> bool {
    const SORTS: [&str; 6] = ["accesspoint", "job/", "storage-lens", "async-request/", "access-grants/", "*"];
    rest.is_some_and(|rest| SORTS.iter().any(|sort| rest.starts_with(sort)))
}

fn is_iam_path(rest: &str) -> bool {
    let fixed: &str = rest.split(['*', '?', '$']).next().unwrap_or_default();
    let open = fixed.len() < rest.len();
    let extra = ["root", "assumed-role/", "sts/", "delegation-request/"];
    IAM_PATHS.iter().chain(&extra).any(|path| rest.starts_with(path) || (open && path.starts_with(fixed)))
}

/// What a trust policy can be about: the ways to assume a role, and what may go with them.
const OF_TRUST: [&str; 6] = [
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "TagSession",
    "SetSourceIdentity",
    "SetContext",
];

/// Whether an action, maybe with wildcards, is one of those of a trust policy.
pub fn assumes_role(text: &str) -> bool {
    let Some((vendor, name)) = text.split_once(':') else { return false };
    let name = Pattern::wild(name);
    vendor.eq_ignore_ascii_case("sts") && OF_TRUST.iter().any(|action| name.matches_ignoring_case(action))
}

/// What the Principal element names.
pub fn principal(sort: PrincipalType, text: &str) -> Result<(), FaultKind> {
    let valid = match sort {
        PrincipalType::Aws => is_account(text) || is_unique_id(text) || is_principal_arn(text),
        PrincipalType::Service => {
            text.contains('.')
                && !text.starts_with("amazonaws.com")
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        }
        PrincipalType::Federated => match text.strip_prefix("arn:") {
            Some(_) => {
                let name = text.splitn(6, ':').nth(5).unwrap_or_default();
                ["saml-provider/", "oidc-provider/"]
                    .iter()
                    .any(|sort| name.strip_prefix(sort).is_some_and(|name| !name.is_empty()))
            }
            None => !text.is_empty() && !text.contains(['*', ' ']) && text.contains('.'),
        },
        PrincipalType::CanonicalUser => !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit()),
    };
    if valid {
        return Ok(());
    }
    Err(FaultKind::Principal { sort: sort.as_str().to_ascii_uppercase(), text: text.to_owned() })
}

/// Twelve digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `AIDA...`, `AROA...`: what AWS puts in the place of a principal that was deleted.
fn is_unique_id(text: &str) -> bool {
    let id = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    ["AIDA", "AROA"].iter().any(|prefix| text.starts_with(prefix)) && text.len() > 15 && text.chars().all(id)
}

fn is_principal_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, name] = parts.as_slice() else { return false };
    let named = |sort: &str| {
        name.strip_prefix(sort).is_some_and(|name| !name.is_empty() && !name.contains(['*', '?', ' ']))
    };
    let known = match *service {
        "iam" => *name == "root" || named("user/") || named("role/"),
        "sts" => named("assumed-role/") || named("federated-user/"),
        _ => false,
    };
    *arn == "arn" && PARTITIONS.contains(partition) && region.is_empty() && is_account(account) && known
}

/// The value of a date operator. AWS takes some texts that it can hardly compare, such as `01T`.
pub fn date(text: &str) -> Result<(), FaultKind> {
    let is_short = text
        .strip_suffix(['T', 't'])
        .is_some_and(|year| !year.is_empty() && year.bytes().all(|byte| byte.is_ascii_digit()));
    if is_short || moment::read(text).is_some() {
        return Ok(());
    }
    Err(FaultKind::Date(text.to_owned()))
}
