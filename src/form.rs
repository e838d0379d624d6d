//! A request's form by the AWS Query protocol's own rules, for the few
//! operations whose form the SDK cannot write.
//!
//! The SDK leaves the member's name out of a union, and it holds maps in an
//! order that changes from run to run. Requests that hold either get this form
//! instead, before they are signed. All others are the SDK's.

use crate::model::{Kind, Member, Operation, Service, Shape};
use crate::percent;
use crate::value::{Map, Value};

/// Whether a request of this operation can hold what the SDK does not write as it should.
pub fn is_needed(operation: &Operation) -> bool {
    operation.input.iter().any(|member| is_odd(member.shape))
}

fn is_odd(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Map { .. } => true,
        Kind::List(item) => is_odd(item),
        Kind::Structure(members) => shape.union || members.iter().any(|member| is_odd(member.shape)),
        _ => false,
    }
}

/// The whole form of a request: action, version and members, in the model's order.
pub fn write(service: &Service, operation: &Operation, input: &Map) -> String {
    let mut form = Form(String::new());
    form.pair("Action", operation.name);
    form.pair("Version", service.api_version);
    form.structure("", operation.input, input);
    form.0
}

struct Form(String);

impl Form {
    fn structure(&mut self, prefix: &str, members: &[Member], map: &Map) {
        for member in members {
            if let Some(value) = map.get(member.name) {
                self.value(&format!("{prefix}{}", member.name), member.shape, value);
            }
        }
    }

    fn value(&mut self, name: &str, shape: &Shape, value: &Value) {
        match (&shape.kind, value) {
            (Kind::List(_), Value::List(items)) if items.is_empty() => self.pair(name, ""),
            (Kind::List(item), Value::List(items)) => {
                for (i, value) in items.iter().enumerate() {
                    self.value(&format!("{name}.member.{}", i + 1), item, value);
                }
            }
            (Kind::Map { value: item, .. }, Value::Map(map)) => {
                for (i, (key, value)) in map.iter().enumerate() {
                    let entry = format!("{name}.entry.{}", i + 1);
                    self.pair(&format!("{entry}.key"), key);
                    self.value(&format!("{entry}.value"), item, value);
                }
            }
            (Kind::Structure(members), Value::Map(map)) => self.structure(&format!("{name}."), members, map),
            (_, Value::Bool(flag)) => self.pair(name, if *flag { "true" } else { "false" }),
            (_, scalar) => self.pair(name, &crate::python::text(scalar)),
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.encoded(name);
        self.0.push('=');
        self.encoded(value);
    }

    /// A form writes a blank as a plus.
    fn encoded(&mut self, text: &str) {
        self.0.push_str(&percent::encode(text).replace("%20", "+"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SERVICES;
    use crate::model::iam::SERVICE;

    fn map<const N: usize>(pairs: [(&'static str, Value); N]) -> Value {
        Value::Map(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    #[test]
    fn few_operations_need_it() {
        let needing: Vec<_> = SERVICES
            .iter()
            .flat_map(|service| service.operations)
            .filter(|operation| is_needed(operation))
            .map(|operation| operation.name)
            .collect();
        assert_eq!(needing, ["AcquireRole", "PutAccountProperties", "SimulatePrincipalPolicy"]);
    }

    #[test]
    fn unions_maps_lists_and_odd_characters() {
        let operation = SERVICE.operation("simulate-principal-policy").unwrap();
        let input = map([
            ("PolicySourceArn", "a b/ü~*".into()),
            ("ActionNames", Value::List(vec!["s3:Get".into()])),
            ("ResourceArns", Value::List(vec![])),
            ("PolicyExclusionList", Value::List(vec![map([("PolicyArn", "arn".into())])])),
        ]);
        assert_eq!(
            write(&SERVICE, operation, input.as_map().unwrap()),
            "Action=SimulatePrincipalPolicy&Version=2010-05-08&PolicySourceArn=a+b%2F%C3%BC~%2A\
             &PolicyExclusionList.member.1.PolicyArn=arn&ActionNames.member.1=s3%3AGet&ResourceArns="
        );
        let operation = SERVICE.operation("acquire-role").unwrap();
        let entry = map([("Values", Value::List(vec!["1".into(), "2".into()]))]);
        let input = map([("TemplateArn", "t".into()), ("ReplacementValues", map([("k", entry)]))]);
        assert_eq!(
            write(&SERVICE, operation, input.as_map().unwrap()),
            "Action=AcquireRole&Version=2010-05-08&TemplateArn=t&ReplacementValues.entry.1.key=k\
             &ReplacementValues.entry.1.value.Values.member.1=1&ReplacementValues.entry.1.value.Values.member.2=2"
        );
    }
}
