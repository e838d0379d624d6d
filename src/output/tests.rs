//! The printer as a whole, and what the formats' own tests share.

use super::*;

/// What a format prints for a result given as JSON, or the message of its error.
pub fn rendered(format: Format, options: Options, result: &str) -> std::result::Result<String, String> {
    let value = json::read(result).unwrap();
    let mut sink = Vec::new();
    let printed = Printer::new(format, options, &mut sink).value(&value);
    printed.map(|()| String::from_utf8(sink).unwrap()).map_err(|error| error.message)
}

/// Checks a format against a table of results and their texts.
pub fn check(format: Format, cases: &[(&str, &str)]) {
    for (result, want) in cases {
        assert_eq!(rendered(format, Options::plain("Op"), result).as_deref(), Ok(*want), "{result}");
    }
}

/// Checks a format against a table of results and their error messages.
pub fn check_errors(format: Format, cases: &[(&str, &str)]) {
    for (result, want) in cases {
        let message = rendered(format, Options::plain("Op"), result).unwrap_err();
        assert_eq!(message, *want, "{result}");
    }
}

fn pages(format: Format, pages: &[&str]) -> String {
    let mut sink = Vec::new();
    let mut printer = Printer::new(format, Options::plain("ListUsers"), &mut sink);
    for page in pages {
        printer.page(&json::read(page).unwrap()).unwrap();
    }
    String::from_utf8(sink).unwrap()
}

#[test]
fn formats_have_the_names_of_the_option() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.name()), Some(format));
    }
    for name in ["", "JSON", "Text", "yaml_stream", "none", "json "] {
        assert_eq!(Format::parse(name), None);
    }
}

#[test]
fn an_empty_result_prints_nothing() {
    for format in Format::ALL {
        check(format, &[("{}", "")]);
    }
}

#[test]
fn off_prints_nothing() {
    check(Format::Off, &[("[1]", ""), ("null", "")]);
    assert_eq!(pages(Format::Off, &["[1]", "{}"]), "");
}

#[test]
fn json_keeps_the_order_of_members_and_prints_nulls_and_empty_lists() {
    check(
        Format::Json,
        &[
            ("null", "null\n"),
            ("[]", "[]\n"),
            (r#""é""#, "\"é\"\n"),
            (r#"{"b": 1.0, "a": []}"#, "{\n    \"b\": 1.0,\n    \"a\": []\n}\n"),
        ],
    );
}

#[test]
fn the_six_formats_show_the_same_result() {
    let result = r#"{"User": {"UserName": "u", "Path": "/", "Tags": [{"Key": "k", "Value": "v"}]}}"#;
    let shown = |format| rendered(format, Options::plain("GetUser"), result).unwrap();
    assert_eq!(shown(Format::Text), "USER\t/\tu\nTAGS\tk\tv\n");
    let yaml = "User:\n  Path: /\n  Tags:\n  - Key: k\n    Value: v\n  UserName: u\n";
    assert_eq!(shown(Format::Yaml), yaml);
    let stream = "- User:\n    Path: /\n    Tags:\n    - Key: k\n      Value: v\n    UserName: u\n";
    assert_eq!(shown(Format::YamlStream), stream);
    let table = "\
------------------------
|        GetUser       |
+----------------------+
||        User        ||
|+-------+------------+|
|| Path  | UserName   ||
|+-------+------------+|
||  /    |  u         ||
|+-------+------------+|
|||       Tags       |||
||+-------+----------+||
|||  Key  |  Value   |||
||+-------+----------+||
|||  k    |  v       |||
||+-------+----------+||
";
    assert_eq!(shown(Format::Table), table);
}

#[test]
fn pages_are_printed_one_after_another() {
    let users = [r#"{"Users": [{"UserName": "a"}]}"#, r#"{"Users": [{"UserName": "b"}]}"#, "{}"];
    assert_eq!(pages(Format::Text, &users), "USERS\ta\nUSERS\tb\n");
    assert_eq!(
        pages(Format::YamlStream, &users),
        "- Users:\n  - UserName: a\n- Users:\n  - UserName: b\n- {}\n"
    );
}

#[test]
fn what_comes_before_an_error_stays_printed() {
    let value = json::read(r#"{"a": 1, "b": [1, {}]}"#).unwrap();
    let mut sink = Vec::new();
    let error = Printer::new(Format::Text, Options::plain("Op"), &mut sink).value(&value).unwrap_err();
    assert_eq!(error, Error::general("'int' object has no attribute 'items'"));
    assert_eq!(sink, b"1\n");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    struct Closed;
    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut sink = Closed;
    let mut printer = Printer::new(Format::Text, Options::plain("Op"), &mut sink);
    assert!(!printer.is_closed());
    assert_eq!(printer.page(&Value::from("a")), Ok(()));
    assert!(printer.is_closed());
}
