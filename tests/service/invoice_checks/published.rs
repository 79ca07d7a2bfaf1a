//! The cases that the Superintendence published, as invoices: they come out as published.

use crate::{
    expected::column,
    server::Server,
    stage::{ceilings_header, read_model, written},
    support,
};
use serde_json::json;
use termometro::ingest::SourceKind;

use super::{Item, LANTUS, XML, checked, invoice};

/// The ceilings as they were quoted, of one day; what a pack holds stands in the name.
fn list() -> std::path::PathBuf {
    let row = |number: u32, cum: &str, market: &str, name: &str, units: u32, pesos: &str| {
        format!(
            "{number},{number},{market},{cum},{name},{units},mg,\"{pesos}\",\"0.00\",No Regulado,No regulado,Circular 10 de 2020,2020 Mar 28 12:00:00 AM"
        )
    };
    let rows = [
        row(
            1,
            "36241-3",
            "Enoxaparina - Líquido - Inyectable",
            "CLEXANE - Enoxaparina 60mg/0.6ml - Líquido - Inyectable x 1 - SANOFI",
            60,
            "12,089.00",
        ),
        row(
            2,
            "33103-2",
            "Alteplase - Sólido - Inyectable",
            "ACTILYSE - Alteplase 50mg/1U - Sólido - Inyectable x 1 - BOEHRINGER",
            50,
            "1,691,122.48",
        ),
        row(
            3,
            "19993896-2",
            "Dabigatran - Sólido - Oral",
            "PRADAXA - Dabigatran 75mg/1U - Sólido - Oral x 30 - BOEHRINGER",
            2250,
            "60,060.00",
        ),
    ];
    let rows: Vec<&str> = std::iter::once(ceilings_header()).chain(rows.iter().map(String::as_str)).collect();
    written("published-20200701.csv", &rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn published_excesses_come_out_as_published() {
    let database = support::database("invoices_published").await;
    support::import(&database, SourceKind::Catalogue, &support::sample_file("catalogue.csv")).await;
    support::import(&database, SourceKind::Ceilings, &list()).await;
    let server = Server::on(read_model(&database)).await;
    let clexane =
        Item { text: "CLEXANE 60 MG", code: "36241-3", unit: "BX", quantity: "4", price: "32000", total: "128000.00", ..LANTUS };
    let actilyse = Item {
        text: "ACTILYSE 50 MG",
        code: "33103-2",
        unit: "BX",
        quantity: "1",
        price: "11601138",
        total: "11601138.00",
        ..LANTUS
    };
    // Said to be of one capsule, and left open.
    let capsule = Item {
        text: "PRADAXA 75 MG",
        code: "19993896-2",
        unit: "AV",
        quantity: "2",
        price: "63546",
        total: "127092.00",
        ..LANTUS
    };
    let open = Item { unit: "94", ..capsule.clone() };
    let body = invoice("FE1", "2020-06-15", &[clexane, actilyse, capsule, open]);
    let answer = checked(&server, "?transaction=3", XML, &body).await;
    let lines = &answer["data"];
    assert_eq!(column(lines, "verdict"), ["above"; 4], "{lines:#}");
    // 19911 / 12089; 9910015.52 / 1691122.48; 61544 / 2002; 3486 / 60060.
    assert_eq!(column(lines, "excess_percent"), ["164.7034", "586.0022", "3074.1259", "5.8042"]);
    // As of one capsule it is a question, because as of the box it is nearly the ceiling.
    assert_eq!(lines[2]["reasons"][0], "another_unit_fits");
    assert_eq!(
        (&lines[2]["other_readings"][0]["per"], &lines[2]["other_readings"][0]["excess_percent"]),
        (&json!("pack"), &json!("5.8042"))
    );
    assert!(lines[2]["explanation"].as_str().unwrap().starts_with("Pregunte antes de objetar"), "{}", lines[2]["explanation"]);
    // Left open, both readings are shown, and the smaller excess is what is claimed.
    let readings = &lines[3]["candidates"][0]["readings"];
    assert_eq!(column(readings, "per").len(), 2);
    let percents: std::collections::BTreeSet<&str> = column(readings, "excess_percent").into_iter().collect();
    assert_eq!(percents, ["3074.1259", "5.8042"].into());
    assert_eq!((&lines[3]["unit_price"]["per"], &lines[3]["unit_price"]["unit_from"]), (&json!(null), &json!("unit_open")));
    assert_eq!(lines[0]["above_amount"]["amount"], "79644.00", "19,911 pesos, four times");
}
