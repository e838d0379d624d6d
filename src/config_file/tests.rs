//! Edits as a whole: where things go, and what stays.

use super::*;

fn set(text: &str, section: &str, key: &str, value: &str) -> String {
    let value = match key.split_once('.') {
        Some((_, inner)) => NewValue::Nested(inner.to_owned(), value.to_owned()),
        None => NewValue::Text(value.to_owned()),
    };
    let key = key.split('.').next().unwrap();
    Edit::set(section, key, value).apply(text).unwrap().unwrap_or_else(|| text.to_owned())
}

const TEXT: &str = "# first\n[default]\n# rc\nregion = us-west-2\n; semi\noutput=json\n\ns3 =\n  max_queue_size = 1000\n\n# before other\n[profile other]\nregion: eu-west-1\n#output = text\n\n[sso-session corp]\nsso_region = us-east-1\n";

#[test]
fn keys_go_where_the_reference_puts_them() {
    for (section, key, old, new) in [
        ("default", "region", "region = us-west-2", "region = z"),
        ("default", "new", "= 1000\n", "= 1000\nnew = z\n"),
        ("default", "s3.max_queue_size", "= 1000", "= z"),
        ("default", "s3.new", "# before other\n", "# before other\n    new = z\n"),
        ("profile other", "new", "#output = text\n", "#output = text\nnew = z\n"),
        ("profile other", "s3.new", "#output = text\n", "#output = text\ns3 =\n    new = z\n"),
        ("sso-session corp", "new", "= us-east-1\n", "= us-east-1\nnew = z\n"),
        ("profile p", "new", "= us-east-1\n", "= us-east-1\n[profile p]\nnew = z\n"),
    ] {
        assert_eq!(set(TEXT, section, key, "z"), TEXT.replacen(old, new, 1), "{section} {key}");
    }
}

#[test]
fn at_the_end_of_the_file_keys_go_one_line_further_down() {
    assert_eq!(set("[a]\nx = 1\n# c\n# d\n", "a", "n", "z"), "[a]\nx = 1\n# c\nn = z\n# d\n");
    assert_eq!(set("[a]\nx = 1\n\n\n", "a", "n", "z"), "[a]\nx = 1\n\nn = z\n\n");
    assert_eq!(set("[a]\n", "a", "n", "z"), "[a]\nn = z\n");
    assert_eq!(set("[a]", "a", "n", "z"), "[a]\nn = z\n");
}

#[test]
fn what_the_reference_would_damage_is_laid_out_with_care() {
    for (before, key, after) in [
        // A comment without a line end would swallow the key.
        ("[a]\nx = 1\n# c", "n", "[a]\nx = 1\n# c\nn = z\n"),
        ("[a]\ns3 =\n  x = 1", "s3.n", "[a]\ns3 =\n  x = 1\n    n = z\n"),
        // The next key would become a part of this one.
        ("[a]\n  x = 1\n  y = 2\n", "x", "[a]\n  x = z\n  y = 2\n"),
        // A key of the same name inside a block is another one.
        ("[a]\ns3 =\n  x = 1\n", "x", "[a]\ns3 =\n  x = 1\nx = z\n"),
        // Keys are the same in capital and small letters.
        ("[a]\nX = 1\n", "x", "[a]\nx = z\n"),
        // A value of several lines is not cut in two.
        ("[a]\nx = 1\n  more\n[b]\n", "n", "[a]\nx = 1\n  more\nn = z\n[b]\n"),
        // What a value goes on with does not become a part of the new one.
        ("[a]\nx = 1\n  more\n# c\n\n  yet more\ny = 2\n", "x", "[a]\nx = z\n# c\n\ny = 2\n"),
        ("[a]\nx = 1\r  more\r[b]\r", "x", "[a]\nx = z\r[b]\r"),
        // A header with blanks before it is one.
        ("  [a]\nx = 1\n", "x", "  [a]\nx = z\n"),
        ("[a]\ns3 =\n  # c\n  x = 1\n", "s3.n", "[a]\ns3 =\n  # c\n  x = 1\n  n = z\n"),
    ] {
        let now = set(before, "a", key, "z");
        assert!(parse(&now).is_ok(), "{now}");
        assert_eq!(now, after, "{before}");
    }
}

#[test]
fn line_ends_marks_and_tabs_stay() {
    let text = "\u{feff}[a]\r\n\tx\t=\t1\r\n# ä\r\n[b]\r\ny = 1\r\n";
    assert_eq!(set(text, "b", "y", "z"), text.replace("y = 1", "y = z"));
    assert_eq!(set(text, "c", "n", "z"), format!("{text}[c]\r\nn = z\r\n"));
}

#[test]
fn an_edit_of_nothing_changes_nothing() {
    let edit = Edit { section: "default".into(), set: Vec::new(), remove: Vec::new() };
    assert_eq!(edit.apply(TEXT), Ok(None));
    assert_eq!(edit.apply("").unwrap().unwrap(), "[default]\n");
    assert_eq!(Edit::set("default", "region", NewValue::Text("us-west-2".into())).apply(TEXT), Ok(None));
}

#[test]
fn line_breaks_and_damage_are_refused() {
    let refused = |section: &str, key: &str, value: &str| {
        Edit::set(section, key, NewValue::Text(value.into())).apply("[a]\nx = 1\n").unwrap_err()
    };
    assert!(matches!(refused("a", "k", "v\n[b]"), EditError::LineBreak(_)));
    assert!(matches!(refused("a\n[b]", "k", "v"), EditError::LineBreak(_)));
    assert!(matches!(refused("a", "k\rl", "v"), EditError::LineBreak(_)));
    assert_eq!(refused("a", "x=y", "v"), EditError::Damage);
    assert_eq!(refused("", "k", "v"), EditError::Damage);
    // The reference takes the first header for the second one, and a key below the second would swallow the third.
    let two = "[a][b]\n\n[a]\n [c]\ny = 1\n";
    assert_eq!(Edit::set("a", "x", NewValue::Text("z".into())).apply(two), Err(EditError::Damage));
    let nested = Edit::set("a", "x", NewValue::Nested("y".into(), "z".into()));
    assert_eq!(nested.apply("[a]\nx = 1\n"), Err(EditError::NoBlock));
}

#[test]
fn threads_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/credentials");
    std::thread::scope(|scope| {
        for number in 0..64 {
            let path = &path;
            scope.spawn(move || {
                let edit = Edit::set(format!("p{number}"), "k", NewValue::Text("v".into()));
                update(path, |text| edit.apply(text)).unwrap();
            });
        }
    });
    assert_eq!(parse(&std::fs::read_to_string(&path).unwrap()).unwrap().len(), 64);
    assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
}

#[test]
fn a_link_to_nowhere_is_followed_where_a_file_can_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("config");
    std::os::unix::fs::symlink("real", &link).unwrap();
    update(&link, |_| Ok(Some("[a]\n".into()))).unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("real")).unwrap(), "[a]\n");
    assert!(link.is_symlink());
}

#[test]
fn names_with_blanks_are_quoted() {
    assert_eq!(header_name("profile", "a"), "profile a");
    assert_eq!(header_name("profile", "a'b"), "profile a'b");
    assert_eq!(header_name("profile", "a'b c"), "profile 'a'\"'\"'b c'");
}
