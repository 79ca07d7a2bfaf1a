//! One HTTP request as a handler sees it: raw, until the handler names the type it wants.

use std::{collections::HashSet, pin::Pin, str::FromStr, time::Duration};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use warp::http::{HeaderMap, header};

use super::{asked::Fault, language::Language, limits::Limits, problem::Problem};

pub struct Request {
    pub path: String,
    pub params: Vec<(String, String)>,
    pub raw_query: String,
    pub headers: HeaderMap,
    pub body: Body,
    pub language: Language,
}

impl Request {
    /// A malformed parameter is the client's error, so it is 400; an unknown one is the handler's 404.
    pub fn path<T: FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Result<T, Problem> {
        let raw = self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default();
        let text = decode(raw, name)?;
        text.parse().map_err(|error| Problem::bad_parameter(name, "malformed", error))
    }

    /// Strict: a parameter given twice, unknown, or with control characters is refused by name.
    pub fn query<T: DeserializeOwned + IntoParams>(&self) -> Result<T, Problem> {
        let known = known_parameters::<T>();
        let pairs = query_pairs(&self.raw_query)?;
        let mut seen = HashSet::new();
        let mut faults = Vec::new();
        for (name, _) in &pairs {
            let place = name.clone();
            if !known.iter().any(|parameter| parameter == name) {
                faults.push(Fault { place, code: "unknown_parameter", detail: nearest(name, &known) });
            } else if !seen.insert(name.clone()) {
                faults.push(Fault { place, code: "repeated_parameter", detail: "given more than once".to_owned() });
            }
        }
        if !faults.is_empty() {
            return Err(Problem::bad_parameters(faults));
        }
        // Every parameter is text; what it means is the handler's to say.
        let fields = pairs.into_iter().map(|(name, value)| (name, serde_json::Value::String(value))).collect();
        serde_json::from_value(serde_json::Value::Object(fields)).map_err(|error| missing(&error.to_string()))
    }

    pub async fn json<T: DeserializeOwned>(self, bytes_max: usize) -> Result<T, Problem> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/json" {
            return Err(Problem::unsupported_media_type().detail("send application/json"));
        }
        if self.headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(Problem::unsupported_media_type().detail("send the body uncompressed"));
        }
        let body = self.body.read(bytes_max).await?;
        serde_json::from_slice(&body).map_err(|error| Problem::bad_pointer("", "malformed_json", error))
    }
}

/// `a=1&b=2`, decoded; an empty query is no pairs. A value may be empty, a name may not.
fn query_pairs(raw: &str) -> Result<Vec<(String, String)>, Problem> {
    let pieces = raw.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = decode(&name.replace('+', " "), "query")?;
            let value = decode(&value.replace('+', " "), &name)?;
            Ok((name, value))
        })
        .collect()
}

fn decode(raw: &str, name: &str) -> Result<String, Problem> {
    let bad = |code, detail: &str| Problem::bad_parameter(name, code, detail);
    let text = percent_decode_str(raw).decode_utf8().map_err(|_| bad("not_utf8", "percent-encoded UTF-8 is expected"))?;
    if text.chars().any(char::is_control) {
        return Err(bad("control_character", "control characters are not allowed"));
    }
    Ok(text.into_owned())
}

fn known_parameters<T: IntoParams>() -> Vec<String> {
    T::into_params(|| None).into_iter().map(|parameter| parameter.name).collect()
}

fn nearest(name: &str, known: &[String]) -> String {
    let best = known.iter().min_by_key(|candidate| strsim::damerau_levenshtein(name, candidate));
    best.map_or_else(
        || "this operation takes no parameters".to_owned(),
        |best| format!("no such parameter; did you mean `{best}`?"),
    )
}

/// serde's own words for a missing field name it between backticks.
fn missing(error: &str) -> Problem {
    let name = error.split('`').nth(1).unwrap_or("query");
    let code = if error.starts_with("missing field") { "missing" } else { "malformed" };
    Problem::bad_parameter(name, code, if code == "missing" { "this parameter is required" } else { error })
}

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send + Sync>>;

/// An unread body. There is no way to read one without stating a limit.
pub struct Body {
    chunks: Chunks,
    announced: Option<u64>,
    limits: Limits,
}

impl Body {
    pub fn new<S, B>(stream: S, headers: &HeaderMap, limits: Limits) -> Self
    where
        S: Stream<Item = Result<B, warp::Error>> + Send + Sync + 'static,
        B: Buf,
    {
        let chunks = Box::pin(stream.map(|chunk| chunk.map(|mut buf| buf.copy_to_bytes(buf.remaining()))));
        let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        Self { chunks, announced, limits }
    }

    /// Counts what arrives rather than what `Content-Length` promises, within the body deadline.
    pub async fn read(self, bytes_max: usize) -> Result<Bytes, Problem> {
        let deadline = Duration::from_millis(self.limits.body_timeout_ms);
        let reading = tokio::time::timeout(deadline, self.read_all(bytes_max)).await;
        reading.unwrap_or_else(|_| Err(Problem::body_too_slow()))
    }

    async fn read_all(mut self, bytes_max: usize) -> Result<Bytes, Problem> {
        let too_large = || Problem::body_too_large().detail(format!("at most {bytes_max} bytes"));
        if self.announced.is_some_and(|bytes| bytes > bytes_max as u64) {
            return Err(too_large());
        }
        let mut read = BytesMut::new();
        while let Some(chunk) = self.chunks.next().await {
            let chunk = chunk.map_err(|_| Problem::bad_request().detail("the body could not be read"))?;
            if read.len() + chunk.len() > bytes_max {
                return Err(too_large());
            }
            read.extend_from_slice(&chunk);
        }
        Ok(read.freeze())
    }
}
