//! The columns that are added to a caller's own file, and what stands in them for each line.

use crate::{
    domain::{law::act, number::amount},
    http::{
        base::language::Language,
        wire::invoices::{line::InvoiceLineBody, reasons::line_reason},
    },
};

pub const COLUMNS: usize = 7;

const NAMES: [(&str, &str); COLUMNS] = [
    ("Veredicto", "Verdict"),
    ("Techo", "Ceiling"),
    ("Exceso", "Excess"),
    ("Exceso %", "Excess %"),
    ("Acto", "Act"),
    ("Razones", "Reasons"),
    ("Lectura alterna", "Other reading"),
];
/// Says in every row that the law is invented.
const SAMPLE: (&str, &str) = ("Datos de muestra", "Sample data");
const SAMPLE_SAID: (&str, &str) = ("sí, inventados", "yes, invented");

/// How many characters wide each is where a sheet shows it, the one of the sample last.
pub const WIDTHS: &[u32] = &[18, 14, 14, 11, 24, 60, 40, 18];

/// Which of them are numbers.
pub const NUMBERS: &[usize] = &[1, 2, 3];

fn within((es, en): (&'static str, &'static str), language: Language) -> &'static str {
    if language == Language::Spanish { es } else { en }
}

pub fn header(language: Language, is_sample: bool) -> Vec<String> {
    let names = NAMES.into_iter().chain(is_sample.then_some(SAMPLE));
    names.map(|name| within(name, language).to_owned()).collect()
}

pub fn verdict_words(verdict: &str, language: Language) -> &'static str {
    let words = match verdict {
        "above" => ("por encima", "above"),
        "within" => ("dentro", "within"),
        "not_regulated" => ("no regulado", "not regulated"),
        "no_ceiling_for_this_stage" => ("sin máximo en esta venta", "no ceiling for this sale"),
        _ => ("no se puede decir", "cannot be told"),
    };
    within(words, language)
}

/// Numbers as plain decimal text. Ceiling and excess are of the unit that the price is of, so that price − ceiling is the excess.
pub fn cells(body: &InvoiceLineBody, language: Language, is_sample: bool) -> Vec<String> {
    let settled = body.settled.iter().map(|settled| settled.sentence(language));
    let reasons: Vec<String> = settled.chain(body.reasons.iter().map(|code| line_reason(code, language))).collect();
    let readings: Vec<&str> = body.other_readings.iter().map(|reading| reading.why.as_str()).collect();
    let act = body.ceiling.as_ref().map(|ceiling| act::printed(&ceiling.act).unwrap_or_else(|| ceiling.act.clone()));
    let mut cells = vec![
        verdict_words(body.verdict, language).to_owned(),
        body.ceiling_per_unit.map(amount::display).unwrap_or_default(),
        body.excess_per_unit.map(amount::display).unwrap_or_default(),
        body.excess_percent.clone().unwrap_or_default(),
        act.unwrap_or_default(),
        reasons.join(" "),
        readings.join("; "),
    ];
    cells.extend(is_sample.then(|| within(SAMPLE_SAID, language).to_owned()));
    cells
}
