//! SSH public keys of users.

use rusqlite::{OptionalExtension as _, Row};

use super::call::Call;
use super::{Entry, owner, quotas, reads, status, writes};
use crate::model::iam::Id;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::ids;
use crate::sandbox::ssh_key::{PublicKey, Rejected};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::UploadSshPublicKey, upload),
    reads(Id::GetSshPublicKey, get),
    reads(Id::ListSshPublicKeys, list),
    writes(Id::UpdateSshPublicKey, update),
    writes(Id::DeleteSshPublicKey, delete),
];

fn upload(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, body) = (owner::user(call)?, call.needed("SSHPublicKeyBody")?);
    let key = PublicKey::read(body).map_err(refused)?;
    let fingerprint = key.fingerprint();
    let mut known = call.db.prepare_cached("SELECT 1 FROM ssh_key WHERE user = ?1 AND fingerprint = ?2")?;
    if known.exists((&user.key, &fingerprint))? {
        return Err(Fault::new(
            "DuplicateSSHPublicKey",
            400,
            format!("The SSH public key belongs to the user {} already.", user.name),
        ));
    }
    quotas::room_of_user(call, "ssh_key", Some(&user.key), "SSHPublicKeysPerUser", quotas::SSH_KEYS_OF_USER)?;
    let id = ids::unique(ids::prefix::SSH_KEY)?;
    call.db.execute(
        "INSERT INTO ssh_key (id, user, fingerprint, body, active, uploaded) VALUES (?1, ?2, ?3, ?4, 1, ?5)",
        (&id, &user.key, &fingerprint, body, call.now),
    )?;
    Ok(details(shown(&user.name, &id, true, call.now), fingerprint, body.to_owned()))
}

fn refused(why: Rejected) -> Fault {
    match why {
        Rejected::Encoding => Fault::new(
            "UnrecognizedPublicKeyEncoding",
            400,
            "The SSH public key has to begin with ssh-rsa, or be in PEM format.",
        ),
        Rejected::Malformed => Fault::new("InvalidPublicKey", 400, "The SSH public key is malformed."),
        Rejected::TooShort => {
            Fault::new("InvalidPublicKey", 400, "The SSH public key has to have 2048 bits at least.")
        }
    }
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, id) = (owner::user(call)?, call.needed("SSHPublicKeyId")?);
    let found = call.db.query_row(
        "SELECT fingerprint, body, active, uploaded FROM ssh_key WHERE id = ?1 AND user = ?2",
        (id, &user.key),
        |row| {
            let item = shown(&user.name, id, row.get(2)?, row.get(3)?);
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, item))
        },
    );
    let (fingerprint, body, item) = found.optional()?.ok_or_else(|| not_found(id))?;
    let is_pem = body.trim_start().starts_with("-----");
    let wants_pem = call.needed("Encoding")? == "PEM";
    let body = if is_pem == wants_pem {
        body
    } else {
        let key = PublicKey::read(&body).map_err(refused)?;
        if wants_pem { key.pem().ok_or_else(|| refused(Rejected::Malformed))? } else { key.ssh() }
    };
    Ok(details(item, fingerprint, body))
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user(call)?;
    let page = call.page()?;
    let mut statement = call.db.prepare_cached(
        "SELECT id, active, uploaded FROM ssh_key WHERE user = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
    )?;
    let read = |row: &Row<'_>| {
        let id: String = row.get(0)?;
        let item = shown(&user.name, &id, row.get(1)?, row.get(2)?);
        Ok((id, Value::from(item)))
    };
    let keys = statement.query_map((&user.key, &page.after, page.limit()), read)?;
    Ok(page.reply("SSHPublicKeys", keys.collect::<Result<_, _>>()?))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, id, active) = (owner::user(call)?, call.needed("SSHPublicKeyId")?, status::asked(call)?);
    let sql = "UPDATE ssh_key SET active = ?3 WHERE id = ?1 AND user = ?2";
    one(call.db.execute(sql, (id, &user.key, active))?, id)
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let (user, id) = (owner::user(call)?, call.needed("SSHPublicKeyId")?);
    one(call.db.execute("DELETE FROM ssh_key WHERE id = ?1 AND user = ?2", (id, &user.key))?, id)
}

fn one(changed: usize, id: &str) -> Result<Map, Fault> {
    if changed == 0 { Err(not_found(id)) } else { Ok(Map::new()) }
}

fn not_found(id: &str) -> Fault {
    Fault::no_such_entity(format!("The Public Key with id {id} cannot be found."))
}

fn shown(user: &str, id: &str, active: bool, uploaded: Seconds) -> Map {
    Map::from([
        ("UserName".into(), Value::from(user)),
        ("SSHPublicKeyId".into(), id.into()),
        ("Status".into(), status::shown(active)),
        ("UploadDate".into(), Value::Int(uploaded)),
    ])
}

fn details(mut item: Map, fingerprint: String, body: String) -> Map {
    item.insert("Fingerprint".into(), fingerprint.into());
    item.insert("SSHPublicKeyBody".into(), body.into());
    Map::from([("SSHPublicKey".into(), item.into())])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between, encoded};
    use crate::sandbox::ssh_key::samples;

    fn form(body: &str) -> String {
        format!("UserName=u&SSHPublicKeyBody={}", encoded(body))
    }

    #[test]
    fn a_key_lives_from_upload_to_deletion() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        let key = samples::key(1, 256);
        let (ssh, pem) = (format!("{} me@here", key.ssh()), key.pem().unwrap());
        let made = bench.ok("UploadSSHPublicKey", &form(&ssh));
        let id = between(&made, "<SSHPublicKeyId>");
        assert!(id.starts_with("APKA") && made.contains(&key.fingerprint()), "{made}");
        let named = format!("UserName=u&SSHPublicKeyId={id}");
        let shown = bench.ok("GetSSHPublicKey", &format!("{named}&Encoding=SSH"));
        assert!(shown.contains(&ssh), "{shown}");
        assert!(bench.ok("GetSSHPublicKey", &format!("{named}&Encoding=PEM")).contains(&pem));
        assert_eq!(bench.fault("UploadSSHPublicKey", &form(&pem)).code, "DuplicateSSHPublicKey");
        bench.ok("UpdateSSHPublicKey", &format!("{named}&Status=Inactive"));
        assert!(bench.ok("ListSSHPublicKeys", "UserName=u").contains("<Status>Inactive<"));
        bench.ok("DeleteSSHPublicKey", &named);
        let gone = bench.fault("GetSSHPublicKey", &format!("{named}&Encoding=SSH"));
        assert_eq!(gone.message, format!("The Public Key with id {id} cannot be found."));
    }

    #[test]
    fn bad_keys_are_refused() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        for (body, code) in [
            ("ssh-ed25519 AAAA".to_owned(), "UnrecognizedPublicKeyEncoding"),
            ("ssh-rsa AAAA".to_owned(), "InvalidPublicKey"),
            (samples::key(1, 128).ssh(), "InvalidPublicKey"),
        ] {
            assert_eq!(bench.fault("UploadSSHPublicKey", &form(&body)).code, code, "{body}");
        }
    }

    #[test]
    fn a_user_has_five_keys_at_most_in_pages() {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        for fill in 1..6 {
            bench.ok("UploadSSHPublicKey", &form(&samples::key(fill, 256).ssh()));
        }
        let fault = bench.fault("UploadSSHPublicKey", &form(&samples::key(9, 256).ssh()));
        assert_eq!(fault.message, "Cannot exceed quota for SSHPublicKeysPerUser: 5");
        let first = bench.ok("ListSSHPublicKeys", "UserName=u&MaxItems=3");
        let marker = between(&first, "<Marker>");
        let second = bench.ok("ListSSHPublicKeys", &format!("UserName=u&MaxItems=3&Marker={marker}"));
        assert_eq!((first.matches("APKA").count(), second.matches("APKA").count()), (3, 2));
    }
}
