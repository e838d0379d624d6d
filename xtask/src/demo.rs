//! `cargo xtask demo`: a first look, in a sandbox that lives for a moment.

use anyhow::{Result, bail};
use iamctl_testkit::{Home, Run};

use crate::{build, out, say};

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
  ]
}
"#;

/// What is shown, in order.
const LINES: [&[&str]; 9] = [
    &["sts", "get-caller-identity"],
    &["iam", "create-user", "--user-name", "amelia", "--tags", "Key=team,Value=calabria"],
    &["iam", "create-user", "--user-name", "carlos", "--path", "/developers/"],
    &["iam", "create-role", "--role-name", "reader", "--assume-role-policy-document", "file://trust.json"],
    &["iam", "list-users", "--output", "json"],
    &["iam", "list-users", "--output", "yaml"],
    &["iam", "list-users", "--output", "text"],
    &["iam", "list-users", "--output", "table"],
    &["iam", "list-roles", "--query", "Roles[].[RoleName,Arn]", "--output", "text"],
];

/// Builds the program and shows a few commands in a sandbox of their own.
pub fn run() -> Result<()> {
    say("building iamctl (the first build takes a few minutes) ...");
    let program = build::dev()?;
    let home = Home::new()?;
    home.write("trust.json", TRUST)?;
    for words in LINES {
        out(&format!("\n$ iamctl {}", words.join(" ")));
        let run = Run::new(&program, words).home(&home).by_files_alone().without("AWS_ENDPOINT_URL");
        let outcome = run.env("AWS_PROFILE", "sandbox:").try_run()?;
        if outcome.code != 0 {
            bail!("{outcome}");
        }
        out(outcome.stdout.trim_end());
    }
    say(&format!(
        "\nThat was an account in a file, with AWS_PROFILE=sandbox: in the environment; it is gone now. To keep one:\n\
         {} --profile sandbox: iam list-users",
        program.display()
    ));
    Ok(())
}
