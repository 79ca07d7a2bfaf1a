//! One line of an invoice or list with its verdict.

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    sale::{LineConvention, LineSale},
    sentence,
    settled::LineSettled,
};
use crate::{
    domain::{
        identifier::cum::Cum,
        invoices::line::InvoiceLine,
        item_text::line_verdict::{LineCandidate, LineReading, PriceBasis, SalePlace},
        number::{amount, exact},
        verdict::{
            comparison::{Comparison, Per},
            rounding_band::RoundedTo,
        },
    },
    http::{
        base::language::Language,
        wire::{
            service::money::Money,
            verdicts::{ceiling::CeilingBody, reading::Reading},
        },
    },
    read_model::verdicts::invoice_lines::{BindingCeiling, JudgedLine, code_of, price_shown, text_of},
};

/// A line (renglón) with the verdict on which everything that it can mean agrees.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceLineBody {
    /// As the sender calls it; of an archive `lote.zip/fv1.xml`.
    #[schema(example = "factura.xml")]
    pub file: String,
    /// Of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Its number as printed, where the file says it.
    #[schema(example = "FE1")]
    pub document: Option<String>,
    /// `invoice`, `credit_note`, `debit_note`, `purchase_list`, `rips_bill` or `sismed_report`.
    #[schema(example = "invoice")]
    pub kind: &'static str,
    /// The line's own number, else its row.
    #[schema(example = "1")]
    pub line: String,
    /// The row of a sheet, the line of a text or of an XML document, the ordinal of a medicine of RIPS; from 1.
    #[schema(example = 8)]
    pub row: u64,
    /// The day or month that the price is judged by.
    #[schema(example = "2020-06-15")]
    pub date: Option<String>,
    #[schema(example = "Insulina glargina 100 UI/ml")]
    pub description: Option<String>,
    /// As written; several are parted by a space.
    #[schema(example = "19914312-020")]
    pub code: Option<String>,
    /// NIT of whoever sells, where the document says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "860002964-4")]
    pub seller: Option<String>,
    /// `cum`, `ium`, `registration`, `text`, `settled_reading` (by the request alone) or `none`.
    #[schema(example = "cum")]
    pub recognised_by: &'static str,
    /// What the request's file of mappings says of this very text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled: Option<LineSettled>,
    /// Of units that remain after credit notes.
    #[schema(example = "10")]
    pub quantity: Option<String>,
    pub unit_price: Option<LinePriceBody>,
    /// What is known of the sale, and whence; absent where nothing is: then every sale that is possible was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sale: Option<LineSale>,
    /// The price with bonus units counted in; shown, never decided on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_with_bonus: Option<String>,
    /// `within`, `above`, `no_ceiling_for_this_stage`, `not_regulated` or `cannot_compare`.
    #[schema(example = "within")]
    pub verdict: &'static str,
    /// Stable codes. Of `cannot_compare` why first: `match_not_unique`, `match_empty`, `text_not_read`, `not_a_medicine`, `code_contradicts_text`, `unit_not_stated`,
    /// `line_total_mismatch`, `discount_basis_unconfirmed`, `stage_not_known`, `date_missing`, `price_missing`, `currency_not_pesos`, `collection_only_document`,
    /// `note_line`, `reversed_by_credit_note`, `note_not_matched`, `bonus_line`, `sample_line`, `quantity_not_positive`, `value_not_read`, `repeated_document`; then
    /// those of a verdict.
    pub reasons: Vec<&'static str>,
    /// The presentation that decides, where one does.
    #[schema(example = "19914312-20")]
    pub cum: Option<String>,
    /// Its market (mercado relevante).
    #[schema(example = "96")]
    pub market: Option<String>,
    pub ceiling: Option<CeilingBody>,
    /// By how much one pack is above at least; only when above.
    pub excess: Option<Money>,
    /// Percent of the ceiling, 4 decimals, half-up: the smallest of all that the line can mean; only when above.
    #[schema(example = "164.7034")]
    pub excess_percent: Option<String>,
    /// Pesos above of the whole line, cut to centavos; null where the quantity is not known.
    pub above_amount: Option<Pesos>,
    /// Only when above: other units or packs that the price fits better.
    pub other_readings: Vec<Reading>,
    /// What the line can mean: the first 20.
    pub candidates: Vec<InvoiceCandidate>,
    /// How many there are.
    #[schema(example = 1)]
    pub candidates_total: usize,
    /// In the language asked for.
    pub explanation: String,
    /// The same in Spanish, for files of sentences.
    #[serde(skip)]
    pub spanish: String,
    /// Ceiling and excess of the unit that the price is of, for tables.
    #[serde(skip)]
    pub ceiling_per_unit: Option<Decimal>,
    #[serde(skip)]
    pub excess_per_unit: Option<Decimal>,
    /// The comparison that decides, for the sheet of steps.
    #[serde(skip)]
    pub steps: Option<LineSteps>,
}

/// The figures of a comparison, and the sale that it is of.
#[derive(Clone, Copy, Debug)]
pub struct LineSteps {
    pub sale: SalePlace,
    /// The ceiling before any margin.
    pub of_act: Decimal,
    pub compared: Comparison,
    pub rounded_to: Option<RoundedTo>,
}

/// An amount of pesos that is of no unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Pesos {
    #[schema(example = "199110.00", pattern = r"^(0|[1-9][0-9]*)(\.[0-9]+)?$")]
    pub amount: String,
    #[schema(example = "COP")]
    pub currency: &'static str,
}

/// The price as it was judged.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinePriceBody {
    #[schema(example = "33052.00")]
    pub amount: String,
    #[schema(example = "COP")]
    pub currency: &'static str,
    /// What it is for: `pack`, `primary_pack`, `dispensing_unit` or `regulated_unit`; null where it can be of several.
    #[schema(example = "pack")]
    pub per: Option<&'static str>,
    /// How that is known: `unit_stated`, `line_total`, `source_convention`, or `unit_open` where all were judged.
    #[schema(example = "unit_stated")]
    pub unit_from: &'static str,
    /// Of `source_convention`: who says how the source of the line writes its prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convention: Option<LineConvention>,
    /// The net price, where a discount or a note makes it another one; both were judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net: Option<String>,
}

/// One presentation that the line can mean.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceCandidate {
    #[schema(example = "19914312-20")]
    pub cum: String,
    #[schema(example = "96")]
    pub market: Option<String>,
    pub readings: Vec<InvoiceReading>,
}

/// One way to read the line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceReading {
    #[schema(example = "pack")]
    pub per: &'static str,
    /// SISMED transaction; null for a counter sale.
    #[schema(example = "3")]
    pub transaction: Option<String>,
    #[schema(example = "other")]
    pub seller: &'static str,
    /// `stated`, `gross` or `net`.
    #[schema(example = "stated")]
    pub price: &'static str,
    #[schema(example = "within")]
    pub verdict: &'static str,
    pub excess_percent: Option<String>,
    pub reasons: Vec<&'static str>,
}

impl LineSteps {
    fn new(binding: &BindingCeiling) -> Self {
        let BindingCeiling { sale, comparison, rounded_to, .. } = *binding;
        Self { sale, of_act: binding.chosen.amount, compared: comparison, rounded_to }
    }
}

impl Pesos {
    pub fn new(value: Decimal) -> Self {
        Self { amount: amount::display(value), currency: amount::CURRENCY }
    }
}

impl InvoiceLineBody {
    /// `market`: of a presentation.
    pub fn new<'m>(line: &InvoiceLine, judged: &JudgedLine, market: impl Fn(Cum) -> Option<&'m str>, language: Language) -> Self {
        let binding = judged.binding.as_ref();
        let filled = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        let excess = binding.and_then(|binding| {
            let over = exact::difference(binding.comparison.left, binding.comparison.right)?;
            binding.excess_per_unit.and(exact::quotient_half_up(over, binding.comparison.divided_by, 4))
        });
        let candidate = |one: &LineCandidate| InvoiceCandidate {
            cum: one.cum.to_string(),
            market: market(one.cum).map(str::to_owned),
            readings: one.readings.iter().map(InvoiceReading::new).collect(),
        };
        Self {
            file: line.document.file.to_string(),
            sheet: line.place.sheet.clone(),
            document: line.document.number.clone(),
            kind: line.document.kind.code(),
            line: number_of(line),
            row: line.place.row,
            date: judged.period.map(|period| period.to_string()),
            description: filled(text_of(line)),
            code: filled(code_of(line)),
            seller: line.document.seller.map(|seller| seller.to_string()),
            recognised_by: judged.recognised_by.code(),
            settled: judged.settled.as_deref().map(LineSettled::new),
            quantity: judged.prices.as_ref().and_then(|prices| prices.units).or(line.quantity).map(amount::plain),
            unit_price: price(judged).or_else(|| stated(line)),
            sale: LineSale::new(&judged.sale),
            price_with_bonus: judged
                .prices
                .as_ref()
                .and_then(|prices| prices.shown.first())
                .and_then(price_shown)
                .map(amount::display),
            verdict: judged.verdict.verdict.code(),
            reasons: judged.reasons.clone(),
            cum: binding.map(|binding| binding.cum.to_string()),
            market: binding.and_then(|binding| binding.market.clone()),
            ceiling: binding.map(|binding| CeilingBody::new(&binding.chosen, language)),
            excess: excess.map(Money::per_pack),
            excess_percent: judged.verdict.excess_at_least.map(amount::percent),
            above_amount: binding.and_then(|binding| binding.excess_of_line).map(Pesos::new),
            other_readings: binding
                .map_or(&[][..], |binding| &binding.other_readings)
                .iter()
                .map(|reading| Reading::new(reading, language))
                .collect(),
            candidates: judged.verdict.candidates.iter().map(candidate).collect(),
            candidates_total: judged.verdict.candidate_count,
            explanation: sentence::of(line, judged, language),
            spanish: sentence::of(line, judged, Language::Spanish),
            ceiling_per_unit: binding.and_then(|one| exact::quotient_half_up(one.chosen.binding, one.comparison.factor, 4)),
            excess_per_unit: binding.and_then(|binding| binding.excess_per_unit),
            steps: binding.map(LineSteps::new),
        }
    }
}

/// The line's own number, else where it stands.
pub fn number_of(line: &InvoiceLine) -> String {
    line.place.number.clone().unwrap_or_else(|| line.place.row.to_string())
}

fn price(judged: &JudgedLine) -> Option<LinePriceBody> {
    let (prices, units) = (judged.prices.as_ref()?, judged.units.as_ref()?);
    let (first, others) = prices.readings.split_first()?;
    let per = if let [per] = units.per[..] { Some(Per::code(per)) } else { None };
    Some(LinePriceBody {
        amount: amount::display(price_shown(first)?),
        currency: amount::CURRENCY,
        per,
        unit_from: units.origin.code(),
        convention: judged.convention.as_ref().map(LineConvention::new),
        net: others.last().and_then(price_shown).map(amount::display),
    })
}

/// As it is written, of a line that has no price to judge.
fn stated(line: &InvoiceLine) -> Option<LinePriceBody> {
    let amount = line.unit_price.filter(|_| line.is_in_pesos()).filter(|price| !price.is_sign_negative())?;
    let (amount, currency) = (amount::display(amount), amount::CURRENCY);
    let per = line.price_per.map(Per::code);
    Some(LinePriceBody { amount, currency, per, unit_from: "unit_open", convention: None, net: None })
}

impl InvoiceReading {
    fn new(reading: &LineReading) -> Self {
        let LineReading { per, sale: SalePlace { place, seller }, basis, judgement } = reading;
        Self {
            per: per.code(),
            transaction: place.transaction().map(|code| code.to_string()),
            seller: seller.code(),
            price: match basis {
                PriceBasis::Stated => "stated",
                PriceBasis::Gross => "gross",
                PriceBasis::Net => "net",
            },
            verdict: judgement.verdict.code(),
            excess_percent: judgement.excess.as_ref().map(|excess| amount::percent(excess.percent)),
            reasons: judgement.reasons.iter().map(|reason| reason.code()).collect(),
        }
    }
}
