//! Files for the user alone: what holds secrets, or tells of the account.
//!
//! A file gets its mode when it is made, never afterwards, so there is no
//! moment in which others can open it. Modes are Unix's; elsewhere the user's
//! own folders are the user's by the rules of the system.
//!
//! The configuration files have a writer of their own (`config_file`), because
//! they are changed, not replaced: under a lock, with the mode that they have.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Whether what was written outlives a crash of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// The system is asked to write it down now, which takes some milliseconds.
    Synced,
    /// Sooner or later: for what can be had again.
    Cached,
}

/// Options for writing, with mode 0600 where the file is made.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The folder and those above it, with mode 0700 where they are new.
///
/// # Errors
/// Of the file system.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Puts a new file with this content, and mode 0600, in the place of what is there: whole or not at all.
///
/// # Errors
/// Of the file system: there is no such folder, say. What was there is as before then.
pub fn replace(path: &Path, content: &[u8], lasting: Lasting) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    // Of a process of the same number that was killed.
    let _ = fs::remove_file(&beside);
    let written = write(&beside, content, lasting).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written?;
    // Where the new name is lost in a crash, the old file is there again.
    if lasting == Lasting::Synced
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn write(path: &Path, content: &[u8], lasting: Lasting) -> io::Result<()> {
    let mut file = options().create_new(true).open(path)?;
    file.write_all(content)?;
    if lasting == Lasting::Synced { file.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_file_is_replaced_whole_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("deep").join("er");
        make_folder(&folder).unwrap();
        let path = folder.join("keys");
        fs::write(&path, "old and longer").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        for lasting in [Lasting::Synced, Lasting::Cached] {
            replace(&path, b"new", lasting).unwrap();
            assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("new", 0o600));
        }
        assert_eq!((mode(&folder), mode(&home.path().join("deep"))), (0o700, 0o700));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("folder");
        make_folder(&folder.join("full")).unwrap();
        assert!(replace(&folder, b"x", Lasting::Cached).is_err());
        assert!(replace(&home.path().join("none").join("x"), b"x", Lasting::Cached).is_err());
        assert!(folder.join("full").is_dir());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
