//! `docs/check-an-invoice.md` and `docs/revisar-una-factura.md`: what stands behind `<!-- answer NAME -->` is what the service answers.
//! With `UPDATE_SNAPSHOTS=1` it is written anew.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{CSV, FormPart, Item, LANTUS, XML, check, form, form_kind, invoice};
use crate::server::Server;

const PAGES: [(&str, &str); 2] = [("check-an-invoice.md", "en"), ("revisar-una-factura.md", "es")];
const LIST: &str = "CUM;Descripción;Cantidad;Valor unitario;Fecha\n19914312-20;LANTUS 100 UI/ML;10;33.052,00;15/06/2020\n19914312-20;LANTUS 100 UI/ML;4;35.000,00;30/06/2020\n;SALA DE OBSERVACION;1;256.835,00;30/06/2020\n";

/// Pens and vials have this name, and different ceilings.
const OPEN_LIST: &str =
    "descripcion,cantidad,vr_unitario,fecha\nLANTUS 100 UI/ML SOLUCION INYECTABLE LAPICERO,1,40000,2020-06-15\n";

/// The user's own file.
fn mapping() -> String {
    let text = "LANTUS 100 UI/ML SOLUCION INYECTABLE LAPICERO";
    let settled = json!([{ "text": text, "cum": "19914312-20", "unit": "dispensing_unit" }]);
    serde_json::to_string_pretty(&json!({ "version": 1, "mappings": [], "settled": settled })).unwrap()
}

/// Of a line that was settled, what that changes.
async fn settled(server: &Server, language: &str) -> String {
    let mapping = mapping();
    let parts: [FormPart<'_>; 2] = [("file", Some("lista.csv"), OPEN_LIST.as_bytes()), ("mapping", None, mapping.as_bytes())];
    let headers = format!("content-type: {}\r\n", form_kind());
    let path = format!("/v1/invoice-checks?transaction=1&lang={language}");
    let answer = server.send("POST", &path, &headers, Some(&form(&parts))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let line = &answer.json()["data"][0];
    let shown = [
        "description", "recognised_by", "settled", "unit_price", "verdict", "cum", "excess_percent", "candidates_total",
        "explanation",
    ];
    let members: Vec<String> = shown.iter().map(|name| format!("{}: {}", json!(name), line[name])).collect();
    let object: Value = serde_json::from_str(&format!("{{{}}}", members.join(","))).unwrap();
    serde_json::to_string_pretty(&object).unwrap()
}

async fn answer(server: &Server, name: &str, language: &str) -> String {
    let above = Item { price: "35000.00", quantity: "4", total: "140000.00", ..LANTUS };
    let body = invoice("FE1", "2020-06-15", &[LANTUS, above]);
    let ask = async |query: &str, kind: &str, body: &str| {
        let query = format!("?transaction=3&lang={language}{query}");
        let answer = check(server, &query, kind, body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    match name {
        "invoice" => body,
        "list" => LIST.to_owned(),
        "mapping" => mapping(),
        "settled" => settled(server, language).await,
        "line" => {
            let answer: Value = serde_json::from_str(&ask("&name=fe1.xml", XML, &body).await).unwrap();
            serde_json::to_string_pretty(&answer["data"][1]).unwrap()
        }
        "totals" => {
            let answer: Value = serde_json::from_str(&ask("&name=fe1.xml", XML, &body).await).unwrap();
            serde_json::to_string_pretty(&answer["meta"]["totals"]).unwrap()
        }
        "csv" => ask("&per=pack&format=csv", CSV, LIST).await,
        "glosa" => ask("&name=fe1.xml&format=glosa", XML, &body).await,
        "sic" => ask("&name=fe1.xml&format=sic", XML, &body).await,
        other => panic!("no answer is called {other}"),
    }
}

/// The page with each block behind a mark as it is answered now.
async fn filled(server: &Server, page: &str, language: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    let mut marks = 0;
    while let Some(line) = lines.next() {
        out += &format!("{line}\n");
        let Some(name) = line.strip_prefix("<!-- answer ").and_then(|rest| rest.strip_suffix(" -->")) else { continue };
        let fence = lines.next().filter(|line| line.starts_with("```")).expect("a block stands behind the mark");
        assert!(lines.by_ref().any(|line| line == "```"), "the block ends");
        let text = answer(server, name, language).await.replace("\r\n", "\n");
        out += &format!("{fence}\n{}\n```\n", text.trim_end());
        marks += 1;
    }
    assert!(marks >= 5, "{marks} answers");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_show_what_is_answered() {
    let server = Server::with_the_sample().await;
    for (name, language) in PAGES {
        let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "docs", name].iter().collect();
        let page = fs::read_to_string(&path).unwrap();
        let made = filled(&server, &page, language).await;
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::write(&path, &made).unwrap();
        }
        assert!(fs::read_to_string(&path).unwrap() == made, "docs/{name} is stale: UPDATE_SNAPSHOTS=1 writes it");
    }
}
