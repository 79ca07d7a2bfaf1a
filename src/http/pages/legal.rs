//! What the law says of a medicine, in the order in which a person asks: at the counter, in a hospital, elsewhere.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::domain::{amount, exact};

/// `data` of `show_medicine`.
pub fn of(medicine: &Value) -> Value {
    json!({
        "counter": place(medicine, "commercial", "final"),
        "hospital": place(medicine, "institutional", "final"),
        "places": PLACES.map(|(channel, stage)| place(medicine, channel, stage)),
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
fn place(medicine: &Value, channel: &str, stage: &str) -> Value {
    let here = |list: &str| {
        let mut all = medicine[list].as_array().into_iter().flatten();
        all.find(|one| one["channel"] == channel && one["stage"] == stage)
    };
    let name = format!("{channel}.{stage}");
    if let Some(ceiling) = here("ceilings") {
        return json!({
            "name": name, "state": "bound", "why": null, "ceiling": ceiling, "stated": ceiling["stated"],
            "steps": steps(ceiling, medicine), "most": most(ceiling),
        });
    }
    match here("not_bound") {
        Some(free) if free["state"] != "cannot_compare" => {
            let sample = free["reason"] == "medical_sample";
            let why = if sample { &free["reason"] } else { &free["state"] };
            json!({ "name": name, "state": "free", "why": why, "stated": free["stated"] })
        }
        Some(unknown) => json!({
            "name": name, "state": "unknown", "why": null, "stated": null, "explanation": unknown["explanation"],
            "reason": unknown["reason"], "reference": unknown["reference"],
        }),
        None => json!({ "name": name, "state": "unknown", "why": null, "stated": null, "explanation": null, "reference": null }),
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
