//! Which policies of an entity grant something in a service.

use super::call::Call;
use super::groups::Group;
use super::holder::Kind;
use super::policies;
use super::roles::Role;
use super::users::User;
use super::{Entry, attachments, inline_policies, reads};
use crate::model::iam::Id;
use crate::policy::{Document, DocumentKind, Effect};
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[reads(Id::ListPoliciesGrantingServiceAccess, list)];

/// A policy of the entity and what the reply says of it.
#[derive(Debug)]
struct Grant {
    document: Document,
    item: Map,
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let mut grants = Vec::new();
    for (kind, key, name) in holders(call, call.needed("Arn")?)? {
        collect(call, kind, &key, &name, &mut grants)?;
    }
    let rows = call.texts("ServiceNamespaces").into_iter().enumerate().map(|(index, service)| {
        let policies = grants.iter().filter(|grant| grants_access(&grant.document, service));
        let policies: Vec<Value> = policies.map(|grant| grant.item.clone().into()).collect();
        let entry =
            Map::from([("ServiceNamespace".into(), service.into()), ("Policies".into(), policies.into())]);
        (format!("{index:04}"), entry.into())
    });
    Ok(call.page()?.cut("PoliciesGrantingServiceAccess", rows.collect()))
}

/// The entity of an ARN, and for a user the groups too: kind, key and name.
fn holders(call: &Call<'_>, arn: &str) -> Result<Vec<(Kind, String, String)>, Fault> {
    let missing = || Fault::no_such_entity(format!("ARN {arn} cannot be found."));
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let name = attachments::name(resource);
    let mut holders = Vec::new();
    let found = match resource.split('/').next() {
        Some("user") => User::find(call.db, name)?.map(|user| {
            let arn = user.arn(call.account);
            holders.push((Kind::User, user.key, user.name));
            arn
        }),
        Some("group") => Group::find(call.db, name)?.map(|group| {
            let arn = group.arn(call.account);
            holders.push((Kind::Group, group.key, group.name));
            arn
        }),
        Some("role") => Role::find(call.db, name)?.map(|role| {
            let arn = role.arn(call.account);
            holders.push((Kind::Role, role.key, role.name));
            arn
        }),
        _ => return Err(Fault::invalid_input(format!("ARN {arn} is not valid."))),
    };
    if found.as_deref() != Some(arn) {
        return Err(missing());
    }
    if let Some((Kind::User, key, _)) = holders.first() {
        let groups = Group::of_user(call.db, key)?;
        holders.extend(groups.into_iter().map(|group| (Kind::Group, group.key, group.name)));
    }
    Ok(holders)
}

fn collect(call: &Call<'_>, kind: Kind, key: &str, name: &str, grants: &mut Vec<Grant>) -> Result<(), Fault> {
    let read = |text: &str| Document::read(text, DocumentKind::Identity);
    for (policy, text) in inline_policies::of(call.db, kind, key)? {
        let item = Map::from([
            ("PolicyName".into(), policy.into()),
            ("PolicyType".into(), "INLINE".into()),
            ("EntityType".into(), kind.title().to_uppercase().into()),
            ("EntityName".into(), name.into()),
        ]);
        grants.push(Grant { document: read(&text), item });
    }
    for arn in attachments::of(call.db, kind, key)? {
        if let Some(text) = policies::default_document(call.db, &arn)? {
            let item = Map::from([
                ("PolicyName".into(), attachments::name(&arn).into()),
                ("PolicyType".into(), "MANAGED".into()),
                ("PolicyArn".into(), arn.into()),
            ]);
            grants.push(Grant { document: read(&text), item });
        }
    }
    Ok(())
}

/// Whether a statement allows an action of the service. What others deny does not count: the operation asks which
/// policies grant, and not what comes of all together.
pub(super) fn grants_access(document: &Document, service: &str) -> bool {
    let statements =
        document.statements.iter().filter(|statement| !document.unreadable && statement.fault.is_none());
    statements.filter(|statement| statement.effect == Effect::Allow).any(|statement| {
        statement.actions.as_ref().is_some_and(|actions| {
            let mut patterns = actions.patterns.iter().map(|pattern| pattern.text.as_str());
            if actions.negated {
                !patterns.any(|pattern| all_of(pattern, service))
            } else {
                patterns.any(|pattern| pattern == "*" || vendor(pattern, service).is_some())
            }
        })
    })
}

/// The action of a pattern that is about this service.
fn vendor<'p>(pattern: &'p str, service: &str) -> Option<&'p str> {
    let (vendor, action) = pattern.split_once(':')?;
    (vendor == "*" || vendor.eq_ignore_ascii_case(service)).then_some(action)
}

fn all_of(pattern: &str, service: &str) -> bool {
    pattern == "*" || vendor(pattern, service) == Some("*")
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;
    use super::*;

    #[test]
    fn a_policy_grants_access_where_a_statement_allows_an_action() {
        for (statement, want) in [
            (r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*""#, true),
            (r#""Effect":"Allow","Action":"S3:*","Resource":"*""#, true),
            (r#""Effect":"Allow","Action":"*","Resource":"*""#, true),
            (r#""Effect":"Deny","Action":"s3:*","Resource":"*""#, false),
            (r#""Effect":"Allow","Action":"s3control:*","Resource":"*""#, false),
            (r#""Effect":"Allow","NotAction":"s3:*","Resource":"*""#, false),
            (r#""Effect":"Allow","NotAction":"s3:PutObject","Resource":"*""#, true),
            (r#""Effect":"Allow","NotAction":"iam:*","Resource":"*""#, true),
        ] {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":{{{statement}}}}}"#);
            assert_eq!(grants_access(&Document::read(&text, DocumentKind::Identity), "s3"), want, "{text}");
        }
    }

    #[test]
    fn policies_of_a_user_and_of_the_groups_are_told_by_service() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u&Path=/a/");
        bench.ok("CreateGroup", "GroupName=g");
        bench.ok("AddUserToGroup", "GroupName=g&UserName=u");
        let read = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
        bench.ok("AttachGroupPolicy", &format!("GroupName=g&PolicyArn={read}"));
        let document =
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
        bench.ok("PutUserPolicy", &format!("UserName=u&PolicyName=own&PolicyDocument={document}"));
        let form =
            "ServiceNamespaces.member.1=iam&ServiceNamespaces.member.2=s3&ServiceNamespaces.member.3=ec2";
        let arn = "arn:aws:iam::123456789012:user/a/u";
        let reply = bench.ok("ListPoliciesGrantingServiceAccess", &format!("Arn={arn}&{form}"));
        let parts: Vec<&str> = reply.split("<ServiceNamespace>").skip(1).collect();
        assert!(
            parts[0].starts_with("iam<") && parts[0].contains(">own<") && parts[0].contains(">USER<"),
            "{reply}"
        );
        assert!(
            parts[1].starts_with("s3<") && parts[1].contains(read) && !parts[1].contains(">own<"),
            "{reply}"
        );
        assert!(parts[2].starts_with("ec2<") && parts[2].contains("<Policies></Policies>"), "{reply}");
        let wrong = arn.replace("/a/", "/");
        let fault = bench.fault("ListPoliciesGrantingServiceAccess", &format!("Arn={wrong}&{form}"));
        assert_eq!(fault.code, "NoSuchEntity");
    }
}
