//! Giving cases to somebody: whom a form offers, and what it asks of the API.

use serde_json::{Value, json};

use crate::{
    domain::access::principal::Actor,
    http::{
        App, Problem, Request,
        work::operation::{Call, permits, read, write},
    },
};

/// The field that says who gets them.
pub const TO: &str = "asignar_a";
/// In that field.
const UNASSIGNED: &str = "nadie";

/// Who works on cases, with the visitor marked; none for whoever may not know it.
pub async fn people(app: &App, request: &Request, actor: &Actor) -> Result<Vec<Value>, Problem> {
    if !permits(actor, "list_case_assignees") {
        return Ok(Vec::new());
    }
    let mut answer = read(app, request, Call { name: "list_case_assignees", path: &[] }, &[]).await?;
    let Value::Array(mut people) = answer["data"].take() else { return Ok(Vec::new()) };
    for person in &mut people {
        person["own"] = (person["principal"] == actor.principal.as_str()).into();
    }
    Ok(people)
}

/// How many cases somebody has now by this form.
pub async fn assign(app: &App, request: &Request, (cases, to): (&[&str], &str), once: &str) -> Result<usize, Problem> {
    let assignee = if to == UNASSIGNED { Value::Null } else { to.into() };
    let body = json!({ "cases": cases, "assignee": assignee });
    let answer = write(app, request, Call { name: "assign_cases", path: &[] }, &body, once).await?;
    Ok(answer["data"]["cases"].as_array().map_or(0, Vec::len))
}
