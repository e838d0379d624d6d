//! A server with scripted replies, that keeps what it was asked.

use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::http;
use crate::request::Request;
use crate::tls::Identity;

/// One scripted reply.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
    /// Sent as it is, before the connection is closed.
    raw: Option<Vec<u8>>,
}

impl Reply {
    /// A reply with this status and body, `text/xml` unless another type is set.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status, headers: Vec::new(), body: body.into(), delay: Duration::ZERO, raw: None }
    }

    /// Success with this body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Reply {
        Reply::new(200, body)
    }

    /// Success of an operation, its result's members given as XML.
    pub fn result(action: &str, members: &str) -> Reply {
        Reply::ok(format!(
            "<{action}Response xmlns=\"x\"><{action}Result>{members}</{action}Result></{action}Response>"
        ))
    }

    /// An error as the services word it.
    pub fn error(status: u16, code: &str, message: &str) -> Reply {
        Reply::new(
            status,
            format!(
                "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>{code}</Code>\
                 <Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            ),
        )
    }

    /// The connection is closed without a reply.
    pub fn closed() -> Reply {
        Reply::raw("")
    }

    /// These bytes and nothing else, then the connection is closed.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply { raw: Some(bytes.into()), ..Reply::ok("") }
    }

    /// A header more, or another value for `Content-Type`.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Time that passes before the reply.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }

    /// Head and body as they go out, in one piece.
    fn bytes(&self) -> Vec<u8> {
        let mut out = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            out.push_str("Content-Type: text/xml\r\n");
        }
        for (name, value) in &self.headers {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.status != 204 {
            out.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        out.push_str("\r\n");
        let mut out = out.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

/// Where replies come from.
enum Script {
    /// In order, the last one again and again.
    List(Vec<Reply>),
    /// Made for each request.
    Made(Box<dyn Fn(&Request) -> Reply + Send + Sync>),
}

impl Script {
    /// The reply to the request of this number.
    fn reply(&self, index: usize, request: &Request) -> Option<Reply> {
        match self {
            Script::List(replies) => replies.get(index).or(replies.last()).cloned(),
            Script::Made(make) => Some(make(request)),
        }
    }
}

/// What the threads of a server share.
struct Shared {
    script: Script,
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

/// Serves the replies in order, the last one again and again; ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    scheme: &'static str,
}

impl Server {
    /// Serves plain HTTP.
    pub fn start(replies: Vec<Reply>) -> Result<Server> {
        Server::serve(Script::List(replies), None)
    }

    /// Serves HTTPS and shows this certificate.
    pub fn start_tls(replies: Vec<Reply>, identity: &Identity) -> Result<Server> {
        Server::serve(Script::List(replies), Some(identity.server_config()?))
    }

    /// Serves plain HTTP and makes a reply for each request.
    pub fn answering(make: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Result<Server> {
        Server::serve(Script::Made(Box::new(make)), None)
    }

    fn serve(script: Script, tls: Option<Arc<rustls::ServerConfig>>) -> Result<Server> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            script,
            requests: Mutex::default(),
            connections: AtomicUsize::default(),
            stopped: AtomicBool::default(),
        });
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = Server { address, shared: Arc::clone(&shared), scheme };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(io::Result::ok) {
                if shared.stopped.load(Ordering::SeqCst) {
                    break;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                // What a client does with its connection is its own affair.
                thread::spawn(move || drop(connection(stream, &shared, tls)));
            }
        });
        Ok(server)
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The same by this host name, which must stand for loopback.
    pub fn url_as(&self, host: &str) -> String {
        format!("{}://{host}:{}", self.scheme, self.address.port())
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections were made so far, whatever became of them.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Server({})", self.url())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn connection(stream: TcpStream, shared: &Shared, tls: Option<Arc<rustls::ServerConfig>>) -> Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => converse(BufReader::new(stream), shared)?,
        Some(config) => {
            let session = rustls::ServerConnection::new(config)?;
            converse(BufReader::new(rustls::StreamOwned::new(session, stream)), shared)?;
        }
    }
    Ok(())
}

fn converse<S: io::Read + Write>(mut stream: BufReader<S>, shared: &Shared) -> io::Result<()> {
    while let Some(request) = http::read(&mut stream)? {
        let last = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let index = {
            let mut requests = shared.requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.push(request.clone());
            requests.len() - 1
        };
        let Some(reply) = shared.script.reply(index, &request) else { return Ok(()) };
        thread::sleep(reply.delay);
        if let Some(bytes) = &reply.raw {
            stream.get_mut().write_all(bytes)?;
            return stream.get_mut().flush();
        }
        stream.get_mut().write_all(&reply.bytes())?;
        stream.get_mut().flush()?;
        if last {
            return Ok(());
        }
    }
    Ok(())
}
