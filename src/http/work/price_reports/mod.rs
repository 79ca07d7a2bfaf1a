//! Reports of prices that wait, and one of them with the forms that sort it out and answer it.

use serde_json::{Value, json};

use super::{
    form::{FormFields, ONCE},
    operation::{Call, read, write},
    page::{FormOutcome, WorkPage, errors_of, once, shown, taken},
    visit::Visit,
};
use crate::{
    domain::participation::price_report::{NotUsableReason, PriceReportDisposition},
    http::{App, Endpoint, Problem, Request},
};

const LIST: &str = "/trabajo/reportes";
const ONE: &str = "/trabajo/reportes/{id}";
/// Which of the forms.
const FORM: &str = "formulario";
const STEP: &str = "paso";
const REASON: &str = "motivo";
const DISPOSITION: &str = "decision";
const TEXT_ES: &str = "respuesta";
const TEXT_EN: &str = "respuesta_en";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(LIST, list), shown(ONE, show), taken(ONE, is_final, take)]
}

/// An answer cannot be changed.
fn is_final(form: &FormFields) -> bool {
    form.get(FORM) == "respuesta"
}

async fn list(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    let answer = read(&app, &request, Call { name: "list_price_report_queue", path: &[] }, &[]).await?;
    let today = app.today().to_string();
    let done = !request.query_pairs.get("hecho").unwrap_or_default().is_empty();
    Ok(WorkPage::new("work_price_reports.html", json!({ "rows": answer["data"], "today": today, "done": done })))
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    page(&app, &request, &FormFields::default(), json!([])).await
}

/// The report with its content, which the queue alone has.
async fn page(app: &App, request: &Request, typed: &FormFields, errors: Value) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let queue = read(app, request, Call { name: "list_price_report_queue", path: &[] }, &[]).await?;
    let waiting = queue["data"].as_array().into_iter().flatten().find(|report| report["id"] == id.as_str()).cloned();
    let report = read(app, request, Call { name: "show_price_report", path: &[("id", &id)] }, &[]).await?["data"].take();
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    let dispositions: Vec<&str> = PriceReportDisposition::ALL.iter().map(|disposition| disposition.code()).collect();
    let reasons: Vec<&str> = NotUsableReason::ALL.iter().map(|reason| reason.code()).collect();
    Ok(WorkPage::new(
        "work_price_report.html",
        json!({
            "report": report, "waiting": waiting, "errors": errors, "wrong": wrong, "dispositions": dispositions, "reasons": reasons,
            "once": [once()?, once()?], "typed_disposition": typed.get(DISPOSITION), "typed_es": typed.get(TEXT_ES),
            "typed_en": typed.get(TEXT_EN),
        }),
    ))
}

async fn take(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let optional = |name: &str| Some(form.get(name).trim()).filter(|text| !text.is_empty());
    let (field, name, body) = if form.get(FORM) == "respuesta" {
        let body = json!({ "disposition": form.get(DISPOSITION), "text_es": form.get(TEXT_ES), "text_en": optional(TEXT_EN) });
        (TEXT_ES, "answer_price_report", body)
    } else {
        let counts = form.get(STEP) == "cuenta";
        (REASON, "moderate_price_report", json!({ "not_usable": if counts { None } else { Some(form.get(REASON)) } }))
    };
    match write(&app, &request, Call { name, path }, &body, form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("{LIST}?hecho=1&lang={}", request.language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let field = if problem.code() == "bad_body" && name == "answer_price_report" { DISPOSITION } else { field };
            let errors = errors_of(&problem, &request, field)?;
            let page = page(&app, &request, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}
