//! The page of one medicine: whether its price is low, normal or high, whether a ceiling binds, and the price of equivalents.

use hyper::StatusCode;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    complaint, history, legal, market, placed,
    verdict::{self, TypedPrice},
};
use crate::{
    draw::qr,
    http::{
        App, Problem, Request, api,
        values::identifiers::Cum,
        view::{
            call_operation::{OperationInput, ask, if_known},
            frame::{Page, address},
            messages::say,
            savings, thermometer,
        },
    },
};

const EQUIVALENTS_SHOWN: usize = 12;
const EQUIVALENTS_LIMIT: &str = "200";
/// Rows of the longest page, and so of a file that a page links to.
const PAGE: &str = "1000";
/// Of prices: twenty thousand rows are more than any medicine has.
const PAGES_MAX: usize = 20;

pub async fn show(app: App, request: Request) -> Result<Page, Problem> {
    let typed = verdict::typed(&request);
    let mut content = content(&app, &request, typed.as_ref()).await?;
    let cum = content["medicine"]["cum"].as_str().unwrap_or_default().to_owned();
    let path = [("cum", cum.as_str())];
    let (prices, more_prices) = prices(&app, &request, &path).await?;
    // In the channel with a thermometer price, so that a saving can be shown.
    let channel = content["thermometer"][0]["channel"].as_str().unwrap_or("commercial").to_owned();
    let query = [("limit", EQUIVALENTS_LIMIT), ("channel", channel.as_str())];
    let equivalents =
        ask(&app, &request, api::medicines::list_equivalents::handler, OperationInput { path: &path, query: &query }).await?;
    content["more_prices"] = json!(more_prices);
    content["more_equivalents"] = json!(more_equivalents(&app, &request, &path, &channel, &equivalents).await?);
    content["history"] = history::of(&prices, &content["medicine"], request.language);
    content["check"] = verdict::of(&app, &request, &cum).await?;
    content["placed"] = json!(typed.map(|typed| placed::of(&content["thermometer"], &typed, request.language)));
    content["letter"] = json!(complaint::of(&content, &request));
    content["equivalents"] = equivalent(&equivalents["data"], &request, &cum);
    content["vital"] = vital(&app, &request, &cum).await?;
    content["market_listed"] = json!(market_listed(&app, &request, &content["medicine"]["market"]).await?);
    content["equivalents_channel"] = json!(channel);
    content["month_days"] = json!(savings::DAYS_OF_A_MONTH);
    content["por_dia"] = json!(request.query_pairs.get("por_dia").unwrap_or_default());
    Ok(Page { template: "medicine.html", content })
}

/// All months of a medicine, and whether they are more than the first page, which is what a file holds.
async fn prices(app: &App, request: &Request, path: &[(&str, &str)]) -> Result<(Value, bool), Problem> {
    let (mut all, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let query = [("limit", PAGE), ("cursor", cursor.as_str())];
        let mut page = ask(app, request, api::medicines::list_prices::handler, OperationInput { path, query: &query }).await?;
        all.append(page["data"].as_array_mut().unwrap_or(&mut Vec::new()));
        pages += 1;
        match page["meta"]["next_cursor"].as_str().filter(|_| pages < PAGES_MAX) {
            Some(next) => cursor = next.to_owned(),
            None => return Ok((Value::from(all), pages > 1)),
        }
    }
}

/// The newest authorisation of the same IUM, else of the same names of ingredients; null where there is none.
async fn vital(app: &App, request: &Request, cum: &str) -> Result<Value, Problem> {
    let question = OperationInput { path: &[], query: &[("cum", cum), ("limit", "1")] };
    let mut found = ask(app, request, api::medicines::list_vital_authorisations::handler, question).await?;
    Ok(found.pointer_mut("/data/0").map(Value::take).unwrap_or_default())
}

/// Whether its market has a page.
async fn market_listed(app: &App, request: &Request, market: &Value) -> Result<bool, Problem> {
    let Some(market) = market.as_str() else { return Ok(false) };
    Ok(market::find(app, request, market).await?.is_some())
}

/// Whether there are more than a file holds.
async fn more_equivalents(
    app: &App,
    request: &Request,
    path: &[(&str, &str)],
    channel: &str,
    first: &Value,
) -> Result<bool, Problem> {
    if first["meta"]["next_cursor"].is_null() {
        return Ok(false);
    }
    let query = [("limit", PAGE), ("channel", channel)];
    let page = ask(app, request, api::medicines::list_equivalents::handler, OperationInput { path, query: &query }).await?;
    Ok(!page["meta"]["next_cursor"].is_null())
}

/// For paper.
pub async fn sheet(app: App, request: Request) -> Result<Page, Problem> {
    let mut content = content(&app, &request, None).await?;
    let page = address(&request).map(|address| address.trim_end_matches("/hoja").to_owned());
    let title = say(request.language, "sheet.qr", &[]);
    content["page"] = json!(page);
    content["qr"] = json!(page.and_then(|page| qr::draw(&page, &title, "qr")));
    Ok(Page { template: "sheet.html", content })
}

async fn content(app: &App, request: &Request, typed: Option<&TypedPrice>) -> Result<Value, Problem> {
    let Cum(cum) = request.path("cum")?;
    let cum = cum.to_string();
    let path = OperationInput { path: &[("cum", &cum)], query: &[] };
    let medicine = ask(app, request, api::medicines::show_medicine::handler, path).await?;
    let reading = thermometer_with(app, request, &cum, typed).await?;
    let data = &medicine["data"];
    let thermometer = reading.map(|reading| thermometer::of(&reading["data"], request.language));
    Ok(json!({
        "medicine": data, "meta": medicine["meta"], "legal": legal::of(data, request.language), "json_ld": json_ld(data, &thermometer), "thermometer": thermometer,
    }))
}

/// With the typed price among the others, where it is a price at all: the form says so where it is none.
async fn thermometer_with(app: &App, request: &Request, cum: &str, typed: Option<&TypedPrice>) -> Result<Option<Value>, Problem> {
    let path = [("cum", cum)];
    let operation = api::medicines::show_thermometer::handler;
    if let Some(typed) = typed {
        let query = [("amount", typed.amount.as_str()), ("per", typed.per)];
        match ask(app, request, operation, OperationInput { path: &path, query: &query }).await {
            Err(problem) if problem.status() == StatusCode::BAD_REQUEST => {}
            outcome => return if_known(outcome),
        }
    }
    if_known(ask(app, request, operation, OperationInput { path: &path, query: &[] }).await)
}

/// One card a product: its packs have one price a unit. Other packs of the same product are no equivalents, and samples are not sold.
fn equivalent(list: &Value, request: &Request, cum: &str) -> Value {
    let units = request.query_pairs.get("por_dia").and_then(savings::units_a_day);
    let with_month = |one: &Value| {
        let mut one = one.clone();
        let month = units.zip(one["saving"].as_str()).and_then(|(units, saving)| savings::of_a_month(saving, units));
        let dearer = one["saving"].as_str().is_some_and(|saving| saving.starts_with('-'));
        let same = one["saving"].as_str().and_then(|saving| saving.parse().ok()).is_some_and(|saving: Decimal| saving.is_zero());
        one["month"] = json!(month);
        one["same"] = json!(same);
        one["dearer"] = json!(dearer);
        one
    };
    let product = |cum: &str| cum.split('-').next().unwrap_or_default().to_owned();
    let (own, mut shown) = (product(cum), Vec::<Value>::new());
    let sold = list.as_array().into_iter().flatten().filter(|one| one["medical_sample"] != true);
    for one in sold.filter(|one| one["cum"].as_str().is_some_and(|other| product(other) != own)) {
        let of = one["cum"].as_str().map(product);
        if let Some(first) = shown.iter_mut().find(|first| first["cum"].as_str().map(product) == of) {
            first["packs"] = json!(first["packs"].as_u64().unwrap_or(1) + 1);
        } else if shown.len() < EQUIVALENTS_SHOWN {
            let mut one = with_month(one);
            one["packs"] = json!(1);
            shown.push(one);
        }
    }
    Value::from(shown)
}

/// schema.org; the offer is the published price of a unit, where a list has one.
fn json_ld(medicine: &Value, thermometer: &Option<Value>) -> Value {
    let mut drug = json!({
        "@context": "https://schema.org", "@type": "Drug", "name": medicine["brand"], "description": medicine["description"],
        "activeIngredient": medicine["ingredients"],
        "identifier": { "@type": "PropertyValue", "propertyID": "CUM", "value": medicine["cum"] },
    });
    let optional = [("dosageForm", "form"), ("administrationRoute", "route")];
    for (name, of) in optional {
        if medicine[of].is_string() {
            drug[name] = medicine[of].clone();
        }
    }
    if medicine["holder"].as_str().is_some_and(|holder| !holder.is_empty()) {
        drug["manufacturer"] = json!({ "@type": "Organization", "name": medicine["holder"] });
    }
    if medicine["atc"].is_string() {
        drug["code"] = json!({ "@type": "MedicalCode", "codingSystem": "ATC", "codeValue": medicine["atc"] });
    }
    if let Some(card) = thermometer.as_ref().and_then(|cards| cards.get(0)) {
        let price = json!({
            "@type": "UnitPriceSpecification", "price": card["price"], "priceCurrency": "COP", "unitText": card["unit"],
        });
        drug["offers"] = json!({ "@type": "Offer", "priceSpecification": price });
    }
    drug
}
