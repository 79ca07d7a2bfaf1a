//! Paging: `limit`, and an opaque cursor that belongs to one query.

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{problem::Problem, request::Request};

pub const LIMIT_DEFAULT: u32 = 50;
pub const LIMIT_MAX: u32 = 1_000;

/// 50 when absent, 0 (count nothing, only meta) to 1000.
pub fn limit(text: Option<&str>) -> Result<u32, Problem> {
    let Some(text) = text else { return Ok(LIMIT_DEFAULT) };
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = text.parse::<u32>().ok().filter(|limit| digits && *limit <= LIMIT_MAX);
    limit.ok_or_else(|| Problem::bad_parameter("limit", "malformed_limit", "a whole number from 0 to 1000"))
}

/// Position after the last row, as hexadecimal JSON, with a mark of the query it belongs to.
pub fn encode(request: &Request, position: &impl Serialize) -> Option<String> {
    let json = serde_json::to_vec(position).ok()?;
    Some(format!("{}{}", mark(request), hex(&json)))
}

/// A cursor from another query, or one that was altered, is refused.
pub fn decode<T: DeserializeOwned>(request: &Request, cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let bad =
        || Problem::bad_parameter("cursor", "malformed_cursor", "take the cursor from `meta.next_cursor` of the same query");
    let body = cursor.strip_prefix(mark(request).as_str()).ok_or_else(bad)?;
    let bytes = unhex(body).ok_or_else(bad)?;
    serde_json::from_slice(&bytes).map(Some).map_err(|_| bad())
}

/// The next page's relative address.
pub fn next_link(path: &str, raw_query: &str, cursor: &str) -> String {
    let kept = raw_query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<&str> = kept.collect();
    let query = if query.is_empty() { String::new() } else { format!("{}&", query.join("&")) };
    format!("<{path}?{query}cursor={cursor}>; rel=\"next\"")
}

const MARK_BYTES: usize = 4;

/// The path and every parameter that decides which rows there are and in which order.
fn mark(request: &Request) -> String {
    let ignored = ["cursor=", "limit=", "lang=", "format="];
    let mut parts: Vec<&str> = request.raw_query.split('&').filter(|pair| !ignored.iter().any(|i| pair.starts_with(i))).collect();
    parts.sort_unstable();
    let digest = Sha256::digest(format!("{}?{}", request.path, parts.join("&")).as_bytes());
    hex(&digest[..MARK_BYTES])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
