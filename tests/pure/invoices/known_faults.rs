//! The faults of an earlier program that compared invoices with ceilings (AdminDatos/Guardian), as far as reading is concerned: none of them
//! is here. What concerns judging is tested where prices are judged.

use rust_decimal::Decimal;
use termometro::domain::invoices::prices::total_check;

use super::{read, read_one};
use crate::kit::ubl::{Ubl, cufe, line};

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// 1. It kept the digits of an amount only: `1.234,50` was 123450.
#[test]
fn a_decimal_comma_is_no_factor_of_a_hundred() {
    let outcome = read_one("lista.csv", "cum;producto;precio\n1-1;x;1.234,50\n1-2;y;12,5\n");
    let prices: Vec<_> = outcome.lines.iter().map(|line| line.unit_price.unwrap()).collect();
    assert_eq!(prices, [d("1234.50"), d("12.5")]);
}

/// 2. What it did not find complied. A line that cannot be read says why, and is never left out.
#[test]
fn a_line_that_cannot_be_read_is_a_line() {
    let outcome = read_one("lista.csv", "cum,producto,precio\n1-1,x,5\n1-2,y,\n,z,7\n1-4,w,no\n");
    assert_eq!(outcome.prices(), ["gross 5/1", "price_missing", "gross 7/1", "value_not_read"]);
    assert_eq!(outcome.lines[3].faults[0].value, "no");
}

/// 3. It ignored the date. Each line has that of its own invoice, not of the file or of what is around it.
#[test]
fn each_line_has_its_own_date() {
    let outcome = read_one("lista.csv", "fecha,cum,producto,precio\n2020-06-15,1-1,x,5\n2021-07-16,1-1,x,5\n,1-1,x,5\n");
    let periods: Vec<_> = outcome.lines.iter().map(|line| line.period().map(|period| period.to_string())).collect();
    assert_eq!(periods, [Some("2020-06-15".to_owned()), Some("2021-07-16".to_owned()), None]);
}

/// 4. It knew no unit. The unit is carried as it is written.
#[test]
fn the_unit_is_carried() {
    let mut boxes = line("10", "33052.00", None, "330520.00");
    boxes.unit = "BX".to_owned();
    assert_eq!(read_one("fv.xml", Ubl::invoice("FE1", vec![boxes]).xml()).lines[0].unit.as_deref(), Some("BX"));
    assert_eq!(
        read_one("l.csv", "cum,producto,unidad de medida,precio\n1-1,x,CAJA X 30,5\n").lines[0].unit.as_deref(),
        Some("CAJA X 30")
    );
}

/// 5. It calculated with four digits, and floats around them.
#[test]
fn every_digit_is_kept() {
    let big = line("3", "123456789.123456", None, "370370367.370368");
    let outcome = read_one("fv.xml", Ubl::invoice("FE1", vec![big]).xml());
    assert_eq!(outcome.lines[0].unit_price, Some(d("123456789.123456")));
    assert_eq!(outcome.prices(), ["gross 123456789.123456/1"]);
    let rips =
        r#"{"usuarios":[{"servicios":{"medicamentos":[{"cantidadMedicamento":1,"vrUnitMedicamento":0.1234567890123456789}]}}]}"#;
    assert_eq!(read_one("r.json", rips).lines[0].unit_price, Some(d("0.1234567890123456789")));
}

/// 6. Invoices of two sellers with one number were one.
#[test]
fn two_sellers_may_have_the_same_number() {
    let of = |seller: &str, letter: char| {
        Ubl {
            seller: seller.to_owned(),
            cufe: cufe(letter),
            ..Ubl::invoice("111", vec![line("10", "33052.00", None, "330520.00")])
        }
        .xml()
    };
    let (one, other) = (of("899999063", 'a'), of("860002964", 'c'));
    let outcome = read(&[("a.xml", one.as_bytes()), ("b.xml", other.as_bytes()), ("a copia.xml", one.as_bytes())]);
    assert_eq!(outcome.prices(), ["gross 33052/1", "gross 33052/1", "repeated_document"]);
}

/// 7. It took discounts with the sign turned, and only where there was a quantity.
#[test]
fn a_discount_lowers_and_a_charge_raises() {
    let net = |is_charge: bool, total: &str| {
        let mut line = line("10", "1000.00", None, total);
        line.adjustments = vec![(is_charge, "500.00")];
        read_one("fv.xml", Ubl::invoice("FE1", vec![line]).xml()).prices().remove(0)
    };
    assert_eq!(net(false, "9500.00"), "gross 1000/1, net 9500/10");
    assert_eq!(net(true, "10500.00"), "gross 1000/1, net 10500/10");
    assert_eq!([net(false, "10500.00"), net(true, "9500.00")], ["line_total_mismatch"; 2]);
}

/// 8. It read pictures of what is XML.
#[test]
fn a_picture_is_answered_with_the_way_to_the_xml() {
    for (bytes, code) in [(&b"%PDF-1.7\n"[..], "pdf"), (b"\x89PNG\r\n\x1A\n", "image"), (b"\xFF\xD8\xFF\xE0", "image")] {
        let outcome = read_one("factura.xml", bytes);
        assert_eq!(outcome.codes(), [code]);
        let fault = &outcome.faults[0];
        assert!(fault.is_unsupported() && fault.words.es.contains("XML") && fault.words.en.contains("XML"));
    }
}

/// 9. It explained nothing.
#[test]
fn what_does_not_fit_is_shown_with_both_readings() {
    let odd = line("10", "33052.00", Some("10"), "66104.00");
    let outcome = read_one("fv.xml", Ubl::invoice("FE1", vec![odd]).xml());
    assert_eq!(outcome.prices(), ["line_total_mismatch"]);
    let check = total_check(&outcome.lines[0]).unwrap();
    assert_eq!((check.stated, check.without_base, check.with_base), (d("66104"), Some(d("330520")), Some(d("33052"))));
}
