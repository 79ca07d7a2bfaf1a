//! The report of a ticket: what was said of it, the same price today, or its end.

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

const PATH: &str = "/reporte";
const TEMPLATE: &str = "price_report_ticket.html";
const REPORT: &str = "reporte";
const TICKET: &str = "tiquete";
const STEP: &str = "paso";
/// Each step with its operation; to open it is what happens without one.
const STEPS: [(&str, &str); 2] = [("igual", "confirm_price"), ("retirar", "withdraw_price_report")];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page(PATH, show), taken(PATH, take)]
}

async fn show(_: App, request: Request) -> Result<Page, Problem> {
    let mut content = content(&FormFields::default(), json!([]));
    content["report"] = request.query_pairs.get(REPORT).unwrap_or_default().into();
    Ok(Page { template: TEMPLATE, content })
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let wanted = [(REPORT, "price_report.write_id"), (TICKET, "price_report.write_ticket")];
    let empty = wanted.into_iter().filter(|(field, _)| form.get(field).trim().is_empty());
    let missing: Vec<Value> =
        empty.map(|(field, key)| json!({ "field": field, "text": say(request.language, key, &[]) })).collect();
    if !missing.is_empty() {
        let page = Page { template: TEMPLATE, content: content(&form, missing.into()) };
        return shown(&app, &request, page, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match opened(&app, &request, &form).await {
        Ok((opened, done)) => {
            let mut content = content(&form, json!([]));
            (content["opened"], content["done"]) = (opened, done);
            shown(&app, &request, Page { template: TEMPLATE, content }, StatusCode::OK).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, &[("/ticket", TICKET)])?;
            let page = Page { template: TEMPLATE, content: content(&form, errors) };
            shown(&app, &request, page, problem.status()).await
        }
    }
}

/// The report as it stands after the step, and what the step did.
async fn opened(app: &App, request: &Request, form: &FormFields) -> Result<(Value, Value), Problem> {
    let (id, body) = (form.get(REPORT).trim(), json!({ "ticket": form.get(TICKET).trim() }));
    let path: &[(&str, &str)] = &[("id", id)];
    let mut done = Value::Null;
    if let Some((_, name)) = STEPS.into_iter().find(|(step, _)| *step == form.get(STEP)) {
        let answer = write(app, request, Call { name, path }, &body, "").await?;
        done = json!({ "step": form.get(STEP), "new": answer["data"]["new"] });
    }
    let mut opened = write(app, request, Call { name: "open_price_report", path }, &body, "").await?;
    Ok((opened["data"].take(), done))
}

fn content(form: &FormFields, errors: Value) -> Value {
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    json!({ "errors": errors, "wrong": wrong, "report": form.get(REPORT), "ticket": form.get(TICKET), "opened": null, "done": null })
}
