//! The queue: cases by state, what is due first, with the pesos that they come to and who works on them, and a form that gives many of them to
//! somebody. The filters stand in the address.

use std::{cmp::Reverse, collections::BTreeMap};

use hyper::StatusCode;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    assigning::{TO, assign, people},
    steps::next_step,
};
use crate::{
    domain::{access::principal::Actor, calendar::working_days::working_days_until, cases::case_state::CaseState},
    http::{
        App, Endpoint, Problem, Request,
        request::query::encode,
        view::{
            list_filters::{FilterName, ListFilters},
            messages::say,
            parse_amount,
        },
        work::{
            form::{FormFields, ONCE},
            operation::{Call, permits, read_pages},
            page::{FormOutcome, WorkPage, errors_of, never, once, shown, taken},
            visit::Visit,
        },
    },
};

const PATH: &str = "/trabajo";
const READS_MAX: usize = 25;
const SHOWN_AT_ONCE: usize = 50;
/// Names in the address, and those of the operation.
const FILTERS: [FilterName; 5] =
    [("vendedor", "seller"), ("cum", "cum"), ("acto", "act"), ("periodo", "period"), ("asignado", "assignee")];
/// Filters of what the operation answers.
const DUE: &str = "vence";
const PESOS_MIN: &str = "minimo";
const OWN_FILTERS: [FilterName; 2] = [(DUE, DUE), (PESOS_MIN, PESOS_MIN)];
/// In the filter of what is due: the term is over, or there is none, or so many working days are left at most.
const PAST: &str = "vencido";
const NO_DAY: &str = "sin";
const DAYS: [(&str, u32); 2] = [("5", 5), ("10", 10)];
/// Every state in which somebody has to do something.
const OPEN: &str = "abiertos";
const BY_PESOS: &str = "pesos";
/// The boxes of the form.
const CASE: &str = "caso";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, never, take)]
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    page(&app, &request, &visit.session.actor, &FormFields::default(), Vec::new()).await
}

/// The page, with what was checked and what is wrong with it.
async fn page(
    app: &App,
    request: &Request,
    actor: &Actor,
    typed: &FormFields,
    mut errors: Vec<Value>,
) -> Result<WorkPage, Problem> {
    let address = Address::of(request);
    let (filters, own) = (ListFilters::of(&FILTERS, &request.query_pairs), ListFilters::of(&OWN_FILTERS, &request.query_pairs));
    let query: Vec<(&str, &str)> = filters.query().collect();
    let mut status = StatusCode::OK;
    let (cases, more) = match cases(app, request, &query).await {
        Ok(found) => found,
        // A filter that cannot be read: the form again, with what is wrong.
        Err(problem) if problem.status() == StatusCode::BAD_REQUEST => {
            status = StatusCode::BAD_REQUEST;
            let Value::Array(wrong) = errors_of(&problem, request, "vendedor")? else { return Err(Problem::internal()) };
            errors.extend(wrong);
            (Vec::new(), false)
        }
        Err(problem) => return Err(problem),
    };
    let typed_filters: BTreeMap<&str, &str> = filters.typed().into_iter().chain(own.typed()).collect();
    let minimum = typed_filters.get(PESOS_MIN).copied().unwrap_or_default();
    let pesos_min = parse_amount::amount(minimum).and_then(|digits| digits.parse::<Decimal>().ok());
    if !minimum.is_empty() && pesos_min.is_none() {
        status = StatusCode::BAD_REQUEST;
        errors.push(json!({ "field": PESOS_MIN, "text": say(request.language, "work.no_amount", &[]) }));
    }
    let (today, due) = (app.today(), typed_filters.get(DUE).copied().unwrap_or_default());
    let wanted = |one: &QueuedCase<'_>| is_due(one.due, due, today) && pesos_min.is_none_or(|least| one.pesos >= least);
    let all: Vec<QueuedCase<'_>> = cases.iter().map(QueuedCase::of).filter(wanted).collect();
    let codes: Vec<&str> = all.iter().map(QueuedCase::code).collect();
    let states = states(&codes, &address.state);
    let mut waiting: Vec<QueuedCase<'_>> = all.into_iter().filter(|one| is_chosen(one.code(), &address.state)).collect();
    address.sort(&mut waiting);
    let pages = waiting.len().div_ceil(SHOWN_AT_ONCE).max(1);
    let page = address.page.clamp(1, pages);
    let total = waiting.iter().map(|one| one.pesos).fold(Decimal::ZERO, |sum, pesos| sum.checked_add(pesos).unwrap_or(sum));
    let checked = typed.all(CASE);
    let rows: Vec<Value> =
        waiting.iter().skip((page - 1) * SHOWN_AT_ONCE).take(SHOWN_AT_ONCE).map(|one| one.row(today, &checked)).collect();
    let people = people(app, request, actor).await?;
    let kept = format!("{}{}", filters.appended(), own.appended());
    let content = json!({
        "states": states, "chosen": address.state, "rows": rows, "typed": typed_filters, "errors": errors, "order": address.order(),
        "count": waiting.len(), "total": total.to_string(), "page": page, "pages": pages, "more": more, "filtered": !kept.is_empty(),
        "kept": kept, "people": people, "may_assign": permits(actor, "assign_cases"), "once": once()?,
        "typed_to": typed.get(TO), "assigned": address.assigned,
    });
    Ok(WorkPage { status, ..WorkPage::new("work_queue.html", content) })
}

/// Gives the cases that were checked to somebody.
async fn take(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let (actor, language) = (&visit.session.actor, request.language);
    let (cases, to) = (form.all(CASE), form.get(TO));
    let missing = [(cases.is_empty(), CASE, "work.choose_cases"), (to.is_empty(), TO, "work.choose_assignee")];
    let missing: Vec<Value> = missing
        .into_iter()
        .filter(|(is_missing, ..)| *is_missing)
        .map(|(_, field, key)| json!({ "field": field, "text": say(language, key, &[]) }))
        .collect();
    if !missing.is_empty() {
        return Ok(FormOutcome::Page(page(&app, &request, actor, &form, missing).await?.unprocessable()));
    }
    match assign(&app, &request, (cases.as_slice(), to), form.get(ONCE)).await {
        Ok(count) => Ok(FormOutcome::Done(Address::of(&request).after(&request, count))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let Value::Array(errors) = errors_of(&problem, &request, TO)? else { return Err(Problem::internal()) };
            let page = page(&app, &request, actor, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

/// What the address says besides the filters.
struct Address {
    state: String,
    by_pesos: bool,
    page: usize,
    /// How many cases were given to somebody just now.
    assigned: Option<usize>,
}

impl Address {
    fn of(request: &Request) -> Self {
        let given = |name: &str| request.query_pairs.get(name).unwrap_or_default().trim().to_owned();
        let state = given("estado");
        Self {
            state: if state.is_empty() { OPEN.to_owned() } else { state },
            by_pesos: given("orden") == BY_PESOS,
            page: given("pagina").parse().unwrap_or(1),
            assigned: given("hechos").parse().ok(),
        }
    }

    fn order(&self) -> &'static str {
        if self.by_pesos { BY_PESOS } else { "" }
    }

    fn sort(&self, cases: &mut [QueuedCase<'_>]) {
        if self.by_pesos {
            cases.sort_by_key(|one| Reverse(one.pesos));
        } else {
            // Those without a day to wait for come after those that have one, the largest first.
            cases.sort_by_key(|one| (one.due.is_none(), one.due, Reverse(one.pesos)));
        }
    }

    /// The same list after so many cases were given to somebody.
    fn after(&self, request: &Request, count: usize) -> String {
        let (list, own) = (ListFilters::of(&FILTERS, &request.query_pairs), ListFilters::of(&OWN_FILTERS, &request.query_pairs));
        let order = if self.by_pesos { format!("&orden={BY_PESOS}") } else { String::new() };
        let (language, state, kept) = (request.language.code(), encode(&self.state), list.appended() + &own.appended());
        format!("{PATH}?lang={language}&estado={state}{kept}{order}&hechos={count}")
    }
}

/// All cases that the filters let through, as the operation lists them; whether there are more than are read.
async fn cases(app: &App, request: &Request, filters: &[(&str, &str)]) -> Result<(Vec<Value>, bool), Problem> {
    read_pages(app, request, Call { name: "list_cases", path: &[] }, filters, READS_MAX).await
}

fn is_chosen(state: &str, chosen: &str) -> bool {
    if chosen == OPEN { state != CaseState::Closed.code() } else { state == chosen }
}

fn is_due(due: Option<Date>, wanted: &str, today: Date) -> bool {
    let left = due.filter(|due| *due >= today).map(|due| working_days_until(today, due));
    match wanted {
        PAST => due.is_some_and(|due| due < today),
        NO_DAY => due.is_none(),
        _ => match DAYS.iter().find(|(code, _)| *code == wanted) {
            Some((_, most)) => left.is_some_and(|left| left <= *most),
            None => true,
        },
    }
}

/// Each state with its count, the open ones together first.
fn states(codes: &[&str], chosen: &str) -> Vec<Value> {
    let counted = |code: &str| codes.iter().filter(|state| is_chosen(state, code)).count();
    let all = std::iter::once(OPEN).chain(CaseState::ALL.iter().map(|state| state.code()));
    all.map(|code| json!({ "code": code, "count": counted(code), "chosen": code == chosen })).collect()
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

    fn code(&self) -> &'static str {
        self.state.map_or("", CaseState::code)
    }

    fn row(&self, today: Date, checked: &[&str]) -> Value {
        let left = self.due.map(|due| working_days_until(today, due));
        json!({
            "case": self.case, "next": self.state.map(|state| next_step(state, self.due, today)), "due": self.due.map(|day| day.to_string()),
            "left": left, "over": self.due.is_some_and(|due| due < today),
            "checked": self.case["id"].as_str().is_some_and(|id| checked.contains(&id)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn cases_are_counted_by_state_and_closed_ones_apart() {
        let states = states(&["suspected", "closed", "notified", "suspected"], OPEN);
        let count = |code: &str| states.iter().find(|state| state["code"] == code).map(|state| state["count"].clone());
        assert_eq!((count("abiertos"), count("suspected"), count("closed")), (Some(3.into()), Some(2.into()), Some(1.into())));
        assert_eq!(states[0]["chosen"], true);
    }

    #[test]
    fn what_is_due_is_counted_in_working_days() {
        // Friday 27 November to Friday 4 December 2026: five working days.
        let (today, due) = (date(2026, 11, 27), Some(date(2026, 12, 4)));
        for (wanted, found) in [("", true), ("5", true), ("10", true), (PAST, false), (NO_DAY, false), ("x", true)] {
            assert_eq!(is_due(due, wanted, today), found, "{wanted}");
        }
        assert!(!is_due(due, "5", date(2026, 11, 26)), "six are left");
        assert!(is_due(due, PAST, date(2026, 12, 5)) && !is_due(due, "5", date(2026, 12, 5)));
        assert!(is_due(None, NO_DAY, today) && !is_due(None, "5", today) && !is_due(None, PAST, today));
    }
}
