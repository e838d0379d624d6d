//! Login profiles: the passwords of users.

use rusqlite::{Connection, OptionalExtension as _};

use super::call::Call;
use super::password_policy::{self, Policy};
use super::users::User;
use super::{Entry, owner, reads, writes};
use crate::model::iam::Id;
use crate::sandbox::caller::Who;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::password::{self, Hashed};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateLoginProfile, create),
    reads(Id::GetLoginProfile, get),
    writes(Id::UpdateLoginProfile, update),
    writes(Id::DeleteLoginProfile, delete),
    writes(Id::ChangePassword, change_password),
];

/// The most old passwords that a policy can ask for.
const REMEMBERED: i64 = 24;

/// A stored login profile.
#[derive(Debug)]
pub(super) struct Profile {
    password: Hashed,
    reset_required: bool,
    created: Seconds,
    /// When the password was set.
    pub(super) changed: Seconds,
}

impl Profile {
    /// The profile of a user; none where the user has no password.
    pub(super) fn find(db: &Connection, user: &User) -> Result<Option<Profile>, Fault> {
        let mut statement = db.prepare_cached(
            "SELECT salt, hash, reset_required, created, changed FROM login_profile WHERE user = ?1",
        )?;
        let profile = statement.query_row([&user.key], |row| {
            Ok(Profile {
                password: Hashed { salt: row.get(0)?, hash: row.get(1)? },
                reset_required: row.get(2)?,
                created: row.get(3)?,
                changed: row.get(4)?,
            })
        });
        Ok(profile.optional()?)
    }

    fn of(call: &Call<'_>, user: &User) -> Result<Profile, Fault> {
        Profile::find(call.db, user)?.ok_or_else(|| not_found(user))
    }

    fn reply(&self, user: &User) -> Map {
        let profile = Map::from([
            ("UserName".into(), Value::from(user.name.as_str())),
            ("CreateDate".into(), Value::Int(self.created)),
            ("PasswordResetRequired".into(), self.reset_required.into()),
        ]);
        Map::from([("LoginProfile".into(), profile.into())])
    }

    /// Another password, if the policy takes it; the old one is remembered.
    fn set_password(&mut self, call: &Call<'_>, user: &User, new: &str) -> Result<(), Fault> {
        let policy = Policy::of(call.db)?;
        password_policy::check(policy.as_ref(), new)?;
        let remembered = policy.as_ref().map_or(0, Policy::remembered);
        if remembered > 0 && self.was(call.db, user, remembered, new)? {
            return Err(password::violation(
                "Policy constraint violation with password reuse prevention during password change",
            ));
        }
        call.db.execute(
            "INSERT INTO old_password (user, salt, hash, replaced) VALUES (?1, ?2, ?3, ?4)",
            (&user.key, &self.password.salt, &self.password.hash, call.now),
        )?;
        call.db.execute(
            "DELETE FROM old_password WHERE user = ?1 AND rowid NOT IN \
             (SELECT rowid FROM old_password WHERE user = ?1 ORDER BY rowid DESC LIMIT ?2)",
            (&user.key, REMEMBERED),
        )?;
        self.password = Hashed::new(new)?;
        self.changed = call.now;
        Ok(())
    }

    /// Whether the password is the present one or among the last ones, so many in all.
    fn was(&self, db: &Connection, user: &User, count: i64, password: &str) -> Result<bool, Fault> {
        let mut statement = db.prepare_cached(
            "SELECT salt, hash FROM old_password WHERE user = ?1 ORDER BY rowid DESC LIMIT ?2",
        )?;
        let old = statement
            .query_map((&user.key, count - 1), |row| Ok(Hashed { salt: row.get(0)?, hash: row.get(1)? }))?;
        let old = old.collect::<Result<Vec<_>, _>>()?;
        Ok(self.password.is(password) || old.iter().any(|one| one.is(password)))
    }

    fn store(&self, db: &Connection, user: &User) -> Result<(), Fault> {
        db.execute(
            "INSERT OR REPLACE INTO login_profile (user, salt, hash, reset_required, created, changed) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                &user.key,
                &self.password.salt,
                &self.password.hash,
                self.reset_required,
                self.created,
                self.changed,
            ),
        )?;
        Ok(())
    }
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user(call)?;
    if Profile::find(call.db, &user)?.is_some() {
        return Err(Fault::already_exists(format!("Login Profile for user {} already exists.", user.name)));
    }
    let password = call
        .text("Password")
        .ok_or_else(|| Fault::validation("A password must be specified for the login profile of a user."))?;
    password_policy::check(Policy::of(call.db)?.as_ref(), password)?;
    let profile = Profile {
        password: Hashed::new(password)?,
        reset_required: call.flag("PasswordResetRequired").unwrap_or(false),
        created: call.now,
        changed: call.now,
    };
    profile.store(call.db, &user)?;
    Ok(profile.reply(&user))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user(call)?;
    Ok(Profile::of(call, &user)?.reply(&user))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user(call)?;
    let mut profile = Profile::of(call, &user)?;
    if let Some(password) = call.text("Password") {
        profile.set_password(call, &user, password)?;
    }
    if let Some(required) = call.flag("PasswordResetRequired") {
        profile.reset_required = required;
    }
    profile.store(call.db, &user)?;
    Ok(Map::new())
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user(call)?;
    call.db.execute("DELETE FROM old_password WHERE user = ?1", [&user.key])?;
    match call.db.execute("DELETE FROM login_profile WHERE user = ?1", [&user.key])? {
        0 => Err(not_found(&user)),
        _ => Ok(Map::new()),
    }
}

fn change_password(call: &Call<'_>) -> Result<Map, Fault> {
    let Who::User(name) = &call.caller.who else {
        return Err(Fault::new("InvalidUserType", 400, "Only IAM Users can change their own password."));
    };
    let user = User::named(call, name)?;
    let mut profile = Profile::of(call, &user)?;
    if !profile.password.is(call.needed("OldPassword")?) {
        return Err(Fault::access_denied("The old password was incorrect."));
    }
    if let Some(policy) = Policy::of(call.db)?.filter(Policy::hard_expiry)
        && policy.expires(profile.changed).is_some_and(|end| end <= call.now)
    {
        return Err(Fault::access_denied("The password has expired; an administrator has to set a new one."));
    }
    profile.set_password(call, &user, call.needed("NewPassword")?)?;
    profile.reset_required = false;
    profile.store(call.db, &user)?;
    Ok(Map::new())
}

fn not_found(user: &User) -> Fault {
    Fault::no_such_entity(format!("Login Profile for User {} cannot be found.", user.name))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;

    const OLD: &str = "Old-Passw0rd";

    fn bench() -> Bench {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        bench.ok("CreateLoginProfile", &format!("UserName=u&Password={OLD}&PasswordResetRequired=true"));
        bench
    }

    #[test]
    fn a_profile_lives_from_creation_to_deletion() {
        let bench = bench();
        let fault = bench.fault("CreateLoginProfile", &format!("UserName=u&Password={OLD}"));
        assert_eq!(
            (fault.code, fault.message.as_str()),
            ("EntityAlreadyExists", "Login Profile for user u already exists.")
        );
        let profile = bench.ok("GetLoginProfile", "UserName=u");
        assert!(profile.contains("<PasswordResetRequired>true<") && !profile.contains(OLD), "{profile}");
        bench.ok("UpdateLoginProfile", "UserName=u&PasswordResetRequired=false");
        assert!(bench.ok("GetLoginProfile", "UserName=u").contains("<PasswordResetRequired>false<"));
        assert_eq!(bench.fault("DeleteUser", "UserName=u").code, "DeleteConflict");
        bench.ok("DeleteLoginProfile", "UserName=u");
        let fault = bench.fault("GetLoginProfile", "UserName=u");
        assert_eq!(fault.message, "Login Profile for User u cannot be found.");
        bench.ok("DeleteUser", "UserName=u");
    }

    #[test]
    fn a_user_changes_the_password_that_it_knows() {
        let bench = bench();
        let user = bench.caller("u");
        let wrong = bench.fault_by(&user, "ChangePassword", "OldPassword=x&NewPassword=New-Passw0rd");
        assert_eq!((wrong.code, wrong.status), ("AccessDenied", 403));
        let form = format!("OldPassword={OLD}&NewPassword=New-Passw0rd");
        bench.ok_by(&user, "ChangePassword", &form);
        assert_eq!(bench.fault_by(&user, "ChangePassword", &form).message, "The old password was incorrect.");
        assert!(bench.ok("GetLoginProfile", "UserName=u").contains("<PasswordResetRequired>false<"));
        assert_eq!(bench.fault("ChangePassword", &form).code, "InvalidUserType");
    }

    #[test]
    fn a_password_keeps_to_the_policy() {
        let bench = bench();
        let short = bench.fault("UpdateLoginProfile", "UserName=u&Password=short");
        assert_eq!(
            (short.code, short.message.as_str()),
            ("PasswordPolicyViolation", "Password should have a minimum length of 8")
        );
        bench.ok("UpdateAccountPasswordPolicy", "MinimumPasswordLength=6&RequireNumbers=true");
        let fault = bench.fault("UpdateLoginProfile", "UserName=u&Password=letters");
        assert_eq!(fault.message, "Password should have at least one number");
        bench.ok("UpdateLoginProfile", "UserName=u&Password=digit1");
    }

    #[test]
    fn an_old_password_does_not_come_back_before_its_time() {
        let bench = bench();
        bench.ok("UpdateAccountPasswordPolicy", "PasswordReusePrevention=2");
        bench.ok("UpdateLoginProfile", "UserName=u&Password=second");
        for used in [OLD, "second"] {
            let fault = bench.fault("UpdateLoginProfile", &format!("UserName=u&Password={used}"));
            assert!(fault.message.contains("password reuse prevention"), "{}", fault.message);
        }
        bench.ok("UpdateLoginProfile", "UserName=u&Password=third-");
        bench.ok("UpdateLoginProfile", &format!("UserName=u&Password={OLD}"));
    }
}
