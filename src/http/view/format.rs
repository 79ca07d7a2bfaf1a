//! Formats amounts, percentages, days and names for each language. It calculates nothing but the last digit shown.

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::messages::say;
use crate::{domain::law::act, http::Language};

/// `33052.00` is `$ 33.052`, and `COP 33,052` in English; centavos only where there are any.
pub fn pesos(amount: &str, language: Language) -> String {
    let (sign, amount) = amount.strip_prefix('-').map_or(("", amount), |rest| ("−", rest));
    let text = number(amount, language);
    match language {
        Language::Spanish => format!("{sign}$\u{a0}{text}"),
        Language::English => format!("{sign}COP\u{a0}{text}"),
    }
}

/// A price per unit, which may have many decimals: two of them, half-up, unless that would say nothing.
pub fn unit_price(amount: &str, language: Language) -> String {
    let Ok(value) = amount.parse::<Decimal>() else { return pesos(amount, language) };
    let shown = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    if shown.is_zero() { pesos(amount, language) } else { pesos(&shown.to_string(), language) }
}

/// Digits in groups of three; zeros behind the point go when all are zero.
pub fn number(text: &str, language: Language) -> String {
    let (group, point) = if language == Language::Spanish { ('.', ',') } else { (',', '.') };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("−", rest));
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(group);
        }
        out.push(digit);
    }
    if places.bytes().any(|digit| digit != b'0') {
        let trimmed = places.trim_end_matches('0');
        out.push(point);
        out.push_str(trimmed);
        if trimmed.len() == 1 && places.len() > 1 {
            out.push('0');
        }
    }
    out
}

/// The title of an act by its key, where only the key is at hand: `circular-10-2020` is `Circular 10 de 2020`.
pub fn act(id: &str) -> String {
    act::printed(id).unwrap_or_else(|| id.to_owned())
}

/// An act's title inside a sentence, with its article in Spanish where its kind is known: `la Circular 10 de 2020`.
pub fn the_act(title: &str, language: Language) -> String {
    const FEMININE: [&str; 5] = ["Circular", "Resolución", "Resolucion", "Ley", "Decisión"];
    let kind = title.split_whitespace().next().unwrap_or_default();
    match language {
        Language::English => title.to_owned(),
        Language::Spanish if FEMININE.contains(&kind) => format!("la {title}"),
        Language::Spanish => format!("«{title}»"),
    }
}

/// The size of a file: kB and MB of a thousand and a million bytes, with one decimal where it says something.
pub fn size(bytes: i64, language: Language) -> String {
    let (unit, name) = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")]
        .into_iter()
        .find(|(unit, _)| bytes >= *unit)
        .unwrap_or((1, "bytes"));
    let tenths = (bytes.saturating_mul(10) + unit / 2) / unit;
    let text = if tenths >= 100 || unit == 1 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
    format!("{}\u{a0}{name}", number(&text, language))
}

/// One decimal, half-up; the API has four.
pub fn percent(text: &str, language: Language) -> String {
    let Ok(value) = text.parse::<Decimal>() else { return text.to_owned() };
    let shown = value.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize();
    // A value above zero must not be shown as zero.
    if shown.is_zero() && !value.is_zero() {
        return format!("< {}\u{a0}%", number("0.1", language));
    }
    format!("{}\u{a0}%", number(&shown.to_string(), language))
}

/// By how much something is above: the API rounds to four decimals, and an excess is never none.
pub fn excess(text: &str, language: Language) -> String {
    let is_none = text.parse::<Decimal>().is_ok_and(|value| value.is_zero());
    percent(if is_none { "0.0001" } else { text }, language)
}

/// `explanation` of what the API says, with the day of `financing` written as the pages write days.
pub fn explained(said: &Value, language: Language) -> Option<String> {
    let text = said["explanation"].as_str()?;
    Some(match said["financing"]["day"].as_str() {
        Some(iso) => text.replace(iso, &day(iso, language)),
        None => text.to_owned(),
    })
}

/// `2020-03-28` is `28 de marzo de 2020`; a month or an instant likewise, as far as it says.
pub fn day(date: &str, language: Language) -> String {
    let mut parts = date.get(..10).unwrap_or(date).split('-');
    let (Some(year), Some(month)) = (parts.next(), parts.next()) else { return date.to_owned() };
    let name = say(language, &format!("{}{month}", "month."), &[]);
    match (parts.next().map(|day| day.trim_start_matches('0')), language) {
        (Some(day), Language::Spanish) => format!("{day} de {name} de {year}"),
        (Some(day), Language::English) => format!("{day} {name} {year}"),
        (None, Language::Spanish) => format!("{name} de {year}"),
        (None, Language::English) => format!("{name} {year}"),
    }
}

/// The day in Colombia of an instant, as `2026-11-23`; anything else stays as it is.
pub fn day_in_colombia(instant: &str) -> String {
    let zone = TimeZone::fixed(Offset::constant(-5));
    let at: Option<Timestamp> = instant.parse().ok();
    at.map_or_else(|| instant.to_owned(), |at| at.to_zoned(zone).date().to_string())
}

/// A name in capitals as people write it: `DOLEX FORTE 500 MG` is `Dolex Forte 500 mg`. What is not all capitals stays.
pub fn title_case(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(&one_word(word, at == 0));
    }
    out
}

const SMALL: &[&str] = &["DE", "DEL", "LA", "EL", "LOS", "LAS", "Y", "EN", "POR", "CON", "PARA", "X", "A", "AL", "O"];
const UNITS: &[&str] = &["MG", "G", "ML", "MCG", "UI", "KG", "L", "%"];

fn one_word(word: &str, first: bool) -> String {
    if word.contains('/') {
        let parts: Vec<String> = word.split('/').map(|part| one_word(part, first)).collect();
        return parts.join("/");
    }
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if UNITS.contains(&bare) && bare != "UI" || (SMALL.contains(&bare) && !first) {
        return word.to_lowercase();
    }
    // Abbreviations (S.A.S., UI) and codes with digits stay.
    if bare == "UI" || bare.contains('.') || bare.chars().any(|c| c.is_ascii_digit()) {
        return word.to_owned();
    }
    let mut start = true;
    word.chars()
        .map(|c| {
            let shown = if start { c.to_string() } else { c.to_lowercase().collect() };
            start = if c.is_alphanumeric() { false } else { c != '\'' };
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Spanish};

    #[test]
    fn amounts_are_grouped() {
        assert_eq!(pesos("33052.00", Spanish), "$\u{a0}33.052");
        assert_eq!(pesos("1234567.50", English), "COP\u{a0}1,234,567.50");
        assert_eq!(pesos("-378.0796", Spanish), "−$\u{a0}378,0796");
        assert_eq!([number("999", Spanish), number("1000", Spanish)], ["999", "1.000"]);
    }

    #[test]
    fn sizes_are_round() {
        let sizes = [(512, "512"), (1_500, "1,5"), (48_211_034, "48"), (5_640_000, "5,6"), (2_000_000_000, "2")];
        for (bytes, text) in sizes {
            assert!(size(bytes, Spanish).starts_with(&format!("{text}\u{a0}")), "{}", size(bytes, Spanish));
        }
        assert_eq!(size(1_500, English), "1.5\u{a0}kB");
    }

    #[test]
    fn unit_prices_are_shown_to_the_centavo() {
        assert_eq!(unit_price("210.6845238", Spanish), "$\u{a0}210,68");
        assert_eq!(unit_price("-99.575", English), "−COP\u{a0}99.58");
        assert_eq!(unit_price("235.00", Spanish), "$\u{a0}235");
        assert_eq!(unit_price("0.0042", Spanish), "$\u{a0}0,0042");
    }

    #[test]
    fn a_small_percentage_is_not_shown_as_none() {
        assert_eq!(percent("419.6781", Spanish), "419,7\u{a0}%");
        assert_eq!(percent("0.0300", English), "< 0.1\u{a0}%");
        assert_eq!(percent("0.0000", English), "0\u{a0}%");
        assert_eq!(percent("-13.6500", Spanish), "−13,7\u{a0}%");
    }

    #[test]
    fn an_excess_is_never_none() {
        assert_eq!([excess("0.0000", Spanish), excess("419.6781", English)], ["< 0,1\u{a0}%", "419.7\u{a0}%"]);
    }

    #[test]
    fn the_day_of_a_list_is_written_as_days_are_here() {
        let text = "By the benefit plan's list “x_20260724.csv” of 2026-07-24: it is financed.";
        let said = serde_json::json!({ "explanation": text, "financing": { "day": "2026-07-24" } });
        let expected = "By the benefit plan's list “x_20260724.csv” of 24 July 2026: it is financed.";
        assert_eq!(explained(&said, English).as_deref(), Some(expected));
        assert_eq!(explained(&serde_json::json!({ "explanation": null }), English), None);
    }

    #[test]
    fn days_have_their_months_names() {
        assert_eq!(day("2020-03-08", Spanish), "8 de marzo de 2020");
        assert_eq!(day("2026-11-23T15:58:04Z", English), "23 November 2026");
        assert_eq!(day("2026-04", Spanish), "abril de 2026");
        assert_eq!(day_in_colombia("2026-12-01T04:30:00Z"), "2026-11-30");
    }

    #[test]
    fn names_are_not_shouted() {
        assert_eq!(title_case("DOLEX FORTE 500 MG"), "Dolex Forte 500 mg");
        assert_eq!(title_case("CAJA POR 20 TABLETAS EN 2 BLISTER"), "Caja por 20 Tabletas en 2 Blister");
        assert_eq!(title_case("LABORATORIOS LAPROFF S.A.S."), "Laboratorios Laproff S.A.S.");
        assert_eq!(title_case("Losartan 50 mg"), "Losartan 50 mg");
        assert_eq!(title_case("INSULINA 100 UI/ML"), "Insulina 100 UI/ml");
    }
}
