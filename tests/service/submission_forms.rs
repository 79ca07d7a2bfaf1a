//! Reports as people have them: of nothing, in a workbook, as they go to PISIS, packed without saying so, all rows at fault alike.

use flate2::Compression;
use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};

use crate::{
    book::{Cell, n, t, xlsx},
    client::Answer,
    compliance::standing,
    expected::{Expected, count},
    kit::reading::{file, gzip},
    people::{self, OTHER_NIT, People, REPORTER_NIT},
    regulators::fresh,
    server::Server,
    stage::{REPORTS, arrive, read_model, reports_header, upload},
    support,
};

const ROW: &str = "19914312,20,2020,4,2,VN,1,A,171764,171764,1,171764";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The layout's header, and these rows.
fn csv(rows: &[&str]) -> String {
    [&[reports_header()][..], rows].concat().join("\n") + "\n"
}

/// The header in the cells of a workbook.
fn heading() -> Vec<Cell> {
    reports_header().split(',').map(t).collect()
}

async fn send(server: &Server, key: &str, query: &str, kind: &str, body: &[u8]) -> Answer {
    upload(server, key, &fresh(), &format!("/v1/submissions?{query}"), kind, body).await
}

async fn sent(server: &Server, key: &str, query: &str, kind: &str, body: &[u8]) -> Value {
    let answer = send(server, key, query, kind, body).await;
    assert!([200, 201].contains(&answer.status), "{query}: {}", answer.body);
    answer.json()["data"].clone()
}

fn code(answer: &Value) -> &str {
    answer["refusal"]["code"].as_str().unwrap_or_default()
}

/// One line of `$ ` in every amount: each row with its rule, as many as were read, and a file that is refused all the same.
#[tokio::test(flavor = "multi_thread")]
async fn when_all_rows_fail_alike_each_is_listed() {
    let (database, people, server) = arrive("forms_alike").await;
    let bad = "19914312;20;2020;6;1;VN;1;A;$ 171.764,00;$ 171.764,00;40;$ 6.870.560,00";
    let body = format!("{}\n{bad}\n{}\n", reports_header().replace(',', ";"), bad.replace(";6;1;", ";5;1;"));
    for query in ["period=2020-Q2", "period=2020-Q2&dry_run=true"] {
        let one = sent(&server, &people.reporter, query, "text/csv", body.as_bytes()).await;
        assert_eq!(one["refusal"], json!({"code": "no_usable_row", "detail": "ninguna fila se pudo usar"}));
        assert_has!(one, {"state": "refused", "rows_read": 2, "rows_accepted": 0, "rows_quarantined": 2});
        assert_has!(one, {"reasons": {"not_a_number": 2}, "receipt": null});
        let path = format!("/v1/submissions/{}/errors?lang=en", one["id"].as_str().unwrap());
        let errors = server.get_as(&people.reporter, &path).await.data(200);
        assert_eq!(count(&errors), 2);
        let first = json!({"line": 2, "column": "ValorMinimo", "value": "$ 171.764,00", "rule": "not_a_number", "fate": "quarantined",
            "explanation": "It is not a number."});
        assert_eq!(errors[0], first);
    }
    // The CSV's names as keys of objects: the same.
    let object = json!({"NoExpediente": "19914312", "PresentacionComercial": "20"}).to_string();
    let one = sent(&server, &people.reporter, "period=2020-Q2", "application/x-ndjson", object.as_bytes()).await;
    assert_has!(one, {"/refusal/code": "no_usable_row", "rows_read": 1, "reasons": {"unknown_key": 1}});
    assert_eq!(support::number(&database, REPORTS).await, 0);
    // What stops a file before its rows is said in the language asked for.
    for (lang, words) in [("es", "no es un archivo con la disposición"), ("en", "this is not a file of the layout")] {
        let one = sent(&server, &people.reporter, &format!("period=2020-Q2&lang={lang}"), "text/csv", b"cum,precio\n1,2\n").await;
        assert!(one["refusal"]["detail"].as_str().unwrap().starts_with(words), "{one}");
    }
}

/// What is empty by mistake, and what is not as it was declared.
async fn mistaken_for_nothing(server: &Server, people: &People) {
    let rows = csv(&[&ROW.replace("2020,4", "2026,4")]);
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
    let server = Server::living(read_model(&database), now, date(2026, 11, 30)).await;
    let header = csv(&[]);
    let control = format!("1|NI|{REPORTER_NIT}|2026-08-01|2026-08-31|0|0\r\n");
    let book = xlsx(&vec![("Hoja1", vec![(1, heading())])]);
    for (period, format, kind, more, body) in [
        ("2026-10", "csv", "text/csv", "", header.as_bytes()),
        ("2026-09", "xlsx", EXCEL, "", &book),
        ("2026-08", "med100", "text/plain", "", control.as_bytes()),
        ("2026-07", "ndjson", "application/x-ndjson", "&zero_report=true", b""),
        ("2026-06", "csv", "text/csv", "&zero_report=true", b"\r\n"),
        ("2026-05", "csv", "text/csv", "&zero_report=true", header.as_bytes()),
    ] {
        let one = sent(&server, &people.reporter, &format!("period={period}{more}"), kind, body).await;
        assert_has!(one, {"state": "accepted", "zero_report": true, "format": format});
        assert_has!(one, {"rows_read": 0, "rows_accepted": 0, "refusal": null});
        let receipt = one["receipt"].as_str().unwrap().split('.').nth(1).unwrap();
        let receipt = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, receipt).unwrap();
        let receipt: Value = serde_json::from_slice(&receipt).unwrap();
        assert_has!(receipt, {"zero_report": true, "read": 0, "period": period});
    }
    let compliance = server.get("/v1/compliance?period=2026-09/2026-11").await.json();
    let mine = |period: &str| standing(&compliance, "900123456-8", period);
    assert_has!(mine("2026-10"), {"standing": "on_time", "zero_report": true, "quarantined_percent": null, "version": 1});
    assert_has!(mine("2026-09"), {"standing": "late"});
    assert_has!(mine("2026-11"), {"standing": "due", "zero_report": false});
    // The same again is the same content; another reporter's is another's; a dry run tells and keeps nothing.
    let again = sent(&server, &people.reporter, "period=2026-10", "text/csv", header.as_bytes()).await;
    assert_eq!(code(&again), "duplicate_content", "{again}");
    let other = sent(&server, &people.other_reporter, "period=2026-10", "text/csv", header.as_bytes()).await;
    assert_eq!(other["state"], "accepted");
    let dry = sent(&server, &people.other_reporter, "period=2026-09&dry_run=true", "text/csv", header.as_bytes()).await;
    assert_has!(dry, {"state": "accepted", "zero_report": true, "receipt": null});
    mistaken_for_nothing(&server, &people).await;
    assert_eq!(support::number(&database, REPORTS).await, 0);
    assert_eq!(send(&server, &people.reporter, "period=2026-04&zero_report=yes", "text/csv", b"").await.status, 400);
}

/// A report of nothing that was wrong is corrected by the rows, rows that were wrong by a report of nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_nothing_is_rectified_and_rectifies() {
    let (database, people, server) = arrive("forms_zero_rectified").await;
    let (header, rows) = (csv(&[]), csv(&[ROW]));
    let report = async |query: &str, body: &str| sent(&server, &people.reporter, query, "text/csv", body.as_bytes()).await;
    let rectified = |earlier: &Value| format!("period=2020-Q2&rectifies={}", earlier["id"].as_str().unwrap());
    let counted = async || support::number(&database, REPORTS).await;
    let zero = report("period=2020-Q2", &header).await;
    let second = report(&rectified(&zero), &rows).await;
    assert_has!(second, {"version": 2, "state": "accepted", "zero_report": false});
    assert_eq!(counted().await, 1);
    // Rows of the period stand: that there were none is not believed beside them.
    let beside = report("period=2020-Q2", &header).await;
    assert_eq!(code(&beside), "rows_reported_before", "{beside}");
    assert!(beside["refusal"]["detail"].as_str().unwrap().contains(second["id"].as_str().unwrap()));
    assert_eq!(code(&report("period=2020-04", &header).await), "rows_reported_before");
    let free = report("period=2020-05", &header).await;
    assert_eq!(free["state"], "accepted", "the rows are of April: {free}");
    // Withdrawn by the next version, in a dry run first.
    let dry = report(&format!("{}&dry_run=true", rectified(&second)), &header).await;
    assert_eq!((&dry["state"], counted().await), (&json!("accepted"), 1), "{dry}");
    let third = report(&rectified(&second), &header).await;
    assert_has!(third, {"version": 3, "zero_report": true});
    assert_eq!(counted().await, 0);
    // The same rows again are the same content, as for any other correction.
    let fourth = report(&rectified(&third), &rows).await;
    assert_eq!(code(&fourth), "duplicate_content", "{fourth}");
    let fourth = report(&rectified(&third), &rows.replace("171764,1,171764", "171764,2,343528")).await;
    assert_eq!((&fourth["version"], counted().await), (&json!(4), 1), "{fourth}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_and_packed_files_are_known_by_their_bytes() {
    let (_, people, server) = arrive("forms_excel").await;
    let cells = |month: &str| -> Vec<Cell> {
        ROW.replace("2020,4", &format!("2020,{month}"))
            .split(',')
            .map(|cell| if cell.len() > 2 && cell != "2020" { n(cell) } else { t(cell) })
            .collect()
    };
    let (mut blank, mut day) = (cells("5"), cells("6"));
    (blank[8], day[10]) = (Cell::Blank, Cell::Day(43918));
    let rows = (1..).zip([heading(), cells("4"), blank, day]).collect();
    let book = xlsx(&vec![("Hoja1", rows)]);
    // Whatever it is called.
    for kind in [EXCEL, "text/csv", "application/octet-stream", "text/plain"] {
        let one = sent(&server, &people.reporter, "period=2020-Q2&dry_run=true", kind, &book).await;
        assert_has!(one, {"format": "xlsx", "rows_accepted": 2, "gzip": false, "reasons": {"not_a_number": 1}}, "{kind}");
        assert_has!(one, {"/verdicts/above": 2}, "{kind}");
        assert_has!(one, {"flags": {"another_unit_fits": 2, "price_missing": 1}}, "as the CSV's rows are flagged: {kind}");
    }
    // Packed without a word of it.
    let packed = gzip(Compression::default(), csv(&[ROW]).as_bytes());
    for kind in ["text/csv", "application/gzip"] {
        let one = sent(&server, &people.reporter, "period=2020-Q2&dry_run=true", kind, &packed).await;
        assert_has!(one, {"gzip": true, "format": "csv", "rows_accepted": 1}, "{kind}");
    }
    let real = sent(&server, &people.reporter, "period=2020-Q2&name=reporte.csv.gz", "text/csv", &packed).await;
    assert_has!(real, {"state": "accepted", "bytes": packed.len()});
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
    let (database, people, server) = arrive("forms_pisis").await;
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
    assert_has!(dry, {"format": "med100", "state": "refused", "/refusal/code": "control_reporter_differs"});
    let reasons =
        json!({"control_details_differ": 1, "control_medicines_differ": 1, "control_reporter_differs": 1, "unknown_code": 1});
    assert_has!(dry, {"reasons": reasons, "rows_read": 2, "rows_accepted": 0, "rows_quarantined": 1, "rows_refused": 1});
    let path = format!("/v1/submissions/{}/errors?lang=es", dry["id"].as_str().unwrap());
    let errors = server.get_as(&people.reporter, &path).await.data(200);
    let expected = [
        (3, "tipo de operación"),
        (1, "número de identificación"),
        (1, "total de registros de detalle"),
        (1, "total de medicamentos"),
    ];
    assert_eq!(count(&errors), expected.len(), "{errors}");
    for (at, (line, column)) in expected.into_iter().enumerate() {
        assert_has!(errors[at], {"line": line, "column": column});
    }
    assert_eq!(errors[1]["explanation"], "El registro de control nombra a otro informante.");
    // Of another period than the one it is sent for.
    let other = sent(&server, &people.reporter, "period=2020-Q3&dry_run=true", "text/plain", &good).await;
    assert_has!(other, {"/refusal/code": "control_period_differs", "/reasons/period_outside_submission": 2});
    assert_eq!(support::number(&database, REPORTS).await, 0);
    // As it should be, and known by its content whatever it is called.
    for (kind, query) in
        [("text/plain", "period=2020-Q2&dry_run=true"), ("text/csv", "period=2020-T2&name=MED100MPRE20200630NI000900123456.TXT")]
    {
        let one = sent(&server, &people.reporter, query, kind, &good).await;
        assert_has!(one, {"format": "med100", "state": "accepted", "rows_accepted": 2}, "{kind}");
        assert_has!(one, {"verdicts": {"above": 1, "within": 1}, "period": "2020-Q2"}, "{kind}");
    }
    assert_eq!(support::number(&database, REPORTS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_as_people_write_them() {
    let (_, people, server) = arrive("forms_periods").await;
    let body = csv(&[&ROW.replace("2020,4", "2020,6")]);
    for (period, canonical) in [("2020-T2", "2020-Q2"), ("202006", "2020-06"), ("202004/202006", "2020-Q2")] {
        let one = sent(&server, &people.reporter, &format!("period={period}&dry_run=true"), "text/csv", body.as_bytes()).await;
        assert_has!(one, {"period": canonical, "rows_accepted": 1}, "{period}");
    }
    for (language, words) in [("es", "«2020-2» podría ser 2020-02 o 2020-Q2"), ("en", "\"2020-2\" could be 2020-02 or 2020-Q2")]
    {
        let query = format!("period=2020-2&lang={language}");
        let reported = send(&server, &people.reporter, &query, "text/csv", body.as_bytes()).await;
        for answer in [reported, server.get(&format!("/v1/compliance?{query}")).await] {
            assert!(answer.fault(400)["detail"].as_str().unwrap().contains(words), "{}", answer.body);
        }
    }
}

/// The portal's query as JSON and packed, the published table in a workbook: the same report is stored, whatever file it stands in.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_file_a_report_stands_in_it_is_stored() {
    const QUERY: &str = r#"[{"fechacorte":"2019/06/30","rolactordesc":"ELABORA O IMPORTA EL MEDICAMENTO","tiporeportepreciodesc":"VENTA","transaccionsismeddesc":"TRANSACCION PRIMARIA INSTITUCIONAL","codigoium":"","nombreium":"","expedientecum":"19914312","consecutivo":"20","descripcioncomercial":"LAPICERO","formafarmaceutica":"SOLUCION","atc":"A10AE04","descripcion_atc":"INSULINA","via_administracion":"SUBCUTANEA","tipoentidaddesc":"LABORATORIO","unidadfacturadesc":"PRESENTACION COMERCIAL","valorminimo":"32000","valormaximo":"33000","valorpromedio":"32500","unidades":"10","valortotal":"325000"}]"#;
    let database = support::database("forms_imported").await;
    let cells = ROW.replace("2020,4", "2020,5");
    let book = xlsx(&vec![("Hoja1", vec![(1, heading()), (2, cells.split(',').map(t).collect())])]);
    let packed = gzip(Compression::default(), csv(&[ROW]).as_bytes());
    let wide = format!("{},Nota\n{},x\n", reports_header(), ROW.replace("2020,4", "2020,3"));
    for (name, bytes, layout, encoding, extra, stored) in [
        ("q.json", QUERY.as_bytes(), "sismed-3he6-m866", "json", None, "2019-06-01 32000 33000"),
        ("r.csv.gz", &packed, "sismed-published", "gzip, utf-8", None, "2020-04-01 171764 171764"),
        ("r.xlsx", &book, "sismed-published", "xlsx", None, "2020-05-01 171764 171764"),
        ("r.csv", wide.as_bytes(), "sismed-published", "utf-8", Some("Nota"), "2020-03-01 171764 171764"),
    ] {
        let report = support::import(&database, termometro::ingest::SourceKind::Sismed, &file(name, bytes)).await;
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
}

/// Why a row of an imported file was set aside, in the language asked for.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_source_that_were_set_aside_say_why_in_both_languages() {
    let database = support::database("forms_source_faults").await;
    let path = file("reporte.csv", csv(&[&ROW.replace("171764", "x"), ROW]).as_bytes());
    let report = people::import_accepted(&database, termometro::ingest::SourceKind::Sismed, &path).await;
    let server = people::server(&database).await;
    for (language, words) in [("es", "No es un número."), ("en", "It is not a number.")] {
        let faults = server.data(&format!("/v1/sources/{}/faults?lang={language}", report.sha256)).await;
        assert_has!(faults[0], {"reason": "not_a_number", "explanation": words});
    }
}
