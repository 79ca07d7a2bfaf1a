//! The thermometer of a medicine, as a drawing and in words.

use serde_json::{Value, json};

use super::{format, messages::say, relative_time};
use crate::{
    draw::{
        Theme,
        thermometer::{Level, Shown, Thermometer},
    },
    http::Language,
};

/// `data` of `show_thermometer`: one card a channel.
pub fn of(reading: &Value, language: Language) -> Value {
    let others = reading["other_channels"].as_array().into_iter().flatten();
    let cards = std::iter::once(reading).chain(others).enumerate();
    cards.filter_map(|(at, reading)| card(reading, language, Theme::Page, &format!("thermometer{at}"))).collect()
}

/// `None` for a group without this product.
fn card(reading: &Value, language: Language, theme: Theme, id: &str) -> Option<Value> {
    let product = reading["products"].get(0)?;
    let level = if reading["no_comparators"] == true { "alone" } else { reading["level"].as_str()? };
    let svg = draw(reading, product, (level, false), language, theme, id)?;
    Some(json!({
        "svg": svg, "level": level, "channel": reading["channel"], "n": reading["n"], "price": product["price"]["amount"],
        "unit": reading["unit"], "concentration": reading["concentration"], "list": reading["list"],
        "prices": reading["products"].as_array().map_or(0, Vec::len),
    }))
}

/// The drawing alone: of the first card. It leaves this site, so it says itself when its data are invented.
pub fn image(reading: &Value, is_sample: bool, language: Language, theme: Theme) -> Option<String> {
    let product = reading["products"].get(0)?;
    let level = if reading["no_comparators"] == true { "alone" } else { reading["level"].as_str()? };
    draw(reading, product, (level, is_sample), language, theme, "thermometer")
}

fn draw(
    reading: &Value,
    product: &Value,
    (level, is_sample): (&str, bool),
    language: Language,
    theme: Theme,
    id: &str,
) -> Option<String> {
    let shown = |money: &Value| {
        let text = money["amount"].as_str()?;
        Some(Shown { amount: text.parse().ok()?, text: format::unit_price(text, language) })
    };
    let marks = ["min", "p25", "p50", "p75", "max"].map(|mark| shown(&reading[mark]));
    let [Some(min), Some(p25), Some(p50), Some(p75), Some(max)] = marks else { return None };
    let (price, word) = (shown(&product["price"])?, say(language, &format!("{}{level}", "level."), &[]));
    let brand = product["brand"].as_str().map(format::title_case).unwrap_or_default();
    let channel = say(
        language,
        if reading["channel"] == "institutional" { "thermometer.institutional" } else { "thermometer.commercial" },
        &[],
    );
    let unit = format!("{}, {}", reading["concentration"].as_str()?, reading["unit"].as_str()?);
    let list = &reading["list"];
    let list_age = if list["day_known"] == true {
        say(
            language,
            "thermometer.age",
            &[("ago", relative_time::ago(language, list["age_days"].as_i64()?, list["cut_date"].as_str()?))],
        )
    } else {
        say(language, "thermometer.age_unknown", &[])
    };
    let count = reading["n"].to_string();
    let mut notes = vec![
        say(language, if level == "alone" { "thermometer.alone" } else { "thermometer.count" }, &[("n", count.clone())]),
        channel.clone(),
        unit,
        list_age,
    ];
    let invented = is_sample.then(|| say(language, "sample.drawing", &[]));
    notes.extend(invented.clone());
    let values = [("brand", brand), ("price", price.text.clone()), ("level", word.clone()), ("n", count), ("channel", channel)];
    let title = [invented.map(|invented| invented + ". "), Some(say(language, "thermometer.title", &values))];
    let title: String = title.into_iter().flatten().collect();
    let description = if level == "alone" {
        say(language, "thermometer.alone_description", &values)
    } else {
        let more = [("p25", p25.text.clone()), ("p50", p50.text.clone()), ("p75", p75.text.clone())];
        say(language, "thermometer.description", &[&values[..], &more].concat())
    };
    let parts = ["low", "normal", "high"].map(|part| say(language, &format!("{}{part}", "level."), &[]));
    let drawing = Thermometer {
        title: &title,
        description: &description,
        level: match level {
            "low" => Level::Low,
            "high" => Level::High,
            "normal" => Level::Normal,
            _ => Level::Alone,
        },
        word: &word,
        price,
        marks: [min, p25, p50, p75, max],
        parts: [&parts[0], &parts[1], &parts[2]],
        notes: &notes,
    };
    Some(drawing.draw(theme, id))
}
