//! The audit log, the newest entries first. The filters stand in the address.

use hyper::StatusCode;
use serde_json::json;

use super::{
    operation::{Call, read},
    page::{WorkPage, errors_of, say_when, shown},
    visit::Visit,
};
use crate::http::{
    App, Endpoint, Problem, Request,
    request::query::encode,
    view::list_filters::{FilterName, ListFilters},
};

const OPERATION: &str = "list_audit";
const ROWS_AT_ONCE: &str = "50";
const FILTERS: [FilterName; 5] = [("quien", "actor"), ("accion", "action"), ("sobre", "subject"), ("del", "from"), ("al", "to")];

pub fn endpoints() -> Vec<Endpoint<App>> {
    // A filter may meet few of many entries: as the operation itself.
    vec![Endpoint { operation: Some(OPERATION.to_owned()), ..shown("/trabajo/bitacora", show) }]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    let cursor = request.query_pairs.get("desde").unwrap_or_default().trim();
    let mut query = vec![("sort", "newest"), ("limit", ROWS_AT_ONCE), ("cursor", cursor)];
    let filters = ListFilters::of(&FILTERS, &request.query_pairs);
    query.extend(filters.query());
    let (mut answer, errors, status) = match read(&app, &request, Call { name: OPERATION, path: &[] }, &query).await {
        Ok(answer) => (answer, json!([]), StatusCode::OK),
        // A filter that cannot be read: the form again, with what is wrong.
        Err(problem) if problem.status() == StatusCode::BAD_REQUEST => (
            json!({ "data": [], "meta": { "next_cursor": null } }),
            errors_of(&problem, &request, "del")?,
            StatusCode::BAD_REQUEST,
        ),
        Err(problem) => return Err(problem),
    };
    let mut rows = answer["data"].take();
    say_when(&mut rows);
    for row in rows.as_array_mut().into_iter().flatten() {
        row["page"] = page_of(row["subject"].as_str().unwrap_or_default(), row["action"].as_str().unwrap_or_default()).into();
        row["details"] = row["details"].as_object().filter(|details| !details.is_empty()).map(|details| json!(details)).into();
    }
    let (typed, kept) = (filters.typed(), filters.appended());
    let next = answer["meta"]["next_cursor"].as_str().map(|cursor| encode(cursor).to_string());
    let content = json!({
        "rows": rows, "next": next, "later": cursor.is_empty(), "typed": typed, "filtered": !kept.is_empty(), "kept": kept,
        "errors": errors,
    });
    Ok(WorkPage { status, ..WorkPage::new("work_audit.html", content) })
}

/// The page of what an entry speaks of, where it has one.
fn page_of(subject: &str, action: &str) -> Option<String> {
    let is_id = !subject.is_empty() && subject.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let room = match action {
        _ if !is_id => return None,
        "receive_submission" | "accept_submission" | "refuse_submission" | "rehearse_submission" => "envios",
        "create_act_draft" | "revise_act_draft" | "approve_act_draft" | "upload_draft_list" => "actos",
        _ if is_case(subject) => "casos",
        _ => return None,
    };
    Some(format!("/trabajo/{room}/{subject}"))
}

/// As ids of cases are made: a letter and digits.
fn is_case(subject: &str) -> bool {
    let digits = subject.strip_prefix('c').unwrap_or_default();
    digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_lead_to_the_page_of_what_they_speak_of() {
        for (subject, action, page) in [
            ("s4Tz0bWq81X", "accept_submission", Some("/trabajo/envios/s4Tz0bWq81X")),
            ("c000001", "move_case", Some("/trabajo/casos/c000001")),
            ("d7Hq2LxV0aB", "approve_act_draft", Some("/trabajo/actos/d7Hq2LxV0aB")),
            ("p1", "end_sessions", None),
            ("../x", "accept_submission", None),
            ("", "begin_session", None),
        ] {
            assert_eq!(page_of(subject, action).as_deref(), page, "{subject} {action}");
        }
    }
}
