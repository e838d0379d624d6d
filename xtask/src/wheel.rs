//! Wheels of the Python package index: pip downloads them, at a pinned version.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// An open wheel.
pub type Wheel = zip::ZipArchive<std::fs::File>;

/// The wheel of a package's version, opened. It is gone from the disk when it is closed.
///
/// # Errors
///
/// Fails where pip is missing or cannot download it.
pub fn download(package: &str, version: &str) -> Result<Wheel> {
    let folder = tempfile::tempdir()?;
    let status = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "-d"])
        .arg(folder.path())
        .arg(format!("{package}=={version}"))
        .status()
        .with_context(|| format!("python3 -m pip is needed to get {package}"))?;
    if !status.success() {
        bail!("pip could not download {package} {version}");
    }
    let wheel = std::fs::read_dir(folder.path())?.next().context("pip left no file")??.path();
    Ok(zip::ZipArchive::new(std::fs::File::open(wheel)?)?)
}
