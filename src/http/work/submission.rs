//! One submission: what became of its rows, line by line, and the way from a dry run to the submission itself.

use serde_json::{Value, json};

use super::{
    form::{FormFields, ONCE},
    operation::{Call, permit, permits, read, send},
    page::{FormOutcome, WorkPage, errors_of, in_colombia, never, once, shown, taken},
    send::{CREATE, address},
    visit::Visit,
};
use crate::{
    domain::{access::principal::Actor, reports::validation},
    http::{
        App, Endpoint, Language, Problem, Request,
        base::problem_kind,
        request::query::encode,
        view::messages::{message, say},
    },
};

const PATH: &str = "/trabajo/envios/{id}";
/// Rows at fault on one page.
const FAULTS_AT_ONCE: &str = "200";
/// Where the errors at the head of the page lead.
const FORM: &str = "enviar";

pub fn endpoints() -> Vec<Endpoint<App>> {
    // A large file is read again, and its operation waits for its result.
    let sent = Endpoint { without_deadline: true, ..taken(PATH, never, send_tried) };
    vec![shown(PATH, show), sent]
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    page(&app, &request, &visit.session.actor, json!([])).await
}

async fn page(app: &App, request: &Request, actor: &Actor, errors: Value) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let mut submission = read(app, request, Call { name: "show_submission", path }, &[]).await?["data"].take();
    let cursor = request.query_pairs.get("desde").unwrap_or_default();
    let query = [("limit", FAULTS_AT_ONCE), ("cursor", cursor)];
    let mut faults = read(app, request, Call { name: "list_submission_errors", path }, &query).await?;
    for fault in faults["data"].as_array_mut().into_iter().flatten() {
        fault["right"] = what_is_right(request.language, fault["rule"].as_str().unwrap_or_default()).into();
    }
    for (member, at) in [("received", "received_at"), ("finished", "finished_at")] {
        submission[member] = in_colombia(&submission[at]).into();
    }
    let next = faults["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
    let language = request.language;
    let submission_format = submission["format"].as_str().unwrap_or_default().to_owned();
    let content = json!({
        "faults": faults["data"], "next": next, "first": cursor.is_empty(), "errors": errors, "once": once()?,
        "reasons": counted(&submission["reasons"], language), "flags": counted(&submission["flags"], language),
        "verdicts": counted(&submission["verdicts"], language), "usable": is_usable(&submission),
        "kind": if submission["dry_run"] == true { "trial" } else { "sent" }, "submission": submission,
        "sends": permits(actor, CREATE), "annotates": permits(actor, CREATE) && is_table(&submission_format), "done": request.query_pairs.get("hecho").is_some(),
    });
    Ok(WorkPage::new("work_submission.html", content))
}

/// Whether columns can be added to a file of this format.
pub fn is_table(format: &str) -> bool {
    format == "csv" || format == "xlsx"
}

/// What to write instead, by rule.
pub fn what_is_right(language: Language, rule: &str) -> Option<String> {
    message(language, &format!("{}{rule}", "work.right."), &[])
}

/// The counts of a map, with what each of its codes means where that is a rule.
fn counted(map: &Value, language: Language) -> Vec<Value> {
    let meaning = |code: &str| {
        let rule = validation::rule(code)?;
        Some(if language == Language::Spanish { rule.es } else { rule.en })
    };
    let counts = map.as_object().into_iter().flatten();
    counts.map(|(code, count)| json!({ "code": code, "count": count, "meaning": meaning(code) })).collect()
}

/// Whether any of its rows can be taken, or it has none by intention.
fn is_usable(submission: &Value) -> bool {
    submission["state"] == "accepted" || submission["state"] == "partly_quarantined"
}

/// Sends the file of a dry run, byte for byte as it was tried.
async fn send_tried(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    permit(&request, CREATE)?;
    let id: String = request.path("id")?;
    let tried = read(&app, &request, Call { name: "show_submission", path: &[("id", &id)] }, &[]).await?["data"].take();
    let actor = &visit.session.actor;
    if tried["dry_run"] != true || !is_usable(&tried) {
        let errors = json!([{ "field": FORM, "text": say(request.language, "work.no_trial", &[]) }]);
        let page = page(&app, &request, actor, errors).await?;
        return Ok(FormOutcome::Page(WorkPage { status: problem_kind::CONFLICT.status, ..page }));
    }
    let file = app.workflow.submitted_file(&id).await?;
    let text = |member: &str| tried[member].as_str().unwrap_or_default();
    let zero_report = if tried["zero_report"] == true { "true" } else { "" };
    let query =
        [("period", text("period")), ("name", text("name")), ("rectifies", text("rectifies")), ("zero_report", zero_report)];
    match send(&app, &request, Call { name: CREATE, path: &[] }, &query, (Some(file.path()), form.get(ONCE))).await {
        Ok(answer) => Ok(FormOutcome::Done(address(&answer, &request, "hecho=1&")?)),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, FORM)?;
            let page = page(&app, &request, actor, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reports::validation::{Fate, RULES};

    #[test]
    fn every_rule_that_sets_a_row_aside_says_what_would_be_right() {
        let of_rows = RULES.iter().filter(|rule| rule.fate == Fate::Quarantine || rule.code.starts_with("control_"));
        for rule in of_rows {
            for language in [Language::Spanish, Language::English] {
                assert!(what_is_right(language, rule.code).is_some(), "{}", rule.code);
            }
        }
    }
}
