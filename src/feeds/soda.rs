//! The portal's interface (SODA 2): metadata, counts and pages of a data set, by its identifier.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::client::{PortalAnswer, PortalClient, Target, Validators, shortened};
use crate::{domain::feeds::fault::FeedFault, store::feeds::Probe};

/// What identifies a row for as long as it exists; pages are ordered and continued by it.
pub const KEY: &str = ":id";

/// Where a person finds the data set, and what a run states as its address.
pub fn address(base: &Url, data_set: &str) -> String {
    at(base, &format!("resource/{data_set}.csv"), &[]).to_string()
}

fn at(base: &Url, path: &str, query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

/// What the publisher says of a data set: two requests. What cannot be learnt is left out; a portal that does not answer is a fault.
pub async fn probe(client: &PortalClient, data_set: &str, before: Option<&Probe>) -> Result<Probe, FeedFault> {
    let described = describe(client, data_set, before).await?;
    let (rows, newest) = count(client, data_set).await?;
    Ok(Probe { rows, newest, ..described })
}

async fn describe(client: &PortalClient, data_set: &str, before: Option<&Probe>) -> Result<Probe, FeedFault> {
    let url = at(&client.settings.base, &format!("api/views/{data_set}.json"), &[]);
    // An answer that did not change says what was known only if that is known.
    let known = before.filter(|before| before.columns.is_some());
    let validators = Validators {
        etag: known.and_then(|known| known.etag.as_deref()),
        last_modified: known.and_then(|known| known.last_modified.as_deref()),
    };
    let answer = client.get(&url, validators, Target::Memory).await?;
    if answer.status == StatusCode::NOT_MODIFIED {
        return known.cloned().ok_or(FeedFault::BadMetadata);
    }
    let metadata = json(&answer)?;
    let updated_at = metadata["rowsUpdatedAt"].as_i64().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let columns = metadata["columns"].as_array().map(|columns| {
        let names = columns.iter().filter_map(|column| column["fieldName"].as_str());
        names.filter(|name| !name.starts_with(':')).map(str::to_owned).collect::<Vec<_>>()
    });
    let columns = columns.filter(|columns| !columns.is_empty());
    Ok(Probe { updated_at, columns, etag: answer.etag, last_modified: answer.last_modified, ..Probe::default() })
}

/// How many rows there are, and when the newest of them was changed.
pub async fn count(client: &PortalClient, data_set: &str) -> Result<(Option<i64>, Option<String>), FeedFault> {
    let query = [("$select", "count(*) as total, max(:updated_at) as newest")];
    let url = at(&client.settings.base, &format!("resource/{data_set}.json"), &query);
    let answer = client.get(&url, Validators::default(), Target::Memory).await?;
    if answer.status == StatusCode::BAD_REQUEST {
        // A portal that cannot count: the pages are read to their end.
        return Ok((None, None));
    }
    let counted = json(&answer)?;
    let first = &counted[0];
    let rows = first["total"].as_i64().or_else(|| first["total"].as_str()?.parse().ok()).filter(|rows| *rows >= 0);
    Ok((rows, first["newest"].as_str().map(shortened)))
}

/// A page of the rows after a key, in the order of their keys, into a file.
pub async fn page(client: &PortalClient, data_set: &str, after: Option<&str>, file: &std::path::Path) -> Result<(), FeedFault> {
    let limit = client.settings.page_rows.to_string();
    let filter = after.map(|key| format!("{KEY} > '{}'", key.replace('\'', "''")));
    let mut query = vec![("$select", ":id,*"), ("$order", KEY), ("$limit", limit.as_str())];
    if let Some(filter) = &filter {
        query.push(("$where", filter.as_str()));
    }
    let url = at(&client.settings.base, &format!("resource/{data_set}.csv"), &query);
    let answer = client.get(&url, Validators::default(), Target::File(file)).await?;
    if answer.status != StatusCode::OK {
        return Err(FeedFault::UnexpectedStatus(answer.status.as_u16()));
    }
    let beginning = String::from_utf8_lossy(&answer.beginning);
    let beginning = beginning.trim_start_matches('\u{feff}').trim_start();
    if beginning.starts_with('{') || beginning.starts_with('[') {
        return Err(FeedFault::PortalError { message: shortened(beginning) });
    }
    if beginning.starts_with('<') || !is_media_type(&answer, &["text/csv", "text/plain", "application/octet-stream"]) {
        return Err(FeedFault::NotData { media_type: shortened(&answer.media_type) });
    }
    Ok(())
}

fn is_media_type(answer: &PortalAnswer, known: &[&str]) -> bool {
    let media_type = answer.media_type.split(';').next().unwrap_or_default().trim();
    media_type.is_empty() || known.iter().any(|known| media_type.eq_ignore_ascii_case(known))
}

/// An answer in JSON that is none of the portal's errors.
fn json(answer: &PortalAnswer) -> Result<Value, FeedFault> {
    if answer.status != StatusCode::OK {
        return Err(FeedFault::UnexpectedStatus(answer.status.as_u16()));
    }
    if !is_media_type(answer, &["application/json", "text/plain"]) {
        return Err(FeedFault::NotData { media_type: shortened(&answer.media_type) });
    }
    let value: Value = serde_json::from_slice(&answer.body).map_err(|_| FeedFault::BadMetadata)?;
    let is_error = value["error"].as_bool() == Some(true) || value["errorCode"].is_string();
    if is_error {
        let message = value["message"].as_str().or_else(|| value["errorCode"].as_str()).unwrap_or_default();
        return Err(FeedFault::PortalError { message: shortened(message) });
    }
    Ok(value)
}
