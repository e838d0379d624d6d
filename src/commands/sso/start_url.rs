//! The start URL that the service knows: an organisation may give its users an
//! address of its own, which leads there by a redirect.

use bytes::Bytes;

use crate::client::TransportError;
use crate::credentials::chain::Chain;
use crate::error::{Error, Kind, Result};

/// Hosts of start URLs, with all hosts below them.
const DOMAINS: [&str; 3] = ["awsapps.com", "awsapps.cn", "app.aws"];
/// Hosts of start URLs, by themselves.
const HOSTS: [&str; 2] = ["identitycenter.amazonaws.com", "identitycenter.amazonaws.com.cn"];

/// The URL itself where it is one of AWS, else where it leads.
pub(super) async fn resolved(chain: &Chain<'_>, url: &str) -> Result<String> {
    let Some((base, rest)) = https(url) else {
        return Err(wrong("The sso_start_url must use the https scheme."));
    };
    if is_of_aws(host(rest)) {
        return Ok(url.to_owned());
    }
    let request = http::Request::get(without_fragment(url)).body(Bytes::new());
    let request = request.map_err(|error| unresolved(&error.to_string()))?;
    let reply = chain.transport.send(request).await.map_err(|error| unresolved(&why(&error)))?;
    let to = match (reply.status, reply.header("location").filter(|to| !to.is_empty())) {
        (301..=303 | 307 | 308, Some(to)) => joined(base, rest, to),
        (301..=303 | 307 | 308, None) => return Err(wrong("Redirect response missing Location header.")),
        (200..=299, _) => url.to_owned(),
        (status, _) => return Err(unresolved(&format!("HTTP {status}"))),
    };
    let end = to.find(['?', '#']).unwrap_or(to.len());
    let to = lower_host(to.get(..end).unwrap_or_default().trim_end_matches('/'));
    match https(&to) {
        None => Err(wrong(&format!("Resolved URL must use https. Got: '{to}'"))),
        Some((_, rest)) if is_of_aws(host(rest)) => Ok(to),
        Some(_) => Err(wrong(&format!(
            "Could not resolve start URL '{url}' to an AWS-owned endpoint. Final URL: '{to}'"
        ))),
    }
}

fn wrong(message: &str) -> Error {
    Error::new(Kind::Configuration, message)
}

fn unresolved(why: &str) -> Error {
    wrong(&format!("Failed to resolve start URL: {why}"))
}

/// The failure in the words of the system's library.
fn why(error: &TransportError) -> String {
    match error {
        TransportError::Connect(why) if why.contains("refused") => "[Errno 111] Connection refused".into(),
        TransportError::Connect(_) => "[Errno -2] Name or service not known".into(),
        TransportError::Tls(why) => why.clone(),
        TransportError::ConnectTimeout | TransportError::ReadTimeout => "timed out".into(),
        other => other.to_string(),
    }
}

/// The scheme with its slashes, and what follows; none for any other scheme.
fn https(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_at_checked("https://".len())?;
    scheme.eq_ignore_ascii_case("https://").then_some((scheme, rest))
}

fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The host's name, without user, port and final dot.
fn host(rest: &str) -> &str {
    let authority = authority(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().unwrap_or_default().trim_end_matches('.')
}

fn is_of_aws(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let below = |domain: &&str| host == **domain || host.ends_with(&format!(".{domain}"));
    HOSTS.contains(&host.as_str()) || DOMAINS.iter().any(below)
}

/// A redirect's target, which may be relative.
fn joined(scheme: &str, rest: &str, to: &str) -> String {
    let authority = authority(rest);
    let path = rest.get(authority.len()..).unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match to {
        _ if to.contains("://") => to.to_owned(),
        _ if to.starts_with("//") => format!("https:{to}"),
        _ if to.starts_with('/') => format!("{scheme}{authority}{to}"),
        _ => format!("{scheme}{authority}{folder}/{to}"),
    }
}

fn lower_host(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(authority(rest).len());
            format!("{scheme}://{}{path}", host.to_lowercase())
        }
        None => url.to_owned(),
    }
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_urls_of_aws_are_known_by_their_hosts() {
        for yes in
            ["awsapps.com", "d-1.AWSAPPS.com", "x.y.awsapps.cn", "x.app.aws", "identitycenter.amazonaws.com"]
        {
            assert!(is_of_aws(yes), "{yes}");
        }
        for no in
            ["xawsapps.com", "x.awsapps.com.evil", "x.amazonaws.com", "x.identitycenter.amazonaws.com", ""]
        {
            assert!(!is_of_aws(no), "{no}");
        }
        assert_eq!(host("u@x.awsapps.com.:8443/start"), "x.awsapps.com");
        assert!(
            https("http://d-1.awsapps.com").is_none() && https("HTTPS://x").is_some() && https("é").is_none()
        );
    }

    #[test]
    fn a_redirect_may_be_relative() {
        let to = |to: &str| joined("https://", "h:1/a/b?x=/y", to);
        assert_eq!(to("https://x/c"), "https://x/c");
        assert_eq!(to("//x/c"), "https://x/c");
        assert_eq!(to("/c"), "https://h:1/c");
        assert_eq!(to("c"), "https://h:1/a/c");
        assert_eq!(lower_host("https://D-1.x:1/A"), "https://d-1.x:1/A");
    }
}
