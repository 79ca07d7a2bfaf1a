//! The page of the open-data files.

use serde_json::{Value, json};

use crate::{
    exports::spreadsheet::SHEET_ROWS_MAX,
    http::{
        App, Problem, Request, api,
        view::{
            call_operation::{OperationInput, ask},
            frame::Page,
        },
    },
};

/// What most people open stands first.
const ORDER: [&str; 5] = ["xlsx", "csv_excel_es", "csv", "ndjson", "parquet"];

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let all = OperationInput { path: &[], query: &[] };
    let sets = ask(&app, &request, api::open_data::list_exports::handler, all).await?;
    // Files that are not built yet are not listed.
    let made = sets["data"].as_array().into_iter().flatten().filter(|set| !set["newest"].is_null());
    let made: Vec<Value> = made.cloned().map(for_people).collect();
    Ok(Page { template: "open_data.html", content: json!({ "sets": made, "meta": sets["meta"] }) })
}

/// The files in that order, and whether there are more rows than a sheet holds.
fn for_people(mut set: Value) -> Value {
    let newest = &mut set["newest"];
    let mut has_workbook = false;
    if let Some(files) = newest["files"].as_array_mut() {
        let place = |file: &Value| ORDER.iter().position(|format| file["format"] == *format).unwrap_or(ORDER.len());
        files.sort_by_key(place);
        has_workbook = files.iter().any(|file| file["format"] == "xlsx");
    }
    let rows = newest["rows"].as_u64().unwrap_or_default();
    set["too_long"] = Value::Bool(!has_workbook && rows >= SHEET_ROWS_MAX);
    set
}
