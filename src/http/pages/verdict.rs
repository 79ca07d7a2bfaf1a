//! "Check the price I was asked": the question as a person puts it, and the answer of `check_price`.

use serde_json::{Value, json};

use super::{
    ask::{Question, ask},
    messages::say,
    typed, written,
};
use crate::{
    domain::reason::Reason,
    http::{App, Language, Problem, Request, api, wire::explanation::reason_text},
};

/// Which sale, as the form names it: channel and stage.
const SALES: [(&str, &str, &str); 4] = [
    ("mostrador", "commercial", "final"),
    ("hospital", "institutional", "final"),
    ("mayorista", "institutional", "secondary"),
    ("laboratorio", "institutional", "primary"),
];
const UNITS: [(&str, &str); 2] = [("caja", "pack"), ("unidad", "dispensing_unit")];

/// What stands in the form, and the answer when something was asked.
pub async fn of(app: &App, request: &Request, cum: &str) -> Result<Value, Problem> {
    let given = |name: &str| request.query_pairs.get(name).unwrap_or_default();
    let (typed_price, sale, unit, date) = (given("precio"), given("venta"), given("por"), given("fecha"));
    let form = json!({ "precio": typed_price, "venta": sale, "por": unit, "fecha": date });
    if typed_price.trim().is_empty() {
        return Ok(json!({ "form": form, "state": "none" }));
    }
    let Some(price) = typed::amount(typed_price) else {
        return Ok(json!({ "form": form, "state": "not_read" }));
    };
    let (_, channel, stage) = SALES.into_iter().find(|(name, ..)| *name == sale).unwrap_or(SALES[0]);
    let per = UNITS.into_iter().find(|(name, _)| *name == unit).map_or("pack", |(_, per)| per);
    let query = [("cum", cum), ("amount", &price), ("per", per), ("date", date), ("channel", channel), ("stage", stage)];
    match ask(app, request, api::check_price::handler, Question { path: &[], query: &query }).await {
        Ok(answer) => Ok(json!({
            "form": form, "state": "answered", "read_as": price, "sale": format!("{channel}.{stage}"), "verdict": answer["data"],
            "first": first(&answer["data"], request.language), "told": told(&answer["data"], request.language),
        })),
        // A price or a day that is out of all bounds: the form says so, the page stays.
        Err(problem) if problem.status().is_client_error() => Ok(json!({ "form": form, "state": "not_read" })),
        Err(problem) => Err(problem),
    }
}

/// What stands before the finding: doubts about the price, and that it may not be sold at all.
const FIRST: [Reason; 4] = [Reason::AnotherUnitFits, Reason::ImplausiblyLow, Reason::ImplausiblyHigh, Reason::MedicalSample];

fn reasons(verdict: &Value) -> impl Iterator<Item = Reason> {
    verdict["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str).filter_map(Reason::from_code)
}

fn first(verdict: &Value, language: Language) -> Vec<String> {
    let text = |reason| match reason {
        Reason::AnotherUnitFits => say(language, "check.another_unit", &[]),
        other => reason_text(other, language).to_owned(),
    };
    reasons(verdict).filter(|reason| FIRST.contains(reason)).map(text).collect()
}

/// The answer in figures as people write them; where nothing was compared, what the API says.
fn told(verdict: &Value, language: Language) -> Vec<String> {
    let ceiling = &verdict["ceiling"];
    let (Some(amount), Some(act)) = (ceiling["amount"].as_str(), ceiling["act"].as_str()) else {
        return verdict["explanation"].as_str().map(str::to_owned).into_iter().collect();
    };
    let mut values = vec![("most", written::pesos(amount, language)), ("act", written::the_act(&written::act(act), language))];
    let mut sentences = match (verdict["verdict"].as_str(), verdict["excess_percent"].as_str()) {
        (Some("above"), Some(percent)) => {
            values.push(("percent", written::percent(percent, language)));
            vec![say(language, "check.above", &values)]
        }
        (Some("within"), _) => vec![say(language, "check.within", &values)],
        _ => return verdict["explanation"].as_str().map(str::to_owned).into_iter().collect(),
    };
    let others = reasons(verdict).filter(|reason| !FIRST.contains(reason));
    sentences.extend(others.map(|reason| reason_text(reason, language).to_owned()));
    sentences.extend(ceiling["financing"]["explanation"].as_str().map(str::to_owned));
    if verdict["explained_by_rounding"] == true {
        sentences.push(say(language, "check.rounding", &[]));
    }
    sentences
}
