//! "Check an invoice or a list": a form that works without a script, what was found, and the same file with verdicts.
//!
//! What was sent is not kept: a small file goes back inside the page, so that its columns can be corrected and it can be downloaded; and so does
//! the user's own file of columns and settled readings.

mod evidence;
mod settling;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::Method;
use serde_json::{Value, json};

use crate::{
    http::{
        Answer, App, Endpoint, Language, Problem, Request,
        access::large_work::CHECK_INVOICES_PAGE,
        api::verdicts::check_invoices::{LIMITS, named},
        invoice_files::{
            form::Form,
            run::{self, CheckOrder, Finished},
        },
        params::invoice_sale::InvoiceSaleParams,
        request::sent_files::{SentFiles, SentLimits},
        routing::path_headers,
        values::{
            calendar::DayOrMonth,
            choices::{SellerKind, Transaction},
            numbers::PriceUnit,
            value::Invalid,
        },
        view::frame::{self, Page},
        wire::invoices::{reasons::line_reason, report::InvoiceMeta},
    },
    ingest::invoices::{
        Proposal,
        mapping::{ColumnMapping, LineField},
        propose,
    },
    read_model::verdicts::invoice_lines::SaleStated,
};

const PATH: &str = "/revisar";
/// A file that goes back inside the page is no longer than this.
const KEPT_BYTES_MAX: u64 = 1 << 20;
const PAGE_LIMITS: SentLimits = SentLimits { field_bytes_max: 2 * KEPT_BYTES_MAX, ..LIMITS };
/// Lines that the page names.
const LINES_SHOWN_MAX: usize = 50;
const FILES_SHOWN_MAX: usize = 20;

pub fn endpoints() -> Vec<Endpoint<App>> {
    let check = Endpoint {
        operation: Some(CHECK_INVOICES_PAGE.to_owned()),
        without_deadline: true,
        ..Endpoint::plain(Method::POST, PATH, check).with_headers(path_headers::PAGE)
    };
    vec![frame::page(PATH, show), check]
}

async fn show(_: App, _: Request) -> Result<Page, Problem> {
    Ok(Page { template: "invoices.html", content: content(&TypedForm::default(), "form", PageContent::default()) })
}

async fn check(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (again, language) = (request.again(), request.language);
    let sent = SentFiles::receive(&mut request, &app.workflow, "archivo", PAGE_LIMITS).await?;
    let sent = with_kept(&app, sent)?;
    let typed = TypedForm::of(&sent);
    let mut mappings = settling::own_file(&sent)?;
    let Some(first) = sent.files.first() else {
        let found = PageContent { own: settling::inside(&mappings), ..PageContent::default() };
        return shown(&app, &again, content(&typed, "no_file", found)).await;
    };
    let (called, kept) = (first.name.clone(), kept(&sent)?);
    let proposal = proposal(&sent).await;
    if let Some(mapping) = proposal.as_ref().and_then(|proposal| confirmed(&sent, proposal)) {
        mappings.confirm(mapping);
    }
    if typed.wanted == "lecturas" {
        return Ok(settling::download(&mappings));
    }
    let confirmed = proposal.as_ref().and_then(|proposal| mappings.of(&proposal.header_digest)).cloned();
    let own = settling::inside(&mappings);
    if let (Some(proposal), None) = (&proposal, &confirmed)
        && !proposal.missing.is_empty()
    {
        let found = PageContent { kept, own, proposal: Some(proposal.clone()), ..PageContent::default() };
        return shown(&app, &again, content(&typed, "columns", found)).await;
    }
    let form = typed.form(&called);
    let finished = run::run(&app, sent, CheckOrder { mappings, sale: typed.sale()?, form, language }).await?;
    if form != Form::Ndjson {
        return named(finished, form, &called);
    }
    let judged = finished.lines;
    let (meta, lines) = summary(finished).await?;
    let names = settling::names(&app, &again, &lines.undecided).await?;
    let report = Some(PageReport { meta, lines, names });
    let found = PageContent { kept, own, proposal, confirmed, report, language };
    Ok(shown(&app, &again, content(&typed, "checked", found)).await?.judging(judged))
}

async fn shown(app: &App, request: &Request, content: Value) -> Result<Answer, Problem> {
    frame::once(app, request, &Page { template: "invoices.html", content }).await
}

/// The fields of the form as they were typed.
#[derive(Default)]
struct TypedForm {
    sale: String,
    seller: String,
    date: String,
    per: String,
    /// What is wanted.
    wanted: String,
}

impl TypedForm {
    fn of(sent: &SentFiles) -> Self {
        let field = |name: &str| sent.field(name).unwrap_or_default().to_owned();
        Self { sale: field("venta"), seller: field("vendedor"), date: field("fecha"), per: field("por"), wanted: field("que") }
    }

    fn sale(&self) -> Result<SaleStated, Problem> {
        fn read<T: std::str::FromStr<Err = Invalid>>(name: &str, text: &str) -> Result<Option<T>, Problem> {
            let filled = Some(text).filter(|text| !text.is_empty());
            filled.map(str::parse).transpose().map_err(|fault: Invalid| Problem::bad_parameter(name, fault.code, fault.detail))
        }
        let parameters = InvoiceSaleParams {
            date: read::<DayOrMonth>("fecha", &self.date)?,
            transaction: read::<Transaction>("venta", &self.sale)?,
            channel: None,
            stage: None,
            seller: read::<SellerKind>("vendedor", &self.seller)?,
            per: read::<PriceUnit>("por", &self.per)?,
        };
        parameters.read()
    }

    /// A file comes back in its own form; everything that is no CSV as a workbook.
    fn form(&self, called: &str) -> Form {
        match self.wanted.as_str() {
            "archivo" if called.to_lowercase().ends_with(".csv") => Form::Csv,
            "archivo" => Form::Xlsx,
            "glosa" => Form::Sentences,
            "sic" => Form::Evidence,
            _ => Form::Ndjson,
        }
    }
}

/// What there is to show beside the form.
#[derive(Default)]
struct PageContent {
    /// Name and content of the file that goes back inside the page.
    kept: Option<(String, String)>,
    /// The user's own file.
    own: Option<Value>,
    proposal: Option<Proposal>,
    confirmed: Option<ColumnMapping>,
    report: Option<PageReport>,
    language: Language,
}

struct PageReport {
    meta: InvoiceMeta,
    lines: FirstLines,
    /// Of candidates, by their CUM.
    names: HashMap<String, String>,
}

/// The first lines of a kind, as the API answers them.
#[derive(Default)]
struct FirstLines {
    above: Vec<Value>,
    /// Those that a person can settle, each text once.
    undecided: Vec<Value>,
}

impl PageReport {
    fn content(&self, language: Language) -> Value {
        let Self { meta, lines, names } = self;
        let undecided: Vec<Value> = by_count(&meta.totals.undecided)
            .map(|(reason, count)| json!({ "words": line_reason(reason, language), "count": count }))
            .collect();
        let files: Vec<Value> = meta.files.iter().take(FILES_SHOWN_MAX).map(|file| json!(file)).collect();
        let faults: Vec<Value> = meta.faults.iter().take(FILES_SHOWN_MAX).map(|fault| json!(fault)).collect();
        let above: Vec<Value> = lines.above.iter().map(|line| evidence::with_words(line.clone(), language)).collect();
        let to_settle: Vec<Value> = lines.undecided.iter().map(|line| to_settle(line, names, language)).collect();
        json!({
            "totals": meta.totals, "undecided": undecided, "files": files, "faults": faults, "above": above, "to_settle": to_settle,
        })
    }
}

/// A line with its choices.
fn to_settle(line: &Value, names: &HashMap<String, String>, language: Language) -> Value {
    let mut shown = evidence::with_words(line.clone(), language);
    let codes = line["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str);
    shown["why"] = codes.map(|code| line_reason(code, language)).collect::<Vec<_>>().join(" ").into();
    let candidates = line["candidates"].as_array().into_iter().flatten();
    let choice = |one: &Value| json!({ "cum": one["cum"], "name": one["cum"].as_str().and_then(|cum| names.get(cum)) });
    shown["choices"] = candidates.map(choice).collect();
    for name in ["seller", "settled"] {
        if shown.get(name).is_none() {
            shown[name] = Value::Null;
        }
    }
    shown
}

fn content(typed: &TypedForm, state: &str, found: PageContent) -> Value {
    let kept = found.kept.map(|(name, content)| json!({ "name": name, "content": content }));
    let report = found.report.as_ref().map(|report| report.content(found.language));
    let mapping = found.proposal.as_ref().map(|proposal| columns(proposal, found.confirmed.as_ref()));
    json!({
        "form": { "venta": typed.sale, "vendedor": typed.seller, "fecha": typed.date, "por": typed.per },
        "state": state, "kept": kept, "own": found.own, "report": report, "mapping": mapping,
        "fields": LineField::ALL.iter().map(|field| field.code()).collect::<Vec<_>>(),
    })
}

/// Most lines first.
fn by_count(undecided: &BTreeMap<String, u64>) -> impl Iterator<Item = (&str, u64)> {
    let mut all: Vec<(&str, u64)> = undecided.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.into_iter()
}

fn columns(proposal: &Proposal, confirmed: Option<&ColumnMapping>) -> Value {
    let field = |header: &str, proposed: Option<LineField>| match confirmed {
        Some(mapping) => mapping.columns.iter().find(|(name, _)| name == header).map(|(_, field)| *field),
        None => proposed,
    };
    let columns: Vec<Value> = proposal
        .columns
        .iter()
        .map(|column| {
            let field = field(&column.header, column.field).map(LineField::code);
            json!({ "header": column.header, "field": field, "samples": column.samples })
        })
        .collect();
    let missing: Vec<&str> = proposal.missing.iter().map(|field| field.code()).collect();
    json!({ "digest": proposal.header_digest, "row": proposal.header_row, "sheet": proposal.sheet, "columns": columns, "missing": missing })
}

/// The file that the page gave back, where no other was chosen.
fn with_kept(app: &App, sent: SentFiles) -> Result<SentFiles, Problem> {
    let (Some(content), true) = (sent.field("contenido"), sent.files.is_empty()) else { return Ok(sent) };
    let malformed = |_| Problem::bad_body_pointer("/contenido", "invalid_value", ("no es base64", "is no base64"));
    let bytes = STANDARD.decode(content).map_err(malformed)?;
    let name = sent.field("nombre").unwrap_or_default().to_owned();
    sent.with_file(&app.workflow, &name, &bytes)
}

fn kept(sent: &SentFiles) -> Result<Option<(String, String)>, Problem> {
    let [file] = &sent.files[..] else { return Ok(None) };
    let length = std::fs::metadata(file.path()).map_err(|_| Problem::internal())?.len();
    if length > KEPT_BYTES_MAX {
        return Ok(None);
    }
    let bytes = std::fs::read(file.path()).map_err(|_| Problem::internal())?;
    Ok(Some((file.name.clone(), STANDARD.encode(bytes))))
}

/// Of one list alone: which column seems to hold what.
async fn proposal(sent: &SentFiles) -> Option<Proposal> {
    let [file] = &sent.files[..] else { return None };
    let (path, name) = (file.path().to_owned(), file.name.clone());
    tokio::task::spawn_blocking(move || propose(&path, &name).ok()).await.ok().flatten()
}

/// The columns as they were chosen on the page, for the header that they were shown for.
fn confirmed(sent: &SentFiles, proposal: &Proposal) -> Option<ColumnMapping> {
    if sent.field("digest") != Some(proposal.header_digest.as_str()) {
        return None;
    }
    let chosen = |at: usize| LineField::from_code(sent.field(&format!("columna.{at}"))?);
    let columns = proposal.columns.iter().enumerate().filter_map(|(at, column)| Some((column.header.clone(), chosen(at)?)));
    let columns: Vec<(String, LineField)> = columns.collect();
    let day_first = sent.field("dia").map(|first| first == "primero");
    Some(ColumnMapping { header_digest: proposal.header_digest.clone(), columns, day_first, decimal_comma: None })
}

/// The totals, and the first lines that the page shows.
async fn summary(finished: Finished) -> Result<(InvoiceMeta, FirstLines), Problem> {
    let read = tokio::task::spawn_blocking(move || {
        let lines = first_lines(finished.path());
        (finished.report.meta, lines)
    });
    let (meta, lines) = read.await.map_err(|_panicked| Problem::internal())?;
    Ok((meta, lines.map_err(|_| Problem::internal())?))
}

fn first_lines(path: &Path) -> std::io::Result<FirstLines> {
    let (mut found, mut keys, mut looked_at) = (FirstLines::default(), HashSet::new(), 0);
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        let wants_above = found.above.len() < LINES_SHOWN_MAX;
        let wants_undecided = found.undecided.len() < settling::SETTLED_AT_ONCE && looked_at < settling::LOOKED_AT_MAX;
        if !wants_above && !wants_undecided {
            break;
        }
        let is_undecided = wants_undecided && line.contains("\"verdict\":\"cannot_compare\",\"reasons\"");
        if !(is_undecided || wants_above && line.contains("\"verdict\":\"above\"")) {
            continue;
        }
        looked_at += usize::from(is_undecided);
        let Ok(line) = serde_json::from_str::<Value>(&line) else { continue };
        if wants_above && line["verdict"] == "above" {
            found.above.push(line);
        } else if wants_undecided && settling::can_be_settled(&line) && keys.insert(settling::key(&line)) {
            found.undecided.push(line);
        }
    }
    Ok(found)
}
