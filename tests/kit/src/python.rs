//! A Python with moto, installed once into a folder that git ignores.
//!
//! Every version is pinned in `requirements.txt`. Tests run in several
//! processes, so a lock on a file lets one of them install while the others
//! wait; a copy of the requirements is left as the mark that it is done.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The pinned packages.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// The AWS CLI of the registry, which is version 1.
const AWS_CLI: &str = "awscli==1.46.3";

/// An interpreter that can import moto and boto3, with the AWS CLI beside it.
#[derive(Clone, Debug)]
pub struct Python {
    program: PathBuf,
}

impl Python {
    /// The project's own, installed first where it is missing or stale.
    pub fn with_moto() -> Result<Python> {
        let folder = crate::root().join(".moto");
        fs::create_dir_all(&folder)?;
        let python = Python { program: folder.join("venv/bin/python") };
        let mark = folder.join("installed.txt");
        let lock = File::create(folder.join("lock"))?;
        lock.lock().context("cannot lock .moto/lock")?;
        if fs::read_to_string(&mark).ok().as_deref() == Some(&*mark_text()) && python.works() {
            return Ok(python);
        }
        install(&folder).context("moto could not be installed into .moto/")?;
        fs::write(&mark, mark_text())?;
        Ok(python)
    }

    /// The interpreter's path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// A command of this interpreter that inherits nothing of AWS.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        clean(&mut command);
        command
    }

    fn works(&self) -> bool {
        let status =
            Command::new(&self.program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }
}

/// Takes away what a test must not inherit.
fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("AWS_") || text.starts_with("MOTO_") || text.to_lowercase().ends_with("_proxy") {
            command.env_remove(&name);
        }
    }
}

/// What the mark says once all is there.
fn mark_text() -> String {
    format!("{REQUIREMENTS}{AWS_CLI}\n")
}

fn install(folder: &Path) -> Result<()> {
    let venv = folder.join("venv");
    if venv.exists() {
        fs::remove_dir_all(&venv)?;
    }
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS)?;
    let own_pip = run(Command::new("python3").args(["-m", "venv"]).arg(&venv)).is_ok();
    let python = venv.join("bin/python");
    let mut pip = if own_pip {
        Command::new(&python)
    } else {
        // Some systems split the venv's own pip off into a package of its own.
        run(Command::new("python3").args(["-m", "venv", "--clear", "--without-pip"]).arg(&venv))?;
        Command::new("python3")
    };
    pip.args(["-m", "pip"]);
    if !own_pip {
        pip.arg("--python").arg(&python);
    }
    let install = ["install", "--quiet", "--no-input", "--disable-pip-version-check"];
    let arguments: Vec<_> = pip.get_args().map(ToOwned::to_owned).collect();
    run(pip.args(install).arg("-r").arg(&requirements))?;
    // It wants the botocore of its own day; the one that is there does as well.
    run(Command::new(pip.get_program()).args(arguments).args(install).args(["--no-deps", AWS_CLI]))
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
    if !output.status.success() {
        bail!(
            "{command:?} failed:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
