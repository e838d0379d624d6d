use crate::cli::own;
use crate::model;

use super::*;

fn shown(path: &[&str]) -> String {
    let page = page("iamctl", path).unwrap_or_else(|| panic!("{path:?} has no page"));
    text::full(&page, text::Style { width: 80, bold: false })
}

#[test]
fn every_command_has_a_page() {
    let none: [&str; 0] = [];
    assert!(shown(&none).contains("--endpoint-url"));
    let pages = all("iamctl");
    let operations: usize = model::SERVICES.iter().map(|service| service.operations.len()).sum();
    assert!(pages.len() > operations + own::TOP.len() + 10, "{} pages", pages.len());
    for page in &pages {
        assert!(!page.summary.is_empty(), "{} has no summary", page.name);
        assert!(page.sections.len() > usize::from(!page.topic), "{} says nothing", page.name);
    }
    assert!(page("iamctl", &["iam", "nope"]).is_none());
    assert!(page("iamctl", &["iam", "get-user", "x"]).is_none());
    assert!(topic("iamctl", "nope").is_none());
}

#[test]
fn an_option_is_shown_as_it_is_written_with_what_the_model_says_of_it() {
    let help = shown(&["iam", "create-user"]);
    assert!(help.contains("    --user-name <string>\n"), "{help}");
    assert!(help.contains("Required. 1 to 64 characters."), "{help}");
    assert!(help.contains("--tags <structure>..."), "{help}");
    assert!(help.contains("Key=string,Value=string ...\n"), "{help}");
    assert!(
        help.contains(
            "        JSON:\n            [\n              {\n                \"Key\": \"string\",\n"
        ),
        "{help}"
    );
    assert!(shown(&["iam", "update-access-key"]).contains("One of: Active, Inactive"));
    let list = shown(&["iam", "list-users"]);
    assert!(list.contains("--starting-token") && !list.contains("\n    --marker"), "{list}");
}

#[test]
fn the_synopsis_begins_with_what_is_required() {
    let help = shown(&["iam", "create-role"]);
    let line = "    iamctl iam create-role --role-name <string>\n        --assume-role-policy-document <string> [--path <string>]";
    assert!(help.contains(line), "{help}");
}

#[test]
fn every_own_command_has_words_and_every_word_a_command() {
    let known: Vec<String> = own_paths().iter().map(|path| path.join(" ")).collect();
    for name in words::names("command/") {
        let is_waiter = name.contains(" wait");
        assert!(
            name.is_empty() || is_waiter || known.contains(&name.to_owned()),
            "model/docs describes {name:?}, which is no command"
        );
    }
    for path in own_paths() {
        let (name, own) = (path.join(" "), own_command(&path).unwrap());
        let words = words::Words::of(&format!("command/{name}"));
        assert!(!words.get("summary").is_empty(), "model/docs/own.toml has no [command.{name:?}]");
        assert!(!words.get("about").is_empty(), "{name} has no about");
        for option in own.options.iter().map(|one| one.name).chain(own.positionals.iter().copied()) {
            assert!(!words.part("options", option).is_empty(), "{name} {option} has no words");
        }
        for (option, _) in words.table("options") {
            let there = own.options.iter().any(|one| one.name == option) || own.positionals.contains(&option);
            assert!(there, "{name} has no {option}");
        }
    }
}

#[test]
fn every_topic_that_the_line_takes_has_a_page() {
    let names: Vec<String> = topics().into_iter().map(|(name, _)| name).collect();
    for name in ["config-vars", "return-codes", "shorthand", "query", "credentials", "output", "policies"] {
        assert!(names.contains(&name.to_owned()), "{name} is not listed");
        assert!(topic("iamctl", name).unwrap().sections.len() > 1, "{name}");
    }
    assert!(topic("iamctl", "topics").is_some());
}

fn found(words: &str) -> Vec<String> {
    let words: Vec<&str> = words.split(' ').collect();
    search::search(&words).into_iter().map(|find| find.name).collect()
}

#[test]
fn a_search_lists_what_is_meant_first() {
    let finds = found("give a role to a machine");
    assert!(finds[0].contains("instance-profile"), "{finds:?}");
    assert!(finds[1].contains("instance-profile"), "{finds:?}");
    let finds = found("old keys");
    for name in ["iam list-access-keys", "iam get-access-key-last-used", "iam update-access-key"] {
        assert!(finds[..5].contains(&name.to_owned()), "{name}: {finds:?}");
    }
    assert!(found("user").len() <= 20);
    assert!(found("xyzzy").is_empty());
    for (words, name) in [
        ("who am i", "sts get-caller-identity"),
        ("create user", "iam create-user"),
        ("create users", "iam create-user"),
        ("exit codes", "help return-codes"),
        ("rotate password", "iam change-password"),
        ("list-roles", "iam list-roles"),
        ("environment variables", "help config-vars"),
    ] {
        let finds = found(words);
        assert!(finds.iter().take(3).any(|find| find == name), "{words}: {finds:?}");
    }
}

#[test]
fn a_page_goes_by_the_name_of_the_program() {
    let page = page("aws", &["iam", "create-user"]).unwrap();
    let text = text::full(&page, text::Style { width: 80, bold: false });
    assert!(text.contains("aws iam create-user --user-name"), "{text}");
    assert!(!text.contains("iamctl iam"), "{text}");
}
