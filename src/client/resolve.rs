//! Host names to addresses, without the C library.
//!
//! A static binary that asks glibc for a name loads the plugins that the
//! host's nsswitch.conf names, of whatever version they are. So the hosts file
//! and resolv.conf are read by a library of our own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hickory_resolver::TokioResolver;

use super::transport::TransportError;

/// The addresses of `host`, at least one.
pub(super) async fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
    let at = |ip: IpAddr| SocketAddr::new(ip, port);
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![at(ip)]);
    }
    let found = look_up(host).await;
    match found {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses.into_iter().map(at).collect()),
        // RFC 6761: these names are the loopback address even where no file says so.
        _ if host == "localhost" || host.ends_with(".localhost") => {
            Ok(vec![at(Ipv4Addr::LOCALHOST.into()), at(Ipv6Addr::LOCALHOST.into())])
        }
        Ok(_) => Err(TransportError::Connect(format!("no address for {host}"))),
        Err(error) => Err(TransportError::Connect(error)),
    }
}

async fn look_up(host: &str) -> Result<Vec<IpAddr>, String> {
    let builder = TokioResolver::builder_tokio().map_err(|error| error.to_string())?;
    let resolver = builder.build().map_err(|error| error.to_string())?;
    let answer = resolver.lookup_ip(host).await.map_err(|error| error.to_string())?;
    Ok(answer.iter().collect())
}
