use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{Limits, serve};
use crate::client::Reply;
use crate::sandbox::received::Received;

/// Serves an echo of the body's length while `client` talks to it on a thread of its own.
fn served(limits: Limits, client: impl FnOnce(u16) -> String + Send + 'static) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel::<()>();
        let answer = Arc::new(|received: &Received| Reply {
            status: 200,
            reason: "OK".into(),
            headers: HeaderMap::new(),
            body: Bytes::from(format!("{} bytes", received.request.body().len())),
        });
        let talk = tokio::task::spawn_blocking(move || {
            let said = client(port);
            drop(stop);
            said
        });
        serve(listener, answer, limits, async {
            let _ = stopped.await;
        })
        .await;
        talk.await.unwrap()
    })
}

fn say(port: u16, pieces: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    for piece in pieces {
        let _ = stream.write_all(piece);
    }
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn a_whole_request_is_answered() {
    let said = served(Limits::default(), |port| {
        say(
            port,
            &[b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\n", b"a=b&c"],
        )
    });
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("5 bytes"), "{said}");
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let said = served(limits, |port| {
        say(port, &[b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", &[b'a'; 5000]])
    });
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
}

#[test]
fn a_request_that_is_cut_off_costs_no_more_than_its_patience() {
    let limits = Limits { patience: Duration::from_millis(200), ..Limits::default() };
    let said =
        served(limits, |port| say(port, &[b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"]));
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    let said = served(limits, |port| say(port, &[b"POST / HT"]));
    assert!(!said.contains("200"), "{said}");
}

#[test]
fn what_is_no_http_is_turned_away() {
    let said =
        served(Limits::default(), |port| say(port, &[b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"]));
    assert!(!said.contains("200"), "{said}");
}
