//! What a search found, presentation by presentation, shown as products: one card for each registration.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::http::{
    App, Problem, Request, api,
    request::query::encode,
    view::{
        call_operation::{OperationInput, ask, if_known},
        thermometer,
    },
};

/// Presentations that are read: the longest page of the API.
const READ_MAX: &str = "1000";
const SHOWN_MAX: usize = 20;
/// Presentations of one product that its card names beside the first; its registration finds all of them.
const NAMED_MAX: usize = 12;
/// So few products show all their presentations at once.
const OPEN_MAX: usize = 3;
/// Thermometers that are read at the same time.
const READ_TOGETHER: usize = 4;

/// `null` for an empty search.
pub async fn of(app: &App, request: &Request, words: &str) -> Result<Value, Problem> {
    if words.is_empty() {
        return Ok(Value::Null);
    }
    let question = OperationInput { path: &[], query: &[("q", words), ("limit", READ_MAX)] };
    let answer = ask(app, request, api::medicines::list_medicines::handler, question).await?;
    let found = answer["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    let products = folded(found);
    let [forms, strengths] = ["form", "strength"].map(|field| choices(&products, field));
    let parameter = |name| request.query_pairs.get(name).unwrap_or_default().trim();
    let (form, strength) = (parameter("forma"), parameter("concentracion"));
    let wanted = |product: &Value| {
        [("form", form), ("strength", strength)].iter().all(|(field, text)| text.is_empty() || product[*field] == *text)
    };
    let chosen: Vec<Value> = products.into_iter().filter(wanted).collect();
    let total = chosen.len();
    let open = total <= OPEN_MAX;
    let presentations: usize = chosen.iter().map(|product| presentations(product).len()).sum();
    let start = parameter("desde").parse::<usize>().unwrap_or_default().min(total);
    let end = start.saturating_add(SHOWN_MAX).min(total);
    let shown = chosen.into_iter().skip(start).take(SHOWN_MAX);
    let cards: Vec<Value> =
        stream::iter(shown.map(|product| card(app, request, product, open))).buffered(READ_TOGETHER).try_collect().await?;
    let next = (end < total).then(|| {
        let (q, form, strength) = (encode(words), encode(form), encode(strength));
        format!("/?q={q}&forma={form}&concentracion={strength}&desde={end}")
    });
    Ok(json!({
        "meta": answer["meta"], "products": cards, "open": open, "from": start + 1, "to": end, "total": total, "presentations": presentations,
        "more": !answer["meta"]["next_cursor"].is_null(), "next": next, "form": form, "strength": strength,
        "forms": forms, "strengths": strengths,
    }))
}

/// Products in the order of their best presentation: one registration in one form and strength.
fn folded(found: &[Value]) -> Vec<Value> {
    let mut products: Vec<Value> = Vec::new();
    let mut places: HashMap<[String; 3], usize> = HashMap::new();
    for medicine in found {
        let text = |field: &str| medicine[field].as_str().unwrap_or_default().to_owned();
        let cum = text("cum");
        let expediente = cum.split('-').next().unwrap_or_default().to_owned();
        let place = *places.entry([expediente.clone(), text("form"), text("strength")]).or_insert_with(|| {
            let mut product = medicine.clone();
            product["expediente"] = json!(expediente);
            product["presentations"] = json!([]);
            products.push(product);
            products.len() - 1
        });
        let Some(product) = products.get_mut(place) else { continue };
        if medicine["regulated"] == true {
            product["regulated"] = json!(true);
        }
        if let Some(all) = product["presentations"].as_array_mut() {
            let sold = medicine["active"] != false && medicine["medical_sample"] != true;
            all.push(json!({ "cum": cum, "description": medicine["description"], "sold": sold }));
        }
    }
    products.iter_mut().for_each(sold_first);
    products
}

/// What is sold stands first, and is what the product is known by.
fn sold_first(product: &mut Value) {
    let Some(all) = product["presentations"].as_array_mut() else { return };
    all.sort_by_key(|one| one["sold"] != true);
    let first = all.first().cloned().unwrap_or_default();
    (product["cum"], product["description"]) = (first["cum"].clone(), first["description"].clone());
}

fn presentations(product: &Value) -> &[Value] {
    product["presentations"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The values of a field; none where there is no choice.
fn choices<'a>(products: &'a [Value], field: &str) -> Vec<String> {
    let values: BTreeSet<&'a str> = products.iter().filter_map(|product| product[field].as_str()).collect();
    if values.len() > 1 { values.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

/// With the price and its level where the thermometer has the registration.
async fn card(app: &App, request: &Request, mut product: Value, all_named: bool) -> Result<Value, Problem> {
    let cum = product["cum"].as_str().unwrap_or_default().to_owned();
    let question = OperationInput { path: &[("cum", &cum)], query: &[] };
    let reading = if_known(ask(app, request, api::medicines::show_thermometer::handler, question).await)?;
    product["thermometer"] = json!(reading.and_then(|reading| thermometer::summary(&reading["data"])));
    let others = presentations(&product).iter().skip(1);
    let named: Vec<&Value> = others.take(if all_named { usize::MAX } else { NAMED_MAX }).collect();
    (product["others"], product["count"]) = (json!(named), json!(presentations(&product).len()));
    Ok(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn medicine(cum: &str, form: &str, strength: &str) -> Value {
        json!({ "cum": cum, "form": form, "strength": strength, "description": cum, "regulated": cum == "7-3" })
    }

    #[test]
    fn a_presentation_that_is_sold_stands_before_one_that_is_not() {
        let mut ended = medicine("7-1", "tableta", "50 mg");
        ended["active"] = json!(false);
        let products = folded(&[ended, medicine("7-2", "tableta", "50 mg")]);
        assert_eq!((products.len(), &products[0]["cum"], &products[0]["description"]), (1, &json!("7-2"), &json!("7-2")));
    }

    #[test]
    fn presentations_of_a_registration_are_one_product_where_its_best_one_stands() {
        let found = [
            medicine("7-1", "tableta", "50 mg"),
            medicine("9-1", "tableta", "50 mg"),
            medicine("7-3", "tableta", "50 mg"),
            medicine("7-2", "jarabe", "50 mg"),
        ];
        let products = folded(&found);
        let seen: Vec<(Vec<&str>, bool)> = products
            .iter()
            .map(|product| {
                let cums = presentations(product).iter().filter_map(|one| one["cum"].as_str()).collect();
                (cums, product["regulated"] == true)
            })
            .collect();
        assert_eq!(seen, [(vec!["7-1", "7-3"], true), (vec!["9-1"], false), (vec!["7-2"], false)]);
        assert_eq!(choices(&products, "form"), ["jarabe", "tableta"]);
        assert_eq!(choices(&products, "strength"), Vec::<String>::new());
    }
}
