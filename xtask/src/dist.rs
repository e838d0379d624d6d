//! `cargo xtask dist`: the binary that people download.
//!
//! A static executable at a fixed address: it runs on any Linux of its
//! architecture. A static PIE would write 43,000 pointers at each start, half of
//! them in vtables of the two SDKs, and copy 150 pages for it: about half
//! of what a start costs. Packed relocations make the file smaller, not the work.
//! What is given up is that code and constants stand elsewhere in each run;
//! stack, heap and mappings still do, and constants with pointers are
//! read-only as before. The compiler wants an explicit `--target` for a static
//! C library, since proc macros could not be built with the same flags.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use iamctl_testkit::{Reply, Server};

use crate::{build, out, say};

/// What the binary may weigh, in bytes.
const MOST: u64 = 15_000_000;

/// Static, at a fixed address.
const FLAGS: [&str; 2] = ["-Ctarget-feature=+crt-static", "-Crelocation-model=static"];

/// Where the binary is put.
pub fn path() -> PathBuf {
    build::target().join("dist/iamctl")
}

/// Builds it.
pub fn build() -> Result<()> {
    let host = host()?;
    say("building with fat LTO, which takes some minutes ...");
    let start = std::time::Instant::now();
    build::run(
        Command::new(build::cargo())
            .args(["build", "--locked", "--profile", "dist", "--bin", "iamctl", "--target", &host])
            .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"))
            .env_remove("RUSTFLAGS")
            .current_dir(crate::root()),
    )?;
    let built = build::target().join(&host).join("dist/iamctl");
    let binary = path();
    fs::create_dir_all(binary.parent().context("a folder for the binary")?)?;
    // The old one may be running, so it is replaced, not written over.
    let fresh = binary.with_extension("new");
    fs::copy(&built, &fresh)?;
    fs::rename(&fresh, &binary)?;
    let size = fs::metadata(&binary)?.len();
    out(&format!(
        "{}: {:.1} MB ({size} bytes), built in {:.0} s",
        binary.display(),
        size as f64 / 1e6,
        start.elapsed().as_secs_f64()
    ));
    if size > MOST {
        bail!("the binary may have {MOST} bytes at most");
    }
    Ok(())
}

/// The host's own triple.
fn host() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

/// Proves that the binary looks names up by itself: with an nsswitch.conf that names more plugins,
/// none is opened.
///
/// The file is shown to the process alone, by a mount of its own, where the system lets us make one.
pub fn check() -> Result<()> {
    let binary = path();
    if !binary.exists() {
        build()?;
    }
    if Command::new("strace").arg("--version").stdout(Stdio::null()).status().is_err() {
        say("strace is not there: the check of name plugins is left out");
        return Ok(());
    }
    let server = Server::start(vec![Reply::result("GetCallerIdentity", "<Account>1</Account>")])?;
    let folder = tempfile::tempdir()?;
    let names = folder.path().join("nsswitch.conf");
    fs::write(&names, "hosts: files mdns4_minimal myhostname resolve dns\npasswd: files systemd sss\n")?;
    let trace = folder.path().join("trace");
    let (code, swapped) = traced(&binary, &server, &names, &trace, folder.path())?;
    let opened = fs::read_to_string(&trace)?;
    if code != 0 || server.requests().is_empty() {
        bail!("the call to localhost failed:\n{opened}");
    }
    let plugins: Vec<&str> =
        opened.lines().filter(|line| line.contains("libnss_") || line.contains("nsswitch.conf")).collect();
    if !plugins.is_empty() {
        let first: Vec<&str> = plugins.iter().take(5).copied().collect();
        bail!("the binary leaves names to the C library:\n{}", first.join("\n"));
    }
    let whose = if swapped { "an nsswitch.conf with more plugins" } else { "the system's own nsswitch.conf" };
    out(&format!("a call to a host by its name opens neither nsswitch.conf nor a plugin (with {whose})"));
    Ok(())
}

/// One call by host name under strace; the code, and whether nsswitch.conf could be swapped for it.
fn traced(binary: &Path, server: &Server, names: &Path, trace: &Path, home: &Path) -> Result<(i32, bool)> {
    let call = format!(
        "exec strace -f -e trace=open,openat,execve -o '{}' '{}' sts get-caller-identity --endpoint-url {}",
        trace.display(),
        binary.display(),
        server.url_as("localhost")
    );
    let swap = format!("mount --bind '{}' /etc/nsswitch.conf", names.display());
    let mut private = Command::new("unshare");
    private.args(["--mount", "--map-root-user", "sh", "-c"]);
    let swapped = private.arg(&swap).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    let mut command = if swapped {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-c"]).arg(format!("{swap} && {call}"));
        command
    } else {
        let mut command = Command::new("sh");
        command.arg("-c").arg(call);
        command
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    let status = command
        .env("HOME", home)
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdout(Stdio::null())
        .status()?;
    Ok((status.code().unwrap_or(-1), swapped))
}
