//! `POST /v1/invoice-checks`: a file of invoices or purchases in, the same with verdicts out; nothing is stored unless a reporter wants it.

use std::sync::Arc;

use hyper::{
    StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, LOCATION},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{
        calendar::reporting_period::Span,
        identifier::characters::{self, unfit},
    },
    exports::spreadsheet,
    http::{
        Answer, App,
        access::permissions::KEEP_INVOICES,
        base::{
            fault_words,
            problem::{Problem, Problems},
            problem_kind,
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
        response::idempotent_write::run_to_completion,
        routing::authenticate::admit,
        values::identifiers::IdempotencyKey,
        wire::invoices::report::InvoiceCheckBody,
    },
    ingest::invoices::mapping::MappingFile,
    workflow::{common::context::CommandContext, submissions::keeping::CheckedFile},
};

pub const LIMITS: SentLimits = SentLimits { bytes_max: 50_000_000, files_max: 200, field_bytes_max: 1 << 20, texts: &[MAPPING] };
const NAME_CHARS_MAX: usize = 200;
/// The part of a form that says which column holds what, and what was settled; as a field or as a file.
pub const MAPPING: &str = "mapping";

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
    /// Keep the file, as a submission of the kind `invoice` with a signed receipt: needs a reporter's key (`reports:write`), an Idempotency-Key,
    /// and a body that is the file itself. Without it nothing is stored.
    keep: Option<bool>,
}

/// Of a request that keeps its file.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "the document shows it; `Request::command_context_with` reads the header")]
pub struct KeepHeader {
    /// With `keep=true`: a new one for each file; the same one when retrying.
    #[param(rename = "Idempotency-Key")]
    key: Option<IdempotencyKey>,
}

/// Files, which columns of their lists hold what, and what was settled of their lines.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the document shows it; `request::sent_files` reads the body")]
pub struct InvoiceFiles {
    /// At most 200, under this name or any other.
    #[schema(value_type = String, format = Binary, pattern = "^[\\s\\S]*$")]
    pub file: String,
    /// The caller's own file, a JSON object: `mappings` says which columns of a list hold what, by the digest of its header; `settled` says of a text and code (and
    /// of a `seller`) which `cum` it is and whether its price is of the `pack` or the `dispensing_unit`. It narrows what a line leaves open, never makes it mean what its text
    /// contradicts, and is not kept.
    #[schema(nullable = false, pattern = "^[\\s\\S]*$")]
    pub mapping: Option<String>,
}

/// Check invoices and purchase lists
///
/// Takes DIAN e-invoices (`Invoice`, `CreditNote`, `DebitNote`, `AttachedDocument`), a ZIP of them, CSV and XLSX lists, RIPS JSON and SISMED files: raw, or up to 200 in a
/// form; up to 50 MB and 100,000 lines. Each line gets the verdict on which everything that it can mean agrees: every presentation that its text and code allow, in every
/// unit, place of sale and price (gross and net) that are possible. Where they differ it says why. One file that cannot be read does the others no harm.
/// Notes reverse lines before anything is judged. Where lines do not say it, channel, stage, seller and unit come from the request, or from dated tables with a
/// citation. Nothing is stored unless `keep=true` wants it, and nothing but counts and a digest is logged.
#[utoipa::path(post, operation_id = "check_invoices", path = "/v1/invoice-checks", tag = "verdicts",
    params(InvoiceSaleParams, CheckInvoicesQuery, KeepHeader),
    request_body(content((String = "application/xml"), (InvoiceFiles = "multipart/form-data"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/zip"),
        (serde_json::Value = "application/json"), (String = "text/plain"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 200, description = "A verdict, or why there is none, for each line; and the totals",
            content((InvoiceCheckBody = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"), (String = "text/plain"))),
        (status = 201, description = "The same, of a file that was kept: `Location` is its submission, which has the receipt",
            content((InvoiceCheckBody = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"), (String = "text/plain"))),
        (status = 401, description = "keep=true without a live key", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "keep=true with a live key without the scope", body = Problem, content_type = "application/problem+json"),
        Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let sale = request.query::<InvoiceSaleParams>()?.read()?;
    let query = request.query::<CheckInvoicesQuery>()?;
    let name = name(&query)?;
    is_supported(&request)?;
    let keeps = query.keep == Some(true);
    if keeps {
        // Checked before the body is read, so that a refused request costs nothing.
        request.actor = Some(admit(&app, &request.headers, KEEP_INVOICES).await?);
        request.command_context_with(&app, String::new())?;
        is_one_file(&request)?;
    }
    let form = form(request.format);
    let sent = Arc::new(SentFiles::receive(&mut request, &app.workflow, &name, LIMITS).await?);
    let mappings = mappings(&sent)?;
    let called = sent.files.first().map(|file| file.name.clone()).unwrap_or_default();
    let order = CheckOrder { mappings, sale, form, language: request.language };
    let finished = run::run(&app, sent.clone(), order).await?;
    if !keeps {
        return named(finished, form, &called);
    }
    let context = request.command_context_with(&app, sent.request_digest.clone())?;
    let id = keep(&app, context, sent, &finished).await?;
    let location = HeaderValue::try_from(format!("/v1/submissions/{id}")).map_err(|_| Problem::internal())?;
    Ok(named(finished, form, &called)?.with_status(StatusCode::CREATED).with_header(LOCATION, location))
}

/// A receipt is of the bytes of one file; several are one in an archive.
fn is_one_file(request: &Request) -> Result<(), Problem> {
    if content_type(request) != "multipart/form-data" {
        return Ok(());
    }
    let detail = (
        "con keep=true el cuerpo es el archivo mismo, no un formulario; varios, en un ZIP",
        "with keep=true the body is the file itself, not a form; several, in a ZIP",
    );
    Err(Problem::unsupported_media_type(detail).closing())
}

async fn keep(app: &App, context: CommandContext, sent: Arc<SentFiles>, finished: &Finished) -> Result<String, Problem> {
    let report = &finished.report;
    let period = report.covers.and_then(|(from, until)| Span::covering(from, until));
    let (Some(period), [file]) = (period, &sent.files[..]) else {
        let detail = ("ningún renglón tiene fecha: dé date", "no line has a date: give date");
        return Err(Problem::new(&problem_kind::UNPROCESSABLE).with_detail(detail));
    };
    let checked = CheckedFile {
        path: file.path().to_owned(),
        bytes: sent.bytes,
        sha256: sent.sha256.clone(),
        name: file.name.clone(),
        format: report.meta.files.first().and_then(|file| file.format).unwrap_or("csv"),
        period,
        lines: finished.lines,
        verdicts: report.verdicts.clone(),
    };
    let workflow = app.workflow.clone();
    run_to_completion(async move {
        let kept = workflow.keep_invoices(&context, &checked).await;
        // The file lies on disk for as long as it is read.
        drop(sent);
        kept
    })
    .await
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
    let kind = content_type(request);
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

fn content_type(request: &Request) -> String {
    let sent = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn mappings(sent: &SentFiles) -> Result<MappingFile, Problem> {
    sent.field(MAPPING).map_or_else(|| Ok(MappingFile::default()), mapping_file)
}

pub fn mapping_file(text: &str) -> Result<MappingFile, Problem> {
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
