//! The list that fills a draft: a file in the layout of an official list, and what is wrong with it line by line.

use serde_json::{Value, json};

use super::faults::of_file;
use crate::http::{
    App, Endpoint, Language, Problem, Request,
    request::sent_files::{SentFiles, SentLimits},
    view::messages::{message, say},
    work::{
        form::ONCE,
        operation::{Call, permit, read, send},
        page::{FILE, FormOutcome, WorkPage, file_taken, once, shown},
        visit::Visit,
    },
};

const PATH: &str = "/trabajo/actos/{id}/lista";
pub const UPLOAD: &str = "upload_draft_list";
/// As the operation takes it, and the form around it.
const LIMITS: SentLimits = SentLimits { bytes_max: (64 << 20) + (1 << 16), files_max: 1, field_bytes_max: 1 << 10, texts: &[] };
/// The box that voids an approval.
const VOID: &str = "anular";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), file_taken(PATH, (UPLOAD, LIMITS), upload)]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    permit(&request, UPLOAD)?;
    page(&app, &request, json!([]), Vec::new()).await
}

async fn page(app: &App, request: &Request, errors: Value, faults: Vec<Value>) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let mut draft = read(app, request, Call { name: "show_act_draft", path: &[("id", &id)] }, &[]).await?["data"].take();
    let row = |fault: &Value| {
        let right = what_is_right(request.language, fault["code"].as_str().unwrap_or_default());
        json!({
            "sheet": fault["sheet"], "line": fault["line"], "column": fault["column"], "value": fault["value"],
            "detail": fault["detail"], "right": right,
        })
    };
    let faults: Vec<Value> = faults.iter().map(row).collect();
    draft["takes_rows"] = (draft["state"] == "draft" || draft["state"] == "approved").into();
    let done = request.query_pairs.get("hecho").is_some();
    let content = json!({ "draft": draft, "errors": errors, "faults": faults, "done": done, "once": once()? });
    Ok(WorkPage::new("work_draft_list.html", content))
}

/// What to write instead, by the code of the fault.
fn what_is_right(language: Language, code: &str) -> Option<String> {
    message(language, &format!("{}{code}", "work.right."), &[])
}

async fn upload(app: App, request: Request, _: Visit, sent: SentFiles) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let (language, path) = (request.language, &[("id", id.as_str())]);
    let at_file = |text: String| json!([{ "field": FILE, "text": text }]);
    let Some(file) = sent.files.first() else {
        let errors = at_file(say(language, "work.choose_file", &[]));
        return Ok(FormOutcome::Page(page(&app, &request, errors, Vec::new()).await?.unprocessable()));
    };
    let voids = sent.field(VOID).is_some();
    if !voids && read(&app, &request, Call { name: "show_act_draft", path }, &[]).await?["data"]["state"] == "approved" {
        let errors = json!([{ "field": VOID, "text": say(language, "work.void_first", &[]) }]);
        return Ok(FormOutcome::Page(page(&app, &request, errors, Vec::new()).await?.unprocessable()));
    }
    let operation = Call { name: UPLOAD, path };
    let query = [("void_approval", if voids { "true" } else { "" })];
    let mut outcome = send(&app, &request, operation, &query, (Some(file.path()), sent.field(ONCE).unwrap_or_default())).await;
    // Another file from the same page, as after going back to it.
    if outcome.as_ref().is_err_and(|problem| problem.code() == "idempotency_key_reused") {
        outcome = send(&app, &request, operation, &query, (Some(file.path()), &once()?)).await;
    }
    match outcome {
        Ok(answer) if answer["data"]["taken"].as_u64() == Some(0) => {
            let title = answer["data"]["draft"]["title"].as_str().unwrap_or_default().to_owned();
            let errors = at_file(say(language, "work.no_row_of_act", &[("title", title)]));
            Ok(FormOutcome::Page(page(&app, &request, errors, Vec::new()).await?.unprocessable()))
        }
        Ok(answer) => {
            let taken = answer["data"]["taken"].as_u64().unwrap_or_default();
            Ok(FormOutcome::Done(format!("/trabajo/actos/{id}?filas={taken}&lang={}", language.code())))
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let (faults, errors) = of_file(&problem, &request, FILE)?;
            let page = page(&app, &request, errors, faults).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_wrong_with_a_list_says_what_would_be_right() {
        let codes = [
            "ambiguous_date", "ambiguous_number", "market_not_in_the_workbook", "market_under_two_acts", "missing_value",
            "negative", "not_a_cum", "not_a_date", "not_a_market_id", "not_a_number", "repeated", "text_too_long",
            "unknown_unit", "valid_from_differs", "wrong_number_of_fields", "zero_price",
        ];
        for code in codes {
            for language in [Language::Spanish, Language::English] {
                assert!(what_is_right(language, code).is_some(), "{code}");
            }
        }
    }
}
