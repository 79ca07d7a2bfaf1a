//! Figures of lines, and the prices that they state.

use super::*;
use crate::domain::invoices::{
    document::{DocumentKind, InvoiceDocument},
    line::{CellFault, LinePart, LinePlace, ReferencePrice},
};
use std::sync::Arc;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn optional(text: &str) -> Option<Decimal> {
    if text.is_empty() { None } else { Some(d(text)) }
}

/// Quantity, price, base quantity and total; a blank is not stated.
fn line(quantity: &str, price: &str, base: &str, total: &str) -> InvoiceLine {
    let document = InvoiceDocument::new("a.xml".into(), DocumentKind::Invoice);
    InvoiceLine {
        quantity: optional(quantity),
        unit_price: optional(price),
        base_quantity: optional(base),
        total: optional(total),
        ..InvoiceLine::new(Arc::new(document), LinePlace::default())
    }
}

fn adjustment(kind: AdjustmentKind, amount: &str) -> Adjustment {
    Adjustment { kind, amount: d(amount), percent: None, base: None, reason_code: None, reason: None }
}

fn allowance(amount: &str) -> Adjustment {
    adjustment(AdjustmentKind::Allowance, amount)
}

fn alone(line: &InvoiceLine) -> Result<LinePrices, NoPrice> {
    prices_of(line, &LineStanding::alone())
}

/// Basis, amount and divisor of every reading, those that are only shown at the end.
fn readings(prices: &LinePrices) -> Vec<(&'static str, String, String)> {
    let all = prices.readings.iter().chain(&prices.shown);
    all.map(|one| (one.basis.code(), one.amount.normalize().to_string(), one.divided_by.normalize().to_string())).collect()
}

fn reading(basis: &'static str, amount: &str, divided_by: &str) -> (&'static str, String, String) {
    (basis, amount.to_owned(), divided_by.to_owned())
}

#[test]
fn the_base_quantity_is_read_as_the_total_says() {
    for (quantity, price, base, total, amount, divisor, how) in [
        ("10", "33052.00", "1", "330520.00", "33052", "1", BaseReading::One),
        ("10", "33052.00", "", "330520.00", "33052", "1", BaseReading::One),
        ("10", "33052.00", "10", "330520.00", "33052", "1", BaseReading::NotADivisor),
        ("10", "330520.00", "10", "330520.00", "330520", "10", BaseReading::Divides),
        ("10", "33052.00", "30", "330520.00", "33052", "1", BaseReading::NotADivisor),
        ("3", "1000", "100", "30", "1000", "100", BaseReading::Divides),
        ("10", "33052.00", "0", "330520.00", "33052", "1", BaseReading::One),
        ("10", "", "", "330520.00", "330520", "10", BaseReading::Derived),
    ] {
        let prices = alone(&line(quantity, price, base, total)).unwrap();
        assert_eq!(readings(&prices), [reading("gross", amount, divisor)], "{quantity} {price} {base}");
        assert_eq!((prices.base, prices.units), (how, Some(d(quantity))));
    }
}

#[test]
fn figures_that_do_not_fit_give_no_price() {
    for (quantity, price, base, total) in [
        ("10", "33052.00", "1", "330530.00"),
        ("10", "33052.00", "10", "66104.00"),
        // Both readings within rounding: 2 and 1 pesos.
        ("2", "1", "2", "1.5"),
        // Nothing shows what the base means.
        ("", "33052", "10", ""),
        ("10", "33052", "10", ""),
        ("2", "0", "", "1000"),
    ] {
        assert_eq!(alone(&line(quantity, price, base, total)).unwrap_err(), NoPrice::LineTotalMismatch, "{price} {base} {total}");
    }
    assert_eq!(alone(&line("10", "", "", "")).unwrap_err(), NoPrice::PriceMissing);
    assert_eq!(alone(&line("", "", "", "500")).unwrap_err(), NoPrice::PriceMissing);
    assert_eq!(alone(&line("79228162514264337593543950335", "33.33", "", "5")).unwrap_err(), NoPrice::AmountOutOfRange);
}

#[test]
fn what_rounding_explains_fits() {
    for (quantity, price, total) in [
        ("3", "1196.33", "3589"),     // to whole pesos
        ("3", "1196.33", "3588.99"),  // exactly
        ("1000", "12.34", "12344.9"), // the price has lost a digit
        ("7", "100", "701"),
    ] {
        assert!(alone(&line(quantity, price, "", total)).is_ok(), "{quantity} × {price} = {total}");
    }
    assert!(alone(&line("1000", "12.34", "", "12346.1")).is_err());
}

#[test]
fn gross_and_net_are_both_readings() {
    let mut discounted = line("10", "1000", "1", "9000");
    discounted.adjustments = vec![allowance("1500"), adjustment(AdjustmentKind::Charge, "500")];
    assert_eq!(readings(&alone(&discounted).unwrap()), [reading("gross", "1000", "1"), reading("net", "9000", "10")]);
    discounted.unit_price = None;
    assert_eq!(readings(&alone(&discounted).unwrap()), [reading("gross", "10000", "10"), reading("net", "9000", "10")]);
    // Nothing taken off is no second price.
    let mut plain = line("10", "1000", "1", "10000");
    plain.adjustments = vec![allowance("0")];
    assert_eq!(readings(&alone(&plain).unwrap()), [reading("gross", "1000", "1")]);
}

#[test]
fn a_discount_of_the_whole_document_is_shared_by_its_lines() {
    let mut line = line("10", "1000", "1", "10000");
    let document = Arc::make_mut(&mut line.document);
    document.adjustments = vec![allowance("4000")];
    document.lines_total = Some(d("40000"));
    // A tenth off: 10000 × 36000 / (10 × 40000) = 900.
    assert_eq!(readings(&alone(&line).unwrap()), [reading("gross", "1000", "1"), reading("net", "360000000", "400000")]);
}

#[test]
fn bonus_units_and_samples_are_no_sales() {
    for (quantity, price, total) in
        [("1", "0", "0"), ("1", "1", "1"), ("3", "1", "3"), ("3", "0", ""), ("", "0", ""), ("5", "", "0")]
    {
        assert_eq!(alone(&line(quantity, price, "", total)).unwrap_err(), NoPrice::BonusLine, "{quantity} {price} {total}");
    }
    let mut given = line("10", "1000", "1", "0");
    given.adjustments = vec![allowance("10000")];
    assert_eq!(alone(&given).unwrap_err(), NoPrice::BonusLine, "a discount of all of it");
    let mut sample = line("1", "0", "", "0");
    sample.reference_price = Some(ReferencePrice { amount: d("5000"), kind: Some("01".to_owned()) });
    assert_eq!(alone(&sample).unwrap_err(), NoPrice::SampleLine);
    sample.unit_price = Some(d("5000"));
    assert_eq!(alone(&sample).unwrap_err(), NoPrice::SampleLine, "with what it would have cost as its price");
    // A peso and a centavo is a price.
    assert!(alone(&line("100", "1.01", "", "101")).is_ok());
}

#[test]
fn what_is_no_sale_in_pesos_is_named() {
    let good = || line("10", "1000", "1", "10000");
    let with = |change: &dyn Fn(&mut InvoiceDocument)| {
        let mut line = good();
        change(Arc::make_mut(&mut line.document));
        alone(&line).unwrap_err()
    };
    assert_eq!(with(&|document| document.operation_type = Some("SS-Recaudo".to_owned())), NoPrice::CollectionOnly);
    assert_eq!(with(&|document| document.operation_type = Some("SS-Reporte".to_owned())), NoPrice::CollectionOnly);
    assert_eq!(with(&|document| document.kind = DocumentKind::CreditNote), NoPrice::NoteLine);
    assert_eq!(with(&|document| document.kind = DocumentKind::DebitNote), NoPrice::NoteLine);
    assert_eq!(with(&|document| document.currency = Some("USD".to_owned())), NoPrice::CurrencyNotPesos);
    let mut unread = good();
    unread.faults.push(CellFault::new(LinePart::Date, "fecha", "x", "not_a_date"));
    assert!(alone(&unread).is_ok());
    unread.faults.push(CellFault::new(LinePart::UnitPrice, "precio", "1.234", "ambiguous_number"));
    assert_eq!(alone(&unread).unwrap_err(), NoPrice::ValueNotRead);
    assert_eq!(alone(&line("-10", "1000", "1", "-10000")).unwrap_err(), NoPrice::QuantityNotPositive);
    assert_eq!(alone(&line("0", "1000", "1", "0")).unwrap_err(), NoPrice::QuantityNotPositive);
}

#[test]
fn notes_lower_the_net_price_or_the_units() {
    let line = line("10", "1000", "1", "10000");
    let of_item = |change: LineStanding| LineStanding { item_units: d("10"), item_total: d("10000"), ..change };
    let credited = of_item(LineStanding { credited: d("2000"), ..LineStanding::alone() });
    let expected = [reading("gross", "1000", "1"), reading("after_notes", "8000", "10")];
    assert_eq!(readings(&prices_of(&line, &credited).unwrap()), expected);
    let raised = of_item(LineStanding { debited: d("500"), ..LineStanding::alone() });
    assert_eq!(readings(&prices_of(&line, &raised).unwrap())[1], reading("after_notes", "10500", "10"));
    let returned = of_item(LineStanding { returned: d("4"), ..LineStanding::alone() });
    let prices = prices_of(&line, &returned).unwrap();
    assert_eq!((readings(&prices).len(), prices.units), (1, Some(d("6"))));
    for (standing, why) in [
        (LineStanding { reversed: true, note_not_matched: true, ..LineStanding::alone() }, NoPrice::ReversedByNote),
        (LineStanding { note_not_matched: true, ..LineStanding::alone() }, NoPrice::NoteNotMatched),
        (LineStanding { repeated: true, ..LineStanding::alone() }, NoPrice::RepeatedDocument),
        (of_item(LineStanding { credited: d("10000"), ..LineStanding::alone() }), NoPrice::ReversedByNote),
    ] {
        assert_eq!(prices_of(&line, &standing).unwrap_err(), why);
    }
}

#[test]
fn bonus_units_are_shown_and_decide_nothing() {
    let standing = LineStanding {
        item_units: d("10"),
        item_total: d("10000"),
        bonus_units: d("2"),
        bonus_total: d("2"),
        ..LineStanding::alone()
    };
    let prices = prices_of(&line("10", "1000", "1", "10000"), &standing).unwrap();
    assert_eq!((prices.readings.len(), prices.shown.len()), (1, 1));
    assert_eq!(readings(&prices)[1], reading("with_bonus_units", "10002", "12"));
}

#[test]
fn the_check_says_both_sides() {
    let check = total_check(&line("10", "33052.00", "10", "330520.00")).unwrap();
    assert_eq!((check.stated, check.without_base, check.with_base), (d("330520"), Some(d("330520")), Some(d("33052"))));
    assert_eq!(check.tolerance, d("1.05"));
    assert_eq!(total_check(&line("10", "", "", "330520.00")), None);
}

proptest::proptest! {
    /// Whatever the figures, a gross price is one of the readings of the base, and it explains the total.
    #[test]
    fn a_price_explains_its_total(quantity in 1_i64..5_000, price in 101_i64..10_000_000, base in 0_i64..5_000, off in 0_i64..3) {
        let (quantity, price, base) = (Decimal::from(quantity), Decimal::new(price, 2), Decimal::from(base));
        let mut line = line("", "", "", "");
        let total = quantity * price + Decimal::from(off * 10);
        (line.quantity, line.unit_price, line.base_quantity, line.total) = (Some(quantity), Some(price), Some(base), Some(total));
        if let Ok(prices) = alone(&line) {
            let gross = prices.readings[0];
            let apart = (quantity * gross.amount - total * gross.divided_by).abs();
            proptest::prop_assert!(apart <= gross.divided_by + quantity * Decimal::new(5, 3), "{line:?}");
        } else {
            proptest::prop_assert!(off > 0 || base > Decimal::ONE, "{line:?}");
        }
    }
}
