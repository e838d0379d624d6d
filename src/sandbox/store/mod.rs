//! The account's file: an SQLite database.
//!
//! SQLite, because several processes use the account at once and a process may
//! be killed at any moment. The journal is a write-ahead log that is left
//! behind on closing: a one-write process would else pay for a checkpoint. The
//! file is made 0600 before SQLite opens it.

use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::fault::Fault;
use crate::private_file;

/// Raised with each change of the schema.
const SCHEMA_VERSION: i64 = 1;

/// How long a writer waits for the others.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the file, and makes it where there is none; `fill` writes what a new account starts with.
pub(super) fn open(
    path: &Path,
    fill: impl FnOnce(&Connection) -> Result<(), Fault>,
) -> Result<Connection, Fault> {
    create_private(path).map_err(|error| Fault::internal(format!("{}: {error}", path.display())))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    // The first look into the file: a damaged one is told by its name.
    let version = schema_version(&connection)
        .map_err(|error| Fault::internal(format!("{} cannot be read: {error}", path.display())))?;
    match version {
        0 => create(path, &mut connection, fill)?,
        SCHEMA_VERSION => {}
        other => {
            return Err(Fault::internal(format!(
                "{} was made by a newer version of this program (schema {other}, known: {SCHEMA_VERSION})",
                path.display()
            )));
        }
    }
    connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
    Ok(connection)
}

fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn create(
    path: &Path,
    connection: &mut Connection,
    fill: impl FnOnce(&Connection) -> Result<(), Fault>,
) -> Result<(), Fault> {
    // What has tables already is the database of another program. Tables first: they and the version are written
    // at once.
    if !tables(connection)?.is_empty() && schema_version(connection)? == 0 {
        return Err(Fault::internal(format!("{} is no account of the sandbox", path.display())));
    }
    // Where the log cannot be had, SQLite keeps the journal that it has.
    let _mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been first.
    if schema_version(&transaction)? == 0 {
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.execute_batch(&format!("PRAGMA user_version = {SCHEMA_VERSION}"))?;
        fill(&transaction)?;
    }
    transaction.commit()?;
    Ok(())
}

/// The names of all tables.
pub(super) fn tables(connection: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// The file and its folder, for the user alone.
fn create_private(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        private_file::make_folder(folder)?;
    }
    private_file::options().create(true).truncate(false).open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[cfg(unix)]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("a.db");
        drop(open(&path, |_| Ok(())).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[test]
    fn a_file_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = open(&path, |_| Ok(())).unwrap();
        connection.execute_batch("PRAGMA user_version = 99").unwrap();
        drop(connection);
        let fault = open(&path, |_| Ok(())).unwrap_err();
        assert!(fault.message.contains("newer version"), "{}", fault.message);
    }

    #[test]
    fn a_database_of_another_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let other = Connection::open(&path).unwrap();
        other.execute_batch("CREATE TABLE letters (text TEXT)").unwrap();
        let fault = open(&path, |_| Ok(())).unwrap_err();
        assert!(fault.message.contains("is no account of the sandbox"), "{}", fault.message);
        assert_eq!(tables(&other).unwrap(), ["letters"]);
        let mode: String = other.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        assert_eq!(mode, "delete");
    }

    #[test]
    fn a_file_that_is_no_database_is_told_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        fs::write(&path, "garbage ".repeat(1000)).unwrap();
        let fault = open(&path, |_| Ok(())).unwrap_err();
        assert!(fault.message.contains("a.db cannot be read: file is not a database"), "{}", fault.message);
    }
}
