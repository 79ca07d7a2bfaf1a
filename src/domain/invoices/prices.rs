//! What the price of a line can be, in pesos for one unit invoiced, and why a line has none to judge.
//!
//! - *BaseQuantity.* UBL states a price for so many units; many senders write the invoiced quantity there and the price of one unit. The
//!   reading under which the figures give the line's total is taken; where none does, there is no price.
//! - *Gross and net.* Which of them a ceiling binds is not settled: both are readings.
//! - *Bonus units* lower what a unit cost. That reading is shown, and decides nothing.

use super::{
    arithmetic::{fits, is_bonus, sum_of},
    document::{Adjustment, AdjustmentKind},
    line::InvoiceLine,
    standing::LineStanding,
};
use crate::domain::number::exact;
use rust_decimal::Decimal;
use std::{cmp::Ordering, fmt};

pub use super::arithmetic::{TotalCheck, total_check};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePrices {
    /// Each has to be judged. The gross price first; one at least.
    pub readings: Vec<PriceReading>,
    /// To be shown, and to decide nothing.
    pub shown: Vec<PriceReading>,
    /// Units that are left after what came back. `None` where the quantity is not stated.
    pub units: Option<Decimal>,
    pub base: BaseReading,
}

/// `amount / divided_by` pesos, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceReading {
    pub basis: PriceBasis,
    pub amount: Decimal,
    pub divided_by: Decimal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PriceBasis {
    /// As invoiced, before discounts and charges.
    Gross,
    /// After those of the line and of the document.
    Net,
    /// The net price, after what credit and debit notes changed.
    AfterNotes,
    /// Paid and bonus units together.
    WithBonusUnits,
}

impl PriceBasis {
    pub const ALL: [Self; 4] = [Self::Gross, Self::Net, Self::AfterNotes, Self::WithBonusUnits];

    pub fn code(self) -> &'static str {
        match self {
            Self::Gross => "gross",
            Self::Net => "net",
            Self::AfterNotes => "after_notes",
            Self::WithBonusUnits => "with_bonus_units",
        }
    }
}

/// How the base quantity was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseReading {
    /// There is none, or it is one.
    One,
    /// The price is for so many units.
    Divides,
    /// The price is for one unit: the base holds the invoiced quantity, or something else.
    NotADivisor,
    /// There is no unit price: it is what the total gives.
    Derived,
}

impl BaseReading {
    pub fn code(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Divides => "divides",
            Self::NotADivisor => "not_a_divisor",
            Self::Derived => "derived",
        }
    }
}

macro_rules! no_price {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),* $(,)?) => {
        /// Why a line has no price to judge.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum NoPrice { $($(#[$doc])* $variant),* }
        impl NoPrice {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }
    };
}

no_price! {
    PriceMissing = "price_missing",
    /// No reading of the figures gives the line's total, or two that differ do.
    LineTotalMismatch = "line_total_mismatch",
    CurrencyNotPesos = "currency_not_pesos",
    /// Copayments that were collected are no sale.
    CollectionOnly = "collection_only_document",
    /// A credit or debit note corrects a sale and is none.
    NoteLine = "note_line",
    ReversedByNote = "reversed_by_credit_note",
    /// A note changes this invoice in a way that cannot be laid to its lines.
    NoteNotMatched = "note_not_matched",
    BonusLine = "bonus_line",
    SampleLine = "sample_line",
    /// None were sold, or they came back.
    QuantityNotPositive = "quantity_not_positive",
    /// A figure that the price rests on could not be read: the line's faults say which.
    ValueNotRead = "value_not_read",
    RepeatedDocument = "repeated_document",
    AmountOutOfRange = "amount_out_of_range",
}

impl fmt::Display for NoPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

pub fn prices_of(line: &InvoiceLine, standing: &LineStanding) -> Result<LinePrices, NoPrice> {
    is_a_sale(line, standing)?;
    let is_sample = line.reference_price.as_ref().is_some_and(|price| price.amount > Decimal::ZERO);
    // Some senders write what it would have cost as its price, too.
    if is_sample && line.total.is_some_and(|total| total.is_zero()) {
        return Err(NoPrice::SampleLine);
    }
    let (gross, base) = gross_price(line)?;
    if is_bonus(line) || gross.amount.is_zero() {
        return Err(if is_sample { NoPrice::SampleLine } else { NoPrice::BonusLine });
    }
    let mut prices = LinePrices { readings: vec![gross], shown: Vec::new(), units: line.quantity, base };
    prices.units = units_left(line, standing)?;
    for reading in [net_price(line)?, price_after_notes(line, standing)?].into_iter().flatten() {
        let last = prices.readings[prices.readings.len() - 1];
        if compare(last, reading).ok_or(NoPrice::AmountOutOfRange)? != Ordering::Equal {
            prices.readings.push(reading);
        }
    }
    prices.shown.extend(price_with_bonus(standing)?);
    Ok(prices)
}

/// What is no sale in pesos that stands has no price to judge.
fn is_a_sale(line: &InvoiceLine, standing: &LineStanding) -> Result<(), NoPrice> {
    let negative = |number: Option<Decimal>| number.is_some_and(|number| number < Decimal::ZERO);
    let came_back = line.quantity.is_some_and(|quantity| quantity <= Decimal::ZERO) || negative(line.total);
    let refusals = [
        (standing.repeated, NoPrice::RepeatedDocument),
        (line.document.is_collection_only(), NoPrice::CollectionOnly),
        (line.document.kind.is_note(), NoPrice::NoteLine),
        (!line.is_in_pesos(), NoPrice::CurrencyNotPesos),
        (line.faults.iter().any(|fault| fault.part.carries_the_price()), NoPrice::ValueNotRead),
        (came_back || negative(line.unit_price), NoPrice::QuantityNotPositive),
        (standing.reversed, NoPrice::ReversedByNote),
        (standing.note_not_matched, NoPrice::NoteNotMatched),
    ];
    refusals.into_iter().find(|(applies, _)| *applies).map_or(Ok(()), |(_, why)| Err(why))
}

fn gross_price(line: &InvoiceLine) -> Result<(PriceReading, BaseReading), NoPrice> {
    let gross = |amount, divided_by, base| Ok((PriceReading { basis: PriceBasis::Gross, amount, divided_by }, base));
    let Some(price) = line.unit_price else {
        let (Some(quantity), Some(total)) = (line.quantity, line.total) else { return Err(NoPrice::PriceMissing) };
        return gross(before_adjustments(total, &line.adjustments)?, quantity, BaseReading::Derived);
    };
    let base = line.base_quantity.filter(|base| *base > Decimal::ZERO && *base != Decimal::ONE);
    let figures = line.quantity.zip(line.total).map(|(quantity, total)| (quantity, price, total));
    let Some(figures) = figures else {
        // Nothing shows which of the two readings the sender means.
        return if base.is_some() { Err(NoPrice::LineTotalMismatch) } else { gross(price, Decimal::ONE, BaseReading::One) };
    };
    let of_one = fits(line, figures, Decimal::ONE).ok_or(NoPrice::AmountOutOfRange)?;
    let Some(base) = base else {
        return if of_one { gross(price, Decimal::ONE, BaseReading::One) } else { Err(NoPrice::LineTotalMismatch) };
    };
    match (of_one, fits(line, figures, base).ok_or(NoPrice::AmountOutOfRange)?) {
        (true, false) => gross(price, Decimal::ONE, BaseReading::NotADivisor),
        (false, true) => gross(price, base, BaseReading::Divides),
        (true, true) | (false, false) => Err(NoPrice::LineTotalMismatch),
    }
}

fn before_adjustments(total: Decimal, adjustments: &[Adjustment]) -> Result<Decimal, NoPrice> {
    let allowed = sum_of(adjustments, AdjustmentKind::Allowance).and_then(|allowed| exact::sum(total, allowed));
    let before =
        allowed.zip(sum_of(adjustments, AdjustmentKind::Charge)).and_then(|(sum, charged)| exact::difference(sum, charged));
    before.ok_or(NoPrice::AmountOutOfRange)
}

/// The line's total, and its share of what the document takes off or adds as a whole, for each unit.
fn net_price(line: &InvoiceLine) -> Result<Option<PriceReading>, NoPrice> {
    let (Some(quantity), Some(total)) = (line.quantity, line.total) else { return Ok(None) };
    let out_of_range = NoPrice::AmountOutOfRange;
    let changes = |adjustments: &[Adjustment]| adjustments.iter().any(|adjustment| !adjustment.amount.is_zero());
    let document = &line.document;
    let whole = document.lines_total.filter(|whole| *whole > Decimal::ZERO && changes(&document.adjustments));
    if !changes(&line.adjustments) && whole.is_none() {
        return Ok(None);
    }
    let Some(whole) = whole else {
        return Ok(Some(PriceReading { basis: PriceBasis::Net, amount: total, divided_by: quantity }));
    };
    let allowed = sum_of(&document.adjustments, AdjustmentKind::Allowance).ok_or(out_of_range)?;
    let charged = sum_of(&document.adjustments, AdjustmentKind::Charge).ok_or(out_of_range)?;
    let left = exact::difference(whole, allowed).and_then(|left| exact::sum(left, charged)).ok_or(out_of_range)?;
    let amount = exact::product(total, left).ok_or(out_of_range)?;
    let divided_by = exact::product(quantity, whole).ok_or(out_of_range)?;
    Ok(Some(PriceReading { basis: PriceBasis::Net, amount, divided_by }))
}

/// Over all lines of the item, which a note does not tell apart.
fn price_after_notes(line: &InvoiceLine, standing: &LineStanding) -> Result<Option<PriceReading>, NoPrice> {
    if standing.credited.is_zero() && standing.debited.is_zero() {
        return Ok(None);
    }
    if line.quantity.is_none() || line.total.is_none() || standing.item_units <= Decimal::ZERO {
        return Err(NoPrice::NoteNotMatched);
    }
    let left = exact::difference(standing.item_total, standing.credited).and_then(|left| exact::sum(left, standing.debited));
    let amount = left.ok_or(NoPrice::AmountOutOfRange)?;
    if amount <= Decimal::ZERO {
        return Err(NoPrice::ReversedByNote);
    }
    Ok(Some(PriceReading { basis: PriceBasis::AfterNotes, amount, divided_by: standing.item_units }))
}

fn price_with_bonus(standing: &LineStanding) -> Result<Option<PriceReading>, NoPrice> {
    if standing.bonus_units <= Decimal::ZERO || standing.item_units <= Decimal::ZERO {
        return Ok(None);
    }
    let sum = |a, b| exact::sum(a, b).ok_or(NoPrice::AmountOutOfRange);
    let (amount, divided_by) = (sum(standing.item_total, standing.bonus_total)?, sum(standing.item_units, standing.bonus_units)?);
    Ok(Some(PriceReading { basis: PriceBasis::WithBonusUnits, amount, divided_by }))
}

/// Of several lines of an item each is taken to be the one that came back: pesos above a ceiling are rather understated.
fn units_left(line: &InvoiceLine, standing: &LineStanding) -> Result<Option<Decimal>, NoPrice> {
    if standing.returned <= Decimal::ZERO {
        return Ok(line.quantity);
    }
    let Some(quantity) = line.quantity else { return Err(NoPrice::NoteNotMatched) };
    let left = exact::difference(quantity, standing.returned).ok_or(NoPrice::AmountOutOfRange)?;
    Ok(Some(left.max(Decimal::ZERO)))
}

fn compare(a: PriceReading, b: PriceReading) -> Option<Ordering> {
    Some(exact::product(a.amount, b.divided_by)?.cmp(&exact::product(b.amount, a.divided_by)?))
}

#[cfg(test)]
mod tests;
