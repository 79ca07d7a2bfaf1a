//! The scheme and host that the client used, for absolute addresses where no public origin is set.

use std::{net::Ipv6Addr, sync::Arc};

use hyper::header;

use crate::http::Request;

/// `https://example.org`; the public origin where one is set.
pub fn origin(request: &Request) -> Option<String> {
    request.context.origin.as_deref().map(str::to_owned)
}

/// The host of a whole URI, else of the header; plain HTTP only for this machine. Forwarding headers are never believed: a proxy must keep
/// `Host`.
pub(crate) fn origin_of_message<B>(request: &hyper::Request<B>) -> Option<Arc<str>> {
    let of_header = || request.headers().get(header::HOST)?.to_str().ok();
    let host = request.uri().authority().map(|authority| authority.as_str()).or_else(of_header)?;
    let name = host.split(':').next().unwrap_or_default();
    let scheme = if name == "localhost" || name.starts_with("127.") { "http" } else { "https" };
    is_host(host).then(|| format!("{scheme}://{host}").into())
}

/// A name or an address, with a port or without: RFC 3986 without the characters that no host of ours has.
pub(crate) fn is_host(text: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        return address.parse::<Ipv6Addr>().is_ok() && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    !name.is_empty() && is_name && is_port(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_a_port_or_without() {
        for host in ["a.example", "localhost:8080", "127.0.0.1", "[::1]", "[2001:db8::1]:443", "my_host", "a.example:"] {
            assert!(is_host(host), "{host}");
        }
        for other in ["", "a b", "u@evil", "evil/..?#", ":80", "a:b", "[::1", "[x]", "[::1]x", "a.example:80:80", "ñ"] {
            assert!(!is_host(other), "{other}");
        }
    }

    #[test]
    fn a_whole_uri_says_its_host_itself() {
        let request = hyper::Request::get("http://real.example/v1").header("host", "other.example").body(()).unwrap();
        assert_eq!(origin_of_message(&request).as_deref(), Some("https://real.example"));
        let request = hyper::Request::get("/v1").header("host", "127.0.0.1:8080").body(()).unwrap();
        assert_eq!(origin_of_message(&request).as_deref(), Some("http://127.0.0.1:8080"));
    }
}
