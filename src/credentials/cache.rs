//! The cache of temporary credentials, shared with the reference: the same
//! names of files, the same content.
//!
//! A file's name is the SHA-1 of what was asked for, as JSON with sorted keys.
//! Whoever finds no usable file takes the lock of that name, looks again, and
//! only then asks; so any number of processes that start at once make one
//! request, and one of them asks for a code.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::expiry;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::json::{self, Style};
use crate::private_file::{self, Lasting};
use crate::python;
use crate::value::{Map, Value};

/// How long a process waits between two looks at a lock that another one holds.
const PAUSE: Duration = Duration::from_millis(15);

/// A folder of cached replies.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The reference's: `~/.aws/cli/cache`.
    pub fn of_home(env: &Env) -> Cache {
        Cache { folder: env.expand_home("~/.aws/cli/cache") }
    }

    /// Another folder of this kind.
    pub(crate) fn at(folder: PathBuf) -> Cache {
        Cache { folder }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The cached documents of credentials: their files, in the order of their names.
    pub fn entries(&self) -> Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, &error)),
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(std::result::Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        paths.sort();
        Ok(paths)
    }

    /// The document of this name, if its credentials last for a while yet.
    pub(super) fn usable(&self, name: &str) -> Option<Map> {
        usable_document(&fs::read_to_string(self.path(name)).ok()?)
    }

    /// Writes the document, whole or not at all.
    pub(super) fn store(&self, name: &str, document: &Map) -> Result<()> {
        let mut text = String::new();
        json::write(&mut text, &Value::Map(document.clone()), Style::LINE);
        write_private(&self.path(name), text.as_bytes())
    }

    /// The lock of this name, once nobody else holds it. Without a folder to put it in there is none,
    /// and the error comes when the reply is written, as it does for the reference.
    pub(super) async fn lock(&self, name: &str) -> Option<Lock> {
        make_folder(&self.folder).ok()?;
        Lock::take(&self.folder.join(format!(".{name}.lock"))).await
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }
}

/// A cached document, if it is one and its credentials last for a while yet.
pub fn usable_document(text: &str) -> Option<Map> {
    let Ok(Value::Map(document)) = json::read(text) else { return None };
    let end = document.get("Credentials")?.get("Expiration")?.as_str()?;
    let end = expiry::parse(end).ok()?;
    (!expiry::ends_within(end, expiry::MARGIN)).then_some(document)
}

/// The name for what was asked for.
pub(super) fn name(asked: &Map) -> String {
    let mut sorted = asked.clone();
    sorted.sort_keys();
    let mut text = String::new();
    json::write(&mut text, &Value::Map(sorted), Style::LINE);
    sha1(&text)
}

/// The SHA-1 of a text in hexadecimal digits: a name for a file, no secret depends on it.
pub(crate) fn sha1(text: &str) -> String {
    hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()).as_ref())
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Held by one process at a time. The file is gone when nobody needs it any more.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits without blocking, so that Ctrl-C ends it.
    async fn take(path: &Path) -> Option<Lock> {
        loop {
            let file = private_file::options().create(true).truncate(false).open(path).ok()?;
            loop {
                match file.try_lock() {
                    Ok(()) => break,
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
                    Err(TryLockError::Error(_)) => return None,
                }
            }
            // Whoever held it may have removed the file in the meantime; then this is a lock on nothing.
            if same_file(&file, path) {
                return Some(Lock { file, path: path.to_owned() });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.ino() == there.ino() && held.dev() == there.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

/// The folder and those above it, for the user alone where they are new.
pub(super) fn make_folder(folder: &Path) -> Result<()> {
    private_file::make_folder(folder).map_err(|error| failed(folder, &error))
}

/// Replaces a file by a new one with this content, readable for the user alone.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    make_folder(path.parent().unwrap_or(Path::new(".")))?;
    private_file::replace(path, content, Lasting::Synced).map_err(|error| failed(path, &error))
}

/// A failure of the file system in the reference's words.
pub(crate) fn failed(path: &Path, error: &std::io::Error) -> Error {
    let path = python::quoted(&path.to_string_lossy());
    let said = error.to_string();
    let words = said.split(" (os error").next().unwrap_or_default();
    match error.raw_os_error() {
        Some(number) => Error::general(format!("[Errno {number}] {words}: {path}")),
        None => Error::general(format!("{words}: {path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(end: &str) -> Map {
        let mut credentials = Map::new();
        credentials.insert("AccessKeyId".into(), "ASIA".into());
        credentials.insert("Expiration".into(), end.into());
        Map::from([("Credentials".into(), Value::Map(credentials))])
    }

    fn cache() -> (tempfile::TempDir, Cache) {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache { folder: home.path().join(".aws/cli/cache") };
        (home, cache)
    }

    #[test]
    fn a_name_is_the_digest_of_the_sorted_arguments() {
        let mut asked = Map::new();
        asked.insert("RoleSessionName".into(), "sn".into());
        asked.insert("ExternalId".into(), "ext".into());
        asked.insert("DurationSeconds".into(), Value::Int(900));
        asked.insert("RoleArn".into(), "arn:aws:iam::123456789012:role/one".into());
        assert_eq!(name(&asked), "033285ae8fb11ca2e62e07050eca237f577abd57");
        let alone = Map::from([("RoleArn".into(), "arn:aws:iam::123456789012:role/one".into())]);
        assert_eq!(name(&alone), "3370bf0daf0e96bc285e9704350dceb9fade6e2b");
    }

    #[test]
    fn documents_are_private_and_used_until_a_quarter_of_an_hour_before_their_end() {
        let (_home, cache) = cache();
        assert!(cache.usable("k").is_none());
        cache.store("k", &document("2039-01-01T00:00:00+00:00")).unwrap();
        assert!(cache.usable("k") == Some(document("2039-01-01T00:00:00+00:00")));
        assert_eq!(cache.entries().unwrap(), [cache.path("k")]);
        let soon = std::time::SystemTime::now() + Duration::from_secs(14 * 60);
        cache.store("k", &document(&expiry::zulu(soon))).unwrap();
        assert!(cache.usable("k").is_none());
        fs::write(cache.path("k"), "garbage").unwrap();
        assert!(cache.usable("k").is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            cache.store("k", &document("x")).unwrap();
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&cache.path("k")), mode(cache.folder())), (0o600, 0o700));
        }
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn a_lock_is_held_by_one_and_leaves_no_file() {
        let (_home, cache) = cache();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let first = cache.lock("k").await.unwrap();
            assert!(cache.lock("other").await.is_some());
            let wait = tokio::time::timeout(Duration::from_millis(60), cache.lock("k")).await;
            assert!(wait.is_err(), "the second one waits");
            drop(first);
            assert!(cache.lock("k").await.is_some());
        });
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_named() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache { folder: home.path().join("cache") };
        fs::write(cache.folder(), "a file").unwrap();
        let error = cache.store("k", &document("x")).unwrap_err();
        assert_eq!(error.message, format!("[Errno 17] File exists: '{}'", cache.folder().display()));
    }
}
