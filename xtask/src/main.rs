//! The project's own tasks, run as `cargo xtask NAME`. Never part of the program.

mod actions;
mod bench;
mod build;
mod completions;
mod demo;
mod dist;
mod floors;
mod generate;
mod help;
mod lines;
mod man;
mod managed;
mod measure;
mod model;
mod names;
mod pack;
mod parity;
mod sandbox_bench;
mod setup;
mod torture;
mod wheel;
mod words;
mod writes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::words::Words;

const USAGE: &str = "\
cargo xtask demo                   users and roles in all formats, in a sandbox
cargo xtask model [--version V]    derive model/*.json from botocore (pip downloads it)
cargo xtask generate [--check]     write src/model/*.rs and src/ops/*.rs from model/
cargo xtask completions [--check]  write completions/ from src/complete/scripts
cargo xtask managed                write third_party/aws-managed-policies from moto's list (pip downloads it)
cargo xtask actions                derive third_party/iam-data from its npm package (npm downloads it)
cargo xtask generate [--check]     write src/model/*.rs and src/ops/*.rs from model/, and pack third_party/ and the words
cargo xtask words                  pack the words of the help, model/docs, alone
cargo xtask man [--check]          write man/*: the help as manual pages
cargo xtask setup                  install moto for the tests (they do it themselves where it is missing)
cargo xtask parity [GROUP...] [--sut PATH] [--floors] [--raise]
                                   score the corpus per group; --floors fails below what was reached
cargo xtask parity --show CASE     run the cases of this name (a glob) and print what differs
cargo xtask lines [--show N] [--only TEXT] [--sut PATH] [--floors] [--raise]
                                   replay the recorded command lines
cargo xtask dist [--check]         build target/dist/iamctl; --check proves that it loads no name plugins
cargo xtask bench [--sandbox] [--sut PATH] [--rounds N]
                                   time and memory beside curl, a do-nothing process and a bare write
cargo xtask torture [--rounds N]   writers of the credentials file: at once, killed, with failing system calls";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<ExitCode> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["demo"] => demo::run()?,
        ["model"] => model::derive(model::BOTOCORE, &root().join("model"))?,
        ["model", "--version", version] => model::derive(version, &root().join("model"))?,
        ["managed"] => managed::write(&root().join("third_party/aws-managed-policies"))?,
        ["actions"] => actions::derive()?,
        ["generate"] => generate::write(&root())?,
        ["generate", "--check"] => return generate::check(&root()),
        ["words"] => help::write(&root())?,
        ["man"] => man::write(&root())?,
        ["man", "--check"] => return man::check(&root()),
        ["completions"] => completions::write(&root())?,
        ["completions", "--check"] => return completions::check(&root()),
        ["setup"] => setup::run()?,
        ["parity", rest @ ..] => return parity::run(Words::new(rest)),
        ["lines", rest @ ..] => return lines::run(Words::new(rest)),
        ["dist"] => dist::build()?,
        ["dist", "--check"] => dist::check()?,
        ["bench", rest @ ..] => bench::run(Words::new(rest))?,
        ["torture", rest @ ..] => return torture::run(Words::new(rest)),
        _ => bail!("usage:\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The project's root: the folder above this crate.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// A line for the person at the terminal.
#[allow(clippy::print_stderr)]
fn say(text: &str) {
    eprintln!("{text}");
}

/// A line of a task's result.
#[allow(clippy::print_stdout)]
fn out(text: &str) {
    println!("{text}");
}
