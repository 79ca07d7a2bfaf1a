//! Notes, bonus units and repeated documents of a batch.

use super::*;
use crate::domain::invoices::{
    document::BillingReference,
    line::{CodeScheme, LineCode, LinePlace},
    prices::{NoPrice, prices_of},
};

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn cufe(letter: char) -> Cufe {
    letter.to_string().repeat(96).parse().unwrap()
}

fn invoice(file: &str, cufe: Option<Cufe>, number: &str) -> InvoiceDocument {
    InvoiceDocument {
        number: Some(number.to_owned()),
        cufe,
        seller: Some("899999063".parse().unwrap()),
        ..InvoiceDocument::new(file.into(), DocumentKind::Invoice)
    }
}

fn note(file: &str, number: &str, concept: NoteConcept, of: &InvoiceDocument) -> InvoiceDocument {
    let kind = if concept == NoteConcept::ValueChange { DocumentKind::DebitNote } else { DocumentKind::CreditNote };
    InvoiceDocument {
        kind,
        note_concept: Some(concept),
        references: vec![BillingReference { number: of.number.clone(), cufe: of.cufe.clone() }],
        ..invoice(file, None, number)
    }
}

fn line(document: &InvoiceDocument, code: &str, quantity: &str, price: &str) -> InvoiceLine {
    let (quantity, price) = (d(quantity), d(price));
    InvoiceLine {
        codes: vec![LineCode { scheme: CodeScheme::Own, value: code.to_owned() }],
        quantity: Some(quantity),
        unit_price: Some(price),
        total: Some(quantity * price),
        ..InvoiceLine::new(Arc::new(document.clone()), LinePlace::default())
    }
}

fn facts(lines: &[InvoiceLine]) -> BatchFacts {
    let mut facts = BatchFacts::default();
    lines.iter().for_each(|line| facts.see(line));
    facts
}

/// Of each line the readings' number and units left, or why it has no price.
fn outcomes(lines: &[InvoiceLine]) -> Vec<Result<(usize, Option<Decimal>), NoPrice>> {
    let facts = facts(lines);
    let one = |line| prices_of(line, &facts.standing(line)).map(|prices| (prices.readings.len(), prices.units));
    lines.iter().map(one).collect()
}

#[test]
fn a_return_takes_units_wherever_the_note_stands() {
    let sold = invoice("a.xml", Some(cufe('a')), "FE1");
    let back = note("b.xml", "NC1", NoteConcept::Return, &sold);
    let lines = [line(&back, "X", "4", "1000"), line(&sold, "X", "10", "1000"), line(&sold, "Y", "1", "70")];
    assert_eq!(outcomes(&lines), [Err(NoPrice::NoteLine), Ok((1, Some(d("6")))), Ok((1, Some(d("1"))))]);
    let all = [line(&sold, "X", "10", "1000"), line(&back, "X", "10", "1000")];
    assert_eq!(outcomes(&all)[0], Err(NoPrice::ReversedByNote));
}

#[test]
fn an_annulment_takes_every_line() {
    let sold = invoice("a.xml", Some(cufe('a')), "FE1");
    let back = note("b.xml", "NC1", NoteConcept::Annulment, &sold);
    let lines = [line(&sold, "X", "10", "1000"), line(&sold, "Y", "1", "70"), line(&back, "X", "1", "1000")];
    assert_eq!(outcomes(&lines)[..2], [Err(NoPrice::ReversedByNote), Err(NoPrice::ReversedByNote)]);
}

#[test]
fn a_rebate_and_a_debit_note_are_another_reading() {
    let sold = invoice("a.xml", Some(cufe('a')), "FE1");
    let lower = note("b.xml", "NC1", NoteConcept::Rebate, &sold);
    let higher = note("c.xml", "ND1", NoteConcept::ValueChange, &sold);
    let lines = [line(&sold, "X", "10", "1000"), line(&lower, "X", "1", "3000"), line(&higher, "X", "1", "500")];
    let prices = prices_of(&lines[0], &facts(&lines).standing(&lines[0])).unwrap();
    assert_eq!((prices.readings[1].amount, prices.readings[1].divided_by), (d("7500"), d("10")));
    let interest = note("d.xml", "ND2", NoteConcept::Interest, &sold);
    let lines = [line(&sold, "X", "10", "1000"), line(&interest, "INTERESES", "1", "3000")];
    assert_eq!(outcomes(&lines)[0], Ok((1, Some(d("10")))), "interest is paid beside the price");
}

#[test]
fn a_note_by_number_is_of_the_same_seller_only() {
    let sold = invoice("a.xml", Some(cufe('a')), "FE1");
    let mut back = note("b.xml", "NC1", NoteConcept::Annulment, &sold);
    back.references[0].cufe = None;
    let lines = |back: &InvoiceDocument| [line(&sold, "X", "10", "1000"), line(back, "X", "10", "1000")];
    assert_eq!(outcomes(&lines(&back))[0], Err(NoPrice::ReversedByNote));
    back.seller = Some("860002964".parse().unwrap());
    assert_eq!(outcomes(&lines(&back))[0], Ok((1, Some(d("10")))));
}

#[test]
fn a_note_that_fits_no_line_leaves_no_price() {
    let sold = invoice("a.xml", Some(cufe('a')), "FE1");
    let lower = note("b.xml", "NC1", NoteConcept::Rebate, &sold);
    let stranger = [line(&sold, "X", "10", "1000"), line(&lower, "DESCUENTO", "1", "3000")];
    assert_eq!(outcomes(&stranger)[0], Err(NoPrice::NoteNotMatched));
    let two_prices = [line(&sold, "X", "10", "1000"), line(&sold, "X", "5", "900"), line(&lower, "X", "1", "3000")];
    assert_eq!(outcomes(&two_prices)[..2], [Err(NoPrice::NoteNotMatched), Err(NoPrice::NoteNotMatched)]);
    let one_price = [line(&sold, "X", "10", "1000"), line(&sold, "X", "5", "1000"), line(&lower, "X", "1", "3000")];
    let prices = prices_of(&one_price[1], &facts(&one_price).standing(&one_price[1])).unwrap();
    assert_eq!((prices.readings[1].amount, prices.readings[1].divided_by), (d("12000"), d("15")));
}

#[test]
fn a_document_counts_once_and_two_sellers_may_have_the_same_number() {
    let sold = invoice("a.xml", Some(cufe('a')), "111");
    let copy = InvoiceDocument { file: "lote.zip/a.xml".into(), ..sold.clone() };
    let other = InvoiceDocument { seller: Some("860002964".parse().unwrap()), ..invoice("c.xml", None, "111") };
    let unknown = InvoiceDocument { seller: None, ..invoice("d.xml", None, "111") };
    let another = invoice("e.xml", Some(cufe('b')), "111");
    let of = |document: &InvoiceDocument| line(document, "X", "10", "1000");
    let lines = [of(&sold), of(&copy), of(&other), of(&unknown), of(&another)];
    let good = Ok((1, Some(d("10"))));
    assert_eq!(outcomes(&lines), [good, Err(NoPrice::RepeatedDocument), good, good, good]);
    // A note that comes twice takes once.
    let back = note("n.xml", "NC1", NoteConcept::Return, &sold);
    let again = InvoiceDocument { file: "m.xml".into(), ..back.clone() };
    let lines = [of(&sold), line(&back, "X", "4", "1000"), line(&again, "X", "4", "1000")];
    assert_eq!(outcomes(&lines)[0], Ok((1, Some(d("6")))));
}

#[test]
fn bonus_units_are_of_the_same_item_of_the_same_document() {
    let sold = invoice("a.xml", Some(cufe('a')), "FE1");
    let other = invoice("b.xml", Some(cufe('b')), "FE2");
    let lines = [line(&sold, "X", "10", "1000"), line(&sold, "X", "2", "0"), line(&other, "X", "5", "0")];
    let standing = facts(&lines).standing(&lines[0]);
    assert_eq!((standing.item_units, standing.bonus_units), (d("10"), d("2")));
    // A filler is no code: the text says what it is.
    let mut texts = [line(&sold, "000", "10", "1000"), line(&sold, "000", "2", "0"), line(&sold, "0", "3", "0")];
    for (line, text) in texts.iter_mut().zip(["Tramadol 50 mg", "TRAMADOL 50MG", "Otra cosa"]) {
        line.texts = vec![text.to_owned()];
    }
    assert_eq!(facts(&texts).standing(&texts[0]).bonus_units, d("2"));
}
