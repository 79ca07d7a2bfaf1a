//! `POST /v1/invoice-checks`: a file of invoices or purchases in, the same with verdicts out; nothing is stored.

use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::identifier::characters::{self, unfit},
    exports::spreadsheet,
    http::{
        Answer, App,
        base::{
            fault_words,
            problem::{Problem, Problems},
        },
        invoice_files::{
            form::Form,
            run::{self, CheckOrder, Finished},
        },
        params::invoice_sale::InvoiceSaleParams,
        request::{
            incoming::Request,
            negotiate::Format,
            sent_files::{SentFiles, SentLimits},
        },
        wire::invoices::report::InvoiceCheckBody,
    },
    ingest::invoices::mapping::MappingFile,
};

pub const LIMITS: SentLimits = SentLimits { bytes_max: 50_000_000, files_max: 200, field_bytes_max: 1 << 20 };
const NAME_CHARS_MAX: usize = 200;
/// The part of a form that says which column holds what.
const MAPPING: &str = "mapping";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CheckInvoicesQuery {
    /// What a body that is one file is called.
    #[param(example = "factura.xml", max_length = 200)]
    name: Option<String>,
    /// Formato: outranks Accept. `json`, `ndjson`; `csv` and `xlsx` are the caller's own file with columns added where one list of that kind
    /// was sent, else a table of all lines; `sic` is the Superintendence's evidence layout; `glosa` has a sentence for each line.
    #[serde(rename = "format")]
    #[param(pattern = "^(json|ndjson|csv|xlsx|sic|glosa)$")]
    _format: Option<String>,
}

/// Files, and which columns of their lists hold what.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the document shows it; `request::sent_files` reads the body")]
pub struct InvoiceFiles {
    /// At most 200, under this name or any other.
    #[schema(value_type = String, format = Binary, pattern = "^[\\s\\S]*$")]
    pub file: String,
    /// The caller's own file of mappings, a JSON object.
    #[schema(nullable = false, pattern = "^[\\s\\S]*$")]
    pub mapping: Option<String>,
}

/// Check invoices and purchase lists
///
/// Takes DIAN e-invoices (`Invoice`, `CreditNote`, `DebitNote`, `AttachedDocument`), a ZIP of them, CSV and XLSX lists, RIPS JSON and SISMED files: raw, or up to 200 in a
/// form; up to 50 MB and 100,000 lines. Each line gets the verdict on which everything that it can mean agrees: every presentation that its text and code allow, in every
/// unit, place of sale and price (gross and net) that are possible. Where they differ it says why. One file that cannot be read does the others no harm.
/// Notes reverse lines before anything is judged. Nothing is stored, and nothing but counts and a digest is logged.
#[utoipa::path(post, operation_id = "check_invoices", path = "/v1/invoice-checks", tag = "verdicts",
    params(InvoiceSaleParams, CheckInvoicesQuery),
    request_body(content((String = "application/xml"), (InvoiceFiles = "multipart/form-data"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/zip"),
        (serde_json::Value = "application/json"), (String = "text/plain"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 200, description = "A verdict, or why there is none, for each line; and the totals",
            content((InvoiceCheckBody = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"), (String = "text/plain"))),
        Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let sale = request.query::<InvoiceSaleParams>()?.read()?;
    let name = name(&request.query::<CheckInvoicesQuery>()?)?;
    is_supported(&request)?;
    let form = form(request.format);
    let sent = SentFiles::receive(&mut request, &app.workflow, &name, LIMITS).await?;
    let mappings = mappings(&sent)?;
    let called = sent.files.first().map(|file| file.name.clone()).unwrap_or_default();
    let order = CheckOrder { mappings, sale, form, language: request.language };
    let finished = run::run(&app, sent, order).await?;
    named(finished, form, &called)
}

fn name(query: &CheckInvoicesQuery) -> Result<String, Problem> {
    let Some(name) = &query.name else { return Ok("archivo".to_owned()) };
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Problem::bad_parameter("name", "text", fault_words::characters(1, NAME_CHARS_MAX)));
    }
    match unfit(name, characters::TextKind::Line) {
        Some(unfit) => Err(Problem::bad_parameter("name", unfit.code(), fault_words::unfit(unfit))),
        None => Ok(name.clone()),
    }
}

fn form(format: Format) -> Form {
    match format {
        Format::Json => Form::Json,
        Format::Ndjson => Form::Ndjson,
        Format::Csv => Form::Csv,
        Format::CsvExcelEs => Form::CsvExcelEs,
        Format::Xlsx => Form::Xlsx,
        Format::Evidence => Form::Evidence,
        Format::Sentences => Form::Sentences,
    }
}

/// What it is, is decided by its bytes; what is surely something else is refused before it is read.
fn is_supported(request: &Request) -> Result<(), Problem> {
    const KINDS: [&str; 11] = [
        "application/xml",
        "text/xml",
        "multipart/form-data",
        "text/csv",
        spreadsheet::MEDIA_TYPE,
        "application/zip",
        "application/x-zip-compressed",
        "application/json",
        "text/plain",
        "application/octet-stream",
        "application/x-ndjson",
    ];
    let sent = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if KINDS.contains(&kind.as_str()) {
        return Ok(());
    }
    let detail = if kind == "application/pdf" {
        ("un PDF no se lee: envíe el XML que vino con él", "a PDF is not read: send the XML that came with it")
    } else {
        (
            "se espera application/xml, application/zip, text/csv, un libro de Excel (xlsx), application/json o multipart/form-data",
            "expected application/xml, application/zip, text/csv, an Excel workbook (xlsx), application/json or multipart/form-data",
        )
    };
    Err(Problem::unsupported_media_type(detail).closing())
}

fn mappings(sent: &SentFiles) -> Result<MappingFile, Problem> {
    let Some(text) = sent.field(MAPPING) else { return Ok(MappingFile::default()) };
    MappingFile::parse(text).map_err(|fault| {
        let (es, en) = (fault.words.es.clone(), fault.words.en.clone());
        Problem::bad_body_pointer("/mapping", fault.code, (es, en))
    })
}

/// A file for people has a name, which says that it was checked, and that the law was invented where it was.
pub fn named(finished: Finished, form: Form, called: &str) -> Result<Answer, Problem> {
    let is_sample = finished.report.is_sample;
    let answer = finished.into_answer(form.media_type())?;
    let Some(extension) = form.extension() else { return Ok(answer) };
    let stem = called.rsplit_once('.').map_or(called, |(stem, _)| stem);
    let plain = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte));
    let (prefix, stem) = (if is_sample { "muestra-" } else { "" }, if plain { stem } else { "invoice-checks" });
    let disposition = format!("attachment; filename=\"{prefix}{stem}-revisado.{extension}\"");
    Ok(match HeaderValue::try_from(disposition) {
        Ok(value) => answer.with_header(CONTENT_DISPOSITION, value),
        Err(_) => answer,
    })
}
