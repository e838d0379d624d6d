//! The sandbox's file: nothing is lost, whatever happens to the processes that use it.

use std::process::{Command, Stdio};
use std::time::Duration;

use iamctl_testkit::{Home, Run};

use crate::iamctl;

/// A line in the sandbox, with nothing else configured.
fn sandbox(home: &Home, words: &[&str]) -> Run {
    iamctl(words).home(home).by_files_alone().without("AWS_ENDPOINT_URL").env("AWS_PROFILE", "sandbox:")
}

/// The same as a process that is under way.
fn process(home: &Home, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamctl"));
    command.args(words).env_clear().env("HOME", home.path("~")).env("AWS_PROFILE", "sandbox:");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn database(home: &Home) -> std::path::PathBuf {
    home.path("~/.local/share/iamctl/sandbox/default.db")
}

fn users(home: &Home) -> Vec<String> {
    let outcome = sandbox(home, &["iam", "list-users", "--query", "Users[].UserName"]).run().ok();
    serde_json::from_value(outcome.json()).unwrap()
}

#[test]
fn the_first_command_on_an_empty_machine_is_remembered_by_the_next() {
    let home = Home::new().unwrap();
    let made = sandbox(&home, &["iam", "create-user", "--user-name", "alice"]).run().ok();
    assert_eq!(made.string("/User/Arn"), "arn:aws:iam::123456789012:user/alice");
    assert_eq!(made.stderr, "");
    assert_eq!(users(&home), ["alice"]);
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&database(&home)), 0o600);
    assert_eq!(mode(database(&home).parent().unwrap()), 0o700);
}

#[test]
fn two_hundred_parallel_writers_lose_nothing() {
    let home = Home::new().unwrap();
    let names: Vec<String> = (0..200).map(|number| format!("user-{number:03}")).collect();
    let writers: Vec<_> = names
        .iter()
        .map(|name| process(&home, &["iam", "create-user", "--user-name", name]).spawn().unwrap())
        .collect();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(users(&home), names);
}

#[test]
fn a_process_that_is_killed_at_any_moment_leaves_a_sound_file() {
    let home = Home::new().unwrap();
    let rounds: u64 = std::env::var("IAMCTL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let mut finished = Vec::new();
    for round in 0..rounds {
        let name = format!("user-{round:05}");
        let mut child = process(&home, &["iam", "create-user", "--user-name", &name]).spawn().unwrap();
        // From the start of the program to beyond its end.
        std::thread::sleep(Duration::from_micros(round * 7919 % 60_000));
        let _ = child.kill();
        if child.wait().unwrap().success() {
            finished.push(name);
        }
    }
    let connection = rusqlite::Connection::open(database(&home)).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let there = users(&home);
    for name in &finished {
        assert!(there.contains(name), "{name} was made and is lost");
    }
}

#[test]
fn the_built_in_profile_never_lets_a_call_out() {
    let home = Home::new().unwrap();
    // Whatever the environment says of endpoints, regions and keys.
    let outcome = sandbox(&home, &["sts", "get-caller-identity"])
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
        .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        .env("AWS_ACCESS_KEY_ID", "AKIAOTHER")
        .env("AWS_SECRET_ACCESS_KEY", "other")
        .env("AWS_REGION", "eu-west-1")
        .run()
        .ok();
    assert_eq!(outcome.string("/Arn"), "arn:aws:iam::123456789012:root");
    let named = sandbox(&home, &["sts", "get-caller-identity", "--profile", "sandbox:lab"]).run().ok();
    assert_ne!(named.string("/Account"), "123456789012");
}

#[test]
fn a_profile_that_is_plainly_named_sandbox_keeps_its_meaning() {
    let home = Home::new().unwrap();
    let words = ["iam", "list-users", "--profile", "sandbox"];
    iamctl(&words).home(&home).run().ended(255).complains("The config profile (sandbox) could not be found");
    home.write("~/.aws/config", "[profile sandbox]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:9\n")
        .unwrap();
    home.write("~/.aws/credentials", "[sandbox]\naws_access_key_id = a\naws_secret_access_key = b\n")
        .unwrap();
    let outcome = iamctl(&words).home(&home).without("AWS_ENDPOINT_URL").env("AWS_MAX_ATTEMPTS", "1").run();
    outcome.ended(255).complains("Could not connect to the endpoint URL: \"http://127.0.0.1:9/\"");
    iamctl(&["iam", "list-users", "--profile", "sandbox:A_B"])
        .run()
        .ended(255)
        .complains("Invalid sandbox name");
}

#[test]
fn an_endpoint_can_be_the_sandbox_wherever_one_can_stand() {
    let home = Home::new().unwrap();
    let key = sandbox(&home, &["iam", "create-user", "--user-name", "alice"]).run().ok();
    drop(key);
    let root = sandbox(&home, &["sandbox", "credentials"]).run().ok().json();
    let part = |name: &str| root[name].as_str().unwrap().to_owned();
    let list = |words: &[&str], home: &Home| {
        iamctl(words)
            .home(home)
            .without("AWS_ENDPOINT_URL")
            .env("AWS_ACCESS_KEY_ID", &part("AccessKeyId"))
            .env("AWS_SECRET_ACCESS_KEY", &part("SecretAccessKey"))
    };
    let plain = ["iam", "list-users", "--query", "Users[].UserName", "--output", "text"];
    let option = [&plain[..], &["--endpoint-url", "sandbox:"]].concat();
    assert_eq!(list(&option, &home).run().ok().stdout, "alice\n");
    assert_eq!(list(&plain, &home).env("AWS_ENDPOINT_URL_IAM", "sandbox:").run().ok().stdout, "alice\n");
    assert_eq!(list(&plain, &home).env("AWS_ENDPOINT_URL", "sandbox:").run().ok().stdout, "alice\n");
    home.write("~/.aws/config", "[default]\nservices = s\n[services s]\niam =\n  endpoint_url = sandbox:\n")
        .unwrap();
    assert_eq!(list(&plain, &home).run().ok().stdout, "alice\n");
    let other = [&plain[..], &["--endpoint-url", "sandbox:other"]].concat();
    list(&other, &home).run().ended(254).complains("(InvalidClientTokenId)");
}

#[test]
fn export_import_and_reset() {
    let home = Home::new().unwrap();
    sandbox(&home, &["iam", "create-user", "--user-name", "alice"]).run().ok();
    sandbox(&home, &["sandbox", "export", "account.json"]).run().ok();
    use std::os::unix::fs::PermissionsExt as _;
    let file = home.path("account.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read_to_string(&file).unwrap();
    sandbox(&home, &["sandbox", "reset", "--yes"]).run().ok();
    assert!(users(&home).is_empty());
    sandbox(&home, &["sandbox", "import", "account.json"]).run().ok();
    assert_eq!(users(&home), ["alice"]);
    assert_eq!(sandbox(&home, &["sandbox", "export", "-"]).run().ok().stdout, before);
    let listed = sandbox(&home, &["sandbox", "list"]).run().ok().json();
    assert_eq!(listed["Sandboxes"][0]["Users"], 1);
    sandbox(&home, &["sandbox", "import", "nothing.json"]).run().ended(255).complains("[Errno 2]");
}

#[test]
fn a_real_account_can_be_copied() {
    let home = Home::new().unwrap();
    // Another sandbox stands in for the real account.
    let real = |words: &[&str]| sandbox(&home, &[words, &["--profile", "sandbox:real"]].concat()).run().ok();
    real(&["iam", "create-user", "--user-name", "alice", "--path", "/dev/"]);
    real(&["iam", "create-group", "--group-name", "developers"]);
    real(&["iam", "add-user-to-group", "--group-name", "developers", "--user-name", "alice"]);
    let policy = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    real(&["iam", "attach-group-policy", "--group-name", "developers", "--policy-arn", policy]);
    real(&["sandbox", "import", "--from-account", "--name", "copy"]);
    let copy = |words: &[&str]| sandbox(&home, &[words, &["--profile", "sandbox:copy"]].concat()).run().ok();
    let user = copy(&["iam", "get-user", "--user-name", "alice"]);
    let theirs = real(&["iam", "get-user", "--user-name", "alice"]);
    assert_eq!(user.string("/User/Arn"), theirs.string("/User/Arn"));
    let groups = copy(&["iam", "list-groups-for-user", "--user-name", "alice"]);
    assert_eq!(groups.string("/Groups/0/GroupName"), "developers");
}

#[test]
fn all_pages_of_a_real_account_are_copied_and_none_onto_itself() {
    let home = Home::new().unwrap();
    let users: Vec<String> = (0..130).map(|at| format!(r#"{{"UserName": "user-{at}"}}"#)).collect();
    home.write("details.json", format!(r#"{{"UserDetailList": [{}]}}"#, users.join(", "))).unwrap();
    let run = |words: &[&str]| sandbox(&home, words).run();
    run(&["sandbox", "import", "details.json", "--name", "real"]).ok();
    let page = ["iam", "get-account-authorization-details", "--no-paginate", "--profile", "sandbox:real"];
    assert_eq!(run(&page).ok().json()["IsTruncated"], true);
    run(&["sandbox", "import", "--from-account", "--profile", "sandbox:real", "--name", "copy"]).ok();
    let count = ["iam", "list-users", "--query", "length(Users)", "--profile", "sandbox:copy"];
    assert_eq!(run(&count).ok().stdout, "130\n");
    let itself = ["sandbox", "import", "--from-account", "--profile", "sandbox:real", "--yes"];
    run(&itself).ended(252).complains("would be replaced by a copy of itself");
}

#[test]
fn the_built_in_profile_does_not_follow_an_endpoint_to_another_machine() {
    let home = Home::new().unwrap();
    home.write(
        "~/.aws/config",
        "[profile p]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = sandbox:\n",
    )
    .unwrap();
    let identity = ["sts", "get-caller-identity", "--endpoint-url"];
    // None of these addresses is anybody's (RFC 5737, RFC 2606).
    for url in [
        "http://192.0.2.1:9",
        "https://sts.example.invalid",
        "http://127.0.0.1@192.0.2.1",
        "http://[2001:db8::1]/",
    ] {
        for profile in ["sandbox:", "p"] {
            let words = [identity.as_slice(), &[url, "--profile", profile]].concat();
            sandbox(&home, &words).run().ended(255).complains("is on another machine");
        }
    }
    let words = [identity.as_slice(), &["http://127.0.0.1:9"]].concat();
    let run = sandbox(&home, &words).env("AWS_MAX_ATTEMPTS", "1").run();
    run.ended(255).complains("Could not connect to the endpoint URL: \"http://127.0.0.1:9/\"");
}

#[test]
fn endpoints_of_other_sorts_do_not_matter_to_the_built_in_profile() {
    let home = Home::new().unwrap();
    let run = sandbox(&home, &["sts", "get-caller-identity"]);
    run.env("AWS_USE_FIPS_ENDPOINT", "true").env("AWS_USE_DUALSTACK_ENDPOINT", "true").run().ok();
}

#[test]
fn a_built_in_profile_cannot_be_configured() {
    let home = Home::new().unwrap();
    for words in [
        &["configure", "set", "region", "eu-west-1"][..],
        &["configure", "set", "aws_access_key_id", "AKIAREAL"],
        &["configure", "set", "profile.sandbox:lab.region", "eu-west-1"],
        &["configure", "set", "x", "y", "--profile", "sandbox:lab"],
        &["configure", "remove", "--yes", "--profile", "sandbox:lab"],
        &["configure", "remove", "region", "--yes"],
        // Before anything is asked, or anybody.
        &["configure"],
        &["configure", "sso"],
    ] {
        let outcome = sandbox(&home, words).run().ended(255).complains("is built in");
        assert_eq!(outcome.stdout, "", "{words:?}");
    }
    assert!(!home.path("~/.aws").exists());
}

#[test]
fn configure_list_names_the_account_and_no_files() {
    let home = Home::new().unwrap();
    // None of these counts.
    home.write("~/.aws/config", "[profile sandbox:lab]\nregion = eu-west-1\n").unwrap();
    let lab = |words: &[&str]| {
        let run = iamctl(&[words, &["--profile", "sandbox:lab"]].concat()).home(&home).by_files_alone();
        run.env("AWS_REGION", "eu-north-1").env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").run().ok()
    };
    let rows = lab(&["configure", "list"]).stdout;
    let columns = |name: &str| {
        let row = rows.lines().find(|row| row.starts_with(name)).unwrap();
        row.split(" : ").skip(1).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    };
    let key = lab(&["configure", "get", "aws_access_key_id"]).stdout;
    let masked = format!("****************{}", &key[16..20]);
    assert_eq!(columns("access_key"), [&masked, "sandbox", "sandbox:lab"]);
    assert_eq!(columns("secret_key")[1..], ["sandbox", "sandbox:lab"]);
    assert_eq!(columns("region"), ["us-east-1", "sandbox", "sandbox:lab"]);
    assert_eq!(lab(&["configure", "get", "region"]).stdout, "us-east-1\n");
    let exported = lab(&["configure", "export-credentials"]);
    assert_eq!(exported.string("/AccessKeyId"), key.trim());

    let text = lab(&["configure", "list", "--explain"]).stdout;
    let won: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  * "))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let account = "the embedded account sandbox:lab";
    let want = [
        "--profile 'sandbox:lab'".to_owned(),
        format!("{account} 'us-east-1'"),
        "the program 'json'".to_owned(),
        format!("{account} 'sandbox:lab'"),
        format!("{account} 'sandbox:lab'"),
        format!("{account} '{masked}'"),
        format!("{account} '{}'", columns("secret_key")[0]),
    ];
    assert_eq!(won, want, "{text}");
    assert!(
        text.ends_with(&format!("  in use: {masked}, from sandbox, without a session token\n")),
        "{text}"
    );
    assert!(!text.contains(".aws"), "{text}");
}

#[test]
fn a_fault_of_the_embedded_account_is_told_at_once() {
    let home = Home::new().unwrap();
    assert_eq!(users(&home), [""; 0]);
    let file = rusqlite::Connection::open(database(&home)).unwrap();
    file.execute_batch("PRAGMA foreign_keys = OFF; DROP TABLE \"group\"").unwrap();
    let outcome = sandbox(&home, &["iam", "list-groups"]).run().ended(254);
    let complaint = "An error occurred (InternalFailure) when calling the ListGroups operation: The sandbox failed: \
                     no such table: group";
    // After three attempts it would say so.
    outcome.complains(complaint);
}

#[test]
#[cfg(unix)]
fn an_export_goes_into_a_pipe_and_takes_the_place_of_a_file() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let home = Home::new().unwrap();
    let metadata = |name: &str| std::fs::symlink_metadata(home.path(name)).unwrap();
    home.write("old.json", "old").unwrap();
    std::os::unix::fs::symlink("old.json", home.path("link.json")).unwrap();
    sandbox(&home, &["sandbox", "export", "link.json"]).run().ok();
    assert!(metadata("link.json").is_symlink());
    assert_eq!(metadata("old.json").permissions().mode() & 0o777, 0o600);
    let pipe = home.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
    sandbox(&home, &["sandbox", "export", "pipe"]).run().ok();
    assert_eq!(reader.join().unwrap(), std::fs::read_to_string(home.path("old.json")).unwrap());
    assert!(metadata("pipe").file_type().is_fifo());
}
