//! `cargo xtask demo`: a first look, against an account that lives on this machine for a moment.

use anyhow::{Result, bail};
use iamctl_testkit::{Home, Moto, Run};

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

/// Builds the program, starts moto, shows a few commands, stops moto.
pub fn run() -> Result<()> {
    say("building iamctl (the first build takes a few minutes) ...");
    let program = build::dev()?;
    say("starting an account on this machine (moto, installed into .moto/ on the first run) ...");
    let moto = Moto::start()?;
    let home = Home::new()?;
    home.write("trust.json", TRUST)?;
    for words in LINES {
        out(&format!("\n$ iamctl {}", words.join(" ")));
        let outcome = Run::new(&program, words).home(&home).endpoint(&moto.url).try_run()?;
        if outcome.code != 0 {
            bail!("{outcome}");
        }
        out(outcome.stdout.trim_end());
    }
    drop(moto);
    say("\nThe account is gone. The same program talks to AWS: iamctl sts get-caller-identity");
    Ok(())
}
