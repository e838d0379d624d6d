//! What the reference does not have: the fallback, the program's name, the switches that mend.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use iamctl_testkit::{Home, Reply, Run, Server};

use crate::iamctl;

fn program(home: &Home, name: &str, script: &str) -> String {
    let path = home.write(name, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The words arrive as they were typed, global options included, and the exit code comes back.
#[test]
fn a_foreign_command_is_handed_over_word_for_word() {
    let home = Home::new().unwrap();
    let other = program(&home, "aws", "#!/bin/sh\nfor word; do echo \"[$word]\"; done\nexit 7\n");
    let words = ["--region", "eu-west-1", "ec2", "describe-instances", "--filters", "a b", ""];
    let outcome = iamctl(&words).env("IAMCTL_FALLBACK", &other).home(&home).run().ended(7);
    assert_eq!(
        outcome.stdout,
        "[--region]\n[eu-west-1]\n[ec2]\n[describe-instances]\n[--filters]\n[a b]\n[]\n"
    );
}

#[test]
fn the_profile_can_name_the_fallback_and_our_own_commands_never_go_there() {
    let home = Home::new().unwrap();
    let other = program(&home, "aws", "#!/bin/sh\necho other\n");
    let config = format!("[default]\niamctl_fallback = {other}\n");
    let run = |words: &[&str]| iamctl(words).file("~/.aws/config", &config).home(&home).run().ok().stdout;
    assert_eq!(run(&["s3", "ls"]), "other\n");
    assert_eq!(run(&["configure", "wizard"]), "other\n");
    assert_eq!(run(&["configure", "get", "iamctl_fallback"]), format!("{other}\n"));
}

#[test]
fn a_fallback_that_is_this_program_is_refused() {
    let home = Home::new().unwrap();
    let link = home.path("aws");
    symlink(env!("CARGO_BIN_EXE_iamctl"), &link).unwrap();
    for path in [env!("CARGO_BIN_EXE_iamctl"), link.to_str().unwrap()] {
        let run = iamctl(&["ec2", "x"]).env("IAMCTL_FALLBACK", path).home(&home);
        run.run().ended(255).complains("is this very program");
    }
    let other = program(&home, "loop", "#!/bin/sh\nexec \"$IAMCTL\" \"$@\"\n");
    let run =
        iamctl(&["ec2", "x"]).env("IAMCTL_FALLBACK", &other).env("IAMCTL", env!("CARGO_BIN_EXE_iamctl"));
    run.home(&home).run().ended(255).complains("is this very program");
}

#[test]
fn without_a_fallback_the_error_says_what_is_covered() {
    iamctl(&["ec2", "describe-instances"]).run().ended(252).complains("covers iam, sts, configure");
}

/// Scripts ask `aws --version` which aws it is.
#[test]
fn the_program_goes_by_the_name_of_its_file() {
    let home = Home::new().unwrap();
    let link = home.path("aws");
    symlink(env!("CARGO_BIN_EXE_iamctl"), &link).unwrap();
    let as_aws = |words: &[&str]| Run::new(&link, words).run();
    assert!(as_aws(&["--version"]).ok().stdout.starts_with("aws-cli/2.36.7 iamctl/"));
    assert!(iamctl(&["--version"]).run().ok().stdout.starts_with("iamctl/"));
    as_aws(&["iam", "bogus"]).ended(252).complains("aws: [ERROR]: ").complains("  aws help\n");
}

#[test]
fn query_merged_asks_the_whole_result_and_is_reached_by_its_full_name_only() {
    let page = |name: &str, more: &str| {
        Reply::result(
            "ListUsers",
            &format!(
                "<Users><member><UserName>{name}</UserName></member></Users><IsTruncated>{more}</IsTruncated><Marker>m</Marker>"
            ),
        )
    };
    let ask = |switch: &[&str]| {
        let server = Server::start(vec![page("a", "true"), page("b", "false")]).unwrap();
        let mut words = vec!["iam", "list-users", "--output", "text", "--query", "Users[0].UserName"];
        words.extend(switch);
        iamctl(&words).endpoint(&server.url()).run()
    };
    assert_eq!(ask(&[]).ok().stdout, "a\nb\n");
    assert_eq!(ask(&["--query-merged"]).ok().stdout, "a\n");
    ask(&["--query-m"]).ended(252).complains("Unknown options: --query-m");
}

#[test]
fn output_is_written_in_the_encoding_that_was_chosen() {
    let answer = || Reply::result("GetUser", "<User><UserName>a\u{e9}</UserName></User>");
    let ask = |codec: &str| {
        let server = Server::start(vec![answer()]).unwrap();
        let words = ["iam", "get-user", "--query", "User.UserName", "--output", "text"];
        iamctl(&words).endpoint(&server.url()).env("AWS_CLI_OUTPUT_ENCODING", codec).run()
    };
    assert_eq!(ask("utf-8").ok().stdout, "a\u{e9}\n");
    ask("ascii").ended(255).complains("'ascii' codec can't encode character '\\xe9'");
    ask("bogus").ended(255).complains("Unknown codec `bogus` specified for AWS_CLI_OUTPUT_ENCODING.");
}
