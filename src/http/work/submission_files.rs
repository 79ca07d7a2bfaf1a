//! The file of a submission as its sender takes it away: what was sent, with what is wrong beside each row.

use std::{collections::BTreeMap, fs::File, io, path::Path};

use hyper::Method;

use super::{
    operation::{Call, permit, read},
    page::{attachment, disk_fault, to_sign_in},
    send::CREATE,
    submission::{is_table, what_is_right},
    visit,
};
use crate::{
    http::{
        Answer, App, Endpoint, Language, Problem, Request,
        annotated::{
            added::{AddedRows, AddedSheet, AddedSheets},
            csv, workbook,
        },
        base::problem_kind,
        response::spooled,
        routing::path_headers,
        view::messages::say,
    },
    ingest::{submission::csv::place_of_header, unpack_gzip},
    spool::{Shortage, Spooled, purpose},
};

const ANNOTATED: &str = "/trabajo/envios/{id}/con-errores";
/// As many as a dry run keeps.
const FAULTS_MAX: usize = 10_000;
const FAULTS_AT_ONCE: &str = "1000";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const UNPACKED_BYTES_MAX: u64 = 4 << 30;
const UNPACKED_RATIO_MAX: u64 = 200;

pub fn endpoints() -> Vec<Endpoint<App>> {
    let endpoint = Endpoint::plain(Method::GET, ANNOTATED, annotated).with_headers(path_headers::PAGE);
    vec![Endpoint { without_deadline: true, ..endpoint }]
}

/// The file of a submission with three columns more. Whoever may read its errors may have them beside what they sent.
async fn annotated(app: App, mut request: Request) -> Result<Answer, Problem> {
    let Some(visit) = visit::of(&app, &request).await? else { return to_sign_in(&request) };
    request.actor = Some(visit.session.actor.clone());
    permit(&request, CREATE)?;
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let submission = read(&app, &request, Call { name: "show_submission", path }, &[]).await?["data"].take();
    let format = submission["format"].as_str().unwrap_or_default();
    if !is_table(format) {
        let detail = ("solo a una tabla (CSV o Excel) se le añaden columnas", "columns are added to a table (CSV or Excel) only");
        return Err(Problem::new(&problem_kind::UNPROCESSABLE).with_detail(detail));
    }
    let language = request.language;
    let (rows, is_whole) = faults(&app, &request, path).await?;
    let _place = app.workflow.uploads.clone().try_acquire_owned().map_err(|_| Problem::overloaded())?;
    let original = app.workflow.submitted_file(&id).await?;
    let made = Making {
        original,
        unpacked: Spooled::file(&app.workflow.spool, purpose::ANSWER).map_err(|error| disk_fault(&error))?,
        out: Spooled::file(&app.workflow.spool, purpose::ANSWER).map_err(|error| disk_fault(&error))?,
        is_packed: submission["gzip"] == true,
        is_workbook: format == "xlsx",
        header: header(language, is_whole),
        rows,
    };
    let out = tokio::task::spawn_blocking(move || made.write()).await.map_err(|_| Problem::internal())??;
    let (media_type, ending) = if format == "xlsx" { (XLSX, "xlsx") } else { ("text/csv", "csv") };
    let answer = spooled::answer(media_type, out).map_err(|error| disk_fault(&error))?;
    attachment(answer, &format!("{id}-con-errores.{ending}"))
}

/// What is said of each row at fault, and whether these are all.
async fn faults(app: &App, request: &Request, path: &[(&str, &str)]) -> Result<(BTreeMap<u64, [String; 3]>, bool), Problem> {
    let (mut rows, mut cursor, mut read_so_far) = (BTreeMap::<u64, [String; 3]>::new(), String::new(), 0);
    loop {
        let query = [("limit", FAULTS_AT_ONCE), ("cursor", cursor.as_str())];
        let page = read(app, request, Call { name: "list_submission_errors", path }, &query).await?;
        for fault in page["data"].as_array().into_iter().flatten() {
            let text = |member: &str| fault[member].as_str().unwrap_or_default();
            let right = what_is_right(request.language, text("rule")).unwrap_or_default();
            let why = if text("explanation").is_empty() { text("rule") } else { text("explanation") };
            let said = [text("column"), why, right.as_str()];
            let row = rows.entry(fault["line"].as_u64().unwrap_or_default()).or_default();
            for (cell, more) in row.iter_mut().zip(said) {
                if !cell.is_empty() && !more.is_empty() {
                    cell.push_str("; ");
                }
                cell.push_str(more);
            }
            read_so_far += 1;
        }
        match page["meta"]["next_cursor"].as_str() {
            Some(next) if read_so_far < FAULTS_MAX => next.clone_into(&mut cursor),
            next => return Ok((rows, next.is_none())),
        }
    }
}

fn header(language: Language, is_whole: bool) -> Vec<String> {
    let words = |key: &str| say(language, key, &[]);
    let mut why = words("work.why_not");
    if !is_whole {
        why = format!("{why} {}", words("work.annotated_some"));
    }
    vec![words("work.column_name"), why, words("work.right_label")]
}

/// Of what is wrong, with what, and what would be right.
const WIDTHS: [u32; 3] = [40, 24, 40];

/// Everything that the file is made of.
struct Making {
    original: Spooled,
    unpacked: Spooled,
    out: Spooled,
    is_packed: bool,
    is_workbook: bool,
    header: Vec<String>,
    rows: BTreeMap<u64, [String; 3]>,
}

impl Making {
    fn write(self) -> Result<Spooled, Problem> {
        let mut path = self.original.path();
        if self.is_packed {
            let unpacked = unpack_gzip(path, self.unpacked.path(), UNPACKED_BYTES_MAX, UNPACKED_RATIO_MAX);
            unpacked.map_err(|_| no_columns())?;
            path = self.unpacked.path();
        }
        let (sheet, header_row) = place_of_header(path, self.is_workbook).map_err(|_| no_columns())?;
        let mut added = AddedSheet { header_row, header: self.header, numbers: &[], widths: &WIDTHS, rows: AddedRows::default() };
        for (row, cells) in &self.rows {
            added.rows.push(*row, cells);
        }
        let out = self.out.open().map_err(|error| disk_fault(&error))?;
        write_columns(path, sheet, added, out)
            .map_err(|error| if Shortage::of(&error).is_some() { disk_fault(&error) } else { no_columns() })?;
        Ok(self.out)
    }
}

fn write_columns(path: &Path, sheet: Option<String>, added: AddedSheet, out: File) -> io::Result<()> {
    if sheet.is_none() {
        return csv::write(path, &added, out);
    }
    workbook::write(path, &AddedSheets::from([(sheet, added)]), None, out)
}

fn no_columns() -> Problem {
    let detail = (
        "a ese archivo no se le pueden añadir columnas: los errores están en la página",
        "columns cannot be added to that file: its errors are on the page",
    );
    Problem::new(&problem_kind::UNPROCESSABLE).with_detail(detail)
}
