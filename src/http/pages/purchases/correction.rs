//! Where a correction stands, and its withdrawal by whoever has the ticket.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::http::{
    Answer, App, Endpoint, Problem, Request,
    api::purchases::show_purchase_correction,
    view::{
        call_operation::{OperationInput, ask},
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

const PATH: &str = "/correcciones/{id}";
const TICKET: &str = "tiquete";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page_by_content(PATH, show), taken(PATH, take)]
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let content = content(&app, &request, "", json!([])).await?;
    Ok(Page { template: "correction.html", content })
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let (id, ticket): (String, &str) = (request.path("id")?, form.get(TICKET).trim());
    let (errors, status) = if ticket.is_empty() {
        let text = say(request.language, "petition.write_ticket", &[]);
        (json!([{ "field": TICKET, "text": text }]), StatusCode::UNPROCESSABLE_ENTITY)
    } else {
        let call = Call { name: "withdraw_purchase_correction", path: &[("id", &id)] };
        match write(&app, &request, call, &json!({ "ticket": ticket }), "").await {
            Ok(_) => (json!([]), StatusCode::OK),
            Err(problem) if problem.status().is_server_error() => return Err(problem),
            Err(problem) => (errors_of(&problem, &request, &[("/ticket", TICKET)])?, problem.status()),
        }
    };
    let content = content(&app, &request, ticket, errors).await?;
    shown(&app, &request, Page { template: "correction.html", content }, status).await
}

async fn content(app: &App, request: &Request, ticket: &str, errors: Value) -> Result<Value, Problem> {
    let id: String = request.path("id")?;
    let input = OperationInput { path: &[("id", &id)], query: &[] };
    let answer = ask(app, request, show_purchase_correction::handler, input).await?;
    let wrong = !errors.as_array().is_none_or(Vec::is_empty);
    Ok(json!({ "correction": answer["data"], "errors": errors, "wrong": wrong, "ticket": if wrong { ticket } else { "" } }))
}
