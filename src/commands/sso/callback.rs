//! The page to which the browser comes back, with the code for a token.
//!
//! It listens on loopback alone, for one answer, and reads no more of a request
//! than its first line.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::error::{Error, Result};

/// How long the user has got.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a connection may keep others waiting.
const ONE_REQUEST: Duration = Duration::from_secs(5);
/// More than any browser sends as its first line.
const LONGEST_LINE: u64 = 64 * 1024;

/// What the browser brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Code {
        code: String,
        state: String,
    },
    /// The service refused, or the user did.
    Refused,
}

/// Waits for the browser.
pub(super) struct Callback {
    listener: TcpListener,
    port: u16,
}

impl Callback {
    pub(super) async fn open() -> Result<Callback> {
        let failed = |error: std::io::Error| Error::general(format!("Could not listen on loopback: {error}"));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Callback { listener, port })
    }

    /// The address to come back to.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/oauth/callback", self.port)
    }

    /// The browser's answer; none where it does not come in time. Requests for anything else are answered and forgotten.
    pub(super) async fn answer(self) -> Option<Answer> {
        tokio::time::timeout(PATIENCE, async {
            loop {
                let Ok((stream, _)) = self.listener.accept().await else { continue };
                let answer = tokio::time::timeout(ONE_REQUEST, converse(stream)).await;
                if let Ok(Some(answer)) = answer {
                    return answer;
                }
            }
        })
        .await
        .ok()
    }
}

async fn converse(stream: TcpStream) -> Option<Answer> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    (&mut stream).take(LONGEST_LINE).read_line(&mut line).await.ok()?;
    // The rest is read before the reply, else the browser may see a reset instead of it.
    loop {
        let mut header = String::new();
        let read = (&mut stream).take(LONGEST_LINE).read_line(&mut header).await.ok()?;
        if read == 0 || header.trim().is_empty() {
            break;
        }
    }
    let answer = read(&line);
    let text = match &answer {
        Some(Answer::Code { .. }) => {
            "You have signed in. You can close this page and go back to the terminal."
        }
        Some(Answer::Refused) => "You have not signed in. The terminal says more.",
        None => "Nothing to see here.",
    };
    let page = format!("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>Sign-in</title>\n<p>{text}</p>\n");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    // The answer counts, whether the browser waits for the page or not.
    let _ = stream.get_mut().write_all(format!("{head}{page}").as_bytes()).await;
    let _ = stream.get_mut().shutdown().await;
    answer
}

/// The answer in a request's first line.
fn read(line: &str) -> Option<Answer> {
    let mut words = line.split_whitespace();
    let ("GET", target) = (words.next()?, words.next()?) else { return None };
    let (_, query) = target.split_once('?')?;
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| decoded(value)).filter(|value| !value.is_empty())
    };
    if value("error").is_some() {
        return Some(Answer::Refused);
    }
    Some(Answer::Code { code: value("code")?, state: value("state")? })
}

/// A value of a query.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, more @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = more;
                }
                _ => bytes.push(b'%'),
            },
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_code_with_its_state_or_an_error() {
        let code = |code: &str, state: &str| Some(Answer::Code { code: code.into(), state: state.into() });
        assert_eq!(read("GET /oauth/callback?code=CO%2FD+E&state=s HTTP/1.1\r\n"), code("CO/D E", "s"));
        assert_eq!(
            read("GET /oauth/callback?error=access_denied&code=c&state=s HTTP/1.1"),
            Some(Answer::Refused)
        );
        for other in [
            "GET /favicon.ico HTTP/1.1",
            "GET /?code=c HTTP/1.1",
            "POST /?code=c&state=s HTTP/1.1",
            "",
            "GET",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(decoded("100%&%zz"), "100%&%zz");
    }
}
