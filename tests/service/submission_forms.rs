//! Reports as people have them: of nothing, in a workbook, as they go to PISIS, packed without saying so, all rows at fault alike.

use std::io::Write;

use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};
use termometro::read_model::ReadModel;

use crate::{
    book::{Cell, n, t, xlsx},
    client::Answer,
    people::{self, OTHER_NIT, People, REPORTER_NIT},
    server::Server,
    support,
};

const HEADER: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado";
const ROW: &str = "19914312,20,2020,4,2,VN,1,A,171764,171764,1,171764";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn send(server: &Server, key: &str, query: &str, kind: &str, body: &[u8]) -> Answer {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let headers = format!("authorization: Bearer {key}\r\nidempotency-key: form-{number}\r\ncontent-type: {kind}\r\n");
    server.send("POST", &format!("/v1/submissions?{query}"), &headers, Some(body)).await
}

async fn sent(server: &Server, key: &str, query: &str, kind: &str, body: &[u8]) -> Value {
    let answer = send(server, key, query, kind, body).await;
    assert!([200, 201].contains(&answer.status), "{query}: {}", answer.body);
    answer.json()["data"].clone()
}

fn code(answer: &Value) -> &str {
    answer["refusal"]["code"].as_str().unwrap_or_default()
}

const STANDING: &str = "SELECT count(*) FROM sismed_report WHERE reporter_nit IS NOT NULL AND superseded_in IS NULL";

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).expect("packing to memory");
    encoder.finish().expect("packing to memory")
}

/// One line of `$ ` in every amount: each row with its rule, as many as were read, and a file that is refused all the same.
#[tokio::test(flavor = "multi_thread")]
async fn when_all_rows_fail_alike_each_is_listed() {
    let database = people::sample("forms_alike").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let bad = "19914312;20;2020;6;1;VN;1;A;$ 171.764,00;$ 171.764,00;40;$ 6.870.560,00";
    let body = format!("{}\n{bad}\n{}\n", HEADER.replace(',', ";"), bad.replace(";6;1;", ";5;1;"));
    for query in ["period=2020-Q2", "period=2020-Q2&dry_run=true"] {
        let one = sent(&server, &people.reporter, query, "text/csv", body.as_bytes()).await;
        assert_eq!((one["state"].as_str(), code(&one)), (Some("refused"), "no_usable_row"), "{one}");
        assert_eq!(one["refusal"]["detail"], "ninguna fila se pudo usar");
        assert_eq!((&one["rows_read"], &one["rows_accepted"], &one["rows_quarantined"]), (&json!(2), &json!(0), &json!(2)));
        assert_eq!((&one["reasons"], &one["receipt"]), (&json!({"not_a_number": 2}), &Value::Null));
        let path = format!("/v1/submissions/{}/errors?lang=en", one["id"].as_str().unwrap());
        let errors = server.get_as(&people.reporter, &path).await.json();
        assert_eq!(errors["data"].as_array().unwrap().len(), 2);
        let first = json!({"line": 2, "column": "ValorMinimo", "value": "$ 171.764,00", "rule": "not_a_number", "fate": "quarantined",
            "explanation": "It is not a number."});
        assert_eq!(errors["data"][0], first);
    }
    // The CSV's names as keys of objects: the same.
    let object = json!({"NoExpediente": "19914312", "PresentacionComercial": "20"}).to_string();
    let one = sent(&server, &people.reporter, "period=2020-Q2", "application/x-ndjson", object.as_bytes()).await;
    assert_eq!((code(&one), &one["rows_read"], &one["reasons"]), ("no_usable_row", &json!(1), &json!({"unknown_key": 1})));
    assert_eq!(support::number(&database, STANDING).await, 0);
    // What stops a file before its rows is said in the language asked for.
    let wrong = "cum,precio\n1,2\n";
    let spanish = sent(&server, &people.reporter, "period=2020-Q2&lang=es", "text/csv", wrong.as_bytes()).await;
    let english = sent(&server, &people.reporter, "period=2020-Q2&lang=en", "text/csv", wrong.as_bytes()).await;
    assert!(spanish["refusal"]["detail"].as_str().unwrap().starts_with("no es un archivo con la disposición"), "{spanish}");
    assert!(english["refusal"]["detail"].as_str().unwrap().starts_with("this is not a file of the layout"), "{english}");
}

/// What is empty by mistake, and what is not as it was declared.
async fn mistaken_for_nothing(server: &Server, people: &People) {
    let rows = format!("{HEADER}\n{}\n", ROW.replace("2020,4", "2026,4"));
    for (more, kind, body, expected) in [
        ("", "text/csv", &b""[..], "empty"),
        ("", "text/csv", b" \n", "empty"),
        ("", "application/x-ndjson", b"", "empty"),
        ("", "text/plain", b"", "empty"),
        ("&zero_report=true", "text/csv", rows.as_bytes(), "zero_report_with_rows"),
        ("&zero_report=true", "text/csv", b"a,b\n", "not_this_layout"),
    ] {
        let one = sent(server, &people.reporter, &format!("period=2026-04{more}"), kind, body).await;
        assert_eq!(code(&one), expected, "{one}");
    }
}

/// Accepted, receipted, in time; and what stands beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_nothing_is_a_report() {
    let database = people::sample("forms_zero").await;
    let now: Timestamp = "2026-11-30T15:00:00Z".parse().unwrap();
    let people = People::arrive_at(database.clone(), now).await;
    let server = Server::living(ReadModel::new(database.clone(), support::MAX_AGE_DAYS), now, date(2026, 11, 30)).await;
    let header = format!("{HEADER}\n");
    let control = format!("1|NI|{REPORTER_NIT}|2026-08-01|2026-08-31|0|0\r\n");
    let book = xlsx(&vec![("Hoja1", vec![(1, HEADER.split(',').map(t).collect())])]);
    for (period, format, kind, more, body) in [
        ("2026-10", "csv", "text/csv", "", header.as_bytes()),
        ("2026-09", "xlsx", EXCEL, "", &book),
        ("2026-08", "med100", "text/plain", "", control.as_bytes()),
        ("2026-07", "ndjson", "application/x-ndjson", "&zero_report=true", b""),
        ("2026-06", "csv", "text/csv", "&zero_report=true", b"\r\n"),
        ("2026-05", "csv", "text/csv", "&zero_report=true", header.as_bytes()),
    ] {
        let one = sent(&server, &people.reporter, &format!("period={period}{more}"), kind, body).await;
        assert_eq!(
            (one["state"].as_str(), &one["zero_report"], &one["format"]),
            (Some("accepted"), &json!(true), &json!(format)),
            "{one}"
        );
        assert_eq!((&one["rows_read"], &one["rows_accepted"], &one["refusal"]), (&json!(0), &json!(0), &Value::Null));
        let receipt = one["receipt"].as_str().unwrap().split('.').nth(1).unwrap();
        let receipt = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, receipt).unwrap();
        let receipt: Value = serde_json::from_slice(&receipt).unwrap();
        assert_eq!((&receipt["zero_report"], &receipt["read"], &receipt["period"]), (&json!(true), &json!(0), &json!(period)));
    }
    let compliance = server.get("/v1/compliance?period=2026-09/2026-11").await.json();
    let mine = |period: &str| {
        let rows = compliance["data"].as_array().unwrap().iter();
        rows.into_iter().find(|row| row["nit"] == "900123456-8" && row["period"] == period).unwrap().clone()
    };
    assert_eq!((&mine("2026-10")["standing"], &mine("2026-10")["zero_report"]), (&json!("on_time"), &json!(true)));
    assert_eq!(mine("2026-10")["quarantined_percent"], Value::Null);
    assert_eq!((&mine("2026-09")["standing"], &mine("2026-11")["standing"]), (&json!("late"), &json!("due")));
    assert_eq!((&mine("2026-10")["version"], &mine("2026-11")["zero_report"]), (&json!(1), &json!(false)));
    // The same again is the same content; another reporter's is another's; a dry run tells and keeps nothing.
    let again = sent(&server, &people.reporter, "period=2026-10", "text/csv", header.as_bytes()).await;
    assert_eq!(code(&again), "duplicate_content", "{again}");
    let other = sent(&server, &people.other_reporter, "period=2026-10", "text/csv", header.as_bytes()).await;
    assert_eq!(other["state"], "accepted");
    let dry = sent(&server, &people.other_reporter, "period=2026-09&dry_run=true", "text/csv", header.as_bytes()).await;
    assert_eq!((&dry["state"], &dry["zero_report"], &dry["receipt"]), (&json!("accepted"), &json!(true), &Value::Null));
    mistaken_for_nothing(&server, &people).await;
    assert_eq!(support::number(&database, STANDING).await, 0);
    assert_eq!(send(&server, &people.reporter, "period=2026-04&zero_report=yes", "text/csv", b"").await.status, 400);
}

/// A report of nothing that was wrong is corrected by the rows, rows that were wrong by a report of nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_nothing_is_rectified_and_rectifies() {
    let database = people::sample("forms_zero_rectified").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let (header, rows) = (format!("{HEADER}\n"), format!("{HEADER}\n{ROW}\n"));
    let csv = async |query: String, body: &str| sent(&server, &people.reporter, &query, "text/csv", body.as_bytes()).await;
    let zero = csv("period=2020-Q2".to_owned(), &header).await;
    let id = zero["id"].as_str().unwrap().to_owned();
    let second = csv(format!("period=2020-Q2&rectifies={id}"), &rows).await;
    assert_eq!(
        (&second["version"], &second["state"], &second["zero_report"]),
        (&json!(2), &json!("accepted"), &json!(false)),
        "{second}"
    );
    assert_eq!(support::number(&database, STANDING).await, 1);
    // Rows of the period stand: that there were none is not believed beside them.
    let beside = csv("period=2020-Q2".to_owned(), &header).await;
    assert_eq!(code(&beside), "rows_reported_before", "{beside}");
    assert!(beside["refusal"]["detail"].as_str().unwrap().contains(second["id"].as_str().unwrap()));
    let month = csv("period=2020-04".to_owned(), &header).await;
    assert_eq!(code(&month), "rows_reported_before");
    let free = csv("period=2020-05".to_owned(), &header).await;
    assert_eq!(free["state"], "accepted", "the rows are of April: {free}");
    // Withdrawn by the next version, in a dry run first.
    let query = format!("period=2020-Q2&rectifies={}", second["id"].as_str().unwrap());
    let dry = csv(format!("{query}&dry_run=true"), &header).await;
    assert_eq!((&dry["state"], support::number(&database, STANDING).await), (&json!("accepted"), 1), "{dry}");
    let third = csv(query, &header).await;
    assert_eq!(
        (&third["version"], &third["zero_report"], support::number(&database, STANDING).await),
        (&json!(3), &json!(true), 0),
        "{third}"
    );
    // The same rows again are the same content, as for any other correction.
    let fourth = csv(format!("period=2020-Q2&rectifies={}", third["id"].as_str().unwrap()), &rows).await;
    assert_eq!(code(&fourth), "duplicate_content", "{fourth}");
    let other = rows.replace("171764,1,171764", "171764,2,343528");
    let fourth = csv(format!("period=2020-Q2&rectifies={}", third["id"].as_str().unwrap()), &other).await;
    assert_eq!((&fourth["version"], support::number(&database, STANDING).await), (&json!(4), 1), "{fourth}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_and_packed_files_are_known_by_their_bytes() {
    let database = people::sample("forms_excel").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let cells = |month: &str| -> Vec<Cell> {
        ROW.replace("2020,4", &format!("2020,{month}"))
            .split(',')
            .map(|cell| if cell.len() > 2 && cell != "2020" { n(cell) } else { t(cell) })
            .collect()
    };
    let (mut blank, mut day) = (cells("5"), cells("6"));
    (blank[8], day[10]) = (Cell::Blank, Cell::Day(43918));
    let rows = (1..).zip([HEADER.split(',').map(t).collect(), cells("4"), blank, day]).collect();
    let book = xlsx(&vec![("Hoja1", rows)]);
    let one = sent(&server, &people.reporter, "period=2020-Q2&dry_run=true", EXCEL, &book).await;
    assert_eq!((&one["format"], &one["rows_accepted"], &one["gzip"]), (&json!("xlsx"), &json!(2), &json!(false)), "{one}");
    assert_eq!((&one["reasons"], &one["verdicts"]["above"]), (&json!({"not_a_number": 1}), &json!(2)));
    assert_eq!(one["flags"], json!({"another_unit_fits": 2, "price_missing": 1}), "as the CSV's rows are flagged: {one}");
    // Whatever it is called.
    for kind in ["text/csv", "application/octet-stream", "text/plain"] {
        let called = sent(&server, &people.reporter, "period=2020-Q2&dry_run=true", kind, &book).await;
        assert_eq!((&called["format"], &called["rows_accepted"]), (&json!("xlsx"), &json!(2)), "{kind}");
    }
    // Packed without a word of it.
    let packed = gzip(format!("{HEADER}\n{ROW}\n").as_bytes());
    for kind in ["text/csv", "application/gzip"] {
        let one = sent(&server, &people.reporter, "period=2020-Q2&dry_run=true", kind, &packed).await;
        assert_eq!((&one["gzip"], &one["format"], &one["rows_accepted"]), (&json!(true), &json!("csv"), &json!(1)), "{one}");
    }
    let real = sent(&server, &people.reporter, "period=2020-Q2&name=reporte.csv.gz", "text/csv", &packed).await;
    assert_eq!((&real["state"], &real["bytes"]), (&json!("accepted"), &json!(packed.len())));
    let unheard = send(&server, &people.reporter, "period=2020-Q2", "application/pdf", b"%PDF").await;
    assert_eq!((unheard.status, unheard.body.contains("xlsx")), (415, true), "{}", unheard.body);
    let damaged = sent(&server, &people.reporter, "period=2020-Q2", EXCEL, &book[..book.len() / 2]).await;
    assert_eq!(code(&damaged), "damaged_workbook");
}

fn pisis(control: &str, details: &[&str]) -> Vec<u8> {
    details.iter().fold(format!("{control}\r\n"), |text, detail| text + detail + "\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_for_pisis_is_checked_before_it_goes_there() {
    let database = people::sample("forms_pisis").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let control = format!("1|NI|{REPORTER_NIT}|2020-04-01|2020-06-30|2|1");
    let details = [
        "2|1|0|4|2|VN|1|0|0|0|19914312|20|A|171764.00|171764.00|171764.00|1|FE1|FE1",
        "2|2|0|05|2|CM|03|0|0|0|19914312|20|A|33000.00|33052.00|330400.00|10|FE2|FE3",
    ];
    let good = pisis(&control, &details);
    // Nothing is sent on: all that is wrong is reported, the control record's faults and the details' at once.
    let bad = pisis(
        &control.replace(REPORTER_NIT, OTHER_NIT).replace("|2|1", "|9|4"),
        &[details[0], &details[1].replace("|CM|", "|XX|")],
    );
    let dry = sent(&server, &people.reporter, "period=2020-Q2&dry_run=true&lang=en", "text/plain", &bad).await;
    assert_eq!(
        (&dry["format"], &dry["state"], code(&dry)),
        (&json!("med100"), &json!("refused"), "control_reporter_differs"),
        "{dry}"
    );
    let reasons =
        json!({"control_details_differ": 1, "control_medicines_differ": 1, "control_reporter_differs": 1, "unknown_code": 1});
    assert_eq!((&dry["reasons"], &dry["rows_read"]), (&reasons, &json!(2)));
    assert_eq!((&dry["rows_accepted"], &dry["rows_quarantined"], &dry["rows_refused"]), (&json!(0), &json!(1), &json!(1)));
    let path = format!("/v1/submissions/{}/errors?lang=es", dry["id"].as_str().unwrap());
    let errors = server.get_as(&people.reporter, &path).await.json();
    let listed: Vec<(&Value, &Value)> =
        errors["data"].as_array().unwrap().iter().map(|one| (&one["line"], &one["column"])).collect();
    let expected = [
        (3, "tipo de operación"),
        (1, "número de identificación"),
        (1, "total de registros de detalle"),
        (1, "total de medicamentos"),
    ];
    assert_eq!(listed.len(), expected.len(), "{errors}");
    for ((line, column), (at, name)) in listed.into_iter().zip(expected) {
        assert_eq!((line, column), (&json!(at), &json!(name)));
    }
    assert_eq!(errors["data"][1]["explanation"], "El registro de control nombra a otro informante.");
    // Of another period than the one it is sent for.
    let other = sent(&server, &people.reporter, "period=2020-Q3&dry_run=true", "text/plain", &good).await;
    assert_eq!((code(&other), &other["reasons"]["period_outside_submission"]), ("control_period_differs", &json!(2)), "{other}");
    assert_eq!(support::number(&database, STANDING).await, 0);
    // As it should be, and known by its content whatever it is called.
    for (kind, query) in
        [("text/plain", "period=2020-Q2&dry_run=true"), ("text/csv", "period=2020-T2&name=MED100MPRE20200630NI000900123456.TXT")]
    {
        let one = sent(&server, &people.reporter, query, kind, &good).await;
        assert_eq!(
            (&one["format"], &one["state"], &one["rows_accepted"]),
            (&json!("med100"), &json!("accepted"), &json!(2)),
            "{one}"
        );
        assert_eq!((&one["verdicts"], &one["period"]), (&json!({"above": 1, "within": 1}), &json!("2020-Q2")));
    }
    assert_eq!(support::number(&database, STANDING).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_as_people_write_them() {
    let database = people::sample("forms_periods").await;
    let (people, server) = (People::arrive(database.clone()).await, people::server(&database).await);
    let body = format!("{HEADER}\n{}\n", ROW.replace("2020,4", "2020,6"));
    for (period, canonical) in [("2020-T2", "2020-Q2"), ("202006", "2020-06"), ("202004/202006", "2020-Q2")] {
        let one = sent(&server, &people.reporter, &format!("period={period}&dry_run=true"), "text/csv", body.as_bytes()).await;
        assert_eq!((&one["period"], &one["rows_accepted"]), (&json!(canonical), &json!(1)));
    }
    for (language, words) in [("es", "«2020-2» podría ser 2020-02 o 2020-Q2"), ("en", "\"2020-2\" could be 2020-02 or 2020-Q2")]
    {
        for path in ["/v1/submissions", "/v1/compliance"] {
            let query = format!("period=2020-2&lang={language}");
            let answer = if path.ends_with("submissions") {
                send(&server, &people.reporter, &query, "text/csv", body.as_bytes()).await
            } else {
                server.get(&format!("{path}?{query}")).await
            };
            assert_eq!(answer.status, 400);
            assert!(answer.json()["errors"][0]["detail"].as_str().unwrap().contains(words), "{}", answer.body);
        }
    }
}

/// The portal's query as JSON and packed, the published table in a workbook: the same report is stored, whatever file it stands in.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_file_a_report_stands_in_it_is_stored() {
    const QUERY: &str = r#"[{"fechacorte":"2019/06/30","rolactordesc":"ELABORA O IMPORTA EL MEDICAMENTO","tiporeportepreciodesc":"VENTA","transaccionsismeddesc":"TRANSACCION PRIMARIA INSTITUCIONAL","codigoium":"","nombreium":"","expedientecum":"19914312","consecutivo":"20","descripcioncomercial":"LAPICERO","formafarmaceutica":"SOLUCION","atc":"A10AE04","descripcion_atc":"INSULINA","via_administracion":"SUBCUTANEA","tipoentidaddesc":"LABORATORIO","unidadfacturadesc":"PRESENTACION COMERCIAL","valorminimo":"32000","valormaximo":"33000","valorpromedio":"32500","unidades":"10","valortotal":"325000"}]"#;
    let database = support::database("forms_imported").await;
    let folder = std::env::temp_dir().join(format!("termometro-imported-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let cells = ROW.replace("2020,4", "2020,5");
    let book = xlsx(&vec![("Hoja1", vec![(1, HEADER.split(',').map(t).collect()), (2, cells.split(',').map(t).collect())])]);
    let wide = format!("{HEADER},Nota\n{},x\n", ROW.replace("2020,4", "2020,3"));
    for (name, bytes, layout, encoding, extra, stored) in [
        ("q.json", QUERY.as_bytes().to_vec(), "sismed-3he6-m866", "json", None, "2019-06-01 32000 33000"),
        (
            "r.csv.gz",
            gzip(format!("{HEADER}\n{ROW}\n").as_bytes()),
            "sismed-published",
            "gzip, utf-8",
            None,
            "2020-04-01 171764 171764",
        ),
        ("r.xlsx", book, "sismed-published", "xlsx", None, "2020-05-01 171764 171764"),
        ("r.csv", wide.into_bytes(), "sismed-published", "utf-8", Some("Nota"), "2020-03-01 171764 171764"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        let report = support::import(&database, termometro::ingest::SourceKind::Sismed, &path).await;
        let facts = report.facts.expect("a file that was read");
        assert_eq!(
            (report.counts.accepted, report.counts.read, facts.layout, facts.encoding),
            (1, 1, layout, encoding),
            "{name}"
        );
        assert_eq!(facts.extra_columns.first().map(String::as_str), extra, "{name}");
        let newest = "SELECT period_from || ' ' || trim_scale(minimum) || ' ' || trim_scale(maximum) FROM sismed_report
            WHERE source_file_id = (SELECT max(id) FROM source_file)";
        let row = database.import_connection().await.expect("a writer").query_one(newest, &[]).await.expect("one report");
        assert_eq!(row.get::<_, String>(0), stored, "{name}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Why a row of an imported file was set aside, in the language asked for.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_source_that_were_set_aside_say_why_in_both_languages() {
    let database = support::database("forms_source_faults").await;
    let folder = std::env::temp_dir().join(format!("termometro-forms-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("reporte.csv");
    std::fs::write(&path, format!("{HEADER}\n{}\n{ROW}\n", ROW.replace("171764", "x"))).unwrap();
    let report = people::import_accepted(&database, termometro::ingest::SourceKind::Sismed, &path).await;
    std::fs::remove_dir_all(&folder).unwrap();
    let server = people::server(&database).await;
    for (language, words) in [("es", "No es un número."), ("en", "It is not a number.")] {
        let faults = server.get(&format!("/v1/sources/{}/faults?lang={language}", report.sha256)).await.json();
        assert_eq!((&faults["data"][0]["reason"], &faults["data"][0]["explanation"]), (&json!("not_a_number"), &json!(words)));
    }
}
