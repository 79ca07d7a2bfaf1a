//! The table of deprecated operations: their headers (RFC 9745, RFC 8594), their marks in the document, and a count of calls.
//!
//! The router and the answer cache write it, not the handlers, so that refusals and 304s carry it too.

use std::time::{Duration, UNIX_EPOCH};

use hyper::header::{HeaderMap, HeaderName, HeaderValue, LINK};
use jiff::{civil::Date, tz::TimeZone};
use metrics::Counter;

/// One deprecated operation.
#[derive(Clone, Copy, Debug)]
pub struct Deprecated {
    pub operation: &'static str,
    /// From the beginning of this day on (UTC) it is not for new programs; may lie ahead.
    pub since: Date,
    /// From the beginning of this day on (UTC) it may be gone.
    pub sunset: Date,
    /// Where what it did is done from now on.
    pub successor: &'static str,
    /// Where people read what to do.
    pub guide: &'static str,
}

/// To deprecate an operation, add a line here and one under *API* in the changelog.
pub const TABLE: &[Deprecated] = &[];

pub(crate) const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
pub(crate) const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// The headers of every answer of a deprecated operation, refusals too.
#[derive(Clone)]
pub struct Notice {
    headers: Vec<(HeaderName, HeaderValue)>,
    used: Counter,
}

impl Notice {
    /// # Panics
    /// When a line cannot be said in headers: a fault in the source, seen by the first test that builds a router.
    pub fn new(row: &Deprecated) -> Self {
        assert!(row.since < row.sunset, "{}: the sunset comes after the deprecation", row.operation);
        let value = |text: String| HeaderValue::try_from(text).expect("dates and addresses of the table are ASCII");
        let (since, sunset) = (seconds(row.since), seconds(row.sunset));
        let sunset = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(sunset));
        let headers = vec![
            (DEPRECATION, value(format!("@{since}"))),
            (SUNSET, value(sunset)),
            (LINK, value(format!("<{}>; rel=\"deprecation\"; type=\"text/html\"", row.guide))),
            (LINK, value(format!("<{}>; rel=\"successor-version\"", row.successor))),
        ];
        let _ = crate::http::base::metrics::recorder();
        let used = metrics::counter!("http_deprecated_requests_total", "operation" => row.operation);
        Self { headers, used }
    }

    /// Counts one call, and says so beside what the answer says anyway: a page keeps its `Link`.
    pub fn apply(&self, headers: &mut HeaderMap) {
        self.used.increment(1);
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
    }
}

fn seconds(day: Date) -> u64 {
    let second = day.to_zoned(TimeZone::UTC).map_or(0, |midnight| midnight.timestamp().as_second());
    u64::try_from(second).unwrap_or_default()
}
