//! "Check the price I was asked": the question as a person puts it, and the answer of `check_price`.

use serde_json::{Value, json};

use crate::{
    domain::reason::Reason,
    http::{
        App, Language, Problem, Request, api,
        view::{
            call_operation::{OperationInput, ask},
            format,
            messages::say,
            parse_amount,
        },
        wire::verdicts::explanation::reason_text,
    },
};

/// Which sale, as the form names it: channel and stage.
pub(super) const SALES: [(&str, &str, &str); 4] = [
    ("mostrador", "commercial", "final"),
    ("hospital", "institutional", "final"),
    ("mayorista", "institutional", "secondary"),
    ("laboratorio", "institutional", "primary"),
];
pub(super) const UNITS: [(&str, &str); 2] = [("caja", "pack"), ("unidad", "dispensing_unit")];

/// The price that was typed, in digits as the API wants them, what it is for, and the sale.
pub struct TypedPrice {
    pub amount: String,
    pub per: &'static str,
    pub channel: &'static str,
    pub stage: &'static str,
}

fn given<'a>(request: &'a Request, name: &str) -> &'a str {
    request.query_pairs.get(name).unwrap_or_default()
}

/// `None` where nothing was typed, or nothing that can be read.
pub fn typed(request: &Request) -> Option<TypedPrice> {
    let (sale, unit) = (given(request, "venta"), given(request, "por"));
    let amount = parse_amount::amount(given(request, "precio"))?;
    let (_, channel, stage) = SALES.into_iter().find(|(name, ..)| *name == sale).unwrap_or(SALES[0]);
    let per = UNITS.into_iter().find(|(name, _)| *name == unit).map_or("pack", |(_, per)| per);
    Some(TypedPrice { amount, per, channel, stage })
}

/// The content of the form, and the answer to its question.
pub async fn of(app: &App, request: &Request, cum: &str) -> Result<Value, Problem> {
    let given = |name| given(request, name);
    let (typed_price, date) = (given("precio"), given("fecha"));
    let form = json!({ "precio": typed_price, "venta": given("venta"), "por": given("por"), "fecha": date });
    if typed_price.trim().is_empty() {
        return Ok(json!({ "form": form, "state": "none" }));
    }
    let Some(TypedPrice { amount: price, per, channel, stage }) = typed(request) else {
        return Ok(json!({ "form": form, "state": "not_read" }));
    };
    let query = [("cum", cum), ("amount", &price), ("per", per), ("date", date), ("channel", channel), ("stage", stage)];
    match ask(app, request, api::verdicts::check_price::handler, OperationInput { path: &[], query: &query }).await {
        Ok(answer) => Ok(json!({
            "form": form, "state": "answered", "read_as": price, "sale": format!("{channel}.{stage}"), "verdict": answer["data"],
            "first": first(&answer["data"], request.language), "sentences": sentences(&answer["data"], request.language),
            "readings": readings(&answer["data"], request.language),
        })),
        // A price or a day that is out of all bounds: the form says so, the page stays.
        Err(problem) if problem.status().is_client_error() => Ok(json!({ "form": form, "state": "not_read" })),
        Err(problem) => Err(problem),
    }
}

/// What stands before the verdict: doubts about the price, and that it may not be sold at all.
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

/// What the price would be by each other reading: within the ceiling, or above it by how much.
fn readings(verdict: &Value, language: Language) -> Vec<String> {
    verdict["other_readings"].as_array().into_iter().flatten().filter_map(|reading| one_reading(reading, language)).collect()
}

fn one_reading(reading: &Value, language: Language) -> Option<String> {
    let as_if = match reading["per"].as_str()? {
        "pack" => say(language, "check.as_pack", &[]),
        "dispensing_unit" => say(language, "check.as_unit", &[]),
        other => say(language, "check.as_pack_of", &[("n", other.rsplit(' ').next().unwrap_or_default().to_owned())]),
    };
    let mut values = vec![("as_if", as_if), ("most", format::pesos(reading["ceiling_amount"].as_str()?, language))];
    Some(match reading["excess_percent"].as_str() {
        Some(percent) => {
            values.push(("percent", format::excess(percent, language)));
            say(language, "check.reading_above", &values)
        }
        None => say(language, "check.reading_within", &values),
    })
}

/// Where nothing was compared: no figure stands in what the API says, but perhaps a day.
fn unjudged(verdict: &Value, language: Language) -> Vec<String> {
    let financing = &verdict["reference_comparison"]["ceiling"]["financing"];
    let said = json!({ "explanation": verdict["explanation"], "financing": financing });
    format::explained(&said, language).into_iter().collect()
}

/// The answer in figures as people write them; where nothing was compared, what the API says.
fn sentences(verdict: &Value, language: Language) -> Vec<String> {
    let ceiling = &verdict["ceiling"];
    let (Some(amount), Some(act)) = (ceiling["amount"].as_str(), ceiling["act"].as_str()) else {
        return unjudged(verdict, language);
    };
    let mut values = vec![("most", format::pesos(amount, language)), ("act", format::the_act(&format::act(act), language))];
    let mut sentences = match (verdict["verdict"].as_str(), verdict["excess_percent"].as_str()) {
        (Some("above"), Some(percent)) => {
            values.push(("percent", format::excess(percent, language)));
            vec![say(language, "check.above", &values)]
        }
        (Some("within"), _) => vec![say(language, "check.within", &values)],
        _ => return unjudged(verdict, language),
    };
    let others = reasons(verdict).filter(|reason| !FIRST.contains(reason));
    sentences.extend(others.map(|reason| reason_text(reason, language).to_owned()));
    sentences.extend(format::explained(
        &json!({ "explanation": ceiling["financing"]["explanation"], "financing": ceiling["financing"] }),
        language,
    ));
    if verdict["explained_by_rounding"] == true {
        sentences.push(say(language, "check.rounding", &[]));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_says_whether_the_price_would_be_within() {
        let verdict = json!({ "other_readings": [
            { "per": "pack", "verdict": "within", "ceiling_amount": "73251.01", "ratio": "0.87" },
            { "per": "pack of 5", "verdict": "above", "excess_percent": "3.9356", "ceiling_amount": "165259.98", "ratio": "1.04" },
            { "per": "dispensing_unit", "verdict": "above", "excess_percent": "0.0000", "ceiling_amount": "165259.98", "ratio": "1.00" },
        ] });
        let text = |words: &[String]| words.iter().map(|words| words.replace('\u{a0}', " ")).collect::<Vec<_>>();
        assert_eq!(
            text(&readings(&verdict, Language::Spanish)),
            [
                "Si el precio es por la caja completa, no supera el máximo, que es $ 73.251,01 por caja.",
                "Si el precio es por la caja de 5 unidades, supera el máximo en 3,9 %; ese máximo es $ 165.259,98 por caja.",
                "Si el precio es por una unidad (pastilla, ampolla…), supera el máximo en < 0,1 %; ese máximo es $ 165.259,98 por caja.",
            ]
        );
        assert_eq!(
            text(&readings(&verdict, Language::English))[0],
            "If the price is for the whole pack, it is within the maximum, which is COP 73,251.01 per pack."
        );
    }
}
