//! `POST /v1/checks`: checks many prices at once and answers in their order; nothing is stored.

use bytes::Bytes;
use hyper::{
    HeaderMap,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{
        Answer, App,
        base::{
            fault_words,
            problem::{Fault, Problem, Problems},
        },
        params::{
            as_of::KnownAt,
            check_lines::{CheckLine, Defaults},
            price_question::{CheckFault, PriceQuestionParams, QuestionFaults},
        },
        request::{incoming::Request, json_body},
        response::{
            checked::{self, CheckedLine},
            envelope::Envelope,
        },
        values::{
            calendar::DayOrMonth,
            choices::chosen,
            value::{Invalid, texts},
        },
        wire::{
            service::{meta::Many, money::Money},
            verdicts::verdict::VerdictBody,
        },
    },
    ingest::layouts::price_table::PriceTable,
    read_model::verdicts::check::PriceQuestion,
};

const CHECKS_MAX: usize = 10_000;
/// Room for the longest check there is, with its line breaks, or for a row of a table with its descriptions.
const CHECK_BYTES_MAX: usize = 512;
const BODY_BYTES_MAX: usize = CHECKS_MAX * CHECK_BYTES_MAX;
/// A refusal names no more than this; how many there are stands in its detail.
const FAULTS_MAX: usize = 1_000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CheckPricesQuery {
    /// As in the body; for tables.
    #[param(value_type = Option<String>, pattern = "^(report|refuse)$")]
    on_fault: Option<OnFault>,
    /// As in the body; for tables.
    #[param(value_type = Option<String>, pattern = "^(full|none)$")]
    worksheet: Option<Worksheet>,
}

texts! {
    /// Whether a line at fault is answered in its place.
    OnFault(bool), |text| chosen(word(text, "report", "refuse"), "invalid_value", ["report", "refuse"]);

    /// Whether worksheets are shown.
    Worksheet(bool), |text| chosen(word(text, "full", "none"), "invalid_value", ["full", "none"]);
}

fn word(text: &str, yes: &str, no: &str) -> Option<bool> {
    (text == yes).then_some(true).or((text == no).then_some(false))
}

/// The prices to check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the document shows it; `params::check_lines` reads the body")]
pub struct Checks {
    /// At most 10,000.
    #[schema(max_items = 10000)]
    pub checks: Vec<Check>,
    /// `report`: a line at fault is answered in its place, and the others are judged; `refuse` (default): a fault refuses the request.
    #[schema(pattern = "^(report|refuse)$")]
    pub on_fault: Option<String>,
    /// `none` leaves worksheets out; `full` is the default.
    #[schema(pattern = "^(full|none)$")]
    pub worksheet: Option<String>,
}

/// One price to check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the document shows it; `params::check_lines` reads the body")]
pub struct Check {
    #[schema(example = "19914312-20", format = "Cum")]
    pub cum: String,
    pub price: Money,
    /// Day (YYYY-MM-DD) or month (YYYY-MM) of the sale.
    #[schema(value_type = DayOrMonth)]
    pub date: String,
    /// SISMED transaction, 1 to 5; or give `channel` and `stage`.
    #[schema(example = "1", pattern = "^[1-5]$")]
    pub transaction: Option<String>,
    #[schema(example = "institutional", format = "Channel")]
    pub channel: Option<String>,
    #[schema(example = "primary", format = "Stage")]
    pub stage: Option<String>,
    /// `ips` or `other`.
    #[schema(format = "SellerKind")]
    pub seller: Option<String>,
}

/// Check many prices at once
///
/// Up to 10,000 checks; the answer holds one verdict for each, in the order asked. A check that is malformed refuses the whole request and
/// every fault of every line is named with a JSON pointer (the first 1,000; the detail says how many there are). With `on_fault: report`, or
/// `Prefer: handling=lenient`, the others are judged, and a line at fault is answered in its place: `{"fault":[{"pointer","code","detail"}]}`.
/// `worksheet: none` leaves worksheets out. A table is taken too (`text/csv`: comma, semicolon or tab; decimal point or comma; names of columns
/// in Spanish or English, such as cum, codigo, precio, vr_unitario, unidad, fecha, transaccion, vendedor; blank rows are passed over); with
/// `text/csv` or a workbook as the answer it comes back with its own columns as they were, and verdict, reasons, ceiling, unit, act, valid_from,
/// excess, excess_percent, other_reading and fault beside them. Nothing is stored.
#[utoipa::path(post, operation_id = "check_prices", path = "/v1/checks", tag = "verdicts",
    params(KnownAt, Defaults, CheckPricesQuery, ("Prefer" = Option<String>, Header, description = "RFC 7240: handling=lenient is on_fault: report")),
    request_body(content((Checks = "application/json"), (String = "text/csv"))),
    responses((status = 200, description = "One verdict (or fault, where that is asked for) per check",
            content((Many<CheckedLine> = "application/json"), (String = "text/csv"))), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let (known_at, defaults) = (request.query::<KnownAt>()?.read(&app)?, request.query::<Defaults>()?);
    let reply = Envelope::begin(&app, &request, &["ceilings", "catalogue"]).await?.known_at(known_at);
    check_defaults(app.today(), &defaults)?;
    let query: CheckPricesQuery = request.query()?;
    let sent = sent(&mut request, &query, &defaults).await?;
    let (lenient, preferred) = match sent.on_fault {
        Some(lenient) => (lenient, false),
        None => (prefers_lenient(&request.headers), prefers_lenient(&request.headers)),
    };
    let read: Vec<Result<PriceQuestion, QuestionFaults>> =
        sent.lines.iter().map(|line| line.read(app.today(), &defaults)).collect();
    if !lenient && read.iter().any(Result::is_err) {
        return Err(refusal(read));
    }
    let lines = judged(&app, read, known_at, &reply, sent.worksheet).await?;
    let table = || match &sent.table {
        Some(table) => checked::table(&table.header, table.lines.iter().map(|line| line.cells.clone()), &lines),
        None => {
            let (header, own) = checked::own_columns(&sent.lines);
            checked::table(&header, own, &lines)
        }
    };
    let answer = match reply.is_json() {
        true => reply.many(&lines)?,
        false => reply.table(table())?,
    };
    Ok(if preferred { answer.with_header(PREFERENCE_APPLIED, HeaderValue::from_static("handling=lenient")) } else { answer })
}

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// `Prefer: handling=lenient` (RFC 7240), among whatever else is preferred.
fn prefers_lenient(headers: &HeaderMap) -> bool {
    let values = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|preference| {
        let preference = preference.split(';').next().unwrap_or_default();
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        name.trim().eq_ignore_ascii_case("handling") && value.trim().trim_matches('"').eq_ignore_ascii_case("lenient")
    })
}

/// What the address says must be right, also where every line says it itself: tried on a line that is.
fn check_defaults(today: Date, defaults: &Defaults) -> Result<(), Problem> {
    let tried = PriceQuestionParams {
        cum: Some("1-1"),
        amount: Some("1"),
        per: defaults.per.as_deref(),
        date: defaults.date.as_deref(),
        transaction: defaults.transaction.as_deref().or(Some("1")),
        seller: defaults.seller.as_deref(),
        ..PriceQuestionParams::default()
    };
    tried.question(today).map(drop)
}

/// What came, line by line.
struct Sent {
    lines: Vec<CheckLine>,
    table: Option<PriceTable>,
    /// Whether a line at fault is answered in its place, where the request says it.
    on_fault: Option<bool>,
    worksheet: bool,
}

async fn sent(request: &mut Request, query: &CheckPricesQuery, defaults: &Defaults) -> Result<Sent, Problem> {
    let on_fault = query.on_fault.as_ref().map(|OnFault(report)| *report);
    let worksheet = query.worksheet.as_ref().map(|Worksheet(full)| *full);
    if is_csv(&request.headers) {
        let bytes = request.body(BODY_BYTES_MAX).await?;
        let table = PriceTable::read(&bytes).map_err(|fault| {
            let (code, detail) = fault_words::table(&fault);
            Problem::bad_body_pointer("", code, detail)
        })?;
        at_most(table.lines.len())?;
        let lines = table.lines.iter().map(|line| CheckLine::from_table(&table, line)).collect();
        return Ok(Sent { lines, table: Some(table), on_fault, worksheet: worksheet.unwrap_or(true) });
    }
    if !request.sends_json() {
        let detail = ("se espera application/json o text/csv", "expected application/json or text/csv");
        return Err(Problem::unsupported_media_type(detail).closing());
    }
    let bytes = request.json_bytes(BODY_BYTES_MAX).await?;
    let body = body(&bytes)?;
    at_most(body.checks.len())?;
    let in_body = |pointer: &'static str| move |fault: Invalid| Problem::bad_body_pointer(pointer, fault.code, fault.detail);
    let on_fault = match body.on_fault.as_deref().map(str::parse).transpose().map_err(in_body("/on_fault"))? {
        Some(OnFault(report)) => Some(report),
        None => on_fault,
    };
    let worksheet = match body.worksheet.as_deref().map(str::parse).transpose().map_err(in_body("/worksheet"))? {
        Some(Worksheet(full)) => Some(full),
        None => worksheet,
    };
    let lines = body.checks.iter().map(|check| CheckLine::from_json(check, defaults)).collect();
    Ok(Sent { lines, table: None, on_fault, worksheet: worksheet.unwrap_or(true) })
}

fn is_csv(headers: &HeaderMap) -> bool {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/csv")
}

/// The body, each check still as its own text: what is wrong with one of them is its line's fault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<'a> {
    #[serde(borrow)]
    checks: Vec<&'a RawValue>,
    on_fault: Option<String>,
    worksheet: Option<String>,
}

/// The same, for the words of a fault.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct BodyShape {
    checks: Vec<serde::de::IgnoredAny>,
    on_fault: Option<String>,
    worksheet: Option<String>,
}

fn body(bytes: &Bytes) -> Result<Body<'_>, Problem> {
    serde_json::from_slice(bytes).map_err(|_| match json_body::read::<BodyShape>(bytes) {
        Err(fault) => Problem::bad_body(vec![fault.into()]),
        Ok(_) => Problem::bad_body_pointer("", "not_json", ("no es JSON válido", "is not valid JSON")),
    })
}

fn at_most(checks: usize) -> Result<(), Problem> {
    if checks <= CHECKS_MAX {
        return Ok(());
    }
    let detail = (format!("máximo {CHECKS_MAX} en una petición"), format!("at most {CHECKS_MAX} in one request"));
    Err(Problem::bad_body_pointer("/checks", "too_many", detail))
}

/// Names every fault of every line, up to a bound.
fn refusal(read: Vec<Result<PriceQuestion, QuestionFaults>>) -> Problem {
    let faults = read.into_iter().enumerate().filter_map(|(index, line)| line.err().map(|faults| (index, faults)));
    let mut named: Vec<Fault> = Vec::new();
    let (mut lines, mut all) = (0_usize, 0_usize);
    for (index, faults) in faults {
        lines += 1;
        for CheckFault { place, code, detail } in faults.in_check() {
            all += 1;
            if named.len() < FAULTS_MAX {
                named.push(Fault::pointer(checked::pointer(index, &place), code, detail));
            }
        }
    }
    let problem = Problem::bad_body(named);
    if all <= FAULTS_MAX {
        return problem;
    }
    problem.with_detail((
        format!("hay {all} fallas en {lines} líneas; aquí están las primeras {FAULTS_MAX}"),
        format!("there are {all} faults in {lines} lines; here are the first {FAULTS_MAX}"),
    ))
}

/// A verdict for each question, and the faults of the others, in the order of the lines.
async fn judged(
    app: &App,
    read: Vec<Result<PriceQuestion, QuestionFaults>>,
    known_at: Option<Timestamp>,
    reply: &Envelope,
    worksheet: bool,
) -> Result<Vec<CheckedLine>, Problem> {
    let questions: Vec<PriceQuestion> = read.iter().filter_map(|line| line.as_ref().ok().copied()).collect();
    let mut answers = app.read_model.check_prices(questions, known_at, reply.version()).await?.into_iter();
    let mut lines = Vec::with_capacity(read.len());
    for (index, line) in read.into_iter().enumerate() {
        lines.push(match line {
            Err(faults) => CheckedLine::fault(index, faults.in_check(), reply.language),
            Ok(_) => {
                let answer = answers.next().ok_or_else(Problem::internal)?;
                CheckedLine::verdict(VerdictBody::new(answer, reply.language), worksheet)
            }
        });
    }
    Ok(lines)
}
