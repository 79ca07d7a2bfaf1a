//! The law for one medicine, by place of sale: at the counter, in a hospital, elsewhere.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    domain::number::{amount, exact},
    http::{Language, view::format},
};

/// `data` of `show_medicine`.
pub fn of(medicine: &Value, language: Language) -> Value {
    let place = |channel, stage| place(medicine, channel, stage, language);
    json!({
        "counter": place("commercial", "final"),
        "hospital": place("institutional", "final"),
        "places": PLACES.map(|(channel, stage)| place(channel, stage)),
    })
}

const PLACES: [(&str, &str); 6] = [
    ("commercial", "final"),
    ("institutional", "final"),
    ("institutional", "secondary"),
    ("institutional", "primary"),
    ("commercial", "secondary"),
    ("commercial", "primary"),
];

/// `state` is `bound`, `free` or `unknown`: what is not known is never called free.
fn place(medicine: &Value, channel: &str, stage: &str, language: Language) -> Value {
    let here = |list: &str| {
        let mut all = medicine[list].as_array().into_iter().flatten();
        all.find(|one| one["channel"] == channel && one["stage"] == stage)
    };
    let name = format!("{channel}.{stage}");
    if let Some(ceiling) = here("ceilings") {
        return json!({
            "name": name, "state": "bound", "why": null, "ceiling": ceiling, "stated": ceiling["stated"],
            "steps": steps(ceiling, medicine), "most": most(ceiling), "explanation": format::explained(ceiling, language),
        });
    }
    match here("not_bound") {
        Some(free) if free["state"] != "cannot_compare" => {
            let sample = free["reason"] == "medical_sample";
            let why = if sample { &free["reason"] } else { &free["state"] };
            json!({ "name": name, "state": "free", "why": why, "stated": free["stated"] })
        }
        Some(unknown) => {
            let reference = &unknown["reference"];
            let said = json!({ "explanation": unknown["explanation"], "financing": reference["financing"] });
            json!({
                "name": name, "state": "unknown", "why": null, "stated": null, "explanation": format::explained(&said, language),
                "reason": unknown["reason"], "reference": reference, "most": most(reference),
            })
        }
        None => json!({
            "name": name, "state": "unknown", "why": null, "stated": null, "explanation": null, "reference": null, "most": null,
        }),
    }
}

fn number(value: &Value) -> Option<Decimal> {
    value.as_str()?.parse().ok()
}

/// With what an IPS may add.
fn most(ceiling: &Value) -> Option<String> {
    let most = exact::sum(number(&ceiling["amount"]["amount"])?, number(&ceiling["ips_margin"]["amount"])?)?;
    Some(amount::display(most))
}

/// How the pack's ceiling follows from the unit's, where it does.
fn steps(ceiling: &Value, medicine: &Value) -> Value {
    let derived = ceiling["basis"] == "derived_from_unit_price";
    let margin = number(&ceiling["ips_margin"]["amount"]).is_some_and(|margin| !margin.is_zero());
    json!({
        "derived": derived,
        "unit_price": ceiling["unit_price"]["amount"], "unit": ceiling["regulated_unit"],
        "units": medicine["regulated_units_per_pack"], "margin": margin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_for_a_hospital_has_its_margin_too() {
        let reference = json!({ "amount": { "amount": "33052.00" }, "ips_margin": { "amount": "2313.64" } });
        let stale = |channel: &str, stage: &str, margin: &str| {
            let mut reference = reference.clone();
            reference["ips_margin"]["amount"] = json!(margin);
            json!({ "channel": channel, "stage": stage, "state": "cannot_compare", "reason": "ceiling_list_out_of_date",
                "explanation": "Too old.", "reference": reference })
        };
        let medicine =
            json!({ "not_bound": [stale("institutional", "final", "2313.64"), stale("institutional", "primary", "0.00")] });
        let law = of(&medicine, Language::English);
        assert_eq!((&law["hospital"]["most"], &law["places"][3]["most"]), (&json!("35365.64"), &json!("33052.00")));
        assert_eq!((&law["counter"]["state"], &law["counter"]["most"]), (&json!("unknown"), &Value::Null));
    }
}
