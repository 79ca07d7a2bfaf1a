//! A new petition: the form, the answers to be checked, and the ticket.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::{
    domain::participation::petition::PetitionSubject,
    http::{
        Answer, App, Endpoint, Problem, Request,
        api::participation::list_petitions,
        request::base_url::origin,
        view::{
            call_operation::{OperationInput, ask},
            frame::{self, Page},
            messages::say,
            public_form::{errors_of, shown, taken},
        },
        work::{
            form::{FormFields, ONCE},
            operation::{Call, write},
            page::{once, require_own_page},
        },
    },
};

const PATH: &str = "/pedir";
const STEP: &str = "paso";
const SUBJECT: &str = "asunto";
const TARGET: &str = "codigo";
const REQUEST: &str = "peticion";
const REASONS: &str = "razones";
const FIELDS: [(&str, &str); 4] = [("/request", REQUEST), ("/subject", SUBJECT), ("/target", TARGET), ("/reasons", REASONS)];
const NEEDED: [(&str, &str); 3] =
    [(SUBJECT, "petition.choose_subject"), (REQUEST, "petition.write_request"), (REASONS, "petition.write_reasons")];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page(PATH, show), taken(PATH, take)]
}

async fn show(_: App, request: Request) -> Result<Page, Problem> {
    let mut content = content(&FormFields::default(), "form", json!([]))?;
    // A page of a medicine or a market may lead here.
    content["target"] = request.query_pairs.get(TARGET).unwrap_or_default().into();
    Ok(Page { template: "petition_new.html", content })
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    match form.get(STEP) {
        "cambiar" => page(&app, &request, (&form, "form", json!([])), StatusCode::OK).await,
        "enviar" => send(&app, &request, &form).await,
        _ => {
            let missing = missing(&form, &request);
            if missing.is_empty() {
                return page(&app, &request, (&form, "check", json!([])), StatusCode::OK).await;
            }
            page(&app, &request, (&form, "form", missing.into()), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn send(app: &App, request: &Request, form: &FormFields) -> Result<Answer, Problem> {
    let target = Some(form.get(TARGET).trim()).filter(|target| !target.is_empty());
    let body = json!({ "subject": form.get(SUBJECT), "target": target, "request": form.get(REQUEST).trim(), "reasons": form.get(REASONS) });
    match write(app, request, Call { name: "create_petition", path: &[] }, &body, form.get(ONCE)).await {
        Ok(answer) => {
            let received = &answer["data"];
            let id = received["petition"].as_str().unwrap_or_default();
            let link = format!("{}/peticiones/{id}/apoyar", origin(request).unwrap_or_default());
            let content = json!({ "state": "received", "received": received, "link": link, "errors": [] });
            shown(app, request, Page { template: "petition_new.html", content }, StatusCode::OK).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, request, &FIELDS)?;
            page(app, request, (form, "form", errors), problem.status()).await
        }
    }
}

async fn page(app: &App, request: &Request, of: (&FormFields, &str, Value), status: StatusCode) -> Result<Answer, Problem> {
    let mut content = content(of.0, of.1, of.2)?;
    if of.1 == "check" {
        content["similar"] = similar(app, request, of.0.get(TARGET).trim()).await;
    }
    shown(app, request, Page { template: "petition_new.html", content }, status).await
}

/// Petitions about the same that could be supported instead. What cannot be found keeps nobody from sending.
async fn similar(app: &App, request: &Request, target: &str) -> Value {
    if target.is_empty() {
        return json!([]);
    }
    let question = OperationInput { path: &[], query: &[("similar_to", target)] };
    let found = ask(app, request, list_petitions::handler, question).await;
    found.map_or_else(|_| json!([]), |answer| answer["data"].clone())
}

fn content(form: &FormFields, state: &str, errors: Value) -> Result<Value, Problem> {
    let subjects: Vec<&str> = PetitionSubject::ALL.iter().map(|subject| subject.code()).collect();
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    Ok(json!({
        "state": state, "errors": errors, "wrong": wrong, "subjects": subjects, "once": once()?, "subject": form.get(SUBJECT),
        "target": form.get(TARGET), "request": form.get(REQUEST), "reasons": form.get(REASONS),
    }))
}

fn missing(form: &FormFields, request: &Request) -> Vec<Value> {
    let empty = NEEDED.iter().filter(|(field, _)| form.get(field).trim().is_empty());
    let mut missing: Vec<Value> =
        empty.map(|(field, key)| json!({ "field": field, "text": say(request.language, key, &[]) })).collect();
    let needs_target = PetitionSubject::from_code(form.get(SUBJECT)).is_some_and(PetitionSubject::needs_target);
    if needs_target && form.get(TARGET).trim().is_empty() {
        missing.push(json!({ "field": TARGET, "text": say(request.language, "petition.write_target", &[]) }));
    }
    missing
}
