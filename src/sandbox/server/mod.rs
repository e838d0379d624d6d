//! An account over HTTP, for programs that are not this one.
//!
//! The server knows no account: it reads whole requests, within limits, and
//! hands them to whoever answers. So requests that are cut off, too large or
//! not HTTP at all never get as far as the account.

mod limits;
mod metadata;

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::received::Received;
use crate::client::Reply;

pub use limits::Limits;
pub use metadata::{INSTANCE, InstanceKeys, Metadata, Owner};

/// What answers a request.
pub type Answer = Arc<dyn Fn(&Received) -> Reply + Send + Sync>;

/// Serves until `stop`; requests under way are answered before it returns.
pub async fn serve(listener: TcpListener, answer: Answer, limits: Limits, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // No more files, mostly: others have to end first.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        let answer = answer.clone();
        let service = service_fn(move |request| {
            let answer = answer.clone();
            async move { Ok::<_, Infallible>(respond(request, &answer, peer, limits).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.patience)
            .max_buf_size(limits.head)
            .serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that goes away is its own affair.
            let _ = watched.await;
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.patience, graceful.shutdown()).await;
}

async fn respond(
    request: Request<Incoming>,
    answer: &Answer,
    peer: SocketAddr,
    limits: Limits,
) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let reading = tokio::time::timeout(limits.patience, Limited::new(body, limits.body).collect());
    let body = match reading.await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
            return plain(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Ok(Err(_)) => return plain(StatusCode::BAD_REQUEST),
        Err(_) => return plain(StatusCode::REQUEST_TIMEOUT),
    };
    let received = Received {
        request: Request::from_parts(parts, body),
        source: plain_address(peer.ip()),
        secure: false,
    };
    let reply = answer(&received);
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = reply.headers;
    response
}

/// An IPv4 address that came in over IPv6 is an IPv4 address.
fn plain_address(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = status;
    // What is left of the request is not read.
    response.headers_mut().insert(http::header::CONNECTION, http::HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests;
