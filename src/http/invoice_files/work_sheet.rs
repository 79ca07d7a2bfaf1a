//! The sheet "Hoja de trabajo" that a workbook gets, the caller's own one or a table of lines: for each line the steps that led to its verdict.
//!
//! Rows wait packed: those of a hundred thousand lines are a few megabytes.

use std::io::{self, Read, Write};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use super::added::verdict_words;
use crate::{
    domain::{
        law::{act, rules::Seller},
        number::amount,
        verdict::rounding_band::RoundedTo,
    },
    exports::spreadsheet::{decimals_shown, push_inline_text},
    http::{
        base::language::Language,
        wire::invoices::{
            line::{InvoiceLineBody, LineSteps},
            reasons::line_reason,
            sale::LineSale,
        },
    },
};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
const WIDTH: u32 = 18;
const END: &str = "</sheetData></worksheet>";

/// Of lines of several files and documents: where each stands.
const PLACES: [(&str, &str); 3] = [("Archivo", "File"), ("Documento", "Document"), ("Renglón", "Line")];

/// Spanish, English, and whether it is a number.
const COLUMNS: [(&str, &str, bool); 26] = [
    ("Hoja", "Sheet", false),
    ("Fila", "Row", true),
    ("Fecha", "Date", false),
    ("Presentaciones posibles", "Possible presentations", true),
    ("CUM", "CUM", false),
    ("Dicho por quien revisa", "Said by whoever checks", false),
    ("Mercado relevante", "Market", false),
    ("Venta", "Sale", false),
    ("Venta según", "Sale known from", false),
    ("Precio", "Price", true),
    ("Precio por", "Price per", false),
    ("Unidad según", "Unit known from", false),
    ("Unidades por presentación (factor)", "Units in a pack (factor)", true),
    ("Techo del acto", "Ceiling of the act", true),
    ("Margen de la IPS", "IPS margin", true),
    ("Techo aplicado", "Ceiling applied", true),
    ("Acto", "Act", false),
    ("Vigente desde", "In force since", false),
    ("Precio × factor", "Price × factor", true),
    ("Techo × divisor", "Ceiling × divisor", true),
    ("Exceso por unidad", "Excess per unit", true),
    ("Exceso %", "Excess %", true),
    ("Redondeo", "Rounding", false),
    ("Otras lecturas", "Other readings", false),
    ("Veredicto", "Verdict", false),
    ("Razones", "Reasons", false),
];

pub fn name(language: Language) -> &'static str {
    within(("Hoja de trabajo", "Worksheet"), language)
}

fn within((es, en): (&'static str, &'static str), language: Language) -> &'static str {
    if language == Language::Spanish { es } else { en }
}

/// The sheet as it grows.
pub struct WorkSheet {
    packed: GzEncoder<Vec<u8>>,
    line: String,
    language: Language,
    is_sample: bool,
    lines: LinesOf,
}

/// Whose lines a sheet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinesOf {
    /// Of the workbook that it stands in.
    ThisBook,
    /// Of several files or documents, so that each row names its own.
    Several,
}

/// All of it, packed.
pub struct WorkSheetXml(Vec<u8>);

impl WorkSheet {
    /// `is_sample`: the law is invented, and every row says so.
    pub fn new(language: Language, is_sample: bool, lines: LinesOf) -> io::Result<Self> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let places = if lines == LinesOf::Several { &PLACES[..] } else { &[] };
        let all = places.len() + COLUMNS.len();
        let columns = format!("<cols><col min=\"1\" max=\"{all}\" width=\"{WIDTH}\" customWidth=\"1\"/></cols><sheetData>");
        packed.write_all(HEAD.as_bytes())?;
        packed.write_all(columns.as_bytes())?;
        let mut sheet = Self { packed, line: String::new(), language, is_sample, lines };
        let names = places.iter().copied().chain(COLUMNS.map(|(es, en, _)| (es, en)));
        sheet.row(names.map(|name| (within(name, language).to_owned(), false)))?;
        Ok(sheet)
    }

    pub fn push(&mut self, body: &InvoiceLineBody) -> io::Result<()> {
        let mut cells = cells(body, self.language);
        if let (true, [.., reasons]) = (self.is_sample, &mut cells) {
            reasons.insert_str(0, within(("Datos de muestra, inventados. ", "Sample data, invented. "), self.language));
        }
        let places = [body.file.clone(), body.document.clone().unwrap_or_default(), body.line.clone()];
        let places = places.into_iter().filter(|_| self.lines == LinesOf::Several).map(|cell| (cell, false));
        let cells: Vec<(String, bool)> =
            places.chain(cells.into_iter().zip(COLUMNS).map(|(cell, (.., number))| (cell, number))).collect();
        self.row(cells)
    }

    pub fn finish(mut self) -> io::Result<WorkSheetXml> {
        self.packed.write_all(END.as_bytes())?;
        Ok(WorkSheetXml(self.packed.finish()?))
    }

    /// Cells stand in order, so that they need no name; an empty one keeps its place.
    fn row(&mut self, cells: impl IntoIterator<Item = (String, bool)>) -> io::Result<()> {
        self.line.clear();
        self.line.push_str("<row>");
        for (text, number) in cells {
            if text.is_empty() {
                self.line.push_str("<c/>");
            } else if number && decimals_shown(&text).is_some() {
                self.line.push_str("<c><v>");
                self.line.push_str(&text);
                self.line.push_str("</v></c>");
            } else {
                self.line.push_str("<c t=\"inlineStr\">");
                push_inline_text(&mut self.line, &text);
                self.line.push_str("</c>");
            }
        }
        self.line.push_str("</row>");
        self.packed.write_all(self.line.as_bytes())
    }
}

impl WorkSheetXml {
    pub fn reader(&self) -> impl Read + '_ {
        GzDecoder::new(self.0.as_slice())
    }
}

fn cells(body: &InvoiceLineBody, language: Language) -> [String; COLUMNS.len()] {
    let (price, ceiling, steps) = (body.unit_price.as_ref(), body.ceiling.as_ref(), body.steps.as_ref());
    let compared = steps.map(|steps| steps.compared);
    let reasons: Vec<String> = body.reasons.iter().map(|code| line_reason(code, language)).collect();
    let readings: Vec<&str> = body.other_readings.iter().map(|reading| reading.why.as_str()).collect();
    let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let unit = price.map(|price| match &price.convention {
        Some(convention) => format!("{} ({})", price.unit_from, convention.by),
        None => price.unit_from.to_owned(),
    });
    [
        own(body.sheet.as_deref()),
        body.row.to_string(),
        own(body.date.as_deref()),
        body.candidates_total.to_string(),
        own(body.cum.as_deref()),
        body.settled.as_ref().map(|settled| settled.sentence(language)).unwrap_or_default(),
        own(body.market.as_deref()),
        steps.map(|steps| sale(steps, language)).unwrap_or_default(),
        body.sale.as_ref().map(known_from).unwrap_or_default(),
        own(price.map(|price| price.amount.as_str())),
        own(price.and_then(|price| price.per)),
        unit.unwrap_or_default(),
        compared.map(|compared| amount::plain(compared.factor)).unwrap_or_default(),
        steps.map(|steps| amount::display(steps.of_act)).unwrap_or_default(),
        own(ceiling.map(|ceiling| ceiling.ips_margin.as_str())),
        own(ceiling.map(|ceiling| ceiling.amount.as_str())),
        ceiling.map(|ceiling| act::printed(&ceiling.act).unwrap_or_else(|| ceiling.act.clone())).unwrap_or_default(),
        ceiling.map(|ceiling| ceiling.valid_from.to_string()).unwrap_or_default(),
        compared.map(|compared| amount::plain(compared.left)).unwrap_or_default(),
        compared.map(|compared| amount::plain(compared.right)).unwrap_or_default(),
        body.excess_per_unit.map(amount::display).unwrap_or_default(),
        own(body.excess_percent.as_deref()),
        steps.and_then(|steps| steps.rounded_to).map(|to| rounded(to, language)).unwrap_or_default().to_owned(),
        readings.join("; "),
        verdict_words(body.verdict, language).to_owned(),
        reasons.join(" "),
    ]
}

/// `3, vende otro`: the sale of the reading that decides.
fn sale(steps: &LineSteps, language: Language) -> String {
    let place = steps.sale.place;
    let place =
        place.transaction().map_or_else(|| within(("mostrador", "counter"), language).to_owned(), |code| code.to_string());
    let seller = match steps.sale.seller {
        Seller::Ips => ("vende una IPS", "an IPS sells"),
        Seller::Other => ("no vende una IPS", "no IPS sells"),
    };
    format!("{place}, {}", within(seller, language))
}

/// `channel: request; seller: actor_table`.
fn known_from(sale: &LineSale) -> String {
    let facts = [("channel", &sale.channel), ("stage", &sale.stage), ("seller", &sale.seller)];
    let said = facts.into_iter().filter_map(|(name, fact)| Some(format!("{name}: {}", fact.as_ref()?.by)));
    said.collect::<Vec<_>>().join("; ")
}

fn rounded(to: RoundedTo, language: Language) -> &'static str {
    let words = match to {
        RoundedTo::Cent => {
            ("redondear el precio de la unidad a centavos lo explica", "rounding the unit price to centavos explains it")
        }
        RoundedTo::Peso => {
            ("redondear el precio de la unidad a pesos lo explica", "rounding the unit price to pesos explains it")
        }
    };
    within(words, language)
}
