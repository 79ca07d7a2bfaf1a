//! The sessions of the visitor: where they are open, and the one button that ends them all.

use serde_json::{Value, json};

use super::{
    form::FormFields,
    page::{FormOutcome, SIGN_IN, WorkPage, day_and_time, never, shown, taken},
    visit::Visit,
};
use crate::http::{App, Endpoint, Problem, Request};

const PATH: &str = "/trabajo/sesiones";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, list), taken(PATH, never, end_all)]
}

async fn list(app: App, _: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let sessions = app.workflow.list_sessions(&visit.session.actor.principal, app.now()).await?;
    let rows: Vec<Value> = sessions
        .iter()
        .map(|one| {
            json!({
                "agent": one.agent, "this": one.id == visit.session.id, "begun": day_and_time(one.times.begun_at),
                "seen": day_and_time(one.times.seen_at), "ends": day_and_time(one.times.ends_at),
            })
        })
        .collect();
    Ok(WorkPage::new("work_sessions.html", json!({ "sessions": rows })))
}

async fn end_all(app: App, request: Request, visit: Visit, _: FormFields) -> Result<FormOutcome, Problem> {
    app.workflow.end_all_sessions(&visit.session, &request.context.request_id, app.now()).await?;
    Ok(FormOutcome::Done(format!("{SIGN_IN}?salio=1&lang={}", request.language.code())))
}
