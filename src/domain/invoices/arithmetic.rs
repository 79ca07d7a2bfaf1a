//! Whether a line's figures fit each other: quantity × price / base − allowances + charges against its total, exactly.
//!
//! What fits is what rounding explains (`domain/number/line_total.rs`).

use super::{
    document::{Adjustment, AdjustmentKind},
    line::InvoiceLine,
};
use crate::domain::number::{
    exact,
    line_total::{TOTAL_ROUNDING, tolerance},
};
use rust_decimal::Decimal;

/// At a peso or less a unit is given away.
const BONUS_PRICE_MAX: Decimal = Decimal::ONE;

/// A line's arithmetic, for an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalCheck {
    pub stated: Decimal,
    /// quantity × price − allowances + charges.
    pub without_base: Option<Decimal>,
    /// The same with the price divided by the base quantity, half-up to 4 decimals; `None` without one.
    pub with_base: Option<Decimal>,
    /// So far apart rounding explains.
    pub tolerance: Decimal,
}

/// `None` where quantity, price or total is missing, or out of the range of exact arithmetic.
pub fn total_check(line: &InvoiceLine) -> Option<TotalCheck> {
    let (quantity, price, stated) = (line.quantity?, line.unit_price?, line.total?);
    let change = exact::difference(sum_of(&line.adjustments, AdjustmentKind::Charge)?, allowances(line)?)?;
    let product = exact::product(quantity, price)?;
    let base = line.base_quantity.filter(|base| *base > Decimal::ZERO && *base != Decimal::ONE);
    let with_base = base.and_then(|base| exact::sum(exact::quotient_half_up(product, base, 4)?, change));
    let tolerance = tolerance(quantity, price, Decimal::ONE, stated)?;
    Some(TotalCheck { stated, without_base: exact::sum(product, change), with_base, tolerance })
}

/// Whether the price, for so many units, explains the total. `None`: out of the range of exact arithmetic.
pub(super) fn fits(line: &InvoiceLine, (quantity, price, total): (Decimal, Decimal, Decimal), base: Decimal) -> Option<bool> {
    let before = exact::difference(exact::sum(total, allowances(line)?)?, sum_of(&line.adjustments, AdjustmentKind::Charge)?)?;
    let apart = exact::difference(exact::product(quantity, price)?, exact::product(before, base)?)?.abs();
    Some(apart <= tolerance(quantity, price, base, total)?)
}

pub(super) fn sum_of(adjustments: &[Adjustment], kind: AdjustmentKind) -> Option<Decimal> {
    let of_kind = adjustments.iter().filter(|adjustment| adjustment.kind == kind);
    of_kind.map(|adjustment| adjustment.amount).try_fold(Decimal::ZERO, exact::sum)
}

fn allowances(line: &InvoiceLine) -> Option<Decimal> {
    sum_of(&line.adjustments, AdjustmentKind::Allowance)
}

/// What is given away beside what is sold: nothing or a peso for a unit, before or after discounts.
pub fn is_bonus(line: &InvoiceLine) -> bool {
    let (price, quantity, total) = (line.unit_price, line.quantity, line.total);
    let of_total = quantity.zip(total).and_then(|(quantity, total)| Some(total <= exact::product(quantity, BONUS_PRICE_MAX)?));
    // A price of zero beside a total is no gift: the price is missing.
    price.is_some_and(|price| price <= BONUS_PRICE_MAX && of_total != Some(false)) || of_total == Some(true)
}

/// The allowance in pesos that a list's "discount" means: of the line, of each unit, or in percent, whichever explains the total. `None`
/// where none or more than one of them does.
pub fn allowance_of(discount: Decimal, quantity: Decimal, price: Decimal, total: Decimal) -> Option<Decimal> {
    let product = exact::product(quantity, price)?;
    let percent = exact::product(product, discount).and_then(|part| exact::product(part, Decimal::new(1, 2)));
    let mut fitting: Vec<Decimal> = Vec::new();
    for meant in [Some(discount), exact::product(discount, quantity), percent].into_iter().flatten() {
        let apart = exact::difference(exact::difference(product, meant)?, total)?.abs();
        let close = apart <= tolerance(quantity, price, Decimal::ONE, total)?;
        if close && fitting.iter().all(|known| (known - meant).abs() > TOTAL_ROUNDING) {
            fitting.push(meant);
        }
    }
    match fitting[..] {
        [meant] => Some(meant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_discount_is_what_explains_the_total() {
        for (discount, quantity, price, total, meant) in [
            ("1000", "10", "500", "4000", Some("1000")),
            ("100", "10", "500", "4000", Some("1000")),
            ("20", "10", "500", "4000", Some("1000")),
            ("0", "10", "500", "5000", Some("0")),
            ("7", "10", "500", "4000", None),
            ("50", "1", "100", "50", Some("50")),
        ] {
            assert_eq!(allowance_of(d(discount), d(quantity), d(price), d(total)), meant.map(d), "{discount}");
        }
    }
}
