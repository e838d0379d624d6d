//! The account's password policy.

use super::call::Call;
use super::{Entry, reads, writes};
use crate::json;
use crate::model::iam::Id;
use crate::sandbox::account;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::password::{self, Required};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::UpdateAccountPasswordPolicy, update),
    reads(Id::GetAccountPasswordPolicy, get),
    writes(Id::DeleteAccountPasswordPolicy, delete),
];

/// Where the policy is kept, as JSON with the members of a reply.
const SETTING: &str = "password_policy";

const FLAGS: [&str; 5] = [
    "RequireSymbols",
    "RequireNumbers",
    "RequireUppercaseCharacters",
    "RequireLowercaseCharacters",
    "AllowUsersToChangePassword",
];

/// The policy that an account has set.
#[derive(Debug)]
pub(super) struct Policy(Map);

impl Policy {
    /// The account's own policy; none where it has none.
    pub(super) fn of(db: &rusqlite::Connection) -> Result<Option<Policy>, Fault> {
        let Some(text) = account::setting(db, SETTING)? else { return Ok(None) };
        match json::read(&text).map_err(Fault::internal)? {
            Value::Map(map) => Ok(Some(Policy(map))),
            _ => Err(Fault::internal("the stored password policy is no object")),
        }
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(Value::is_truthy)
    }

    fn number(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// How many old passwords cannot be taken again.
    pub(super) fn remembered(&self) -> i64 {
        self.number("PasswordReusePrevention").unwrap_or(0)
    }

    /// When a password that was set then has to be changed; never where none is given.
    pub(super) fn expires(&self, changed: Seconds) -> Option<Seconds> {
        self.number("MaxPasswordAge").map(|days| changed + days * 86_400)
    }

    /// Whether a user cannot change a password that has expired.
    pub(super) fn hard_expiry(&self) -> bool {
        self.flag("HardExpiry")
    }

    fn check(&self, password: &str) -> Result<(), Fault> {
        let required = Required {
            uppercase: self.flag("RequireUppercaseCharacters"),
            lowercase: self.flag("RequireLowercaseCharacters"),
            numbers: self.flag("RequireNumbers"),
            symbols: self.flag("RequireSymbols"),
        };
        password::check(password, self.number("MinimumPasswordLength").unwrap_or(6), required)
    }
}

/// What users may do where the policy lets them change their passwords. The resource is always the caller, because
/// ChangePassword names no user.
const OWN_PASSWORD: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":
["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}"#;

/// The policy document that the account's password policy gives every user; none where it gives none.
pub(in crate::sandbox) fn grant(db: &rusqlite::Connection) -> Result<Option<&'static str>, Fault> {
    let policy = Policy::of(db)?;
    Ok(policy.filter(|policy| policy.flag("AllowUsersToChangePassword")).map(|_| OWN_PASSWORD))
}

/// Checks a new password against the account's policy, or against the rules of an account that has none.
///
/// # Errors
/// `PasswordPolicyViolation` with everything that is missing.
pub(super) fn check(policy: Option<&Policy>, password: &str) -> Result<(), Fault> {
    policy.map_or_else(|| password::check_by_default(password), |policy| policy.check(password))
}

/// What is not given gets its default: the whole policy is replaced.
fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let length = call.integer("MinimumPasswordLength").unwrap_or(6);
    let mut policy = Map::from([("MinimumPasswordLength".into(), Value::Int(length))]);
    for name in FLAGS {
        policy.insert(name.into(), call.flag(name).unwrap_or(false).into());
    }
    let age = call.integer("MaxPasswordAge");
    policy.insert("ExpirePasswords".into(), age.is_some().into());
    for (name, number) in
        [("MaxPasswordAge", age), ("PasswordReusePrevention", call.integer("PasswordReusePrevention"))]
    {
        if let Some(number) = number {
            policy.insert(name.into(), Value::Int(number));
        }
    }
    if let Some(hard) = call.flag("HardExpiry") {
        policy.insert("HardExpiry".into(), hard.into());
    }
    let mut text = String::new();
    json::write(&mut text, &policy.into(), json::Style::COMPACT);
    account::set_setting(call.db, SETTING, &text)?;
    Ok(Map::new())
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let policy = Policy::of(call.db)?.ok_or_else(|| {
        Fault::no_such_entity(format!(
            "The Password Policy with domain name {} cannot be found.",
            call.account
        ))
    })?;
    Ok(Map::from([("PasswordPolicy".into(), policy.0.into())]))
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    if call.db.execute("DELETE FROM setting WHERE name = ?1", [SETTING])? == 0 {
        return Err(Fault::no_such_entity("The account policy with name PasswordPolicy cannot be found."));
    }
    Ok(Map::new())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;

    #[test]
    fn a_policy_is_replaced_as_a_whole() {
        let bench = Bench::new();
        let fault = bench.fault("GetAccountPasswordPolicy", "");
        assert_eq!(fault.message, "The Password Policy with domain name 123456789012 cannot be found.");
        bench.ok("UpdateAccountPasswordPolicy", "RequireSymbols=true&MaxPasswordAge=90&HardExpiry=true");
        let policy = bench.ok("GetAccountPasswordPolicy", "");
        for part in [
            "<MinimumPasswordLength>6<",
            "<RequireSymbols>true<",
            "<RequireNumbers>false<",
            "<ExpirePasswords>true<",
            "<MaxPasswordAge>90<",
            "<HardExpiry>true<",
        ] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        bench.ok("UpdateAccountPasswordPolicy", "MinimumPasswordLength=12");
        let policy = bench.ok("GetAccountPasswordPolicy", "");
        assert!(policy.contains("<ExpirePasswords>false<") && !policy.contains("MaxPasswordAge"), "{policy}");
        assert!(policy.contains("<MinimumPasswordLength>12<") && !policy.contains("HardExpiry"), "{policy}");
        bench.ok("DeleteAccountPasswordPolicy", "");
        assert_eq!(bench.fault("DeleteAccountPasswordPolicy", "").code, "NoSuchEntity");
    }

    #[test]
    fn a_policy_may_let_users_change_their_passwords() {
        let bench = Bench::new();
        let user = bench.user("u", "/");
        bench.ok("CreateLoginProfile", "UserName=u&Password=Old-Passw0rd");
        let change = "OldPassword=Old-Passw0rd&NewPassword=New-Passw0rd";
        assert!(bench.refused(&user, "ChangePassword", change).starts_with("403 AccessDenied"));
        bench.ok("UpdateAccountPasswordPolicy", "AllowUsersToChangePassword=true");
        bench.allow("user", "u", "no", r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#);
        assert!(bench.refused(&user, "ChangePassword", change).starts_with("403 AccessDenied"));
        bench.ok("DeleteUserPolicy", "UserName=u&PolicyName=no");
        bench.ok_as(&user, "ChangePassword", change);
        bench.ok_as(&user, "GetAccountPasswordPolicy", "");
        assert!(bench.refused(&user, "UpdateLoginProfile", "UserName=u").starts_with("403 AccessDenied"));
    }

    #[test]
    fn numbers_beyond_the_limits_are_refused() {
        let bench = Bench::new();
        for form in ["MinimumPasswordLength=5", "MaxPasswordAge=1096", "PasswordReusePrevention=25"] {
            assert_eq!(bench.fault("UpdateAccountPasswordPolicy", form).code, "ValidationError", "{form}");
        }
    }
}
