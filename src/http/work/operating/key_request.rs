//! The form by which an operator requests a key for somebody, and the code for its owner, which is shown to whoever requested it.

use serde_json::{Map, Value, json};

use super::{
    super::{
        form::{FormFields, ONCE},
        operation::{Call, permit, write},
        page::{FormOutcome, WorkPage, errors_of, in_colombia, once, shown, taken},
        visit::Visit,
    },
    keys::keys,
};
use crate::http::{App, Endpoint, Problem, Request, view::messages::say};

const PATH: &str = "/trabajo/pedir-llave";
const OPERATION: &str = "request_key";
/// Fields of the form, and the members of the operation's body.
const MEMBERS: [(&str, &str); 5] =
    [("persona", "principal"), ("clase", "kind"), ("nombre", "name"), ("nit", "nit"), ("actor", "actor")];
const DAYS: &str = "dias";
const REASON: &str = "motivo";
const KINDS: [&str; 4] = ["regulator", "reporter", "operator", "auditor"];
const ACTORS: [&str; 6] = ["laboratory", "importer", "wholesaler", "hospital", "insurer", "other"];
const DAYS_USUAL: &str = "90";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, is_decision, take)]
}

/// Somebody gets in by it.
fn is_decision(_: &FormFields) -> bool {
    true
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    permit(&request, OPERATION)?;
    let person = request.query_pairs.get("persona").unwrap_or_default().to_owned();
    page(&app, &request, &FormFields::default(), &person, json!([])).await
}

async fn page(app: &App, request: &Request, typed: &FormFields, person: &str, errors: Value) -> Result<WorkPage, Problem> {
    let known =
        if person.is_empty() { None } else { keys(app, request, true).await?.into_iter().find(|key| key["principal"] == person) };
    let values: Map<String, Value> = MEMBERS.iter().map(|(field, _)| ((*field).to_owned(), typed.get(field).into())).collect();
    let days = Some(typed.get(DAYS)).filter(|days| !days.is_empty()).unwrap_or(DAYS_USUAL);
    let content = json!({
        "known": known.map(|key| json!({ "principal": key["principal"], "name": key["name"], "kind": key["kind"] })), "values": values,
        "days": days, "typed_reason": typed.get(REASON), "kinds": KINDS, "actors": ACTORS, "errors": errors, "once": once()?,
    });
    Ok(WorkPage::new("work_key_request.html", content))
}

async fn take(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    permit(&request, OPERATION)?;
    let person = form.get("persona").to_owned();
    let missing = missing(&form, &request);
    if !missing.is_empty() {
        return Ok(FormOutcome::Page(page(&app, &request, &form, &person, missing.into()).await?.unprocessable()));
    }
    let mut body = json!({ "days": form.get(DAYS).trim().parse::<i32>().unwrap_or_default(), "reason": form.get(REASON) });
    for (field, member) in MEMBERS {
        let value = form.get(field).trim();
        // What a company is matters only where there is one.
        let is_of_company = field == "actor" && form.get("clase") != "reporter";
        if !value.is_empty() && !is_of_company {
            body[member] = value.into();
        }
    }
    match write(&app, &request, Call { name: OPERATION, path: &[] }, &body, form.get(ONCE)).await {
        Ok(mut answer) => {
            let mut key = answer["data"].take();
            for member in ["take_until", "expires_at"] {
                key[member] = in_colombia(&key[member]).into();
            }
            let name = form.get("nombre").trim();
            Ok(FormOutcome::Page(WorkPage::new("work_key_requested.html", json!({ "key": key, "name": name }))))
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, REASON)?;
            let page = page(&app, &request, &form, &person, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

fn missing(form: &FormFields, request: &Request) -> Vec<Value> {
    let is_empty = |field: &str| form.get(field).trim().is_empty();
    let (language, is_new) = (request.language, is_empty("persona"));
    let days = form.get(DAYS).trim().parse::<i32>().is_ok_and(|days| (1..=365).contains(&days));
    let checks = [
        (is_new && !KINDS.contains(&form.get("clase")), "clase", "work.choose_kind"),
        (is_new && is_empty("nombre"), "nombre", "work.write_name"),
        (is_new && form.get("clase") == "reporter" && is_empty("nit"), "nit", "work.write_nit"),
        (!days, DAYS, "work.write_days"),
        (is_empty(REASON), REASON, "work.write_reason"),
    ];
    let wrong = checks.into_iter().filter(|(is_missing, ..)| *is_missing);
    wrong.map(|(_, field, key)| json!({ "field": field, "text": say(language, key, &[]) })).collect()
}
