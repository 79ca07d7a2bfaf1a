//! The page of one case: what it rests on, what the seller said, what happened, and the forms for what this visitor may do with it now.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    assigning::{TO, people},
    evidence::{findings, replies},
    steps::{Steps, next_step, proposer},
};
use crate::{
    domain::{access::principal::Actor, calendar::working_days::working_days_until, cases::case_state::CaseState},
    http::{
        App, Problem, Request,
        work::{
            form::FormFields,
            operation::{Call, permits, read, read_all},
            page::{WorkPage, once, say_when},
        },
    },
};

/// Rows of evidence on the page; the API has all.
const EVIDENCE_SHOWN_MAX: usize = 50;
/// Fields of its forms.
pub const STEP: &str = "paso";
pub const REASON: &str = "motivo";
pub const NOTE: &str = "nota";
pub const REPLY: &str = "respuesta";
/// What an address may say was done just now: a step, a note, a reply, or that the case was given to somebody.
const DONE: [&str; 4] = ["1", "nota", "respuesta", "asignado"];

/// The page, with what was typed and what is wrong with it.
pub async fn page(app: &App, request: &Request, actor: &Actor, typed: &FormFields, errors: Value) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let mut answer = read(app, request, Call { name: "show_case", path: &[("id", &id)] }, &[]).await?;
    let mut file = answer["data"].take();
    let state = state_of(&file)?;
    let reply_due: Option<Date> = file["case"]["clock"]["reply_due"].as_str().and_then(|day| day.parse().ok());
    let today = app.today();
    let steps = Steps { actor, state, file: &file, reply_due, today }.all();
    let evidence_count = file["evidence"].as_array().map_or(0, Vec::len);
    if let Some(evidence) = file["evidence"].as_array_mut() {
        evidence.truncate(EVIDENCE_SHOWN_MAX);
    }
    say_when(&mut file["history"]);
    let runs = matches!(state, CaseState::Notified | CaseState::Answered);
    let due = reply_due.filter(|_| runs);
    let done = request.query_pairs.get("hecho").and_then(|done| DONE.into_iter().find(|known| *known == done));
    let (people, notes) = (people(app, request, actor).await?, notes(app, request, (actor, &id)).await?);
    let mut content = json!({
        "steps": steps, "wrong": wrong(&errors), "errors": errors, "done": done.unwrap_or_default(), "evidence_count": evidence_count,
        "once": [once()?, once()?, once()?, once()?], "typed_step": typed.get(STEP), "typed_reason": typed.get(REASON),
        "typed_to": typed.get(TO), "typed_note": typed.get(NOTE), "typed_reply": typed.get(REPLY),
        "next": next_step(state, reply_due, today), "left": due.map(|due| working_days_until(today, due)),
        "over": due.is_some_and(|due| due < today), "proposed_by": proposer(&file), "findings": findings(&file),
        "replies": replies(&file), "may": permits(actor, "move_case"), "may_reply": runs && permits(actor, "reply_to_case"),
        "may_assign": permits(actor, "assign_cases"), "people": people, "sees_assignee": permits(actor, "list_case_assignees"),
        "may_note": permits(actor, "add_case_note"), "notes": notes, "letter": has_letter(&file),
        "question": is_question(&file),
    });
    content["file"] = file;
    Ok(WorkPage::new("work_case.html", content))
}

/// The fields that something is wrong with.
fn wrong(errors: &Value) -> Vec<&Value> {
    errors.as_array().into_iter().flatten().map(|error| &error["field"]).collect()
}

fn state_of(file: &Value) -> Result<CaseState, Problem> {
    file["case"]["state"].as_str().and_then(CaseState::from_code).ok_or_else(Problem::internal)
}

/// Whether the reporter is asked before anybody is accused: the letter asks too.
pub fn is_question(file: &Value) -> bool {
    file["case"]["state"] == CaseState::AskReporter.code()
}

/// This letter accuses: a question to a reporter has another one, and what was dismissed without a notification none.
pub fn has_letter(file: &Value) -> bool {
    let notification = &file["notification"];
    !notification.is_null() && (file["case"]["state"] == CaseState::Suspected.code() || notification["recorded"] == true)
}

/// All notes, for those who may read them.
async fn notes(app: &App, request: &Request, (actor, id): (&Actor, &str)) -> Result<Value, Problem> {
    if !permits(actor, "list_case_notes") {
        return Ok(Value::Null);
    }
    let notes = read_all(app, request, Call { name: "list_case_notes", path: &[("id", id)] }).await?;
    let mut notes = Value::Array(notes);
    say_when(&mut notes);
    Ok(notes)
}
