//! The accounts of a run: opened when they are first asked for, and kept open.
//!
//! A run asks the account for the root user's key and then sends it the call;
//! opening it costs more than either.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::account::Account;
use super::fault::Fault;
use super::name::Name;
use super::place;
use crate::env::Env;

/// The accounts of a folder. Clones share what is open.
#[derive(Clone, Debug)]
pub struct Accounts {
    folder: Option<PathBuf>,
    /// The account that was asked last.
    open: Arc<Mutex<Option<(Name, Account)>>>,
}

impl Accounts {
    /// The accounts of the user. Nothing is opened yet.
    pub fn of(env: &Env) -> Accounts {
        Accounts { folder: place::directory(env), open: Arc::default() }
    }

    /// Asks the account of this name, which is made where there is none.
    ///
    /// # Errors
    /// There is no place for accounts, or the account cannot be opened; else what `ask` comes to.
    pub fn with<T>(&self, name: &Name, ask: impl FnOnce(&Account) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let account = match open.take() {
            Some((last, account)) if last == *name => account,
            _ => self.account(name)?,
        };
        let answer = ask(&account);
        *open = Some((name.clone(), account));
        answer
    }

    fn account(&self, name: &Name) -> Result<Account, Fault> {
        let folder = self.folder.as_ref().ok_or_else(|| {
            let message = "There is no place for the sandbox: set HOME or IAMCTL_SANDBOX_DIR.";
            Fault::new("InternalFailure", 500, message)
        })?;
        Account::open(folder, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_opened_once_and_another_one_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::of(&Env::fixed([("IAMCTL_SANDBOX_DIR", folder.path().to_str().unwrap())]));
        let (lab, other) = (Name::new("lab").unwrap(), Name::default());
        let id = |name: &Name| accounts.clone().with(name, |account| Ok(account.id().to_string())).unwrap();
        let first = id(&lab);
        // A connection that is open goes on with a file that has lost its name.
        std::fs::remove_file(folder.path().join("lab.db")).unwrap();
        assert_eq!(id(&lab), first);
        assert!(!folder.path().join("lab.db").exists(), "it was not opened again");
        assert_ne!(id(&other), first);
        assert_eq!(id(&lab), first);
        assert!(folder.path().join("lab.db").exists());
    }
}
