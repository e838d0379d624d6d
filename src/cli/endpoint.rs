//! What a line checks of `--endpoint-url`: that it has a scheme.
//!
//! Whether the rest makes sense shows only when the client is set up. The
//! splitting follows Python's `urllib.parse.urlsplit`, whose errors scripts see.

use std::net::{IpAddr, Ipv6Addr};

use crate::error::{Error, Result};
use crate::python;
use crate::value::Value;

/// Refuses a URL without a scheme, or with square brackets that hold no address.
pub fn check(url: &str) -> Result<()> {
    let clean = url.trim_start_matches(|c| c <= ' ').replace(['\t', '\r', '\n'], "");
    let (scheme, rest) = match clean.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
        _ => ("", clean.as_str()),
    };
    if let Some(after) = rest.strip_prefix("//") {
        check_brackets(after.split(['/', '?', '#']).next().unwrap_or_default())?;
    }
    if scheme.is_empty() {
        return Err(Error::usage(format!(
            "Bad value for --endpoint-url \"{url}\": scheme is missing.  \
             Must be of the form http://<hostname>/ or https://<hostname>/"
        )));
    }
    Ok(())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn check_brackets(authority: &str) -> Result<()> {
    let (open, close) = (authority.find('['), authority.find(']'));
    let (Some(open), Some(_)) = (open, close) else {
        return if open.is_none() && close.is_none() {
            Ok(())
        } else {
            Err(Error::general("Invalid IPv6 URL"))
        };
    };
    let inside = authority.get(open + 1..).unwrap_or_default();
    let host = inside.split(']').next().unwrap_or_default();
    if let Some(version) = host.strip_prefix('v') {
        let future = version.split_once('.').is_some_and(|(digits, address)| {
            !digits.is_empty()
                && digits.chars().all(|c| c.is_ascii_hexdigit())
                && !address.is_empty()
                && address.chars().all(|c| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:".contains(c))
        });
        return if future { Ok(()) } else { Err(Error::general("IPvFuture address is invalid")) };
    }
    // A zone follows a percent sign.
    let (address, zone) = host.split_once('%').map_or((host, None), |(a, zone)| (a, Some(zone)));
    let zone_is_good = zone.is_none_or(|zone| !zone.is_empty() && !zone.contains('%'));
    if zone_is_good && address.parse::<Ipv6Addr>().is_ok() {
        Ok(())
    } else if matches!(host.parse::<IpAddr>(), Ok(IpAddr::V4(_))) {
        Err(Error::general("An IPv4 address cannot be in brackets"))
    } else {
        let host = python::repr(&Value::from(host));
        Err(Error::general(format!("{host} does not appear to be an IPv4 or IPv6 address")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_required_and_brackets_hold_addresses() {
        let cases = [
            ("http://localhost:5000", ""),
            ("localhost:5000", ""),
            (" http://h", ""),
            ("http:", ""),
            ("h\tttp://x", ""),
            ("http://x/[y", ""),
            ("http://[::1]:80", ""),
            ("abc", "scheme is missing"),
            ("", "scheme is missing"),
            ("//abc", "scheme is missing"),
            (":b", "scheme is missing"),
            ("1a:b", "scheme is missing"),
            ("http\u{e9}:x", "scheme is missing"),
            ("http://[bad", "Invalid IPv6 URL"),
            ("http://a]", "Invalid IPv6 URL"),
            ("http://[zz]:1", "'zz' does not appear to be an IPv4 or IPv6 address"),
            ("http://[1.2.3.4]", "An IPv4 address cannot be in brackets"),
        ];
        for (url, wanted) in cases {
            let got = check(url).err().map(|error| error.message).unwrap_or_default();
            assert!(got.contains(wanted) && got.is_empty() == wanted.is_empty(), "{url}: {got}");
        }
    }
}
