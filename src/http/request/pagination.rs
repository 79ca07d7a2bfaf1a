//! Pages of a list: `limit`, an opaque `cursor` that belongs to one question, and the `Link` to the next page.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::header::{self, HeaderValue};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::{
    json_body,
    query::{QueryPairs, encode},
};
use crate::http::{Answer, Problem, values::numbers::Whole};

pub(crate) const LIMIT_DEFAULT: u32 = 50;
const CURSOR_CHARS_MAX: usize = 2048;

/// List these in an operation's `params` beside its own query struct.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// Cuántos elementos: how many to answer with; 0 asks only for `meta`.
    #[param(minimum = 0, maximum = 1000, default = 50, value_type = Option<u32>)]
    limit: Option<Whole<0, 1000>>,
    /// Cursor opaco: where the page before this one ended, as given in `meta.next_cursor`.
    #[param(max_length = 2048)]
    cursor: Option<String>,
}

/// The page asked for. The cursor's key is whatever the list is ordered by, its last component unique.
#[derive(Debug)]
pub struct Page {
    pub limit: usize,
    after: Option<serde_json::Value>,
    question: String,
    link_base: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursor<K> {
    after: K,
    /// Binds the cursor to its question: a mistake is noticed, not a forgery, of which there is nothing to gain.
    of: String,
}

impl Page {
    pub fn read(parameters: &PageParameters, path: &str, query: &QueryPairs) -> Result<Page, Problem> {
        let limit = parameters.limit.map_or(LIMIT_DEFAULT, |Whole(limit)| limit);
        let question = checksum(path, &query.canonical(&["limit", "cursor", "lang", "format", "for"]));
        let after = parameters.cursor.as_deref().map(|cursor| open(cursor, &question)).transpose()?;
        let rest = query.canonical(&["cursor"]);
        let separator = if rest.is_empty() { "" } else { "&" };
        let link_base = format!("{path}?{rest}{separator}cursor=");
        Ok(Page { limit: usize::try_from(limit).unwrap_or(usize::MAX), after, question, link_base })
    }

    /// The key after which this page starts; `None` for the first page.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let key = self.after.clone().map(serde_json::from_value).transpose();
        key.map_err(|_| foreign_cursor())
    }

    /// One more than shown, to learn whether there is a next page; none at all when only `meta` is asked for.
    pub(crate) fn rows_to_fetch(&self) -> i64 {
        if self.limit == 0 { 0 } else { i64::try_from(self.limit).unwrap_or(i64::MAX).saturating_add(1) }
    }

    /// How many there are, where the first page holds them all.
    pub(crate) fn total(&self, shown: usize, more: bool) -> Option<u64> {
        (self.after.is_none() && self.limit > 0 && !more).then_some(shown as u64)
    }

    /// Cuts what was fetched to the page; true when there is more.
    pub fn cut<T>(&self, rows: &mut Vec<T>) -> bool {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        more
    }

    /// For `meta.next_cursor`: the key of the last element on this page.
    pub fn cursor_after<K: Serialize>(&self, key: &K) -> Result<String, Problem> {
        let cursor = serde_json::to_vec(&Cursor { after: key, of: self.question.clone() });
        cursor.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|error| {
            tracing::error!(%error, "internal error: cursor could not be serialised");
            Problem::internal()
        })
    }

    /// Adds `Link: <…>; rel="next"` when there is a next page.
    pub fn link(&self, answer: Answer, next_cursor: Option<&str>) -> Answer {
        match next_cursor.and_then(|cursor| self.link_value(cursor)) {
            Some(link) => answer.with_header(header::LINK, link),
            None => answer,
        }
    }

    /// The value of `Link`.
    pub(crate) fn link_value(&self, next_cursor: &str) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("<{}>; rel=\"next\"", self.next_path(next_cursor))).ok()
    }

    /// Where the next page lies.
    pub fn next_path(&self, next_cursor: &str) -> String {
        format!("{}{}", self.link_base, encode(next_cursor))
    }
}

fn open(cursor: &str, question: &str) -> Result<serde_json::Value, Problem> {
    if cursor.len() > CURSOR_CHARS_MAX {
        return Err(foreign_cursor());
    }
    let json = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| foreign_cursor())?;
    // As strict as with a body: a cursor that no list has written must not reach the database.
    let cursor: Cursor<serde_json::Value> = json_body::parse(&json).map_err(|_| foreign_cursor())?;
    if cursor.of == question { Ok(cursor.after) } else { Err(foreign_cursor()) }
}

fn foreign_cursor() -> Problem {
    let detail = ("no es de esta consulta: empiece sin él", "is not of this query: start without it");
    Problem::bad_parameter("cursor", "invalid_cursor", detail)
}

fn checksum(path: &str, query: &str) -> String {
    let digest = Sha256::digest(format!("{path}?{query}"));
    URL_SAFE_NO_PAD.encode(&digest[..9])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::query_values;

    fn page(path: &str, raw: &str) -> Result<Page, u16> {
        let query = QueryPairs::parse(raw, None).unwrap();
        let page = query_values::from_pairs(&query).and_then(|parameters| Page::read(&parameters, path, &query));
        page.map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn a_cursor_comes_back_only_to_its_own_question() {
        let cursor = page("/a", "q=x&limit=5").unwrap().cursor_after(&("k", 7)).unwrap();
        let next = page("/a", &format!("q=x&limit=9&lang=en&cursor={cursor}")).unwrap();
        assert_eq!(next.after::<(String, u32)>().unwrap(), Some(("k".to_owned(), 7)));
        assert!(next.after::<u32>().is_err());
        assert_eq!(page("/a", &format!("q=y&cursor={cursor}")).unwrap_err(), 400);
        assert_eq!(page("/b", &format!("q=x&cursor={cursor}")).unwrap_err(), 400);
        assert_eq!(page("/a", "q=x&cursor=abc").unwrap_err(), 400);
    }

    #[test]
    fn the_total_is_known_where_one_page_holds_all() {
        let first = page("/a", "limit=5").unwrap();
        assert_eq!([first.total(3, false), first.total(5, true)], [Some(3), None]);
        let next = page("/a", &format!("limit=5&cursor={}", first.cursor_after(&7).unwrap())).unwrap();
        assert_eq!([next.total(3, false), page("/a", "limit=0").unwrap().total(0, false)], [None, None]);
    }

    #[test]
    fn limits() {
        assert_eq!(page("/a", "").unwrap().limit, 50);
        assert_eq!(page("/a", "limit=0").unwrap().limit, 0);
        for wrong in ["limit=1001", "limit=x", "limit=-1", "limit=99999999999", "limit=%2B5"] {
            assert_eq!(page("/a", wrong).unwrap_err(), 400, "{wrong}");
        }
    }
}
