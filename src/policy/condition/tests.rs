use super::*;
use crate::policy::source::Span;

/// The answer of an operator with these values of the policy, to these of the request.
fn ask(operator: &str, wanted: &[&str], found: Option<&[&str]>) -> Holds {
    let mut context = Context::new();
    context.set("aws:userid", "u*");
    if let Some(found) = found {
        context.set_all("aws:Key", found.iter().map(|text| (*text).to_owned()).collect());
    }
    let condition = Condition {
        operator: Operator::parse(operator),
        operator_text: operator.to_owned(),
        key: "AWS:key".to_owned(),
        values: wanted.iter().map(|text| (*text).to_owned()).collect(),
        span: Span::default(),
    };
    holds(&condition, Version::V2012, &context)
}

/// An operator, the policy's value, a value that matches it and one that does not.
const PAIRS: [(&str, &str, &str, &str); 27] = [
    ("StringEquals", "a", "a", "A"),
    ("StringNotEquals", "a", "b", "a"),
    ("StringEqualsIgnoreCase", "aB", "Ab", "a"),
    ("StringNotEqualsIgnoreCase", "aB", "a", "Ab"),
    ("StringLike", "a*c?", "abbcd", "abbc"),
    ("StringNotLike", "a*c?", "abbc", "abbcd"),
    ("NumericEquals", "10", "10.0", "11"),
    ("NumericNotEquals", "10", "11", "10.0"),
    ("NumericLessThan", "10", "9", "10"),
    ("NumericLessThanEquals", "10", "10", "11"),
    ("NumericGreaterThan", "10", "11", "10"),
    ("NumericGreaterThanEquals", "10", "10", "9"),
    ("DateEquals", "2020-01-01T00:00:00Z", "1577836800", "2020-01-01T00:00:01Z"),
    ("DateNotEquals", "2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z", "1577836800"),
    ("DateLessThan", "2020-01-01", "2019-12-31T23:59:59Z", "2020-01-01"),
    ("DateLessThanEquals", "2020-01-01", "2020-01-01", "2020-01-01T00:00:00.1Z"),
    ("DateGreaterThan", "2020-01-01", "2020-01-01T00:00:00.1Z", "2020-01-01"),
    ("DateGreaterThanEquals", "2020-01-01", "2020-01-01", "2019-12-31T23:59:59Z"),
    ("Bool", "true", "TRUE", "false"),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", "QmluYXJZ"),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", "203.0.114.9"),
    ("NotIpAddress", "203.0.113.0/24", "203.0.114.9", "203.0.113.9"),
    ("ArnEquals", "arn:aws:sns:*:1:t?", "arn:aws:sns:eu:1:t1", "arn:aws:sns:eu:2:t1"),
    ("ArnNotEquals", "arn:aws:sns:*:1:t?", "arn:aws:sns:eu:2:t1", "arn:aws:sns:eu:1:t1"),
    ("ArnLike", "arn:aws:sns:*:1:t?", "arn:aws:sns:eu:1:t1", "arn:aws:sns:eu:1:t"),
    ("ArnNotLike", "arn:aws:sns:*:1:t?", "arn:aws:sns:eu:1:t", "arn:aws:sns:eu:1:t1"),
    ("NumericEquals", "-0.5", "-5e-1", "0.5"),
];

#[test]
fn every_operator_in_every_form() {
    for (operator, wanted, yes, no) in PAIRS {
        let negated = Operator::parse(operator).unwrap().negated;
        assert_eq!(ask(operator, &[wanted], Some(&[yes])), Holds::Yes, "{operator}");
        assert_eq!(ask(operator, &[wanted], Some(&[no])), Holds::No, "{operator}");
        assert_eq!(ask(operator, &[wanted], None), Holds::of(negated), "{operator}");
        let lenient = format!("{operator}IfExists");
        assert_eq!(ask(&lenient, &[wanted], Some(&[yes])), Holds::Yes, "{lenient}");
        assert_eq!(ask(&lenient, &[wanted], Some(&[no])), Holds::No, "{lenient}");
        assert_eq!(ask(&lenient, &[wanted], None), Holds::Yes, "{lenient}");
        for (suffix, absent) in [("", Holds::Yes), ("IfExists", Holds::Yes)] {
            let all = format!("ForAllValues:{operator}{suffix}");
            assert_eq!(ask(&all, &[wanted], Some(&[yes, yes])), Holds::Yes, "{all}");
            assert_eq!(ask(&all, &[wanted], Some(&[yes, no])), Holds::No, "{all}");
            assert_eq!(ask(&all, &[wanted], None), absent, "{all}");
            assert_eq!(ask(&all, &[wanted], Some(&[])), absent, "{all}");
        }
        for (suffix, absent) in [("", Holds::No), ("IfExists", Holds::Unknown)] {
            let any = format!("ForAnyValue:{operator}{suffix}");
            assert_eq!(ask(&any, &[wanted], Some(&[no, yes])), Holds::Yes, "{any}");
            assert_eq!(ask(&any, &[wanted], Some(&[no, no])), Holds::No, "{any}");
            assert_eq!(ask(&any, &[wanted], None), absent, "{any}");
            assert_eq!(ask(&any, &[wanted], Some(&[])), absent, "{any}");
        }
    }
}

#[test]
fn of_many_values_of_a_policy_one_must_match_or_none() {
    assert_eq!(ask("StringEquals", &["a", "b"], Some(&["b"])), Holds::Yes);
    assert_eq!(ask("StringNotEquals", &["a", "b"], Some(&["b"])), Holds::No);
    assert_eq!(ask("StringNotEquals", &["a", "b"], Some(&["c"])), Holds::Yes);
    assert_eq!(ask("StringEquals", &[], Some(&["c"])), Holds::No);
    assert_eq!(ask("StringNotEquals", &[], Some(&["c"])), Holds::Yes);
}

#[test]
fn many_values_of_a_request_without_a_set_operator() {
    assert_eq!(ask("StringEquals", &["a"], Some(&["b", "a"])), Holds::Yes);
    assert_eq!(ask("StringNotEquals", &["a"], Some(&["b", "a"])), Holds::No);
    assert_eq!(ask("StringNotEquals", &["a"], Some(&["b", "c"])), Holds::Yes);
}

#[test]
fn sets_with_negated_operators() {
    assert_eq!(ask("ForAnyValue:StringNotEquals", &["a", "b"], Some(&["a", "b"])), Holds::No);
    assert_eq!(ask("ForAnyValue:StringNotEquals", &["a", "b"], Some(&["a", "c"])), Holds::Yes);
    assert_eq!(ask("ForAllValues:StringNotEquals", &["a", "b"], Some(&["c", "d"])), Holds::Yes);
    assert_eq!(ask("ForAllValues:StringNotEquals", &["a", "b"], Some(&["c", "a"])), Holds::No);
}

#[test]
fn an_empty_text_is_an_empty_set_for_all_values() {
    assert_eq!(ask("ForAllValues:StringEquals", &["a"], Some(&[""])), Holds::Yes);
    assert_eq!(ask("ForAllValues:StringEquals", &["a"], Some(&["", "b"])), Holds::No);
    assert_eq!(ask("ForAnyValue:StringEquals", &["a"], Some(&[""])), Holds::No);
    assert_eq!(ask("StringEquals", &["a"], Some(&[""])), Holds::No);
}

#[test]
fn null_asks_whether_a_key_is_absent() {
    assert_eq!(ask("Null", &["true"], None), Holds::Yes);
    assert_eq!(ask("Null", &["True"], Some(&[])), Holds::Yes);
    assert_eq!(ask("Null", &["true"], Some(&["x"])), Holds::No);
    assert_eq!(ask("Null", &["false"], Some(&["x"])), Holds::Yes);
    assert_eq!(ask("Null", &["false"], None), Holds::No);
    assert_eq!(ask("Null", &["true", "false"], None), Holds::Yes);
    assert_eq!(ask("Null", &["maybe"], None), Holds::Unknown);
}

#[test]
fn what_cannot_be_read_is_unknown() {
    assert_eq!(ask("StringIs", &["a"], Some(&["a"])), Holds::Unknown);
    for (operator, wanted) in [
        ("NumericEquals", "ten"),
        ("NumericLessThan", "inf"),
        ("DateLessThan", "soon"),
        ("Bool", "yes"),
        ("BinaryEquals", "-"),
        ("IpAddress", "203.0.113.0/33"),
        ("IpAddress", "::/129"),
        ("IpAddress", "localhost"),
        ("NotIpAddress", "203.0.113.0/"),
    ] {
        let good = PAIRS.iter().find(|pair| pair.0 == operator).unwrap();
        assert_eq!(ask(operator, &[wanted], Some(&[good.2])), Holds::Unknown, "{operator} {wanted}");
    }
    // Where another value decides, the unreadable one does not matter.
    assert_eq!(ask("NumericEquals", &["ten", "10"], Some(&["10"])), Holds::Yes);
    assert_eq!(ask("NumericNotEquals", &["ten", "10"], Some(&["10"])), Holds::No);
}

#[test]
fn a_value_of_the_request_that_cannot_be_read_matches_nothing() {
    for operator in ["NumericEquals", "DateLessThan", "Bool", "BinaryEquals", "IpAddress", "ArnLike"] {
        let pair = PAIRS.iter().find(|pair| pair.0 == operator).unwrap();
        assert_eq!(ask(operator, &[pair.1], Some(&["?"])), Holds::No, "{operator}");
    }
    assert_eq!(ask("NotIpAddress", &["10.0.0.0/8"], Some(&["?"])), Holds::Unknown);
    assert_eq!(ask("NumericNotEquals", &["1"], Some(&["NaN"])), Holds::Unknown);
}

#[test]
fn variables_are_replaced_in_texts_and_arns_only() {
    assert_eq!(ask("StringEquals", &["${aws:userid}"], Some(&["u*"])), Holds::Yes);
    assert_eq!(ask("StringEquals", &["*"], Some(&["x"])), Holds::No);
    assert_eq!(ask("StringEqualsIgnoreCase", &["${aws:userid}"], Some(&["U*"])), Holds::Yes);
    assert_eq!(ask("StringLike", &["${aws:userid}x"], Some(&["u*x"])), Holds::Yes);
    assert_eq!(ask("StringLike", &["${aws:userid}x"], Some(&["uux"])), Holds::No);
    assert_eq!(ask("StringLike", &["${aws:nobody}*"], Some(&["x"])), Holds::No);
    assert_eq!(ask("StringNotLike", &["${aws:nobody}*"], Some(&["x"])), Holds::Unknown);
    assert_eq!(ask("StringNotLike", &["${aws:nobody}*", "x"], Some(&["x"])), Holds::No);
    assert_eq!(ask("ArnLike", &["arn:aws:s3:::${aws:userid}"], Some(&["arn:aws:s3:::u*"])), Holds::Yes);
    assert_eq!(ask("NumericEquals", &["${aws:userid}"], Some(&["1"])), Holds::Unknown);
}

#[test]
fn addresses_and_ranges() {
    for (range, address, want) in [
        ("0.0.0.0/0", "203.0.113.1", Holds::Yes),
        ("::/0", "2001:db8::1", Holds::Yes),
        ("0.0.0.0/0", "2001:db8::1", Holds::No),
        ("::/0", "203.0.113.1", Holds::No),
        ("203.0.113.1", "203.0.113.1", Holds::Yes),
        ("203.0.113.1", "203.0.113.2", Holds::No),
        ("203.0.113.128/25", "203.0.113.129", Holds::Yes),
        ("203.0.113.128/25", "203.0.113.1", Holds::No),
        ("2001:db8::/33", "2001:db8:7fff::1", Holds::Yes),
        ("2001:db8::/33", "2001:db8:8000::1", Holds::No),
        ("2001:db8::1", "2001:DB8:0::1", Holds::Yes),
    ] {
        assert_eq!(ask("IpAddress", &[range], Some(&[address])), want, "{range} {address}");
    }
}
