//! Conditional requests: a strong `ETag` from the inputs of an answer, so that an unchanged answer is a cheap 304.

use bytes::Bytes;
use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderValue},
};
use sha2::{Digest, Sha256};

use super::negotiate::FORM_PARAMETERS;
use crate::http::{
    Answer, Request,
    base::known_links::{TAG_CHARS, Tag},
};

const CACHE_CONTROL: &str = "public, max-age=600";
/// Caches must revalidate, because people change it at any time.
const CACHE_CONTROL_ASK: &str = "public, no-cache";
/// The suffix that compression adds inside the quotes, because compressed bytes are another representation.
pub const ENCODING_SUFFIXES: [&str; 2] = ["-gzip", "-br"];

#[derive(Debug)]
pub struct Validator {
    tag: Tag,
    /// In the form that the client has: a 304 names the very form that the client may go on using.
    suffix: &'static str,
    matched: bool,
    /// `If-None-Match: *`: whatever there is, if there is anything.
    any: bool,
    cache_control: &'static str,
}

impl Validator {
    pub fn new(request: &Request, made_from: &[&str]) -> Validator {
        let query = request.query_pairs.canonical(&FORM_PARAMETERS);
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
        let tag = hex(&hash.finalize());
        let (mut known_as, mut any) = (None, false);
        if headers.contains_key(header::IF_NONE_MATCH) {
            known_as = matched(headers, std::str::from_utf8(&tag).unwrap_or_default());
            any = sent(headers).any(|candidate| candidate == "*");
        }
        let (suffix, matched) = (known_as.unwrap_or_default(), known_as.is_some());
        Validator { tag, suffix, matched, any, cache_control: CACHE_CONTROL }
    }

    /// For answers whose tag is made from themselves: how long they stay so is not known.
    pub fn revalidated(self) -> Validator {
        Validator { cache_control: CACHE_CONTROL_ASK, ..self }
    }

    /// The tag itself, whatever form of it the client has.
    pub fn bare_tag(&self) -> &Tag {
        &self.tag
    }

    /// The value of `ETag`, in its quotes.
    pub fn tag(&self) -> HeaderValue {
        let quoted = [b"\"", &self.tag[..], self.suffix.as_bytes(), b"\""].concat();
        HeaderValue::from_maybe_shared(Bytes::from(quoted)).expect("a tag is ASCII")
    }

    /// The whole answer when the client already has it: ask before doing the work.
    pub fn not_modified(&self) -> Option<Answer> {
        self.matched.then(|| self.mark(Answer::empty(StatusCode::NOT_MODIFIED)))
    }

    /// Marks a 200 as cacheable under this tag, or says that the client has it; only now is it certain that there is something for a
    /// `*` to match.
    pub fn apply(&self, answer: Answer) -> Answer {
        self.mark(if self.matched || self.any { Answer::empty(StatusCode::NOT_MODIFIED) } else { answer })
    }

    fn mark(&self, answer: Answer) -> Answer {
        answer
            .with_header(header::ETAG, self.tag())
            .with_header(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control))
    }
}

fn hex(hash: &[u8]) -> Tag {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut tag = [b'0'; TAG_CHARS];
    for (pair, byte) in tag.chunks_exact_mut(2).zip(hash) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    tag
}

/// Under which suffix the client has what `tag` names. `If-None-Match` compares weakly (RFC 9110, 13.1.2), may be a list, and may come
/// in several headers.
pub fn matched(headers: &HeaderMap, tag: &str) -> Option<&'static str> {
    sent(headers).find_map(|candidate| suffix_after(candidate.strip_prefix("W/").unwrap_or(candidate), tag))
}

/// Whether `If-Match` allows an answer under this tag, in its quotes. It compares strongly (RFC 9110, 13.1.1): a weak tag never matches.
pub fn if_match_allows(headers: &HeaderMap, tag: Option<&HeaderValue>) -> bool {
    if !headers.contains_key(header::IF_MATCH) {
        return true;
    }
    let tag =
        tag.and_then(|tag| tag.to_str().ok()).and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')).map(without_encoding);
    let mut wanted = list(headers, header::IF_MATCH);
    wanted.any(|candidate| candidate == "*" || tag.is_some_and(|tag| suffix_after(candidate, tag).is_some()))
}

/// `"tag-br"` has the suffix `-br`, `"tag"` an empty one; another tag has none.
fn suffix_after(candidate: &str, tag: &str) -> Option<&'static str> {
    let rest = candidate.strip_prefix('"')?.strip_suffix('"')?.strip_prefix(tag)?;
    if rest.is_empty() { Some("") } else { ENCODING_SUFFIXES.into_iter().find(|suffix| *suffix == rest) }
}

pub fn sent(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    list(headers, header::IF_NONE_MATCH)
}

fn list(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

fn without_encoding(tag: &str) -> &str {
    ENCODING_SUFFIXES.iter().find_map(|suffix| tag.strip_suffix(suffix)).unwrap_or(tag)
}

impl Request {
    /// A strong validator of the answer to this very question; `made_from` is everything else the answer depends on:
    /// the data version, and today's date where the question left it open.
    pub fn validator(&self, made_from: &[&str]) -> Validator {
        Validator::new(self, made_from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_header(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn lists_weak_tags_and_compressed_forms_match() {
        for (value, suffix) in
            [("\"t\"", ""), ("W/\"t\"", ""), ("\"a\", \"t\"", ""), ("\"t-gzip\"", "-gzip"), ("\"a-br\", W/\"t-br\"", "-br")]
        {
            assert_eq!(matched(&with_header(header::IF_NONE_MATCH, value), "t"), Some(suffix), "{value}");
        }
        for value in ["t", "\"T\"", "\"t", "\"x\"", "\"t-zip\""] {
            assert_eq!(matched(&with_header(header::IF_NONE_MATCH, value), "t"), None, "{value}");
        }
    }

    #[test]
    fn a_304_names_the_form_that_the_client_has() {
        let of = |headers: &HeaderMap| Validator::of(["/a", "", "json", "es"], headers, &[]);
        let tag = of(&HeaderMap::new()).tag().to_str().unwrap().to_owned();
        assert_eq!(tag.len(), TAG_CHARS + 2);
        for suffix in ["", "-gzip", "-br"] {
            let theirs = format!("{}{suffix}\"", tag.strip_suffix('"').unwrap());
            let validator = of(&with_header(header::IF_NONE_MATCH, &theirs));
            assert_eq!(validator.tag(), theirs.as_str());
            assert!(validator.not_modified().is_some());
        }
    }

    #[test]
    fn if_match_compares_strongly() {
        let tag = HeaderValue::from_static("\"t\"");
        for allowed in ["*", "\"t\"", "\"a\", \"t\"", "\"t-br\""] {
            assert!(if_match_allows(&with_header(header::IF_MATCH, allowed), Some(&tag)), "{allowed}");
        }
        for refused in ["W/\"t\"", "\"a\"", "t"] {
            assert!(!if_match_allows(&with_header(header::IF_MATCH, refused), Some(&tag)), "{refused}");
        }
        assert!(if_match_allows(&HeaderMap::new(), None));
        assert!(!if_match_allows(&with_header(header::IF_MATCH, "\"t\""), None), "what has no tag matches none");
    }
}
