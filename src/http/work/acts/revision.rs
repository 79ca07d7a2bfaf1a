//! A line of a draft corrected, or its first day.

use serde_json::{Value, json};

use crate::http::{
    App, Endpoint, Problem, Request,
    view::{messages::say, parse_amount},
    work::{
        form::{FormFields, ONCE},
        operation::{Call, permit, read, write},
        page::{FormOutcome, WorkPage, never, once, shown, taken},
        visit::Visit,
    },
};

const PATH: &str = "/trabajo/actos/{id}/correccion";
pub const REVISE: &str = "revise_act_draft";
const CUM: &str = "cum";
const COLUMN: &str = "columna";
const AMOUNT: &str = "precio";
const DAY: &str = "rige_desde";
const REASON: &str = "motivo";
const COLUMNS: [&str; 3] = ["institutional", "commercial_wholesale", "commercial_final"];
const POINTERS: [(&str, &str); 5] = [
    ("/ceilings/0", CUM),
    ("/remove_ceilings/0", CUM),
    ("/ceilings/0/amount", AMOUNT),
    ("/valid_from", DAY),
    ("/reason", REASON),
];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, never, take)]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    permit(&request, REVISE)?;
    let mut typed = json!({});
    for name in [CUM, COLUMN] {
        typed[name] = request.query_pairs.get(name).unwrap_or_default().into();
    }
    page(&app, &request, typed, json!([])).await
}

async fn page(app: &App, request: &Request, typed: Value, errors: Value) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let draft = read(app, request, Call { name: "show_act_draft", path: &[("id", &id)] }, &[]).await?["data"].take();
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    let content =
        json!({ "draft": draft, "typed": typed, "errors": errors, "wrong": wrong, "columns": COLUMNS, "once": once()? });
    Ok(WorkPage::new("work_revision.html", content))
}

fn typed(form: &FormFields) -> Value {
    let names = [CUM, COLUMN, AMOUNT, DAY, REASON];
    names.iter().map(|name| ((*name).to_owned(), Value::from(form.get(name)))).collect::<serde_json::Map<_, _>>().into()
}

/// What the operation takes; without a price, the line is taken out.
fn body(form: &FormFields) -> Result<Value, &'static str> {
    let (cum, amount, day) = (form.get(CUM).trim(), form.get(AMOUNT).trim(), form.get(DAY).trim());
    let mut body = json!({ "reason": form.get(REASON).trim() });
    if !day.is_empty() {
        body["valid_from"] = day.into();
    }
    if !cum.is_empty() && amount.is_empty() {
        body["remove_ceilings"] = json!([{ "cum": cum, "column": form.get(COLUMN) }]);
    } else if !cum.is_empty() {
        let amount = parse_amount::amount(amount).ok_or(AMOUNT)?;
        let money = json!({ "amount": amount, "currency": "COP", "per": "pack" });
        body["ceilings"] = json!([{ "cum": cum, "column": form.get(COLUMN), "amount": money }]);
    }
    if cum.is_empty() && day.is_empty() { Err(CUM) } else { Ok(body) }
}

async fn take(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let fault = |field: &str, key: &str| json!([{ "field": field, "text": say(request.language, key, &[]) }]);
    let errors = match body(&form) {
        Err(AMOUNT) => fault(AMOUNT, "check.not_read"),
        Err(field) => fault(field, "work.write_revision"),
        Ok(_) if form.get(REASON).trim().is_empty() => fault(REASON, "work.write_reason"),
        Ok(body) => match write(&app, &request, Call { name: REVISE, path: &[("id", &id)] }, &body, form.get(ONCE)).await {
            Ok(_) => return Ok(FormOutcome::Done(format!("/trabajo/actos/{id}?hecho=1&lang={}", request.language.code()))),
            Err(problem) if problem.status().is_server_error() => return Err(problem),
            Err(problem) => {
                let errors = crate::http::view::public_form::errors_of(&problem, &request, &POINTERS)?;
                let page = page(&app, &request, typed(&form), errors).await?;
                return Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }));
            }
        },
    };
    Ok(FormOutcome::Page(page(&app, &request, typed(&form), errors).await?.unprocessable()))
}
