//! A line of a document as it is written: nothing in it is interpreted yet.

use super::document::{Adjustment, InvoiceDocument};
use crate::domain::{
    calendar::period::Period, identifier::cum::Cum, law::listed::SismedReport, number::amount::CURRENCY, verdict::comparison::Per,
};
use rust_decimal::Decimal;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceLine {
    pub document: Arc<InvoiceDocument>,
    pub place: LinePlace,
    /// Descriptions, the first first.
    pub texts: Vec<String>,
    pub codes: Vec<LineCode>,
    pub brand: Option<String>,
    pub quantity: Option<Decimal>,
    /// As written: DIAN's unit code, SISPRO's code of a dispensing unit (RIPS), or a word of a list.
    pub unit: Option<String>,
    /// As written, with the decimals of the source. Not divided by anything yet.
    pub unit_price: Option<Decimal>,
    pub base_quantity: Option<Decimal>,
    pub pack_size: Option<Decimal>,
    pub total: Option<Decimal>,
    pub adjustments: Vec<Adjustment>,
    /// Of a sample or a gift.
    pub reference_price: Option<ReferencePrice>,
    /// The line's own, where its amounts state one.
    pub currency: Option<String>,
    /// The line's own: RIPS has the day of dispensing, SISMED the month.
    pub sold_in: Option<Period>,
    /// What the source itself says that the price is for (SISMED).
    pub price_per: Option<Per>,
    pub rips: Option<Box<RipsMedicine>>,
    /// The whole row of a report, of which `unit_price` is the maximum.
    pub sismed: Option<Box<SismedReport>>,
    /// What could not be read; the member is then `None`.
    pub faults: Vec<CellFault>,
    pub marks: Vec<LineMark>,
}

/// Where a line stands in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinePlace {
    pub sheet: Option<String>,
    /// Row of a sheet, line of a text, of an XML or of a JSON file; from 1.
    pub row: u64,
    /// The line's own number, as written.
    pub number: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCode {
    pub scheme: CodeScheme,
    pub value: String,
}

/// What a code is said to be. Evidence, no proof: a CUM stands under any of them, and other things under `Cum`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CodeScheme {
    Unspsc,
    Gtin,
    Customs,
    /// 999, "estándar de adopción del contribuyente".
    Own,
    Sellers,
    Buyers,
    Manufacturers,
    Cum,
    Ium,
    Registration,
    /// `codTecnologiaSalud`: CUM or IUM.
    RipsTechnology,
    /// Of a list that says no more than "code".
    Unstated,
    Other(String),
}

impl CodeScheme {
    /// By the `schemeID` of a standard identification.
    pub fn of_dian(scheme: &str) -> Self {
        match scheme.trim() {
            "001" | "1" => Self::Unspsc,
            "010" | "10" => Self::Gtin,
            "020" | "20" => Self::Customs,
            "999" => Self::Own,
            "" => Self::Unstated,
            other => Self::Other(other.to_owned()),
        }
    }

    pub fn code(&self) -> &str {
        match self {
            Self::Unspsc => "unspsc",
            Self::Gtin => "gtin",
            Self::Customs => "customs",
            Self::Own => "own",
            Self::Sellers => "sellers",
            Self::Buyers => "buyers",
            Self::Manufacturers => "manufacturers",
            Self::Cum => "cum",
            Self::Ium => "ium",
            Self::Registration => "registration",
            Self::RipsTechnology => "rips_technology",
            Self::Unstated => "unstated",
            Self::Other(name) => name,
        }
    }
}

/// What a sample or a gift would have cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferencePrice {
    pub amount: Decimal,
    /// DIAN's 01 (valor comercial), 02 (en inventarios), 03 (otro).
    pub kind: Option<String>,
}

/// What RIPS says of a medicine beside its code and name: codes of SISPRO, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RipsMedicine {
    pub concentration: Option<String>,
    pub measure_unit: Option<String>,
    pub form: Option<String>,
    pub dispensing_unit: Option<String>,
    pub medicine_type: Option<String>,
}

/// A part of a line that can be at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinePart {
    Quantity,
    UnitPrice,
    BaseQuantity,
    Total,
    Adjustment,
    ReferencePrice,
    PackSize,
    Date,
    Party,
    Text,
    Other,
}

impl LinePart {
    /// Without it the price is not known.
    pub fn carries_the_price(self) -> bool {
        matches!(self, Self::Quantity | Self::UnitPrice | Self::BaseQuantity | Self::Total | Self::Adjustment)
    }
}

/// A value that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    pub part: LinePart,
    /// The file's own name of it.
    pub column: String,
    /// Cut to 200 characters.
    pub value: String,
    pub reason: &'static str,
}

impl CellFault {
    pub fn new(part: LinePart, column: impl Into<String>, value: &str, reason: &'static str) -> Self {
        Self { part, column: column.into(), value: value.chars().take(200).collect(), reason }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineMark {
    /// A number is what a formula gave when the workbook was saved.
    FormulaCell,
    /// A text was longer than any that is kept.
    TextCut,
}

impl LineMark {
    pub fn code(self) -> &'static str {
        match self {
            Self::FormulaCell => "formula_cell",
            Self::TextCut => "text_cut",
        }
    }
}

impl InvoiceLine {
    pub fn new(document: Arc<InvoiceDocument>, place: LinePlace) -> Self {
        Self {
            document,
            place,
            texts: Vec::new(),
            codes: Vec::new(),
            brand: None,
            quantity: None,
            unit: None,
            unit_price: None,
            base_quantity: None,
            pack_size: None,
            total: None,
            adjustments: Vec::new(),
            reference_price: None,
            currency: None,
            sold_in: None,
            price_per: None,
            rips: None,
            sismed: None,
            faults: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// The period that the price is of: the line's own, else the document's day.
    pub fn period(&self) -> Option<Period> {
        self.sold_in.or_else(|| self.document.issued_on.and_then(Period::day))
    }

    /// The line's, else the document's. `None`: nothing says another than pesos.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref().or(self.document.currency.as_deref())
    }

    /// A line in another currency than its document's is not in pesos either.
    pub fn is_in_pesos(&self) -> bool {
        [&self.currency, &self.document.currency].into_iter().flatten().all(|currency| currency == CURRENCY)
    }

    /// The codes that are a CUM by their form, padded or not.
    pub fn possible_cums(&self) -> impl Iterator<Item = (Cum, &LineCode)> {
        self.codes.iter().filter_map(|code| Some((cum_of(&code.value)?, code)))
    }

    /// Once each.
    pub fn mark(&mut self, mark: LineMark) {
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
        }
    }
}

/// Any dash, `_` or `/` between the halves.
fn cum_of(code: &str) -> Option<Cum> {
    let is_dash = |letter: char| matches!(letter, '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '/');
    if code.contains(is_dash) { code.replace(is_dash, "-").parse().ok() } else { code.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invoices::document::DocumentKind;

    fn line() -> InvoiceLine {
        let document = InvoiceDocument::new("a.xml".into(), DocumentKind::Invoice);
        InvoiceLine::new(Arc::new(document), LinePlace::default())
    }

    #[test]
    fn a_cum_is_evidence_wherever_it_stands() {
        let codes = [
            (CodeScheme::Own, "19914312-020"),
            (CodeScheme::Gtin, "7702605101234"),
            (CodeScheme::Gtin, "19914312\u{2013}20"),
            (CodeScheme::Cum, "4104480705151"),
            (CodeScheme::Sellers, "19914312/20"),
            (CodeScheme::Cum, ""),
        ];
        let mut line = line();
        line.codes = codes.map(|(scheme, value)| LineCode { scheme, value: value.to_owned() }).to_vec();
        let found: Vec<_> = line.possible_cums().map(|(cum, code)| (cum, code.scheme.code())).collect();
        let cum = Cum::new(19_914_312, 20);
        assert_eq!(found, [(cum, "own"), (cum, "gtin"), (cum, "sellers")]);
    }

    #[test]
    fn pesos_are_pesos_only_where_nothing_says_another_currency() {
        let mut line = line();
        assert!(line.is_in_pesos());
        line.currency = Some("COP".to_owned());
        assert!(line.is_in_pesos());
        Arc::make_mut(&mut line.document).currency = Some("USD".to_owned());
        assert!(!line.is_in_pesos(), "a line that contradicts its document");
        assert_eq!(line.currency(), Some("COP"));
    }

    #[test]
    fn schemes_are_those_of_dian() {
        let codes = ["001", "010", "020", "999", "", "XYZ"].map(|scheme| CodeScheme::of_dian(scheme).code().to_owned());
        assert_eq!(codes, ["unspsc", "gtin", "customs", "own", "unstated", "XYZ"]);
    }
}
