//! Signing certificates of users.

use rusqlite::Row;

use super::call::Call;
use super::users::User;
use super::{Entry, owner, quotas, reads, status, writes};
use crate::model::iam::Id;
use crate::sandbox::certificate::Certificate;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::ids;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::UploadSigningCertificate, upload),
    reads(Id::ListSigningCertificates, list),
    writes(Id::UpdateSigningCertificate, update),
    writes(Id::DeleteSigningCertificate, delete),
];

fn upload(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, body) = (owner::user(call)?, call.needed("CertificateBody")?);
    let certificate = Certificate::read(body).ok_or_else(|| {
        Fault::new("MalformedCertificate", 400, format!("Certificate {body} is malformed."))
    })?;
    quotas::room_of_user(
        call,
        "signing_certificate",
        Some(&user.key),
        "CertificatesPerUser",
        quotas::SIGNING_CERTIFICATES_OF_USER,
    )?;
    // One certificate belongs to one user of the account, however its text is laid out.
    let mut statement = call.db.prepare_cached("SELECT body FROM signing_certificate")?;
    for known in statement.query_map([], |row| row.get::<_, String>(0))? {
        if Certificate::read(&known?).is_some_and(|known| known.der == certificate.der) {
            return Err(Fault::new(
                "DuplicateCertificate",
                409,
                "The certificate belongs to a user of the account already.",
            ));
        }
    }
    let id = ids::letters(32)?;
    call.db.execute(
        "INSERT INTO signing_certificate (id, user, body, active, uploaded) VALUES (?1, ?2, ?3, 1, ?4)",
        (&id, &user.key, body, call.now),
    )?;
    Ok(Map::from([("Certificate".into(), shown(&user, &id, body, true, call.now).into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user(call)?;
    let page = call.page()?;
    let mut statement = call.db.prepare_cached(
        "SELECT id, body, active, uploaded FROM signing_certificate WHERE user = ?1 AND id > ?2 \
         ORDER BY id LIMIT ?3",
    )?;
    let read = |row: &Row<'_>| {
        let (id, body): (String, String) = (row.get(0)?, row.get(1)?);
        let item = shown(&user, &id, &body, row.get(2)?, row.get(3)?);
        Ok((id, Value::from(item)))
    };
    let found = statement.query_map((&user.key, &page.after, page.limit()), read)?;
    Ok(page.reply("Certificates", found.collect::<Result<_, _>>()?))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, id, active) = (owner::user(call)?, call.needed("CertificateId")?, status::asked(call)?);
    let sql = "UPDATE signing_certificate SET active = ?3 WHERE id = ?1 AND user = ?2";
    one(call.db.execute(sql, (id, &user.key, active))?, id)
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, id) = (owner::user(call)?, call.needed("CertificateId")?);
    one(call.db.execute("DELETE FROM signing_certificate WHERE id = ?1 AND user = ?2", (id, &user.key))?, id)
}

fn one(changed: usize, id: &str) -> Result<Map, Fault> {
    match changed {
        0 => Err(Fault::no_such_entity(format!("The Certificate with id {id} cannot be found."))),
        _ => Ok(Map::new()),
    }
}

fn shown(user: &User, id: &str, body: &str, active: bool, uploaded: Seconds) -> Map {
    Map::from([
        ("UserName".into(), Value::from(user.name.as_str())),
        ("CertificateId".into(), id.into()),
        ("CertificateBody".into(), body.into()),
        ("Status".into(), status::shown(active)),
        ("UploadDate".into(), Value::Int(uploaded)),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between, encoded};
    use crate::sandbox::certificate::samples;

    fn form(body: &str) -> String {
        format!("UserName=u&CertificateBody={}", encoded(body))
    }

    #[test]
    fn a_certificate_lives_from_upload_to_deletion() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        let (body, _) = samples::self_signed("a");
        let made = bench.ok("UploadSigningCertificate", &form(&body));
        let id = between(&made, "<CertificateId>");
        assert!(made.contains("<Status>Active<") && id.len() >= 24, "{made}");
        bench.ok("UpdateSigningCertificate", &format!("UserName=u&CertificateId={id}&Status=Inactive"));
        let list = bench.ok_by(&bench.caller("u"), "ListSigningCertificates", "");
        assert!(list.contains(id) && list.contains("<Status>Inactive<"), "{list}");
        bench.ok("DeleteSigningCertificate", &format!("UserName=u&CertificateId={id}"));
        let gone = bench.fault("DeleteSigningCertificate", &format!("UserName=u&CertificateId={id}"));
        assert_eq!(gone.message, format!("The Certificate with id {id} cannot be found."));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        let bodies = ["a", "b", "c"].map(|name| samples::self_signed(name).0);
        assert_eq!(bench.fault("UploadSigningCertificate", &form("x")).code, "MalformedCertificate");
        bench.ok("UploadSigningCertificate", &form(&bodies[0]));
        let twice = bench.fault("UploadSigningCertificate", &form(&bodies[0].replace('\n', "\r\n")));
        assert_eq!((twice.code, twice.status), ("DuplicateCertificate", 409));
        bench.ok("UploadSigningCertificate", &form(&bodies[1]));
        let third = bench.fault("UploadSigningCertificate", &form(&bodies[2]));
        assert_eq!(third.message, "Cannot exceed quota for CertificatesPerUser: 2");
    }
}
