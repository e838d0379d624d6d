//! Which proxy a request goes through, by the environment and Python's rules:
//! a variable in small letters beats the one in capitals, even where it is
//! empty; `ALL_PROXY` is none of them; names in `NO_PROXY` are ends of names,
//! and there are no masks for addresses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::HeaderValue;
use http::uri::Uri;

/// The proxies of the environment.
#[derive(Debug)]
pub(super) struct Proxies {
    http: Option<String>,
    https: Option<String>,
    none: Option<String>,
}

/// A proxy, with its credentials apart from its address.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    uri: Uri,
    credentials: Option<HeaderValue>,
}

impl Proxies {
    pub(super) fn of_environment() -> Self {
        Proxies::of(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let given = |small: &str, capital: &str| match variable(small) {
            Some(value) => Some(value).filter(|value| !value.is_empty()),
            None => variable(capital).filter(|value| !value.is_empty()),
        };
        // A web server's programs get a header of the request in this variable.
        let of_header = variable("REQUEST_METHOD").is_some();
        let http = given("http_proxy", if of_header { "http_proxy" } else { "HTTP_PROXY" });
        Proxies { http, https: given("https_proxy", "HTTPS_PROXY"), none: given("no_proxy", "NO_PROXY") }
    }

    /// The proxy for an address, if there is one and the host is no exception.
    ///
    /// # Errors
    /// The address of a proxy that can be none.
    pub(super) fn of_uri(&self, uri: &Uri) -> Result<Option<Proxy>, String> {
        let given = if uri.scheme_str() == Some("https") { &self.https } else { &self.http };
        match given {
            Some(url) if !self.passes_by(uri) => Proxy::read(url).map(Some),
            _ => Ok(None),
        }
    }

    fn passes_by(&self, uri: &Uri) -> bool {
        let Some(names) = &self.none else { return false };
        let host =
            uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_lowercase();
        let with_port = uri.port_u16().map_or(host.clone(), |port| format!("{host}:{port}"));
        names == "*"
            || names.split(',').map(|name| name.trim().trim_start_matches('.').to_lowercase()).any(|name| {
                !name.is_empty()
                    && [&host, &with_port].into_iter().any(|host| {
                        *host == name || host.strip_suffix(&name).is_some_and(|rest| rest.ends_with('.'))
                    })
            })
    }
}

impl Proxy {
    fn read(url: &str) -> Result<Proxy, String> {
        let url = match url {
            _ if url.starts_with("http:") || url.starts_with("https:") => url.to_owned(),
            _ if url.starts_with("//") => format!("http:{url}"),
            _ => format!("http://{url}"),
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| url.clone())?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let bare = format!("{scheme}://{host}{path}");
        let uri: Uri = bare.parse().map_err(|_| bare)?;
        Ok(Proxy { uri, credentials: user.and_then(basic) })
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) fn credentials(&self) -> Option<&HeaderValue> {
        self.credentials.as_ref()
    }
}

/// `Basic ...` for `user:password`, escapes taken out.
fn basic(user: &str) -> Option<HeaderValue> {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let pair = format!("{}:{}", crate::percent::decode(name), crate::percent::decode(password));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proxy's address, by variables.
    fn proxy(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let proxies = Proxies::of(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        });
        proxies.of_uri(&url.parse().unwrap()).unwrap().map(|proxy| proxy.uri().to_string())
    }

    const IAM: &str = "http://iam.example.test/";

    #[test]
    fn small_letters_beat_capitals_even_where_empty() {
        let both = [("HTTP_PROXY", "http://a:1"), ("http_proxy", "http://b:2")];
        assert_eq!(proxy(&both, IAM).as_deref(), Some("http://b:2/"));
        assert_eq!(proxy(&[("HTTP_PROXY", "http://a:1"), ("http_proxy", "")], IAM), None);
        assert_eq!(proxy(&[("ALL_PROXY", "http://a:1"), ("all_proxy", "http://a:1")], IAM), None);
        assert_eq!(proxy(&[("HTTPS_PROXY", "http://a:1")], IAM), None);
        assert_eq!(proxy(&[("HTTP_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")], IAM), None);
    }

    #[test]
    fn a_proxy_without_a_scheme_speaks_http() {
        for (given, want) in
            [("h:1", "http://h:1/"), ("//h:1", "http://h:1/"), ("http://u:p@h:1/x", "http://h:1/x")]
        {
            assert_eq!(proxy(&[("HTTP_PROXY", given)], IAM).as_deref(), Some(want), "{given}");
        }
    }

    #[test]
    fn exceptions_are_ends_of_names() {
        let is_direct =
            |none: &str, url: &str| proxy(&[("HTTP_PROXY", "http://a:1"), ("NO_PROXY", none)], url).is_none();
        for none in ["example.test", ".example.test", "*", "a, iam.example.test", "IAM.EXAMPLE.TEST", "test"]
        {
            assert!(is_direct(none, IAM), "{none}");
        }
        for none in ["xample.test", "*.example.test", "", "iam.example.test:80"] {
            assert!(!is_direct(none, IAM), "{none}");
        }
        assert!(
            is_direct("0.0.1", "http://127.0.0.1:5000/")
                && is_direct("127.0.0.1:5000", "http://127.0.0.1:5000/")
        );
        for none in ["127.0.0.0/8", "127.0.0.1/32", "0.0.0.0/0", "127.*", "127.0.0.1:1"] {
            assert!(!is_direct(none, "http://127.0.0.1:5000/"), "{none}");
        }
        let small = [("HTTP_PROXY", "http://a:1"), ("NO_PROXY", "test"), ("no_proxy", "")];
        assert!(proxy(&small, IAM).is_some());
    }
}
