//! One case: what it rests on, what happened, and a form with the steps that are allowed now, to this visitor.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    form::{FormFields, ONCE},
    operation::{Call, permits, read, write},
    page::{FormOutcome, WorkPage, errors_of, once, say_when, shown, taken},
    queue::next_step,
    visit::Visit,
};
use crate::{
    domain::{
        access::principal::{Actor, Scope},
        calendar::working_days::working_days_until,
        cases::case_state::{CaseState, Transition, step},
    },
    http::{App, Endpoint, Problem, Request, view::messages::say},
};

const PATH: &str = "/trabajo/casos/{id}";
/// Rows of evidence on the page; the API has all.
const EVIDENCE_SHOWN_MAX: usize = 50;
/// Fields of the form.
const STEP: &str = "paso";
const REASON: &str = "motivo";
const VERSION: &str = "version";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, is_decision, take)]
}

/// To confirm accuses somebody in public.
fn is_decision(form: &FormFields) -> bool {
    form.get(STEP) == CaseState::Confirmed.code()
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let done = request.query_pairs.get("hecho").is_some();
    page(&app, &request, &visit.session.actor, &FormFields::default(), json!([]), done).await
}

/// The page, with what was typed and what is wrong with it.
async fn page(
    app: &App,
    request: &Request,
    actor: &Actor,
    typed: &FormFields,
    errors: Value,
    done: bool,
) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let mut answer = read(app, request, Call { name: "show_case", path: &[("id", &id)] }, &[]).await?;
    let mut file = answer["data"].take();
    let state = file["case"]["state"].as_str().and_then(CaseState::from_code).ok_or_else(Problem::internal)?;
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
    let content = json!({
        "file": file, "steps": steps, "errors": errors, "done": done, "once": once()?, "evidence_count": evidence_count,
        "typed_step": typed.get(STEP), "typed_reason": typed.get(REASON),
        "next": next_step(state, reply_due, today), "left": due.map(|due| working_days_until(today, due)),
        "over": due.is_some_and(|due| due < today), "proposed_by": proposer(&file),
        "may": permits(actor, "move_case"),
    });
    Ok(WorkPage::new("work_case.html", content))
}

async fn take(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let actor = &visit.session.actor;
    let missing = missing(&form, &request);
    if !missing.is_empty() {
        let page = page(&app, &request, actor, &form, missing.into(), false).await?;
        return Ok(FormOutcome::Page(page.unprocessable()));
    }
    let body =
        json!({ "to": form.get(STEP), "reason": form.get(REASON), "version": form.get(VERSION).parse::<i32>().unwrap_or(0) });
    let operation = Call { name: "move_case", path: &[("id", &id)] };
    match write(&app, &request, operation, &body, form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("/trabajo/casos/{id}?hecho=1&lang={}", request.language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, REASON)?;
            let page = page(&app, &request, actor, &form, errors, false).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

fn missing(form: &FormFields, request: &Request) -> Vec<Value> {
    let language = request.language;
    let step = form.get(STEP).is_empty().then(|| json!({ "field": STEP, "text": say(language, "work.choose_step", &[]) }));
    let reason = form.get(REASON).trim().is_empty();
    let reason = reason.then(|| json!({ "field": REASON, "text": say(language, "work.write_reason", &[]) }));
    step.into_iter().chain(reason).collect()
}

/// Who proposed to confirm it, when nothing has happened since.
fn proposer(file: &Value) -> Option<&str> {
    let last = file["history"].as_array()?.last()?;
    if last["kind"] == "proposal" { last["by"]["name"].as_str() } else { None }
}

/// What the steps of a case depend on.
struct Steps<'a> {
    actor: &'a Actor,
    state: CaseState,
    file: &'a Value,
    reply_due: Option<Date>,
    today: Date,
}

impl Steps<'_> {
    fn all(&self) -> Vec<Value> {
        let possible = CaseState::ALL.iter().filter_map(|to| step(self.state, *to));
        possible.filter(|step| self.allows(step)).map(|step| self.described(&step)).collect()
    }

    fn allows(&self, step: &Transition) -> bool {
        let scope = if step.to == CaseState::Confirmed { Scope::CasesConfirm } else { Scope::CasesReview };
        let needs_evidence = matches!(step.to, CaseState::Notified | CaseState::Confirmed);
        let has_evidence = self.file["case"]["reports"].as_i64().unwrap_or_default() > 0;
        let waits = step.only_after_reply_term && self.reply_due.is_none_or(|due| self.today <= due);
        let same_person = step.two_persons && proposer(self.file) == Some(self.actor.name.as_str());
        !step.by_seller && self.actor.has(scope) && (has_evidence || !needs_evidence) && !waits && !same_person
    }

    fn described(&self, step: &Transition) -> Value {
        let key = match (step.to, step.two_persons, proposer(self.file)) {
            (_, true, None) => "propose",
            (_, true, Some(_)) => "confirm",
            (to, ..) => to.code(),
        };
        json!({ "to": step.to.code(), "key": key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::principal::PrincipalKind;
    use jiff::civil::date;

    fn offered(kind: PrincipalKind, state: CaseState, today: Date, history: Value, reports: i64) -> Vec<String> {
        let actor = Actor {
            principal: "p1".to_owned(),
            key: "k1".to_owned(),
            kind,
            name: "Ana".to_owned(),
            nit: None,
            scopes: kind.scopes().to_vec(),
        };
        let file = json!({ "case": { "reports": reports }, "history": history });
        let steps = Steps { actor: &actor, state, file: &file, reply_due: Some(date(2026, 12, 15)), today };
        steps.all().iter().map(|step| step["key"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn only_what_is_allowed_now_is_offered() {
        let (regulator, auditor) = (PrincipalKind::Regulator, PrincipalKind::Auditor);
        let (due, after) = (date(2026, 12, 15), date(2026, 12, 16));
        let by = |name: &str| json!([{ "kind": "proposal", "by": { "name": name } }]);
        let cases = [
            (regulator, CaseState::Suspected, due, json!([]), 1, "notified dismissed"),
            (regulator, CaseState::Suspected, due, json!([]), 0, "dismissed"),
            (regulator, CaseState::Notified, due, json!([]), 1, "dismissed"),
            (regulator, CaseState::Notified, after, json!([]), 1, "propose dismissed"),
            (regulator, CaseState::Answered, due, by("Luis"), 1, "confirm dismissed"),
            (regulator, CaseState::Answered, due, by("Ana"), 1, "dismissed"),
            (regulator, CaseState::Closed, due, json!([]), 1, ""),
            (auditor, CaseState::Suspected, due, json!([]), 1, ""),
        ];
        for (kind, state, today, history, reports, expected) in cases {
            assert_eq!(offered(kind, state, today, history, reports).join(" "), expected, "{kind} {state} {today} {reports}");
        }
    }
}
