//! A correction of a line: the form, the answers to be checked, and the ticket.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::{
    domain::purchases::correction::CorrectionSender,
    http::{
        Answer, App, Endpoint, Problem, Request,
        api::purchases::show_purchase,
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

const PATH: &str = "/compras/{id}/corregir";
const STEP: &str = "paso";
const SENDER: &str = "quien";
const TEXT: &str = "texto";
const CUM: &str = "codigo";
const FIELDS: [(&str, &str); 3] = [("/text", TEXT), ("/sender", SENDER), ("/cum", CUM)];
const NEEDED: [(&str, &str); 2] = [(SENDER, "purchase.choose_sender"), (TEXT, "purchase.write_text")];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page_by_content(PATH, show), taken(PATH, take)]
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let content = content(&app, &request, &FormFields::default(), "form", json!([])).await?;
    Ok(Page { template: "purchase_correct.html", content })
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    match form.get(STEP) {
        "cambiar" => page(&app, &request, (&form, "form", json!([])), StatusCode::OK).await,
        "enviar" => send(&app, &request, &form).await,
        _ => {
            let empty = NEEDED.iter().filter(|(field, _)| form.get(field).trim().is_empty());
            let missing: Vec<Value> =
                empty.map(|(field, key)| json!({ "field": field, "text": say(request.language, key, &[]) })).collect();
            if missing.is_empty() {
                return page(&app, &request, (&form, "check", json!([])), StatusCode::OK).await;
            }
            page(&app, &request, (&form, "form", missing.into()), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn send(app: &App, request: &Request, form: &FormFields) -> Result<Answer, Problem> {
    let id: String = request.path("id")?;
    let cum = Some(form.get(CUM).trim()).filter(|cum| !cum.is_empty());
    let body = json!({ "sender": form.get(SENDER), "text": form.get(TEXT).trim(), "cum": cum });
    match write(app, request, Call { name: "correct_purchase", path: &[("id", &id)] }, &body, form.get(ONCE)).await {
        Ok(answer) => {
            let content = json!({ "state": "received", "id": id, "received": answer["data"], "errors": [] });
            shown(app, request, Page { template: "purchase_correct.html", content }, StatusCode::OK).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, request, &FIELDS)?;
            page(app, request, (form, "form", errors), problem.status()).await
        }
    }
}

async fn page(app: &App, request: &Request, of: (&FormFields, &str, Value), status: StatusCode) -> Result<Answer, Problem> {
    let content = content(app, request, of.0, of.1, of.2).await?;
    shown(app, request, Page { template: "purchase_correct.html", content }, status).await
}

async fn content(app: &App, request: &Request, form: &FormFields, state: &str, errors: Value) -> Result<Value, Problem> {
    let id: String = request.path("id")?;
    let answer = ask(app, request, show_purchase::handler, OperationInput { path: &[("id", &id)], query: &[] }).await?;
    let senders: Vec<&str> = CorrectionSender::ALL.iter().map(|sender| sender.code()).collect();
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    Ok(json!({
        "state": state, "id": id, "line": answer["data"]["purchase"]["text"], "errors": errors, "wrong": wrong, "senders": senders,
        "once": once()?, "sender": form.get(SENDER), "text": form.get(TEXT), "cum": form.get(CUM),
    }))
}
