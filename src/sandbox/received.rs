//! A request as it arrived, over whatever.

use std::net::IpAddr;

use bytes::Bytes;

/// A request of a client.
#[derive(Clone, Debug)]
pub struct Received {
    /// Method, address and headers as they were sent, and the whole body.
    pub request: http::Request<Bytes>,
    /// Where it came from; loopback for calls of this process.
    pub source: IpAddr,
    /// Whether nobody could read it on its way. True for calls of this process.
    pub secure: bool,
}

/// Ends of names that the public DNS gives to nobody.
const OWN: [&str; 6] = [".localhost", ".internal", ".local", ".test", ".invalid", ".home.arpa"];

impl Received {
    /// Whether a page of the web may have made a browser send this: by a name of its own that leads to this
    /// machine (DNS rebinding), or from another origin. What is signed needs no such look, because no page has the
    /// key; what is not signed does.
    pub fn may_be_of_a_web_page(&self) -> bool {
        let headers = self.request.headers();
        let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| self.request.uri().authority().map(http::uri::Authority::as_str));
        headers.contains_key(http::header::ORIGIN) || host.is_some_and(is_public)
    }
}

/// Whether a host is a name that anybody can have in the public DNS. Addresses and single words are none.
fn is_public(host: &str) -> bool {
    if host.starts_with('[') {
        return false;
    }
    let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    name.contains('.') && name.parse::<IpAddr>().is_err() && !OWN.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_anybody_can_have_are_public() {
        for host in [
            "127.0.0.1:4000",
            "localhost:1",
            "LOCALHOST",
            "[::1]:80",
            "sandbox",
            "host.docker.internal",
            "a.localhost",
        ] {
            assert!(!is_public(host), "{host}");
        }
        for host in [
            "evil.example.com",
            "evil.example.com:4000",
            "127.0.0.1.nip.io",
            "rebind.it.",
            "localhost.example.com",
        ] {
            assert!(is_public(host), "{host}");
        }
    }
}
