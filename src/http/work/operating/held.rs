//! One file that waits for a person: why it is held, what was found beside what is in force, and the form that decides.

use serde_json::{Value, json};

use super::{
    super::{
        form::{FormFields, ONCE},
        operation::{Call, permits, read, write},
        page::{FormOutcome, WorkPage, errors_of, once, shown, taken},
        visit::Visit,
    },
    sources::{PATH as LIST, held},
};
use crate::{
    domain::access::principal::Actor,
    http::{App, Endpoint, Problem, Request, values::identifiers::HeldFile, view::messages::say},
};

const PATH: &str = "/trabajo/retenidos/{held}";
/// Fields of the form.
const STEP: &str = "paso";
const REASON: &str = "motivo";
/// Decisions, as the form names them.
const RELEASE: &str = "release";
const DISCARD: &str = "discard";
const FIGURES: [&str; 4] = ["rows_read", "rows_accepted", "rows_quarantined", "rows_refused"];

pub fn endpoints() -> Vec<Endpoint<App>> {
    // The import that follows may be long: as the operation itself.
    let decided = Endpoint { without_deadline: true, ..taken(PATH, is_decision, take) };
    vec![shown(PATH, show), decided]
}

/// To let it in changes what is in force.
fn is_decision(form: &FormFields) -> bool {
    form.get(STEP) == RELEASE
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    page(&app, &request, &visit.session.actor, &FormFields::default(), json!([])).await
}

async fn one(app: &App, request: &Request) -> Result<Value, Problem> {
    let HeldFile(number) = request.path("held")?;
    let all = held(app, request).await?;
    let found = all.as_array().into_iter().flatten().find(|one| one["held"] == number).cloned();
    found.ok_or_else(|| Problem::not_found(("el archivo retenido", "held file"), number))
}

async fn page(app: &App, request: &Request, actor: &Actor, typed: &FormFields, errors: Value) -> Result<WorkPage, Problem> {
    let one = one(app, request).await?;
    let figures: Vec<Value> = FIGURES.iter().map(|name| figure(name, &one)).collect();
    let content = json!({
        "figures": figures, "one": one, "errors": errors, "once": once()?, "may": permits(actor, "release_held_import"),
        "typed_step": typed.get(STEP), "typed_reason": typed.get(REASON),
    });
    Ok(WorkPage::new("work_held.html", content))
}

/// What was found, what is in force, and the difference: in rows, and in percent of what is in force.
fn figure(name: &str, one: &Value) -> Value {
    let (found, current) = (one["found"][name].as_i64().unwrap_or_default(), one["in_force"][name].as_i64());
    let more = current.map(|current| found.saturating_sub(current));
    let percent = current.zip(more).filter(|(current, _)| *current > 0).map(|(current, more)| tenths(more, current));
    json!({ "name": name, "found": found, "in_force": current, "more": more, "percent": percent })
}

/// A part of a whole in percent, cut to one decimal.
fn tenths(part: i64, of: i64) -> String {
    let per_mille = part.saturating_mul(1000) / of;
    let sign = if per_mille < 0 { "-" } else { "" };
    format!("{sign}{}.{}", per_mille.abs() / 10, per_mille.abs() % 10)
}

async fn take(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let (actor, reason, language) = (&visit.session.actor, form.get(REASON), request.language);
    let step = form.get(STEP);
    let mut missing = Vec::new();
    if ![RELEASE, DISCARD].contains(&step) {
        missing.push(json!({ "field": STEP, "text": say(language, "work.choose_step", &[]) }));
    }
    if reason.trim().is_empty() {
        missing.push(json!({ "field": REASON, "text": say(language, "work.write_reason", &[]) }));
    }
    if !missing.is_empty() {
        return Ok(FormOutcome::Page(page(&app, &request, actor, &form, missing.into()).await?.unprocessable()));
    }
    match decide(&app, &request, step, &json!({ "reason": reason }), form.get(ONCE)).await {
        Ok(done) => Ok(FormOutcome::Done(format!("{LIST}?hecho={done}&lang={}", language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, REASON)?;
            let page = page(&app, &request, actor, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

/// A file that came by itself is let in by the service that reads data sets, where there is one; any other at once.
async fn decide(app: &App, request: &Request, step: &str, body: &Value, once: &str) -> Result<&'static str, Problem> {
    let HeldFile(number) = request.path("held")?;
    let number = number.to_string();
    let path: &[(&str, &str)] = &[("held", &number)];
    if step == DISCARD {
        write(app, request, Call { name: "discard_held_import", path }, body, once).await?;
        return Ok("discarded");
    }
    // A second sending of the form finds it gone: the operation knows what was answered then.
    let run = one(app, request).await.ok().and_then(|one| one["run"].as_i64());
    let status = read(app, request, Call { name: "show_status", path: &[] }, &[]).await?;
    if let Some(run) = run.filter(|_| status["data"]["feeds"]["on"] == true) {
        let run = run.to_string();
        write(app, request, Call { name: "release_held", path: &[("run", &run)] }, body, once).await?;
        return Ok("requested");
    }
    write(app, request, Call { name: "release_held_import", path }, body, once).await?;
    Ok("released")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_in_rows_and_in_percent() {
        let one = json!({ "found": { "rows_read": 60 }, "in_force": { "rows_read": 100 } });
        let expected = json!({ "name": "rows_read", "found": 60, "in_force": 100, "more": -40, "percent": "-40.0" });
        assert_eq!(figure("rows_read", &one), expected);
        let alone = json!({ "found": { "rows_read": 60 }, "in_force": null });
        assert_eq!(figure("rows_read", &alone)["more"], Value::Null);
        assert_eq!((tenths(-1, 3), tenths(5, 1000), tenths(-4, 1000)), ("-33.3".to_owned(), "0.5".to_owned(), "-0.4".to_owned()));
    }
}
