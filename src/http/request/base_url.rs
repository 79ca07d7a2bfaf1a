//! The scheme and host that the client used, for absolute addresses.

use hyper::header::{self, HeaderMap};

use crate::http::Request;

/// `https://example.org`; plain HTTP only for this machine. Forwarding headers are never believed: a proxy must keep `Host`.
pub fn origin(request: &Request) -> Option<String> {
    origin_of(&request.headers)
}

/// The same before a request is read.
pub fn origin_of(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let harmless = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let name = host.split(':').next().unwrap_or_default();
    let scheme = if name == "localhost" || name.starts_with("127.") { "http" } else { "https" };
    harmless.then(|| format!("{scheme}://{host}"))
}
