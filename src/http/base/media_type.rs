//! Media types of published files.

use crate::exports::spreadsheet;

pub const CSV: &str = "text/csv; charset=utf-8; header=present";
pub const NDJSON: &str = "application/x-ndjson";
pub const PARQUET: &str = "application/vnd.apache.parquet";
pub const SCHEMA: &str = "application/json";
pub const DIFF: &str = "text/x-diff; charset=utf-8";

/// The media type of a published format.
pub fn media_type(format: &str) -> &'static str {
    match format {
        "csv" | "csv_excel_es" => CSV,
        "xlsx" => spreadsheet::MEDIA_TYPE,
        "ndjson" => NDJSON,
        "parquet" => PARQUET,
        "schema" | "manifest" => SCHEMA,
        _ => DIFF,
    }
}
