//! The language as a whole; what a script sees.

use super::*;
use crate::error::Kind;
use crate::json;
use crate::python;

const DOCUMENT: &str = r#"{
    "Users": [
        {"UserName": "bob", "Path": "/", "Age": 7},
        {"UserName": "amy", "Path": "/x/", "Age": 7.0, "Tags": [{"Key": "k"}]}
    ],
    "IsTruncated": false,
    "Nothing": null
}"#;

fn search(expression: &str) -> Result<Value> {
    compile(expression)?.search(&json::read(DOCUMENT).unwrap())
}

/// What is found, as Python prints it.
fn found(expression: &str) -> String {
    python::repr(&search(expression).unwrap())
}

fn failed(expression: &str) -> (Kind, String) {
    let error = search(expression).unwrap_err();
    (error.kind, error.message)
}

#[track_caller]
fn assert_unusable(expression: &str, reason: &str) {
    let message = format!("Bad value for --query {expression}: {reason}");
    assert_eq!(failed(expression), (Kind::ParamValidation, message));
}

#[track_caller]
fn assert_fails(expression: &str, message: &str) {
    assert_eq!(failed(expression), (Kind::General, message.to_owned()));
}

#[test]
fn a_hash_keeps_the_order_of_its_keys() {
    assert_eq!(found("Users[0].{z: UserName, a: Path}"), "{'z': 'bob', 'a': '/'}");
    assert_eq!(found("Users[0].{z: UserName, a: Path, z: Age}"), "{'z': 7, 'a': '/'}");
    assert_eq!(found("merge({b: `1`, a: `2`}, {c: `3`, b: `4`})"), "{'b': 4, 'a': 2, 'c': 3}");
    assert_eq!(found("keys({b: `1`, a: `2`})"), "['b', 'a']");
}

#[test]
fn paths_projections_and_pipes() {
    for (expression, want) in [
        ("Users[].UserName", "['bob', 'amy']"),
        ("Users[*].Tags[].Key", "['k']"),
        ("Users[*].Tags[*].Key", "[['k']]"),
        ("Users[?UserName=='amy'].Path | [0]", "'/x/'"),
        ("Users[-1].UserName", "'amy'"),
        ("Users[::-1].UserName", "['amy', 'bob']"),
        ("Users[0].*", "['bob', '/', 7]"),
        ("Users[0:1].[UserName, Nothing]", "[['bob', None]]"),
        ("Nothing.{a: `1`}", "None"),
        ("sort_by(Users, &UserName)[0].UserName", "'amy'"),
        ("max_by(Users, &Age).UserName", "'bob'"),
        ("!IsTruncated && 'it\\'s'", "\"it's\""),
    ] {
        assert_eq!(found(expression), want, "{expression}");
    }
}

#[test]
fn where_the_reference_parses_in_its_own_way() {
    for (expression, want) in [
        // A slice does not project right after an index, nor a `.*` beyond the next name.
        ("`[[{\"a\": 1}]]`[0][:1].a", "None"),
        ("`[[{\"a\": 1}]]`[0] | [:1].a", "[1]"),
        ("`{\"x\": {\"y\": {\"a\": {\"b\": 1}}}}`.x.*.a.b", "None"),
        ("`{\"y\": {\"a\": {\"b\": 1}}}` | *.a.b", "[1]"),
        // Commas can be left out or follow the last argument.
        ("not_null(Nothing 'x',)", "'x'"),
        ("{a: 'x' b: 'y'}", "{'a': 'x', 'b': 'y'}"),
        ("`[0, 1, 2]`[0:1 2]", "[0, 1]"),
        ("(length)('ab')", "2"),
        ("!Nothing.a", "None"),
    ] {
        assert_eq!(found(expression), want, "{expression}");
    }
}

#[test]
fn equality_and_order() {
    for (expression, want) in [
        ("`1` == `1.0`", "True"),
        ("`1` == `true`", "False"),
        ("`[1]` == `[true]`", "True"),
        ("`{\"a\": 1, \"b\": 2}` == {b: `2`, a: `1`}", "True"),
        ("contains(`[1, 2]`, `1.0`)", "True"),
        ("'a' < 'b'", "True"),
        ("'\u{ffff}' < '😀'", "True"),
        ("`true` < `2`", "None"),
        ("`99999999999999999999` < `1e20`", "True"),
    ] {
        assert_eq!(found(expression), want, "{expression}");
    }
    assert_fails("'a' < `1`", "'<' not supported between instances of 'str' and 'int'");
}

#[test]
fn numbers_print_as_python_prints_them() {
    for (expression, want) in [
        ("avg(`[1, 3]`)", "2.0"),
        ("sum(`[]`)", "0"),
        ("sum(`[9223372036854775807, 1]`)", "9223372036854775808"),
        ("sum(`[0.1, 0.2]`)", "0.30000000000000004"),
        ("ceil(`1.2`)", "2"),
        ("floor(`-1.2`)", "-2"),
        ("floor(`1e20`)", "100000000000000000000"),
        ("abs(`-9223372036854775808`)", "9223372036854775808"),
        ("to_number('1_000')", "1000"),
        ("to_number('1e3')", "1000.0"),
        ("to_string(`[1.0, 1e16, \"é\", null]`)", r#"'[1.0,1e+16,"\\u00e9",null]'"#),
        ("length('é😀')", "2"),
        ("reverse('aé😀')", "'😀éa'"),
    ] {
        assert_eq!(found(expression), want, "{expression}");
    }
}

#[test]
fn an_expression_that_does_not_parse_is_a_wrong_parameter() {
    assert_unusable("", "Invalid JMESPath expression: cannot be empty.");
    assert_unusable("foo[", "Invalid jmespath expression: Incomplete expression:\n\"foo[\"\n     ^");
    assert_unusable(
        "foo bar",
        "Unexpected token: bar: Parse error at column 4, token \"bar\" (UNQUOTED_IDENTIFIER), \
         for expression:\n\"foo bar\"\n     ^",
    );
    assert_unusable(
        "foo.",
        "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: eof: \
         Parse error at column 4, token \"\" (EOF), for expression:\n\"foo.\"\n     ^",
    );
    assert_unusable(
        "a[*]!b",
        "syntax error: Parse error at column 4, token \"!\" (NOT), for expression:\n\"a[*]!b\"\n     ^",
    );
    assert_unusable("a = b", "Bad jmespath expression: Unknown token '=':\na = b\n  ^");
    assert_unusable("é'a", "Bad jmespath expression: Unknown token é:\né'a\n^");
    assert_unusable("a['b", "Bad jmespath expression: Unclosed ' delimiter:\na['b\n  ^");
    assert_unusable("`\"a`", "Bad jmespath expression: Bad token \"a:\n`\"a`\n^");
    assert_unusable(r#""\x""#, "Bad jmespath expression: Invalid \\escape:\n\"\\x\"\n^");
    assert_unusable(
        "a.\"b\"(c)",
        "Quoted identifier not allowed for function names.: Parse error at column 0, token \"(\" (LPAREN), \
         for expression:\n\"a.\"b\"(c)\"\n ^",
    );
}

#[test]
fn a_call_that_cannot_be_made_fails_at_run_time() {
    assert_fails("bogus(also())", "Unknown function: also()");
    assert_fails("length()", "Expected 1 argument for function length(), received 0");
    assert_fails("sort_by(@)", "Expected 2 arguments for function sort_by(), received 1");
    assert_fails("merge()", "Expected at least 1 argument for function merge(), received 0");
    assert_fails(
        "length(`1`)",
        "In function length(), invalid type for value: 1, expected one of: ['string', 'array', 'object'], \
         received: \"number\"",
    );
    assert_fails(
        "max(`[1, \"a\"]`)",
        "In function max(), invalid type for value: a, expected one of: ['array-number', 'array-string'], \
         received: \"str\"",
    );
    assert_fails(
        "sort_by(Users, &Tags)",
        "In function sort_by(), invalid type for value: {'UserName': 'bob', 'Path': '/', 'Age': 7}, \
         expected one of: ['string', 'number'], received: \"null\"",
    );
    assert_fails("contains('a', `1`)", "'in <string>' requires string as left operand, not int");
    assert_fails("Users[::0]", "slice step cannot be zero");
    assert_fails("&a", "Encountered unrecognized type in JSON encoder.");
}

#[test]
fn nesting_is_bounded_and_length_is_not() {
    // The main thread has as much; without optimisation a level takes some 10 KiB.
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    let thread = thread.spawn(|| {
        check_bounds();
        check_growth();
    });
    thread.unwrap().join().unwrap();
}

fn check_bounds() {
    let nested = |open: &str, count: usize, close: &str| open.repeat(count) + "a" + &close.repeat(count);
    let pairs = [("(", ")"), ("[", "]"), ("{a:", "}"), ("!", ""), ("type(", ")"), ("[?", "]"), ("& ", "")];
    for (open, close) in pairs {
        for count in [501, 30_000] {
            assert_unusable(&nested(open, count, close), "maximum recursion depth exceeded");
        }
        let compiled = compile(&nested(open, 495, close)).unwrap();
        let answer = compiled.search(&Value::from("a"));
        assert_eq!(answer.is_ok(), open != "& ", "{open}");
    }
    for step in ["[]", "[*]", "[?a]", "==a", ".*", "|[@]"] {
        search(&format!("a{}", step.repeat(490))).unwrap();
        let (_, message) = failed(&format!("a{}", step.repeat(30_000)));
        assert!(message.ends_with("maximum recursion depth exceeded"), "{step}");
    }
    for step in [".a", "[0]", "|a", "||a", "&&a"] {
        search(&format!("a{}", step.repeat(30_000))).unwrap();
    }
    let answer = search(&format!("@{}", "|[@]".repeat(490))).unwrap();
    assert!(python::repr(&answer).starts_with("[[["));
}

/// An answer is not nested more deeply than the document and the bound together.
fn check_growth() {
    let grown = "map(&to_array(@), ".repeat(20) + "@" + &")".repeat(20);
    assert!(search(&format!("[@] | {grown}")).is_ok());
    let deep = format!("map(&{}@{}, [@])", "[".repeat(300), "]".repeat(300));
    assert!(search(&deep).is_ok());
    let (_, message) = failed(&format!("{deep} | {deep}"));
    assert!(message.ends_with("maximum recursion depth exceeded"));
}
