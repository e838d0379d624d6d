//! What becomes of a user or role in the trust policies that name it.
//!
//! A trust policy is about the very user or role that it was written for: the
//! IAM User Guide, "AWS JSON policy elements: Principal". So its ARN follows a
//! user that is renamed or moved, and of one that is deleted the unique id
//! stays, which nobody has again: another one of the same name is not trusted.

use rusqlite::Connection;

use crate::policy::document::PrincipalType;
use crate::policy::{Document, DocumentKind, Place, Span};
use crate::sandbox::fault::Fault;

/// Puts a text in the place of a principal's ARN, in every trust policy.
pub(super) fn replace(db: &Connection, arn: &str, with: &str) -> Result<(), Fault> {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    // A backslash may hide the name.
    let mut statement =
        db.prepare_cached("SELECT key, trust FROM role WHERE instr(trust, ?1) OR instr(trust, '\\')")?;
    let rows = statement.query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (role, trust) in rows.collect::<Result<Vec<(String, String)>, _>>()? {
        if let Some(changed) = replaced(&trust, arn, with) {
            db.execute("UPDATE role SET trust = ?2 WHERE key = ?1", [role, changed])?;
        }
    }
    Ok(())
}

/// The trust policy with the text in the place of the ARN; none where it does not name it.
fn replaced(trust: &str, arn: &str, with: &str) -> Option<String> {
    let document = Document::read(trust, DocumentKind::Trust);
    let principals = document.statements.iter().filter_map(|statement| statement.principals.as_ref());
    let entries = principals.flat_map(|principals| &principals.entries);
    let mut spans: Vec<Span> = entries
        .filter(|(sort, entry)| *sort == PrincipalType::Aws && entry.text == arn)
        .map(|(_, entry)| entry.span)
        .collect();
    // From the end, so that the places before stay right.
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut text = trust.to_owned();
    for span in &spans {
        text.replace_range(offset(trust, span.start)..offset(trust, span.end), &format!("\"{with}\""));
    }
    (!spans.is_empty()).then_some(text)
}

/// The byte at which a place begins.
fn offset(text: &str, place: Place) -> usize {
    let line: usize = text.split_inclusive('\n').take(place.line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(line..).unwrap_or_default();
    line + rest.chars().take(place.column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::handlers::testing::{Bench, encoded};

    const ARN: &str = "arn:aws:iam::123456789012:user/u";

    fn trust(principals: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":{principals}}},
            "Action":"sts:AssumeRole"}}}}"#
        )
    }

    #[test]
    fn only_principals_are_replaced() {
        let list = format!("[\"{ARN}\",\n \"é\", \"arn:aws:iam::123456789012:user\\/u\", \"{ARN}2\"]");
        assert!(replaced(&trust(&list), ARN, "AIDA").is_none(), "the faulty list is left alone");
        let list = list.replace("\"é\", ", "");
        let want = format!("[\"AIDA\",\n \"AIDA\", \"{ARN}2\"]");
        assert_eq!(replaced(&trust(&list), ARN, "AIDA"), Some(trust(&want)));
        let condition = format!(r#""Action":"sts:AssumeRole","Condition":{{"ArnEquals":{{"a:b":"{ARN}"}}}}"#);
        let text = trust(&format!("\"{ARN}\"")).replace(r#""Action":"sts:AssumeRole""#, &condition);
        let changed = replaced(&text, ARN, "AIDA").unwrap();
        assert!(changed.contains(&condition) && changed.contains(r#"{"AWS":"AIDA"}"#), "{changed}");
    }

    #[test]
    fn a_deleted_user_of_the_same_name_is_not_trusted_again() {
        let bench = Bench::new();
        let role = "RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=s1";
        bench.user("u", "/");
        let text = encoded(&trust(&format!("\"{ARN}\"")));
        bench.ok("CreateRole", &format!("RoleName=r&AssumeRolePolicyDocument={text}"));
        let delete = || {
            bench.account.connection.execute("DELETE FROM access_key WHERE user IS NOT NULL", []).unwrap();
            bench.ok("DeleteUser", "UserName=u");
        };
        delete();
        let shown = bench.ok("GetRole", "RoleName=r");
        assert!(shown.contains("%22AWS%22%3A%22AIDA") || shown.contains("AWS&quot;:&quot;AIDA"), "{shown}");
        let other = bench.user("u", "/");
        let refused = bench.refused(&other, "AssumeRole", role);
        assert!(refused.starts_with("403 AccessDenied"), "{refused}");

        // Written anew it is about the new one, and follows it.
        bench.ok("UpdateAssumeRolePolicy", &format!("RoleName=r&PolicyDocument={text}"));
        bench.ok_as(&other, "AssumeRole", role);
        bench.ok("UpdateUser", "UserName=u&NewUserName=v&NewPath=/p/");
        bench.ok_as(&other, "AssumeRole", role);
    }

    #[test]
    fn a_deleted_role_of_the_same_name_is_not_trusted_again() {
        let bench = Bench::new();
        let alice = bench.user("alice", "/");
        let all = encoded(&trust("\"*\""));
        let make = || bench.ok("CreateRole", &format!("RoleName=first&AssumeRolePolicyDocument={all}"));
        make();
        let text = encoded(&trust("\"arn:aws:iam::123456789012:role/first\""));
        bench.ok("CreateRole", &format!("RoleName=r&AssumeRolePolicyDocument={text}"));
        let role = |name: &str| format!("RoleArn=arn:aws:iam::123456789012:role/{name}&RoleSessionName=s1");
        use crate::sandbox::handlers::signer::Signer;
        let first = Signer::of(&bench.ok_as(&alice, "AssumeRole", &role("first")));
        bench.ok_as(&first, "AssumeRole", &role("r"));
        bench.ok("DeleteRole", "RoleName=first");
        make();
        let again = Signer::of(&bench.ok_as(&alice, "AssumeRole", &role("first")));
        assert!(bench.refused(&again, "AssumeRole", &role("r")).starts_with("403 AccessDenied"));
        assert!(bench.refused(&first, "GetCallerIdentity", "").starts_with("403 InvalidClientTokenId"));
    }
}
