//! Corrections of purchases that wait for an answer, and one of them with the form that answers it.

use serde_json::{Value, json};

use super::{
    form::{FormFields, ONCE},
    operation::{Call, read, write},
    page::{FormOutcome, WorkPage, errors_of, once, shown, taken},
    visit::Visit,
};
use crate::{
    domain::purchases::correction::CorrectionDisposition,
    http::{App, Endpoint, Problem, Request},
};

const LIST: &str = "/trabajo/correcciones";
const ONE: &str = "/trabajo/correcciones/{id}";
const DISPOSITION: &str = "decision";
const TEXT_ES: &str = "respuesta";
const TEXT_EN: &str = "respuesta_en";

pub fn endpoints() -> Vec<Endpoint<App>> {
    // An answer cannot be changed.
    vec![shown(LIST, list), shown(ONE, show), taken(ONE, |_| true, take)]
}

async fn list(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    let answer = read(&app, &request, Call { name: "list_purchase_correction_queue", path: &[] }, &[]).await?;
    let today = app.today().to_string();
    let done = !request.query_pairs.get("hecho").unwrap_or_default().is_empty();
    Ok(WorkPage::new("work_corrections.html", json!({ "rows": answer["data"], "today": today, "done": done })))
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    page(&app, &request, &FormFields::default(), json!([])).await
}

/// With its words, which the queue alone has before they are public.
async fn page(app: &App, request: &Request, typed: &FormFields, errors: Value) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let queue = read(app, request, Call { name: "list_purchase_correction_queue", path: &[] }, &[]).await?;
    let waiting = queue["data"].as_array().into_iter().flatten().find(|one| one["id"] == id.as_str()).cloned();
    let known = read(app, request, Call { name: "show_purchase_correction", path: &[("id", &id)] }, &[]).await?["data"].take();
    let line = known["purchase"].as_str().unwrap_or_default().to_owned();
    let line = read(app, request, Call { name: "show_purchase", path: &[("id", &line)] }, &[]).await?["data"]["purchase"].take();
    let wrong: Vec<Value> = errors.as_array().into_iter().flatten().map(|error| error["field"].clone()).collect();
    let dispositions: Vec<&str> = CorrectionDisposition::ALL.iter().map(|disposition| disposition.code()).collect();
    Ok(WorkPage::new(
        "work_correction.html",
        json!({
            "waits": waiting.is_some(), "correction": waiting.unwrap_or(known), "line": line, "errors": errors, "wrong": wrong,
            "dispositions": dispositions, "once": once()?, "typed_disposition": typed.get(DISPOSITION), "typed_es": typed.get(TEXT_ES),
            "typed_en": typed.get(TEXT_EN),
        }),
    ))
}

async fn take(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let text_en = Some(form.get(TEXT_EN).trim()).filter(|text| !text.is_empty());
    let body = json!({ "disposition": form.get(DISPOSITION), "text_es": form.get(TEXT_ES), "text_en": text_en });
    let call = Call { name: "answer_purchase_correction", path: &[("id", &id)] };
    match write(&app, &request, call, &body, form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("{LIST}?hecho=1&lang={}", request.language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let field = if problem.code() == "bad_body" { DISPOSITION } else { TEXT_ES };
            let errors = errors_of(&problem, &request, field)?;
            let page = page(&app, &request, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}
