//! The evidence of a case as a page says it: of each report the price that was found above its ceiling, with its words and its worksheet.

use serde_json::{Value, json};

/// Of each report its number, where it stands, the price that the excess was worked out from, and what its verdict says and rests on.
pub fn findings(file: &Value) -> Vec<Value> {
    let rows = file["evidence"].as_array().into_iter().flatten();
    rows.map(|row| {
        let which = &row["excess"]["price"];
        let price = row["prices"].as_array().into_iter().flatten().find(|price| price["which"] == *which);
        json!({
            "number": row["number"], "source": row["source"], "reported": row["reported"], "which": which, "excess": row["excess"],
            "words": price.map(|price| &price["words"]), "worksheet": price.map(|price| &price["worksheet"]),
            "digest": row["basis"]["digest"],
        })
    })
    .collect()
}

/// What the seller said, the oldest first.
pub fn replies(file: &Value) -> Vec<&Value> {
    file["history"].as_array().into_iter().flatten().filter(|event| event["kind"] == "reply").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_of_the_price_that_the_excess_was_worked_out_from() {
        let price = |which: &str| json!({ "which": which, "words": { "explanation": which } });
        let row = json!({ "number": 1, "prices": [price("minimum"), price("average")], "excess": { "price": "average" } });
        let file = json!({ "evidence": [row], "history": [{ "kind": "opened" }, { "kind": "reply", "text": "no" }] });
        assert_eq!(findings(&file)[0]["words"]["explanation"], "average");
        assert_eq!(replies(&file), [&json!({ "kind": "reply", "text": "no" })]);
    }
}
