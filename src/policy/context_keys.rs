//! The keys that a policy refers to: what `GetContextKeysForCustomPolicy` lists.

use super::document::{Document, Statement};
use super::operator::Operator;
use super::pattern::variables;

/// The condition keys and policy variables of a document, as they are written, each once, in the order in
/// which they stand there.
pub fn context_keys(document: &Document) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for statement in &document.statements {
        for key in of_statement(statement, document) {
            if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                keys.push(key.to_owned());
            }
        }
    }
    keys
}

fn of_statement<'s>(statement: &'s Statement, document: &Document) -> Vec<&'s str> {
    let version = document.version;
    let patterns = statement.resources.iter().flat_map(|resources| &resources.patterns);
    let mut keys: Vec<&str> = patterns.flat_map(|pattern| variables(&pattern.text, version)).collect();
    for condition in &statement.conditions {
        keys.push(&condition.key);
        if condition.operator.is_some_and(Operator::takes_variables) {
            keys.extend(condition.values.iter().flat_map(|value| variables(value, version)));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::DocumentKind;

    #[test]
    fn keys_of_conditions_and_variables_stand_in_order_and_once() {
        let text = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}/${*}",
             "Condition": {"StringLike": {"s3:prefix": ["${aws:PrincipalTag/team, 'x'}"]},
                           "NumericLessThan": {"s3:max-keys": "${aws:no}"}}},
            {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::${AWS:UserName}",
             "Condition": {"Bool": {"aws:SecureTransport": false}}}]}"#;
        let keys = |text: &str| context_keys(&Document::read(text, DocumentKind::Identity));
        assert_eq!(
            keys(text),
            ["aws:username", "s3:prefix", "aws:PrincipalTag/team", "s3:max-keys", "aws:SecureTransport"]
        );
        let older = text.replace("2012-10-17", "2008-10-17");
        assert_eq!(keys(&older), ["s3:prefix", "s3:max-keys", "aws:SecureTransport"]);
    }
}
