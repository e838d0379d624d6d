//! OpenID Connect identity providers.

use rusqlite::{OptionalExtension as _, Row};

use super::call::Call;
use super::tags::Owner;
use super::{Entry, quotas, reads, writes};
use crate::json;
use crate::model::iam::Id;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateOpenIdConnectProvider, create),
    reads(Id::GetOpenIdConnectProvider, get),
    reads(Id::ListOpenIdConnectProviders, list),
    writes(Id::AddClientIdToOpenIdConnectProvider, add_client),
    writes(Id::RemoveClientIdFromOpenIdConnectProvider, remove_client),
    writes(Id::UpdateOpenIdConnectProviderThumbprint, update_thumbprints),
    writes(Id::DeleteOpenIdConnectProvider, delete),
    writes(Id::TagOpenIdConnectProvider, tag),
    writes(Id::UntagOpenIdConnectProvider, untag),
    reads(Id::ListOpenIdConnectProviderTags, list_tags),
];

/// The most thumbprints of a provider.
const MOST_THUMBPRINTS: usize = 5;

/// A stored provider. `url` has no scheme: `accounts.example.com/path`.
struct Provider {
    arn: String,
    url: String,
    created: Seconds,
    clients: Vec<String>,
    thumbprints: Vec<String>,
}

impl Provider {
    fn read(row: &Row<'_>) -> rusqlite::Result<Provider> {
        Ok(Provider {
            arn: row.get(0)?,
            url: row.get(1)?,
            created: row.get(2)?,
            clients: texts(&row.get::<_, String>(3)?),
            thumbprints: texts(&row.get::<_, String>(4)?),
        })
    }

    fn find(call: &Call<'_>, arn: &str) -> Result<Option<Provider>, Fault> {
        let mut statement = call.db.prepare_cached(
            "SELECT arn, url, created, clients, thumbprints FROM oidc_provider WHERE lower(arn) = lower(?1)",
        )?;
        Ok(statement.query_row([arn], Provider::read).optional()?)
    }

    /// The provider that the request names.
    fn named(call: &Call<'_>) -> Result<Provider, Fault> {
        let arn = call.needed("OpenIDConnectProviderArn")?;
        Provider::find(call, arn)?
            .ok_or_else(|| Fault::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}")))
    }

    fn store(&self, call: &Call<'_>) -> Result<(), Fault> {
        call.db.execute(
            "INSERT OR REPLACE INTO oidc_provider (arn, url, created, clients, thumbprints) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (&self.arn, &self.url, self.created, stored(&self.clients), stored(&self.thumbprints)),
        )?;
        Ok(())
    }

    fn tags(&self) -> Owner<'_> {
        Owner { kind: "oidc", key: &self.arn }
    }

    fn check(&self) -> Result<(), Fault> {
        if self.clients.len() > quotas::CLIENTS_OF_OIDC_PROVIDER {
            return Err(quotas::exceeded(
                "ClientIdsPerOpenIdConnectProvider",
                quotas::CLIENTS_OF_OIDC_PROVIDER,
            ));
        }
        if self.thumbprints.len() > MOST_THUMBPRINTS {
            return Err(Fault::invalid_input(format!(
                "Thumbprint list must contain fewer than {MOST_THUMBPRINTS} entries."
            )));
        }
        match self.thumbprints.iter().find(|print| !print.chars().all(|c| c.is_ascii_hexdigit())) {
            Some(print) => Err(Fault::invalid_input(format!("{print} is no thumbprint: 40 hex digits."))),
            None => Ok(()),
        }
    }
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let given = call.needed("Url")?;
    let url = without_scheme(given)
        .ok_or_else(|| Fault::validation("Invalid Open ID Connect Provider URL"))?
        .to_owned();
    let provider = Provider {
        arn: format!("arn:aws:iam::{}:oidc-provider/{url}", call.account),
        url,
        created: call.now,
        clients: unique(call.texts("ClientIDList")),
        thumbprints: unique(call.texts("ThumbprintList")),
    };
    provider.check()?;
    if Provider::find(call, &provider.arn)?.is_some() {
        return Err(Fault::already_exists(format!("Provider with url {given} already exists.")));
    }
    quotas::room(call, "oidc_provider", "OpenIdConnectProvidersPerAccount", quotas::OIDC_PROVIDERS)?;
    provider.store(call)?;
    provider.tags().add(call)?;
    let mut reply = Map::from([("OpenIDConnectProviderArn".into(), provider.arn.as_str().into())]);
    if let Some(tags) = provider.tags().value(call.db)? {
        reply.insert("Tags".into(), tags);
    }
    Ok(reply)
}

/// An https URL with neither port nor query, which is what names an issuer (OpenID Connect Discovery, section 3).
fn without_scheme(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    let host = rest.split('/').next().unwrap_or_default();
    let good = !host.is_empty()
        && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        && rest.chars().all(|c| c.is_ascii_graphic() && !"?#".contains(c));
    good.then(|| rest.strip_suffix('/').unwrap_or(rest))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let provider = Provider::named(call)?;
    let list = |texts: &[String]| texts.iter().map(|text| text.as_str().into()).collect::<Vec<Value>>();
    let mut map = Map::from([
        ("Url".into(), Value::from(provider.url.as_str())),
        ("ClientIDList".into(), list(&provider.clients).into()),
        ("ThumbprintList".into(), list(&provider.thumbprints).into()),
        ("CreateDate".into(), Value::Int(provider.created)),
    ]);
    map.insert("Tags".into(), provider.tags().list(call.db)?);
    Ok(map)
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let mut statement = call.db.prepare_cached("SELECT arn FROM oidc_provider ORDER BY arn")?;
    let arns = statement.query_map([], |row| row.get::<_, String>(0))?;
    let items = arns.map(|arn| arn.map(|arn| Map::from([("Arn".into(), arn.into())]).into()));
    let items: Vec<Value> = items.collect::<Result<_, _>>()?;
    Ok(Map::from([("OpenIDConnectProviderList".into(), items.into())]))
}

/// One that is there already is no fault.
fn add_client(call: &Call<'_>) -> Result<Map, Fault> {
    let (mut provider, client) = (Provider::named(call)?, call.needed("ClientID")?);
    if !provider.clients.iter().any(|known| known == client) {
        provider.clients.push(client.to_owned());
    }
    provider.check()?;
    provider.store(call)?;
    Ok(Map::new())
}

/// One that is not there is no fault.
fn remove_client(call: &Call<'_>) -> Result<Map, Fault> {
    let (mut provider, client) = (Provider::named(call)?, call.needed("ClientID")?);
    provider.clients.retain(|known| known != client);
    provider.store(call)?;
    Ok(Map::new())
}

fn update_thumbprints(call: &Call<'_>) -> Result<Map, Fault> {
    let mut provider = Provider::named(call)?;
    provider.thumbprints = unique(call.texts("ThumbprintList"));
    provider.check()?;
    provider.store(call)?;
    Ok(Map::new())
}

/// One that is not there is a fault: the API reference calls the operation idempotent, the service does not treat it
/// so.
fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let arn = call.needed("OpenIDConnectProviderArn")?;
    let provider = Provider::find(call, arn)?
        .ok_or_else(|| Fault::no_such_entity(format!("OpenId connect Provider {arn} cannot be found.")))?;
    provider.tags().clear(call.db)?;
    call.db.execute("DELETE FROM oidc_provider WHERE arn = ?1", [&provider.arn])?;
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

fn unique(texts: Vec<&str>) -> Vec<String> {
    let mut all = Vec::<String>::new();
    for text in texts {
        if !all.iter().any(|known| known == text) {
            all.push(text.to_owned());
        }
    }
    all
}

/// The texts of a stored list.
fn texts(json: &str) -> Vec<String> {
    let list = json::read(json).ok();
    let list = list.as_ref().and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn stored(texts: &[String]) -> String {
    let mut json = String::new();
    let list = texts.iter().map(|text| text.as_str().into()).collect::<Vec<Value>>();
    json::write(&mut json, &list.into(), json::Style::COMPACT);
    json
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between, encoded};

    const ARN: &str = "OpenIDConnectProviderArn=arn:aws:iam::123456789012:oidc-provider/id.example.com/x";

    fn bench() -> Bench {
        let bench = Bench::new();
        let form = format!("Url={}&ClientIDList.member.1=one", encoded("https://id.example.com/x"));
        bench.ok("CreateOpenIDConnectProvider", &form);
        bench
    }

    #[test]
    fn a_provider_lives_from_creation_to_deletion() {
        let bench = bench();
        let again = bench.fault("CreateOpenIDConnectProvider", "Url=https://id.example.com/x");
        assert_eq!(
            (again.code, again.message.as_str()),
            ("EntityAlreadyExists", "Provider with url https://id.example.com/x already exists.")
        );
        bench.ok("AddClientIDToOpenIDConnectProvider", &format!("{ARN}&ClientID=two"));
        bench.ok("AddClientIDToOpenIDConnectProvider", &format!("{ARN}&ClientID=two"));
        bench.ok("RemoveClientIDFromOpenIDConnectProvider", &format!("{ARN}&ClientID=one"));
        let print = "a".repeat(40);
        bench.ok("UpdateOpenIDConnectProviderThumbprint", &format!("{ARN}&ThumbprintList.member.1={print}"));
        let shown = bench.ok("GetOpenIDConnectProvider", ARN);
        assert_eq!(between(&shown, "<Url>"), "id.example.com/x");
        assert!(shown.contains("<ClientIDList><member>two</member></ClientIDList>"), "{shown}");
        assert!(shown.contains(&print), "{shown}");
        bench.ok("TagOpenIDConnectProvider", &format!("{ARN}&Tags.member.1.Key=k&Tags.member.1.Value=v"));
        assert!(bench.ok("ListOpenIDConnectProviderTags", ARN).contains("<Key>k<"));
        bench.ok("UntagOpenIDConnectProvider", &format!("{ARN}&TagKeys.member.1=k"));
        assert!(bench.ok("ListOpenIDConnectProviders", "").contains("id.example.com/x"));
        bench.ok("DeleteOpenIDConnectProvider", ARN);
        let gone = bench.fault("DeleteOpenIDConnectProvider", ARN);
        assert_eq!(
            (gone.code, gone.message.as_str()),
            (
                "NoSuchEntity",
                "OpenId connect Provider arn:aws:iam::123456789012:oidc-provider/id.example.com/x cannot be found."
            )
        );
        let gone = bench.fault("GetOpenIDConnectProvider", ARN);
        assert!(
            gone.message.starts_with("OpenIDConnect Provider not found for arn arn:aws:iam:"),
            "{gone:?}"
        );
    }

    #[test]
    fn a_url_has_to_be_that_of_an_issuer() {
        let bench = Bench::new();
        for url in ["http://a.b", "a.b", "https://", "https://a.b:8443", "https://a.b?x=1", "https://a b"] {
            let fault = bench.fault("CreateOpenIDConnectProvider", &format!("Url={}", encoded(url)));
            assert_eq!(fault.code, "ValidationError", "{url}");
        }
    }

    #[test]
    fn lists_have_their_limits() {
        let bench = bench();
        let prints: Vec<String> =
            (1..=6).map(|n| format!("ThumbprintList.member.{n}={}", n.to_string().repeat(40))).collect();
        let form = format!("{ARN}&{}", prints.join("&"));
        assert_eq!(bench.fault("UpdateOpenIDConnectProviderThumbprint", &form).code, "InvalidInput");
        let no_hex = format!("{ARN}&ThumbprintList.member.1={}", "z".repeat(40));
        assert_eq!(bench.fault("UpdateOpenIDConnectProviderThumbprint", &no_hex).code, "InvalidInput");
        for number in 0..99 {
            bench.ok("AddClientIDToOpenIDConnectProvider", &format!("{ARN}&ClientID=c{number}"));
        }
        let fault = bench.fault("AddClientIDToOpenIDConnectProvider", &format!("{ARN}&ClientID=more"));
        assert_eq!(fault.code, "LimitExceeded");
    }

    #[test]
    fn quotas_of_thumbprints_and_clients_hold() {
        let bench = Bench::new();
        let list = |name: &str, texts: Vec<String>| {
            let item = |(at, text): (usize, &String)| format!("&{name}.member.{}={text}", at + 1);
            texts.iter().enumerate().map(item).collect::<String>()
        };
        let prints = list("ThumbprintList", (0..6).map(|at| format!("{at:040}")).collect());
        let fault = bench.fault("CreateOpenIDConnectProvider", &format!("Url=https://example.org{prints}"));
        assert_eq!(fault.message, "Thumbprint list must contain fewer than 5 entries.");
        let clients = list("ClientIDList", (0..101).map(|at| at.to_string()).collect());
        let fault = bench.fault("CreateOpenIDConnectProvider", &format!("Url=https://example.org{clients}"));
        assert_eq!(fault.message, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100");
    }
}
