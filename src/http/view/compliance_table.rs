//! Who had to report and how they stand, as pages show it: counted, filtered, and so many rows at once.

use serde_json::{Value, json};

use crate::domain::calendar::reporting_period::Timeliness;

const SHOWN_AT_ONCE: usize = 100;

/// What a reader chose.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChosenRows<'a> {
    /// Of these only; empty for all.
    pub standing: &'a str,
    /// From 1, as it stands in the address.
    pub page: &'a str,
}

/// The values of `compliance_table.html`, from an answer of `show_compliance`.
pub fn values(answer: &Value, chosen: ChosenRows<'_>) -> Value {
    let all: Vec<&Value> = answer["data"].as_array().into_iter().flatten().collect();
    let is_of = |row: &&&Value, standing: &str| standing.is_empty() || row["standing"] == standing;
    let rows: Vec<&Value> = all.iter().filter(|row| is_of(row, chosen.standing)).copied().collect();
    let codes = std::iter::once("").chain(Timeliness::ALL.iter().map(|standing| standing.code()));
    let states: Vec<Value> = codes
        .map(|code| {
            let count = all.iter().filter(|row| is_of(row, code)).count();
            json!({ "code": code, "count": count, "chosen": code == chosen.standing })
        })
        .collect();
    let pages = rows.len().div_ceil(SHOWN_AT_ONCE).max(1);
    let page = chosen.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let shown: Vec<&Value> = rows.into_iter().skip((page - 1) * SHOWN_AT_ONCE).take(SHOWN_AT_ONCE).collect();
    let unconfirmed = answer["rules"].as_array().into_iter().flatten().any(|rule| rule["confirmed"] == false);
    json!({
        "rows": shown, "states": states, "standing": chosen.standing, "page": page, "pages": pages, "period": answer["period"],
        "unconfirmed": unconfirmed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_filtered_and_cut() {
        let row = |at: usize| json!({ "nit": at, "standing": if at.is_multiple_of(4) { "silent" } else { "on_time" } });
        let answer = json!({ "data": (0..1000).map(row).collect::<Vec<_>>(), "period": "2026-10", "rules": [] });
        let all = values(&answer, ChosenRows::default());
        assert_eq!((all["states"][0]["count"].as_u64(), all["rows"].as_array().map(Vec::len)), (Some(1000), Some(100)));
        let silent = values(&answer, ChosenRows { standing: "silent", page: "3" });
        assert_eq!((silent["pages"].as_u64(), silent["rows"].as_array().map(Vec::len)), (Some(3), Some(50)));
        assert_eq!(silent["rows"][0]["nit"], 800);
        let beyond = values(&answer, ChosenRows { standing: "late", page: "9" });
        assert_eq!((beyond["page"].as_u64(), beyond["rows"].as_array().map(Vec::len)), (Some(1), Some(0)));
    }
}
