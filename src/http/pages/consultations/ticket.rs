//! A comment with its reply, and its end by its ticket.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::http::{
    Answer, App, Endpoint, Problem, Request,
    api::consultations::show_comment,
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

const PATH: &str = "/comentarios/{id}";
const TEMPLATE: &str = "comment.html";
const TICKET: &str = "tiquete";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page_by_content(PATH, show), taken(PATH, withdraw)]
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    Ok(Page { template: TEMPLATE, content: content(&app, &request, json!([]), false).await? })
}

async fn content(app: &App, request: &Request, errors: Value, done: bool) -> Result<Value, Problem> {
    let id: String = request.path("id")?;
    let comment = ask(app, request, show_comment::handler, OperationInput { path: &[("id", &id)], query: &[] }).await?;
    let wrong = !errors.as_array().is_none_or(Vec::is_empty);
    Ok(json!({ "comment": comment["data"], "errors": errors, "wrong": wrong, "done": done }))
}

async fn withdraw(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let id: String = request.path("id")?;
    let body = json!({ "ticket": form.get(TICKET).trim() });
    let (content, status) = match write(&app, &request, Call { name: "withdraw_comment", path: &[("id", &id)] }, &body, "").await
    {
        Ok(_) => (content(&app, &request, json!([]), true).await?, StatusCode::OK),
        Err(problem) if problem.status().is_server_error() => return Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, &[("/ticket", TICKET)])?;
            (content(&app, &request, errors, false).await?, problem.status())
        }
    };
    shown(&app, &request, Page { template: TEMPLATE, content }, status).await
}
