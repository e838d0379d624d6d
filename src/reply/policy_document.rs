//! Policy documents: sent percent-encoded, shown as the objects that they are.

use crate::json;
use crate::model::Shape;
use crate::percent;
use crate::value::Value;

/// Whether members of this shape hold a policy document.
pub(super) fn is_one(shape: &Shape) -> bool {
    shape.name == "policyDocumentType"
}

/// The document, or the text as it came where it is none.
pub(super) fn value(text: String) -> Value {
    match json::read(&percent::decode(&text)) {
        Ok(document) => document,
        Err(_) => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_stays_undecoded() {
        assert!(value("%7Bbad".into()) == Value::from("%7Bbad"));
        assert!(value("%5B1%5D".into()) == Value::List(vec![Value::Int(1)]));
        assert!(value("5".into()) == Value::Int(5));
    }
}
