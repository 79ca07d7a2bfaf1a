//! The data sets that are read by themselves, with their age and their last reading, and the files that wait for a person.

use serde_json::{Value, json};

use super::super::{
    operation::{Call, permits, read},
    page::{WorkPage, in_colombia, shown},
    visit::Visit,
};
use crate::http::{App, Endpoint, Problem, Request};

pub const PATH: &str = "/trabajo/fuentes";
/// Who may see what is held sees this page.
pub const HELD: &str = "list_held_imports";
/// What a page says that was done just before.
const DONE: [&str; 3] = ["released", "requested", "discarded"];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show)]
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let held = held(&app, &request).await?;
    let mut answer = read(&app, &request, Call { name: "list_feeds", path: &[] }, &[]).await?;
    let status = read(&app, &request, Call { name: "show_status", path: &[] }, &[]).await?;
    let mut feeds = answer["data"].take();
    for feed in feeds.as_array_mut().into_iter().flatten() {
        feed["success"] = in_colombia(&feed["last_success_at"]).into();
        feed["started"] = in_colombia(&feed["last_started_at"]).into();
        let mut sets = status["data"]["data_sets"].as_array().into_iter().flatten();
        feed["set"] = sets.find(|set| set["kind"] == feed["kind"]).cloned().unwrap_or_default();
    }
    let done = request.query_pairs.get("hecho").filter(|done| DONE.contains(done)).unwrap_or_default();
    let content = json!({
        "held": held, "feeds": feeds, "on": status["data"]["feeds"]["on"], "done": done,
        "runs": permits(&visit.session.actor, "run_feed"),
    });
    Ok(WorkPage::new("work_sources.html", content))
}

/// The files that wait, each with its instant as people read it.
pub async fn held(app: &App, request: &Request) -> Result<Value, Problem> {
    let mut answer = read(app, request, Call { name: HELD, path: &[] }, &[]).await?;
    let mut held = answer["data"].take();
    for one in held.as_array_mut().into_iter().flatten() {
        one["when"] = in_colombia(&one["held_at"]).into();
    }
    Ok(held)
}
