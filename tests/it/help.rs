//! Help as it is printed: a few pages in full, the forms, the search.
//!
//! With `IAMCTL_BLESS=1` the pages in `data/help` are written anew; look at the diff.

use iamctl_testkit::Home;

use crate::iamctl;

fn help(words: &str) -> String {
    let words: Vec<&str> = words.split(' ').collect();
    let outcome = iamctl(&words).run().ended(0);
    outcome.stdout
}

#[test]
fn pages_are_as_they_were_reviewed() {
    for (name, words) in [
        ("create-role", "iam create-role help"),
        ("create-role-short", "iam create-role -h"),
        ("list-users", "iam list-users help"),
        ("wait-user-exists", "iam wait user-exists help"),
        ("configure", "configure help"),
        ("configure-set", "configure set help"),
        ("return-codes", "help return-codes"),
        ("simulate-custom-policy-short", "iam simulate-custom-policy -h"),
    ] {
        let shown = help(words);
        let path = iamctl_testkit::root().join(format!("tests/it/data/help/{name}.txt"));
        if std::env::var_os("IAMCTL_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &shown).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(shown == kept, "{words} is not as in {}:\n{shown}", path.display());
        for line in shown.lines() {
            // Commands and documents are never broken where it would change them.
            let is_code = line.starts_with("            ") || line.starts_with("        iamctl ");
            assert!(line.chars().count() <= 80 || is_code, "{words}: too wide: {line}");
            assert_eq!(line, line.trim_end(), "{words}");
            assert!(line.is_ascii(), "{words}: {line}");
        }
    }
}

#[test]
fn dash_dash_help_is_long_and_dash_h_is_short() {
    for command in
        ["iam", "iam create-role", "iam wait", "iam wait user-exists", "configure", "configure set"]
    {
        let long = help(&format!("{command} help"));
        assert_eq!(help(&format!("{command} --help")), long, "{command}");
        let short = help(&format!("{command} -h"));
        assert!(short.lines().count() < long.lines().count(), "{command}:\n{short}");
    }
    let long = help("help");
    assert_eq!(help("--help"), long);
    assert!(help("-h").lines().count() < long.lines().count());
}

#[test]
fn help_needs_no_configuration() {
    let home = Home::new().unwrap();
    home.write("~/.aws/config", "this is no configuration").unwrap();
    let long = help("iam create-user help");
    for words in [&["iam", "create-user", "help"][..], &["help", "policies"], &["configure", "set", "--help"]]
    {
        iamctl(words).home(&home).run().ended(0);
        iamctl(words).env("AWS_PROFILE", "nowhere").run().ended(0);
    }
    assert_eq!(iamctl(&["iam", "create-user", "help"]).home(&home).run().ended(0).stdout, long);
}

#[test]
fn a_wrong_line_is_told_although_it_asks_for_help() {
    iamctl(&["iam", "create-usr", "--help"]).run().ended(252).complains("create-user");
    iamctl(&["help", "nothing"]).run().ended(252).complains("invalid choice 'nothing'");
    iamctl(&["help", "s3-faq"]).run().ended(252).complains("policies, query, return-codes");
    iamctl(&["iam", "get-user", "--query", "[", "help"]).run().ended(252);
}

#[test]
fn a_search_prints_a_line_for_each_find() {
    let outcome = iamctl(&["help", "search", "give", "a", "role", "to", "a", "machine"]).run().ended(0);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert!(lines.len() <= 20 && lines[0].starts_with("iamctl iam "), "{lines:?}");
    assert!(lines[0].contains("instance-profile"), "{lines:?}");
    iamctl(&["help", "search", "xyzzy"]).run().ended(1).complains("Nothing is found for 'xyzzy'");
    iamctl(&["help", "search"]).run().ended(252).complains("help search WORD");
}
