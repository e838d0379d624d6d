//! Endpoints: which one is configured for a service, and whether it can be one.

use super::Config;
use crate::config_file::Entry;
use crate::error::{Error, Result};
use crate::python;

/// In this order: the option, the service's own variable, the common variable, the
/// profile's `services` section, the profile. The ignore switch leaves the option alone.
pub(super) fn configured(config: &Config, service_id: &str) -> Result<Option<String>> {
    match &config.overrides.endpoint_url {
        // The keys of a built-in profile are for this machine.
        Some(url) if config.account.is_some() && leaves(url) => Err(Error::general(format!(
            "The endpoint {url} is on another machine, and the profile {} is of the sandbox, which is on this one. \
             Leave one of them out.",
            config.profile_name()
        ))),
        Some(url) => Ok(Some(url.clone())),
        None => without_option(config, service_id),
    }
}

/// The same without the option.
pub(super) fn without_option(config: &Config, service_id: &str) -> Result<Option<String>> {
    if let Some(account) = &config.account {
        return Ok(Some(format!("sandbox:{account}")));
    }
    if ignored(config) {
        return Ok(None);
    }
    let variable = format!("AWS_ENDPOINT_URL_{}", service_id.to_uppercase().replace(' ', "_"));
    for name in [variable.as_str(), "AWS_ENDPOINT_URL"] {
        if let Some(url) = config.env.filled(name) {
            return Ok(Some(url));
        }
    }
    if let Some(url) = of_services(config, service_id)? {
        return Ok(Some(url));
    }
    Ok(config.key("endpoint_url").filter(|url| !url.is_empty()).map(str::to_owned))
}

/// Whether the switch is on that leaves only the option.
pub(super) fn ignored(config: &Config) -> bool {
    let switch = config.setting("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");
    switch.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn of_services(config: &Config, service_id: &str) -> Result<Option<String>> {
    let Some(name) = config.key("services") else { return Ok(None) };
    let section = config.files.services.get(name).filter(|section| !section.is_empty()).ok_or_else(|| {
        Error::general(format!(
            "The profile is configured to use the services section but the \"{name}\" services configuration does not exist."
        ))
    })?;
    let key = service_id.to_lowercase().replace(' ', "_");
    Ok(match section.get(&key) {
        Some(Entry::Nested(keys)) => keys.get("endpoint_url").filter(|url| !url.is_empty()).cloned(),
        _ => None,
    })
}

/// Whether the host of a URL is another machine, or may be one.
fn leaves(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    !is_loopback && host != "localhost"
}

/// A URL whose host can be one. The path, a query and user information are allowed.
pub fn check(url: &str) -> Result<()> {
    let invalid = || Error::general(format!("Invalid endpoint: {url}"));
    if url.contains(['\t', '\r', '\n']) {
        return Err(invalid());
    }
    // Blanks before it are passed over, see `connection::settings`.
    let url = url.trim_start_matches(|c| c <= ' ');
    let (scheme, rest) = url.split_once("://").filter(|(scheme, _)| is_scheme(scheme)).ok_or_else(invalid)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('[') != authority.contains(']') {
        return Err(Error::general("Invalid IPv6 URL"));
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (name, port) = match host.strip_prefix('[') {
        Some(v6) => {
            let (address, port) = v6.split_once(']').ok_or_else(invalid)?;
            address.parse::<std::net::Ipv6Addr>().map_err(|_| {
                let quoted = python::quoted(address);
                Error::general(format!("{quoted} does not appear to be an IPv4 or IPv6 address"))
            })?;
            ("", port.strip_prefix(':'))
        }
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    if !host.starts_with('[') && !is_host(name) {
        return Err(invalid());
    }
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        let number = port.parse::<u32>().map_err(|_| {
            Error::general(format!("Port could not be cast to integer value as {}", python::quoted(port)))
        })?;
        if number > 65_535 {
            return Err(Error::general("Port out of range 0-65535"));
        }
    }
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        let scheme = scheme.to_lowercase();
        return Err(Error::general(format!(
            "An HTTP Client raised an unhandled exception: Not supported URL scheme {scheme}"
        )));
    }
    Ok(())
}

/// A letter, then letters, digits and `+.-`.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
}

/// Labels of letters, digits and inner dashes; one final dot is allowed.
pub fn is_host(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 255 && name.split('.').all(label)
}
