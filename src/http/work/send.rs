//! Sending a report: a file, which is tried first, and a report that nothing was bought or sold.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    form::{FormFields, ONCE},
    operation::{Call, permit, send},
    page::{FILE, FormOutcome, WorkPage, errors_of, file_taken, never, once, shown, taken},
    periods::{Duties, months},
    report_template::column_words,
    visit::Visit,
};
use crate::{
    domain::calendar::reporting_period::Span,
    http::{
        App, Endpoint, Language, Problem, Request,
        request::{
            query::QueryPairs,
            sent_files::{SentFiles, SentLimits},
        },
        view::messages::say,
    },
};

const SEND: &str = "/trabajo/enviar";
const ZERO: &str = "/trabajo/reporte-cero";
pub const CREATE: &str = "create_submission";
/// As the operation takes it, and the form around it.
const LIMITS: SentLimits = SentLimits { bytes_max: (1 << 30) + (1 << 16), files_max: 1, field_bytes_max: 1 << 10, texts: &[] };
/// Fields of the forms: a period of the list, or one that is written.
const PERIOD: &str = "periodo";
const OTHER: &str = "otro";
/// In the address: the submission that is corrected.
const RECTIFIES: &str = "rectifica";

pub fn endpoints() -> Vec<Endpoint<App>> {
    // Who sends a large file waits for it as long as its operation does.
    let zero = Endpoint { without_deadline: true, ..taken(ZERO, never, send_zero) };
    vec![shown(SEND, show), file_taken(SEND, (CREATE, LIMITS), try_file), shown(ZERO, show_zero), zero]
}

/// What a form says beside its file.
#[derive(Default)]
struct Wish {
    period: String,
    other: String,
    rectifies: String,
}

impl Wish {
    fn of(field: impl Fn(&str) -> String, address: &QueryPairs) -> Self {
        let rectifies = address.get(RECTIFIES).unwrap_or_default().to_owned();
        Self { period: field(PERIOD), other: field(OTHER), rectifies }
    }

    fn of_address(address: &QueryPairs) -> Self {
        Self::of(|name| address.get(name).unwrap_or_default().trim().to_owned(), address)
    }

    /// What is written counts more than what the list says by itself.
    fn chosen(&self) -> &str {
        if self.other.is_empty() { &self.period } else { &self.other }
    }
}

fn error(language: Language, field: &str, key: &str) -> Value {
    json!({ "field": field, "text": say(language, key, &[]) })
}

/// The address of the submission that came of it.
pub fn address(answer: &Value, request: &Request, more: &str) -> Result<String, Problem> {
    let id = answer["data"]["id"].as_str().ok_or_else(Problem::internal)?;
    Ok(format!("/trabajo/envios/{id}?{more}lang={}", request.language.code()))
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    permit(&request, CREATE)?;
    page(&app, &request, &Wish::of_address(&request.query_pairs), Vec::new()).await
}

async fn page(app: &App, request: &Request, wish: &Wish, errors: Vec<Value>) -> Result<WorkPage, Problem> {
    Ok(WorkPage::new("work_send.html", content(app, request, wish, errors.into()).await?))
}

async fn content(app: &App, request: &Request, wish: &Wish, errors: Value) -> Result<Value, Problem> {
    let periods = Duties::read(app, request).await?.periods(app.today());
    let is_offered = periods.iter().any(|one| one["code"] == wish.period.as_str());
    let other = if is_offered || !wish.other.is_empty() { &wish.other } else { &wish.period };
    Ok(json!({
        "periods": periods, "period": wish.period, "other": other, "rectifies": wish.rectifies, "errors": errors, "once": once()?,
        "columns": column_words(request.language),
    }))
}

/// A dry run: all that is wrong is listed, and nothing is sent.
async fn try_file(app: App, request: Request, _: Visit, sent: SentFiles) -> Result<FormOutcome, Problem> {
    let wish = Wish::of(|name| sent.field(name).unwrap_or_default().to_owned(), &request.query_pairs);
    let mut errors = Vec::new();
    if wish.chosen().is_empty() {
        errors.push(error(request.language, OTHER, "work.choose_period"));
    }
    let Some(file) = sent.files.first().filter(|_| errors.is_empty()) else {
        if sent.files.is_empty() {
            errors.push(error(request.language, FILE, "work.choose_file"));
        }
        return Ok(FormOutcome::Page(page(&app, &request, &wish, errors).await?.unprocessable()));
    };
    let operation = Call { name: CREATE, path: &[] };
    let query =
        [("period", wish.chosen()), ("name", file.name.as_str()), ("dry_run", "true"), ("rectifies", wish.rectifies.as_str())];
    let mut outcome = send(&app, &request, operation, &query, (Some(file.path()), sent.field(ONCE).unwrap_or_default())).await;
    // Another file from the same page, as after going back to it.
    if outcome.as_ref().is_err_and(|problem| problem.code() == "idempotency_key_reused") {
        outcome = send(&app, &request, operation, &query, (Some(file.path()), &once()?)).await;
    }
    match outcome {
        Ok(answer) => Ok(FormOutcome::Done(address(&answer, &request, "")?)),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, OTHER)?;
            let content = content(&app, &request, &wish, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..WorkPage::new("work_send.html", content) }))
        }
    }
}

async fn show_zero(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    permit(&request, CREATE)?;
    let wish = Wish::of_address(&request.query_pairs);
    zero_page(&app, &request, &wish, json!([])).await
}

/// First the period, then the question whether it is so.
async fn zero_page(app: &App, request: &Request, wish: &Wish, errors: Value) -> Result<WorkPage, Problem> {
    let mut content = content(app, request, wish, errors).await?;
    content["confirm"] = Value::Null;
    let mut status = StatusCode::OK;
    if !wish.chosen().is_empty() {
        match Span::parse(wish.chosen()) {
            Ok(period) => {
                let [from, to] = months(&period);
                content["confirm"] = json!({ "code": period.to_string(), "from": from, "to": to });
            }
            Err(fault) => {
                let text = if request.language == Language::Spanish { fault.es() } else { fault.to_string() };
                content["errors"] = json!([{ "field": OTHER, "text": text }]);
                status = StatusCode::UNPROCESSABLE_ENTITY;
            }
        }
    }
    Ok(WorkPage { status, ..WorkPage::new("work_zero.html", content) })
}

async fn send_zero(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let wish = Wish::of(|name| form.get(name).trim().to_owned(), &request.query_pairs);
    if wish.chosen().is_empty() {
        let errors = json!([error(request.language, OTHER, "work.choose_period")]);
        return Ok(FormOutcome::Page(zero_page(&app, &request, &wish, errors).await?.unprocessable()));
    }
    let name = format!("reporte-cero-{}", wish.chosen());
    let query =
        [("period", wish.chosen()), ("name", name.as_str()), ("zero_report", "true"), ("rectifies", wish.rectifies.as_str())];
    match send(&app, &request, Call { name: CREATE, path: &[] }, &query, (None, form.get(ONCE))).await {
        Ok(answer) => Ok(FormOutcome::Done(address(&answer, &request, "hecho=1&")?)),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, OTHER)?;
            let page = zero_page(&app, &request, &wish, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}
