//! Conditional requests: a strong `ETag` from what an answer is made of, so that an unchanged answer costs a 304.

use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderValue},
};
use sha2::{Digest, Sha256};

use super::{Answer, Request};

const CACHE_CONTROL: &str = "public, max-age=600";
/// What people change at any time: kept, but asked about each time.
const CACHE_CONTROL_ASK: &str = "public, no-cache";
const VARY: &str = "accept, accept-encoding, accept-language";
/// Of the hash's hexadecimal digits.
const TAG_CHARS: usize = 32;
/// What compression adds inside the quotes: the compressed bytes are another representation.
pub const ENCODING_SUFFIXES: [&str; 2] = ["-gzip", "-br"];

#[derive(Debug)]
pub struct Validator {
    /// In its quotes.
    quoted: [u8; TAG_CHARS + 2],
    matched: bool,
    /// `If-None-Match: *`: whatever there is, if there is anything.
    any: bool,
    cache_control: &'static str,
}

impl Validator {
    pub fn new(request: &Request, made_from: &[&str]) -> Validator {
        let query = request.query_pairs.canonical(&["lang", "format"]);
        let question = [request.path.as_str(), &query, request.format.name(), request.language.code()];
        Validator::of(question, &request.headers, made_from)
    }

    /// `question` is path, canonical query, format and language.
    pub fn of(question: [&str; 4], headers: &HeaderMap, made_from: &[&str]) -> Validator {
        let mut hash = Sha256::new();
        for part in question.iter().chain(made_from) {
            hash.update(part.as_bytes());
            hash.update([0]); // no part contains NUL: the rim refuses control characters
        }
        let quoted = quoted_hex(&hash.finalize());
        let tag = std::str::from_utf8(&quoted[1..=TAG_CHARS]).unwrap_or_default();
        if !headers.contains_key(header::IF_NONE_MATCH) {
            return Validator { quoted, matched: false, any: false, cache_control: CACHE_CONTROL };
        }
        let (matched, any) = (is_matched(headers, tag), sent(headers).any(|candidate| candidate == "*"));
        Validator { quoted, matched, any, cache_control: CACHE_CONTROL }
    }

    /// For answers whose tag is made from themselves: how long they stay so is not known.
    pub fn asked_each_time(self) -> Validator {
        Validator { cache_control: CACHE_CONTROL_ASK, ..self }
    }

    /// Whether the client already has what would be answered, if there is anything to answer.
    pub fn is_unchanged(&self) -> bool {
        self.matched || self.any
    }

    /// Whether the client named this very tag.
    pub fn is_known(&self) -> bool {
        self.matched
    }

    /// The value of `ETag`, in its quotes.
    pub fn quoted(&self) -> &[u8] {
        &self.quoted
    }

    /// The same, as a header's value.
    pub fn tag(&self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(&self.quoted).ok()
    }

    /// The whole answer when the client already has it: ask before doing the work.
    pub fn not_modified(&self) -> Option<Answer> {
        self.matched.then(|| self.mark(Answer::empty(StatusCode::NOT_MODIFIED)))
    }

    /// Marks a 200 as cacheable under this tag; only now is it certain that there is something for a `*` to match.
    pub fn apply(&self, answer: Answer) -> Answer {
        self.mark(if self.any { Answer::empty(StatusCode::NOT_MODIFIED) } else { answer })
    }

    fn mark(&self, answer: Answer) -> Answer {
        let answer = match self.tag() {
            Some(tag) => answer.with_header(header::ETAG, tag),
            None => answer,
        };
        answer
            .with_header(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control))
            .with_header(header::VARY, HeaderValue::from_static(VARY))
    }
}

fn quoted_hex(hash: &[u8]) -> [u8; TAG_CHARS + 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut quoted = [b'"'; TAG_CHARS + 2];
    for (pair, byte) in quoted[1..=TAG_CHARS].chunks_exact_mut(2).zip(hash) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    quoted
}

/// `If-None-Match` compares weakly (RFC 9110, 13.1.2), may be a list, and may come in several headers.
pub fn is_matched(headers: &HeaderMap, tag: &str) -> bool {
    sent(headers).any(|candidate| {
        let opaque = candidate.strip_prefix("W/").unwrap_or(candidate);
        let inside = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inside.is_some_and(|inside| without_encoding(inside) == tag)
    })
}

pub fn sent(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

fn without_encoding(tag: &str) -> &str {
    ENCODING_SUFFIXES.iter().find_map(|suffix| tag.strip_suffix(suffix)).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_weak_tags_and_compressed_forms_match() {
        let sent = |value: &str| HeaderMap::from_iter([(header::IF_NONE_MATCH, value.parse().unwrap())]);
        for value in ["\"t\"", "W/\"t\"", "\"a\", \"t\"", "\"t-gzip\"", "W/\"t-br\""] {
            assert!(is_matched(&sent(value), "t"), "{value}");
        }
        for value in ["t", "\"T\"", "\"t", "\"x\"", "\"t-zip\""] {
            assert!(!is_matched(&sent(value), "t"), "{value}");
        }
    }
}
