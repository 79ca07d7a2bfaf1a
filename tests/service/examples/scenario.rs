//! One day on which every operation is asked once, in an order in which each has something to say.

use std::sync::Arc;

use jiff::civil::date;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::{
    domain::access::principal::PrincipalKind,
    ingest::SourceKind,
    outbound::url_policy::UrlPolicy,
    workflow::{
        access::{
            keys::{Holder, NewKey},
            sessions::SignIn,
        },
        webhooks::delivering::RetryPolicy,
    },
};

use super::{
    book::{Book, Step},
    mail::mail,
    purchases::purchases,
    same::INSTANT,
};
use crate::{acts_day::draft, exports, invoice_checks, kit::tables::RATES, people::pesos, stage::written, support, watches};

const LANTUS: &str = "/v1/medicines/19914312-20";
const SALES: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado,NitContraparte
19914312,20,2020,4,2,VN,1,A,171764,171764,1,171764,
19914312,20,2020,5,2,VN,1,A,33000,33052,10,330400,
19914312,20,2020,6,2,VN,1,A,40000,30000,1,35000,
";

pub async fn told(book: &mut Book) {
    prices(book).await;
    medicines(book).await;
    acts_and_sources(book).await;
    open_data(book).await;
    drafts(book).await;
    changes(book).await;
    submissions(book).await;
    cases(book).await;
    petitions(book).await;
    price_reports(book).await;
    consultations(book).await;
    purchases(book).await;
    watches(book).await;
    authority(book).await;
    keys(book).await;
    mail(book).await;
    held(book).await;
}

async fn prices(book: &mut Book) {
    let path = "/v1/check?cum=19914312-20&amount=33052.01&per=pack&date=2020-06&transaction=1";
    book.told(Step::get("check_price", path)).await;
    let check = |amount: &str| json!({"cum": "19914312-20", "price": pesos(amount), "date": "2020-06", "transaction": "1"});
    let body = json!({"checks": [check("33052.00"), check("33052.01")]});
    book.told(Step::post("check_prices", "/v1/checks", &body)).await;
    let line = json!({"text": "LANTUS 100 UI/ML SOLUCION INYECTABLE X 5 LAPICEROS R.S:2012M-9914312", "price": "180000", "unit": "BX", "date": "2020-06", "transaction": "1"});
    book.told(Step::post("read_item_texts", "/v1/item-texts", &json!({ "items": [line] }))).await;
    let invoice = invoice_checks::invoice("FE1", "2020-06-15", &[invoice_checks::LANTUS]);
    book.told(Step::send("check_invoices", "/v1/invoice-checks?transaction=3&name=fe1.xml", "application/xml", invoice)).await;
    book.told(Step::get("list_assessments", "/v1/assessments?cum=19914312-20&verdict=above&limit=1")).await;
    book.told(Step::get("summarise_assessments", "/v1/assessments/summary?cum=19914312-20&from=2020-04&to=2020-06")).await;
}

async fn medicines(book: &mut Book) {
    book.told(Step::get("list_medicines", "/v1/medicines?q=lantus&limit=2")).await;
    book.told(Step::get("show_medicine", format!("{LANTUS}?as_of=2020-06-15"))).await;
    book.told(Step::get("list_ceilings", format!("{LANTUS}/ceilings?as_of=2020-06-15"))).await;
    book.told(Step::get("show_thermometer", "/v1/medicines/90000301-1/thermometer?channel=commercial")).await;
    book.told(Step::get("draw_thermometer", "/v1/medicines/90000301-1/thermometer.svg?channel=commercial&theme=light")).await;
    book.told(Step::get("list_prices", format!("{LANTUS}/prices?from=2020-01&to=2020-12&limit=2"))).await;
    book.told(Step::get("list_markets", "/v1/markets?q=insulina%20glargina&limit=2")).await;
    book.told(Step::get("list_market_prices", "/v1/markets/prices?limit=2")).await;
    book.told(Step::get("list_equivalents", format!("{LANTUS}/equivalents?limit=2"))).await;
    let group = "/v1/thermometer?concentration=Losartan%2050%20mg&unit=Tableta&channel=institutional";
    book.told(Step::get("list_thermometer_groups", "/v1/thermometer/groups?q=losartan&limit=1")).await;
    book.told(Step::get("show_thermometer_group", group)).await;
    book.told(Step::get("show_thermometer_agreement", "/v1/thermometer/agreement")).await;
    book.told(Step::get("show_code", "/v1/codes/19914312-20")).await;
    support::as_owner(&book.database, VITAL_AND_RATES).await;
    book.told(Step::get("list_vital_authorisations", "/v1/vital-authorisations?q=norepinefrina&limit=1")).await;
    book.told(Step::get("list_exchange_rates", "/v1/exchange-rates?from=2026-04-18&to=2026-04-19")).await;
}

/// An authorisation, and the rate of a weekend.
const VITAL_AND_RATES: &str = "
INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date, cut_date_from, series, rows_read, rows_accepted)
VALUES ('vital_not_available', 'vital_not_available-sdmr-tfmf-2026-04-20.csv', repeat('7a', 32), 2521524, 'vitales-sdmr-tfmf', 'utf-8', '1234.56',
        'INVIMA (datos.gov.co sdmr-tfmf)', 'CC BY-SA 4.0', '2026-04-20', 'name', 'vitales-sdmr-tfmf', 1, 1),
    ('exchange_rates', 'exchange_rates-mcec-87by-2026-04-20.csv', repeat('7b', 32), 671024, 'trm-mcec-87by', 'utf-8', '1234.56',
        'Superintendencia Financiera de Colombia (TRM, datos.gov.co mcec-87by)', 'CC BY-SA 4.0', '2026-04-20', 'name', 'trm-mcec-87by', 1, 1);
INSERT INTO vital_authorisation (source_file_id, line, authorised_on, request, ium, ingredient, strength, strength_unit, form, presentation, ingredients_key, names)
SELECT id, 2, '2026-03-19', 'several_patients', '1N1025871011100', 'NOREPINEFRINA', '1', 'mg/mL', 'SOLUCIÓN INYECTABLE', 'CAJAS X 5 AMPOLLAS X 4 mL',
    'norepinefrina', 'norepinefrina' FROM source_file WHERE kind = 'vital_not_available';
INSERT INTO exchange_rate (source_file_id, line, rate, first_day, last_day)
SELECT id, 8214, 3637.5, '2026-04-18', '2026-04-20' FROM source_file WHERE kind = 'exchange_rates';
";

async fn acts_and_sources(book: &mut Book) {
    book.told(Step::get("list_acts", "/v1/acts?limit=2")).await;
    book.told(Step::get("show_act", "/v1/acts/circular-10-2020")).await;
    book.told(Step::get("diff_acts", "/v1/acts/circular-10-2020/diff/circular-04-2016")).await;
    book.told(Step::get("list_sources", "/v1/sources?limit=2")).await;
    let file = std::fs::read(support::sample_file("ceilings.xlsx")).unwrap();
    let digest: String = Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect();
    book.told(Step::get("list_source_faults", format!("/v1/sources/{digest}/faults?limit=2"))).await;
    book.told(Step::get("show_status", "/v1/status")).await;
    feeds(book).await;
    book.told(Step::get("list_validation_rules", "/v1/validation-rules")).await;
    log(book).await;
}

/// A list that came by itself and is smaller than the one in force.
const HELD: &str = "
INSERT INTO held_import (kind, name, sha256, bytes, cut_date, rows_read, rows_accepted, rows_quarantined, rows_refused, reasons, reasons_es, reasons_en, held_at)
VALUES ('ceilings', 'ceilings-nauz-qkjw-2026-11-20.csv', repeat('5c', 32), 5100340, '2026-11-20', 28731, 28731, 0, 0, '{smaller_than_current}',
    'la lista que cuenta hoy (ceilings.xlsx) tiene 38731 filas y esta 28731: más de 20 % menos',
    'the list that counts today (ceilings.xlsx) has 38731 rows and this one 28731: more than 20 % fewer', '2026-11-20T13:00:12Z');
INSERT INTO feed_run (feed, started_by, started_at, ended_at, state, address, requests, publisher_updated_at, publisher_rows, rows, bytes, sha256, held_import_id,
    fault, fault_es, fault_en)
SELECT 'ceilings', 'schedule', '2026-11-20T13:00:00Z', held_at, 'held', 'https://www.datos.gov.co/resource/nauz-qkjw.csv', 5, '2026-11-20T12:00:00Z', 28731,
    28731, bytes, sha256, id, reasons[1], reasons_es, reasons_en FROM held_import;
";

async fn feeds(book: &mut Book) {
    support::as_owner(&book.database, HELD).await;
    book.told(Step::get("list_feeds", "/v1/feeds")).await;
    let runs = book.told(Step::get("list_feed_runs", "/v1/feeds/ceilings/runs")).await;
    let holder = Holder::New { kind: PrincipalKind::Operator, name: "Pía Gómez".to_owned(), company: None };
    let new = NewKey { holder, scopes: None, days: 30 };
    let key = book.people.workflow.create_key(&book.people.admin, &new, INSTANT.parse().unwrap()).await.unwrap().key.reveal();
    book.show(&json!({"key": key.to_string()}), "/key", "tmo_live_…");
    let reason = json!({"reason": "la entidad avisó que publicó la circular nueva"});
    book.told(Step::post("run_feed", "/v1/feeds/ceilings/runs", &reason).by(&key)).await;
    let path = format!("/v1/feed-runs/{}/release", runs["data"][0]["run"]);
    let reason = json!({"reason": "la entidad retiró 10.000 presentaciones que ya no se venden"});
    book.told(Step::post("release_held", path, &reason).by(&key)).await;
}

/// Of the first leaves, which are acts: they are the same in every run.
async fn log(book: &mut Book) {
    let head = book.told(Step::get("show_log", "/v1/log")).await;
    book.show(&head, "/data/root", &"5a".repeat(32));
    book.told(Step::get("list_log_entries", "/v1/log/entries?limit=2")).await;
    book.told(Step::get("show_log_inclusion", "/v1/log/proof/inclusion?index=1&size=7")).await;
    book.told(Step::get("show_log_consistency", "/v1/log/proof/consistency?first=3&second=7")).await;
}

async fn open_data(book: &mut Book) {
    exports::built(&exports::builder(&book.database)).await;
    let list = book.told(Step::get("list_exports", "/v1/exports?lang=en")).await;
    let versions = |set: &Value| set["newest"]["version"].as_str().unwrap().to_owned();
    let mut versions: Vec<String> = list["data"].as_array().unwrap().iter().map(versions).collect();
    versions.sort();
    versions.dedup();
    for version in versions {
        let number = version.split_once('.').unwrap().1;
        book.shown.push((version.clone(), format!("2026-11-23.{number}")));
    }
    // A manifest names its version, of which the day is a part.
    let by_month = list["data"].as_array().unwrap().iter().find(|set| set["name"] == "prices_by_month").unwrap();
    book.show(by_month, "/newest/manifest/sha256", &"3a".repeat(32));
    let acts = list["data"].as_array().unwrap().iter().find(|set| set["name"] == "acts").unwrap();
    let file = acts["newest"]["files"].as_array().unwrap().iter().find(|file| file["format"] == "csv").unwrap();
    book.told(Step::get("download_export", file["path"].as_str().unwrap())).await;
    book.told(Step::get("show_catalog", "/v1/catalog")).await;
}

async fn drafts(book: &mut Book) {
    let (drafter, approver) = (book.people.drafter.clone(), book.people.approver.clone());
    let body = draft("Circular 30 de 2026", "2027-01-01", &[], &[("19914312-20", "institutional", Some("30000.00"))]);
    let made = book.told(Step::post("create_act_draft", "/v1/act-drafts", &body).by(&drafter)).await;
    let path = format!("/v1/act-drafts/{}", book.show(&made, "/data/id", "d7Hq2LxV0aB"));
    book.told(Step::get("list_act_drafts", "/v1/act-drafts?state=draft&limit=2").by(&approver)).await;
    book.told(Step::get("show_act_draft", path.clone()).by(&approver)).await;
    book.told(Step::get("list_draft_ceilings", format!("{path}/ceilings?limit=2")).by(&approver)).await;
    book.told(Step::get("preview_act_draft", format!("{path}/preview")).by(&approver)).await;
    let approval = json!({"digest": made["data"]["digest"], "reason": "revisado contra el acta 12"});
    book.told(Step::post("approve_act_draft", format!("{path}/approval"), &approval).by(&approver)).await;
    let reason = json!({"reason": "aprobado en la sesión 12", "no_consultation_reason": "corrección urgente de un error"});
    book.told(Step::post("publish_act", format!("{path}/publication"), &reason).by(&approver)).await;

    let body = draft("Circular 19 de 2024", "2024-07-31", &[], &[]);
    let made = book.done(&book.server, "circular-19", &drafter, "/v1/act-drafts", &body).await;
    let path = format!("/v1/act-drafts/{}", book.show(&made, "/data/id", "d3Kp9MwS1cE"));
    let list = std::fs::read_to_string(support::sample_file(support::OPEN_DATA_LIST)).unwrap();
    let list: String = list.split_inclusive('\n').take(3).collect();
    book.told(Step::send("upload_draft_list", format!("{path}/list"), "text/csv", list).by(&drafter)).await;
    let reason = json!({"reason": "se publicará en otra circular"});
    book.told(Step::post("withdraw_act_draft", format!("{path}/withdrawal"), &reason).by(&drafter)).await;
}

async fn changes(book: &mut Book) {
    book.told(Step::get("list_changes", "/v1/changes?kind=ceiling&cum=19914312-20&limit=2")).await;
    book.told(Step::get("show_change_feed", "/v1/changes.atom?kind=ceiling&limit=2")).await;
    book.told(Step::get("show_medicine_feed", format!("{LANTUS}/changes.atom?kind=ceiling&limit=2"))).await;
}

async fn submissions(book: &mut Book) {
    let reporter = book.people.reporter.clone();
    let path = "/v1/submissions?period=2020-Q2&name=2020-T2.csv";
    let made = book.told(Step::send("create_submission", path, "text/csv", SALES.to_owned()).by(&reporter)).await;
    let path = format!("/v1/submissions/{}", book.show(&made, "/data/id", "s4Tz0bWq81X"));
    book.show(&made, "/data/receipt_leaf/hash", &"5b".repeat(32));
    book.told(Step::get("list_submissions", "/v1/submissions?limit=2").by(&reporter)).await;
    book.told(Step::get("show_submission", path.clone()).by(&reporter)).await;
    book.told(Step::get("list_submission_errors", format!("{path}/errors?limit=2")).by(&reporter)).await;
    book.told(Step::get("list_submission_assessments", format!("{path}/assessments?limit=1")).by(&reporter)).await;
    book.told(Step::get("list_reporters", "/v1/reporters?limit=2")).await;
    book.told(Step::get("show_compliance", "/v1/compliance?period=2020-Q2")).await;
}

async fn cases(book: &mut Book) {
    let (ana, luis, seller) = (book.people.drafter.clone(), book.people.approver.clone(), book.people.reporter.clone());
    let cases = book.told(Step::get("list_cases", "/v1/cases?period=2020-Q2&limit=2").by(&ana)).await;
    let path = format!("/v1/cases/{}", cases["data"][0]["id"].as_str().unwrap());
    let step = |to: &str, version: i64| json!({"to": to, "reason": "reporte sobre el precio máximo", "version": version});
    // The reporter was asked, and meant this unit.
    book.done(&book.server, "preguntar", &ana, &format!("{path}/transitions"), &step("suspected", 1)).await;
    book.told(Step::post("move_case", format!("{path}/transitions"), &step("notified", 2)).by(&ana)).await;
    let text = json!({"text": "El precio incluye cinco unidades."});
    book.told(Step::post("reply_to_case", format!("{path}/replies"), &text).by(&seller)).await;
    let assignees = book.told(Step::get("list_case_assignees", "/v1/case-assignees").by(&ana)).await;
    let first = book.show(&assignees, "/data/0/principal", "p7Hq2LxV0aB");
    book.show(&assignees, "/data/1/principal", "p4Dd7LvA0gK");
    let given = json!({"cases": [cases["data"][0]["id"]], "assignee": first});
    book.told(Step::post("assign_cases", "/v1/case-assignments", &given).by(&ana)).await;
    let note = json!({"text": "Falta la factura de junio: pedirla antes de decidir."});
    book.told(Step::post("add_case_note", format!("{path}/notes"), &note).by(&ana)).await;
    book.told(Step::get("list_case_notes", format!("{path}/notes")).by(&ana)).await;
    let case = book.told(Step::get("show_case", path.clone()).by(&ana)).await;
    book.show(&case, "/data/evidence_sha256", &"e0".repeat(32));
    book.told_archive(Step::get("show_dossier", format!("{path}/dossier")).by(&ana)).await;
    for (deed, who) in [("proponer", &ana), ("confirmar", &luis)] {
        let case = book.server.get_as(&ana, &path).await.json();
        let step = step("confirmed", case["data"]["version"].as_i64().unwrap());
        book.done(&book.later, deed, who, &format!("{path}/transitions"), &step).await;
    }
    book.told(Step::get("list_register", "/v1/register?limit=2")).await;
}

async fn petitions(book: &mut Book) {
    let ana = book.people.drafter.clone();
    let body = json!({
        "subject": "review_product", "target": "19914312-20", "request": "Que se revise el precio máximo de este producto",
        "reasons": "Subió dos veces en un año y no hay otro equivalente.",
    });
    let received = book.told(Step::post("create_petition", "/v1/petitions", &body)).await;
    let id = received["data"]["petition"].as_str().unwrap().to_owned();
    let ticket = book.show(&received, "/data/ticket", "TMO-0123456789ABCDEF0123456789ABCDEF-0000");
    book.show(&received, "/data/receipt", "eyJhbGciOiJFZERTQSJ9.eyJwZXRpdGlvbiI6InEwIn0.c2lnbmF0dXJl");
    let path = format!("/v1/petitions/{id}");
    book.told(Step::get("list_petition_queue", "/v1/petition-queue").by(&ana)).await;
    book.told(Step::post("moderate_petition", format!("{path}/moderation"), &json!({"publish": true})).by(&ana)).await;
    let contact = json!({"contact": "ana@example.org"});
    let begun = book.told(Step::post("support_petition", format!("{path}/supports"), &contact)).await;
    // It holds the petition's id, which is shown as another one after it.
    let code = book.show(&begun, "/data/code", "q0123456789ab.5e.1764000000.a1");
    book.show(&received, "/data/petition", "q0123456789ab");
    book.told(Step::post("confirm_support", "/v1/petition-supports", &json!({"code": code}))).await;
    let text = "La Comisión revisará el precio de este producto en su próxima sesión, con los reportes del último año.";
    let answer = json!({"disposition": "price_will_be_reviewed", "text_es": text});
    book.told(Step::post("answer_petition", format!("{path}/answers"), &answer).by(&ana)).await;
    book.told(Step::get("list_petitions", "/v1/petitions?limit=2")).await;
    book.told(Step::get("show_petition", path.clone())).await;
    book.told(Step::get("list_participation_board", "/v1/participation/board")).await;
    book.told(Step::get("list_participation_indicators", "/v1/participation/indicators")).await;
    let contest = json!({"ticket": ticket, "text": "La respuesta no dice cuándo se revisa."});
    book.told(Step::post("contest_petition", format!("{path}/contests"), &contest)).await;
    book.told(Step::post("withdraw_petition", format!("{path}/withdrawals"), &json!({"ticket": ticket}))).await;
}

const RELEASED: &str = "BEGIN;
    INSERT INTO price_report_release (week, released_at, released_on, method) VALUES ('2026-11-09', '2026-11-16T10:00:00Z', '2026-11-16', 1);
    INSERT INTO price_report_statistic (week, cum, per, area, at_least, at_most, median)
    VALUES ('2026-11-09', '90000301-1', 'dispensing_unit', 'CO', 5, 9, 870), ('2026-11-09', '90000301-1', 'dispensing_unit', '05', 5, 9, 870);
    COMMIT";

async fn price_reports(book: &mut Book) {
    let ana = book.people.drafter.clone();
    let body = json!({
        "cum": "90000301-1", "amount": "900", "per": "dispensing_unit", "bought_on": "2026-11-20", "municipality": "05001",
        "question": "¿Es normal ese precio?",
    });
    let received = book.told(Step::post("create_price_report", "/v1/price-reports", &body)).await;
    let path = format!("/v1/price-reports/{}", book.show(&received, "/data/price_report", "p0123456789ab"));
    let ticket = json!({"ticket": book.show(&received, "/data/ticket", "TMO-0123456789ABCDEF0123456789ABCDEF-0000")});
    book.show(&received, "/data/receipt", "eyJhbGciOiJFZERTQSJ9.eyJyZXBvcnRlIjoicDAifQ.c2lnbmF0dXJl");
    book.told(Step::get("list_price_report_queue", "/v1/price-report-queue").by(&ana)).await;
    let text = "En el mostrador este producto no tiene precio máximo; su reporte queda para la próxima revisión de la lista.";
    let answer = json!({"disposition": "informed", "text_es": text});
    book.told(Step::post("answer_price_report", format!("{path}/answers"), &answer).by(&ana)).await;
    book.told(Step::post("moderate_price_report", format!("{path}/moderation"), &json!({"not_usable": "duplicate"})).by(&ana))
        .await;
    book.told(Step::get("show_price_report", path.clone())).await;
    book.told(Step::post("confirm_price", format!("{path}/confirmations"), &ticket)).await;
    book.told(Step::post("open_price_report", format!("{path}/openings"), &ticket)).await;
    book.told(Step::get("list_price_report_counts", "/v1/price-report-counts")).await;
    // Of five people in a week before.
    support::as_owner(&book.database, RELEASED).await;
    book.told(Step::get("list_price_report_statistics", "/v1/price-report-statistics?limit=2")).await;
    book.told(Step::get("list_territories", "/v1/territories")).await;
    book.told(Step::post("withdraw_price_report", format!("{path}/withdrawals"), &ticket)).await;
}

async fn consultations(book: &mut Book) {
    let ana = book.people.drafter.clone();
    let body = draft("Circular 32 de 2026", "2027-01-01", &[], &[("19914312-20", "institutional", Some("30000.00"))]);
    let made = book.done(&book.server, "circular-32", &ana, "/v1/act-drafts", &body).await;
    let id = book.show(&made, "/data/id", "d5Nq8TzX2dF");
    let length = |day: &str| json!({"closes_on": day, "reason": "15 días calendario: Decreto 1081 de 2015, art. 2.1.2.1.14"});
    book.told(Step::post("open_consultation", format!("/v1/act-drafts/{id}/consultation"), &length("2026-12-08")).by(&ana)).await;
    let path = format!("/v1/consultations/{id}");
    book.told(Step::get("list_consultation_lines", format!("{path}/lines?cum=19914312-20&limit=2"))).await;
    let line = format!("{id}.v1/ceiling/19914312-20/institutional");
    let body = json!({"line": line, "kind": "error_of_fact", "text": "El envase tiene 5 lapiceros, no 1.", "proposed_value": "33052.00"});
    let received = book.told(Step::post("create_comment", format!("{path}/comments"), &body)).await;
    let comment = book.show(&received, "/data/comment", "k0123456789ab");
    let ticket = book.show(&received, "/data/ticket", "TMO-0123456789ABCDEF0123456789ABCDEF-0000");
    book.show(&received, "/data/receipt", "eyJhbGciOiJFZERTQSJ9.eyJjb21tZW50IjoiazAifQ.c2lnbmF0dXJl");
    let text = "El precio es el del envase de un lapicero, como en la lista vigente: el envase de cinco tiene su propio renglón en ella.";
    let reply = json!({"comments": [comment], "disposition": "already_so", "text_es": text});
    let given = book.told(Step::post("reply_to_comments", format!("{path}/replies"), &reply).by(&ana)).await;
    book.show(&given, "/data/reply", "r7Hq2LxV0aB");
    book.told(Step::get("list_comments", format!("{path}/comments?limit=2"))).await;
    let one = format!("/v1/consultation-comments/{comment}");
    book.told(Step::get("show_comment", one.clone())).await;
    book.told(Step::get("show_consultation_report", format!("{path}/report?limit=2"))).await;
    book.told(Step::get("list_consultations", "/v1/consultations?limit=2")).await;
    let reason = json!({"publish": false, "reason": "Nombra a una persona"});
    book.told(Step::post("moderate_comment", format!("{one}/moderation"), &reason).by(&ana)).await;
    book.told(Step::post("extend_consultation", format!("{path}/extensions"), &length("2026-12-15")).by(&ana)).await;
    book.told(Step::get("show_consultation", path)).await;
    let amount = json!({"amount": "33052.00", "currency": "COP", "per": "pack"});
    let change = json!({
        "ceilings": [{"cum": "19914312-20", "column": "institutional", "amount": amount}], "reason": "Lo muestra un comentario",
    });
    book.told(Step::post("revise_act_draft", format!("/v1/act-drafts/{id}/revisions"), &change).by(&ana)).await;
    book.told(Step::post("withdraw_comment", format!("{one}/withdrawals"), &json!({"ticket": ticket}))).await;
}

async fn watches(book: &mut Book) {
    let auditor = book.people.auditor.clone();
    let body = json!({"url": book.receiver.url(), "description": "Lantus", "cums": ["19914312-20"], "kinds": ["ceiling"]});
    let made = book.told(Step::post("create_watch", "/v1/watches", &body).by(&auditor)).await;
    let path = format!("/v1/watches/{}", book.show(&made, "/data/id", "w7Hq2LxV0aB"));
    book.told(Step::get("list_watches", "/v1/watches?limit=2").by(&auditor)).await;
    book.told(Step::get("show_watch", path.clone()).by(&auditor)).await;
    let reason = json!({"reason": "cambio anual"});
    book.told(Step::post("rotate_watch_secret", format!("{path}/secret"), &reason).by(&auditor)).await;
    let sent = book.told(Step::bare("test_watch", format!("{path}/test")).by(&auditor)).await;
    book.show(&sent, "/data/id", "msg_2f6f1f7e0c7b4e2f9d1c3a5b7d9e1f20");
    deliver(book, &path).await;
    book.told(Step::get("list_watch_deliveries", format!("{path}/deliveries?limit=2")).by(&auditor)).await;
    let pause = json!({"state": "paused", "reason": "mantenimiento"});
    book.told(Step::post("change_watch", format!("{path}/state"), &pause).by(&auditor)).await;
}

/// Until the message has arrived.
async fn deliver(book: &Book, path: &str) {
    let workflow = support::workflow(book.database.clone()).with_targets(UrlPolicy::new(true));
    let now = Arc::new(|| ("2026-11-23T15:00:05Z".parse().unwrap(), date(2026, 11, 23)));
    let sender = watches::sender(&book.database, workflow, RetryPolicy { workers: 1, ..watches::pace() }, now);
    let running = tokio::spawn(sender.run());
    book.receiver.wait_for(1).await;
    watches::until(&book.server, &book.people.auditor, path, |watch| watch["pending"] == 0).await;
    running.abort();
}

async fn authority(book: &mut Book) {
    let auditor = book.people.auditor.clone();
    let keys = book.told(Step::get("list_signing_keys", "/v1/keys")).await;
    book.show(&keys, "/data/0/kid", "ejemplo1");
    // In a table, what begins with a hyphen has an apostrophe before it.
    let public_key = keys["data"][0]["public_key"].as_str().unwrap();
    book.shown.push((format!("'{public_key}"), "RWplbXBsby1lamVtcGxvLWVqZW1wbG8tZWplbXBsbzE".to_owned()));
    book.show(&keys, "/data/0/public_key", "RWplbXBsby1lamVtcGxvLWVqZW1wbG8tZWplbXBsbzE");
    let free = book.told(Step::post("create_free_key", "/v1/free-keys", &json!({"name": "Precios justos"}))).await;
    book.show(&free, "/data/key", "tmo_live_…");
    let me = book.told(Step::get("show_me", "/v1/me").by(&auditor)).await;
    book.show(&me, "/data/principal", "p5Vn1JtZ8rC");
    book.show(&me, "/data/key", "k5Lp8Wc2Hn");
    book.show(&me, "/data/keys/0/created_by/principal", "p8Hh1PzE4kN");
    sessions(book).await;
    let holder = Holder::New { kind: PrincipalKind::Regulator, name: "Marta Díaz".to_owned(), company: None };
    let new = NewKey { holder, scopes: None, days: 30 };
    let pending = book.people.workflow.create_key(&book.people.admin, &new, INSTANT.parse().unwrap()).await.unwrap();
    let approver = book.people.approver.clone();
    let (path, body) = (
        format!("/v1/api-keys/{}/confirmation", pending.key.id),
        json!({"holder": "Marta Díaz", "reason": "la conozco; cambió de oficina"}),
    );
    let confirmed = book.told(Step::post("confirm_key", path, &body).by(&approver)).await;
    book.show(&confirmed, "/data/id", "k9Td2Vq7Jw");
    book.show(&confirmed, "/data/principal", "p3Cc6KuZ9fJ");
    book.show(&confirmed, "/data/confirmed_by", "p4Dd7LvA0gK");
    let audit = book.told(Step::get("list_audit", "/v1/audit?limit=2").by(&auditor)).await;
    for (row, [key, principal]) in [["k2mTq9Wd4x", "p1Aa4HsX7dG"], ["k7bRs3Yf6z", "p2Bb5JtY8eH"]].into_iter().enumerate() {
        book.show(&audit, &format!("/data/{row}/subject"), key);
        book.show(&audit, &format!("/data/{row}/details/principal"), principal);
        book.show(&audit, &format!("/data/{row}/hash"), &format!("{row}e").repeat(32));
    }
}

/// Somebody is signed in, in a browser.
async fn sessions(book: &mut Book) {
    let approver = book.people.approver.clone();
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    let signed_in = SignIn { key: &approver, network: 0, agent, replaces: None, request_id: "ejemplo" };
    book.people.workflow.begin_session(&signed_in, INSTANT.parse().unwrap()).await.unwrap().unwrap();
    let listed = book.told(Step::get("list_sessions", "/v1/me/sessions").by(&approver)).await;
    book.show(&listed, "/data/0/id", "s7Hq2LxV0aB");
    book.told(Step::bare("end_sessions", "/v1/me/sessions/end").by(&approver)).await;
}

/// A key is requested for somebody, who takes it; later it is revoked.
async fn keys(book: &mut Book) {
    let reporter = book.people.reporter.clone();
    let own = book.told(Step::get("list_keys", "/v1/api-keys").by(&reporter)).await;
    book.show(&own, "/data/0/id", "k6Rr8NxC2m");
    book.show(&own, "/data/0/principal", "p6Ee8MwB1hL");
    let holder = Holder::New { kind: PrincipalKind::Operator, name: "Rosa León".to_owned(), company: None };
    let new = NewKey { holder, scopes: None, days: 30 };
    let key = book.people.workflow.create_key(&book.people.admin, &new, INSTANT.parse().unwrap()).await.unwrap().key.reveal();
    book.show(&json!({"key": key.clone()}), "/key", "tmo_live_…");
    let body = json!({"kind": "auditor", "name": "Eva Soto", "days": 30, "reason": "entra a la contraloría en diciembre"});
    let requested = book.told(Step::post("request_key", "/v1/api-keys", &body).by(&key)).await;
    let code = book.show(&requested, "/data/code", "k3Fg5Hj7Kl-0123456789abcdef01234567");
    let taken = book.told(Step::post("take_key", "/v1/key-codes", &json!({"code": code}))).await;
    // The key holds its id, so it comes first.
    book.show(&taken, "/data/key", "tmo_live_…");
    let id = book.show(&requested, "/data/id", "k3Fg5Hj7Kl");
    book.show(&requested, "/data/principal", "p7Ff9NxC2jM");
    let reason = json!({"reason": "se fue de la contraloría"});
    book.told(Step::post("revoke_key", format!("/v1/api-keys/{id}/revocation"), &reason).by(&key)).await;
}

/// An older list of rates was given to the command line; the list of ceilings that came by itself still waits.
async fn held(book: &mut Book) {
    let file = written("trm_20260418.csv", &[RATES.trim_end()]);
    let report = support::import(&book.database, SourceKind::ExchangeRates, &file).await;
    let rates = report.held.and_then(|held| held.id).expect("an older list is held");
    let approver = book.people.approver.clone();
    let listed = book.told(Step::get("list_held_imports", "/v1/held-imports").by(&approver)).await;
    let ceilings = listed["data"][1]["held"].clone();
    let reason = json!({"reason": "es la lista que faltaba de abril"});
    book.told(Step::post("release_held_import", format!("/v1/held-imports/{rates}/release"), &reason).by(&approver)).await;
    let reason = json!({"reason": "la entidad la retiró"});
    book.told(Step::post("discard_held_import", format!("/v1/held-imports/{ceilings}/discard"), &reason).by(&approver)).await;
}
