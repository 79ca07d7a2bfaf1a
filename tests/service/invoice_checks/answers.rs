//! What is answered in each form: the same lines and totals, the same verdicts as `POST /v1/checks`.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{CSV, Item, LANTUS, XML, check, checked, form, form_kind, invoice};
use crate::{
    expected::{Expected, column, count},
    kit::alone::alone,
    server::Server,
    spreadsheets::table,
};

/// Facts of a price, as `POST /v1/checks` takes them.
const CUMS: [&str; 6] = ["19914312-20", "19914312-2", "19993896-2", "33103-2", "20151854-1", "90009025-1"];
const PRICES: [&str; 4] = ["900", "33052.00", "171764.5", "2222834.32"];

#[tokio::test(flavor = "multi_thread")]
async fn each_line_has_the_verdict_that_a_check_of_the_same_facts_has() {
    let server = Server::with_the_sample().await;
    let (mut compared, mut verdicts) = (0, std::collections::BTreeSet::new());
    for transaction in ["1", "2", "3", "4", "5"] {
        for per in ["pack", "dispensing_unit"] {
            let mut list = "cum,unidad,cantidad,valor unitario,fecha\n".to_owned();
            let mut checks = Vec::new();
            for cum in CUMS {
                for (price, day) in PRICES.into_iter().zip(["2020-06-15", "2020-06-15", "2021-01-31", "2024-08-20"]) {
                    list += &format!("{cum},{per},1,{price},{day}\n");
                    let price = json!({"amount": price, "currency": "COP", "per": per});
                    let seller = if transaction == "5" { "ips" } else { "other" };
                    checks.push(json!({"cum": cum, "price": price, "date": day, "transaction": transaction, "seller": seller}));
                }
            }
            let seller = if transaction == "5" { "ips" } else { "other" };
            let lines = checked(&server, &format!("?transaction={transaction}&seller={seller}"), CSV, &list).await;
            let single = server.post("/v1/checks", &json!({"checks": checks})).await.data(200);
            assert_eq!(count(&lines["data"]), checks.len());
            for (line, single) in lines["data"].as_array().unwrap().iter().zip(single.as_array().unwrap()) {
                assert_eq!(line["verdict"], single["verdict"], "{line}\n{single}");
                assert_eq!(line["excess_percent"], single["excess_percent"], "{line}\n{single}");
                assert_eq!(line["ceiling"]["amount"], single["ceiling"]["amount"], "{line}\n{single}");
                assert_eq!((&line["recognised_by"], &line["candidates_total"]), (&json!("cum"), &json!(1)), "{line}");
                compared += 1;
                verdicts.insert(line["verdict"].as_str().unwrap().to_owned());
            }
        }
    }
    println!("{compared} lines compared: {verdicts:?}");
    assert!(
        compared == 240 && ["above", "within", "cannot_compare"].iter().all(|verdict| verdicts.contains(*verdict)),
        "{verdicts:?}"
    );
}

/// Eight files for each transaction: a line for each CUM, at a price and on a day of the file.
#[tokio::test(flavor = "multi_thread")]
async fn forty_invoices_have_the_verdicts_that_checks_of_the_same_facts_have() {
    let server = Server::with_the_sample().await;
    let mut files = 0;
    for (transaction, seller) in [("1", "other"), ("2", "other"), ("3", "other"), ("4", "other"), ("5", "ips")] {
        let (mut sent, mut checks) = (Vec::new(), Vec::new());
        for (unit, per) in [("BX", "pack"), ("U2", "dispensing_unit")] {
            for (price, day) in PRICES.into_iter().zip(["2020-06-15", "2020-06-15", "2021-01-31", "2024-08-20"]) {
                let item = |code| Item { text: "", code, unit, quantity: "1", price, total: price, ..LANTUS };
                sent.push(invoice(&format!("FE{}", sent.len()), day, &CUMS.map(item)));
                let price = json!({"amount": price, "currency": "COP", "per": per});
                let check = |cum| json!({"cum": cum, "price": price, "date": day, "transaction": transaction, "seller": seller});
                checks.extend(CUMS.map(check));
            }
        }
        let names: Vec<String> = (0..sent.len()).map(|at| format!("fe{at}.xml")).collect();
        let parts: Vec<super::FormPart<'_>> =
            names.iter().zip(&sent).map(|(name, file)| ("file", Some(name.as_str()), file.as_bytes())).collect();
        let query = format!("?transaction={transaction}&seller={seller}");
        let lines = check(&server, &query, &form_kind(), &form(&parts)).await.json();
        let single = server.post("/v1/checks", &json!({"checks": checks})).await.data(200);
        assert_eq!(count(&lines["data"]), checks.len());
        for (line, single) in lines["data"].as_array().unwrap().iter().zip(single.as_array().unwrap()) {
            for place in ["/verdict", "/excess_percent", "/ceiling/amount"] {
                let of = |answer: &Value| answer.pointer(place).cloned().unwrap_or_default();
                assert_eq!(of(line), of(single), "{place}: {line}\n{single}");
            }
        }
        files += sent.len();
    }
    assert_eq!(files, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_answered_line_by_line_with_its_totals() {
    let server = Server::with_the_sample().await;
    let above = Item { price: "33053.50", total: "330535.00", ..LANTUS };
    let bonus = Item { quantity: "1", price: "0", total: "0.00", ..LANTUS };
    let body = invoice("FE1", "2020-06-15", &[LANTUS, above, bonus]);
    let answer = checked(&server, "?transaction=3&name=fe1.xml", XML, &body).await;
    assert_eq!(column(&answer["data"], "verdict"), ["within", "above", "cannot_compare"]);
    assert_eq!(answer["data"][2]["reasons"][0], "bonus_line");
    let line = &answer["data"][1];
    assert_has!(line, {"file": "fe1.xml", "document": "FE1", "kind": "invoice", "line": "2", "date": "2020-06-15",
        "code": "19914312-020", "recognised_by": "cum", "quantity": "10", "cum": "19914312-20", "excess_percent": "0.0045"});
    assert_eq!((&line["unit_price"]["amount"], &line["unit_price"]["per"]), (&json!("33053.50"), &json!("pack")));
    assert_eq!(line["above_amount"]["amount"], "15.00", "1.50 a pack, ten packs");
    let totals = &answer["meta"]["totals"];
    assert_has!(totals, {"lines": 3, "decided": 2, "above": 1, "within": 1, "undecided": {"bonus_line": 1}});
    assert_eq!(totals["above_amount"]["amount"], "15.00");
    let document = &answer["meta"]["documents"][0];
    assert_eq!((&document["document"], &document["totals"]["above"]), (&json!("FE1"), &json!(1)));
    assert_eq!(answer["meta"]["files"][0]["format"], "dian");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_said_of_the_sale_is_judged_in_every_way() {
    let server = Server::with_the_sample().await;
    // Far above and far below: whoever sells, and wherever.
    let high = Item { price: "171764.00", total: "1717640.00", ..LANTUS };
    // Above the bare ceiling, within that with the margin of an IPS.
    let between = Item { price: "34000.00", total: "340000.00", ..LANTUS };
    let body = invoice("FE2", "2020-06-15", &[high, between]);
    let institutional = checked(&server, "?channel=institutional", XML, &body).await;
    assert_eq!(column(&institutional["data"], "verdict"), ["above", "cannot_compare"]);
    assert_eq!(institutional["data"][1]["reasons"][0], "stage_not_known");
    let places: Vec<&Value> = institutional["data"][1]["candidates"][0]["readings"].as_array().unwrap().iter().collect();
    assert!(
        places.iter().any(|one| one["verdict"] == "within") && places.iter().any(|one| one["verdict"] == "above"),
        "{places:?}"
    );
    let ips = checked(&server, "?transaction=5&seller=ips", XML, &body).await;
    assert_eq!(column(&ips["data"], "verdict"), ["above", "within"]);
    assert_eq!(ips["data"][1]["ceiling"]["ips_margin_applied"], true);
    for (query, code) in
        [("?transaction=3&stage=final", "ambiguous_sale"), ("?date=ayer", "malformed_date"), ("?per=box", "unknown_unit")]
    {
        assert_eq!(check(&server, query, XML, body.as_bytes()).await.fault(400)["code"], code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_file_does_the_others_no_harm() {
    let server = Server::with_the_sample().await;
    let good = invoice("FE3", "2020-06-15", &[LANTUS]);
    let parts: [super::FormPart<'_>; 3] = [
        ("file", Some("foto.pdf"), b"%PDF-1.7 x"),
        ("file", Some("fe3.xml"), good.as_bytes()),
        ("otro", Some("no.xml"), b"<a><b></a>"),
    ];
    let answer = check(&server, "?transaction=3", &form_kind(), &form(&parts)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    assert_eq!(column(&answer["data"], "file"), ["fe3.xml"]);
    let faults = &answer["meta"]["faults"];
    assert_eq!((count(faults), &faults[0]["file"], &faults[0]["code"]), (2, &json!("foto.pdf"), &json!("pdf")));
    assert!(faults[0]["detail"].as_str().unwrap().contains("XML"));
    // Alone it is the answer.
    for (kind, body, status) in [("application/octet-stream", &b"%PDF-1.7 x"[..], 415), ("application/xml", b"<a><b></a>", 422)] {
        let answer = check(&server, "", kind, body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(count(&answer.json()["errors"]), 1);
    }
    assert_eq!(check(&server, "", "image/png", b"x").await.status, 415);
    assert_eq!(check(&server, "", "application/pdf", b"x").await.status, 415);
    assert_eq!(check(&server, "", &form_kind(), &form(&[])).await.fault(400)["code"], "no_file");
    assert_eq!(check(&server, "", &form_kind(), b"--no").await.fault(400)["code"], "malformed_multipart");
    assert_eq!(check(&server, "?format=pdf", XML, good.as_bytes()).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_says_the_same() {
    let server = Server::with_the_sample().await;
    let above = Item { price: "33053.50", total: "330535.00", ..LANTUS };
    let body = invoice("FE4", "2020-06-15", &[LANTUS, above]);
    let form = async |format: &str| {
        let answer = check(&server, &format!("?transaction=3&name=fe4.xml{format}"), XML, body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    };
    let json = form("").await.json();
    let lines: Vec<Value> = form("&format=ndjson").await.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0], &lines[1]), (3, &json["data"][0], &json["data"][1]));
    assert_eq!(lines[2]["meta"]["totals"], json["meta"]["totals"]);
    let csv = form("&format=csv").await;
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"fe4-revisado.csv\""));
    let rows = table(&csv.body, b',');
    assert_eq!(
        (rows.len(), rows[0][11].as_str(), rows[1][11].as_str(), rows[2][11].as_str()),
        (3, "Veredicto", "dentro", "por encima")
    );
    let column = |name: &str| rows[0].iter().position(|other| other == name).unwrap();
    assert_eq!((&rows[2][column("Techo")], &rows[2][column("Exceso")]), (&"33052.00".to_owned(), &"1.50".to_owned()));
    assert_eq!(
        (&rows[2][column("Acto")], &rows[2][column("Pesos por encima")]),
        (&"Circular 10 de 2020".to_owned(), &"15.00".to_owned())
    );
    let excel = form("&format=csv&for=excel-es").await;
    assert!(excel.body.starts_with("\u{FEFF}Archivo;") && excel.body.contains(";33053,50;"), "{}", excel.body);
    assert!(form("&format=xlsx").await.bytes.starts_with(b"PK\x03\x04"));
    let evidence = table(&form("&format=sic").await.body, b',');
    // The pilot's own columns in their order.
    assert_eq!(evidence[0][..6], ["FechaFact", "CUM", "Nombre", "Cantidad", "PrecioUnidad", "PrecioTotal"].map(str::to_owned));
    assert_eq!(evidence[2][..6], ["2020/06/15", "19914312-20", LANTUS.text, "10", "33053.50", "330535.00"].map(str::to_owned));
    let complies = evidence[0].iter().position(|name| name == "CumplePrecioCircular").unwrap();
    assert_eq!((evidence[1][complies].as_str(), evidence[2][complies].as_str()), ("Sí", "No"));
    let sentences = form("&format=glosa").await;
    assert_eq!(sentences.header("content-type"), Some("text/plain; charset=utf-8"));
    for said in [
        "Documento FE4, renglón 2", "CUM 19914312-20", "mercado relevante 96", "$ 33.052,00", "Circular 10 de 2020",
        "28 de marzo de 2020", "0,0045 %", "prevalecen los actos", "$ 15,00 en el renglón",
    ] {
        assert!(sentences.body.contains(said), "{said}: {}", sentences.body);
    }
    let english = form("&format=glosa&lang=en").await.body;
    assert!(english.contains("no supera el precio máximo") && english.contains("does not exceed the ceiling"), "{english}");
    for accept in ["application/x-ndjson", "text/plain"] {
        let headers = format!("content-type: {XML}\r\naccept: {accept}\r\n");
        let answer = server.send("POST", "/v1/invoice-checks?transaction=3", &headers, Some(body.as_bytes())).await;
        assert!(answer.header("content-type").unwrap().starts_with(accept));
    }
}

#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<u8>>>);

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// In a process of its own, so that the log of every thread is seen.
#[test]
fn nothing_of_what_was_sent_is_logged() {
    alone("invoice_checks::answers::nothing_of_what_was_sent_is_logged", || {
        let shown = Shown::default();
        let writer = shown.clone();
        let log = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false);
        tracing::subscriber::set_global_default(log.with_writer(move || writer.clone()).finish()).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(send_secrets());
        let text = String::from_utf8(shown.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("invoice: files checked") && text.contains("above=1"), "{text}");
        for said in ["PACIENTE", "1234567890", "SECRETA99", "secreto", "98765", "19914312-020"] {
            assert!(!text.contains(said), "{said}: {text}");
        }
    });
}

async fn send_secrets() {
    let server = Server::with_the_sample().await;
    let secret = Item { text: "PACIENTE 1234567890 LANTUS 100 UI/ML", price: "98765.43", total: "987654.30", ..LANTUS };
    let body = invoice("SECRETA99", "2020-06-15", &[secret]);
    assert_eq!(checked(&server, "?transaction=3&name=secreto.xml", XML, &body).await["data"][0]["verdict"], "above");
    let broken = check(&server, "?name=secreto.xml", XML, b"<Invoice>PACIENTE 1234567890").await;
    assert!(broken.status == 415 || broken.status == 422, "{}", broken.body);
    let list = "cum,descripcion,valor unitario\n19914312-020,PACIENTE 1234567890,98765\n";
    assert_eq!(check(&server, "?name=secreto.csv&format=csv", super::CSV, list.as_bytes()).await.status, 200);
}
