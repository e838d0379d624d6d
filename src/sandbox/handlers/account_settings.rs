//! Settings of the account as a whole: alias, properties, STS preferences, outbound federation.

use super::call::Call;
use super::{Entry, reads, writes};
use crate::json;
use crate::model::iam::Id;
use crate::sandbox::fault::Fault;
use crate::sandbox::{account, ids};
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateAccountAlias, create_alias),
    reads(Id::ListAccountAliases, list_aliases),
    writes(Id::DeleteAccountAlias, delete_alias),
    reads(Id::GetAccountProperties, get_properties),
    writes(Id::PutAccountProperties, put_properties),
    writes(Id::SetSecurityTokenServicePreferences, set_token_version),
    writes(Id::EnableOutboundWebIdentityFederation, enable_outbound),
    writes(Id::DisableOutboundWebIdentityFederation, disable_outbound),
    reads(Id::GetOutboundWebIdentityFederationInfo, get_outbound),
];

/// The account's alias.
pub(in crate::sandbox) const ALIAS: &str = "alias";

/// Which tokens the global endpoint of STS gives out: `v1Token` or `v2Token`; without the setting the first.
pub(in crate::sandbox) const TOKEN_VERSION: &str = "global_endpoint_token_version";

const PROPERTIES: &str = "properties";
const ISSUER: &str = "outbound_issuer";
const OUTBOUND: &str = "outbound_federation";

/// An account has one alias: another one takes its place.
fn create_alias(call: &Call<'_>) -> Result<Map, Fault> {
    let alias = call.needed("AccountAlias")?;
    if account::setting(call.db, ALIAS)?.as_deref() == Some(alias) {
        return Err(Fault::already_exists(format!("The account alias {alias} already exists.")));
    }
    account::set_setting(call.db, ALIAS, alias)?;
    Ok(Map::new())
}

fn list_aliases(call: &Call<'_>) -> Result<Map, Fault> {
    let alias = account::setting(call.db, ALIAS)?;
    let rows = alias.into_iter().map(|alias| (alias.clone(), Value::from(alias))).collect();
    Ok(call.page()?.cut("AccountAliases", rows))
}

fn delete_alias(call: &Call<'_>) -> Result<Map, Fault> {
    let alias = call.needed("AccountAlias")?;
    if account::setting(call.db, ALIAS)?.as_deref() != Some(alias) {
        return Err(Fault::no_such_entity(format!("The account alias {alias} cannot be found.")));
    }
    forget(call, ALIAS)
}

fn properties(call: &Call<'_>) -> Result<Map, Fault> {
    let Some(text) = account::setting(call.db, PROPERTIES)? else { return Ok(Map::new()) };
    match json::read(&text).map_err(Fault::internal)? {
        Value::Map(map) => Ok(map),
        _ => Err(Fault::internal("the stored account properties are no object")),
    }
}

fn get_properties(call: &Call<'_>) -> Result<Map, Fault> {
    Ok(Map::from([("Properties".into(), properties(call)?.into())]))
}

/// Which properties there are and what values they take is AWS's own knowledge; the form of their keys is published.
fn put_properties(call: &Call<'_>) -> Result<Map, Fault> {
    let given = call.input.get("Properties").and_then(Value::as_map);
    let given = given.filter(|given| !given.is_empty());
    let given = given.ok_or_else(|| Fault::invalid_input("At least one property has to be given."))?;
    let mut all = properties(call)?;
    let mut namespaces = Vec::new();
    for (name, value) in given {
        let namespace = namespace(name).ok_or_else(|| {
            Fault::invalid_input(format!(
                "{name} is no property key; keys have the form Namespace/PropertyName."
            ))
        })?;
        namespaces.push(namespace);
        all.insert(name.clone(), value.clone());
    }
    namespaces.dedup();
    if namespaces.len() > 1 {
        return Err(Fault::invalid_input(
            "All properties of a request have to belong to the same namespace.",
        ));
    }
    let mut text = String::new();
    json::write(&mut text, &all.into(), json::Style::COMPACT);
    account::set_setting(call.db, PROPERTIES, &text)?;
    Ok(Map::new())
}

fn namespace(name: &str) -> Option<&str> {
    let (namespace, rest) = name.split_once('/')?;
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let good = name.len() <= 50
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !rest.is_empty()
        && is_word(namespace)
        && is_word(rest);
    good.then_some(namespace)
}

fn set_token_version(call: &Call<'_>) -> Result<Map, Fault> {
    account::set_setting(call.db, TOKEN_VERSION, call.needed("GlobalEndpointTokenVersion")?)?;
    Ok(Map::new())
}

/// The issuer stays the same however often the feature is switched off and on.
fn enable_outbound(call: &Call<'_>) -> Result<Map, Fault> {
    if account::setting(call.db, OUTBOUND)?.is_some() {
        return Err(Fault::new(
            "FeatureEnabled",
            409,
            "Outbound identity federation is already enabled for this account.",
        ));
    }
    let issuer = match account::setting(call.db, ISSUER)? {
        Some(issuer) => issuer,
        None => format!("https://{}.tokens.sts.global.api.aws", ids::uuid()?),
    };
    account::set_setting(call.db, ISSUER, &issuer)?;
    account::set_setting(call.db, OUTBOUND, "enabled")?;
    Ok(Map::from([("IssuerIdentifier".into(), issuer.into())]))
}

fn disable_outbound(call: &Call<'_>) -> Result<Map, Fault> {
    issuer(call)?;
    forget(call, OUTBOUND)
}

fn get_outbound(call: &Call<'_>) -> Result<Map, Fault> {
    Ok(Map::from([
        ("IssuerIdentifier".into(), issuer(call)?.into()),
        ("JwtVendingEnabled".into(), true.into()),
    ]))
}

fn issuer(call: &Call<'_>) -> Result<String, Fault> {
    let enabled = account::setting(call.db, OUTBOUND)?;
    let issuer = if enabled.is_some() { account::setting(call.db, ISSUER)? } else { None };
    issuer.ok_or_else(|| {
        Fault::new("FeatureDisabled", 404, "Outbound identity federation is not enabled for this account.")
    })
}

fn forget(call: &Call<'_>, name: &str) -> Result<Map, Fault> {
    call.db.execute("DELETE FROM setting WHERE name = ?1", [name])?;
    Ok(Map::new())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, between};
    use super::{TOKEN_VERSION, account};

    #[test]
    fn an_account_has_one_alias() {
        let bench = Bench::new();
        assert!(bench.ok("ListAccountAliases", "").contains("<AccountAliases></AccountAliases>"));
        bench.ok("CreateAccountAlias", "AccountAlias=lab-one");
        assert_eq!(bench.fault("CreateAccountAlias", "AccountAlias=lab-one").code, "EntityAlreadyExists");
        bench.ok("CreateAccountAlias", "AccountAlias=lab-two");
        let list = bench.ok("ListAccountAliases", "");
        assert!(list.contains("lab-two") && !list.contains("lab-one"), "{list}");
        assert_eq!(bench.fault("DeleteAccountAlias", "AccountAlias=lab-one").code, "NoSuchEntity");
        bench.ok("DeleteAccountAlias", "AccountAlias=lab-two");
        assert_eq!(bench.fault("CreateAccountAlias", "AccountAlias=Lab").code, "ValidationError");
    }

    #[test]
    fn properties_are_kept_by_namespace() {
        let bench = Bench::new();
        let entry = |number: u8, key: &str, value: &str| {
            format!("Properties.entry.{number}.key={key}&Properties.entry.{number}.value={value}")
        };
        bench.ok("PutAccountProperties", &entry(1, "A/One", "true"));
        bench.ok("PutAccountProperties", &entry(1, "A/Two", "5"));
        let all = bench.ok("GetAccountProperties", "");
        assert!(all.contains("<key>A/One</key><value>true</value>") && all.contains("A/Two"), "{all}");
        let mixed = format!("{}&{}", entry(1, "A/One", "1"), entry(2, "B/One", "1"));
        assert_eq!(bench.fault("PutAccountProperties", &mixed).code, "InvalidInput");
        for key in ["A", "A/", "A/B/C"] {
            assert_eq!(
                bench.fault("PutAccountProperties", &entry(1, key, "1")).code,
                "InvalidInput",
                "{key}"
            );
        }
    }

    #[test]
    fn the_token_version_is_kept() {
        let bench = Bench::new();
        bench.ok("SetSecurityTokenServicePreferences", "GlobalEndpointTokenVersion=v2Token");
        let kept = account::setting(&bench.account.connection, TOKEN_VERSION).unwrap();
        assert_eq!(kept.as_deref(), Some("v2Token"));
        let wrong = bench.fault("SetSecurityTokenServicePreferences", "GlobalEndpointTokenVersion=v3");
        assert_eq!(wrong.code, "ValidationError");
    }

    #[test]
    fn outbound_federation_keeps_its_issuer() {
        let bench = Bench::new();
        assert_eq!(bench.fault("GetOutboundWebIdentityFederationInfo", "").code, "FeatureDisabled");
        let first = bench.ok("EnableOutboundWebIdentityFederation", "");
        let issuer = between(&first, "<IssuerIdentifier>").to_owned();
        assert_eq!(bench.fault("EnableOutboundWebIdentityFederation", "").code, "FeatureEnabled");
        let info = bench.ok("GetOutboundWebIdentityFederationInfo", "");
        assert!(info.contains(&issuer) && info.contains("<JwtVendingEnabled>true<"), "{info}");
        bench.ok("DisableOutboundWebIdentityFederation", "");
        assert_eq!(bench.fault("DisableOutboundWebIdentityFederation", "").code, "FeatureDisabled");
        assert!(bench.ok("EnableOutboundWebIdentityFederation", "").contains(&issuer));
    }
}
