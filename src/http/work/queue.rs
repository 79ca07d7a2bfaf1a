//! The queue: cases by state, what is due first, with the pesos that they come to. The filters stand in the address.

use std::collections::BTreeMap;

use hyper::StatusCode;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    operation::{Call, read},
    page::{WorkPage, errors_of, shown},
    visit::Visit,
};
use crate::{
    domain::{calendar::working_days::working_days_until, cases::case_state::CaseState},
    http::{App, Endpoint, Problem, Request, request::query::encode},
};

/// Cases are read so many at once, and at most so often: 5,000 in all.
const ROWS_AT_ONCE: &str = "200";
const READS_MAX: usize = 25;
const SHOWN_AT_ONCE: usize = 50;
/// Names in the address, and those of the operation.
const FILTERS: [(&str, &str); 4] = [("vendedor", "seller"), ("cum", "cum"), ("acto", "act"), ("periodo", "period")];
/// Every state in which somebody has to do something.
const OPEN: &str = "abiertos";
const BY_PESOS: &str = "pesos";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown("/trabajo", show)]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    let given = |name: &str| request.query_pairs.get(name).unwrap_or_default().trim().to_owned();
    let (chosen, order, page) = (given("estado"), given("orden"), given("pagina"));
    let filters: Vec<(&str, &str, String)> = FILTERS.into_iter().map(|(shown, name)| (shown, name, given(shown))).collect();
    let query: Vec<(&str, &str)> = filters.iter().map(|(_, name, value)| (*name, value.as_str())).collect();
    let (cases, more, errors, status) = match cases(&app, &request, &query).await {
        Ok((cases, more)) => (cases, more, json!([]), StatusCode::OK),
        // A filter that cannot be read: the form again, with what is wrong.
        Err(problem) if problem.status() == StatusCode::BAD_REQUEST => {
            (Vec::new(), false, errors_of(&problem, &request, "vendedor")?, StatusCode::BAD_REQUEST)
        }
        Err(problem) => return Err(problem),
    };
    let states = states(&cases, &chosen);
    let mut waiting: Vec<QueuedCase<'_>> =
        cases.iter().filter(|case| is_chosen(case["state"].as_str().unwrap_or_default(), &chosen)).map(QueuedCase::of).collect();
    if order == BY_PESOS {
        waiting.sort_by_key(|one| std::cmp::Reverse(one.pesos));
    } else {
        // Those without a day to wait for come after those that have one, the largest first.
        waiting.sort_by_key(|one| (one.due.is_none(), one.due, std::cmp::Reverse(one.pesos)));
    }
    let pages = waiting.len().div_ceil(SHOWN_AT_ONCE).max(1);
    let page = page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let total = waiting.iter().map(|one| one.pesos).fold(Decimal::ZERO, |sum, pesos| sum.checked_add(pesos).unwrap_or(sum));
    let today = app.today();
    let rows: Vec<Value> =
        waiting.iter().skip((page - 1) * SHOWN_AT_ONCE).take(SHOWN_AT_ONCE).map(|one| one.row(today)).collect();
    let typed: BTreeMap<&str, &String> = filters.iter().map(|(shown, _, value)| (*shown, value)).collect();
    let kept: String = filters.iter().map(|(shown, _, value)| parameter(shown, value)).collect();
    let content = json!({
        "states": states, "chosen": if chosen.is_empty() { OPEN } else { chosen.as_str() }, "rows": rows, "typed": typed, "errors": errors,
        "order": if order == BY_PESOS { BY_PESOS } else { "" }, "kept": kept, "count": waiting.len(), "total": total.to_string(),
        "page": page, "pages": pages, "more": more, "filtered": !kept.is_empty(),
    });
    Ok(WorkPage { status, ..WorkPage::new("work_queue.html", content) })
}

/// All cases that the filters let through, as the operation lists them; whether there are more than are read.
async fn cases(app: &App, request: &Request, filters: &[(&str, &str)]) -> Result<(Vec<Value>, bool), Problem> {
    let (mut cases, mut cursor) = (Vec::new(), String::new());
    for _ in 0..READS_MAX {
        let mut query = vec![("limit", ROWS_AT_ONCE), ("cursor", cursor.as_str())];
        query.extend_from_slice(filters);
        let mut answer = read(app, request, Call { name: "list_cases", path: &[] }, &query).await?;
        if let Value::Array(found) = answer["data"].take() {
            cases.extend(found);
        }
        match answer["meta"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return Ok((cases, false)),
        }
    }
    Ok((cases, true))
}

fn is_chosen(state: &str, chosen: &str) -> bool {
    if chosen.is_empty() || chosen == OPEN { state != CaseState::Closed.code() } else { state == chosen }
}

/// Each state with its count, the open ones together first.
fn states(cases: &[Value], chosen: &str) -> Vec<Value> {
    let counted = |code: &str| cases.iter().filter(|case| is_chosen(case["state"].as_str().unwrap_or_default(), code)).count();
    let codes = std::iter::once(OPEN).chain(CaseState::ALL.iter().map(|state| state.code()));
    codes
        .map(|code| json!({ "code": code, "count": counted(code), "chosen": code == chosen || (chosen.is_empty() && code == OPEN) }))
        .collect()
}

fn parameter(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("&{name}={}", encode(value)) }
}

/// A case and what it is ordered by.
struct QueuedCase<'a> {
    case: &'a Value,
    state: Option<CaseState>,
    /// The last day of the seller's term, while it matters.
    due: Option<Date>,
    pesos: Decimal,
}

impl<'a> QueuedCase<'a> {
    fn of(case: &'a Value) -> Self {
        let state = case["state"].as_str().and_then(CaseState::from_code);
        let waits = matches!(state, Some(CaseState::Notified | CaseState::Answered));
        let due = case["reply_due"].as_str().and_then(|day| day.parse().ok()).filter(|_| waits);
        let pesos = case["total_excess"]["amount"].as_str().and_then(|amount| amount.parse().ok()).unwrap_or_default();
        Self { case, state, due, pesos }
    }

    fn row(&self, today: Date) -> Value {
        let left = self.due.map(|due| working_days_until(today, due));
        json!({
            "case": self.case, "next": self.state.map(|state| next_step(state, self.due, today)), "due": self.due.map(|day| day.to_string()),
            "left": left, "over": self.due.is_some_and(|due| due < today),
        })
    }
}

/// What the law asks next: the end of a key of the messages.
pub fn next_step(state: CaseState, reply_due: Option<Date>, today: Date) -> &'static str {
    match state {
        CaseState::AskReporter => "ask",
        CaseState::Suspected => "notify",
        CaseState::Notified if reply_due.is_some_and(|due| today <= due) => "wait",
        CaseState::Notified => "decide_unanswered",
        CaseState::Answered => "decide",
        CaseState::Confirmed | CaseState::Dismissed => "close",
        CaseState::Closed => "nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_law_asks_for_one_thing_at_a_time() {
        let (due, today) = (Some(date(2026, 12, 15)), date(2026, 12, 15));
        assert_eq!(next_step(CaseState::Notified, due, today), "wait");
        assert_eq!(next_step(CaseState::Notified, due, date(2026, 12, 16)), "decide_unanswered");
        assert_eq!(next_step(CaseState::Suspected, None, today), "notify");
    }

    #[test]
    fn cases_are_counted_by_state_and_closed_ones_apart() {
        let cases = ["suspected", "closed", "notified", "suspected"].map(|state| json!({ "state": state }));
        let states = states(&cases, "");
        let count = |code: &str| states.iter().find(|state| state["code"] == code).map(|state| state["count"].clone());
        assert_eq!((count("abiertos"), count("suspected"), count("closed")), (Some(3.into()), Some(2.into()), Some(1.into())));
        assert_eq!(states[0]["chosen"], true);
    }
}
