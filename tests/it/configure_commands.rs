//! `configure` and its sub-commands, where they go beyond the reference or touch secrets.

use std::os::unix::fs::PermissionsExt as _;

use iamctl_testkit::{Home, Run};

use crate::iamctl;

const CREDENTIALS: &str = "[default]\naws_access_key_id = AKIADEFAULTDEFAULT01\naws_secret_access_key = very/secret+key\n\n# mine\n[p]\naws_access_key_id = AKIAP\naws_secret_access_key = p/secret\n";

fn configure(words: &[&str]) -> Run {
    iamctl(&[&["configure"], words].concat()).by_files_alone().without("AWS_ENDPOINT_URL")
}

fn mode(home: &Home, name: &str) -> u32 {
    std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o7777
}

#[test]
fn new_files_and_folders_are_the_owners_alone() {
    let home = configure(&["set", "aws_access_key_id", "A"]).run().ok().home;
    let modes = [mode(&home, "~/.aws"), mode(&home, "~/.aws/credentials")];
    assert_eq!(modes, [0o700, 0o600]);
}

#[test]
fn links_modes_marks_and_line_ends_survive() {
    let home = Home::new().unwrap();
    let real = home.write("~/dotfiles/config", "\u{feff}[default]\r\nregion = a\r\n\t; note\r\n").unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::fs::create_dir_all(home.path("~/.aws")).unwrap();
    std::os::unix::fs::symlink("../dotfiles/config", home.path("~/.aws/config")).unwrap();
    configure(&["set", "region", "b"]).home(&home).run().ok();
    assert_eq!(std::fs::read_to_string(&real).unwrap(), "\u{feff}[default]\r\nregion = b\r\n\t; note\r\n");
    assert!(home.path("~/.aws/config").is_symlink());
    assert_eq!(mode(&home, "~/dotfiles/config"), 0o640);
}

#[test]
fn a_profile_is_removed_from_both_files() {
    let config = "[default]\nregion = a\n[profile 'p']\nregion = b\n[profile q]\nregion = c\n";
    let run = |words: &[&str]| {
        configure(words).file("~/.aws/credentials", CREDENTIALS).file("~/.aws/config", config).run()
    };
    run(&["remove", "--profile", "p"]).ended(252).complains("--yes");
    run(&["remove"]).ended(252);
    run(&["remove", "--profile", "nope", "--yes"]).ended(255).complains("(nope) could not be found");
    let home = run(&["remove", "--profile", "p", "--yes"]).ok().home;
    let now = |name| std::fs::read_to_string(home.path(name)).unwrap();
    assert_eq!(now("~/.aws/credentials"), CREDENTIALS.split("[p]").next().unwrap());
    assert_eq!(now("~/.aws/config"), "[default]\nregion = a\n[profile q]\nregion = c\n");
}

#[test]
fn a_value_is_removed() {
    let run = |words: &[&str]| configure(words).file("~/.aws/credentials", CREDENTIALS).run();
    let home = run(&["remove", "aws_secret_access_key", "--yes"]).ok().home;
    let now = std::fs::read_to_string(home.path("~/.aws/credentials")).unwrap();
    assert_eq!(now, CREDENTIALS.replace("aws_secret_access_key = very/secret+key\n", ""));
    run(&["remove", "nope", "--yes"]).ended(1);
}

#[test]
fn the_explanation_names_every_source_and_no_secret() {
    let outcome = configure(&["list", "--explain"])
        .env("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT12345")
        .env("AWS_SECRET_ACCESS_KEY", "environment/secret")
        .env("AWS_SESSION_TOKEN", "environment/token")
        .env("AWS_REGION", "eu-west-1")
        .file("~/.aws/credentials", CREDENTIALS)
        .file("~/.aws/config", "[default]\nregion = eu-west-3\n")
        .run()
        .ok();
    for part in [
        "* AWS_REGION",
        "'eu-west-3'",
        "* AWS_ACCESS_KEY_ID",
        "****************2345",
        "****************LT01",
        "from env",
    ] {
        assert!(outcome.stdout.contains(part), "{part} is missing: {outcome}");
    }
    for secret in ["very/secret", "environment/secret", "environment/token", "AKIAENVIRONMENT"] {
        assert!(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret), "{outcome}");
    }
}

#[test]
fn an_edit_that_would_break_the_file_is_refused() {
    let config = "[default]\na = 1\n";
    for words in [["set", "a=b", "c"], ["set", "", "c"], ["set", ".a", "c"]] {
        let home =
            configure(&words).file("~/.aws/config", config).run().ended(255).complains("unchanged").home;
        assert_eq!(std::fs::read_to_string(home.path("~/.aws/config")).unwrap(), config);
    }
}

#[test]
fn a_section_called_default_in_capitals_is_a_part_of_all_others() {
    let get = |words: &[&str]| {
        let config = "[DEFAULT]\nregion = zz\nx = 1\n[default]\noutput = text\n[profile p]\nregion = q\n[DEFAULT]\ny = 2\n";
        configure(words).file("~/.aws/config", config).run().ok().stdout
    };
    assert_eq!(get(&["get", "region"]), "zz\n");
    assert_eq!(get(&["get", "x", "--profile", "p"]), "1\n");
    assert_eq!(get(&["get", "y", "--profile", "p"]), "2\n");
    assert_eq!(get(&["get", "region", "--profile", "p"]), "q\n");
    assert_eq!(get(&["list-profiles"]), "default\np\n");
    let alias = "[DEFAULT]\nq = !echo one\n[toplevel]\nr = !echo two\n";
    assert_eq!(iamctl(&["q"]).file("~/.aws/cli/alias", alias).run().ok().stdout, "one\n");
}

#[test]
fn names_of_sub_sections_begin_with_neither_blank_nor_quote() {
    for name in ["", " ", " a", "\t", "'a'", "\"a", "\u{a0}"] {
        for option in ["sso-session", "services"] {
            configure(&["set", &format!("--{option}={name}"), "k", "v"])
                .run()
                .ended(252)
                .complains(&format!("Invalid value for --{option}."));
        }
    }
    configure(&["set", "--services=a\"b", "k", "v"]).run().ok();
    configure(&["set", "s3.k", "a\nb"]).run().ended(255).complains("Invalid value for key s3: newline");
}
