//! Supporting a petition: a way to reach the person, then the page of the link, whose button alone counts.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::http::{
    Answer, App, Endpoint, Problem, Request,
    api::participation::show_petition,
    view::{
        call_operation::{OperationInput, ask},
        frame::{self, Page},
        public_form::{errors_of, shown, taken},
    },
    work::{
        form::FormFields,
        operation::{Call, write},
        page::require_own_page,
    },
};

const BEGIN: &str = "/peticiones/{id}/apoyar";
const CONFIRM: &str = "/apoyo";
const CONTACT: &str = "contacto";
const CODE: &str = "codigo";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        frame::page_by_content(BEGIN, show),
        taken(BEGIN, begin),
        frame::page_by_content(CONFIRM, show_confirm),
        taken(CONFIRM, confirm),
    ]
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let content = content(&app, &request, ("begin", "", json!([]))).await?;
    Ok(Page { template: "petition_support.html", content })
}

async fn content(app: &App, request: &Request, (state, typed, errors): (&str, &str, Value)) -> Result<Value, Problem> {
    let id: String = request.path("id")?;
    let answer = ask(app, request, show_petition::handler, OperationInput { path: &[("id", &id)], query: &[] }).await?;
    Ok(json!({ "state": state, "errors": errors, "typed": typed, "petition": answer["data"]["petition"] }))
}

async fn begin(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let (id, contact): (String, &str) = (request.path("id")?, form.get(CONTACT));
    let body = json!({ "contact": contact.trim() });
    match write(&app, &request, Call { name: "support_petition", path: &[("id", &id)] }, &body, "").await {
        Ok(answer) => {
            let content = json!({ "state": "confirm", "errors": [], "code": answer["data"]["code"] });
            shown(&app, &request, Page { template: "petition_support.html", content }, StatusCode::OK).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, &[("/contact", CONTACT)])?;
            let content = content(&app, &request, ("begin", contact, errors)).await?;
            shown(&app, &request, Page { template: "petition_support.html", content }, problem.status()).await
        }
    }
}

/// Whatever reads this address, a mail scanner too, changes nothing.
async fn show_confirm(_: App, request: Request) -> Result<Page, Problem> {
    let code = request.query_pairs.get(CODE).unwrap_or_default();
    Ok(Page { template: "petition_support.html", content: json!({ "state": "confirm", "errors": [], "code": code }) })
}

async fn confirm(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let code = form.get(CODE);
    let outcome = write(&app, &request, Call { name: "confirm_support", path: &[] }, &json!({ "code": code }), "").await;
    let (content, status) = match outcome {
        Ok(answer) => (json!({ "state": "done", "errors": [], "confirmed": answer["data"] }), StatusCode::OK),
        Err(problem) if problem.status().is_server_error() => return Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, &[("/code", "confirmar")])?;
            (json!({ "state": "confirm", "errors": errors, "code": code }), problem.status())
        }
    };
    shown(&app, &request, Page { template: "petition_support.html", content }, status).await
}
