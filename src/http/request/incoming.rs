//! One HTTP request as a handler sees it: raw, until the handler asks for a type.

use std::{str::FromStr, sync::Arc};

use bytes::Bytes;
use hyper::{
    Method,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::domain::access::principal::Actor;

use super::{
    body::Body,
    json_body,
    negotiate::Format,
    pagination::{Page, PageParameters},
    query::QueryPairs,
    query_values,
};
use crate::http::{
    Language, Problem,
    base::{fault_words::Explain, problem::Fault, request_context::Context},
};

/// The values of a path's parameters, decoded, by name.
pub type PathValues = Vec<(String, String)>;

pub struct Request {
    pub method: Method,
    /// The path as it was sent.
    pub path: String,
    /// The template it matched: `/v1/medicines/{cum}`.
    pub template: Arc<str>,
    pub path_values: PathValues,
    pub query_pairs: QueryPairs,
    pub headers: HeaderMap,
    pub language: Language,
    /// Among those the operation documents; the router has already refused the others.
    pub format: Format,
    pub context: Context,
    pub body: Option<Body>,
    /// Whom the guard let through; `None` for public operations.
    pub actor: Option<Actor>,
}

impl Request {
    /// The same request once more, without a body: only for those that have none.
    pub fn again(&self) -> Request {
        Request {
            method: self.method.clone(),
            path: self.path.clone(),
            template: self.template.clone(),
            path_values: self.path_values.clone(),
            query_pairs: self.query_pairs.clone(),
            headers: self.headers.clone(),
            language: self.language,
            format: self.format,
            context: self.context.clone(),
            body: None,
            actor: self.actor.clone(),
        }
    }

    /// A malformed value is the client's error and so 400; an unknown one is the handler's 404.
    ///
    /// # Panics
    /// When the template has no such parameter: a fault in the source, seen by any test of the operation.
    pub fn path<T: FromStr<Err: Explain>>(&self, name: &str) -> Result<T, Problem> {
        let value = self.path_values.iter().find(|(other, _)| other == name);
        let (_, value) = value.expect("the path template declares its parameters");
        value.parse().map_err(|error: T::Err| Problem::bad_parameter(name, error.code(), error.text()))
    }

    /// The fields of `T` among the parameters. May be called for several structs; the router has already refused
    /// parameters that the operation does not document, repeated ones and empty ones.
    pub fn query<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        query_values::from_pairs(&self.query_pairs)
    }

    /// The same without the optional parameters that are at fault, for what holds the others against each other.
    pub(crate) fn query_with_faults<'a, T: Deserialize<'a>>(&'a self) -> Result<(T, Vec<Fault>), Problem> {
        query_values::with_faults(&self.query_pairs)
    }

    /// `limit` and `cursor`; the operation documents them by listing `PageParameters` in its `params`.
    pub fn page(&self) -> Result<Page, Problem> {
        Page::read(&self.query::<PageParameters>()?, &self.path, &self.query_pairs)
    }

    /// The body as JSON of at most `bytes_max` bytes.
    pub async fn json<T: DeserializeOwned>(&mut self, bytes_max: usize) -> Result<T, Problem> {
        json_body::parse(&self.json_bytes(bytes_max).await?)
    }

    /// Whether the body is said to be JSON.
    pub(crate) fn sends_json(&self) -> bool {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json)
    }

    /// The bytes of a JSON body, not yet read.
    pub(crate) async fn json_bytes(&mut self, bytes_max: usize) -> Result<Bytes, Problem> {
        if !self.sends_json() {
            let detail = ("se espera application/json", "expected application/json");
            return Err(Problem::unsupported_media_type(detail).closing());
        }
        self.body(bytes_max).await
    }

    /// The body, whatever it is, of at most `bytes_max` bytes; empty when it has been read before.
    pub async fn body(&mut self, bytes_max: usize) -> Result<Bytes, Problem> {
        let encoding = self.headers.get(CONTENT_ENCODING);
        if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            let detail = ("envíe el cuerpo sin comprimir", "send the body uncompressed");
            return Err(Problem::unsupported_media_type(detail).closing());
        }
        match self.body.take() {
            Some(body) => body.read(&self.headers, bytes_max).await,
            None => Ok(Bytes::new()),
        }
    }
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    let utf8 = |part: &str| match part.split_once('=') {
        Some((name, charset)) if name.eq_ignore_ascii_case("charset") => charset.trim_matches('"').eq_ignore_ascii_case("utf-8"),
        _ => true,
    };
    json && parts.all(utf8)
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_utf8() {
        assert!(is_json("application/json"));
        assert!(is_json("Application/JSON; charset=\"UTF-8\""));
        for other in ["", "text/json", "application/jsonx", "application/json; charset=latin1"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
