//! The page of one comparison group of the thermometer: its drawing, its quartiles, and its products with the cheapest first.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::http::{
    App, Problem, Request, api,
    request::query::encode,
    view::{
        call_operation::{OperationInput, ask},
        frame::Page,
        thermometer,
    },
};

/// What the page calls a group by, and what the API does.
const PAGE_NAMES: [&str; 3] = ["concentracion", "unidad", "canal"];
const API_NAMES: [&str; 3] = ["concentration", "unit", "channel"];
const CHANNELS: [&str; 2] = ["institutional", "commercial"];
/// Registrations of one page whose presentations are searched for: more than any published group has.
const LINKED_MAX: usize = 200;
const PRESENTATIONS_MAX: &str = "20";

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let [concentration, unit, channel] = PAGE_NAMES.map(|name| request.query_pairs.get(name).unwrap_or_default());
    if concentration.is_empty() || unit.is_empty() || !CHANNELS.contains(&channel) {
        let what = format!("{concentration} / {unit} / {channel}");
        return Err(Problem::not_found(("el grupo del termómetro", "thermometer group"), what));
    }
    let query = [("concentration", concentration), ("unit", unit), ("channel", channel)];
    let question = OperationInput { path: &[], query: &query };
    let answer = ask(&app, &request, api::medicines::show_thermometer_group::handler, question).await?;
    let group = &answer["data"];
    let products = linked(&app, &request, group).await?;
    let content = json!({
        "group": group, "products": products, "reading": thermometer::of_group(group, request.language),
        "page_query": query_of(group, PAGE_NAMES), "data_query": query_of(group, API_NAMES),
    });
    Ok(Page { template: "group.html", content })
}

/// The group as the list writes it, in these parameters.
fn query_of(group: &Value, names: [&str; 3]) -> String {
    let values = API_NAMES.map(|member| group[member].as_str().unwrap_or_default());
    let pairs = names.into_iter().zip(values).map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The products, each with a CUM of its registration where there is one.
async fn linked(app: &App, request: &Request, group: &Value) -> Result<Vec<Value>, Problem> {
    let mut products = group["comparators"].as_array().cloned().unwrap_or_default();
    let mut known: BTreeMap<i64, Option<String>> = BTreeMap::new();
    for product in &mut products {
        let Some(expediente) = product["expediente"].as_i64() else { continue };
        let cum = match known.get(&expediente) {
            Some(cum) => cum.clone(),
            None if known.len() < LINKED_MAX => presentation(app, request, expediente).await?,
            None => None,
        };
        product["cum"] = json!(cum);
        known.insert(expediente, cum);
    }
    Ok(products)
}

/// The CUM of a registration: of a presentation that is sold, where one is.
async fn presentation(app: &App, request: &Request, expediente: i64) -> Result<Option<String>, Problem> {
    let code = expediente.to_string();
    let question = OperationInput { path: &[], query: &[("q", &code), ("limit", PRESENTATIONS_MAX)] };
    let answer = ask(app, request, api::medicines::list_medicines::handler, question).await?;
    Ok(sold_first(&answer["data"], &code))
}

/// A search for a registration also finds longer numbers that begin so.
fn sold_first(found: &Value, expediente: &str) -> Option<String> {
    let cum = |one: &Value| one["cum"].as_str().map(str::to_owned);
    let is_of = |one: &&Value| one["cum"].as_str().and_then(|cum| cum.split('-').next()) == Some(expediente);
    let own: Vec<&Value> = found.as_array().into_iter().flatten().filter(is_of).collect();
    let sold = own.iter().copied().find(|one| one["active"] != false && one["medical_sample"] != true);
    sold.or(own.first().copied()).and_then(cum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_leads_to_a_presentation_that_is_sold() {
        let found = json!([
            { "cum": "1234567-1", "active": true, "medical_sample": false },
            { "cum": "12345-1", "active": false, "medical_sample": false },
            { "cum": "12345-2", "active": true, "medical_sample": true },
            { "cum": "12345-3", "active": null, "medical_sample": false },
        ]);
        assert_eq!(sold_first(&found, "12345").as_deref(), Some("12345-3"));
        assert_eq!(sold_first(&json!([found[1]]), "12345").as_deref(), Some("12345-1"), "what is not sold is better than none");
        assert_eq!(sold_first(&found, "123456"), None);
    }

    #[test]
    fn the_address_of_a_group_is_as_the_list_writes_it() {
        let group = json!({ "concentration": "Ácido 5 mg/ml & más", "unit": "Tableta", "channel": "commercial" });
        let expected = "concentracion=%C3%81cido%205%20mg%2Fml%20%26%20m%C3%A1s&unidad=Tableta&canal=commercial";
        assert_eq!(query_of(&group, PAGE_NAMES), expected);
    }
}
