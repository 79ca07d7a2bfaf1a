//! Drafts of acts: their list, and one with what publishing it would do and the decisions that are open to the visitor.

use serde_json::{Value, json};

use super::{draft_list::UPLOAD, effect::readable, revision::REVISE};
use crate::{
    domain::access::principal::Actor,
    http::{
        App, Endpoint, Problem, Request,
        view::messages::say,
        work::{
            form::{FormFields, ONCE},
            operation::{Call, permits, read, read_all, write},
            page::{FormOutcome, WorkPage, errors_of, once, say_when, shown, taken},
            visit::Visit,
        },
    },
};

const LIST: &str = "/trabajo/actos";
const ONE: &str = "/trabajo/actos/{id}";
pub const PREVIEW: &str = "preview_act_draft";
/// Fields of the form.
const STEP: &str = "paso";
const REASON: &str = "motivo";
const DIGEST: &str = "contenido";
const NO_CONSULTATION: &str = "sin_consulta";
/// Decisions, as the form names them.
const APPROVE: &str = "approve";
const PUBLISH: &str = "publish";

pub fn endpoints() -> Vec<Endpoint<App>> {
    // What a draft would do is counted anew each time, and publishing judges many reports again: as the operations themselves.
    let one = Endpoint { operation: Some(PREVIEW.to_owned()), without_deadline: true, ..shown(ONE, show) };
    let decided = Endpoint { without_deadline: true, ..taken(ONE, is_decision, take) };
    vec![shown(LIST, list), one, decided]
}

/// Both make law.
fn is_decision(_: &FormFields) -> bool {
    true
}

async fn list(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let mut drafts = read_all(&app, &request, Call { name: "list_act_drafts", path: &[] }).await?;
    // What waits for somebody first; the newest first.
    drafts.reverse();
    let (waiting, ended): (Vec<Value>, Vec<Value>) =
        drafts.into_iter().partition(|draft| draft["state"] == "draft" || draft["state"] == "approved");
    let may_draft = permits(&visit.session.actor, "create_act_draft");
    Ok(WorkPage::new("work_drafts.html", json!({ "waiting": waiting, "ended": ended, "may_draft": may_draft })))
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let done = request.query_pairs.get("hecho").is_some();
    page(&app, &request, &visit.session.actor, &FormFields::default(), json!([]), done).await
}

async fn page(
    app: &App,
    request: &Request,
    actor: &Actor,
    typed: &FormFields,
    errors: Value,
    done: bool,
) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let path: &[(&str, &str)] = &[("id", &id)];
    let mut answer = read(app, request, Call { name: "show_act_draft", path }, &[]).await?;
    let mut draft = answer["data"].take();
    say_when(&mut draft["history"]);
    let is_open = draft["state"] == "draft" || draft["state"] == "approved";
    let (mut effect, mut no_effect) = (Value::Null, json!([]));
    let previews = is_open && permits(actor, PREVIEW);
    if previews {
        match read(app, request, Call { name: PREVIEW, path }, &[]).await {
            Ok(mut answer) => effect = readable(answer["data"].take()),
            Err(problem) if problem.status().is_server_error() => return Err(problem),
            Err(problem) => no_effect = errors_of(&problem, request, STEP)?,
        }
    }
    let revises = draft["state"] == "draft" && permits(actor, REVISE);
    let content = json!({
        "steps": steps(actor, &draft), "draft": draft, "effect": effect, "no_effect": no_effect, "errors": errors, "done": done,
        "once": once()?, "typed_reason": typed.get(REASON), "contributed": contributed(actor, &draft), "previews": previews,
        "adds": is_open && permits(actor, UPLOAD), "revises": revises, "consults": permits(actor, "reply_to_comments"),
        "typed_no_consultation": typed.get(NO_CONSULTATION), "rows_added": rows_added(request),
    });
    Ok(WorkPage::new("work_draft.html", content))
}

/// What may be done with it now, by this person.
fn steps(actor: &Actor, draft: &Value) -> Vec<&'static str> {
    let approve = draft["state"] == "draft" && permits(actor, "approve_act_draft") && !contributed(actor, draft);
    let publish = draft["state"] == "approved" && permits(actor, "publish_act");
    [(APPROVE, approve), (PUBLISH, publish)].into_iter().filter_map(|(step, may)| may.then_some(step)).collect()
}

/// Whoever made a part of it does not approve it.
fn contributed(actor: &Actor, draft: &Value) -> bool {
    let mut contributors = draft["contributors"].as_array().into_iter().flatten();
    contributors.any(|one| one["name"] == actor.name.as_str())
}

/// Just now, by the page that takes a list.
fn rows_added(request: &Request) -> Option<u64> {
    request.query_pairs.get("filas").and_then(|rows| rows.parse().ok())
}

async fn take(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let (actor, reason, language) = (&visit.session.actor, form.get(REASON), request.language);
    let (name, body) = match form.get(STEP) {
        APPROVE => ("approve_act_draft", json!({ "digest": form.get(DIGEST), "reason": reason })),
        PUBLISH => {
            let none = Some(form.get(NO_CONSULTATION).trim()).filter(|text| !text.is_empty());
            ("publish_act", json!({ "reason": reason, "no_consultation_reason": none }))
        }
        _ => {
            let error = json!([{ "field": STEP, "text": say(language, "work.choose_step", &[]) }]);
            return Ok(FormOutcome::Page(page(&app, &request, actor, &form, error, false).await?.unprocessable()));
        }
    };
    if reason.trim().is_empty() {
        let error = json!([{ "field": REASON, "text": say(language, "work.write_reason", &[]) }]);
        return Ok(FormOutcome::Page(page(&app, &request, actor, &form, error, false).await?.unprocessable()));
    }
    match write(&app, &request, Call { name, path: &[("id", &id)] }, &body, form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("/trabajo/actos/{id}?hecho=1&lang={}", language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let field = if problem.code() == "consultation_needed" { NO_CONSULTATION } else { REASON };
            let errors = errors_of(&problem, &request, field)?;
            let page = page(&app, &request, actor, &form, errors, false).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}
