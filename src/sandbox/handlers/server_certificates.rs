//! Server certificates.

use rusqlite::{OptionalExtension as _, Row};

use super::call::{Call, key};
use super::tags::Owner;
use super::{Entry, quotas, reads, writes};
use crate::model::iam::Id;
use crate::sandbox::certificate::{Certificate, KeyMatch};
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::{arn, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::UploadServerCertificate, upload),
    reads(Id::GetServerCertificate, get),
    reads(Id::ListServerCertificates, list),
    writes(Id::UpdateServerCertificate, update),
    writes(Id::DeleteServerCertificate, delete),
    writes(Id::TagServerCertificate, tag),
    writes(Id::UntagServerCertificate, untag),
    reads(Id::ListServerCertificateTags, list_tags),
];

/// A stored certificate, without its texts.
struct Stored {
    key: String,
    name: String,
    path: String,
    id: String,
    uploaded: Seconds,
    expires: Seconds,
}

const COLUMNS: &str = "key, name, path, id, uploaded, expires";

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
        Ok(Stored {
            key: row.get(0)?,
            name: row.get(1)?,
            path: row.get(2)?,
            id: row.get(3)?,
            uploaded: row.get(4)?,
            expires: row.get(5)?,
        })
    }

    fn find(call: &Call<'_>, name: &str) -> Result<Option<Stored>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM server_certificate WHERE key = ?1");
        Ok(call.db.prepare_cached(&sql)?.query_row([key(name)], Stored::read).optional()?)
    }

    /// The certificate that the request names.
    fn named(call: &Call<'_>) -> Result<Stored, Fault> {
        let name = call.needed("ServerCertificateName")?;
        Stored::find(call, name)?.ok_or_else(|| {
            Fault::no_such_entity(format!("The Server Certificate with name {name} cannot be found."))
        })
    }

    fn metadata(&self, call: &Call<'_>) -> Value {
        Map::from([
            ("Path".into(), Value::from(self.path.as_str())),
            ("ServerCertificateName".into(), self.name.as_str().into()),
            ("ServerCertificateId".into(), self.id.as_str().into()),
            ("Arn".into(), arn::iam(call.account, "server-certificate", &self.path, &self.name).into()),
            ("UploadDate".into(), Value::Int(self.uploaded)),
            ("Expiration".into(), Value::Int(self.expires)),
        ])
        .into()
    }

    fn tags(&self) -> Owner<'_> {
        Owner { kind: "server-certificate", key: &self.key }
    }
}

fn malformed(message: impl Into<String>) -> Fault {
    Fault::new("MalformedCertificate", 400, message)
}

fn free_name(call: &Call<'_>, name: &str) -> Result<(), Fault> {
    match Stored::find(call, name)? {
        Some(_) => {
            Err(Fault::already_exists(format!("The Server Certificate with name {name} already exists.")))
        }
        None => Ok(()),
    }
}

fn upload(call: &Call<'_>) -> Result<Map, Fault> {
    let (name, body) = (call.needed("ServerCertificateName")?, call.needed("CertificateBody")?);
    let private_key = call.needed("PrivateKey")?;
    free_name(call, name)?;
    quotas::room(call, "server_certificate", "ServerCertificatesPerAccount", quotas::SERVER_CERTIFICATES)?;
    let certificate = checked(call, body, private_key)?;
    let stored = Stored {
        key: key(name),
        name: name.to_owned(),
        path: call.text("Path").unwrap_or("/").to_owned(),
        id: ids::unique(ids::prefix::SERVER_CERTIFICATE)?,
        uploaded: call.now,
        expires: certificate.ends,
    };
    call.db.execute(
        "INSERT INTO server_certificate (key, name, path, id, body, chain, private_key, uploaded, expires) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            &stored.key,
            &stored.name,
            &stored.path,
            &stored.id,
            body,
            call.text("CertificateChain"),
            private_key,
            stored.uploaded,
            stored.expires,
        ),
    )?;
    stored.tags().add(call)?;
    let mut reply = Map::from([("ServerCertificateMetadata".into(), stored.metadata(call))]);
    if let Some(tags) = stored.tags().value(call.db)? {
        reply.insert("Tags".into(), tags);
    }
    Ok(reply)
}

/// The certificate, if it is in force, the key is its own, and each one of the chain issued the one before.
fn checked(call: &Call<'_>, body: &str, private_key: &str) -> Result<Certificate, Fault> {
    let certificate = Certificate::read(body).ok_or_else(|| {
        malformed("Unable to parse certificate. Please ensure the certificate is in PEM format.")
    })?;
    match certificate.key_match(private_key) {
        KeyMatch::Yes => {}
        KeyMatch::No => {
            return Err(Fault::new(
                "KeyPairMismatch",
                400,
                "The private key is not that of the certificate.",
            ));
        }
        KeyMatch::Unreadable => {
            return Err(malformed(
                "Unable to parse the private key. It has to be in PEM format, without a passphrase; the sandbox \
                 reads RSA keys of 2048 to 8192 bits, P-256, P-384 and Ed25519.",
            ));
        }
    }
    if !(certificate.begins..=certificate.ends).contains(&call.now) {
        return Err(malformed("The certificate has expired or is not valid yet."));
    }
    let Some(chain) = call.text("CertificateChain") else { return Ok(certificate) };
    let chain = Certificate::read_all(chain).ok_or_else(|| {
        malformed("Unable to parse certificate chain. Please ensure the certificates are in PEM format.")
    })?;
    let mut issued = &certificate;
    for (index, next) in chain.iter().enumerate() {
        if !next.issued(issued) {
            return Err(malformed(format!(
                "Unable to validate certificate chain. The chain has to begin with the certificate of the issuer, \
                 each one followed by that of its own issuer. The index of the invalid certificate is: {index}"
            )));
        }
        issued = next;
    }
    Ok(certificate)
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let stored = Stored::named(call)?;
    let (body, chain): (String, Option<String>) = call.db.query_row(
        "SELECT body, chain FROM server_certificate WHERE key = ?1",
        [&stored.key],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut map = Map::from([
        ("ServerCertificateMetadata".into(), stored.metadata(call)),
        ("CertificateBody".into(), body.into()),
    ]);
    if let Some(chain) = chain {
        map.insert("CertificateChain".into(), chain.into());
    }
    if let Some(tags) = stored.tags().value(call.db)? {
        map.insert("Tags".into(), tags);
    }
    Ok(Map::from([("ServerCertificate".into(), map.into())]))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let page = call.page()?;
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let mut statement = call.db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM server_certificate WHERE key > ?1 AND substr(path, 1, length(?2)) = ?2 \
         ORDER BY key LIMIT ?3"
    ))?;
    let found = statement.query_map((&page.after, prefix, page.limit()), Stored::read)?;
    let rows = found.map(|stored| stored.map(|one| (one.key.clone(), one.metadata(call))));
    Ok(page.reply("ServerCertificateMetadataList", rows.collect::<Result<_, _>>()?))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let stored = Stored::named(call)?;
    let name = call.text("NewServerCertificateName").unwrap_or(&stored.name);
    let new = key(name);
    if new != stored.key {
        free_name(call, name)?;
    }
    call.db.execute(
        "UPDATE server_certificate SET key = ?2, name = ?3, path = ?4 WHERE key = ?1",
        (&stored.key, &new, name, call.text("NewPath").unwrap_or(&stored.path)),
    )?;
    if new != stored.key {
        stored.tags().rename(call.db, &new)?;
    }
    Ok(Map::new())
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let stored = Stored::named(call)?;
    stored.tags().clear(call.db)?;
    call.db.execute("DELETE FROM server_certificate WHERE key = ?1", [&stored.key])?;
    Ok(Map::new())
}

fn tag(call: &Call<'_>) -> Result<Map, Fault> {
    Stored::named(call)?.tags().add(call)?;
    Ok(Map::new())
}

fn untag(call: &Call<'_>) -> Result<Map, Fault> {
    Stored::named(call)?.tags().remove(call)?;
    Ok(Map::new())
}

fn list_tags(call: &Call<'_>) -> Result<Map, Fault> {
    Stored::named(call)?.tags().page(call.db, &call.page()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between, encoded};
    use crate::sandbox::certificate::samples;

    fn form(name: &str, body: &str, key: &str) -> String {
        let (body, key) = (encoded(body), encoded(key));
        format!("ServerCertificateName={name}&CertificateBody={body}&PrivateKey={key}")
    }

    #[test]
    fn a_certificate_lives_from_upload_to_deletion() {
        let bench = Bench::new();
        let (body, key, authority) = samples::signed("web");
        let chained = format!("{}&CertificateChain={}", form("Web", &body, &key), encoded(&authority));
        let made = bench.ok("UploadServerCertificate", &format!("{chained}&Path=/cloudfront/"));
        assert_eq!(between(&made, "<Arn>"), "arn:aws:iam::123456789012:server-certificate/cloudfront/Web");
        assert_eq!(between(&made, "<Expiration>"), "2050-01-01T00:00:00Z");
        assert_eq!(
            bench.fault("UploadServerCertificate", &form("web", &body, &key)).code,
            "EntityAlreadyExists"
        );
        let shown = bench.ok("GetServerCertificate", "ServerCertificateName=web");
        assert!(shown.contains(&body) && shown.contains(&authority) && !shown.contains(&key), "{shown}");
        bench.ok(
            "TagServerCertificate",
            "ServerCertificateName=web&Tags.member.1.Key=k&Tags.member.1.Value=v",
        );
        bench.ok(
            "UpdateServerCertificate",
            "ServerCertificateName=web&NewServerCertificateName=new&NewPath=/",
        );
        assert!(bench.ok("ListServerCertificateTags", "ServerCertificateName=new").contains("<Key>k<"));
        let gone = bench.fault("GetServerCertificate", "ServerCertificateName=web");
        assert_eq!(gone.message, "The Server Certificate with name web cannot be found.");
        bench.ok("UntagServerCertificate", "ServerCertificateName=new&TagKeys.member.1=k");
        bench.ok("DeleteServerCertificate", "ServerCertificateName=new");
        assert!(!bench.ok("ListServerCertificates", "").contains("<Arn>"));
    }

    #[test]
    fn bad_certificates_and_keys_are_refused() {
        let bench = Bench::new();
        let ((body, key), (other, other_key)) = (samples::self_signed("a"), samples::self_signed("b"));
        let (old, old_key) = samples::expired("c");
        for (body, key, code) in [
            ("no certificate", key.as_str(), "MalformedCertificate"),
            (&body, &other_key, "KeyPairMismatch"),
            (&body, "no key", "MalformedCertificate"),
            (&old, &old_key, "MalformedCertificate"),
        ] {
            let fault = bench.fault("UploadServerCertificate", &form("x", body, key));
            assert_eq!(fault.code, code, "{}", fault.message);
            assert!(!fault.message.contains("PRIVATE"), "{}", fault.message);
        }
        let unchained = format!("{}&CertificateChain={}", form("x", &body, &key), encoded(&other));
        let fault = bench.fault("UploadServerCertificate", &unchained);
        assert!(fault.message.ends_with("is: 0"), "{}", fault.message);
    }

    #[test]
    fn an_account_has_twenty_at_most_in_pages() {
        let bench = Bench::new();
        let (body, key) = samples::self_signed("a");
        for number in 10..30 {
            bench.ok("UploadServerCertificate", &form(&format!("c{number}"), &body, &key));
        }
        let fault = bench.fault("UploadServerCertificate", &form("more", &body, &key));
        assert_eq!(fault.message, "Cannot exceed quota for ServerCertificatesPerAccount: 20");
        let first = bench.ok("ListServerCertificates", "MaxItems=15");
        let marker = between(&first, "<Marker>");
        let second = bench.ok("ListServerCertificates", &format!("MaxItems=15&Marker={marker}"));
        assert_eq!((first.matches("<Arn>").count(), second.matches("<Arn>").count()), (15, 5));
    }
}
