//! Inline policies of users, groups and roles.

use rusqlite::OptionalExtension as _;

use super::call::Call;
use super::holder::{Holder, Kind};
use super::{Entry, documents, reads, writes};
use crate::model::iam::Id;
use crate::policy::{self, quota};
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::PutUserPolicy, |call| put(call, Kind::User)),
    writes(Id::PutGroupPolicy, |call| put(call, Kind::Group)),
    writes(Id::PutRolePolicy, |call| put(call, Kind::Role)),
    reads(Id::GetUserPolicy, |call| get(call, Kind::User)),
    reads(Id::GetGroupPolicy, |call| get(call, Kind::Group)),
    reads(Id::GetRolePolicy, |call| get(call, Kind::Role)),
    reads(Id::ListUserPolicies, |call| list(call, Kind::User)),
    reads(Id::ListGroupPolicies, |call| list(call, Kind::Group)),
    reads(Id::ListRolePolicies, |call| list(call, Kind::Role)),
    writes(Id::DeleteUserPolicy, |call| delete(call, Kind::User)),
    writes(Id::DeleteGroupPolicy, |call| delete(call, Kind::Group)),
    writes(Id::DeleteRolePolicy, |call| delete(call, Kind::Role)),
];

/// An entity's inline policies, names and documents, by their names.
pub(in crate::sandbox) fn of(
    db: &rusqlite::Connection,
    kind: Kind,
    key: &str,
) -> Result<Vec<(String, String)>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT name, document FROM inline_policy WHERE kind = ?1 AND owner = ?2 ORDER BY name",
    )?;
    let rows = statement.query_map([kind.word(), key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The list of an entity's inline policies with their documents.
pub(super) fn value(call: &Call<'_>, kind: Kind, key: &str) -> Result<Value, Fault> {
    let policies = of(call.db, kind, key)?.into_iter().map(|(name, document)| {
        Map::from([("PolicyName".into(), name.into()), ("PolicyDocument".into(), document.into())]).into()
    });
    Ok(policies.collect::<Vec<Value>>().into())
}

/// How large all inline policies of an entity together may be.
fn most(kind: Kind) -> usize {
    match kind {
        Kind::User => quota::USER_INLINE,
        Kind::Group => quota::GROUP_INLINE,
        Kind::Role => quota::ROLE_INLINE,
    }
}

fn put(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::to_change(call, kind)?;
    let (name, document) = (call.needed("PolicyName")?, call.needed("PolicyDocument")?);
    documents::identity(document)?;
    let others = of(call.db, kind, &holder.key)?;
    let others = others.iter().filter(|(other, _)| other != name).map(|(_, document)| policy::size(document));
    if others.sum::<usize>() + policy::size(document) > most(kind) {
        return Err(Fault::limit_exceeded(format!(
            "Maximum policy size of {} bytes exceeded for {} {}",
            most(kind),
            kind.word(),
            holder.name
        )));
    }
    call.db.execute(
        "INSERT OR REPLACE INTO inline_policy (kind, owner, name, document) VALUES (?1, ?2, ?3, ?4)",
        (kind.word(), &holder.key, name, document),
    )?;
    Ok(Map::new())
}

fn get(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::named(call, kind)?;
    let name = call.needed("PolicyName")?;
    let mut statement = call
        .db
        .prepare_cached("SELECT document FROM inline_policy WHERE kind = ?1 AND owner = ?2 AND name = ?3")?;
    let document: Option<String> =
        statement.query_row((kind.word(), &holder.key, name), |row| row.get(0)).optional()?;
    let document = document.ok_or_else(|| not_found(kind, name))?;
    Ok(Map::from([
        (format!("{}Name", kind.title()).into(), Value::from(holder.name)),
        ("PolicyName".into(), name.into()),
        ("PolicyDocument".into(), document.into()),
    ]))
}

fn list(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::named(call, kind)?;
    let names = of(call.db, kind, &holder.key)?.into_iter().map(|(name, _)| (name.clone(), name.into()));
    Ok(call.page()?.cut("PolicyNames", names.collect()))
}

fn delete(call: &Call<'_>, kind: Kind) -> Result<Map, Fault> {
    let holder = Holder::to_change(call, kind)?;
    let name = call.needed("PolicyName")?;
    let removed = call.db.execute(
        "DELETE FROM inline_policy WHERE kind = ?1 AND owner = ?2 AND name = ?3",
        (kind.word(), &holder.key, name),
    )?;
    if removed == 0 { Err(not_found(kind, name)) } else { Ok(Map::new()) }
}

fn not_found(kind: Kind, name: &str) -> Fault {
    Fault::not_found(&format!("{} policy", kind.word()), name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ALLOW_ALL, Bench};

    #[test]
    fn inline_policies_are_put_got_listed_and_deleted() {
        let bench = Bench::with_holders();
        for kind in ["User", "Group", "Role"] {
            for name in ["b", "a", "c"] {
                let form = format!("{kind}Name=E&PolicyName={name}&PolicyDocument={ALLOW_ALL}");
                bench.ok(&format!("Put{kind}Policy"), &form);
            }
            let got = bench.ok(&format!("Get{kind}Policy"), &format!("{kind}Name=E&PolicyName=a"));
            assert!(
                got.contains(&format!("<{kind}Name>e</{kind}Name>")) && got.contains("%22Allow%22"),
                "{got}"
            );
            let list = format!("List{kind}Policies");
            let pages = bench.pages(&list, &format!("{kind}Name=e&MaxItems=2"), "member");
            assert_eq!(pages, [vec!["a", "b"], vec!["c"]]);
            let conflict = bench.fault(&format!("Delete{kind}"), &format!("{kind}Name=e"));
            assert_eq!(conflict.message, "Cannot delete entity, must delete policies first.");
            let delete = format!("Delete{kind}Policy");
            bench.ok(&delete, &format!("{kind}Name=e&PolicyName=a"));
            let fault = bench.fault(&delete, &format!("{kind}Name=e&PolicyName=a"));
            assert_eq!(fault.code, "NoSuchEntity");
            let word = kind.to_lowercase();
            assert_eq!(fault.message, format!("The {word} policy with name a cannot be found."));
        }
    }

    #[test]
    fn a_document_that_is_no_policy_is_not_stored() {
        let bench = Bench::with_holders();
        for document in ["", "{", r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#] {
            let fault =
                bench.fault("PutUserPolicy", &format!("UserName=e&PolicyName=p&PolicyDocument={document}"));
            assert!(
                ["MalformedPolicyDocument", "ValidationError"].contains(&fault.code),
                "{document}: {fault:?}"
            );
        }
        let list = bench.ok("ListUserPolicies", "UserName=e");
        assert!(list.contains("<PolicyNames></PolicyNames>"), "{list}");
    }

    #[test]
    fn all_inline_policies_together_have_a_quota() {
        let bench = Bench::with_holders();
        let document = |actions: usize| {
            let actions = vec![format!("\"s3:{}\"", "a".repeat(94)); actions].join(",  ");
            format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Resource":"*","Action":[{actions}]}}}}"#
            )
        };
        for (kind, half, most) in [("User", 9, 2048), ("Group", 25, 5120), ("Role", 51, 10_240)] {
            let put = |name: &str, actions: usize| {
                let form = format!("{kind}Name=e&PolicyName={name}&PolicyDocument={}", document(actions));
                (format!("Put{kind}Policy"), form)
            };
            let (operation, form) = put("a", half);
            bench.ok(&operation, &form);
            bench.ok(&operation, &form);
            let (operation, form) = put("b", half + 2);
            let fault = bench.fault(&operation, &form);
            assert_eq!(fault.code, "LimitExceeded");
            let word = kind.to_lowercase();
            assert_eq!(fault.message, format!("Maximum policy size of {most} bytes exceeded for {word} e"));
        }
    }
}
