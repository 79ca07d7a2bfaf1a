//! A new draft of an act: its head. Its ceilings come with a file, on the page after it.

use serde_json::{Value, json};

use super::faults::by_field;
use crate::http::{
    App, Endpoint, Problem, Request,
    view::messages::say,
    work::{
        form::{FormFields, ONCE},
        operation::{Call, permit, read_all, write},
        page::{FormOutcome, WorkPage, never, once, shown, taken},
        visit::Visit,
    },
};

/// Beside `/trabajo/actos/{id}` no word may stand.
const PATH: &str = "/trabajo/acto-nuevo";
const CREATE: &str = "create_act_draft";
/// A box for each act that ends where the new one begins.
const REPLACES: &str = "reemplaza";
const TITLE: &str = "titulo";

/// A text of the head.
struct HeadField {
    name: &'static str,
    member: &'static str,
    is_optional: bool,
    /// More than a line.
    is_long: bool,
}

static FIELDS: [HeadField; 8] = [
    one_line(TITLE, "title"),
    one_line("rige_desde", "valid_from"),
    long("asunto_es", "subject_es"),
    long("asunto_en", "subject_en"),
    one_line("fuente", "source"),
    HeadField { is_optional: true, ..one_line("expedido", "issued_on") },
    HeadField { is_optional: true, ..one_line("publicado", "published_in") },
    long("motivo", "reason"),
];

const fn one_line(name: &'static str, member: &'static str) -> HeadField {
    HeadField { name, member, is_optional: false, is_long: false }
}

const fn long(name: &'static str, member: &'static str) -> HeadField {
    HeadField { is_long: true, ..one_line(name, member) }
}

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, never, create)]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    permit(&request, CREATE)?;
    page(&app, &request, &FormFields::default(), json!([])).await
}

async fn page(app: &App, request: &Request, typed: &FormFields, errors: Value) -> Result<WorkPage, Problem> {
    let field = |field: &HeadField| json!({ "name": field.name, "value": typed.get(field.name), "long": field.is_long, "optional": field.is_optional });
    let fields: Vec<Value> = FIELDS.iter().map(field).collect();
    let chosen = replaced(typed);
    let acts = read_all(app, request, Call { name: "list_acts", path: &[] }).await?;
    let acts: Vec<Value> = acts.into_iter().filter(sets_prices_still).map(|act| of_act(&act, &chosen)).collect();
    let content = json!({ "fields": fields, "acts": acts, "any_chosen": !chosen.is_empty(), "errors": errors, "once": once()? });
    Ok(WorkPage::new("work_act.html", content))
}

/// What an act could end: the prices of another that stands, or will.
fn sets_prices_still(act: &Value) -> bool {
    let sets_prices = ["ceilings", "markets"].into_iter().any(|count| act[count].as_i64() > Some(0));
    sets_prices && act["standing"] != "superseded"
}

fn of_act(act: &Value, chosen: &[&str]) -> Value {
    let is_chosen = act["id"].as_str().is_some_and(|id| chosen.contains(&id));
    json!({ "id": act["id"], "title": act["title"], "ceilings": act["ceilings"], "chosen": is_chosen })
}

fn replaced(typed: &FormFields) -> Vec<&str> {
    typed.typed().filter(|(name, _)| *name == REPLACES).map(|(_, id)| id).collect()
}

async fn create(app: App, request: Request, _: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    permit(&request, CREATE)?;
    let language = request.language;
    let missing = FIELDS.iter().filter(|field| !field.is_optional && form.get(field.name).trim().is_empty());
    let missing: Vec<Value> = missing
        .map(|field| {
            let label = say(language, &format!("{}{}", "work.head.", field.name), &[]);
            json!({ "field": field.name, "text": say(language, "work.write_this", &[("what", label)]) })
        })
        .collect();
    if !missing.is_empty() {
        return Ok(FormOutcome::Page(page(&app, &request, &form, missing.into()).await?.unprocessable()));
    }
    let mut head = json!({ "supersedes": replaced(&form) });
    for field in &FIELDS {
        let text = form.get(field.name).trim();
        if !text.is_empty() {
            head[field.member] = text.into();
        }
    }
    match write(&app, &request, Call { name: CREATE, path: &[] }, &head, form.get(ONCE)).await {
        Ok(answer) => {
            let id = answer["data"]["id"].as_str().ok_or_else(Problem::internal)?;
            Ok(FormOutcome::Done(format!("/trabajo/actos/{id}/lista?hecho=1&lang={}", language.code())))
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let places: Vec<_> =
                FIELDS.iter().map(|field| (field.member, field.name)).chain([("supersedes", REPLACES)]).collect();
            let errors = by_field(&problem, &request, &places, TITLE)?;
            let page = page(&app, &request, &form, errors).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}
