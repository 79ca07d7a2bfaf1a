//! The sessions of the visitor: where they are open, and the one button that ends them all.

use serde_json::json;

use super::{
    form::{FormFields, ONCE},
    operation::{Call, read, write},
    page::{FormOutcome, SIGN_IN, WorkPage, in_colombia, never, once, shown, taken},
    visit::Visit,
};
use crate::http::{App, Endpoint, Problem, Request};

const PATH: &str = "/trabajo/sesiones";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, list), taken(PATH, never, end_all)]
}

async fn list(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let mut answer = read(&app, &request, Call { name: "list_sessions", path: &[] }, &[]).await?;
    let mut sessions = answer["data"].take();
    for one in sessions.as_array_mut().into_iter().flatten() {
        let own = one["id"] == visit.session.id.as_str();
        one["own"] = own.into();
        for member in ["begun_at", "seen_at", "ends_at"] {
            one[member] = in_colombia(&one[member]).into();
        }
    }
    Ok(WorkPage::new("work_sessions.html", json!({ "sessions": sessions, "once": once()? })))
}

async fn end_all(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    write(&app, &request, Call { name: "end_sessions", path: &[] }, &json!({}), form.get(ONCE)).await?;
    Ok(FormOutcome::Done(format!("{SIGN_IN}?salio=1&lang={}", request.language.code())))
}
