//! What a token opens: accounts, and roles in them.

use std::fmt;

use super::{absent, with_chain};
use crate::commands::Context;
use crate::config::{self, Config};
use crate::credentials::json_call::{self, Call};
use crate::error::{Error, Result};
use crate::percent;
use crate::secret::Secret;
use crate::value::{Map, Value};

/// The service that a token is for.
pub(in crate::commands) struct Portal {
    pub(in crate::commands) region: String,
    pub(in crate::commands) token: Secret,
}

/// An account that the user may enter.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::commands) struct Account {
    pub(in crate::commands) id: String,
    name: Option<String>,
    email: Option<String>,
}

impl Portal {
    /// All accounts, by their names; there is at least one.
    pub(in crate::commands) fn accounts(
        &self,
        context: &Context<'_>,
        config: &Config,
    ) -> Result<Vec<Account>> {
        let query = Vec::new();
        let found =
            self.pages(context, config, "ListAccounts", "/assignment/accounts", query, "accountList")?;
        let mut accounts = found.iter().map(Account::read).collect::<Result<Vec<_>>>()?;
        accounts.sort_by_key(Account::rank);
        match accounts.is_empty() {
            true => Err(Error::general("No AWS accounts are available to you.")),
            false => Ok(accounts),
        }
    }

    /// The names of all roles in an account, sorted; there is at least one.
    pub(in crate::commands) fn roles(
        &self,
        context: &Context<'_>,
        config: &Config,
        account: &str,
    ) -> Result<Vec<String>> {
        let query = vec![("account_id", account.to_owned())];
        let found =
            self.pages(context, config, "ListAccountRoles", "/assignment/roles", query, "roleList")?;
        let name = |role: &Value| member(role, "roleName").ok_or_else(|| absent("roleName"));
        let mut roles = found.iter().map(name).collect::<Result<Vec<_>>>()?;
        roles.sort_by_key(|role| role.to_lowercase());
        match roles.is_empty() {
            true => Err(Error::general(format!("No roles are available for the account {account}"))),
            false => Ok(roles),
        }
    }

    /// The items of all pages.
    fn pages(
        &self,
        context: &Context<'_>,
        config: &Config,
        operation: &'static str,
        path: &str,
        query: Vec<(&str, String)>,
        list: &str,
    ) -> Result<Vec<Value>> {
        config::check_region(&self.region)?;
        with_chain(context, config, async |chain| {
            let endpoint = json_call::endpoint(&chain, "SSO", "portal.sso", &self.region)?;
            let (mut items, mut next) = (Vec::new(), None::<String>);
            loop {
                let mut query = query.clone();
                query.extend(next.as_ref().map(|next| ("next_token", next.clone())));
                let call = Call {
                    operation,
                    method: http::Method::GET,
                    url: format!("{endpoint}{path}{}", encoded(&query)),
                    headers: vec![("x-amz-sso_bearer_token", self.token.clone())],
                    body: Secret::new(""),
                };
                let mut reply: Map = json_call::send(&chain, &call).await?;
                if let Some(Value::List(page)) = reply.get_mut(list) {
                    items.append(page);
                }
                let after = member(&Value::Map(reply), "nextToken");
                match after {
                    None => return Ok(items),
                    after if after == next => {
                        return Err(Error::general(format!(
                            "Error during pagination: The same next token was received twice: {}",
                            after.unwrap_or_default()
                        )));
                    }
                    after => next = after,
                }
            }
        })
    }
}

/// Whether the service will not show what the token opens.
pub(in crate::commands) fn is_closed(error: &Error) -> bool {
    error.service.as_ref().is_some_and(|said| said.code == "UnauthorizedException")
}

fn encoded(query: &[(&str, String)]) -> String {
    let pairs: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", percent::encode(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// A text that is there, and not empty.
fn member(of: &Value, name: &str) -> Option<String> {
    let Value::Map(members) = of else { return None };
    members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Account {
    fn read(item: &Value) -> Result<Account> {
        Ok(Account {
            id: member(item, "accountId").ok_or_else(|| absent("accountId"))?,
            name: member(item, "accountName"),
            email: member(item, "emailAddress"),
        })
    }

    /// By name, else by address; those with neither come last.
    fn rank(&self) -> (bool, String) {
        let known = self.name.as_ref().or(self.email.as_ref());
        (known.is_none(), known.map(|text| text.to_lowercase()).unwrap_or_default())
    }
}

impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.email) {
            (Some(name), Some(email)) => write!(out, "{name}, {email} ({})", self.id),
            (Some(one), None) | (None, Some(one)) => write!(out, "{one} ({})", self.id),
            (None, None) => out.write_str(&self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_stand_by_their_names_and_those_without_any_at_the_end() {
        let account = |id: &str, name: &str, email: &str| {
            let mut item = Map::new();
            for (key, value) in [("accountId", id), ("accountName", name), ("emailAddress", email)] {
                item.insert(key.into(), value.into());
            }
            Account::read(&item.into()).unwrap()
        };
        let mut accounts = [
            account("9", "b", ""),
            account("1", "B", "x"),
            account("5", "a", "z"),
            account("3", "a", "y"),
            account("2", "", ""),
            account("0", "", "k@"),
            account("4", "", "K@"),
            account("7", "Z", ""),
        ];
        accounts.sort_by_key(Account::rank);
        let shown: Vec<String> = accounts.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["a, z (5)", "a, y (3)", "b (9)", "B, x (1)", "k@ (0)", "K@ (4)", "Z (7)", "2"]);
        assert_eq!(Account::read(&Map::new().into()).unwrap_err().message, "'accountId'");
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(
            encoded(&[("account_id", "1".into()), ("next_token", "a/+=".into())]),
            "?account_id=1&next_token=a%2F%2B%3D"
        );
        assert_eq!(encoded(&[]), "");
    }
}
