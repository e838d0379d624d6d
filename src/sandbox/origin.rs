//! How a request came in: what conditions can ask about beside caller and resource.

use std::net::{IpAddr, Ipv4Addr};

use super::received::Received;

/// How a request came in.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Where it came from.
    pub source: IpAddr,
    /// Whether nobody could read it on its way.
    pub secure: bool,
    /// The program that sent it.
    pub agent: Option<String>,
    /// The region that it was signed for.
    pub region: String,
}

impl Origin {
    /// The origin of a request that was signed for a region.
    pub(super) fn of(received: &Received, region: &str) -> Origin {
        let agent = received.request.headers().get(http::header::USER_AGENT);
        Origin {
            source: received.source,
            secure: received.secure,
            agent: agent.and_then(|agent| agent.to_str().ok()).map(str::to_owned),
            region: region.to_owned(),
        }
    }
}

impl Default for Origin {
    /// This process, in the region of the global endpoint.
    fn default() -> Self {
        Origin { source: Ipv4Addr::LOCALHOST.into(), secure: true, agent: None, region: "us-east-1".into() }
    }
}
