//! What the verdict on a line says, in words that can be pasted into an objection: CUM, market, ceiling, margin, act, its article where it is known, and day.
//!
//! Figures are written as the language writes them, with every digit: nothing is rounded here.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{reasons::line_reason, settled::LineSettled};
use crate::{
    domain::{
        calendar::period::Period,
        invoices::line::InvoiceLine,
        law::{act, act_articles::ActArticle},
        number::{amount, exact},
        reason::Reason,
        verdict::{comparison::Per, judge::Verdict},
    },
    http::{base::language::Language, wire::verdicts::reading::Reading},
    read_model::verdicts::invoice_lines::{BindingCeiling, JudgedLine, price_shown, text_of},
};

/// Stands under every file of sentences.
pub fn note(language: Language) -> &'static str {
    match language {
        Language::Spanish => {
            "Esta es una lectura de los datos publicados; prevalecen los actos administrativos. Las listas no dicen el artículo que fija el precio: cítelo del acto."
        }
        Language::English => {
            "This is a reading of the published data; the administrative acts prevail. The lists do not state the article that sets the price: cite it from the act."
        }
    }
}

/// Stands behind every sentence that claims something, because it is pasted alone.
pub fn short_note(language: Language) -> &'static str {
    match language {
        Language::Spanish => "Es una lectura de los datos publicados: prevalecen los actos.",
        Language::English => "This is a reading of the published data: the acts prevail.",
    }
}

pub fn of(line: &InvoiceLine, judged: &JudgedLine, language: Language) -> String {
    let spanish = language == Language::Spanish;
    let said = match (judged.verdict.verdict, &judged.binding) {
        (Verdict::Above, Some(binding)) => above(line, judged, binding, language),
        (Verdict::Within, Some(binding)) => within(line, judged, binding, language),
        (Verdict::Above, None) => {
            let percent =
                judged.verdict.excess_at_least.map(|percent| figure(&amount::percent(percent), language)).unwrap_or_default();
            match spanish {
                true => format!("Sea cual sea la presentación, el precio supera el máximo, al menos en {percent} %."),
                false => format!("Whichever presentation it is, the price is above the ceiling, by {percent} % at least."),
            }
        }
        (Verdict::Within, None) if spanish => "Sea cual sea la presentación, el precio no supera el máximo.".to_owned(),
        (Verdict::Within, None) => "Whichever presentation it is, the price does not exceed the ceiling.".to_owned(),
        (Verdict::NotRegulated, _) if spanish => {
            "Ningún acto fija un precio máximo para lo que dice el renglón en esa fecha.".to_owned()
        }
        (Verdict::NotRegulated, _) => "No act sets a ceiling for what the line says on that date.".to_owned(),
        (Verdict::NoCeilingForThisStage, _) if spanish => "El medicamento tiene precio máximo, pero no en esta venta.".to_owned(),
        (Verdict::NoCeilingForThisStage, _) => "The medicine has a ceiling, but not for this sale.".to_owned(),
        (Verdict::CannotCompare, _) if spanish => "De este renglón no se afirma nada.".to_owned(),
        (Verdict::CannotCompare, _) => "Nothing is claimed of this line.".to_owned(),
    };
    let mut sentences = vec![said];
    sentences.extend(judged.settled.as_deref().map(|settled| LineSettled::new(settled).sentence(language)));
    // Said by the sentence itself, before it says what was found.
    let doubts = judged.binding.as_ref().is_some_and(|binding| !binding.other_readings.is_empty());
    let said = |code: &str| doubts && code == Reason::AnotherUnitFits.code();
    sentences.extend(judged.reasons.iter().filter(|code| !said(code)).map(|code| line_reason(code, language)));
    sentences.join(" ")
}

fn above(line: &InvoiceLine, judged: &JudgedLine, binding: &BindingCeiling, language: Language) -> String {
    let percent = judged.verdict.excess_at_least.map(|percent| figure(&amount::percent(percent), language)).unwrap_or_default();
    let unit = unit_name(binding.per, language);
    let excess = binding.excess_per_unit.map(|excess| pesos(excess, language)).unwrap_or_default();
    let of_line = binding.excess_of_line.map(|excess| pesos(excess, language));
    let at_least = judged.verdict.candidate_count > 1;
    let (price, ceiling) = (price_said(line, judged, binding, language), ceiling_said(binding, language));
    let said = match language {
        Language::Spanish => {
            let least = if at_least { "al menos " } else { "" };
            let of_line = of_line.map(|pesos| format!(", {pesos} en el renglón")).unwrap_or_default();
            format!("El precio facturado, {price}, supera en {least}{percent} % {ceiling}. Exceso: {excess} por {unit}{of_line}.")
        }
        Language::English => {
            let least = if at_least { "at least " } else { "" };
            let of_line = of_line.map(|pesos| format!(", {pesos} for the line")).unwrap_or_default();
            format!("The invoiced price, {price}, is {least}{percent} % above {ceiling}. Excess: {excess} per {unit}{of_line}.")
        }
    };
    let doubts: Vec<String> = binding.other_readings.iter().map(|reading| Reading::new(reading, language).why).collect();
    match (doubts.is_empty(), language) {
        (true, _) => said,
        (false, Language::Spanish) => format!("Pregunte antes de objetar: {}. {said}", doubts.join("; ")),
        (false, Language::English) => format!("Ask before objecting: {}. {said}", doubts.join("; ")),
    }
}

fn within(line: &InvoiceLine, judged: &JudgedLine, binding: &BindingCeiling, language: Language) -> String {
    let (price, ceiling) = (price_said(line, judged, binding, language), ceiling_said(binding, language));
    match language {
        Language::Spanish => format!("El precio facturado, {price}, no supera {ceiling}."),
        Language::English => format!("The invoiced price, {price}, does not exceed {ceiling}."),
    }
}

/// `$ 32.000,00 por unidad de dispensación el 15 de junio de 2020 («CLEXANE…»)`.
fn price_said(line: &InvoiceLine, judged: &JudgedLine, binding: &BindingCeiling, language: Language) -> String {
    let readings = judged.prices.as_ref().map(|prices| prices.readings.as_slice()).unwrap_or_default();
    let amounts: Vec<String> = readings.iter().filter_map(price_shown).map(|amount| pesos(amount, language)).collect();
    let unit = unit_name(binding.per, language);
    let (text, period) = (text_of(line), judged.period.map(|period| period_said(period, language)).unwrap_or_default());
    let several = judged.units.as_ref().is_some_and(|units| units.per.len() > 1);
    match language {
        Language::Spanish => {
            let read_as = if several { "leído como precio por" } else { "por" };
            format!("{} {read_as} {unit} {period} («{text}»)", amounts.join(" y, neto, "))
        }
        Language::English => {
            let read_as = if several { "read as a price per" } else { "per" };
            format!("{} {read_as} {unit} {period} (\"{text}\")", amounts.join(" and, net, "))
        }
    }
}

/// `el precio máximo de venta de $ … por presentación, que la Circular 10 de 2020 fija desde el … para el CUM … (mercado relevante …)`.
fn ceiling_said(binding: &BindingCeiling, language: Language) -> String {
    let chosen = &binding.chosen;
    let act = act::printed(&chosen.act).unwrap_or_else(|| chosen.act.clone());
    let (amount, from, cum) = (pesos(chosen.binding, language), day(chosen.valid_from, language), binding.cum);
    let one = binding.comparison.factor;
    let per_unit = if one == Decimal::ONE { None } else { exact::quotient_half_up(chosen.binding, one, 4) };
    let (unit, units) = (unit_name(binding.per, language), figure(&amount::plain(one), language));
    let margin = Some(chosen.margin).filter(|margin| !margin.is_zero()).map(|margin| pesos(margin, language));
    let by_article = binding.margin_article.as_deref().map(|article| article_said(article, language));
    let by_article = by_article.map(|article| format!(" ({article})")).unwrap_or_default();
    let own_article = binding.article.as_deref().map(|article| article_said(article, language));
    match language {
        Language::Spanish => {
            let per_unit =
                per_unit.map(|each| format!(" (de {units}: {} por {unit})", pesos(each, language))).unwrap_or_default();
            let market = binding.market.as_ref().map(|market| format!(" (mercado relevante {market})")).unwrap_or_default();
            let margin =
                margin.map(|margin| format!(", incluido el margen de la IPS de {margin}{by_article}")).unwrap_or_default();
            let the = if FEMININE.iter().any(|kind| act.starts_with(kind)) { "la " } else { "" };
            let ground = own_article.map_or_else(|| format!("{the}{act}"), |article| format!("el {article}"));
            format!(
                "el precio máximo de venta de {amount} por presentación{per_unit}{margin}, vigente desde el {from} según {ground}, del CUM {cum}{market}"
            )
        }
        Language::English => {
            let per_unit =
                per_unit.map(|each| format!(" (of {units}: {} per {unit})", pesos(each, language))).unwrap_or_default();
            let market = binding.market.as_ref().map(|market| format!(" (market {market})")).unwrap_or_default();
            let margin = margin.map(|margin| format!(", with the IPS margin of {margin}{by_article}")).unwrap_or_default();
            let ground = own_article.unwrap_or(act);
            format!("the ceiling of {amount} per pack{per_unit}{margin}, in force since {from} by {ground}, of CUM {cum}{market}")
        }
    }
}

/// An article that was read at second hand says so.
fn article_said(article: &ActArticle, language: Language) -> String {
    let (text, doubt) = match language {
        Language::Spanish => (&article.spanish, ", sin confirmar en el texto del acto"),
        Language::English => (&article.english, ", not confirmed in the text of the act"),
    };
    if article.confirmed { text.clone() } else { format!("{text}{doubt}") }
}

pub fn unit_name(per: Per, language: Language) -> &'static str {
    let (es, en) = match per {
        Per::Pack => ("presentación", "pack"),
        Per::PrimaryPack => ("empaque primario", "primary pack"),
        Per::DispensingUnit => ("unidad de dispensación", "dispensing unit"),
        Per::RegulatedUnit => ("unidad de regulación", "regulated unit"),
    };
    if language == Language::Spanish { es } else { en }
}

/// `$ 33.052,00`, or `COP 33,052.00`.
fn pesos(value: Decimal, language: Language) -> String {
    let sign = if language == Language::Spanish { "$" } else { "COP" };
    format!("{sign} {}", figure(&amount::display(value), language))
}

/// Digits in groups of three.
fn figure(digits: &str, language: Language) -> String {
    let (group, point) = if language == Language::Spanish { ('.', ',') } else { (',', '.') };
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(group);
        }
        out.push(digit);
    }
    if !places.is_empty() {
        out.push(point);
        out.push_str(places);
    }
    out
}

/// Kinds of acts that take `la`.
const FEMININE: [&str; 3] = ["Circular", "Resolución", "Ley"];

const MONTHS: [(&str, &str); 12] = [
    ("enero", "January"),
    ("febrero", "February"),
    ("marzo", "March"),
    ("abril", "April"),
    ("mayo", "May"),
    ("junio", "June"),
    ("julio", "July"),
    ("agosto", "August"),
    ("septiembre", "September"),
    ("octubre", "October"),
    ("noviembre", "November"),
    ("diciembre", "December"),
];

fn month(date: Date, language: Language) -> &'static str {
    let at = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
    MONTHS.get(at).map_or("", |(es, en)| if language == Language::Spanish { es } else { en })
}

fn day(date: Date, language: Language) -> String {
    let (day, month, year) = (date.day(), month(date, language), date.year());
    if language == Language::Spanish { format!("{day} de {month} de {year}") } else { format!("{day} {month} {year}") }
}

/// `el 15 de junio de 2020`, `en junio de 2020`, `en 2020`.
fn period_said(period: Period, language: Language) -> String {
    let (first, spanish) = (period.from, language == Language::Spanish);
    let (year, month) = (first.year(), month(first, language));
    match (period.to_string().len(), spanish) {
        (10, true) => format!("el {}", day(first, language)),
        (10, false) => format!("on {}", day(first, language)),
        (7, true) => format!("en {month} de {year}"),
        (7, false) => format!("in {month} {year}"),
        (_, true) => format!("en {year}"),
        (_, false) => format!("in {year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_days_are_written_as_each_language_writes_them() {
        let both = |say: &dyn Fn(Language) -> String| [Language::Spanish, Language::English].map(say);
        let amount = |text: &'static str| both(&move |language| pesos(text.parse().unwrap(), language));
        assert_eq!(amount("33052"), ["$ 33.052,00", "COP 33,052.00"]);
        assert_eq!(amount("1234567.8912"), ["$ 1.234.567,8912", "COP 1,234,567.8912"]);
        let period = |text: &'static str| both(&move |language| period_said(Period::parse(text).unwrap(), language));
        assert_eq!(period("2020-06-05"), ["el 5 de junio de 2020", "on 5 June 2020"]);
        assert_eq!(period("2020-12"), ["en diciembre de 2020", "in December 2020"]);
    }
}
