//! The head of a plain question, and of its answer, as hyper reads the one and writes the other.

use std::{cell::RefCell, time::SystemTime};

use hyper::{
    HeaderMap, StatusCode,
    header::{ACCEPT, ACCEPT_LANGUAGE, HeaderName, HeaderValue, IF_NONE_MATCH, ORIGIN},
};

use super::context::X_REQUEST_ID;

/// A GET without a body.
pub struct Plain<'a> {
    pub path: &'a str,
    pub query: &'a str,
    /// Those that can change the answer.
    pub headers: HeaderMap,
    /// Of the whole head.
    pub length: usize,
}

/// Headers that say something about the connection or the body, show a key, set a condition, or ask for other bytes: hyper and the layers behind it
/// know them.
const NOT_PLAIN: [&str; 11] = [
    "connection",
    "if-match",
    "accept-encoding",
    "authorization",
    "content-length",
    "transfer-encoding",
    "expect",
    "upgrade",
    "te",
    "trailer",
    "keep-alive",
];
const TOLD: [HeaderName; 5] = [ACCEPT, ACCEPT_LANGUAGE, IF_NONE_MATCH, ORIGIN, X_REQUEST_ID];
/// hyper's own limit is greater; what has more headers than this is its to refuse.
const HEADERS_MAX: usize = 32;

/// `None` when it is not complete or not plain.
pub fn read(bytes: &[u8], headers_max: usize) -> Option<Plain<'_>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Request::new(&mut headers);
    let Ok(httparse::Status::Complete(length)) = head.parse(bytes) else { return None };
    let target = head.path.filter(|target| target.starts_with("/v1/") && target.bytes().all(is_plain))?;
    if head.method != Some("GET") || head.version != Some(1) || head.headers.len() > headers_max {
        return None;
    }
    let (mut told, mut hosts) = (HeaderMap::new(), 0);
    for header in head.headers.iter() {
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        if is("host") {
            hosts += 1;
        } else if NOT_PLAIN.iter().any(|name| is(name)) {
            return None;
        } else if let Some(name) = TOLD.into_iter().find(|name| is(name.as_str())) {
            told.append(name, HeaderValue::from_bytes(header.value).ok()?);
        }
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (hosts == 1).then_some(Plain { path, query, headers: told, length })
}

/// Nothing that two readers could read in two ways.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/?=&%+-._~".contains(&byte)
}

/// As hyper writes it: the headers in their order, then the length (a 304 has none) and the date, then the body.
pub fn write(status: StatusCode, headers: impl FnOnce(&mut Vec<u8>), body: &[u8], out: &mut Vec<u8>) {
    out.reserve(1024 + body.len());
    out.extend_from_slice(if status == StatusCode::OK { b"HTTP/1.1 200 OK\r\n" } else { b"HTTP/1.1 304 Not Modified\r\n" });
    headers(out);
    if status == StatusCode::OK {
        out.extend_from_slice(b"content-length: ");
        write_number(body.len(), out);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"date: ");
    write_date(out);
    out.extend_from_slice(b"\r\n\r\n");
    if status == StatusCode::OK {
        out.extend_from_slice(body);
    }
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
        read(head.as_bytes(), 8).map(|plain| plain.length)
    }

    #[test]
    fn only_whole_and_plain_heads_are_read() {
        let plain = "GET /v1/check?cum=1-2 HTTP/1.1\r\nHost: t\r\nX-Request-Id: a\r\n\r\n";
        assert_eq!(length(plain), Some(plain.len()));
        assert_eq!(length(&format!("{plain}GET /v1")), Some(plain.len()), "what follows is left");
        let read = read(plain.as_bytes(), 8).unwrap();
        assert_eq!((read.path, read.query, read.headers.len()), ("/v1/check", "cum=1-2", 1));
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
            "GET /v1/check HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n",
            "GET /v1/check HTTP/1.1\r\nAccept: */*\r\n\r\n",
            "GET /v1/check HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer x\r\n\r\n",
            &format!("GET /v1/check HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(9)),
        ] {
            assert_eq!(length(other), None, "{other}");
        }
    }
}
