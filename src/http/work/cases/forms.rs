//! The forms of a case: a step, a note, a reply of the seller, and who works on it. Each asks its operation of the API.

use serde_json::{Value, json};

use super::{
    assigning::{TO, assign},
    case::{NOTE, REASON, REPLY, STEP, page},
};
use crate::{
    domain::cases::case_state::CaseState,
    http::{
        App, Endpoint, Problem, Request,
        view::messages::say,
        work::{
            form::{FormFields, ONCE},
            operation::{Call, write},
            page::{FormOutcome, WorkPage, errors_of, shown, taken},
            visit::Visit,
        },
    },
};

const PATH: &str = "/trabajo/casos/{id}";
/// Which of the forms; without it, a step.
const FORM: &str = "formulario";
const VERSION: &str = "version";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, is_decision, take)]
}

/// To confirm accuses somebody in public.
fn is_decision(form: &FormFields) -> bool {
    form.get(STEP) == CaseState::Confirmed.code()
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    page(&app, &request, &visit.session.actor, &FormFields::default(), json!([])).await
}

async fn take(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let actor = &visit.session.actor;
    let missing = missing(&form, &request);
    if !missing.is_empty() {
        let page = page(&app, &request, actor, &form, missing.into()).await?;
        return Ok(FormOutcome::Page(page.unprocessable()));
    }
    let (field, sent) = send(&app, &request, &id, &form).await;
    match sent {
        Ok(done) => Ok(FormOutcome::Done(format!("/trabajo/casos/{id}?hecho={done}&lang={}", request.language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, field)?;
            let page = page(&app, &request, actor, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

/// The field that a refusal leads to, and what was done.
async fn send(app: &App, request: &Request, id: &str, form: &FormFields) -> (&'static str, Result<&'static str, Problem>) {
    let path: &[(&str, &str)] = &[("id", id)];
    let once = form.get(ONCE);
    match form.get(FORM) {
        NOTE => {
            let body = json!({ "text": form.get(NOTE) });
            (NOTE, write(app, request, Call { name: "add_case_note", path }, &body, once).await.map(|_| NOTE))
        }
        REPLY => {
            let body = json!({ "text": form.get(REPLY) });
            (REPLY, write(app, request, Call { name: "reply_to_case", path }, &body, once).await.map(|_| REPLY))
        }
        TO => {
            let case = [id];
            (TO, assign(app, request, (case.as_slice(), form.get(TO)), once).await.map(|_| "asignado"))
        }
        _ => {
            let version = form.get(VERSION).parse::<i32>().unwrap_or(0);
            let body = json!({ "to": form.get(STEP), "reason": form.get(REASON), "version": version });
            (REASON, write(app, request, Call { name: "move_case", path }, &body, once).await.map(|_| "1"))
        }
    }
}

fn missing(form: &FormFields, request: &Request) -> Vec<Value> {
    let wanted: &[(&str, &str)] = match form.get(FORM) {
        NOTE => &[(NOTE, "work.write_note")],
        REPLY => &[(REPLY, "work.write_reply")],
        TO => &[(TO, "work.choose_assignee")],
        _ => &[(STEP, "work.choose_step"), (REASON, "work.write_reason")],
    };
    let missing = wanted.iter().filter(|(field, _)| form.get(field).trim().is_empty());
    missing.map(|(field, key)| json!({ "field": field, "text": say(request.language, key, &[]) })).collect()
}
