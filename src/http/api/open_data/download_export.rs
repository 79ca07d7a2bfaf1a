//! `GET /v1/exports/{dataset}/{version}/{file}`: a published file, or a difference.

use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};

use crate::{
    exports::{data_set::path, data_sets, spreadsheet::SHEET_ROWS_MAX},
    http::{
        Answer, App,
        base::{
            problem::{Problem, Problems},
            problem_kind,
        },
        request::incoming::Request,
        response::download,
        values::identifiers::ExportVersion,
    },
    read_model::service::exports::FileLookup,
};

/// Download an open-data file
///
/// A file of one version as it was published: it never changes, so it may be kept for ever, and a broken download goes on with `Range`.
/// `latest` in place of the version leads to the newest one (307). A version that is no longer kept answers 410. The names of the files
/// stand in the list; differences are named after the version that they are applied to. Beside the files for programs there are two for
/// people: a workbook (`.xlsx`, where a sheet of 1,048,576 rows holds all) and a CSV that a Spanish Excel opens (`.excel-es.csv`).
/// Of a data set in periods `manifest.json` names the files of each period; such a file keeps its address as long as it does not change, and
/// under a later version or `latest` its name leads there (307). Text comes as gzip to whoever accepts it, as it is stored; parts (`Range`) come plain.
#[utoipa::path(get, operation_id = "download_export", path = "/v1/exports/{dataset}/{version}/{file}", tag = "open_data",
    params(("dataset" = String, Path, description = "As in the list", example = "medicines"),
        ("version" = ExportVersion, Path, description = "As in the list, or latest", example = "latest"),
        ("file" = String, Path, description = "As in the list", example = "medicines.csv")),
    responses((status = 200, description = "The file, under a strong ETag that is its SHA-256", content((String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.apache.parquet"), (serde_json::Value = "application/json"),
            (String = "text/x-diff"))),
        (status = 206, description = "The bytes asked for with Range", content((String = "text/csv"), (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "application/vnd.apache.parquet"), (serde_json::Value = "application/json"), (String = "text/x-diff"))),
        (status = 304, description = "Not modified"),
        (status = 307, description = "latest: where the newest version lies; a period's file: where the version lies that made it"),
        (status = 410, description = "That version is no longer kept", body = Problem, content_type = "application/problem+json"),
        (status = 416, description = "The file has no such bytes", body = Problem, content_type = "application/problem+json"),
        Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let [data_set, version, file] = [request.path("dataset")?, request.path("version")?, request.path::<String>("file")?];
    let unknown_set = || Problem::not_found(("el conjunto de datos", "data set"), &data_set);
    data_sets::find(&data_set).ok_or_else(unknown_set)?;
    if version == "latest" {
        let newest = app.read_model.newest_export(&data_set).await?.ok_or_else(|| unknown_file(&file))?;
        return match app.read_model.find_export(&data_set, &newest, &file).await? {
            FileLookup::File(_) => elsewhere(&path(&data_set, &newest, &file)),
            FileLookup::Pruned | FileLookup::Unknown => of_period(&app, &data_set, &newest, &file).await,
        };
    }
    let ExportVersion(version) = request.path("version")?;
    match app.read_model.find_export(&data_set, &version, &file).await? {
        FileLookup::File(stored) => download::answer(&app, &request, &stored, &stored_as(&version, &file)),
        FileLookup::Pruned => Err(Problem::gone(("la versión", "version"), &version)),
        FileLookup::Unknown => of_period(&app, &data_set, &version, &file).await,
    }
}

/// A file that a version does not have itself: a period's, which an earlier version made, or none.
async fn of_period(app: &App, data_set: &str, version: &str, file: &str) -> Result<Answer, Problem> {
    match app.read_model.export_of_period(data_set, version, file).await? {
        Some(made_in) => elsewhere(&path(data_set, &made_in, file)),
        None => Err(not_made(app, data_set, version, file).await?),
    }
}

/// A file that is not there; of a workbook of all rows it may be known why.
async fn not_made(app: &App, data_set: &str, version: &str, file: &str) -> Result<Problem, Problem> {
    if file.strip_suffix(".xlsx") != Some(data_set) {
        return Ok(unknown_file(file));
    }
    let versions = app.read_model.list_exports().await?;
    let rows = versions.iter().find(|one| one.data_set == data_set && one.version == version).map_or(0, |one| one.rows);
    Ok(too_long(data_set, u64::try_from(rows).unwrap_or_default()).unwrap_or_else(|| unknown_file(file)))
}

/// Why a data set of so many rows is no workbook.
fn too_long(data_set: &str, rows: u64) -> Option<Problem> {
    (rows >= SHEET_ROWS_MAX).then(|| {
        let detail = (
            format!("{data_set} tiene {rows} filas y una hoja de Excel lleva {SHEET_ROWS_MAX} con su encabezado: use CSV, NDJSON o Parquet"),
            format!("{data_set} has {rows} rows and a sheet of Excel holds {SHEET_ROWS_MAX} with its header: use CSV, NDJSON or Parquet"),
        );
        Problem::new(&problem_kind::NOT_FOUND).with_detail(detail)
    })
}

fn unknown_file(file: &str) -> Problem {
    Problem::not_found(("el archivo", "file"), file)
}

fn elsewhere(path: &str) -> Result<Answer, Problem> {
    Ok(Answer::empty(StatusCode::TEMPORARY_REDIRECT)
        .with_header(header::LOCATION, download::value(path)?)
        .with_header(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
}

/// Two versions of a file lie beside each other in one folder: `medicines.2026-11-27.42.csv`.
fn stored_as(version: &str, file: &str) -> String {
    file.split_once('.').map_or_else(|| file.to_owned(), |(name, rest)| format!("{name}.{version}.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_a_sheet_it_is_said_why_there_is_no_workbook() {
        assert!(too_long("prices_by_month", SHEET_ROWS_MAX - 1).is_none(), "with its header just full");
        let problem = format!("{:?}", too_long("prices_by_month", SHEET_ROWS_MAX).unwrap());
        assert!(problem.contains("1048576 filas") && problem.contains("use CSV, NDJSON or Parquet"), "{problem}");
    }

    #[test]
    fn a_file_is_stored_under_its_version() {
        assert_eq!(stored_as("2026-11-27.42", "medicines.csv"), "medicines.2026-11-27.42.csv");
    }
}
