//! What a problem of an operation says, beside the fields of a form or the lines of a file.

use serde_json::{Value, json};

use crate::http::{Problem, Request, view::messages::say, work::page::errors_of};

/// A fault that stands in a file, as the problem has it.
const LINE: &str = "line";
/// Faults of a file that the head of the page names; the table has all.
const NAMED_MAX: usize = 20;

/// Member of a body or parameter of a query, and the field of the form that it comes from.
pub type Places = [(&'static str, &'static str)];

/// One error for each field that is at fault. What is of no field leads to `otherwise`.
pub fn by_field(problem: &Problem, request: &Request, places: &Places, otherwise: &str) -> Result<Value, Problem> {
    let mut errors: Vec<Value> = Vec::new();
    for fault in &described(problem, request)? {
        let place = fault["pointer"].as_str().or_else(|| fault["parameter"].as_str()).unwrap_or_default();
        let member = place.trim_start_matches('/').split('/').next().unwrap_or_default();
        let field = places.iter().find(|(name, _)| *name == member).map_or(otherwise, |(_, field)| *field);
        if !errors.iter().any(|error| error["field"] == field) {
            errors.push(json!({ "field": field, "text": fault["detail"] }));
        }
    }
    if errors.is_empty() { errors_of(problem, request, otherwise) } else { Ok(errors.into()) }
}

/// The faults of a file in order of its lines, and the errors at the head of the page, which lead to them.
pub fn of_file(problem: &Problem, request: &Request, field: &str) -> Result<(Vec<Value>, Value), Problem> {
    let mut faults = described(problem, request)?;
    faults.retain(|fault| fault[LINE].is_u64());
    faults.sort_by_key(|fault| fault[LINE].as_u64());
    if faults.is_empty() {
        return Ok((faults, errors_of(problem, request, field)?));
    }
    let error = |(at, fault): (usize, &Value)| {
        let what = fault["detail"].as_str().unwrap_or_default().to_owned();
        let text = say(request.language, "work.fault_of_line", &[("line", fault[LINE].to_string()), ("what", what)]);
        json!({ "field": format!("falla-{at}"), "text": text })
    };
    let errors = faults.iter().take(NAMED_MAX).enumerate().map(error).collect();
    Ok((faults, errors))
}

fn described(problem: &Problem, request: &Request) -> Result<Vec<Value>, Problem> {
    let described = problem.to_json(request.language, &request.context.request_id);
    let mut described: Value = serde_json::from_slice(&described).map_err(|_| Problem::internal())?;
    Ok(described["errors"].as_array_mut().map(std::mem::take).unwrap_or_default())
}
