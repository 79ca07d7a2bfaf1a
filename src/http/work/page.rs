//! How a page of work is shown and how its form is taken: the visitor, the form's token, and what becomes of typed text when a session has ended.

use std::io;

use hyper::{
    Method, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, LOCATION},
};
use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use serde_json::{Value, json};

use super::{
    form::{FormFields, TOKEN},
    operation,
    visit::{self, Visit},
};
use crate::{
    domain::access::principal::Actor,
    http::{
        Answer, App, Endpoint, Problem, Request,
        base::problem_kind,
        request::{
            query::encode,
            sent_files::{SentFiles, SentLimits},
        },
        routing::path_headers,
        view::{
            assets,
            frame::{self, Page, Surroundings},
        },
    },
    spool::Shortage,
    workflow::common::random,
};

pub const SIGN_IN: &str = "/trabajo/entrar";
/// The field of a form that holds its file.
pub const FILE: &str = "archivo";
const WORK: &str = "/trabajo";
const UNWANTED_BYTES_MAX: usize = 1 << 20;

/// A page, its values and its status.
pub struct WorkPage {
    pub template: &'static str,
    pub content: Value,
    pub status: StatusCode,
}

/// What becomes of a form.
pub enum FormOutcome {
    /// It is done: the browser goes on to this address, so that a reload does nothing again.
    Done(String),
    /// Something is wrong with it: the page again, with what was typed.
    Page(WorkPage),
}

impl WorkPage {
    pub fn new(template: &'static str, content: Value) -> Self {
        Self { template, content, status: StatusCode::OK }
    }

    /// The form again, because it is not whole.
    pub fn unprocessable(self) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, ..self }
    }
}

/// A page that is shown to whoever has a session.
pub fn shown<F, R>(path: &'static str, show: F) -> Endpoint<App>
where
    F: Fn(App, Request, Visit) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<WorkPage, Problem>> + Send + 'static,
{
    let endpoint = Endpoint::plain(Method::GET, path, move |app: App, mut request: Request| {
        let show = show.clone();
        async move {
            let Some(visit) = visit::of(&app, &request).await? else { return to_sign_in(&request) };
            request.actor = Some(visit.session.actor.clone());
            let outer = request.again();
            let page = show(app.clone(), request, visit.clone()).await?;
            respond(&app, &outer, Some(&visit), page).await
        }
    });
    endpoint.with_headers(path_headers::PAGE)
}

/// A form of such a page. `decides` says of which fields the key must have been shown just before.
pub fn taken<F, R>(path: &'static str, decides: fn(&FormFields) -> bool, take: F) -> Endpoint<App>
where
    F: Fn(App, Request, Visit, FormFields) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<FormOutcome, Problem>> + Send + 'static,
{
    let endpoint = Endpoint::plain(Method::POST, path, move |app: App, mut request: Request| {
        let take = take.clone();
        async move {
            require_own_page(&request)?;
            let form = FormFields::read(&mut request).await?;
            let Some(visit) = visit::of(&app, &request).await? else { return ask_again(&app, &request, None, &form).await };
            if !app.workflow.is_form_token(&visit.token, form.get(TOKEN)) {
                return confirm_typed(&app, &request, &visit, &form).await;
            }
            if decides(&form) && !visit.session.times.is_recent(app.now()) {
                return ask_again(&app, &request, Some(&visit), &form).await;
            }
            request.actor = Some(visit.session.actor.clone());
            let outer = request.again();
            let outcome = take(app.clone(), request, visit.clone(), form).await?;
            finished(&app, &outer, &visit, outcome).await
        }
    });
    endpoint.with_headers(path_headers::PAGE)
}

/// A form with a file, for the operation of this name. It is read only for whoever may call that; a browser keeps no file, so whoever has
/// to sign in first chooses it again.
pub fn file_taken<F, R>(path: &'static str, (name, limits): (&'static str, SentLimits), take: F) -> Endpoint<App>
where
    F: Fn(App, Request, Visit, SentFiles) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<FormOutcome, Problem>> + Send + 'static,
{
    let endpoint = Endpoint::plain(Method::POST, path, move |app: App, mut request: Request| {
        let take = take.clone();
        async move {
            require_own_page(&request)?;
            let Some(visit) = visit::of(&app, &request).await? else {
                // A browser that is still sending takes no answer; a large file is not waited for.
                let _ = request.body(UNWANTED_BYTES_MAX).await;
                return key_page(&app, &request, None, ("ended_file", &own_address(&request), "")).await;
            };
            request.actor = Some(visit.session.actor.clone());
            operation::permit(&request, name)?;
            if !is_form_with_file(&request) {
                let detail = ("se espera un formulario con un archivo", "a form with a file is expected");
                return Err(Problem::unsupported_media_type(detail).closing());
            }
            let sent = SentFiles::receive(&mut request, &app.workflow, FILE, limits).await?;
            if !app.workflow.is_form_token(&visit.token, sent.field(TOKEN).unwrap_or_default()) {
                return key_page(&app, &request, Some(&visit), ("other_file", &own_address(&request), "")).await;
            }
            let outer = request.again();
            let outcome = take(app.clone(), request, visit.clone(), sent).await?;
            finished(&app, &outer, &visit, outcome).await
        }
    });
    Endpoint { without_deadline: true, ..endpoint.with_headers(path_headers::PAGE) }
}

async fn finished(app: &App, request: &Request, visit: &Visit, outcome: FormOutcome) -> Result<Answer, Problem> {
    match outcome {
        FormOutcome::Done(location) => see_other(&location),
        FormOutcome::Page(page) => respond(app, request, Some(visit), page).await,
    }
}

fn is_form_with_file(request: &Request) -> bool {
    let kind = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("multipart/form-data"))
}

/// No form wants the key just shown.
pub fn never(_: &FormFields) -> bool {
    false
}

/// # Errors
/// When a form was sent from elsewhere, or it cannot be known from where.
pub fn require_own_page(request: &Request) -> Result<(), Problem> {
    if visit::is_from_here(request) {
        return Ok(());
    }
    tracing::warn!("auth: form of another site refused");
    let detail =
        ("el formulario no se envió desde una página de este servicio", "the form was not sent from a page of this service");
    Err(Problem::new(&problem_kind::FORBIDDEN).with_detail(detail).closing())
}

/// The key is asked for: the session has ended, or the step wants it just shown. What was typed waits in the page.
async fn ask_again(app: &App, request: &Request, visit: Option<&Visit>, form: &FormFields) -> Result<Answer, Problem> {
    let why = if visit.is_some() { "decision" } else { "ended" };
    key_page(app, request, visit, (why, &request.path, &form.saved())).await
}

async fn key_page(
    app: &App,
    request: &Request,
    visit: Option<&Visit>,
    (why, back, saved): (&str, &str, &str),
) -> Result<Answer, Problem> {
    let page = WorkPage { status: StatusCode::FORBIDDEN, ..sign_in_page(app, (why, back, saved), json!([])) };
    respond(app, request, visit, page).await
}

/// The form to sign in: why it is shown, where one goes from here, and what was typed before.
pub fn sign_in_page(app: &App, (why, back, saved): (&str, &str, &str), errors: Value) -> WorkPage {
    let provider = app.workflow.provider.as_ref().map(|provider| provider.name());
    let content = json!({ "why": why, "back": back, "saved": saved, "errors": errors, "out": false, "provider": provider });
    WorkPage::new("work_sign_in.html", content)
}

/// The form is of an earlier session: whoever typed it sends it once more, from a page of this one.
async fn confirm_typed(app: &App, request: &Request, visit: &Visit, form: &FormFields) -> Result<Answer, Problem> {
    let page = WorkPage { status: StatusCode::FORBIDDEN, ..typed_page(&request.path, form)? };
    respond(app, request, Some(visit), page).await
}

/// A page that shows what was typed before signing in, to be looked at and sent.
pub fn typed_page(path: &str, form: &FormFields) -> Result<WorkPage, Problem> {
    let typed: Vec<Value> = form.typed().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    Ok(WorkPage::new("work_typed.html", json!({ "back": path, "typed": typed, "once": once()? })))
}

/// A new value for the field `ONCE`.
pub fn once() -> Result<String, Problem> {
    Ok(random::digits(22)?)
}

/// A path of these pages, as a form may name it to come back to; anything else leads to the first of them.
pub fn own_path(text: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/?&=%-_.~+".contains(&byte);
    let rest = text.strip_prefix(WORK);
    let is_own = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('?'));
    if is_own && !text.contains("//") && text.bytes().all(is_plain) { text } else { WORK }
}

pub fn see_other(location: &str) -> Result<Answer, Problem> {
    let location = HeaderValue::try_from(location).map_err(|_| Problem::internal())?;
    Ok(Answer::empty(StatusCode::SEE_OTHER).with_header(LOCATION, location))
}

pub fn to_sign_in(request: &Request) -> Result<Answer, Problem> {
    see_other(&format!("{SIGN_IN}?volver={}&lang={}", encode(&own_address(request)), request.language.code()))
}

/// Of this very request, without its language.
fn own_address(request: &Request) -> String {
    let query = request.query_pairs.canonical(&["lang"]);
    if query.is_empty() { request.path.clone() } else { format!("{}?{query}", request.path) }
}

/// The page for one visitor; no cache keeps it.
pub async fn respond(app: &App, request: &Request, visit: Option<&Visit>, page: WorkPage) -> Result<Answer, Problem> {
    let sample = app.read_model.data_version().await?.sample;
    let mut content = page.content;
    content["work"] = match visit {
        Some(visit) => of_visit(app, visit).await?,
        None => Value::Null,
    };
    content["work_script"] = assets::WORK_SCRIPT.path().into();
    let (language, path, query) = (request.language, request.path.as_str(), request.query_pairs.canonical(&["lang"]));
    let surroundings = Surroundings { language, path, query: &query, origin: None, sample };
    let text = frame::text(&Page { template: page.template, content }, surroundings.to_json())?;
    let answer = Answer::bytes("text/html; charset=utf-8", text).with_status(page.status);
    Ok(answer.with_header(CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

async fn of_visit(app: &App, visit: &Visit) -> Result<Value, Problem> {
    let now = app.now();
    let actor = &visit.session.actor;
    let may = |operation: &str| operation::permits(actor, operation);
    let until = visit.session.times.idle_until();
    Ok(json!({
        "newer_keys": newer_keys(app, actor).await?,
        "name": actor.name, "token": visit.form_token, "until": clock_time(until), "seconds": until.duration_since(now).as_secs().max(0),
        "cases": may("list_cases"), "drafts": may("list_act_drafts"), "submissions": may("list_submissions"), "audit": may("list_audit"),
        "sources": may("list_held_imports"), "petitions": may("list_petition_queue"), "corrections": may("list_purchase_correction_queue"),
        "price_reports": may("list_price_report_queue"), "mail": may("show_mail"),
    }))
}

/// Living keys of the visitor that somebody else made after the one that is used: a person who did not want them has to see them.
async fn newer_keys(app: &App, actor: &Actor) -> Result<Vec<Value>, Problem> {
    let keys = app.read_model.living_keys(&actor.principal, app.now()).await?;
    let used = keys.iter().find(|key| key.id == actor.key).map(|key| key.created_at);
    let newer = keys.iter().filter(|key| key.id != actor.key && Some(key.created_at) > used);
    let described = newer.map(|key| {
        let by = key.created_by.as_ref().map(|(_, name)| name);
        json!({ "id": key.id, "when": in_colombia(&key.created_at.to_string().into()), "by": by })
    });
    Ok(described.collect())
}

/// Where somebody begins who came for no page in particular.
pub fn first_page(actor: &Actor) -> &'static str {
    if operation::permits(actor, "list_cases") {
        WORK
    } else if operation::permits(actor, "list_held_imports") {
        "/trabajo/fuentes"
    } else {
        "/trabajo/personas"
    }
}

/// An instant as people in Colombia read it: `2026-11-23 10:30`.
pub fn in_colombia(at: &Value) -> String {
    let at: Option<Timestamp> = at.as_str().and_then(|at| at.parse().ok());
    at.map(|at| at.to_zoned(bogota()).strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

fn clock_time(at: Timestamp) -> String {
    at.to_zoned(bogota()).strftime("%H:%M").to_string()
}

/// One offset all year.
fn bogota() -> TimeZone {
    TimeZone::fixed(Offset::constant(-5))
}

/// Gives each of these events the member `when`: its instant as people in Colombia read it.
pub fn say_when(events: &mut Value) {
    for event in events.as_array_mut().into_iter().flatten() {
        event["when"] = in_colombia(&event["at"]).into();
    }
}

/// A file to be kept, by this name; no cache keeps it.
pub fn attachment(answer: Answer, name: &str) -> Result<Answer, Problem> {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(|_| Problem::internal())?;
    let answer = answer.with_header(CONTENT_DISPOSITION, disposition);
    Ok(answer.with_header(CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

/// What could not be read or written on disk.
pub fn disk_fault(error: &io::Error) -> Problem {
    if let Some(shortage) = Shortage::of(error) {
        return Problem::shortage(shortage, error);
    }
    tracing::error!(kind = ?error.kind(), "submission: file could not be written");
    Problem::internal()
}

/// What a problem says, as the list of errors at the head of a page: each with the field that it leads to.
pub fn errors_of(problem: &Problem, request: &Request, field: &str) -> Result<Value, Problem> {
    let described = problem.to_json(request.language, &request.context.request_id);
    let described: Value = serde_json::from_slice(&described).map_err(|_| Problem::internal())?;
    let mut texts = vec![described["detail"].as_str().or_else(|| described["title"].as_str()).unwrap_or_default().to_owned()];
    let faults = described["errors"].as_array().into_iter().flatten();
    texts.extend(faults.filter_map(|fault| fault["detail"].as_str()).map(str::to_owned));
    Ok(texts.into_iter().map(|text| json!({ "field": field, "text": text })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_work_are_come_back_to() {
        for own in ["/trabajo", "/trabajo/casos/c000001", "/trabajo?estado=notified&vendedor=900123456"] {
            assert_eq!(own_path(own), own);
        }
        for other in ["", "https://e.example", "//e.example", "/trabajo//e", "/trabajos", "/", "/trabajo/\\e", "/trabajo\r\nx"] {
            assert_eq!(own_path(other), "/trabajo", "{other}");
        }
    }

    #[test]
    fn times_are_those_of_colombia() {
        let at = "2026-11-24T03:05:00Z";
        assert_eq!(in_colombia(&at.into()), "2026-11-23 22:05");
        assert_eq!((in_colombia(&Value::Null).as_str(), clock_time(at.parse().unwrap()).as_str()), ("", "22:05"));
    }
}
