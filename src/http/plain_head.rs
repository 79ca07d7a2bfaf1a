//! The head of a plain question, and of its answer, as hyper reads the one and writes the other.

use std::{cell::RefCell, time::SystemTime};

use bytes::Bytes;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode, Uri,
    header::{HeaderName, HeaderValue},
};

/// A GET without a body.
pub type NoBody = http_body_util::Empty<Bytes>;

/// Headers that say something about the connection or the body, or ask for other bytes: hyper and the layers behind it know them.
const NOT_PLAIN: [&str; 9] =
    ["connection", "accept-encoding", "content-length", "transfer-encoding", "expect", "upgrade", "te", "trailer", "keep-alive"];
/// hyper's own limit is greater; what has more headers than this is its to refuse.
const HEADERS_MAX: usize = 32;

/// The request and its length; `None` when it is not complete or not plain.
pub fn read(bytes: &[u8], headers_max: usize) -> Option<(Request<NoBody>, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Request::new(&mut headers);
    let Ok(httparse::Status::Complete(length)) = head.parse(bytes) else { return None };
    let target = head.path.filter(|target| target.starts_with("/v1/") && target.bytes().all(is_plain))?;
    if head.method != Some("GET") || head.version != Some(1) || head.headers.len() > headers_max {
        return None;
    }
    let mut map = HeaderMap::with_capacity(head.headers.len());
    for header in head.headers.iter() {
        if NOT_PLAIN.iter().any(|name| header.name.eq_ignore_ascii_case(name)) {
            return None;
        }
        map.append(HeaderName::from_bytes(header.name.as_bytes()).ok()?, HeaderValue::from_bytes(header.value).ok()?);
    }
    let mut request = Request::new(NoBody::new());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = Uri::try_from(target).ok()?;
    *request.headers_mut() = map;
    Some((request, length))
}

/// Nothing that two readers could read in two ways.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/?=&%+-._~".contains(&byte)
}

/// As hyper writes it: the headers in their order, then the length (a 304 has none) and the date.
pub fn write(response: &Response<Bytes>, out: &mut Vec<u8>) {
    let (status, body) = (response.status(), response.body());
    out.reserve(1024 + body.len());
    out.extend_from_slice(if status == StatusCode::OK { b"HTTP/1.1 200 OK\r\n" } else { b"HTTP/1.1 304 Not Modified\r\n" });
    for (name, value) in response.headers() {
        let parts: [&[u8]; 4] = [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"];
        parts.iter().for_each(|part| out.extend_from_slice(part));
    }
    if status == StatusCode::OK {
        out.extend_from_slice(b"content-length: ");
        write_number(body.len(), out);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"date: ");
    write_date(out);
    out.extend_from_slice(b"\r\n\r\n");
    out.extend_from_slice(body);
}

fn write_number(mut number: usize, out: &mut Vec<u8>) {
    let start = out.len();
    loop {
        out.push(b'0' + u8::try_from(number % 10).unwrap_or_default());
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out[start..].reverse();
}

/// Written out once a second on each thread.
fn write_date(out: &mut Vec<u8>) {
    thread_local! {
        static WRITTEN: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    }
    let now = SystemTime::now();
    let second = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    WRITTEN.with_borrow_mut(|(of, text)| {
        if *of != second || text.is_empty() {
            *of = second;
            *text = httpdate::fmt_http_date(now);
        }
        out.extend_from_slice(text.as_bytes());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(head: &str) -> Option<usize> {
        read(head.as_bytes(), 8).map(|(_, length)| length)
    }

    #[test]
    fn only_whole_and_plain_heads_are_read() {
        let plain = "GET /v1/check?cum=1-2 HTTP/1.1\r\nHost: t\r\nX-Request-Id: a\r\n\r\n";
        assert_eq!(length(plain), Some(plain.len()));
        assert_eq!(length(&format!("{plain}GET /v1")), Some(plain.len()), "what follows is left");
        let (request, _) = read(plain.as_bytes(), 8).unwrap();
        assert_eq!((request.uri().query(), request.headers().len()), (Some("cum=1-2"), 2));
        for other in [
            "GET /v1/check HTTP/1.1\r\nHost: t\r\n",
            "HEAD /v1/check HTTP/1.1\r\nHost: t\r\n\r\n",
            "GET /v1/check HTTP/1.0\r\nHost: t\r\n\r\n",
            "GET http://t/v1/check HTTP/1.1\r\nHost: t\r\n\r\n",
            "GET /v1/check#f HTTP/1.1\r\nHost: t\r\n\r\n",
            "GET /v1/check HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n",
            "GET /v1/check HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\na",
            "GET /v1/check HTTP/1.1\r\nHost: t\r\ntransfer-encoding: chunked\r\n\r\n",
            "GET /v1/check HTTP/1.1\r\nHost : t\r\n\r\n",
            &format!("GET /v1/check HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(9)),
        ] {
            assert_eq!(length(other), None, "{other}");
        }
    }
}
