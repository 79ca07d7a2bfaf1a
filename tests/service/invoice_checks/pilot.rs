//! The nine faults of the Superintendence's pilot, as they were read in its code: each is a test here.

use serde_json::json;

use super::{CSV, Item, LANTUS, XML, checked, form, form_kind, invoice};
use crate::{
    expected::{column, count},
    server::Server,
};

/// 1. It kept only digits: 1.234,50 became 123450.
#[tokio::test(flavor = "multi_thread")]
async fn amounts_keep_their_decimals() {
    let server = Server::with_the_sample().await;
    let list = "cum;cantidad;valor unitario;total;fecha\n19914312-20;10;33.052,00;330.520,00;2020-06-15\n19914312-20;1;33.052,50;33.052,50;2020-06-15\n";
    let answer = checked(&server, "?transaction=3&per=pack", CSV, list).await;
    assert_eq!(column(&answer["data"], "verdict"), ["within", "above"]);
    assert_eq!(answer["data"][1]["unit_price"]["amount"], "33052.50");
}

/// 2. A medicine that was not found complied.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_found_does_not_comply() {
    let server = Server::with_the_sample().await;
    let list = "descripcion,cantidad,valor unitario,fecha\nXYZZYQ 500 MG TABLETA,1,5000,2020-06-15\n";
    let answer = checked(&server, "?transaction=3", CSV, list).await;
    assert_eq!(answer["data"][0]["verdict"], "cannot_compare");
    let totals = &answer["meta"]["totals"];
    assert_eq!((&totals["decided"], &totals["within"]), (&json!(0), &json!(0)));
    let evidence = super::check(&server, "?transaction=3&format=sic", CSV, list.as_bytes()).await.body;
    assert!(evidence.contains("No se puede decir") && !evidence.contains(",Sí,"), "{evidence}");
}

/// 3. The date was not looked at: the first row of the CUM was taken.
#[tokio::test(flavor = "multi_thread")]
async fn the_ceiling_is_that_of_the_day() {
    let server = Server::with_the_sample().await;
    let before = invoice("A", "2019-06-15", &[LANTUS]);
    let within = invoice("B", "2020-06-15", &[LANTUS]);
    let of = async |body: &str| checked(&server, "?transaction=3", XML, body).await["data"][0].clone();
    assert_eq!(
        (of(&before).await["verdict"].clone(), of(&within).await["verdict"].clone()),
        (json!("cannot_compare"), json!("within"))
    );
    assert_eq!(of(&before).await["reasons"][0], "period_before_first_list");
    let undated = checked(&server, "?transaction=3", CSV, "cum,valor unitario\n19914312-20,33052\n").await;
    assert_eq!(undated["data"][0]["reasons"][0], "date_missing");
    let dated = checked(&server, "?transaction=3&per=pack&date=2020-06-15", CSV, "cum,valor unitario\n19914312-20,33052\n").await;
    assert_eq!(dated["data"][0]["verdict"], "within");
}

/// 4. No unit, no pack, no margin of an IPS, no stage.
#[tokio::test(flavor = "multi_thread")]
async fn unit_margin_and_stage_count() {
    let server = Server::with_the_sample().await;
    let capsule = Item { text: "PRADAXA 75 MG", code: "19993896-2", price: "2441.70", unit: "AV", total: "24417.00", ..LANTUS };
    let pack = Item { unit: "BX", ..capsule.clone() };
    let body = invoice("A", "2020-06-15", &[capsule, pack]);
    let answer = checked(&server, "?transaction=3", XML, &body).await;
    let ceilings: Vec<&str> =
        answer["data"].as_array().unwrap().iter().map(|line| line["unit_price"]["per"].as_str().unwrap()).collect();
    assert_eq!(ceilings, ["dispensing_unit", "pack"]);
    assert_eq!(answer["data"][1]["reasons"][0], json!(null), "a box at the price of a capsule: {}", answer["data"][1]);
    let with_margin = Item { price: "35365.64", total: "353656.40", ..LANTUS };
    let body = invoice("B", "2020-06-15", &[with_margin]);
    for (query, verdict) in [("?transaction=5&seller=ips", "within"), ("?transaction=3", "above")] {
        assert_eq!(checked(&server, query, XML, &body).await["data"][0]["verdict"], verdict, "{query}");
    }
}

/// 5. Four digits of precision, with floats around them.
#[tokio::test(flavor = "multi_thread")]
async fn one_centavo_is_seen() {
    let server = Server::with_the_sample().await;
    let list = "cum,valor unitario,fecha\n19914312-20,33052.00,2020-06-15\n19914312-20,33052.01,2020-06-15\n";
    let answer = checked(&server, "?transaction=3&per=pack", CSV, list).await;
    assert_eq!(column(&answer["data"], "verdict"), ["within", "above"]);
}

/// 6. Two sellers' invoice 111 collided.
#[tokio::test(flavor = "multi_thread")]
async fn two_invoices_of_one_number_are_two() {
    let server = Server::with_the_sample().await;
    let (one, other) = (
        invoice("111", "2020-06-15", &[LANTUS]),
        invoice("111", "2020-07-15", &[Item { price: "33000", total: "330000.00", ..LANTUS }]),
    );
    let parts: [super::FormPart<'_>; 2] = [("file", Some("a.xml"), one.as_bytes()), ("file", Some("b.xml"), other.as_bytes())];
    let answer = super::check(&server, "?transaction=3", &form_kind(), &form(&parts)).await.json();
    assert_eq!((count(&answer["data"]), count(&answer["meta"]["documents"])), (2, 2));
    assert_eq!(column(&answer["data"], "verdict"), ["within", "within"]);
}

/// 7. The discount had its sign the other way round.
#[tokio::test(flavor = "multi_thread")]
async fn a_discount_lowers_the_net_price_and_decides_nothing_alone() {
    let server = Server::with_the_sample().await;
    let allowance = "<cac:AllowanceCharge><cbc:ID>1</cbc:ID><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID=\"COP\">10000.00</cbc:Amount></cac:AllowanceCharge>";
    let discounted = Item { price: "33552.00", total: "325520.00", more: allowance, ..LANTUS };
    let answer = checked(&server, "?transaction=3", XML, &invoice("A", "2020-06-15", &[discounted])).await;
    let line = &answer["data"][0];
    assert_eq!(
        (&line["verdict"], &line["reasons"][0]),
        (&json!("cannot_compare"), &json!("discount_basis_unconfirmed")),
        "{line:#}"
    );
    // 335520 − 10000 over ten packs.
    assert_eq!((&line["unit_price"]["amount"], &line["unit_price"]["net"]), (&json!("33552.00"), &json!("32552.00")));
}

/// 8. It read pictures although the invoice is XML.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_sent_back_with_what_to_send_instead() {
    let server = Server::with_the_sample().await;
    let answer = super::check(&server, "?lang=en", "application/pdf", b"%PDF-1.4").await;
    assert!(answer.status == 415 && answer.body.contains("send the XML that came with it"), "{}", answer.body);
}

/// 9. No explanation.
#[tokio::test(flavor = "multi_thread")]
async fn every_line_says_why_in_both_languages() {
    let server = Server::with_the_sample().await;
    let list = "descripcion,cum,cantidad,valor unitario,fecha\n,19914312-20,1,33052,2020-06-15\n,19914312-20,1,40000,2020-06-15\nSALA DE OBSERVACION,,1,256835,2020-06-15\n,19914312-20,1,0,2020-06-15\n";
    for (language, words) in [
        ("es", ["no supera", "supera en", "no se afirma nada", "bonificación"]),
        ("en", ["does not exceed", "above", "Nothing is claimed", "bonus"]),
    ] {
        let answer = checked(&server, &format!("?transaction=3&per=pack&lang={language}"), CSV, list).await;
        let said = column(&answer["data"], "explanation");
        for (said, word) in said.iter().zip(words) {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}
