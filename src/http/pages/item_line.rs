//! "What does this line say?": a line of an invoice as a person pastes it, with what was read of it and what follows.

use serde_json::{Map, Value, json};

use super::verdict::{SALES, UNITS};
use crate::http::{
    App, Problem, Request,
    api::verdicts::read_item_texts::{self, ItemTexts},
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
        parse_amount,
    },
};

const FIELDS: [&str; 8] = ["texto", "codigo", "precio", "por", "cantidad", "total", "venta", "fecha"];

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let form: Map<String, Value> = FIELDS.iter().map(|name| ((*name).to_owned(), Value::from(given(&request, name)))).collect();
    let mut content = json!({ "form": form, "state": "none", "line": Value::Null, "stretches": [] });
    if given(&request, "texto").is_empty() {
        return Ok(Page { template: "item_line.html", content });
    }
    content["state"] = json!("not_read");
    let texts = item(&request).and_then(|item| serde_json::from_value::<ItemTexts>(json!({ "items": [item] })).ok());
    if let Some(texts) = texts {
        let operation = |app, request| read_item_texts::answered(app, request, texts.clone());
        match ask(&app, &request, operation, OperationInput { path: &[], query: &[] }).await {
            Ok(answer) => {
                let line = &answer["data"][0];
                content["stretches"] = stretches(given(&request, "texto"), &line["tokens"]);
                content["line"] = line.clone();
                content["state"] = json!("answered");
            }
            // A day out of all bounds: the form says so, the page stays.
            Err(problem) if problem.status().is_client_error() => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(Page { template: "item_line.html", content })
}

fn given<'a>(request: &'a Request, name: &str) -> &'a str {
    request.query_pairs.get(name).unwrap_or_default().trim()
}

/// The line as the API takes it; `None` where a figure cannot be read.
fn item(request: &Request) -> Option<Value> {
    let mut item = json!({ "text": given(request, "texto") });
    for (field, member) in [("codigo", "code"), ("fecha", "date")] {
        if !given(request, field).is_empty() {
            item[member] = json!(given(request, field));
        }
    }
    for (field, member) in [("precio", "price"), ("cantidad", "quantity"), ("total", "line_total")] {
        if !given(request, field).is_empty() {
            item[member] = json!(parse_amount::amount(given(request, field))?);
        }
    }
    if let Some((_, unit)) = UNITS.iter().find(|(name, _)| *name == given(request, "por")) {
        item["unit"] = json!(unit);
    }
    if let Some((_, channel, stage)) = SALES.iter().find(|(name, ..)| *name == given(request, "venta")) {
        item["channel"] = json!(channel);
        item["stage"] = json!(stage);
    }
    Some(item)
}

/// The whole text in stretches: those that were read have a kind.
pub(super) fn stretches(text: &str, tokens: &Value) -> Value {
    let letters: Vec<char> = text.chars().collect();
    let piece =
        |from: usize, to: usize| letters.get(from..to).map(|letters| letters.iter().collect::<String>()).unwrap_or_default();
    let place =
        |token: &Value, name: &str| token[name].as_u64().and_then(|place| usize::try_from(place).ok()).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    for token in tokens.as_array().into_iter().flatten() {
        let (start, end) = (place(token, "start"), place(token, "end"));
        if start > at {
            found.push(json!({ "text": piece(at, start), "kind": Value::Null }));
        }
        found.push(json!({ "text": piece(start, end), "kind": token["kind"] }));
        at = end;
    }
    if at < letters.len() {
        found.push(json!({ "text": piece(at, letters.len()), "kind": Value::Null }));
    }
    Value::Array(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stretches_are_the_whole_text() {
        let tokens = json!([{ "start": 0, "end": 5, "kind": "ingredient" }, { "start": 6, "end": 10, "kind": "strength" }]);
        let found = stretches("ácido 5 mg x", &tokens);
        let text: String = found.as_array().unwrap().iter().filter_map(|one| one["text"].as_str()).collect();
        assert_eq!(text, "ácido 5 mg x");
        assert_eq!(
            (&found[0]["kind"], &found[1]["kind"], &found[2]["text"]),
            (&json!("ingredient"), &Value::Null, &json!("5 mg"))
        );
    }
}
