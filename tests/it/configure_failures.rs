//! A system call that fails while a file is written leaves the old file or the new one.
//!
//! strace makes single calls fail; where it is not there or may not trace, the test says so and proves nothing.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use iamctl_testkit::Home;

use crate::iamctl;

const OLD: &str = "[default]\naws_access_key_id = AKIAOLD\n\n# kept\n[other]\naws_secret_access_key = kept\n";

fn new() -> String {
    OLD.replace("AKIAOLD", "AKIANEW")
}

/// The calls that writing is made of.
const CALLS: [&str; 12] = [
    "openat", "flock", "read", "statx", "readlink", "unlink", "fchmod", "write", "fsync", "rename", "close",
    "lseek",
];
const ERRORS: [&str; 4] = ["ENOSPC", "EIO", "EFBIG", "EINTR"];

/// These calls; in the full form (`cargo xtask torture`) all that the program makes, from its start to its end.
fn calls() -> Vec<String> {
    if crate::configure_writers::rounds(0) == 0 {
        return CALLS.map(str::to_owned).into();
    }
    let home = Home::new().unwrap();
    home.write("~/.aws/credentials", OLD).unwrap();
    traced(&home, &["-e", "trace=all"]).unwrap();
    let log = std::fs::read_to_string(home.path("strace.log")).unwrap();
    // `1234 openat(AT_FDCWD, ...`, the number only of some versions.
    let names = log.lines().filter_map(|line| line.split_once('(')?.0.split_whitespace().last());
    let names = names
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte)));
    // The one that starts the program is not the program's.
    let names: BTreeSet<_> = names.filter(|name| *name != "execve").map(str::to_owned).collect();
    assert!(names.contains("rename") && names.contains("fsync"), "{names:?}");
    names.into_iter().collect()
}

/// Runs the edit under strace with further options; none where strace cannot be used.
fn traced(home: &Home, options: &[&str]) -> Option<(bool, bool)> {
    let log = home.path("strace.log");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(&log).args(options).arg(env!("CARGO_BIN_EXE_iamctl"));
    command.args(["configure", "set", "aws_access_key_id", "AKIANEW"]);
    command.env("HOME", home.path("~")).env_remove("AWS_PROFILE").env_remove("AWS_CONFIG_FILE");
    command.env_remove("AWS_SHARED_CREDENTIALS_FILE").current_dir(home.path("."));
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    let log = std::fs::read_to_string(log).ok()?;
    Some((status.success(), log.contains("(INJECTED)")))
}

fn usable() -> bool {
    let home = Home::new().unwrap();
    home.write("~/.aws/credentials", OLD).unwrap();
    matches!(traced(&home, &["-e", "trace=rename"]), Some((true, _)))
}

#[test]
fn a_failed_call_leaves_the_old_file_or_the_new_one() {
    if !usable() {
        println!("skipped: strace is not there, or may not trace");
        return;
    }
    let (mut failed, mut passed) = (0, 0);
    let calls = calls();
    for call in &calls {
        for error in ERRORS {
            for number in 1..200 {
                let home = Home::new().unwrap();
                let path = home.write("~/.aws/credentials", OLD).unwrap();
                let inject = format!("inject={call}:error={error}:when={number}");
                let (success, injected) =
                    traced(&home, &["-e", &format!("trace={call}"), "-e", &inject]).unwrap();
                if !injected {
                    break;
                }
                let now = std::fs::read_to_string(&path).unwrap();
                let context = format!("{inject}, success {success}\n{now}");
                match success {
                    // A call that failed before anything was read is nobody's concern here.
                    true => assert_eq!(now, new(), "{context}"),
                    false => assert!(now == OLD || now == new(), "{context}"),
                }
                let strays = std::fs::read_dir(home.path("~/.aws")).unwrap().count() - 1;
                assert_eq!(strays, 0, "a temporary file is left: {context}");
                if success { passed += 1 } else { failed += 1 }
            }
        }
    }
    println!(
        "{} system calls, {} errors: {} injected, {failed} writes failed and {passed} passed",
        calls.len(),
        ERRORS.len(),
        failed + passed
    );
    assert!(failed > 0);
}

#[test]
fn a_writer_killed_at_any_call_leaves_the_old_file_or_the_new_one() {
    if !usable() {
        println!("skipped: strace is not there, or may not trace");
        return;
    }
    let mut killed = 0;
    let calls = calls();
    for call in &calls {
        for number in 1..200 {
            let home = Home::new().unwrap();
            let path = home.write("~/.aws/credentials", OLD).unwrap();
            let inject = format!("inject={call}:signal=KILL:when={number}");
            let (success, _) = traced(&home, &["-e", &format!("trace={call}"), "-e", &inject]).unwrap();
            if success {
                break;
            }
            killed += 1;
            let now = std::fs::read_to_string(&path).unwrap();
            assert!(now == OLD || now == new(), "{inject}\n{now}");
            // What it left is taken away by the next writer.
            assert!(traced(&home, &["-e", "trace=none"]).unwrap().0, "{inject}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), new());
            assert_eq!(std::fs::read_dir(home.path("~/.aws")).unwrap().count(), 1, "{inject}");
        }
    }
    println!("{} system calls: killed at {killed} moments", calls.len());
    assert!(killed > 10);
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    // The limit on file sizes stands for the disk; the shell's own redirections are not limited.
    let home = Home::new().unwrap();
    let path = home.write("~/.aws/credentials", OLD).unwrap();
    let script = format!(
        "ulimit -f 0; trap '' XFSZ; exec '{}' configure set aws_access_key_id AKIANEW",
        env!("CARGO_BIN_EXE_iamctl")
    );
    let outcome = Command::new("sh").args(["-c", &script]).env("HOME", home.path("~")).output().unwrap();
    assert_eq!(outcome.status.code(), Some(255));
    assert!(String::from_utf8_lossy(&outcome.stderr).contains("[Errno 27] File too large"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), OLD);
    assert_eq!(std::fs::read_dir(home.path("~/.aws")).unwrap().count(), 1);
}

#[test]
fn a_path_that_is_a_directory_reads_as_empty_and_cannot_be_written() {
    for (variable, name, other) in [
        ("AWS_CONFIG_FILE", "region", "aws_access_key_id"),
        ("AWS_SHARED_CREDENTIALS_FILE", "aws_access_key_id", "region"),
    ] {
        let home = Home::new().unwrap();
        std::fs::create_dir_all(home.path("~/folder")).unwrap();
        let folder = home.path("~/folder").display().to_string();
        let run = |words: &[&str]| {
            let run = iamctl(&[&["configure"], words].concat()).by_files_alone();
            run.env(variable, &folder).home(&home).run()
        };
        assert_eq!(run(&["get", name]).ended(1).stderr, "");
        assert_eq!(run(&["list-profiles"]).ok().stdout, "");
        let outcome = run(&["set", name, "x"]).ended(255);
        let want = format!("\niamctl: [ERROR]: [Errno 21] Is a directory: '{folder}'\n");
        assert_eq!(outcome.stderr, want);
        assert_eq!(run(&["set", other, "x"]).ok().stderr, "", "the other file is none of its business");
    }
}
