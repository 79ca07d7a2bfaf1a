//! `Range` of one range of bytes (RFC 9110, 14.2): an unreadable one is ignored, and the whole is answered.

use std::ops::Range;

use hyper::header::{self, HeaderMap};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeRequest {
    /// No range, one that is not understood, several of them, or one of another state of the file.
    Whole,
    Part(Range<u64>),
    /// The file has no such bytes.
    Unsatisfiable,
}

/// `tag` is the file's, in its quotes.
pub fn parse_range(headers: &HeaderMap, tag: &str, length: u64) -> RangeRequest {
    let mut sent = headers.get_all(header::RANGE).iter();
    let (Some(range), None) = (sent.next(), sent.next()) else { return RangeRequest::Whole };
    // Only a strong tag can promise that the bytes are the same; a date never matches, since none is given.
    if headers.get_all(header::IF_RANGE).iter().any(|wanted| wanted.as_bytes() != tag.as_bytes()) {
        return RangeRequest::Whole;
    }
    range.to_str().ok().and_then(|range| part(range, length)).unwrap_or(RangeRequest::Whole)
}

/// `None` where it is no range of bytes.
fn part(range: &str, length: u64) -> Option<RangeRequest> {
    let (unit, stretch) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = stretch.trim().split_once('-')?;
    let range = match (first.trim(), last.trim()) {
        ("", suffix) => length.saturating_sub(number(suffix)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Some(if range.start < range.end { RangeRequest::Part(range) } else { RangeRequest::Unsatisfiable })
}

/// Digits only; more than any file has counts as the most there is.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str, if_range: Option<&str>, length: u64) -> RangeRequest {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        if let Some(tag) = if_range {
            headers.insert(header::IF_RANGE, tag.parse().unwrap());
        }
        parse_range(&headers, "\"t\"", length)
    }

    #[test]
    fn stretches_are_cut_to_what_there_is() {
        for (range, part) in
            [("bytes=0-0", 0..1), ("bytes=2-", 2..10), ("bytes=-3", 7..10), ("bytes=-99", 0..10), ("Bytes=4-99", 4..10)]
        {
            assert_eq!(of(range, None, 10), RangeRequest::Part(part), "{range}");
        }
        for range in ["bytes=10-", "bytes=99-100", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(of(range, None, 10), RangeRequest::Unsatisfiable, "{range}");
        }
        for range in
            ["bytes=0-1,3-4", "bytes=3-1", "bytes=a-b", "bytes=", "bytes=-", "lines=0-1", "bytes", "bytes=+1-2", "bytes=--1"]
        {
            assert_eq!(of(range, None, 10), RangeRequest::Whole, "{range}");
        }
        assert_eq!(
            (of("bytes=0-", None, 0), of("bytes=-5", None, 0)),
            (RangeRequest::Unsatisfiable, RangeRequest::Unsatisfiable)
        );
    }

    #[test]
    fn a_part_of_another_state_is_not_given() {
        assert_eq!(of("bytes=0-1", Some("\"t\""), 10), RangeRequest::Part(0..2));
        for other in ["\"x\"", "W/\"t\"", "\"t-gzip\"", "Fri, 27 Nov 2026 00:00:00 GMT"] {
            assert_eq!(of("bytes=0-1", Some(other), 10), RangeRequest::Whole, "{other}");
        }
    }
}
