//! What is shown of one line beside its verdict: whence its sale and the unit of its price are known, and everything that it was read as.

use serde_json::{Value, json};

use crate::http::{
    Language,
    view::{format, messages::say},
};

/// The line as the API answers it, with the words that the page shows.
pub fn with_words(mut line: Value, language: Language) -> Value {
    let mut known = of_sale(&line["sale"], language);
    known.extend(of_unit(&line["unit_price"], language));
    let candidates = line["candidates"].as_array().map(Vec::as_slice).unwrap_or_default();
    let read: Vec<Value> =
        candidates.iter().map(|one| json!({ "cum": one["cum"], "said": readings(&one["readings"], language) })).collect();
    line["known_from"] = json!(known);
    line["read_as"] = json!(read);
    line
}

fn of_sale(sale: &Value, language: Language) -> Vec<String> {
    let facts = ["channel", "stage", "seller"].map(|name| &sale[name]);
    let mut said: Vec<String> = facts.iter().filter(|fact| fact.is_object()).map(|fact| of_fact(fact, language)).collect();
    if facts.iter().any(|fact| !fact.is_object()) {
        let key = if said.is_empty() { "invoices.any_sale" } else { "invoices.rest_of_sale" };
        said.push(say(language, key, &[]));
    }
    said
}

fn of_fact(fact: &Value, language: Language) -> String {
    let value = say(language, &format!("invoice_fact.{}", text(&fact["value"])), &[]);
    let by = match &fact["actor"] {
        actor @ Value::Object(_) => {
            let whose = format!("{}, NIT {}", text(&actor["name"]), text(&actor["nit"]));
            by_row("actor_table", &whose, actor, language)
        }
        _ => by(text(&fact["by"]), language),
    };
    format!("{value}: {by}.")
}

fn of_unit(price: &Value, language: Language) -> Option<String> {
    let from = price["unit_from"].as_str()?;
    let Some(per) = price["per"].as_str().filter(|_| from != "unit_open") else {
        return Some(say(language, "invoices.any_unit", &[]));
    };
    let unit = say(language, &format!("invoice_per.{per}"), &[]);
    let convention = &price["convention"];
    let known = match &convention["row"] {
        row @ Value::Object(_) => {
            let whose = row["seller"].as_str().map(|nit| format!("NIT {nit}"));
            let kind = row["document_kind"].as_str().map(|kind| say(language, &format!("invoice_kind.{kind}"), &[]));
            let whose: Vec<String> = whose.into_iter().chain(kind).collect();
            by_row("convention_table", &whose.join(", "), row, language)
        }
        _ => by(convention["by"].as_str().unwrap_or(from), language),
    };
    Some(format!("{unit}: {known}."))
}

fn by(code: &str, language: Language) -> String {
    say(language, &format!("invoice_by.{code}"), &[])
}

/// With the row of the table, its days and its source.
fn by_row(table: &str, whose: &str, row: &Value, language: Language) -> String {
    let day = |name: &str| row[name].as_str().map(|day| format::day(day, language));
    let from = day("valid_from").unwrap_or_default();
    let days = match day("valid_until") {
        Some(until) => say(language, "invoices.row_until", &[("from", from), ("until", until)]),
        None => say(language, "invoices.row_from", &[("from", from)]),
    };
    format!("{} ({whose}; {days}; {})", by(table, language), text(&row["citation"]))
}

/// One sentence for each; the same in every sale is said once.
fn readings(readings: &Value, language: Language) -> Vec<String> {
    let mut said = Vec::new();
    for reading in readings.as_array().into_iter().flatten() {
        let mut parts = vec![say(language, &format!("invoice_per.{}", text(&reading["per"])), &[])];
        parts.push(match reading["transaction"].as_str() {
            Some(code) => say(language, "invoices.transaction", &[("code", code.to_owned())]),
            None => say(language, "invoices.counter", &[]),
        });
        parts.push(say(language, &format!("invoice_fact.{}", text(&reading["seller"])), &[]));
        if reading["price"] != "stated" {
            parts.push(say(language, &format!("invoice_price.{}", text(&reading["price"])), &[]));
        }
        let verdict = say(language, &format!("verdict.{}", text(&reading["verdict"])), &[]);
        let excess = reading["excess_percent"].as_str().map(|excess| format!(" ({})", format::excess(excess, language)));
        said.push(format!("{}: {verdict}{}", parts.join(", "), excess.unwrap_or_default()));
    }
    said
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_said_with_its_source_and_what_is_not_was_judged_in_every_way() {
        let actor = json!({ "nit": "860002964-4", "name": "DISTRIBUIDORA", "valid_from": "2019-01-01", "valid_until": null, "citation": "Contrato 12" });
        let row = json!({ "seller": "860002964-4", "document_kind": "invoice", "valid_from": "2019-01-01", "valid_until": "2021-01-01", "citation": "Acta 3" });
        let said = |line: Value| {
            let line = with_words(line, Language::Spanish);
            line["known_from"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let of_table = said(json!({
            "sale": { "stage": { "value": "secondary", "by": "actor_table", "actor": actor } },
            "unit_price": { "per": "pack", "unit_from": "source_convention", "convention": { "by": "convention_table", "row": row } },
        }));
        for part in ["DISTRIBUIDORA, NIT 860002964-4", "Contrato 12", "Acta 3", "NIT 860002964-4, "] {
            assert!(of_table.contains(part), "{part}: {of_table}");
        }
        let open = said(json!({ "unit_price": { "per": null, "unit_from": "unit_open" } }));
        let [any_sale, any_unit] = ["invoices.any_sale", "invoices.any_unit"].map(|key| say(Language::Spanish, key, &[]));
        assert_eq!(open, format!("{any_sale} {any_unit}"));
        for by in ["unit_stated", "line_total", "request", "settled_reading", "actor_table", "convention_table"] {
            for language in [Language::Spanish, Language::English] {
                assert_ne!(super::by(by, language), format!("invoice_by.{by}"));
            }
        }
    }
}
