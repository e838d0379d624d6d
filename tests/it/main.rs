//! The end-to-end tests: the built program, in a clean home, against servers on this machine.
//!
//! One binary for all of them, so that there is one program to link and run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "these are tests throughout, helpers included"
)]

mod additions;
mod aliases;
mod broken_files;
mod canary;
mod completion;
mod configure_commands;
mod configure_failures;
mod configure_sso;
mod configure_writers;
mod credentials_cache;
mod credentials_order;
mod differences;
mod every_operation;
mod examples;
mod explain;
mod fuzz_short;
mod help;
mod imports;
mod jmespath_compliance;
mod man_pages;
mod metadata;
mod newer_operations;
mod no_panics;
mod on_a_terminal;
mod policy_questions;
mod replies;
mod sandbox_safety;
mod sandbox_server;
mod sandbox_tutorials;
mod sdk_coverage;
mod secrets;
mod sso_login;
mod tls;
mod transport;
mod tutorials;
mod walk;
mod words;

use iamctl_testkit::Run;

/// The program under test with these words.
fn iamctl(words: &[&str]) -> Run {
    Run::new(env!("CARGO_BIN_EXE_iamctl"), words)
}

/// A file that is not declared above is never compiled, and its tests pass by not being there.
#[test]
fn no_test_file_is_forgotten() {
    let folder = iamctl_testkit::root().join("tests/it");
    let declared = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name != "main" && name != "data" {
            assert!(
                declared.contains(&format!("mod {name};\n")),
                "tests/it/{name} is not declared in main.rs"
            );
        }
    }
}
