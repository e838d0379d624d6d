//! Credentials of users for one service: Git passwords, Keyspaces passwords, API keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{OptionalExtension as _, Row};

use super::call::Call;
use super::users::User;
use super::{Entry, owner, quotas, reads, status, writes};
use crate::model::iam::Id;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::ids;
use crate::secret::Secret;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateServiceSpecificCredential, create),
    reads(Id::ListServiceSpecificCredentials, list),
    writes(Id::UpdateServiceSpecificCredential, update),
    writes(Id::ResetServiceSpecificCredential, reset),
    writes(Id::DeleteServiceSpecificCredential, delete),
];

/// What a service's credentials are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A user name and a password.
    Password,
    /// A key as one text, with this before it, which may expire.
    ApiKey(&'static str),
}

const SERVICES: [(&str, Sort); 4] = [
    ("bedrock.amazonaws.com", Sort::ApiKey("ABSK")),
    ("cassandra.amazonaws.com", Sort::Password),
    ("codecommit.amazonaws.com", Sort::Password),
    ("logs.amazonaws.com", Sort::ApiKey("ACWL")),
];

/// The sort of a service's credentials.
fn sort(service: &str) -> Result<Sort, Fault> {
    let found = SERVICES.iter().find(|(name, _)| *name == service);
    found.map(|(_, sort)| *sort).ok_or_else(|| {
        Fault::new(
            "NotSupportedService",
            404,
            format!("No such service {service} is supported for Service Specific Credentials"),
        )
    })
}

/// A stored credential. `name` is its user name or, of an API key, its alias.
struct Credential {
    id: String,
    user: String,
    service: String,
    user_name: Option<String>,
    alias: Option<String>,
    active: bool,
    created: Seconds,
    expires: Option<Seconds>,
}

const COLUMNS: &str = "service_credential.id, user.name, service, user_name, alias, active, \
                       service_credential.created, expires";
const TABLE: &str = "service_credential JOIN user ON user.key = service_credential.user";

impl Credential {
    fn read(row: &Row<'_>) -> rusqlite::Result<Credential> {
        Ok(Credential {
            id: row.get(0)?,
            user: row.get(1)?,
            service: row.get(2)?,
            user_name: row.get(3)?,
            alias: row.get(4)?,
            active: row.get(5)?,
            created: row.get(6)?,
            expires: row.get(7)?,
        })
    }

    /// The credential that the request names, of the user that it names or that calls.
    fn named(call: &Call<'_>) -> Result<Credential, Fault> {
        let (user, id) = (owner::user(call)?, call.needed("ServiceSpecificCredentialId")?);
        let sql = format!("SELECT {COLUMNS} FROM {TABLE} WHERE service_credential.id = ?1 AND user.key = ?2");
        let found = call.db.prepare_cached(&sql)?.query_row([id, &user.key], Credential::read).optional()?;
        found.ok_or_else(|| Fault::no_such_entity(format!("No such credential {id} exists")))
    }

    /// What lists say: everything but the secret.
    fn metadata(&self, now: Seconds) -> Map {
        let expired = self.expires.is_some_and(|end| end <= now);
        let mut map = Map::from([
            ("UserName".into(), Value::from(self.user.as_str())),
            ("Status".into(), if expired { "Expired".into() } else { status::shown(self.active) }),
            ("CreateDate".into(), Value::Int(self.created)),
            ("ServiceSpecificCredentialId".into(), self.id.as_str().into()),
            ("ServiceName".into(), self.service.as_str().into()),
        ]);
        if let Some(name) = &self.user_name {
            map.insert("ServiceUserName".into(), name.as_str().into());
        }
        if let Some(alias) = &self.alias {
            map.insert("ServiceCredentialAlias".into(), alias.as_str().into());
        }
        if let Some(end) = self.expires {
            map.insert("ExpirationDate".into(), Value::Int(end));
        }
        map
    }

    /// The reply that shows a secret, once.
    fn reply(&self, now: Seconds, secret: &Secret) -> Map {
        let mut map = self.metadata(now);
        let member = if self.alias.is_some() { "ServiceCredentialSecret" } else { "ServicePassword" };
        map.insert(member.into(), secret.expose().into());
        Map::from([("ServiceSpecificCredential".into(), map.into())])
    }

    /// A new secret: 32 random bytes, for an API key along with its alias.
    fn secret(&self) -> Result<Secret, Fault> {
        let random = STANDARD.encode(ids::random::<32>()?);
        Ok(match (sort(&self.service)?, &self.alias) {
            (Sort::ApiKey(prefix), Some(alias)) => {
                Secret::new(format!("{prefix}{}", STANDARD.encode(format!("{alias}:{random}"))))
            }
            _ => Secret::new(random),
        })
    }
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, service) = (owner::user(call)?, call.needed("ServiceName")?);
    let (sort, days) = (sort(service)?, call.integer("CredentialAgeDays"));
    if sort == Sort::Password && days.is_some() {
        return Err(Fault::validation(format!("CredentialAgeDays is not supported for {service}.")));
    }
    let count: i64 = call.db.query_row(
        "SELECT count(*) FROM service_credential WHERE user = ?1 AND service = ?2",
        [&user.key, service],
        |row| row.get(0),
    )?;
    if count >= quotas::SERVICE_CREDENTIALS_OF_USER {
        return Err(quotas::exceeded(
            "ServiceSpecificCredentialsPerUser",
            quotas::SERVICE_CREDENTIALS_OF_USER,
        ));
    }
    let name = free_name(call, &user, service)?;
    let (user_name, alias) = if sort == Sort::Password { (Some(name), None) } else { (None, Some(name)) };
    let credential = Credential {
        id: ids::unique(ids::prefix::SERVICE_CREDENTIAL)?,
        user: user.name,
        service: service.to_owned(),
        user_name,
        alias,
        active: true,
        created: call.now,
        expires: days.map(|days| call.now + days * 86_400),
    };
    let secret = credential.secret()?;
    call.db.execute(
        "INSERT INTO service_credential (id, user, service, user_name, alias, secret, active, created, expires) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8)",
        (
            &credential.id,
            &user.key,
            service,
            &credential.user_name,
            &credential.alias,
            secret.expose(),
            credential.created,
            credential.expires,
        ),
    )?;
    Ok(credential.reply(call.now, &secret))
}

/// `NAME-at-ACCOUNT`; the second one is `NAME+1-at-ACCOUNT`.
fn free_name(call: &Call<'_>, user: &User, service: &str) -> Result<String, Fault> {
    let mut taken = call
        .db
        .prepare_cached("SELECT 1 FROM service_credential WHERE service = ?1 AND ?2 IN (user_name, alias)")?;
    let mut name = format!("{}-at-{}", user.name, call.account);
    let mut number = 0;
    while taken.exists([service, &name])? {
        number += 1;
        name = format!("{}+{number}-at-{}", user.name, call.account);
    }
    Ok(name)
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let all = call.flag("AllUsers").unwrap_or(false);
    if all && call.text("UserName").is_some() {
        return Err(Fault::validation("UserName and AllUsers exclude each other."));
    }
    let user = if all { None } else { Some(owner::user(call)?.key) };
    let service = call.text("ServiceName");
    service.map(sort).transpose()?;
    let page = call.page()?;
    let mut statement = call.db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {TABLE} WHERE (?1 IS NULL OR user.key = ?1) AND (?2 IS NULL OR service = ?2) \
         AND service_credential.id > ?3 ORDER BY service_credential.id LIMIT ?4"
    ))?;
    let found = statement.query_map((&user, service, &page.after, page.limit()), Credential::read)?;
    let rows = found.map(|one| one.map(|one| (one.id.clone(), one.metadata(call.now).into())));
    Ok(page.reply("ServiceSpecificCredentials", rows.collect::<Result<_, _>>()?))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let credential = Credential::named(call)?;
    let active = status::asked(call)?;
    call.db.execute("UPDATE service_credential SET active = ?2 WHERE id = ?1", (&credential.id, active))?;
    Ok(Map::new())
}

fn reset(call: &Call<'_>) -> Result<Map, Fault> {
    let credential = Credential::named(call)?;
    let secret = credential.secret()?;
    call.db.execute(
        "UPDATE service_credential SET secret = ?2 WHERE id = ?1",
        (&credential.id, secret.expose()),
    )?;
    Ok(credential.reply(call.now, &secret))
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let credential = Credential::named(call)?;
    call.db.execute("DELETE FROM service_credential WHERE id = ?1", [&credential.id])?;
    Ok(Map::new())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between};

    const GIT: &str = "UserName=u&ServiceName=codecommit.amazonaws.com";

    fn bench() -> Bench {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        bench
    }

    #[test]
    fn a_credential_lives_from_creation_to_deletion() {
        let bench = bench();
        let made = bench.ok("CreateServiceSpecificCredential", GIT);
        assert_eq!(between(&made, "<ServiceUserName>"), "u-at-123456789012");
        let (id, password) =
            (between(&made, "<ServiceSpecificCredentialId>"), between(&made, "<ServicePassword>"));
        let named = format!("UserName=u&ServiceSpecificCredentialId={id}");
        let reset = bench.ok("ResetServiceSpecificCredential", &named);
        assert_ne!(between(&reset, "<ServicePassword>"), password);
        bench.ok("UpdateServiceSpecificCredential", &format!("{named}&Status=Inactive"));
        let list = bench.ok("ListServiceSpecificCredentials", "UserName=u");
        assert!(list.contains("<Status>Inactive<") && !list.contains("Password"), "{list}");
        bench.ok("DeleteServiceSpecificCredential", &named);
        let gone = bench.fault("DeleteServiceSpecificCredential", &named);
        assert_eq!(gone.message, format!("No such credential {id} exists"));
    }

    #[test]
    fn a_user_has_two_for_a_service() {
        let bench = bench();
        bench.ok("CreateServiceSpecificCredential", GIT);
        let second = bench.ok("CreateServiceSpecificCredential", GIT);
        assert_eq!(between(&second, "<ServiceUserName>"), "u+1-at-123456789012");
        assert_eq!(bench.fault("CreateServiceSpecificCredential", GIT).code, "LimitExceeded");
        bench.ok("CreateServiceSpecificCredential", "UserName=u&ServiceName=cassandra.amazonaws.com");
        let listed = bench.ok("ListServiceSpecificCredentials", GIT);
        assert_eq!(listed.matches("<UserName>").count(), 2);
        let first = bench.ok("ListServiceSpecificCredentials", "AllUsers=true&MaxItems=2");
        let marker = between(&first, "<Marker>");
        let rest = bench.ok("ListServiceSpecificCredentials", &format!("AllUsers=true&Marker={marker}"));
        assert_eq!(rest.matches("<UserName>").count(), 1);
    }

    #[test]
    fn an_api_key_may_expire() {
        let bench = bench();
        let made = bench.ok(
            "CreateServiceSpecificCredential",
            "UserName=u&ServiceName=bedrock.amazonaws.com&CredentialAgeDays=30",
        );
        assert!(between(&made, "<ServiceCredentialSecret>").starts_with("ABSK"), "{made}");
        assert_eq!(between(&made, "<ServiceCredentialAlias>"), "u-at-123456789012");
        assert!(made.contains("<ExpirationDate>") && !made.contains("ServicePassword"), "{made}");
        bench.account.connection.execute("UPDATE service_credential SET expires = 1", []).unwrap();
        assert!(bench.ok("ListServiceSpecificCredentials", "UserName=u").contains("<Status>Expired<"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let bench = bench();
        let fault = bench.fault("CreateServiceSpecificCredential", "UserName=u&ServiceName=s3.amazonaws.com");
        assert_eq!((fault.code, fault.status), ("NotSupportedService", 404));
        let aged = bench.fault("CreateServiceSpecificCredential", &format!("{GIT}&CredentialAgeDays=1"));
        assert_eq!(aged.code, "ValidationError");
    }
}
