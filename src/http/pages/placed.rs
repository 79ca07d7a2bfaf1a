//! The first answer to a price: where it stands among the others of the list, with the calculation.

use serde_json::{Value, json};

use super::verdict::TypedPrice;
use crate::http::{
    Language,
    view::{format, messages::say, relative_time},
};

/// `cards` as `view::thermometer` makes them, `null` without any. Of the channel of the sale, where the list has it.
pub fn of(cards: &Value, typed: &TypedPrice, language: Language) -> Value {
    let all = cards.as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(card) = all.iter().find(|card| card["channel"] == typed.channel).or(all.first()) else {
        return json!({ "level": null, "sentences": [say(language, "placed.not_listed", &[])] });
    };
    let placed = &card["placed"];
    let level = match (placed["level"].as_str(), placed["reason"].as_str()) {
        (Some(_), Some(_)) => Some("few"),
        (level, _) => level,
    };
    let word = level.map(|level| say(language, &format!("{}{level}", "placed.level_"), &[("n", card["n"].to_string())]));
    json!({ "level": level, "word": word, "sentences": sentences(card, typed.per, language) })
}

fn sentences(card: &Value, per: &str, language: Language) -> Vec<String> {
    let placed = &card["placed"];
    let sentences = [calculation(placed, per, language), comparison(card, language), age(card, language)];
    sentences.into_iter().flatten().collect()
}

/// How the price of a pack becomes that of a unit.
fn calculation(placed: &Value, per: &str, language: Language) -> Option<String> {
    let pesos = |money: &Value| Some(format::unit_price(money["amount"].as_str()?, language));
    let (Some(price), Some(unit_price)) = (pesos(&placed["price"]), pesos(&placed["unit_price"])) else {
        return Some(say(language, "placed.no_units", &[]));
    };
    let units = placed["units"].as_str().filter(|units| per == "pack" && *units != "1")?;
    let units = format::number(units, language);
    Some(say(language, "placed.calculation", &[("price", price), ("units", units), ("unit_price", unit_price)]))
}

fn comparison(card: &Value, language: Language) -> Option<String> {
    let placed = &card["placed"];
    if placed["unit_price"].is_null() {
        return None;
    }
    if placed["reason"] == "no_comparators" {
        return Some(say(language, "placed.alone", &[]));
    }
    let channel = if card["channel"] == "institutional" { "thermometer.institutional" } else { "thermometer.commercial" };
    let values = [
        ("n", card["n"].to_string()),
        ("cheaper", placed["cheaper"].to_string()),
        ("dearer", placed["dearer"].to_string()),
        ("channel", say(language, channel, &[])),
    ];
    Some(say(language, "placed.among", &values))
}

/// Only of a list that is too old for its prices to be those of today.
fn age(card: &Value, language: Language) -> Option<String> {
    let list = &card["list"];
    let ago = || Some(relative_time::ago(language, list["age_days"].as_i64()?, list["cut_date"].as_str()?));
    (card["old"] == true).then(ago)?.map(|ago| say(language, "thermometer.old", &[("ago", ago)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(per: &'static str) -> TypedPrice {
        TypedPrice { amount: "60000".to_owned(), per, channel: "commercial", stage: "final" }
    }

    fn card(n: u32, level: Value, reason: Value) -> Value {
        let money = |amount: &str| json!({ "amount": amount });
        json!([{ "channel": "commercial", "n": n, "old": true, "list": { "age_days": 700, "cut_date": "2025-01-29" },
            "placed": { "price": money("60000.00"), "units": "30", "unit_price": money("2000.00"), "level": level, "reason": reason,
                "cheaper": 5, "dearer": 1 } }])
    }

    #[test]
    fn a_pack_is_brought_to_a_unit_and_stands_among_the_others() {
        let answer = of(&card(7, json!("high"), Value::Null), &typed("pack"), Language::Spanish);
        assert_eq!(answer["level"], "high");
        let lines: Vec<&str> = answer["sentences"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].contains("$\u{a0}60.000") && lines[0].contains("30") && lines[0].contains("$\u{a0}2.000"), "{lines:?}");
        assert!(lines[1].contains('7') && lines[1].contains('5'), "{lines:?}");
        assert!(lines[2].contains("1 año"), "{lines:?}");
        let by_unit = of(&card(7, json!("high"), Value::Null), &typed("dispensing_unit"), Language::English);
        assert_eq!(by_unit["sentences"].as_array().unwrap().len(), 2, "nothing to divide");
    }

    #[test]
    fn what_cannot_be_compared_has_no_level() {
        let few = of(&card(2, json!("high"), json!("few_comparators")), &typed("pack"), Language::Spanish);
        assert_eq!(few["level"], "few");
        let alone = of(&card(1, Value::Null, json!("no_comparators")), &typed("pack"), Language::Spanish);
        assert!(alone["level"].is_null() && alone["sentences"].as_array().unwrap().len() == 3);
        let not_listed = of(&Value::Null, &typed("pack"), Language::English);
        assert!(not_listed["level"].is_null() && not_listed["sentences"].as_array().unwrap().len() == 1);
    }
}
