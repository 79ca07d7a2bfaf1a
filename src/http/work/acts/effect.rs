//! The effect of a draft as a page shows it: with the names of products instead of codes, and its totals first.

use serde_json::{Value, json};

/// Of each kind of change; the API has up to 1,000.
const CHANGES_SHOWN_MAX: usize = 200;
/// In the order in which they are shown.
const KINDS: [&str; 4] = ["raised", "lowered", "added", "removed"];
/// How the lists join the parts of a name.
const JOINT: &str = " - ";

/// The answer of a preview, its changes with `product`, `what` and `holder`, and `totals`.
pub fn readable(mut effect: Value) -> Value {
    for kind in KINDS {
        if let Some(rows) = effect[kind].as_array_mut() {
            rows.truncate(CHANGES_SHOWN_MAX);
            rows.iter_mut().for_each(name);
        }
    }
    let totals = KINDS.into_iter().chain(["unchanged"]);
    let totals = totals
        .map(|kind| json!({ "kind": kind, "presentations": effect["presentations"][kind], "ceilings": effect["counts"][kind] }));
    effect["totals"] = totals.collect();
    effect
}

/// `LANTUS - Insulina glargina 300UI/3ml - Líquido - Inyectable x 1 - SANOFI`: the product, what it is and how it is packed, and whose it is.
fn name(row: &mut Value) {
    let description = row["description"].as_str().unwrap_or_default().to_owned();
    let parts: Vec<&str> = description.split(JOINT).map(str::trim).collect();
    let (product, what, holder) = match parts.as_slice() {
        [product, what @ .., holder] if !what.is_empty() => (*product, what.join(JOINT), *holder),
        _ => (description.as_str(), String::new(), ""),
    };
    for (member, text) in [("product", product), ("what", what.as_str()), ("holder", holder)] {
        row[member] = text.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(description: &Value) -> [String; 3] {
        let mut row = json!({ "cum": "19914312-20", "description": description });
        name(&mut row);
        ["product", "what", "holder"].map(|member| row[member].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_description_is_taken_apart_where_it_has_all_parts() {
        let whole = "LANTUS - Insulina glargina 300UI/3ml (100UI/1ml) - Líquido - Inyectable x 1 - SANOFI".into();
        let what = "Insulina glargina 300UI/3ml (100UI/1ml) - Líquido - Inyectable x 1";
        assert_eq!(named(&whole), ["LANTUS", what, "SANOFI"]);
        assert_eq!(named(&"LANTUS - SANOFI".into()), ["LANTUS - SANOFI", "", ""]);
        assert_eq!(named(&Value::Null), ["", "", ""]);
    }

    #[test]
    fn totals_come_in_the_order_of_the_tables() {
        let counts = json!({ "added": 1, "removed": 2, "raised": 3, "lowered": 4, "unchanged": 5 });
        let effect = readable(json!({ "counts": counts, "presentations": counts, "raised": [], "added": [], "removed": [] }));
        let totals: Vec<_> = effect["totals"].as_array().unwrap().iter().map(|one| one["ceilings"].as_u64().unwrap()).collect();
        assert_eq!(totals, [3, 4, 1, 2, 5]);
    }
}
