//! One data set: its newest readings, and a form by which an operator has it read now.

use serde_json::{Value, json};

use super::{
    super::{
        form::{FormFields, ONCE},
        operation::{Call, permits, read, write},
        page::{FormOutcome, WorkPage, errors_of, in_colombia, never, once, shown, taken},
        visit::Visit,
    },
    sources::held,
};
use crate::{
    domain::access::principal::Actor,
    http::{App, Endpoint, Problem, Request, view::messages::say},
};

const PATH: &str = "/trabajo/fuentes/{name}";
const RUN: &str = "run_feed";
const RUNS_SHOWN: &str = "20";
const REASON: &str = "motivo";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, never, take)]
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
    let name: String = request.path("name")?;
    let held = held(app, request).await?;
    let path: &[(&str, &str)] = &[("name", &name)];
    let mut answer = read(app, request, Call { name: "list_feed_runs", path }, &[("limit", RUNS_SHOWN)]).await?;
    let mut runs = answer["data"].take();
    for run in runs.as_array_mut().into_iter().flatten() {
        run["when"] = in_colombia(&run["started_at"]).into();
        let mut waiting = held.as_array().into_iter().flatten();
        run["held"] = waiting.find(|one| one["run"] == run["run"]).map(|one| one["held"].clone()).into();
    }
    let feeds = read(app, request, Call { name: "list_feeds", path: &[] }, &[]).await?;
    let mut feeds_named = feeds["data"].as_array().into_iter().flatten();
    let feed = feeds_named.find(|feed| feed["name"] == name.as_str()).cloned().unwrap_or_default();
    let status = read(app, request, Call { name: "show_status", path: &[] }, &[]).await?;
    let content = json!({
        "feed": feed, "runs": runs, "errors": errors, "done": done, "once": once()?, "may": permits(actor, RUN),
        "on": status["data"]["feeds"]["on"], "typed_reason": typed.get(REASON),
    });
    Ok(WorkPage::new("work_source.html", content))
}

async fn take(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let name: String = request.path("name")?;
    let (actor, reason, language) = (&visit.session.actor, form.get(REASON), request.language);
    if reason.trim().is_empty() {
        let error = json!([{ "field": REASON, "text": say(language, "work.write_reason", &[]) }]);
        return Ok(FormOutcome::Page(page(&app, &request, actor, &form, error, false).await?.unprocessable()));
    }
    let operation = Call { name: RUN, path: &[("name", &name)] };
    match write(&app, &request, operation, &json!({ "reason": reason }), form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("/trabajo/fuentes/{name}?hecho=1&lang={}", language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, REASON)?;
            let page = page(&app, &request, actor, &form, errors, false).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}
