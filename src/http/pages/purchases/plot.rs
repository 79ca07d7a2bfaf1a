//! The strip plot of a market's lines by quarter, and the same as rows of a table.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::quarter::days_of;
use crate::{
    domain::{
        calendar::period::parse_date,
        number::{amount, percentile},
        purchases::indicators::Quarter,
    },
    draw::{
        Theme,
        strip::{Strip, StripPlot},
    },
    http::{
        Language,
        view::{format, messages::say},
    },
};

/// `null` where no line that counts has a price for a regulated unit. Prices of one unit alone are drawn: those of most lines.
pub fn of(lines: &[Value], language: Language) -> Value {
    let mut units: BTreeMap<&str, BTreeMap<Quarter, Vec<Decimal>>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["counts"] == true) {
        let day = line["ordered_on"].as_str().and_then(|day| parse_date(day).ok());
        let price = line["regulated_price"].as_str().and_then(|price| price.parse().ok());
        if let (Some(day), Some(price), Some(unit)) = (day, price, line["regulated_unit"].as_str()) {
            units.entry(unit).or_default().entry(Quarter::of(day)).or_default().push(price);
        }
    }
    let of_unit = |quarters: &BTreeMap<Quarter, Vec<Decimal>>| quarters.values().map(Vec::len).sum::<usize>();
    let Some((unit, quarters)) = units.into_iter().max_by_key(|(_, quarters)| of_unit(quarters)) else { return Value::Null };
    let count = of_unit(&quarters);
    let strips: Vec<Strip> = quarters
        .into_iter()
        .map(|(quarter, mut prices)| {
            prices.sort_unstable();
            Strip { name: quarter.to_string(), median: percentile::quartile(&prices, 2), prices }
        })
        .collect();
    let written = |price: Decimal| format::unit_price(&amount::plain(price), language);
    let unit_text = say(language, "market.per", &[("unit", unit.to_owned())]);
    let plot = StripPlot {
        title: &say(language, "purchase.plot", &[]),
        description: &say(
            language,
            "purchase.plot_what",
            &[("lines", count.to_string()), ("quarters", strips.len().to_string())],
        ),
        unit: &unit_text,
        key: &say(language, "purchase.plot_key", &[]),
        strips: &strips,
        written: &written,
    };
    let row = |strip: &Strip| {
        let shown = |price: Option<&Decimal>| price.map(|price| written(*price));
        json!({
            "quarter": strip.name, "days": days_of(&strip.name), "lines": strip.prices.len(), "least": shown(strip.prices.first()),
            "median": shown(strip.median.as_ref()), "most": shown(strip.prices.last()),
        })
    };
    json!({ "svg": plot.draw(Theme::Page, "strip"), "unit": unit, "rows": strips.iter().map(row).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(day: &str, price: &str, unit: &str, counts: bool) -> Value {
        json!({ "ordered_on": day, "regulated_price": price, "regulated_unit": unit, "counts": counts })
    }

    #[test]
    fn quarters_are_apart_and_what_does_not_count_is_not_drawn() {
        let lines = [
            line("2024-01-05", "10", "mg", true),
            line("2024-03-31", "30", "mg", true),
            line("2024-04-01", "50", "mg", true),
            line("2024-04-02", "9999", "mg", false),
            line("2024-04-02", "7", "UI", true),
        ];
        let plot = of(&lines, Language::Spanish);
        assert_eq!((plot["rows"].as_array().unwrap().len(), &plot["unit"]), (2, &json!("mg")));
        assert_eq!((&plot["rows"][0]["quarter"], &plot["rows"][0]["lines"]), (&json!("2024-Q1"), &json!(2)));
        assert!(!plot["svg"].as_str().unwrap().contains("9999"));
        assert!(of(&[], Language::English).is_null());
    }
}
