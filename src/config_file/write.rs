//! Writing a file so that nothing is ever lost.
//!
//! The directory is locked, the file read again under the lock, the new text
//! written to a temporary file beside it, with the final mode and owner, and
//! renamed into its place; file and directory are synced. Whoever reads sees
//! the old file or the new one, and so does who comes after a crash.
//!
//! The lock is the system's (`flock`) and on the directory itself, so it leaves
//! no file behind and goes with the process. The temporary file's name is
//! fixed: under the lock there can be no other one, and what a killed process
//! left is replaced by the next.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::edit::EditError;
use crate::private_file;

/// Why a file was not changed.
#[derive(Debug)]
pub enum UpdateError {
    /// It is not UTF-8.
    NoText,
    /// The edit cannot be made.
    Edit(EditError),
    /// The system refused.
    Io(io::Error),
}

impl From<io::Error> for UpdateError {
    fn from(error: io::Error) -> Self {
        UpdateError::Io(error)
    }
}

/// Changes a file, which need not be there, its directory neither. `change` gets what it holds
/// and gives what it shall hold, or none to leave it. Says whether it was written.
pub fn update(
    path: &Path,
    change: impl FnOnce(&str) -> Result<Option<String>, EditError>,
) -> Result<bool, UpdateError> {
    let target = follow(path)?;
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    // A link into a directory that is not there is an error; directories are made only on the way to the file itself.
    if target == path {
        make_folder(&folder)?;
    }
    let lock = Lock::take(&folder)?;
    let mut old = open(&target)?;
    let mut bytes = Vec::new();
    if let Some(file) = &mut old {
        file.read_to_end(&mut bytes)?;
    }
    let text = String::from_utf8(bytes).map_err(|_| UpdateError::NoText)?;
    let Some(new) = change(&text).map_err(UpdateError::Edit)? else { return Ok(false) };
    match replace(&lock, &folder, &target, old.as_ref(), new.as_bytes()) {
        Ok(()) => Ok(true),
        Err(error) => match old {
            // The directory does not let us: the file is mounted by itself, or only the file is ours.
            Some(file) if by_itself(&error) => {
                overwrite(file, text.as_bytes(), new.as_bytes())?;
                Ok(true)
            }
            _ => Err(error.into()),
        },
    }
}

/// Whether others than the owner may do anything with the file.
#[cfg(unix)]
pub fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Whether others than the owner may do anything with the file. Modes are Unix's.
#[cfg(not(unix))]
pub fn is_open_to_others(_path: &Path) -> bool {
    false
}

/// Where links lead, be there a file or not.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().map_or(next.clone(), |folder| folder.join(next)),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) => {
                return Ok(path);
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from_raw_os_error(40))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    private_file::make_folder(folder)
}

/// The file, if there is one. Opened for writing, so that a file that may not be written is not replaced either.
fn open(path: &Path) -> io::Result<Option<File>> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The lock on a directory, held until it is dropped.
struct Lock {
    folder: File,
    /// Some network file systems lock no directories; there writing is atomic, but not locked.
    held: bool,
}

impl Lock {
    fn take(folder: &Path) -> io::Result<Lock> {
        let folder = File::open(folder)?;
        let held = match retried(|| folder.lock()) {
            Ok(()) => true,
            Err(error) if cannot_lock(&error) => false,
            Err(error) => return Err(error),
        };
        Ok(Lock { folder, held })
    }
}

fn cannot_lock(error: &io::Error) -> bool {
    const NOT_FOR_WRITING: i32 = 9;
    const NO_LOCKS: i32 = 37;
    error.kind() == ErrorKind::Unsupported || matches!(error.raw_os_error(), Some(NOT_FOR_WRITING | NO_LOCKS))
}

/// Removes the temporary file, unless it has become the file itself.
struct Temporary {
    path: PathBuf,
    done: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn replace(lock: &Lock, folder: &Path, target: &Path, old: Option<&File>, new: &[u8]) -> io::Result<()> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let name = match lock.held {
        true => format!(".{name}.iamctl-new"),
        false => format!(".{name}.iamctl-new-{}", std::process::id()),
    };
    let path = folder.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private_file::options().create_new(true).open(&path)?;
    let mut temporary = Temporary { path, done: false };
    if let Some(old) = old {
        keep_owner_and_mode(old, &file)?;
    }
    file.write_all(new)?;
    file.sync_all()?;
    retried(|| fs::rename(&temporary.path, target))?;
    temporary.done = true;
    match lock.folder.sync_all() {
        // Some file systems sync no directories.
        Err(error) if !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn keep_owner_and_mode(old: &File, new: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let (was, is) = (old.metadata()?, new.metadata()?);
    if (was.uid(), was.gid()) != (is.uid(), is.gid()) {
        retried(|| std::os::unix::fs::fchown(new, Some(was.uid()), Some(was.gid())))?;
    }
    if was.mode() != is.mode() {
        retried(|| new.set_permissions(was.permissions()))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner_and_mode(_old: &File, _new: &File) -> io::Result<()> {
    Ok(())
}

/// Whether a file has to be written where it is, because nothing can take its place.
fn by_itself(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices | ErrorKind::PermissionDenied)
}

/// Writes over what the file holds; where that fails, tries to put the old text back.
fn overwrite(mut file: File, old: &[u8], new: &[u8]) -> io::Result<()> {
    let mut write = |bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        file.sync_all()
    };
    write(new).inspect_err(|_| drop(write(old)))
}

/// Again, where a signal interrupted it.
fn retried<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..100 {
        match work() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
    work()
}
