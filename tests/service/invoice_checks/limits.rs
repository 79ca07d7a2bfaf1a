//! What is read and what is too much: kinds of files by their bytes, numbers of files and bytes, what is left on disk, and what a check weighs.

use serde_json::{Value, json};

use super::{CSV, FormPart, LANTUS, XLSX, check, form, form_kind, invoice};
use crate::{
    book::{Sheets, n, packed, t, xlsx},
    expected::{Expected, column},
    kit::tables,
    server::Server,
    stage::arrive,
};

const LIST: &str = "codigo,descripcion,cantidad,vr_unitario,fecha\n19914312-20,LANTUS,10,33052,2020-06-15\n";
const BILL: &str = r#"{"numDocumentoIdObligado":"900123456","numFactura":"FE1","tipoNota":null,"numNota":null,"usuarios":[{"servicios":{"medicamentos":[
    {"fechaDispensAdmon":"2020-06-15 10:00","codTecnologiaSalud":"19914312-20","nomTecnologiaSalud":"INSULINA GLARGINA","unidadMinDispensa":1,
    "cantidadMedicamento":2,"vrUnitMedicamento":33052,"vrServicio":66104,"consecutivo":1}]}}]}"#;

fn workbook() -> Vec<u8> {
    let head = ["CUM", "Descripción", "Cantidad", "Valor unitario", "Fecha"].map(t).to_vec();
    let row = vec![t("19914312-20"), t("LANTUS"), n("10"), n("33052"), t("2020-06-15")];
    let sheets: Sheets = vec![("Compras", vec![(1, head), (2, row)])];
    xlsx(&sheets)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_is_is_decided_by_its_bytes() {
    let server = Server::with_the_sample().await;
    let xml = invoice("FE1", "2020-06-15", &[LANTUS]);
    for (format, bytes) in [
        ("dian", xml.clone().into_bytes()),
        ("zip", packed(&[("fe1.xml".to_owned(), xml.into_bytes())])),
        ("csv", LIST.as_bytes().to_vec()),
        ("xlsx", workbook()),
        ("rips", BILL.as_bytes().to_vec()),
        ("sismed", tables::SISMED.as_bytes().to_vec()),
    ] {
        let answer = check(&server, "?transaction=3&name=archivo.bin", "application/octet-stream", &bytes).await;
        assert_eq!(answer.status, 200, "{format}: {}", answer.body);
        let answer = answer.json();
        assert_eq!((&answer["meta"]["files"][0]["format"], &answer["meta"]["faults"]), (&json!(format), &json!([])), "{answer}");
        assert!(column(&answer["data"], "verdict").iter().all(|verdict| *verdict == "within" || *verdict == "above"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_own_columns_are_taken_as_they_were_confirmed() {
    let server = Server::with_the_sample().await;
    let list = "a,b,c,d\n19914312-20,33052,99000,2020-06-15\n";
    let first = check(&server, "?transaction=3&per=pack", CSV, LIST.as_bytes()).await.json();
    let proposed = &first["meta"]["files"][0]["mapping"];
    assert_has!(proposed, {"confirmed": false, "header_row": 1});
    let digest = |answer: &Value| answer["meta"]["files"][0]["mapping"]["header_digest"].as_str().unwrap().to_owned();
    let own = termometro::ingest::invoices::mapping::header_digest(["a", "b", "c", "d"]);
    let columns =
        json!([{"header": "a", "field": "cum"}, {"header": "c", "field": "unit_price"}, {"header": "d", "field": "date"}]);
    let mapping = json!({"mappings": [{"header_digest": own, "columns": columns}]}).to_string();
    for file in [None, Some("mis-columnas.json")] {
        let parts: [FormPart<'_>; 2] = [("file", Some("x.csv"), list.as_bytes()), ("mapping", file, mapping.as_bytes())];
        let answer = check(&server, "?transaction=3&per=pack", &form_kind(), &form(&parts)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer = answer.json();
        assert_eq!((digest(&answer), answer["meta"]["files"].as_array().unwrap().len()), (own.clone(), 1), "{answer}");
        assert_has!(answer["meta"]["files"][0]["mapping"], {"confirmed": true});
        assert_has!(answer["data"][0], {"verdict": "above", "/unit_price/amount": "99000.00"});
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_files_and_too_many_bytes_are_refused() {
    let server = Server::with_the_sample().await;
    let parts: Vec<FormPart<'_>> = (0..201).map(|_| ("file", Some("a.csv"), LIST.as_bytes())).collect();
    let refused = check(&server, "?transaction=3", &form_kind(), &form(&parts)).await;
    assert_eq!(refused.fault(400)["code"], "too_many_files");
    let most = check(&server, "?transaction=3&per=pack", &form_kind(), &form(&parts[..200])).await.json();
    assert_eq!(most["meta"]["totals"]["within"], 200);
    let promised = format!("content-type: {XLSX}\r\ncontent-length: 50000001\r\n");
    assert_eq!(server.ask("POST", "/v1/invoice-checks", &promised, None).await.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_sent_is_left_on_disk() {
    let (_database, people, server) = arrive("invoice_spool").await;
    let body = workbook();
    for query in ["?transaction=3", "?transaction=3&format=xlsx", "?transaction=3&format=glosa", "?format=nada"] {
        check(&server, query, XLSX, &body).await;
    }
    check(&server, "", "application/octet-stream", b"%PDF-1.7 x").await;
    let parts: [FormPart<'_>; 2] = [("file", Some("a.csv"), LIST.as_bytes()), ("mapping", Some("m.json"), b"{\"settled\":7}")];
    assert_eq!(check(&server, "", &form_kind(), &form(&parts)).await.status, 400);
    let left = || {
        let entries = std::fs::read_dir(&people.workflow.spool).unwrap().filter_map(Result::ok);
        entries.map(|entry| entry.file_name()).collect::<Vec<_>>()
    };
    // What holds a file goes a moment after the answer is read.
    for _ in 0..100 {
        if left().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(left().is_empty(), "{:?}", left());
}
