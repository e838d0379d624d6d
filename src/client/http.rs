//! HTTP/1.1 on hyper: one connection that is kept for the next page or attempt.
//!
//! The SDK's own client is not used: it would bring another crypto library
//! whose start-up costs more than a whole call here, it knows no "do not
//! verify", and it rejects a self-signed certificate as its own CA file.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::uri::{Authority, Scheme, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;

use super::connect::{Connector, Stream};
use super::transport::{Direct, Reply, Sending, Transport, TransportError};

/// How connections are made and how long they may take.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The longest wait for a connection; none waits for ever.
    pub connect_timeout: Option<Duration>,
    /// The longest silence while a reply is read; none waits for ever.
    pub read_timeout: Option<Duration>,
    /// Which certificates are trusted.
    pub trust: super::tls::Trust,
}

/// The transport over HTTP and HTTPS.
#[derive(Debug)]
pub struct HttpTransport {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    connector: Connector,
    read_timeout: Option<Duration>,
    idle: Mutex<Option<Idle>>,
}

/// A connection that waits for the next request to the same place.
#[derive(Debug)]
struct Idle {
    scheme: Scheme,
    authority: Authority,
    connection: Connection,
}

#[derive(Debug)]
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// The proxy that takes whole URLs, with its credentials.
    forwarder: Option<Option<HeaderValue>>,
}

impl HttpTransport {
    /// Nothing is connected or read before the first request.
    pub fn new(settings: HttpSettings) -> Self {
        let connector = Connector::new(settings.connect_timeout, settings.trust);
        let shared = Shared { connector, read_timeout: settings.read_timeout, idle: Mutex::new(None) };
        HttpTransport { shared: Arc::new(shared) }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> Sending {
        let shared = self.shared.clone();
        Box::pin(async move { shared.send(request).await })
    }
}

impl Shared {
    async fn send(&self, request: http::Request<Bytes>) -> Result<Reply, TransportError> {
        let uri = request.uri().clone();
        let (Some(scheme), Some(authority)) = (uri.scheme().cloned(), uri.authority().cloned()) else {
            return Err(TransportError::Address(uri.to_string()));
        };
        let is_direct = request.extensions().get::<Direct>().is_some();
        let (connection, reused) = match self.take_idle(&scheme, &authority) {
            Some(connection) => (connection, true),
            None => (self.connect(&uri, is_direct).await?, false),
        };
        match self.exchange(connection, request.clone(), scheme.clone(), authority.clone()).await {
            // The peer may close a connection while it waits; the request has not been read then.
            Err(TransportError::Closed) if reused => {
                let fresh = self.connect(&uri, is_direct).await?;
                self.exchange(fresh, request, scheme, authority).await
            }
            outcome => outcome,
        }
    }

    fn take_idle(&self, scheme: &Scheme, authority: &Authority) -> Option<Connection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let fits =
            idle.scheme == *scheme && idle.authority == *authority && idle.connection.sender.is_ready();
        fits.then_some(idle.connection)
    }

    async fn connect(&self, uri: &Uri, is_direct: bool) -> Result<Connection, TransportError> {
        let Stream { io, forwarder } = self.connector.connect(uri, is_direct).await?;
        let (sender, driver) =
            handshake(TokioIo::new(io)).await.map_err(|error| TransportError::Connect(error.to_string()))?;
        tokio::spawn(async move {
            // Its errors reach the request that is under way.
            let _ = driver.await;
        });
        Ok(Connection { sender, forwarder })
    }

    async fn exchange(
        &self,
        mut connection: Connection,
        mut request: http::Request<Bytes>,
        scheme: Scheme,
        authority: Authority,
    ) -> Result<Reply, TransportError> {
        address(&mut request, &authority, connection.forwarder.as_ref())?;
        let sending = connection.sender.send_request(request.map(Full::new));
        let response = self.within(sending).await?.map_err(|error| broken(&error))?;
        let status = response.status();
        let reason = match response.extensions().get::<hyper::ext::ReasonPhrase>() {
            Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
            None => status.canonical_reason().unwrap_or_default().to_owned(),
        };
        let headers = response.headers().clone();
        let body = self.body(response.into_body()).await?;
        if connection.sender.ready().await.is_ok() {
            let idle = Idle { scheme, authority, connection };
            *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(idle);
        }
        Ok(Reply { status: status.as_u16(), reason, headers, body })
    }

    async fn body(&self, mut body: Incoming) -> Result<Bytes, TransportError> {
        let mut pieces: Vec<Bytes> = Vec::new();
        while let Some(frame) = self.within(body.frame()).await? {
            if let Ok(piece) = frame.map_err(|error| broken(&error))?.into_data() {
                pieces.push(piece);
            }
        }
        Ok(match pieces.len() {
            1 => pieces.pop().unwrap_or_default(),
            _ => pieces.concat().into(),
        })
    }

    async fn within<T>(&self, work: impl Future<Output = T>) -> Result<T, TransportError> {
        match self.read_timeout {
            None => Ok(work.await),
            Some(limit) => tokio::time::timeout(limit, work).await.map_err(|_| TransportError::ReadTimeout),
        }
    }
}

/// `Host`, and the form of the address that the receiver wants: the path, or the whole URL for a proxy.
fn address(
    request: &mut http::Request<Bytes>,
    authority: &Authority,
    forwarder: Option<&Option<HeaderValue>>,
) -> Result<(), TransportError> {
    let unusable = |error: &dyn std::fmt::Display| TransportError::Address(error.to_string());
    if !request.headers().contains_key(HOST) {
        let host = authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, host)| host);
        let host = HeaderValue::from_str(host).map_err(|error| unusable(&error))?;
        request.headers_mut().insert(HOST, host);
    }
    match forwarder {
        Some(credentials) => {
            if let Some(credentials) = credentials {
                request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
            }
        }
        None => {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let path = Uri::try_from(path).map_err(|error| unusable(&error))?;
            *request.uri_mut() = path;
        }
    }
    Ok(())
}

fn broken(error: &hyper::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::ReadTimeout;
    }
    TransportError::Closed
}
