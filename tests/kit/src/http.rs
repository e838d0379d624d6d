//! Just enough HTTP/1.1 to read a request.

use std::io::{self, BufRead, Read as _};

use crate::request::Request;

/// The next request of a connection; `None` where the client has closed it.
pub fn read(stream: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut request = Request::default();
    let Some(first) = line(stream)? else { return Ok(None) };
    let mut words = first.split(' ');
    request.method = words.next().unwrap_or_default().to_owned();
    request.target = words.next().unwrap_or_default().to_owned();
    while let Some(header) = line(stream)?.filter(|header| !header.is_empty()) {
        let (name, value) = header.split_once(':').unwrap_or((&header, ""));
        request.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    stream.take(length).read_to_end(&mut request.body)?;
    Ok(Some(request))
}

/// A line without its end.
fn line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if stream.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_follow_each_other() {
        let mut wire: &[u8] = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=bGET /x HTTP/1.1\r\n\r\n";
        let first = read(&mut wire).unwrap().unwrap();
        assert_eq!((first.method.as_str(), first.body.as_slice()), ("POST", b"a=b".as_slice()));
        let second = read(&mut wire).unwrap().unwrap();
        assert_eq!((second.method.as_str(), second.target.as_str()), ("GET", "/x"));
        assert_eq!(read(&mut wire).unwrap(), None);
    }
}
