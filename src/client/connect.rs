//! A stream to an endpoint: name, TCP, proxy, TLS.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::HeaderValue;
use http::uri::Uri;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tower_service::Service;

use super::proxies::{Proxies, Proxy};
use super::tls::{self, Trust};
use super::{resolve, transport::TransportError};

/// Makes streams.
#[derive(Debug)]
pub(super) struct Connector {
    timeout: Option<Duration>,
    trust: Trust,
    proxies: Proxies,
}

/// A stream that is ready for HTTP.
pub(super) struct Stream {
    pub(super) io: Io,
    /// There where a proxy takes plain requests with whole URLs; its credentials inside.
    pub(super) forwarder: Option<Option<HeaderValue>>,
}

/// Plain or encrypted.
pub(super) enum Io {
    Plain(TcpStream),
    Encrypted(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

impl Connector {
    pub(super) fn new(timeout: Option<Duration>, trust: Trust) -> Self {
        Connector { timeout, trust, proxies: Proxies::of_environment() }
    }

    /// A stream to the endpoint of `uri`, through a proxy where the environment names one.
    pub(super) async fn connect(&self, uri: &Uri, is_direct: bool) -> Result<Stream, TransportError> {
        let encrypted = uri.scheme_str() == Some("https");
        let proxy = match is_direct {
            true => None,
            false => self.proxies.of_uri(uri).map_err(TransportError::Proxy)?,
        };
        let (tcp, forwarder) = match &proxy {
            None => (self.tcp(uri).await?, None),
            Some(proxy) if encrypted => (self.tunnel(proxy, uri).await?, None),
            Some(proxy) => {
                let tcp = self.tcp(proxy.uri()).await.map_err(|_| proxy_failed(proxy))?;
                (tcp, Some(proxy.credentials().cloned()))
            }
        };
        let io = if encrypted { self.encrypt(tcp, uri).await? } else { Io::Plain(tcp) };
        Ok(Stream { io, forwarder })
    }

    async fn tcp(&self, uri: &Uri) -> Result<TcpStream, TransportError> {
        let (host, port) = host_and_port(uri)?;
        let addresses = self.within(resolve::addresses(&host, port)).await??;
        let mut failure = TransportError::Connect(format!("no address for {host}"));
        for address in addresses {
            match self.within(TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // Requests are small and go out in one write.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Ok(Err(error)) => failure = TransportError::Connect(error.to_string()),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    async fn tunnel(&self, proxy: &Proxy, uri: &Uri) -> Result<TcpStream, TransportError> {
        let tcp = self.tcp(proxy.uri()).await.map_err(|_| proxy_failed(proxy))?;
        let mut tunnel = Tunnel::new(proxy.uri().clone(), Ready(Some(tcp)));
        if let Some(credentials) = proxy.credentials() {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        let opened = self.within(tunnel.call(uri.clone())).await?;
        opened.map(TokioIo::into_inner).map_err(|error| match error.to_string() {
            // The library's type is private; its words for a proxy that hangs up are not.
            words if words.contains("unexpected end") => TransportError::Closed,
            _ => proxy_failed(proxy),
        })
    }

    async fn encrypt(&self, tcp: TcpStream, uri: &Uri) -> Result<Io, TransportError> {
        let (host, _) = host_and_port(uri)?;
        let config = tls::config(&self.trust)?;
        let name = rustls::pki_types::ServerName::try_from(host)
            .map_err(|error| TransportError::Tls(error.to_string()))?;
        let handshake = tokio_rustls::TlsConnector::from(config).connect(name, tcp);
        let stream = self.within(handshake).await?.map_err(|error| tls::refused(&error, uri))?;
        Ok(Io::Encrypted(Box::new(stream)))
    }

    async fn within<T>(&self, work: impl Future<Output = T>) -> Result<T, TransportError> {
        match self.timeout {
            None => Ok(work.await),
            Some(limit) => {
                tokio::time::timeout(limit, work).await.map_err(|_| TransportError::ConnectTimeout)
            }
        }
    }
}

/// The proxy's address without its credentials.
fn proxy_failed(proxy: &Proxy) -> TransportError {
    TransportError::Proxy(proxy.uri().to_string().trim_end_matches('/').to_owned())
}

fn host_and_port(uri: &Uri) -> Result<(String, u16), TransportError> {
    let host = uri.host().ok_or_else(|| TransportError::Address(uri.to_string()))?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    Ok((host, port))
}

/// A connection that stands already, in the shape that a tunnel asks for.
struct Ready(Option<TcpStream>);

impl Service<Uri> for Ready {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let stream = self.0.take().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected));
        std::future::ready(stream.map(TokioIo::new))
    }
}

impl AsyncRead for Io {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Io::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Io::Encrypted(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Io {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Io::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Io::Encrypted(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Io::Plain(stream) => Pin::new(stream).poll_flush(context),
            Io::Encrypted(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Io::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Io::Encrypted(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
