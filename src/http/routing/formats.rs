//! The formats that an operation documents for its answers.

use utoipa::openapi::{RefOr, path::Operation};

use crate::http::{base::media_type::PARQUET, request::negotiate::Format};

/// The formats its success is documented in, JSON when it says nothing. None when it is a file: then there is nothing to choose.
pub fn formats(operation: &Operation) -> Vec<Format> {
    let types = success_types(operation);
    if types.iter().any(|content_type| FILES.contains(content_type)) {
        return Vec::new();
    }
    let mut formats: Vec<Format> = types.iter().filter_map(|content_type| Format::from_content_type(content_type)).collect();
    formats.sort();
    formats.dedup();
    if formats.contains(&Format::Ndjson) {
        return Format::OF_INVOICES.to_vec();
    }
    // Every list that is offered as CSV is also offered in the formats for people.
    if formats.contains(&Format::Csv) {
        return Format::OF_LISTS.to_vec();
    }
    if formats.is_empty() { vec![Format::Json] } else { formats }
}

/// An operation that documents one of these answers with files.
const FILES: [&str; 4] = ["application/zip", "image/svg+xml", "application/ld+json", PARQUET];

/// Whether the client may choose CSV.
pub fn answers_csv(operation: &Operation) -> bool {
    formats(operation).contains(&Format::Csv)
}

fn success_types(operation: &Operation) -> Vec<&str> {
    let successes = operation.responses.responses.iter().filter(|(status, _)| status.starts_with('2'));
    successes
        .filter_map(|(_, response)| if let RefOr::T(response) = response { Some(response) } else { None })
        .flat_map(|response| response.content.keys().map(String::as_str))
        .collect()
}
