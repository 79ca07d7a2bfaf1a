//! What an invoice does not say of its sale and of its unit is known from dated tables, where they are held; the answer says so.

use std::path::PathBuf;

use serde_json::{Value, json};
use termometro::{ingest::SourceKind, store::postgres::database::Database};

use super::{CSV, Item, LANTUS, XML, check, checked, document};
use crate::{
    expected::column,
    kit::tables,
    people,
    server::Server,
    stage::{header_of, written},
    support,
};

const DISTRIBUTOR: &str = "860002964";
const HOSPITAL: &str = "899999063";

/// An invoice of the distributor to the hospital.
fn invoice_between(seller: &str, customer: &str, day: &str, item: &Item) -> String {
    let party = |element: &str, nit: &str| {
        format!(
            "<cac:{element}><cac:Party><cac:PartyTaxScheme><cbc:CompanyID schemeName=\"31\">{nit}</cbc:CompanyID></cac:PartyTaxScheme></cac:Party></cac:{element}>"
        )
    };
    let header = party("AccountingSupplierParty", seller) + &party("AccountingCustomerParty", customer);
    document("Invoice", "FE9", day, &header, std::slice::from_ref(item))
}

fn actors(name: &str, rows: &[&str]) -> PathBuf {
    written(name, &[&[header_of(tables::ACTORS)][..], rows].concat())
}

fn conventions(name: &str, rows: &[&str]) -> PathBuf {
    written(name, &[&[header_of(tables::CONVENTIONS)][..], rows].concat())
}

async fn with_tables(name: &'static str) -> (Database, Server) {
    let database = people::sample(name).await;
    let server = people::server(&database).await;
    (database, server)
}

/// Above the bare ceiling, within that with the margin of an IPS.
fn between() -> Item {
    Item { price: "34000.00", total: "340000.00", ..LANTUS }
}

async fn line(server: &Server, query: &str, body: &str) -> Value {
    checked(server, query, XML, body).await["data"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn seller_and_customer_are_known_from_the_table_on_its_days() {
    let (database, server) = with_tables("invoice_actors").await;
    let body = invoice_between(DISTRIBUTOR, HOSPITAL, "2020-06-15", &between());
    let before = line(&server, "", &body).await;
    assert_eq!((&before["verdict"], &before["reasons"][0]), (&json!("cannot_compare"), &json!("stage_not_known")));
    assert!(before.get("sale").is_none(), "{before}");

    let rows: Vec<&str> = tables::ACTORS.lines().skip(1).collect();
    let report = support::import(&database, SourceKind::Actors, &actors("actores_20210101.csv", &rows)).await;
    assert_eq!((report.counts.read, report.counts.accepted), (2, 2));
    let known = line(&server, "", &body).await;
    assert_eq!((&known["verdict"], &known["excess_percent"]), (&json!("above"), &json!("2.8682")));
    let sale = &known["sale"];
    assert_has!(sale["channel"], {"value": "institutional", "by": "actor_table"});
    assert_has!(sale["channel"]["actor"], {"nit": "899999063-3", "name": "HOSPITAL DE EJEMPLO", "valid_from": "2019-01-01", "valid_until": null,
        "citation": "Registro de prestadores (consulta del 2026-11-01)"});
    assert_has!(sale["stage"], {"value": "secondary", "by": "actor_table"});
    assert_has!(sale["seller"], {"value": "other", "by": "actor_table"});
    assert_has!(sale["seller"]["actor"], {"nit": "860002964-4", "valid_until": "2024-01-01", "citation": "Contrato 12 de 2019"});
    assert_eq!(known["candidates"][0]["readings"].as_array().unwrap().len(), 1, "one sale is possible");

    // What the request says comes first.
    let stated = line(&server, "?transaction=4", &body).await;
    let by = ["channel", "stage", "seller"].map(|fact| stated["sale"][fact]["by"].clone());
    assert_eq!(
        (by, &stated["sale"]["channel"]["value"]),
        (["request", "request", "actor_table"].map(|by| json!(by)), &json!("commercial"))
    );

    // The hospital sells as an IPS, so that its margin is added; to whom it sells is not known.
    let sold = line(&server, "?channel=institutional", &invoice_between(HOSPITAL, "900555444", "2020-06-15", &between())).await;
    assert_has!(sold, {"verdict": "within"});
    assert_eq!((&sold["ceiling"]["ips_margin_applied"], &sold["sale"]["stage"]["value"]), (&json!(true), &json!("final")));

    // Nobody has a row of another day: each possible place is judged, as ever.
    let early = line(&server, "?date=2020-06", &invoice_between(DISTRIBUTOR, HOSPITAL, "2018-12-31", &between())).await;
    assert!(early.get("sale").is_none(), "{early}");
    for (seller, customer) in [("900555444", "900555445"), ("", "")] {
        let unknown = line(&server, "", &invoice_between(seller, customer, "2020-06-15", &between())).await;
        assert_eq!(unknown["reasons"][0], "stage_not_known");
        assert!(unknown.get("sale").is_none(), "{unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_edition_counts_and_bad_rows_are_set_aside() {
    let (database, server) = with_tables("invoice_actor_editions").await;
    let body = invoice_between(DISTRIBUTOR, HOSPITAL, "2020-06-15", &between());
    let stage = async || line(&server, "?channel=institutional", &body).await["sale"]["stage"]["value"].clone();
    let first = ["860002964,D,otro,secundaria,,2019-01-01,,A"];
    support::import(&database, SourceKind::Actors, &actors("actores_20210101.csv", &first)).await;
    assert_eq!(stage().await, "secondary");
    let second = ["860002964,D,otro,primaria,,2019-01-01,,B"];
    let report = support::import(&database, SourceKind::Actors, &actors("actores_20210201.csv", &second)).await;
    assert_eq!(stage().await, "primary");
    assert!(report.import.is_some() && report.held.is_none());
    // Two rows that contradict each other say nothing of what they differ in; a row at fault is a fault of the file.
    let third = [
        "860002964,D,otro,primaria,,2019-01-01,,B", "860002964,D,otro,secundaria,,2020-01-01,,C",
        "860002964-9,E,otro,,,2019-01-01,,D",
    ];
    let report = people::import_accepted(&database, SourceKind::Actors, &actors("actores_20210301.csv", &third)).await;
    assert_eq!((report.counts.accepted, report.counts.quarantined), (2, 1));
    assert_eq!(report.reasons.get("not_a_nit"), Some(&1));
    assert_eq!(stage().await, Value::Null);
    let sources = server.data("/v1/sources").await;
    assert!(sources.as_array().unwrap().iter().any(|source| source["kind"] == "actors"), "{sources}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_convention_of_the_source_says_what_its_prices_are_for() {
    let (database, server) = with_tables("invoice_conventions").await;
    // The price of thirty capsules, and nothing says so: 94 is "unidad".
    let item = Item {
        text: "PRADAXA 75 MG CAPSULAS",
        code: "19993896-2",
        unit: "94",
        quantity: "2",
        price: "63546",
        total: "127092",
        ..LANTUS
    };
    let body = invoice_between(DISTRIBUTOR, HOSPITAL, "2020-09-15", &item);
    let open = line(&server, "?transaction=3", &body).await;
    assert_eq!((&open["reasons"][0], &open["unit_price"]["unit_from"]), (&json!("unit_not_stated"), &json!("unit_open")));

    let rows = [
        "presentación,860002964-4,factura,2019-01-01,2023-12-31,Contrato 12 de 2019",
        "unidad de dispensación,,lista de compras,2019-01-01,,Manual de compras",
    ];
    let report = support::import(&database, SourceKind::UnitConventions, &conventions("convenciones_20210101.csv", &rows)).await;
    assert_eq!(report.counts.accepted, 2);
    let known = line(&server, "?transaction=3", &body).await;
    assert_has!(known, {"verdict": "within"});
    assert_has!(known["unit_price"], {"per": "pack", "unit_from": "source_convention"});
    let convention = json!({"by": "convention_table", "row": {"seller": "860002964-4", "document_kind": "invoice",
        "valid_from": "2019-01-01", "valid_until": "2024-01-01", "citation": "Contrato 12 de 2019"}});
    assert_eq!(known["unit_price"]["convention"], convention);

    // What the request says comes first, and what the line says before both.
    let stated = line(&server, "?transaction=3&per=dispensing_unit", &body).await;
    assert_eq!((&stated["verdict"], &stated["unit_price"]["convention"]), (&json!("above"), &json!({"by": "request"})));
    let boxed = line(
        &server,
        "?transaction=3",
        &invoice_between(DISTRIBUTOR, HOSPITAL, "2020-09-15", &Item { unit: "U2", ..item.clone() }),
    )
    .await;
    assert_eq!(boxed["unit_price"]["unit_from"], "unit_stated");
    assert!(boxed["unit_price"].get("convention").is_none(), "{boxed}");
    // Of another seller nothing is known.
    let other = line(&server, "?transaction=3", &invoice_between("900555444", HOSPITAL, "2020-09-15", &item)).await;
    assert_eq!(other["reasons"][0], "unit_not_stated");

    let list = "cum,descripcion,cantidad,valor unitario,fecha\n19993896-2,PRADAXA 75 MG CAPSULAS,2,63546,2020-09-15\n";
    let listed = checked(&server, "?transaction=3", CSV, list).await;
    assert_eq!(column(&listed["data"], "verdict"), ["above"]);
    assert_has!(listed["data"][0]["unit_price"]["convention"]["row"], {"seller": null, "document_kind": "purchase_list", "citation": "Manual de compras"});
}

#[tokio::test(flavor = "multi_thread")]
async fn the_article_of_the_margin_is_named_where_it_is_stored() {
    let (database, server) = with_tables("invoice_articles").await;
    support::import_open_data_list(&database).await;
    let item = Item { text: "BRIXENT 5 MG", code: "20151854-1", quantity: "1", price: "2222834", total: "2222834", ..LANTUS };
    let body = document("Invoice", "FE1", "2024-08-10", "", &[item]);
    let sentence = async |query: &str| {
        let answer = check(&server, &format!("?format=glosa&{query}"), XML, body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    let with_margin = sentence("transaction=5&seller=ips&lang=en").await;
    for said in [
        "Circular 19 de 2024",
        "margen de la IPS de $ 75.168,31 (artículo 1, parágrafo 2, de la Circular 19 de 2024, y artículo 11 de la Circular 18 de 2024, sin confirmar en el texto del acto)",
        "IPS margin of COP 75,168.31 (article 1, paragraph 2, of Circular 19 de 2024, and article 11 of Circular 18 de 2024, not confirmed in the text of the act)",
    ] {
        assert!(with_margin.contains(said), "{said}: {with_margin}");
    }
    let without = sentence("transaction=3").await;
    assert!(without.contains("Circular 19 de 2024") && !without.contains("parágrafo"), "{without}");
}
