//! What whoever has the ticket of a petition can do: contest its answer, or withdraw it.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::http::{
    Answer, App, Endpoint, Problem, Request,
    view::{
        frame::{self, Page},
        messages::say,
        public_form::{errors_of, shown, taken},
    },
    work::{
        form::FormFields,
        operation::{Call, write},
        page::require_own_page,
    },
};

const PATH: &str = "/tiquete";
const PETITION: &str = "peticion";
const TICKET: &str = "tiquete";
const STEP: &str = "paso";
const TEXT: &str = "motivo";
const CONTEST: &str = "controvertir";
const WITHDRAW: &str = "retirar";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page(PATH, show), taken(PATH, take)]
}

async fn show(_: App, request: Request) -> Result<Page, Problem> {
    let mut content = content(&FormFields::default(), json!([]));
    content["petition"] = request.query_pairs.get(PETITION).unwrap_or_default().into();
    Ok(Page { template: "petition_ticket.html", content })
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let missing = missing(&form, &request);
    if !missing.is_empty() {
        let page = Page { template: "petition_ticket.html", content: content(&form, missing.into()) };
        return shown(&app, &request, page, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (id, ticket) = (form.get(PETITION).trim(), form.get(TICKET).trim());
    let (name, body) = match form.get(STEP) {
        CONTEST => ("contest_petition", json!({ "ticket": ticket, "text": form.get(TEXT) })),
        _ => ("withdraw_petition", json!({ "ticket": ticket })),
    };
    match write(&app, &request, Call { name, path: &[("id", id)] }, &body, "").await {
        Ok(answer) => {
            let content = json!({ "moved": answer["data"], "errors": [] });
            shown(&app, &request, Page { template: "petition_ticket.html", content }, StatusCode::OK).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, &[("/ticket", TICKET), ("/text", TEXT)])?;
            let page = Page { template: "petition_ticket.html", content: content(&form, errors) };
            shown(&app, &request, page, problem.status()).await
        }
    }
}

fn content(form: &FormFields, errors: Value) -> Value {
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    json!({
        "errors": errors, "wrong": wrong, "petition": form.get(PETITION), "ticket": form.get(TICKET), "step": form.get(STEP),
        "text": form.get(TEXT), "moved": null,
    })
}

fn missing(form: &FormFields, request: &Request) -> Vec<Value> {
    let mut wanted = vec![(PETITION, "petition.write_id"), (TICKET, "petition.write_ticket")];
    match form.get(STEP) {
        CONTEST => wanted.push((TEXT, "petition.write_contest")),
        WITHDRAW => {}
        _ => return vec![json!({ "field": STEP, "text": say(request.language, "petition.choose_step", &[]) })],
    }
    let empty = wanted.into_iter().filter(|(field, _)| form.get(field).trim().is_empty());
    empty.map(|(field, key)| json!({ "field": field, "text": say(request.language, key, &[]) })).collect()
}
