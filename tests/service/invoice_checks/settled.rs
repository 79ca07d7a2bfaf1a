//! What a person settled of a line: it comes with the request, in the user's own file, narrows what the line can mean, and is not kept.

use std::io::Cursor;

use calamine::{Reader, Xlsx, open_workbook_from_rs};
use serde_json::{Value, json};

use super::{
    FormPart, form, form_kind,
    page::{hidden, send},
};
use crate::{client::Answer, expected::Expected, server::Server};

/// Pens and vials have this name, and different ceilings.
const TEXT: &str = "LANTUS 100 UI/ML SOLUCION INYECTABLE LAPICERO";
const PEN: &str = "19914312-20";

fn list() -> String {
    format!("descripcion,cantidad,vr_unitario,fecha\n{TEXT},1,40000,2020-06-15\n")
}

fn file(settled: &Value) -> String {
    json!({ "settled": settled }).to_string()
}

async fn ask(server: &Server, query: &str, mapping: &str) -> Answer {
    let list = list();
    let parts: [FormPart<'_>; 2] = [("file", Some("lista.csv"), list.as_bytes()), ("mapping", None, mapping.as_bytes())];
    let headers = format!("content-type: {}\r\n", form_kind());
    server.send("POST", &format!("/v1/invoice-checks?transaction=1{query}"), &headers, Some(&form(&parts))).await
}

async fn line(server: &Server, query: &str, settled: Value) -> Value {
    let answer = ask(server, query, &file(&settled)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_settles_what_the_line_leaves_open_and_is_named_so() {
    let server = Server::with_the_sample().await;
    let unit = "&per=dispensing_unit";
    let before = line(&server, unit, json!([])).await;
    assert_eq!((&before["verdict"], &before["reasons"][0]), (&json!("cannot_compare"), &json!("match_not_unique")));
    assert!(before.get("settled").is_none() && before["candidates_total"].as_u64() > Some(1), "{before}");

    let spelt = "Lantus 100 ui/ml, solución inyectable lapicero";
    let settled = line(&server, unit, json!([{ "text": spelt, "cum": PEN }])).await;
    assert_has!(settled, {"verdict": "above", "excess_percent": "21.0214", "cum": PEN, "candidates_total": 1, "recognised_by": "text"});
    assert_eq!(settled["settled"], json!({ "by": "settled_reading", "cum": PEN, "unit": null }));
    assert!(
        settled["explanation"].as_str().unwrap().contains("Quien revisa dijo que este texto es del CUM 19914312-20."),
        "{settled}"
    );

    let with_unit = line(&server, "", json!([{ "text": TEXT, "cum": PEN, "unit": "dispensing_unit" }])).await;
    assert_has!(with_unit, {"verdict": "above", "excess_percent": "21.0214"});
    assert_has!(with_unit["unit_price"], {"per": "dispensing_unit", "unit_from": "source_convention"});
    assert_eq!(with_unit["unit_price"]["convention"], json!({ "by": "settled_reading" }));
    // The request says two things of the unit: both are read.
    let both = line(&server, "&per=pack", json!([{ "text": TEXT, "cum": PEN, "unit": "dispensing_unit" }])).await;
    assert_has!(both["unit_price"], {"per": null, "unit_from": "unit_open"});
    // Of another text, code or seller it says nothing.
    for other in [
        json!({ "text": "LANTUS", "cum": PEN }),
        json!({ "text": TEXT, "code": "A-1", "cum": PEN }),
        json!({ "text": TEXT, "seller": "860002964", "cum": PEN }),
    ] {
        assert_eq!(line(&server, unit, json!([other])).await, before);
    }
    // Nothing of it is kept: the next request has to bring it again.
    assert_eq!(line(&server, unit, json!([])).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_cannot_make_a_line_mean_what_its_text_contradicts() {
    let server = Server::with_the_sample().await;
    let contradicted = line(&server, "&per=pack", json!([{ "text": TEXT, "cum": "90000304-4", "unit": "pack" }])).await;
    assert_has!(contradicted, {"verdict": "cannot_compare", "/reasons/0": "code_contradicts_text", "/settled/cum": "90000304-4"});
    assert!(contradicted["candidates_total"].as_u64() > Some(1), "what it can mean is still shown: {contradicted}");
    for (settled, code) in [
        (json!([{ "text": TEXT, "cum": "x" }]), "malformed_settled_reading"),
        (json!([{ "text": TEXT, "cum": PEN, "unit": "regulated_unit" }]), "malformed_settled_reading"),
        (json!({}), "malformed_settled_reading"),
    ] {
        assert_has!(ask(&server, "", &file(&settled)).await.fault(400), {"pointer": "/mapping", "code": code});
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_says_that_a_person_said_it() {
    let server = Server::with_the_sample().await;
    let mapping = file(&json!([{ "text": TEXT, "cum": PEN, "unit": "pack" }]));
    for (form, said) in [
        ("glosa", "Quien revisa dijo que este texto es del CUM 19914312-20 y que el precio es de la presentación."),
        ("csv", "Quien revisa dijo que este texto es del CUM 19914312-20"),
        ("sic", "settled_reading"),
        ("ndjson", "\"settled\":{\"by\":\"settled_reading\""),
    ] {
        let answer = ask(&server, &format!("&format={form}"), &mapping).await;
        assert!(answer.status == 200 && answer.body.contains(said), "{form}: {}", answer.body);
    }
    let book = ask(&server, "&format=xlsx", &mapping).await;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(book.bytes)).unwrap();
    let steps = book.worksheet_range("Hoja de trabajo").unwrap();
    let cells: Vec<String> = steps.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
    assert!(
        cells.iter().any(|cell| cell.starts_with("Quien revisa dijo"))
            && cells.contains(&"source_convention (settled_reading)".to_owned()),
        "{cells:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_offers_the_candidates_and_gives_the_file_back() {
    let server = Server::with_the_sample().await;
    let list = list();
    let first = send(&server, "es", &[("archivo", Some("lista.csv"), list.as_bytes()), ("venta", None, b"1")]).await;
    assert!(
        first.body.contains("Diga qué es cada renglón") && first.body.contains("<b class=\"num\">0</b> con respuesta"),
        "{}",
        first.body
    );
    assert!(first.body.contains(&format!("<option value=\"{PEN}\">CUM {PEN} · ")), "a choice has its name: {}", first.body);
    assert!(!first.body.contains("<script"));
    let content = hidden(&first.body, "contenido").to_owned();
    let (text, digest) = (hidden(&first.body, "texto.0").to_owned(), hidden(&first.body, "digest").to_owned());
    assert_eq!(text, TEXT);
    let chosen = |wanted: &'static str| -> Vec<(&'static str, Vec<u8>)> {
        [
            ("contenido", content.as_str()),
            ("nombre", "lista.csv"),
            ("digest", &digest),
            ("columna.0", "text"),
            ("columna.1", "quantity"),
            ("columna.2", "unit_price"),
            ("columna.3", "date"),
            ("venta", "1"),
            ("texto.0", &text),
            ("cum.0", PEN),
            ("unidad.0", "dispensing_unit"),
            ("que", wanted),
        ]
        .map(|(name, value)| (name, value.as_bytes().to_vec()))
        .to_vec()
    };
    let posted = async |fields: &[(&'static str, Vec<u8>)], uploaded: Option<&str>| {
        let mut parts: Vec<FormPart<'_>> = fields.iter().map(|(name, value)| (*name, None, value.as_slice())).collect();
        parts.extend(uploaded.map(|file| ("mapping", Some("columnas-y-lecturas.json"), file.as_bytes())));
        send(&server, "es", &parts).await
    };
    let settled = posted(&chosen("resumen"), None).await;
    assert!(settled.body.contains("<b class=\"num\">1</b> por encima del máximo"), "{}", settled.body);
    for said in [
        "Quien revisa dijo que este texto es del CUM", "lo dijo usted de este mismo texto",
        "Van en esta página: lecturas 1, encabezados 1.",
    ] {
        assert!(settled.body.contains(said), "{said}: {}", settled.body);
    }
    let download = posted(&chosen("lecturas"), None).await;
    assert_eq!(download.header("content-disposition"), Some("attachment; filename=\"columnas-y-lecturas.json\""));
    let own: Value = serde_json::from_str(&download.body).unwrap();
    assert_has!(own["settled"][0], {"text": TEXT, "cum": PEN, "unit": "dispensing_unit"});
    assert_eq!(own["mappings"][0]["header_digest"], json!(digest));
    // Next time the file comes with the list, and goes on inside the page.
    let again = posted(
        &[("contenido", content.clone().into_bytes()), ("nombre", b"lista.csv".to_vec()), ("venta", b"1".to_vec())],
        Some(&download.body),
    )
    .await;
    assert!(again.body.contains("<b class=\"num\">1</b> por encima del máximo"), "{}", again.body);
    let inside = hidden(&again.body, "columnas").to_owned();
    let third = posted(
        &[
            ("contenido", content.into_bytes()),
            ("nombre", b"lista.csv".to_vec()),
            ("venta", b"1".to_vec()),
            ("columnas", inside.into_bytes()),
        ],
        None,
    )
    .await;
    assert!(third.body.contains("<b class=\"num\">1</b> por encima del máximo"), "{}", third.body);
    // Without it nothing is known of the text any more.
    let without = send(&server, "es", &[("archivo", Some("lista.csv"), list.as_bytes()), ("venta", None, b"1")]).await;
    assert!(without.body.contains("<b class=\"num\">0</b> por encima del máximo"), "{}", without.body);
}
