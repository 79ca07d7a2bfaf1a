//! Submissions, the newest first: a reporter's own, with the ways to send another; all of them for those who may read all.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    operation::{Call, permits, read},
    page::{WorkPage, errors_of, in_colombia, shown},
    periods::Duties,
    send::CREATE,
    visit::Visit,
};
use crate::http::{App, Endpoint, Problem, Request, request::query::encode};

const ROWS_AT_ONCE: &str = "50";
/// In the order of the page; the first one is all.
const STATES: [&str; 6] = ["", "accepted", "partly_quarantined", "refused", "received", "validating"];

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown("/trabajo/envios", show)]
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let given = |name: &str| request.query_pairs.get(name).unwrap_or_default().trim().to_owned();
    let (state, reporter, cursor) = (given("estado"), given("informante"), given("desde"));
    let query = [("sort", "newest"), ("limit", ROWS_AT_ONCE), ("state", &*state), ("reporter", &*reporter), ("cursor", &*cursor)];
    let operation = Call { name: "list_submissions", path: &[] };
    let (mut rows, next, errors, status) = match read(&app, &request, operation, &query).await {
        Ok(mut answer) => {
            let next = answer["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
            (answer["data"].take(), next, json!([]), StatusCode::OK)
        }
        // A filter that cannot be read: the form again, with what is wrong.
        Err(problem) if problem.status() == StatusCode::BAD_REQUEST => {
            (json!([]), None, errors_of(&problem, &request, "informante")?, StatusCode::BAD_REQUEST)
        }
        Err(problem) => return Err(problem),
    };
    for row in rows.as_array_mut().into_iter().flatten() {
        row["when"] = in_colombia(&row["received_at"]).into();
    }
    let actor = &visit.session.actor;
    let duty = if permits(actor, CREATE) { Duties::read(&app, &request).await?.own(actor) } else { Value::Null };
    let states: Vec<Value> = STATES.iter().map(|code| json!({ "code": code, "chosen": *code == state })).collect();
    let content = json!({
        "rows": rows, "next": next, "errors": errors, "sends": permits(actor, CREATE), "duty": duty, "states": states, "state": state,
        "reporter": reporter, "reporter_encoded": encode(&reporter).to_string(), "later": cursor.is_empty(),
    });
    Ok(WorkPage { status, ..WorkPage::new("work_submissions.html", content) })
}
