//! Headers of a path: every answer of the path has them, whatever its status, and no handler sets them.
//!
//! A browser puts the headers of a 304 over those of the answer it has kept (RFC 9111, 3.2), so a 304 with another policy than its 200
//! takes style and scripts from the page. The edge is the one place that writes these headers, for refusals too. Between the answers of
//! one path there may differ only:
//! - what describes the content that is sent: `content-type`, `content-length`, `content-encoding`, `content-range`,
//!   `content-disposition`, `transfer-encoding` (a 304 sends none, an error sends another one);
//! - `etag`, which an error has not, and `cache-control`, which is `no-store` on every error;
//! - what belongs to this one request: `date`, `x-request-id`, `ratelimit`, `retry-after`, `allow`, `www-authenticate`, `connection`.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

/// The headers of every answer of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathHeaders {
    /// `content-security-policy`.
    pub policy: &'static str,
    /// Which headers of a request choose between the forms of an answer.
    pub vary: &'static str,
    /// `cross-origin-resource-policy`, for what other sites may embed.
    pub embedding: Option<&'static str>,
    /// Whether its answers are written in one of our languages, and say so in `content-language`.
    pub speaks: bool,
    /// Whether a browser that asks for a page gets one when something goes wrong.
    pub for_people: bool,
}

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const BY_FORM_AND_LANGUAGE: &str = "accept, accept-encoding, accept-language";
const BY_CODING: &str = "accept-encoding";

/// Data, which load nothing.
pub const DATA: PathHeaders = PathHeaders {
    policy: "default-src 'none'; frame-ancestors 'none'",
    vary: BY_FORM_AND_LANGUAGE,
    embedding: None,
    speaks: true,
    for_people: false,
};

/// Pages: everything from ourselves, nothing inline.
pub const PAGE: PathHeaders = PathHeaders {
    policy: "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'",
    for_people: true,
    ..DATA
};

/// The reference of the API: its interface writes inline styles and draws `data:` images.
pub const REFERENCE: PathHeaders = PathHeaders {
    policy: "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
        connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    for_people: true,
    ..DATA
};

/// A drawing that any page may embed: a style of its own, and nothing else.
pub const DRAWING: PathHeaders =
    PathHeaders { policy: "default-src 'none'; style-src 'unsafe-inline'", embedding: Some("cross-origin"), ..DATA };

/// A file that is the same in every language.
pub const FILE: PathHeaders = PathHeaders { vary: BY_CODING, speaks: false, ..DATA };

/// Operations of the API with other headers than `DATA`.
pub const OF_OPERATIONS: [(&str, PathHeaders); 3] =
    [("draw_thermometer", DRAWING), ("download_export", FILE), ("show_catalog", PathHeaders { speaks: false, ..DATA })];

/// What an operation's path has.
pub fn of_operation(operation: Option<&str>) -> PathHeaders {
    let row = OF_OPERATIONS.iter().find(|(name, _)| operation == Some(name));
    row.map_or(DATA, |(_, headers)| *headers)
}

impl PathHeaders {
    pub fn put(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(self.policy));
        headers.insert(header::VARY, HeaderValue::from_static(self.vary));
        if let Some(embedding) = self.embedding {
            headers.insert(RESOURCE_POLICY, HeaderValue::from_static(embedding));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::api;

    #[test]
    fn operations_of_the_table_exist() {
        let endpoints = api::endpoints();
        for (operation, headers) in OF_OPERATIONS {
            let endpoint = endpoints.iter().find(|endpoint| endpoint.operation.as_deref() == Some(operation));
            assert_eq!(endpoint.map(|endpoint| endpoint.headers), Some(headers), "{operation}");
        }
    }
}
