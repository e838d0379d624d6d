//! A proxy that leads everything to one place, so that no name is looked up and nothing leaves the machine.

use std::io::{self, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Result;

use crate::http;
use crate::request::Request;

/// Understands `CONNECT` and whole URLs; ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
}

impl Proxy {
    /// Leads all requests to this address, whatever they ask for.
    pub fn to(target: SocketAddr) -> Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let proxy =
            Proxy { address: listener.local_addr()?, requests: Arc::default(), stopped: Arc::default() };
        let (requests, stopped) = (Arc::clone(&proxy.requests), Arc::clone(&proxy.stopped));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(io::Result::ok) {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let requests = Arc::clone(&requests);
                // A client that goes away ends its own connection only.
                thread::spawn(move || drop(forward(stream, target, &requests)));
            }
        });
        Ok(proxy)
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked so far: `CONNECT host:port`, or requests with whole URLs.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn forward(client: TcpStream, target: SocketAddr, requests: &Mutex<Vec<Request>>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut reader = BufReader::new(client.try_clone()?);
    let mut client = client;
    while let Some(request) = http::read(&mut reader)? {
        requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let mut server = TcpStream::connect(target)?;
        server.set_nodelay(true)?;
        if request.method == "CONNECT" {
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            let (mut up, mut down) = (server.try_clone()?, client.try_clone()?);
            let upwards = thread::spawn(move || {
                let copied = io::copy(&mut reader, &mut up);
                let _ = up.shutdown(Shutdown::Write);
                copied
            });
            io::copy(&mut server, &mut down)?;
            down.shutdown(Shutdown::Both)?;
            drop(upwards.join());
            return Ok(());
        }
        server.write_all(&as_origin(&request))?;
        io::copy(&mut server, &mut client)?;
    }
    Ok(())
}

/// The request as the server itself is asked: the path alone, and one answer per connection.
fn as_origin(request: &Request) -> Vec<u8> {
    let path = request.target.splitn(4, '/').nth(3).unwrap_or_default();
    let mut out = format!("{} /{path} HTTP/1.1\r\n", request.method);
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("connection") && !name.eq_ignore_ascii_case("proxy-connection") {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    out.push_str("Connection: close\r\n\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(&request.body);
    out
}
