//! Values and their YAML.

use super::super::Format;
use super::super::tests::check;

fn check_json_of(cases: &[(serde_json::Value, &str)]) {
    let texts: Vec<String> = cases.iter().map(|(value, _)| value.to_string()).collect();
    let cases: Vec<_> = texts.iter().map(String::as_str).zip(cases.iter().map(|(_, want)| *want)).collect();
    check(Format::Yaml, &cases);
}

#[test]
fn a_scalar_result_is_json() {
    check(
        Format::Yaml,
        &[
            ("null", "null\n"),
            (r#""é\n""#, "\"é\\n\"\n"),
            ("5", "5\n"),
            ("[]", "[]\n"),
            ("Infinity", "Infinity\n"),
        ],
    );
    check(
        Format::YamlStream,
        &[("null", "- null\n"), (r#""""#, "- ''\n"), ("[]", "- []\n"), ("[1]", "- - 1\n")],
    );
}

#[test]
fn scalars_in_a_list() {
    check(
        Format::Yaml,
        &[(
            "[null, true, false, -5, 100000000000000000000, 1.0, 1e16, 1e-7, Infinity, -Infinity, NaN]",
            "- null\n- true\n- false\n- -5\n- 100000000000000000000\n- 1.0\n- 1e+16\n- 1e-07\n- .inf\n- -.inf\n- .nan\n",
        )],
    );
}

#[test]
fn keys_are_sorted_and_lists_stand_under_their_key() {
    check(
        Format::Yaml,
        &[
            (r#"{"b": 1, "B": [1, {"y": 1, "x": 2}], "": {}}"#, "'': {}\nB:\n- 1\n- x: 2\n  y: 1\nb: 1\n"),
            (r#"{"a": {"b": {"c": [1]}}}"#, "a:\n  b:\n    c:\n    - 1\n"),
            ("[[1, [2]], [], [[3]]]", "- - 1\n  - - 2\n- []\n- - - 3\n"),
        ],
    );
}

#[test]
fn long_keys_and_keys_with_line_breaks_have_lines_of_their_own() {
    let (short, long) = ("é".repeat(64), "k".repeat(129));
    let result = serde_json::json!({ short.as_str(): 1, long.as_str(): {"b": 1, "a": [1]}, "x\ny": [1, 2] });
    let want = format!("? {long}\n: a:\n  - 1\n  b: 1\n? 'x\n\n  y'\n: - 1\n  - 2\n{short}: 1\n");
    check_json_of(&[(result, &want)]);
}

#[test]
fn line_breaks_in_quotes() {
    check_json_of(&[
        (serde_json::json!(["a\nb"]), "- 'a\n\n  b'\n"),
        (serde_json::json!(["\n"]), "- '\n\n  '\n"),
        (serde_json::json!(["a\n\nb"]), "- 'a\n\n\n  b'\n"),
        (serde_json::json!(["it's\n"]), "- 'it''s\n\n  '\n"),
        (serde_json::json!(["a\u{2028}b"]), "- 'a\u{2028}  b'\n"),
        (serde_json::json!(["a\u{2028}\nb"]), "- 'a\u{2028}\n  b'\n"),
        (serde_json::json!(["a\n\u{2028}b"]), "- 'a\n\n\u{2028}  b'\n"),
        (serde_json::json!(["a\n b"]), "- \"a\\n b\"\n"),
        (serde_json::json!(["a \u{2028}b"]), "- \"a \\Lb\"\n"),
    ]);
}

#[test]
fn escapes() {
    let text = "\0\u{7}\u{8}\t\n\u{b}\u{c}\r\u{1b}\"\\\u{1}\u{7f}\u{85}\u{a0}\u{2028}\u{2029}\u{feff}é😀'";
    let want =
        concat!(r#"- "\0\a\b\t\n\v\f\r\e\"\\\x01\x7F\N"#, "\u{a0}", r#"\L\P\uFEFFé\U0001F600'""#, "\n");
    check_json_of(&[(serde_json::json!([text]), want)]);
}

#[test]
fn texts_fold_at_the_first_single_blank_past_column_80() {
    let at = |count: usize| "x ".repeat(count);
    // 39 pairs after `- ` end in column 80, where a blank is no reason yet.
    let plain = (format!("{}y", at(60)), format!("- {}x\n  {}y\n", at(39), at(20)));
    let single = (format!("# {}y", at(60)), format!("- '# {}x\n  {}y'\n", at(38), at(21)));
    let double = (format!("\t {}y", at(60)), format!("- \"\\t {}x\n  {}y\"\n", at(37), at(22)));
    for (text, want) in [plain, single, double] {
        check_json_of(&[(serde_json::json!([text]), &want)]);
    }
}

#[test]
fn blanks_in_a_run_are_kept() {
    let (text, long) = ("a  ".repeat(40), "b".repeat(90));
    check_json_of(&[
        (serde_json::json!([text]), &format!("- '{text}'\n")),
        (serde_json::json!([format!("{long}  c")]), &format!("- {long}  c\n")),
        (serde_json::json!([format!("{long} ")]), &format!("- '{long} '\n")),
        (serde_json::json!([format!("{long}  c\t")]), &format!("- \"{long}\n  \\ c\\t\"\n")),
    ]);
}

#[test]
fn further_lines_are_indented_by_the_depth() {
    let text = format!("{} z", "y".repeat(90));
    let (y, want) = ("y".repeat(90), |blanks: usize| format!("\n{}z\n", " ".repeat(blanks)));
    check_json_of(&[
        (serde_json::json!({ "k": text }), &format!("k: {y}{}", want(2))),
        (serde_json::json!({ "k": [text] }), &format!("k:\n- {y}{}", want(2))),
        (serde_json::json!([[text]]), &format!("- - {y}{}", want(4))),
        (serde_json::json!({"k": {"l": [{"m": text}]}}), &format!("k:\n  l:\n  - m: {y}{}", want(6))),
    ]);
}

#[test]
fn a_key_on_the_line_of_its_value_is_not_folded() {
    let key = format!("{} z", "y".repeat(90));
    check_json_of(&[(serde_json::json!({ key.as_str(): 1 }), &format!("{key}: 1\n"))]);
}
