//! An account as a document: to look at, to keep, to hand on.
//!
//! The document is made from the tables as they are, so nothing can be
//! forgotten: each table is a list of rows, each row an object by column.

mod details;
mod rows;

use rusqlite::TransactionBehavior;

use super::account::{Account, set_setting, setting, stored_number};
use super::fault::Fault;
use super::store;
use crate::value::{Map, Value};

/// Marks a document as an account's.
const FORMAT: &str = "iamctl-sandbox";

/// The newest form of the document that this program reads.
const VERSION: i64 = 1;

impl Account {
    /// The whole account, secrets included.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn export(&self) -> Result<Value, Fault> {
        let transaction = self.transaction(TransactionBehavior::Deferred)?;
        let mut tables = Map::new();
        for table in store::tables(&transaction)? {
            let rows = rows::read(&transaction, &table)?;
            tables.insert(table.into(), rows.into());
        }
        Ok(Map::from([
            ("Format".into(), Value::from(FORMAT)),
            ("Version".into(), Value::Int(VERSION)),
            ("Tables".into(), tables.into()),
        ])
        .into())
    }

    /// Replaces the account by a document: one that [`Account::export`] gave, or the result of
    /// `get-account-authorization-details`, which holds no secrets; the root user's key stays then.
    ///
    /// # Errors
    /// The document is neither, or does not fit together. The account is as before then.
    pub fn import(&self, document: &Value) -> Result<(), Fault> {
        let transaction = self.transaction(TransactionBehavior::Immediate)?;
        transaction.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        if document.get("Format").and_then(Value::as_str) == Some(FORMAT) {
            restore(&transaction, document)?;
        } else if details::is_one(document) {
            clear(&transaction)?;
            details::write(&transaction, document)?;
        } else {
            return Err(Fault::invalid_input(
                "The document is no account: neither what \"sandbox export\" writes nor the result of \
                 get-account-authorization-details",
            ));
        }
        transaction.commit()?;
        Ok(())
    }

    /// Removes all that was made in the account. Its number and the root user's key stay, so that clients go on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn reset(&self) -> Result<(), Fault> {
        let transaction = self.transaction(TransactionBehavior::Immediate)?;
        transaction.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        clear(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// How many entities of each kind there are, by the kind's name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn counts(&self) -> Result<Vec<(&'static str, i64)>, Fault> {
        let kinds = [("Users", "user"), ("Groups", "group"), ("Roles", "role"), ("Policies", "policy")];
        let count = |(name, table): (&'static str, &str)| {
            let sql = format!("SELECT count(*) FROM \"{table}\"");
            Ok((name, self.connection.query_row(&sql, [], |row| row.get(0))?))
        };
        kinds.into_iter().map(count).collect()
    }
}

fn clear(db: &rusqlite::Connection) -> Result<(), Fault> {
    let (number, created) = (stored_number(db)?, setting(db, "created")?);
    for table in store::tables(db)? {
        let kept = if table == "access_key" { " WHERE user IS NOT NULL" } else { "" };
        db.execute(&format!("DELETE FROM \"{table}\"{kept}"), [])?;
    }
    set_setting(db, "account", &number.to_string())?;
    set_setting(db, "created", created.as_deref().unwrap_or("0"))
}

fn restore(db: &rusqlite::Connection, document: &Value) -> Result<(), Fault> {
    match document.get("Version") {
        Some(Value::Int(VERSION)) => {}
        _ => {
            return Err(Fault::invalid_input(format!(
                "The document is of another version than {VERSION}, which is the one that this program reads"
            )));
        }
    }
    let tables = document.get("Tables").and_then(Value::as_map);
    let tables = tables.ok_or_else(|| Fault::invalid_input("The document has no Tables"))?;
    let known = store::tables(db)?;
    if let Some(other) = tables.keys().find(|name| !known.iter().any(|table| table == name.as_ref())) {
        return Err(Fault::invalid_input(format!("The document has a table that no account has: {other}")));
    }
    for table in &known {
        db.execute(&format!("DELETE FROM \"{table}\""), [])?;
        let rows = tables.get(table.as_str()).and_then(Value::as_list).unwrap_or_default();
        rows::write(db, table, rows)?;
    }
    match setting(db, "account")? {
        Some(number) if number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        _ => Err(Fault::invalid_input("The document has no account number of 12 digits")),
    }
}

#[cfg(test)]
mod tests;
