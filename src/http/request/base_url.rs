//! The scheme and host that the client used, for absolute addresses where no public origin is set.

use std::{net::Ipv6Addr, sync::Arc};

use hyper::{
    Uri,
    header::{self, HeaderMap},
};

use crate::http::{Request, base::request_context::Context};

/// `https://example.org`; the public origin where one is set.
pub fn origin(request: &Request) -> Option<String> {
    origin_of(&request.context, &request.headers)
}

/// The same before a request is read. Forwarding headers are never believed: a proxy must keep `Host`.
pub(crate) fn origin_of(context: &Context, headers: &HeaderMap) -> Option<String> {
    let of_header = || of_host(headers.get(header::HOST)?.to_str().ok()?);
    context.origin.as_deref().map(str::to_owned).or_else(of_header)
}

/// Of a target that is a whole URI, whose host counts in place of the header's.
pub(crate) fn origin_of_target(uri: &Uri) -> Option<Arc<str>> {
    of_host(uri.authority()?.as_str()).map(Arc::from)
}

/// Plain HTTP only for this machine.
fn of_host(host: &str) -> Option<String> {
    let name = host.split(':').next().unwrap_or_default();
    let scheme = if name == "localhost" || name.starts_with("127.") { "http" } else { "https" };
    is_host(host).then(|| format!("{scheme}://{host}"))
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
        let headers = HeaderMap::from_iter([(header::HOST, "127.0.0.1:8080".parse().unwrap())]);
        let context =
            |uri: &'static str| Context { origin: origin_of_target(&Uri::from_static(uri)), ..Context::new(&headers, None) };
        assert_eq!(origin_of(&context("http://real.example/v1"), &headers).as_deref(), Some("https://real.example"));
        assert_eq!(origin_of(&context("/v1"), &headers).as_deref(), Some("http://127.0.0.1:8080"));
    }
}
