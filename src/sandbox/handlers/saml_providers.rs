//! SAML identity providers.

use rusqlite::{OptionalExtension as _, Row};

use super::call::Call;
use super::tags::Owner;
use super::{Entry, quotas, reads, writes};
use crate::json;
use crate::model::iam::Id;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::saml::Metadata;
use crate::sandbox::{certificate, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateSamlProvider, create),
    reads(Id::GetSamlProvider, get),
    reads(Id::ListSamlProviders, list),
    writes(Id::UpdateSamlProvider, update),
    writes(Id::DeleteSamlProvider, delete),
    writes(Id::TagSamlProvider, tag),
    writes(Id::UntagSamlProvider, untag),
    reads(Id::ListSamlProviderTags, list_tags),
];

/// How long metadata counts that say nothing about it: 100 years.
const FOREVER: Seconds = 100 * 365 * 86_400;

/// A stored provider. The private keys are a JSON list of `{id, added, key}`.
struct Provider {
    arn: String,
    name: String,
    uuid: String,
    metadata: String,
    created: Seconds,
    valid_until: Seconds,
    encryption_mode: Option<String>,
    private_keys: Vec<Value>,
}

const COLUMNS: &str = "arn, name, uuid, metadata, created, valid_until, encryption_mode, private_keys";

impl Provider {
    fn read(row: &Row<'_>) -> rusqlite::Result<Provider> {
        let keys = json::read(&row.get::<_, String>(7)?).ok();
        Ok(Provider {
            arn: row.get(0)?,
            name: row.get(1)?,
            uuid: row.get(2)?,
            metadata: row.get(3)?,
            created: row.get(4)?,
            valid_until: row.get(5)?,
            encryption_mode: row.get(6)?,
            private_keys: keys.as_ref().and_then(Value::as_list).unwrap_or_default().to_vec(),
        })
    }

    fn find(call: &Call<'_>, arn: &str) -> Result<Option<Provider>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM saml_provider WHERE lower(arn) = lower(?1)");
        Ok(call.db.prepare_cached(&sql)?.query_row([arn], Provider::read).optional()?)
    }

    /// The provider that the request names.
    fn named(call: &Call<'_>) -> Result<Provider, Fault> {
        let arn = call.needed("SAMLProviderArn")?;
        Provider::find(call, arn)?
            .ok_or_else(|| Fault::no_such_entity(format!("Manifest not found for arn {arn}")))
    }

    /// Takes over what the request changes.
    fn change(&mut self, call: &Call<'_>) -> Result<(), Fault> {
        if let Some(document) = call.text("SAMLMetadataDocument") {
            self.valid_until = valid_until(document, call.now)?;
            self.metadata = document.to_owned();
        }
        if let Some(mode) = call.text("AssertionEncryptionMode") {
            self.encryption_mode = Some(mode.to_owned());
        }
        if let Some(id) = call.text("RemovePrivateKey") {
            let before = self.private_keys.len();
            self.private_keys.retain(|key| key.get("id").and_then(Value::as_str) != Some(id));
            if self.private_keys.len() == before {
                return Err(Fault::no_such_entity(format!("The private key with id {id} cannot be found.")));
            }
        }
        if let Some(key) = call.text("AddPrivateKey") {
            if !certificate::is_private_key(key) {
                return Err(Fault::invalid_input(
                    "The private key has to be in PEM format, without a passphrase.",
                ));
            }
            if self.private_keys.len() >= quotas::KEYS_OF_SAML_PROVIDER {
                return Err(quotas::exceeded("PrivateKeysPerSAMLProvider", quotas::KEYS_OF_SAML_PROVIDER));
            }
            let added = [
                ("id".into(), ids::letters(24)?.into()),
                ("added".into(), Value::Int(call.now)),
                ("key".into(), key.into()),
            ];
            self.private_keys.push(Map::from(added).into());
        }
        if self.encryption_mode.as_deref() == Some("Required") && self.private_keys.is_empty() {
            return Err(Fault::invalid_input(
                "The assertion encryption mode Required needs a private key to decrypt assertions with.",
            ));
        }
        Ok(())
    }

    fn store(&self, call: &Call<'_>) -> Result<(), Fault> {
        let mut keys = String::new();
        json::write(&mut keys, &self.private_keys.clone().into(), json::Style::COMPACT);
        let sql = format!(
            "INSERT OR REPLACE INTO saml_provider ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        );
        call.db.execute(
            &sql,
            (
                &self.arn,
                &self.name,
                &self.uuid,
                &self.metadata,
                self.created,
                self.valid_until,
                &self.encryption_mode,
                keys,
            ),
        )?;
        Ok(())
    }

    fn tags(&self) -> Owner<'_> {
        Owner { kind: "saml", key: &self.arn }
    }

    fn reply(&self) -> Map {
        Map::from([("SAMLProviderArn".into(), self.arn.as_str().into())])
    }
}

/// Until when a metadata document counts.
///
/// # Errors
/// No metadata of an identity provider with a signing certificate, or metadata that have expired.
fn valid_until(document: &str, now: Seconds) -> Result<Seconds, Fault> {
    let invalid = |what: &str| Fault::invalid_input(format!("Could not parse metadata: {what}."));
    match Metadata::read(document).map_err(invalid)?.valid_until {
        Some(until) if until <= now => Err(invalid("its validUntil is over")),
        until => Ok(until.unwrap_or(now + FOREVER)),
    }
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let name = call.needed("Name")?;
    let mut provider = Provider {
        arn: format!("arn:aws:iam::{}:saml-provider/{name}", call.account),
        name: name.to_owned(),
        uuid: format!("SAMLP{}", ids::letters(20)?),
        metadata: String::new(),
        created: call.now,
        valid_until: 0,
        encryption_mode: None,
        private_keys: Vec::new(),
    };
    provider.change(call)?;
    if Provider::find(call, &provider.arn)?.is_some() {
        return Err(Fault::already_exists(format!("SAMLProvider with name {name} already exists.")));
    }
    quotas::room(call, "saml_provider", "SAMLProvidersPerAccount", quotas::SAML_PROVIDERS)?;
    provider.store(call)?;
    provider.tags().add(call)?;
    let mut reply = provider.reply();
    if let Some(tags) = provider.tags().value(call.db)? {
        reply.insert("Tags".into(), tags);
    }
    Ok(reply)
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let provider = Provider::named(call)?;
    let mut map = Map::from([
        ("SAMLProviderUUID".into(), Value::from(provider.uuid.as_str())),
        ("SAMLMetadataDocument".into(), provider.metadata.as_str().into()),
        ("CreateDate".into(), Value::Int(provider.created)),
        ("ValidUntil".into(), Value::Int(provider.valid_until)),
    ]);
    if let Some(mode) = &provider.encryption_mode {
        map.insert("AssertionEncryptionMode".into(), mode.as_str().into());
    }
    let shown = |key: &Value| {
        let members = [("KeyId", "id"), ("Timestamp", "added")];
        let found = members.map(|(name, stored)| Some((name.into(), key.get(stored)?.clone())));
        Value::from(found.into_iter().flatten().collect::<Map>())
    };
    let keys: Vec<Value> = provider.private_keys.iter().map(shown).collect();
    if !keys.is_empty() {
        map.insert("PrivateKeyList".into(), keys.into());
    }
    map.insert("Tags".into(), provider.tags().list(call.db)?);
    Ok(map)
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let mut statement =
        call.db.prepare_cached("SELECT arn, valid_until, created FROM saml_provider ORDER BY arn")?;
    let found = statement.query_map([], |row| {
        Ok(Value::from(Map::from([
            ("Arn".into(), Value::from(row.get::<_, String>(0)?)),
            ("ValidUntil".into(), Value::Int(row.get(1)?)),
            ("CreateDate".into(), Value::Int(row.get(2)?)),
        ])))
    })?;
    let items = found.collect::<Result<Vec<_>, _>>()?;
    Ok(Map::from([("SAMLProviderList".into(), items.into())]))
}

fn update(call: &Call<'_>) -> Result<Map, Fault> {
    let mut provider = Provider::named(call)?;
    provider.change(call)?;
    provider.store(call)?;
    Ok(provider.reply())
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let provider = Provider::named(call)?;
    provider.tags().clear(call.db)?;
    call.db.execute("DELETE FROM saml_provider WHERE arn = ?1", [&provider.arn])?;
    Ok(Map::new())
}

fn tag(call: &Call<'_>) -> Result<Map, Fault> {
    Provider::named(call)?.tags().add(call)?;
    Ok(Map::new())
}

fn untag(call: &Call<'_>) -> Result<Map, Fault> {
    Provider::named(call)?.tags().remove(call)?;
    Ok(Map::new())
}

fn list_tags(call: &Call<'_>) -> Result<Map, Fault> {
    Provider::named(call)?.tags().page(call.db, &call.page()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between, encoded};
    use crate::sandbox::certificate::samples;

    const ARN: &str = "SAMLProviderArn=arn:aws:iam::123456789012:saml-provider/Corp";

    fn metadata(attributes: &str, role: &str) -> String {
        let filling = "A".repeat(1000);
        format!(
            "<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' {attributes}><{role}><KeyDescriptor>\
             <X509Certificate>{filling}</X509Certificate></KeyDescriptor></{role}></EntityDescriptor>"
        )
    }

    fn form(document: &str) -> String {
        format!("Name=Corp&SAMLMetadataDocument={}", encoded(document))
    }

    fn bench() -> Bench {
        let bench = Bench::new();
        bench.ok("CreateSAMLProvider", &form(&metadata("entityID='https://id'", "IDPSSODescriptor")));
        bench
    }

    #[test]
    fn a_provider_lives_from_creation_to_deletion() {
        let bench = bench();
        let good = metadata("entityID='https://id' validUntil='2050-01-01T00:00:00Z'", "IDPSSODescriptor");
        assert_eq!(bench.fault("CreateSAMLProvider", &form(&good)).code, "EntityAlreadyExists");
        bench.ok("UpdateSAMLProvider", &format!("{ARN}&SAMLMetadataDocument={}", encoded(&good)));
        let shown = bench.ok("GetSAMLProvider", ARN);
        assert_eq!(between(&shown, "<ValidUntil>"), "2050-01-01T00:00:00Z");
        assert!(shown.contains("IDPSSODescriptor"), "{shown}");
        bench.ok("TagSAMLProvider", &format!("{ARN}&Tags.member.1.Key=k&Tags.member.1.Value=v"));
        assert!(bench.ok("ListSAMLProviderTags", ARN).contains("<Key>k<"));
        bench.ok("UntagSAMLProvider", &format!("{ARN}&TagKeys.member.1=k"));
        assert!(bench.ok("ListSAMLProviders", "").contains("saml-provider/Corp"));
        bench.ok("DeleteSAMLProvider", ARN);
        let gone = bench.fault("DeleteSAMLProvider", ARN);
        assert!(gone.message.starts_with("Manifest not found for arn arn:aws:iam:"), "{gone:?}");
    }

    #[test]
    fn metadata_have_to_be_those_of_an_identity_provider() {
        let bench = Bench::new();
        for document in [
            "x".repeat(1000),
            metadata("", "IDPSSODescriptor"),
            metadata("entityID='a'", "SPSSODescriptor"),
            metadata("entityID='a' validUntil='2001-01-01T00:00:00Z'", "IDPSSODescriptor"),
            metadata("entityID='a'", "IDPSSODescriptor").replace("X509Certificate", "Other"),
        ] {
            assert_eq!(
                bench.fault("CreateSAMLProvider", &form(&document)).code,
                "InvalidInput",
                "{document}"
            );
        }
        assert_eq!(bench.fault("CreateSAMLProvider", &form("<short/>")).code, "ValidationError");
    }

    #[test]
    fn private_keys_come_and_go_and_are_never_shown() {
        let bench = bench();
        let required = format!("{ARN}&AssertionEncryptionMode=Required");
        assert_eq!(bench.fault("UpdateSAMLProvider", &required).code, "InvalidInput");
        let key = samples::self_signed("x").1;
        let add = format!("{ARN}&AddPrivateKey={}", encoded(&key));
        bench.ok("UpdateSAMLProvider", &format!("{add}&AssertionEncryptionMode=Required"));
        bench.ok("UpdateSAMLProvider", &add);
        assert_eq!(bench.fault("UpdateSAMLProvider", &add).code, "LimitExceeded");
        let shown = bench.ok("GetSAMLProvider", ARN);
        assert!(shown.matches("<KeyId>").count() == 2 && !shown.contains("PRIVATE"), "{shown}");
        let id = between(&shown, "<KeyId>");
        bench.ok("UpdateSAMLProvider", &format!("{ARN}&RemovePrivateKey={id}"));
        assert_eq!(
            bench.fault("UpdateSAMLProvider", &format!("{ARN}&RemovePrivateKey={id}")).code,
            "NoSuchEntity"
        );
        let fault = bench.fault("UpdateSAMLProvider", &format!("{ARN}&AddPrivateKey=x"));
        assert_eq!(fault.code, "InvalidInput");
    }
}
