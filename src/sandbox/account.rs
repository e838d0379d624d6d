//! An account that is open: its file, its number, its root key.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::fault::Fault;
use super::name::Name;
use super::{clock, ids, store};
use crate::secret::Secret;

/// The number of the default account.
const DEFAULT_NUMBER: u64 = 123_456_789_012;

/// The 12 digits of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountId(pub(super) String);

impl fmt::Display for AccountId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The key of the account's root user.
#[derive(Clone, Debug)]
pub struct RootKey {
    /// `AKIA...`
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

/// What opening an account came to.
pub type Opened = Result<Account, Fault>;

/// An open account.
#[derive(Debug)]
pub struct Account {
    pub(super) connection: Connection,
    pub(super) id: AccountId,
}

impl Account {
    /// Opens the account of this name in a folder, and makes it where there is none.
    ///
    /// # Errors
    /// The file cannot be made, is no account, or is of a newer version.
    pub fn open(folder: &Path, name: &Name) -> Opened {
        let connection = store::open(&Account::path(folder, name), |connection| fill(connection, name))?;
        let id = stored_number(&connection)?;
        Ok(Account { connection, id })
    }

    /// The file of the account of this name.
    pub fn path(folder: &Path, name: &Name) -> PathBuf {
        folder.join(format!("{name}.db"))
    }

    /// A transaction, which ends without effect where it is not committed.
    pub(super) fn transaction(&self, behavior: TransactionBehavior) -> Result<Transaction<'_>, Fault> {
        Ok(Transaction::new_unchecked(&self.connection, behavior)?)
    }

    /// The account's 12 digits, as they were when it was opened.
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// The root user's key: the oldest one.
    ///
    /// # Errors
    /// The root user's keys have been deleted, or the file cannot be read.
    pub fn root_key(&self) -> Result<RootKey, Fault> {
        let found = self.connection.query_row(
            "SELECT id, secret FROM access_key WHERE user IS NULL ORDER BY created, id LIMIT 1",
            [],
            |row| Ok(RootKey { id: row.get(0)?, secret: Secret::new(row.get::<_, String>(1)?) }),
        );
        found.optional()?.ok_or_else(|| Fault::internal("the account has no root key any more; reset it"))
    }
}

/// The account's 12 digits, as they are now: another process may have imported another account.
pub(super) fn stored_number(connection: &Connection) -> Result<AccountId, Fault> {
    let number = setting(connection, "account")?;
    number.map(AccountId).ok_or_else(|| Fault::internal("the account has no number"))
}

/// A value of the account as a whole.
pub(super) fn setting(connection: &Connection, name: &str) -> Result<Option<String>, Fault> {
    let mut statement = connection.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Sets it.
pub(super) fn set_setting(connection: &Connection, name: &str, value: &str) -> Result<(), Fault> {
    connection.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", [name, value])?;
    Ok(())
}

/// What a new account starts with: its number, the time, and the root user's key.
fn fill(connection: &Connection, name: &Name) -> Result<(), Fault> {
    let now = clock::now();
    set_setting(connection, "account", &number(name))?;
    set_setting(connection, "created", &now.to_string())?;
    connection.execute(
        "INSERT INTO access_key (id, user, secret, active, created) VALUES (?1, NULL, ?2, 1, ?3)",
        (ids::unique(ids::prefix::ACCESS_KEY)?, ids::secret()?, now),
    )?;
    Ok(())
}

/// The account's number: the same for the same name, another for another name.
fn number(name: &Name) -> String {
    if *name == Name::default() {
        return DEFAULT_NUMBER.to_string();
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, name.as_str().as_bytes());
    let number = digest.as_ref().iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{:012}", 100_000_000_000 + number % 900_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_keeps_its_number_and_root_key() {
        let folder = tempfile::tempdir().unwrap();
        let name = Name::new("lab").unwrap();
        let first = Account::open(folder.path(), &name).unwrap();
        let again = Account::open(folder.path(), &name).unwrap();
        assert_eq!(first.id(), again.id());
        assert_eq!(first.root_key().unwrap().id, again.root_key().unwrap().id);
        let other = Account::open(folder.path(), &Name::default()).unwrap();
        assert_ne!(first.id(), other.id());
        assert_eq!(other.id().to_string(), "123456789012");
    }
}
