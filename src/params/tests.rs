//! Whole inputs: words in, members or the message out.

use super::*;
use crate::error::Kind;
use crate::model::service;
use crate::python;

/// What a command line gives, in the fewest words.
#[derive(Default)]
struct Line<'a> {
    options: &'a [(&'a str, &'a [&'a str])],
    json: Option<&'a str>,
    yaml: Option<&'a str>,
}

fn run(command: &str, line: &Line<'_>) -> Result<Map> {
    let operation =
        ["iam", "sts"].iter().find_map(|name| service(name).and_then(|one| one.operation(command))).unwrap();
    let words = |member: &Member, words: &[&str]| match (&member.shape.kind, words) {
        (crate::model::Kind::List(_), words) => {
            Words::Many(words.iter().map(|word| (*word).to_owned()).collect())
        }
        (crate::model::Kind::Boolean, words) => Words::Flag(words == ["true"]),
        (_, words) => Words::One(words.concat()),
    };
    let options: Vec<_> = line
        .options
        .iter()
        .map(|(option, given)| {
            let member = operation.option(option).unwrap();
            (member, words(member, given))
        })
        .collect();
    let given =
        Given { options: &options, cli_input_json: line.json, cli_input_yaml: line.yaml, ..Given::default() };
    let env = Env::fixed([("HOME", "/nope")]);
    let context = Context { file_encoding: None, env: &env };
    parse(operation, given, &context)?.checked(operation, true)
}

/// The members as Python prints them, or the exit code and the message.
fn shown(command: &str, line: &Line<'_>) -> String {
    match run(command, line) {
        Ok(map) => python::repr(&Value::Map(map)),
        Err(error) => format!("{} {}", error.kind.exit_code(), error.message),
    }
}

fn tags(words: &[&str]) -> String {
    shown("tag-user", &Line { options: &[("user-name", &["u"]), ("tags", words)], ..Line::default() })
}

fn tag_keys(words: &[&str]) -> String {
    shown("untag-user", &Line { options: &[("user-name", &["u"]), ("tag-keys", words)], ..Line::default() })
}

fn document(command: &str, json: &str) -> String {
    shown(command, &Line { json: Some(json), ..Line::default() })
}

fn file(name: &str, content: &[u8]) -> (std::path::PathBuf, String) {
    let path = std::env::temp_dir().join(format!("iamctl-params-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    let uri = format!("file://{}", path.display());
    (path, uri)
}

#[test]
fn a_list_of_structures_is_shorthand_or_json() {
    let want = "{'UserName': 'u', 'Tags': [{'Key': 'a', 'Value': 'b'}]}";
    for word in ["Key=a,Value=b", r#"{"Key":"a","Value":"b"}"#, r#" [{"Key":"a","Value":"b"}]"#] {
        assert_eq!(tags(&[word]), want);
    }
    assert_eq!(tags(&[]), "{'UserName': 'u', 'Tags': []}");
    let two = "{'UserName': 'u', 'Tags': [{'Key': 'a', 'Value': ''}, {'Key': 'b', 'Value': 'c'}]}";
    assert_eq!(tags(&["Key=a,Value=", "Key=b,Value=c"]), two);
}

#[test]
fn the_first_word_decides_whether_a_list_is_json() {
    let two_lists = tags(&[r#"[{"Key":"a"}]"#, r#"{"Key":"b"}"#]);
    assert_eq!(two_lists, "252 Error parsing parameter '--tags': Invalid JSON:\n[{\"Key\":\"a\"}]");
    assert_eq!(tags(&["{}", "x"]), "252 Error parsing parameter '--tags': Invalid JSON:\nx");
    assert_eq!(tags(&["{}", ""]), "255 string index out of range");
    assert_eq!(
        tags(&["[1"]),
        "252 Error parsing parameter '--tags': Invalid JSON: Expecting ',' delimiter: line 1 column 3 (char 2)\n\
         JSON received: [1"
    );
    assert_eq!(
        tags(&["null"]),
        "252 Error parsing parameter '--tags': Expected: '=', received: 'EOF' for input:\n null\n    ^"
    );
}

#[test]
fn a_list_of_texts_is_its_words_or_one_json_list() {
    assert_eq!(tag_keys(&["a", "b,c"]), "{'UserName': 'u', 'TagKeys': ['a', 'b,c']}");
    assert_eq!(tag_keys(&[r#"["a"]"#]), "{'UserName': 'u', 'TagKeys': ['a']}");
    assert_eq!(tag_keys(&[r#"["a"]"#, "b"]), "{'UserName': 'u', 'TagKeys': ['[\"a\"]', 'b']}");
    assert_eq!(tag_keys(&["{"]), "{'UserName': 'u', 'TagKeys': ['{']}");
}

#[test]
fn a_file_stands_for_the_whole_list() {
    let (path, uri) = file("list", br#"["a","b"]"#);
    assert_eq!(tag_keys(&[&uri]), "{'UserName': 'u', 'TagKeys': ['a', 'b']}");
    std::fs::write(&path, "ab").unwrap();
    assert_eq!(tag_keys(&[&uri]), "{'UserName': 'u', 'TagKeys': ['a', 'b']}");
    std::fs::write(&path, "").unwrap();
    assert_eq!(tag_keys(&[&uri]), "255 string index out of range");
    std::fs::write(&path, "Key=a,Value=b").unwrap();
    assert!(tags(&[&uri]).ends_with(
        "Invalid type for parameter Tags, value: {'Key': 'a', 'Value': 'b'}, type: <class 'dict'>, valid types: \
         <class 'list'>, <class 'tuple'>"
    ));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn files_that_cannot_be_used_are_told_by_option_but_not_in_shorthand() {
    let why = "Unable to load paramfile file://nope: [Errno 2] No such file or directory: 'nope'";
    assert_eq!(tag_keys(&["file://nope"]), format!("252 Error parsing parameter '--tag-keys': {why}"));
    assert_eq!(tags(&["Key@=file://nope,Value=b"]), format!("255 {why}"));
    let (path, uri) = file("binary", b"\xff");
    assert_eq!(
        tag_keys(&[&uri]),
        format!(
            "252 Error parsing parameter '--tag-keys': Unable to load paramfile ({}), text contents could not be \
             decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix.",
            path.display()
        )
    );
    std::fs::remove_file(path).unwrap();
}

#[test]
fn shorthand_is_fitted_to_the_model_as_far_as_it_goes() {
    let permissions = |word: &str| {
        let options: &[(&str, &[&str])] = &[
            ("description", &["d"]),
            ("permissions", &[word]),
            ("requestor-workflow-id", &["wwwww"]),
            ("notification-channel", &["cc"]),
            ("session-duration", &["400"]),
        ];
        match run("create-delegation-request", &Line { options, ..Line::default() }) {
            Ok(map) => python::repr(&map["Permissions"]),
            Err(error) => error.message,
        }
    };
    assert_eq!(
        permissions("Parameters=[{Name=aaaaa,Values=x}]"),
        "{'Parameters': [{'Name': 'aaaaa', 'Values': ['x']}]}"
    );
    assert!(
        permissions("Parameters={Name=aaaaa,Values=x}")
            .contains("Permissions.Parameters[0].Values, value: x")
    );
    assert_eq!(permissions("[1]"), "Error parsing parameter '--permissions': Invalid JSON:\n[1]");
}

#[test]
fn mappings_of_json_options_are_ordered_dicts_in_messages() {
    let message = tag_keys(&["[{}]"]);
    assert!(message.contains("value: OrderedDict(), type: <class 'collections.OrderedDict'>"), "{message}");
    let message = document("untag-user", r#"{"UserName":"u","TagKeys":[{}]}"#);
    assert!(message.contains("value: {}, type: <class 'dict'>"), "{message}");
}

#[test]
fn integers_fail_with_a_bare_message() {
    let duration = |word: &str| {
        shown("get-session-token", &Line { options: &[("duration-seconds", &[word])], ..Line::default() })
    };
    assert_eq!(duration(" 1_800"), "{'DurationSeconds': 1800}");
    assert_eq!(duration("ten"), "255 invalid literal for int() with base 10: 'ten'");
    assert_eq!(duration("99999999999999999999"), "{'DurationSeconds': 99999999999999999999}");
    assert!(
        duration("1")
            .ends_with("Invalid value for parameter DurationSeconds, value: 1, valid min value: 900")
    );
}

#[test]
fn options_come_before_the_document_and_win() {
    let line = Line {
        options: &[("user-name", &["x"])],
        json: Some(r#"{"Path":"/","UserName":"y"}"#),
        ..Line::default()
    };
    assert_eq!(shown("create-user", &line), "{'UserName': 'x', 'Path': '/'}");
    let line = Line { yaml: Some("UserName: x\nTags:\n- {Key: a, Value: 'b'}\n"), ..Line::default() };
    assert_eq!(shown("create-user", &line), "{'UserName': 'x', 'Tags': [{'Key': 'a', 'Value': 'b'}]}");
}

#[test]
fn documents_that_are_none_are_refused() {
    let kind = "252 Error parsing parameter '--cli-input-json': Invalid type: expecting map, received";
    assert_eq!(
        document("create-user", "{"),
        "252 Error parsing parameter 'cli-input-json': Invalid JSON received."
    );
    assert_eq!(document("create-user", "[1]"), format!("{kind} <class 'list'>"));
    assert_eq!(document("create-user", "null"), format!("{kind} <class 'NoneType'>"));
    let both = Line { json: Some("{}"), yaml: Some("{}"), ..Line::default() };
    assert_eq!(shown("create-user", &both), "252 Only one --cli-input- parameter may be specified.");
    let yaml = Line { yaml: Some("1: x"), ..Line::default() };
    assert_eq!(shown("create-user", &yaml), "255 keywords must be strings");
}

#[test]
fn faults_are_told_in_order_missing_then_unknown_then_inside() {
    assert_eq!(
        document("create-user", r#"{"Path":5,"Bogus":1,"Tags":[{"Key":"","Zed":null},7]}"#),
        "252 Parameter validation failed:\n\
         Missing required parameter in input: \"UserName\"\n\
         Unknown parameter in input: \"Bogus\", must be one of: Path, UserName, PermissionsBoundary, Tags\n\
         Invalid type for parameter Path, value: 5, type: <class 'int'>, valid types: <class 'str'>\n\
         Missing required parameter in Tags[0]: \"Value\"\n\
         Unknown parameter in Tags[0]: \"Zed\", must be one of: Key, Value\n\
         Invalid length for parameter Tags[0].Key, value: 0, valid min length: 1\n\
         Invalid type for parameter Tags[1], value: 7, type: <class 'int'>, valid types: <class 'dict'>"
    );
}

#[test]
fn of_a_union_exactly_one_member_is_given() {
    let exclusion = |word: &str| {
        let options: &[(&str, &[&str])] = &[
            ("policy-source-arn", &["arn:aws:iam::111111111111:user/x"]),
            ("action-names", &["abc"]),
            ("policy-exclusion-list", &[word]),
        ];
        shown("simulate-principal-policy", &Line { options, ..Line::default() })
    };
    assert!(exclusion("{}").ends_with(
        "Must set one of the following keys for tagged unionstructure PolicyExclusionList[0]: PolicyType. \
         PolicyArn. InlinePolicyIdentifier."
    ));
    assert!(exclusion(r#"{"PolicyType":"a","PolicyArn":"arn:aws:iam::aws:policy/x"}"#).ends_with(
        "Invalid number of parameters set for tagged union structure PolicyExclusionList[0]. Can only set one of \
         the following keys: PolicyType. PolicyArn. InlinePolicyIdentifier."
    ));
}

#[test]
fn keys_and_values_of_maps_are_checked() {
    let properties = |word: &str| {
        shown("put-account-properties", &Line { options: &[("properties", &[word])], ..Line::default() })
    };
    assert_eq!(properties("a=b"), "{'Properties': {'a': 'b'}}");
    assert!(
        properties("=x")
            .ends_with("Invalid length for parameter Properties (key: ), value: 0, valid min length: 1")
    );
    assert!(
        properties("a=")
            .ends_with("Invalid length for parameter Properties.a, value: 0, valid min length: 1")
    );
}

#[test]
fn a_date_in_yaml_is_no_text() {
    let line = Line { yaml: Some("UserName: 2020-01-01"), ..Line::default() };
    assert!(shown("create-user", &line).ends_with(
        "Invalid type for parameter UserName, value: 2020-01-01, type: <class 'datetime.date'>, valid types: <class \
         'str'>"
    ));
}

#[test]
fn paging_options_do_not_go_with_a_document_that_pages() {
    let operation = service("iam").and_then(|iam| iam.operation("list-users")).unwrap();
    let env = Env::fixed::<&str, &str>([]);
    let context = Context { file_encoding: None, env: &env };
    let given = Given { cli_input_json: Some(r#"{"Marker":"x"}"#), paging_options: true, ..Given::default() };
    let message = parse(operation, given, &context).unwrap().checked(operation, true).unwrap_err().message;
    assert!(
        message.contains("Unknown parameter in input: \"PaginationConfig\", must be one of: PathPrefix, ")
    );
}

#[test]
fn without_validation_everything_passes() {
    let operation = service("iam").and_then(|iam| iam.operation("create-user")).unwrap();
    let env = Env::fixed::<&str, &str>([]);
    let context = Context { file_encoding: None, env: &env };
    let given = Given { cli_input_json: Some(r#"{"UserName":5}"#), ..Given::default() };
    let map = parse(operation, given, &context).unwrap().checked(operation, false).unwrap();
    assert!(map["UserName"] == Value::Int(5));
}

#[test]
fn other_options_may_name_files_too() {
    let env = Env::fixed::<&str, &str>([]);
    let context = Context { file_encoding: None, env: &env };
    assert_eq!(text("starting-token", "file:x", &context).unwrap(), "file:x");
    let error = text("starting-token", "file://nope", &context).unwrap_err();
    assert_eq!(error.kind, Kind::ParamValidation);
    assert!(
        error.message.starts_with("Error parsing parameter '--starting-token': Unable to load paramfile")
    );
}
