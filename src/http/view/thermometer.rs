//! The thermometer of a medicine, as a drawing and in words.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{format, messages::say, relative_time};
use crate::{
    domain::calendar::freshness::{AGE_LIMITS, Colour},
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
    let svg = draw(reading, product, false, language, theme, id)?;
    Some(json!({
        "svg": svg, "level": level(reading), "channel": reading["channel"], "n": reading["n"], "price": product["price"]["amount"],
        "unit": reading["unit"], "concentration": reading["concentration"], "list": reading["list"], "placed": reading["placed"],
        "prices": reading["products"].as_array().map_or(0, Vec::len), "old": is_old(&reading["list"]),
    }))
}

/// The price of the first card and where it stands, without a drawing.
pub fn summary(reading: &Value) -> Option<Value> {
    let product = reading["products"].get(0)?;
    Some(json!({
        "level": level(reading), "n": reading["n"], "price": product["price"]["amount"], "unit": reading["unit"], "channel": reading["channel"],
    }))
}

/// `alone`, `few`, or what the API says.
fn level(reading: &Value) -> &str {
    if reading["no_comparators"] == true {
        "alone"
    } else if reading["few_comparators"] == true {
        "few"
    } else {
        reading["level"].as_str().unwrap_or("alone")
    }
}

/// A list that the page of data no longer calls up to date.
fn is_old(list: &Value) -> bool {
    let limit = AGE_LIMITS.iter().find(|limit| limit.kind == "thermometer");
    let age = list["age_days"].as_i64().and_then(|days| i32::try_from(days).ok());
    list["day_known"] == true && limit.zip(age).is_some_and(|(limit, age)| age >= 0 && limit.colour(age) != Colour::Green)
}

/// A group without a product of its own: the drawing points at its median, and the sentence says its quartiles.
pub fn of_group(reading: &Value, language: Language) -> Option<Value> {
    let all_marks = marks(reading, language)?;
    let (level, code, sentence) = if reading["no_comparators"] == true {
        (Level::Alone, "alone", "group.alone")
    } else if reading["few_comparators"] == true {
        (Level::Few, "few", "group.few")
    } else {
        (Level::Normal, "median", "group.quartiles")
    };
    let mut values = vec![("n", reading["n"].to_string()), ("channel", channel(reading, language))];
    values.extend(["min", "p25", "p50", "p75", "max"].into_iter().zip(&all_marks).map(|(name, mark)| (name, mark.text.clone())));
    let sentence = say(language, sentence, &values);
    let names = ["concentration", "unit"].map(|name| (name, reading[name].as_str().unwrap_or_default().to_owned()));
    let title = say(language, "group.title", &names);
    let word = say(language, &format!("{}{code}", "level."), &values[..1]);
    let parts = parts(language);
    let notes = notes(reading, code, language)?;
    let drawing = Thermometer {
        title: &title,
        description: &sentence,
        level,
        word: &word,
        price: shown(&reading["p50"], language)?,
        marks: all_marks,
        all: &prices(reading),
        typed: None,
        parts: [&parts[0], &parts[1], &parts[2]],
        notes: &notes,
    };
    let svg = drawing.draw(Theme::Page, "group");
    Some(json!({ "svg": svg, "sentence": sentence, "old": is_old(&reading["list"]) }))
}

/// The drawing alone: of the first card. It leaves this site, so it says itself when its data are invented.
pub fn image(reading: &Value, is_sample: bool, language: Language, theme: Theme) -> Option<String> {
    draw(reading, reading["products"].get(0)?, is_sample, language, theme, "thermometer")
}

/// Every price of the group, in pesos.
fn prices(reading: &Value) -> Vec<Decimal> {
    let all = [&reading["products"], &reading["comparators"]].into_iter().filter_map(Value::as_array).flatten();
    all.filter_map(|one| one["price"]["amount"].as_str()?.parse().ok()).collect()
}

fn channel(reading: &Value, language: Language) -> String {
    let key = if reading["channel"] == "institutional" { "thermometer.institutional" } else { "thermometer.commercial" };
    say(language, key, &[])
}

/// How many prices, whose, of what and how old.
fn notes(reading: &Value, level: &str, language: Language) -> Option<Vec<String>> {
    let list = &reading["list"];
    let age = if list["day_known"] == true {
        let ago = relative_time::ago(language, list["age_days"].as_i64()?, list["cut_date"].as_str()?);
        say(language, "thermometer.age", &[("ago", ago)])
    } else {
        say(language, "thermometer.age_unknown", &[])
    };
    let counted = |key| say(language, key, &[("n", reading["n"].to_string())]);
    let count = match level {
        "alone" => counted("thermometer.alone"),
        "few" => counted("thermometer.few"),
        "median" => counted("group.count"),
        _ => counted("thermometer.count"),
    };
    let unit = format!("{}, {}", reading["concentration"].as_str()?, reading["unit"].as_str()?);
    Some(vec![count, channel(reading, language), unit, age])
}

fn shown(money: &Value, language: Language) -> Option<Shown> {
    let text = money["amount"].as_str()?;
    Some(Shown { amount: text.parse().ok()?, text: format::unit_price(text, language) })
}

/// Minimum, quartiles and maximum.
fn marks(reading: &Value, language: Language) -> Option<[Shown; 5]> {
    let marks = ["min", "p25", "p50", "p75", "max"].map(|mark| shown(&reading[mark], language));
    let [Some(min), Some(p25), Some(p50), Some(p75), Some(max)] = marks else { return None };
    Some([min, p25, p50, p75, max])
}

/// What the parts of the bar are called.
fn parts(language: Language) -> [String; 3] {
    ["low", "normal", "high"].map(|part| say(language, &format!("{}{part}", "level."), &[]))
}

fn draw(reading: &Value, product: &Value, is_sample: bool, language: Language, theme: Theme, id: &str) -> Option<String> {
    let level = level(reading);
    let [min, p25, p50, p75, max] = marks(reading, language)?;
    let price = shown(&product["price"], language)?;
    let word = say(language, &format!("{}{level}", "level."), &[("n", reading["n"].to_string())]);
    let brand = product["brand"].as_str().map(format::title_case).unwrap_or_default();
    let invented = is_sample.then(|| say(language, "sample.drawing", &[]));
    let channel = channel(reading, language);
    let mut notes = notes(reading, level, language)?;
    notes.extend(invented.clone());
    let count = reading["n"].to_string();
    let values = [("brand", brand), ("price", price.text.clone()), ("level", word.clone()), ("n", count), ("channel", channel)];
    let title = if level == "few" { "thermometer.few_title" } else { "thermometer.title" };
    let title = [invented.map(|invented| invented + ". "), Some(say(language, title, &values))];
    let title: String = title.into_iter().flatten().collect();
    let marks = [("p25", &p25), ("p50", &p50), ("p75", &p75), ("min", &min), ("max", &max)];
    let more: Vec<(&str, String)> = marks.into_iter().map(|(name, mark)| (name, mark.text.clone())).collect();
    let description = match level {
        "alone" => "thermometer.alone_description",
        "few" => "thermometer.few_description",
        _ => "thermometer.description",
    };
    let description = say(language, description, &[&values[..], &more[..]].concat());
    let parts = parts(language);
    let typed_name = say(language, "thermometer.typed", &[]);
    let drawing = Thermometer {
        title: &title,
        description: &description,
        level: match level {
            "low" => Level::Low,
            "high" => Level::High,
            "normal" => Level::Normal,
            "few" => Level::Few,
            _ => Level::Alone,
        },
        word: &word,
        price,
        marks: [min, p25, p50, p75, max],
        all: &prices(reading),
        typed: shown(&reading["placed"]["unit_price"], language).map(|typed| (typed, typed_name.as_str())),
        parts: [&parts[0], &parts[1], &parts[2]],
        notes: &notes,
    };
    Some(drawing.draw(theme, id))
}
