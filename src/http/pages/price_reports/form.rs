//! A new report of a price: the form, which presentation it was, the answers to be checked, and the answer at once with the ticket.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::fields::{self, POINTERS, PRODUCT, STEP};
use crate::http::{
    Answer, App, Endpoint, Problem, Request,
    api::price_reports::list_territories,
    view::{
        call_operation::{OperationInput, ask},
        frame::{self, Page},
        public_form::{errors_of, shown, taken},
    },
    work::{
        form::{FormFields, ONCE},
        operation::{Call, write},
        page::{once, require_own_page},
    },
};

const PATH: &str = "/reportar-precio";
const TEMPLATE: &str = "price_report_new.html";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![frame::page(PATH, show), taken(PATH, take)]
}

/// What a page shows: a step of the form, and what is wrong.
struct Step<'a> {
    form: &'a FormFields,
    state: &'static str,
    errors: Value,
    candidates: Value,
}

impl<'a> Step<'a> {
    fn new(form: &'a FormFields, state: &'static str) -> Self {
        Self { form, state, errors: json!([]), candidates: json!([]) }
    }

    fn with_errors(form: &'a FormFields, errors: Value) -> Self {
        Self { errors, ..Self::new(form, "form") }
    }
}

async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let mut content = content(&app, &request, Step::new(&FormFields::default(), "form")).await?;
    // A page of a medicine may lead here.
    content["typed"][PRODUCT] = request.query_pairs.get("cum").unwrap_or_default().into();
    Ok(Page { template: TEMPLATE, content })
}

async fn take(app: App, mut request: Request) -> Result<Answer, Problem> {
    require_own_page(&request)?;
    let form = FormFields::read(&mut request).await?;
    let step = form.get(STEP);
    if step == "cambiar" {
        return page(&app, &request, Step::new(&form, "form"), StatusCode::OK).await;
    }
    let missing = fields::missing(&form, &request);
    if !missing.is_empty() {
        return page(&app, &request, Step::with_errors(&form, missing.into()), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if step == "enviar" {
        return send(&app, &request, &form).await;
    }
    let product = form.get(PRODUCT).trim();
    if step == "revisar" && !fields::is_code(product) {
        let candidates = candidates(&app, &request, product).await?;
        if candidates.as_array().is_some_and(|found| !found.is_empty()) {
            return page(&app, &request, Step { candidates, ..Step::new(&form, "choose") }, StatusCode::OK).await;
        }
    }
    page(&app, &request, Step::new(&form, "check"), StatusCode::OK).await
}

/// The presentations that the words may mean: nothing is ranked.
async fn candidates(app: &App, request: &Request, product: &str) -> Result<Value, Problem> {
    let body = json!({ "items": [{ "text": product, "channel": "commercial", "stage": "final" }] });
    match write(app, request, Call { name: "read_item_texts", path: &[] }, &body, "").await {
        Ok(mut answer) => Ok(answer["data"][0]["candidates"].take()),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        // The API says what is wrong with the words when they are sent.
        Err(_) => Ok(json!([])),
    }
}

async fn send(app: &App, request: &Request, form: &FormFields) -> Result<Answer, Problem> {
    let call = Call { name: "create_price_report", path: &[] };
    match write(app, request, call, &fields::body(form), form.get(ONCE)).await {
        Ok(answer) => {
            let content = json!({ "state": "received", "received": answer["data"], "errors": [] });
            shown(app, request, Page { template: TEMPLATE, content }, StatusCode::OK).await
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, request, &POINTERS)?;
            page(app, request, Step::with_errors(form, errors), problem.status()).await
        }
    }
}

async fn page(app: &App, request: &Request, step: Step<'_>, status: StatusCode) -> Result<Answer, Problem> {
    let content = content(app, request, step).await?;
    shown(app, request, Page { template: TEMPLATE, content }, status).await
}

async fn content(app: &App, request: &Request, step: Step<'_>) -> Result<Value, Problem> {
    let nothing = OperationInput { path: &[], query: &[] };
    let territories = ask(app, request, list_territories::handler, nothing).await?;
    let wrong: Vec<Value> = step.errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    let units: Vec<&str> = fields::UNITS.iter().map(|(name, _)| *name).collect();
    let municipality = fields::municipality(step.form);
    let name = |code: &str| territories["data"].as_array()?.iter().find(|one| one["code"] == code).map(|one| one["name"].clone());
    Ok(json!({
        "state": step.state, "errors": step.errors, "wrong": wrong, "once": once()?, "typed": fields::typed(step.form), "fields": fields::ALL,
        "units": units, "territories": territories["data"], "candidates": step.candidates, "none": fields::NONE_OF_THEM,
        "place": name(municipality), "place_code": municipality, "body": fields::body(step.form), "today": app.today().to_string(),
    }))
}
