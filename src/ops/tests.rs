use super::fields::Fields;
use crate::error::Kind;
use crate::value::{Map, Value};

fn fields(name: &'static str, value: Value) -> Fields {
    let mut map = Map::new();
    map.insert(name.into(), value);
    Fields::new(map)
}

#[test]
fn integers_beyond_32_bits_are_refused_by_name_and_value() {
    for value in [Value::Int(2_147_483_648), Value::BigInt("99999999999999999999".into())] {
        let error = fields("MaxSessionDuration", value).integer("MaxSessionDuration").unwrap_err();
        assert_eq!(error.kind, Kind::ParamValidation);
        assert!(error.message.starts_with("MaxSessionDuration: "), "{}", error.message);
    }
    let most = fields("N", Value::Int(2_147_483_647)).integer("N").unwrap();
    assert_eq!(most, Some(i32::MAX));
}

#[test]
fn an_absent_member_is_none_and_an_empty_list_is_some() {
    let mut given = fields("Tags", Value::List(vec![]));
    assert_eq!(given.list("Tags", super::fields::string).unwrap(), Some(vec![]));
    assert_eq!(given.string("UserName").unwrap(), None);
}
