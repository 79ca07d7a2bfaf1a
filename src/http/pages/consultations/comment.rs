//! A new comment on a line of a draft: the form, the answers to be checked, and the ticket.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::{
    domain::participation::consultation::CommentKind,
    http::{
        Answer, App, Endpoint, Problem, Request,
        view::{
            frame::{self, Page},
            messages::say,
            parse_amount,
            public_form::{errors_of, shown, taken},
        },
        work::{
            form::{FormFields, ONCE},
            operation::{Call, write},
            page::{once, require_own_page},
        },
    },
};

const PATH: &str = "/consultas/{id}/comentar";
const TEMPLATE: &str = "consultation_comment.html";
const STEP: &str = "paso";
const LINE: &str = "linea";
const KIND: &str = "clase";
const TEXT: &str = "comentario";
const VALUE: &str = "valor";
const BEHALF: &str = "nombre";
const INTEREST: &str = "interes";
const FIELDS: [&str; 6] = [LINE, KIND, TEXT, VALUE, BEHALF, INTEREST];
const POINTERS: [(&str, &str); 5] =
    [("/text", TEXT), ("/line", LINE), ("/kind", KIND), ("/proposed_value", VALUE), ("/on_behalf_of", BEHALF)];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page(PATH, show), taken(PATH, take)]
}

async fn show(_: App, request: Request) -> Result<Page, Problem> {
    let mut content = content(&request, &FormFields::default(), "form", json!([]))?;
    content["typed"][LINE] = request.query_pairs.get(LINE).unwrap_or_default().into();
    Ok(Page { template: TEMPLATE, content })
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    if form.get(STEP) == "cambiar" {
        return page(&app, &request, (&form, "form", json!([])), StatusCode::OK).await;
    }
    let missing = missing(&form, &request);
    if !missing.is_empty() {
        return page(&app, &request, (&form, "form", missing.into()), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if form.get(STEP) == "enviar" {
        return send(&app, &request, &form).await;
    }
    page(&app, &request, (&form, "check", json!([])), StatusCode::OK).await
}

async fn send(app: &App, request: &Request, form: &FormFields) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let optional = |name: &str| Some(form.get(name).trim()).filter(|text| !text.is_empty());
    let body = json!({
        "line": form.get(LINE).trim(), "kind": form.get(KIND), "text": form.get(TEXT), "proposed_value": amount(form).flatten(),
        "on_behalf_of": optional(BEHALF), "interest_declared": optional(INTEREST).is_some(),
    });
    match write(app, request, Call { name: "create_comment", path: &[("id", &id)] }, &body, form.get(ONCE)).await {
        Ok(answer) => {
            let content = json!({ "state": "received", "received": answer["data"], "consultation": id, "errors": [] });
            shown(app, request, Page { template: TEMPLATE, content }, StatusCode::OK).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, request, &POINTERS)?;
            page(app, request, (form, "form", errors), problem.status()).await
        }
    }
}

/// `None`: it cannot be read. Nothing typed is no amount.
fn amount(form: &FormFields) -> Option<Option<String>> {
    let typed = form.get(VALUE).trim();
    if typed.is_empty() { Some(None) } else { parse_amount::amount(typed).map(Some) }
}

fn missing(form: &FormFields, request: &Request) -> Vec<Value> {
    let fault = |field: &str, key: &str| json!({ "field": field, "text": say(request.language, key, &[]) });
    let wanted = [(LINE, "consultation.write_line"), (KIND, "consultation.choose_kind"), (TEXT, "consultation.write_comment")];
    let empty = wanted.into_iter().filter(|(field, _)| form.get(field).trim().is_empty());
    let mut missing: Vec<Value> = empty.map(|(field, key)| fault(field, key)).collect();
    if amount(form).is_none() {
        missing.push(fault(VALUE, "check.not_read"));
    }
    missing
}

async fn page(app: &App, request: &Request, of: (&FormFields, &str, Value), status: StatusCode) -> Result<Answer, Problem> {
    let content = content(request, of.0, of.1, of.2)?;
    shown(app, request, Page { template: TEMPLATE, content }, status).await
}

fn content(request: &Request, form: &FormFields, state: &str, errors: Value) -> Result<Value, Problem> {
    let id: String = request.path("id")?;
    let typed: serde_json::Map<String, Value> =
        FIELDS.iter().map(|name| ((*name).to_owned(), Value::from(form.get(name)))).collect();
    let kinds: Vec<&str> = CommentKind::ALL.iter().map(|kind| kind.code()).collect();
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    Ok(json!({
        "consultation": id, "state": state, "errors": errors, "wrong": wrong, "typed": typed, "fields": FIELDS, "kinds": kinds,
        "once": once()?,
    }))
}
