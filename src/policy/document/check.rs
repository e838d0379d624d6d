//! The forms of actions, resources, principals and condition keys.

use super::PrincipalType;
use super::fault::FaultKind;

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

/// `service:Action`, with wildcards in the action, or `*`.
pub fn action(text: &str) -> Result<(), FaultKind> {
    if text == "*" {
        return Ok(());
    }
    let Some((vendor, name)) = text.split_once(':') else {
        return Err(FaultKind::NoVendor(text.to_owned()));
    };
    if vendor.is_empty() || name.is_empty() {
        return Err(FaultKind::NoVendor(text.to_owned()));
    }
    if vendor != "*" && !is_vendor(vendor) {
        return Err(FaultKind::Vendor(vendor.to_owned()));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '*' | '?' | '-' | '_' | '.' | '/');
    if name.chars().all(is_name) {
        Ok(())
    } else {
        Err(FaultKind::WrongType("An action holds letters and wildcards only"))
    }
}

fn is_vendor(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// An ARN, or `*`. An ARN may end early: AWS completes it with wildcards.
pub fn resource(text: &str) -> Result<(), FaultKind> {
    if text == "*" {
        return Ok(());
    }
    let format = || FaultKind::ResourceFormat(text.to_owned());
    let mut parts = text.splitn(6, ':');
    if parts.next() != Some("arn") {
        return Err(format());
    }
    let partition = parts.next().ok_or_else(format)?;
    let known = PARTITIONS.contains(&partition) || partition.contains(['*', '?']);
    if !known {
        return Err(FaultKind::Partition { partition: partition.to_owned(), arn: text.to_owned() });
    }
    // An ARN that is a variable from its service on is not looked into.
    let Some(vendor) = parts.next() else { return if partition == "*" { Ok(()) } else { Err(format()) } };
    if vendor.is_empty() {
        return Err(FaultKind::Vendor(vendor.to_owned()));
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '*' | '?' | '$' | '{' | '}' | '/');
    if !vendor.chars().all(is_part) {
        return Err(FaultKind::Vendor(vendor.to_owned()));
    }
    let (region, _account, rest) = (parts.next(), parts.next(), parts.next());
    let has_region = region.is_some_and(|region| !region.is_empty() && region != "*");
    if matches!(vendor, "iam" | "s3") && has_region {
        return Err(FaultKind::ResourceRegion(text.to_owned()));
    }
    match rest {
        Some(rest) if vendor == "iam" && !is_iam_path(rest) => Err(FaultKind::IamPath(text.to_owned())),
        _ => Ok(()),
    }
}

fn is_iam_path(rest: &str) -> bool {
    let fixed: &str = rest.split(['*', '?', '$']).next().unwrap_or_default();
    let open = fixed.len() < rest.len();
    let extra = ["root", "assumed-role/", "sts/", "delegation-request/"];
    IAM_PATHS.iter().chain(&extra).any(|path| rest.starts_with(path) || (open && path.starts_with(fixed)))
}

/// What the Principal element names.
pub fn principal(sort: PrincipalType, text: &str) -> Result<(), FaultKind> {
    let valid = match sort {
        PrincipalType::Aws => is_account(text) || is_unique_id(text) || is_principal_arn(text),
        PrincipalType::Service => {
            text.contains('.') && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
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

/// `service:key`.
pub fn condition_key(text: &str) -> Result<(), FaultKind> {
    match text.split_once(':') {
        Some((vendor, name)) if !vendor.is_empty() && !name.is_empty() => Ok(()),
        _ => Err(FaultKind::ConditionKey(text.to_owned())),
    }
}
